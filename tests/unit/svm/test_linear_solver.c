/* test_linear_solver.c - the solver against the definition of its optimum,
 * against LIBLINEAR (where it is installed) and against libsvm. */
#include "support/svm_random.h"

#include <dlfcn.h>

#include "svm/libsvm_adapter.h"
#include "svm/linear_solver.h"

#ifdef __has_include
#if __has_include(<linear.h>)
#include <linear.h>
#define HAVE_LIBLINEAR 1
#endif
#endif

static const narr_loss losses[] = {NARR_LOSS_HINGE, NARR_LOSS_SQUARED_HINGE};

static narr_machine learned(const narr_problem *problem, narr_loss loss) {
  narr_machine machine;
  assert_int_equal(narr_linear_train(&machine, problem, loss, 100000, NULL), NARR_OK);
  assert_non_null(machine.weights);
  assert_int_equal(machine.support_count, 0);
  return machine;
}

static double margin_of(const narr_problem *problem, const double *weights, double bias,
                        size_t row) {
  return narr_row_dot(problem->matrix, row, weights) + bias;
}

/* 1/2 |w|^2 + 1/2 bias^2 + sum of costs * losses. */
static double primal(const narr_problem *problem, narr_loss loss, const double *weights,
                     double bias) {
  double sum = bias * bias / 2;
  for (size_t c = 0; c < problem->matrix->column_count; c++) sum += weights[c] * weights[c] / 2;
  for (size_t k = 0; k < problem->row_count; k++) {
    size_t row = problem->rows[k];
    double slack = 1 - problem->targets[row] * margin_of(problem, weights, bias, row);
    if (slack <= 0) continue;
    sum += narr_problem_cost(problem, row) * (loss == NARR_LOSS_HINGE ? slack : slack * slack);
  }
  return sum;
}

/* Whatever the solver did: where primal and dual meet is the optimum. */
static void primal_and_dual_meet(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 6; seed++) {
    svm_random data = svm_random_new(300, 0, 200, 20, 0.4, seed);
    narr_problem problem = svm_random_problem(&data, NARR_KERNEL_LINEAR);
    problem.tolerance = 1e-8;
    problem.C = seed % 2 ? 1 : 20;
    problem.positive_weight = seed % 3 ? 1 : 4;
    if (seed > 3) problem.weights = data.weights;
    for (size_t l = 0; l < 2; l++) {
      narr_machine machine = learned(&problem, losses[l]);
      double value = primal(&problem, losses[l], machine.weights, machine.bias);
      assert_true(machine.objective < 0);
      assert_near(-machine.objective, value, 5e-5 * value);
      narr_machine_free(&machine);
    }
    svm_random_free(&data);
  }
}

/* A weight of 2 is a row that is there twice, a weight of 0 none at all. */
static void weights_count_like_copies(void **state) {
  (void)state;
  svm_random data = svm_random_new(60, 0, 40, 10, 0.4, 8);
  double cost[60];
  size_t kept[60];
  size_t kept_count = 0;
  for (size_t row = 0; row < 60; row++) {
    cost[row] = row % 3 ? 2 : 0;
    if (row % 3) kept[kept_count++] = row;
  }
  narr_problem weighted = svm_random_problem(&data, NARR_KERNEL_LINEAR);
  weighted.tolerance = 1e-9;
  weighted.weights = cost;
  narr_problem fewer = weighted;
  fewer.weights = NULL;
  fewer.C = 2;
  fewer.rows = kept;
  fewer.row_count = kept_count;
  for (size_t l = 0; l < 2; l++) {
    narr_machine x = learned(&weighted, losses[l]);
    narr_machine y = learned(&fewer, losses[l]);
    assert_near(x.objective, y.objective, 2e-5 * fabs(y.objective));
    for (size_t row = 0; row < 60; row++)
      assert_near(margin_of(&weighted, x.weights, x.bias, row),
                  margin_of(&weighted, y.weights, y.bias, row), 1e-5);
    narr_machine_free(&x);
    narr_machine_free(&y);
  }
  svm_random_free(&data);
}

static void class_weight_draws_the_margin_to_its_side(void **state) {
  (void)state;
  svm_random data = svm_random_new(200, 0, 100, 15, 1.0, 12);
  narr_problem problem = svm_random_problem(&data, NARR_KERNEL_LINEAR);
  double mean[2] = {0, 0};
  for (size_t i = 0; i < 2; i++) {
    problem.positive_weight = i ? 10 : 1;
    narr_machine machine = learned(&problem, NARR_LOSS_HINGE);
    for (size_t row = 0; row < 200; row++)
      mean[i] += margin_of(&problem, machine.weights, machine.bias, row) / 200;
    narr_machine_free(&machine);
  }
  assert_true(mean[1] > mean[0] + 0.1);
  svm_random_free(&data);
}

/* Two rows of one term each: w = (2a, -2a) and no bias, by symmetry. */
static void a_problem_solved_by_hand(void **state) {
  (void)state;
  size_t starts[] = {0, 1, 2};
  uint32_t columns[] = {0, 1};
  float values[] = {2, 2};
  narr_matrix matrix = {2, 2, starts, columns, values, NULL};
  int8_t targets[] = {1, -1};
  size_t rows[] = {0, 1};
  narr_problem problem = {.matrix = &matrix,
                          .rows = rows,
                          .row_count = 2,
                          .targets = targets,
                          .C = 100,
                          .positive_weight = 1,
                          .negative_weight = 1,
                          .kernel = {.kind = NARR_KERNEL_LINEAR},
                          .tolerance = 1e-12};
  narr_machine machine = learned(&problem, NARR_LOSS_HINGE);
  assert_near(machine.weights[0], 0.5, 1e-6); /* margins of exactly 1 */
  assert_near(machine.weights[1], -0.5, 1e-6);
  assert_near(machine.bias, 0, 1e-6);
  assert_near(machine.objective, -0.25, 1e-6);
  narr_machine_free(&machine);
  problem.C = 0.0625; /* below 1/4: alpha sits at its bound */
  machine = learned(&problem, NARR_LOSS_HINGE);
  assert_near(machine.weights[0], 0.125, 1e-6);
  assert_near(machine.objective, -0.109375, 1e-6);
  narr_machine_free(&machine);
  machine = learned(&problem, NARR_LOSS_SQUARED_HINGE); /* a = 1 / (4 + 8) */
  assert_near(machine.weights[0], 1.0 / 6, 1e-6);
  assert_near(machine.weights[1], -1.0 / 6, 1e-6);
  narr_machine_free(&machine);
}

static void same_seed_gives_the_same_bytes(void **state) {
  (void)state;
  svm_random data = svm_random_new(200, 0, 100, 15, 0.5, 13);
  narr_problem problem = svm_random_problem(&data, NARR_KERNEL_LINEAR);
  for (size_t l = 0; l < 2; l++) {
    problem.seed = 42;
    narr_machine x = learned(&problem, losses[l]);
    narr_machine y = learned(&problem, losses[l]);
    problem.seed = 43;
    narr_machine z = learned(&problem, losses[l]);
    assert_true(svm_same_machine(&x, &y, data.matrix.column_count));
    assert_false(svm_same_machine(&x, &z, data.matrix.column_count));
    narr_machine_free(&x);
    narr_machine_free(&y);
    narr_machine_free(&z);
  }
  svm_random_free(&data);
}

static void stops_at_the_iteration_limit(void **state) {
  (void)state;
  svm_random data = svm_random_new(200, 0, 100, 15, 0.5, 13);
  narr_problem problem = svm_random_problem(&data, NARR_KERNEL_LINEAR);
  problem.tolerance = 1e-300;
  narr_machine machine;
  assert_int_equal(narr_linear_train(&machine, &problem, NARR_LOSS_HINGE, 3, NULL), NARR_OK);
  assert_int_equal(machine.iterations, 3);
  assert_true(isfinite(machine.bias) && machine.objective < 0);
  narr_machine_free(&machine);
  assert_int_equal(narr_linear_train(&machine, &problem, NARR_LOSS_HINGE, 0, NULL), NARR_OK);
  assert_true(machine.iterations > 3 && machine.iterations <= 1000);
  narr_machine_free(&machine);
  svm_random_free(&data);
}

static void empty_rows_learn_the_bias(void **state) {
  (void)state;
  svm_random data = svm_random_new(4, 10, 5, 2, 0.1, 3);
  size_t rows[14];
  for (size_t row = 0; row < 14; row++) {
    rows[row] = row;
    data.targets[row] = row < 4 ? -1 : 1;
  }
  narr_problem problem = svm_random_problem(&data, NARR_KERNEL_LINEAR);
  problem.rows = rows;
  problem.row_count = 14;
  narr_machine machine = learned(&problem, NARR_LOSS_SQUARED_HINGE);
  assert_true(margin_of(&problem, machine.weights, machine.bias, 13) > 0.5);
  assert_true(margin_of(&problem, machine.weights, machine.bias, 0) < 0.5);
  narr_machine_free(&machine);
  svm_random_free(&data);
}

static void wrong_problems_are_refused(void **state) {
  (void)state;
  svm_random data = svm_random_new(40, 0, 50, 10, 0.3, 2);
  narr_problem problem = svm_random_problem(&data, NARR_KERNEL_RBF);
  narr_error error = NARR_ERROR_INIT;
  narr_machine machine;
  assert_int_equal(narr_linear_train(&machine, &problem, NARR_LOSS_HINGE, 0, &error),
                   NARR_ERROR_ARGUMENT);
  assert_null(machine.weights);
  problem.kernel.kind = NARR_KERNEL_LINEAR;
  problem.tolerance = 0;
  assert_int_equal(narr_linear_train(&machine, &problem, NARR_LOSS_HINGE, 0, &error),
                   NARR_ERROR_ARGUMENT);
  problem.tolerance = 1e-3;
  for (size_t row = 0; row < 40; row++) data.targets[row] = 1;
  assert_int_equal(narr_linear_train(&machine, &problem, NARR_LOSS_HINGE, 0, &error),
                   NARR_ERROR_INPUT);
  assert_null(machine.weights);
  svm_random_free(&data);
}

static void every_failed_allocation_is_reported(void **state) {
  (void)state;
  svm_random data = svm_random_new(20, 0, 30, 10, 0.3, 2);
  narr_problem problem = svm_random_problem(&data, NARR_KERNEL_LINEAR);
  narr_machine machine;
  size_t nth = 0;
  narr_status status;
  do {
    narr_alloc_fail_at(++nth);
    status = narr_linear_train(&machine, &problem, NARR_LOSS_HINGE, 0, NULL);
    narr_alloc_fail_at(0);
    assert_true(status == NARR_OK || (status == NARR_ERROR_MEMORY && !machine.weights));
  } while (status);
  assert_int_equal(nth, 9);
  narr_machine_free(&machine);
  svm_random_free(&data);
}

/* ---- Lockstep --------------------------------------------------------------------- */

/* Problems that differ in all that lanes may differ in. */
typedef struct crew {
  svm_random data;
  int8_t *targets[NARR_LANES];
  size_t *rows[NARR_LANES];
  narr_problem problems[NARR_LANES];
} crew;

static void crew_init(crew *self, uint64_t seed, bool weighted) {
  *self = (crew){.data = svm_random_new(250, 0, 200, 20, 0.4, seed)};
  narr_prng prng = {seed};
  for (size_t l = 0; l < NARR_LANES; l++) {
    narr_problem *problem = &self->problems[l];
    *problem = svm_random_problem(&self->data, NARR_KERNEL_LINEAR);
    self->targets[l] = narr_alloc(250, 1);
    self->rows[l] = narr_alloc(250, sizeof(size_t));
    assert_true(self->targets[l] && self->rows[l]);
    problem->row_count = 0;
    for (size_t row = 0; row < 250; row++) {
      bool flip = svm_random_real(&prng) < 0.1 * (double)l;
      self->targets[l][row] = (int8_t)(flip ? -self->data.targets[row] : self->data.targets[row]);
      if (row % NARR_LANES != l) self->rows[l][problem->row_count++] = row;
    }
    problem->rows = self->rows[l];
    problem->targets = self->targets[l];
    problem->weights = weighted ? self->data.weights : NULL;
    problem->C = 0.5 + (double)l;
    problem->positive_weight = l % 2 ? 1 : 3;
    problem->tolerance = l % 3 ? 1e-3 : 1e-2;
  }
}

static void crew_free(crew *self) {
  for (size_t l = 0; l < NARR_LANES; l++) {
    narr_free(self->targets[l]);
    narr_free(self->rows[l]);
  }
  svm_random_free(&self->data);
}

static narr_lanes together(const narr_problem *problems, size_t count, narr_linear_options options,
                           float *const *duals) {
  narr_lanes lanes;
  assert_int_equal(narr_linear_train_lanes(&lanes, problems, count, &options, duals, NULL),
                   NARR_OK);
  return lanes;
}

static narr_machine machine_of(const narr_lanes *lanes, size_t lane) {
  narr_machine machine;
  assert_int_equal(narr_lanes_machine(&machine, lanes, lane, NULL), NARR_OK);
  return machine;
}

static void assert_same_lane(const narr_lanes *x, size_t lane_x, const narr_lanes *y,
                             size_t lane_y) {
  narr_machine a = machine_of(x, lane_x), b = machine_of(y, lane_y);
  assert_true(svm_same_machine(&a, &b, x->column_count));
  narr_machine_free(&a);
  narr_machine_free(&b);
}

/* To the last bit: alone, among others, in another place, in other numbers. */
static void a_lane_does_not_notice_the_others(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 4; seed++) {
    crew self;
    crew_init(&self, seed, seed % 2);
    narr_linear_options options = {.loss = losses[seed / 2 % 2]};
    narr_lanes all = together(self.problems, NARR_LANES, options, NULL);
    narr_lanes some = together(self.problems + 2, 3, options, NULL);
    for (size_t l = 0; l < 3; l++) assert_same_lane(&all, l + 2, &some, l);
    narr_lanes_free(&some);
    for (size_t l = 0; l < NARR_LANES; l++) {
      narr_lanes one = together(self.problems + l, 1, options, NULL);
      assert_same_lane(&all, l, &one, 0);
      for (size_t row = 0; row < 250; row += 50) {
        double margins[NARR_LANES];
        narr_machine machine = machine_of(&one, 0);
        narr_lanes_margins(&all, &self.data.matrix, row, margins);
        assert_near(margins[l], margin_of(&self.problems[l], machine.weights, machine.bias, row),
                    1e-5);
        narr_machine_free(&machine);
      }
      narr_lanes_free(&one);
    }
    narr_lanes_free(&all);
    crew_free(&self);
  }
}

static void wide_instructions_give_the_same_bits(void **state) {
  (void)state;
  crew self;
  crew_init(&self, 9, true);
  narr_lanes wide =
      together(self.problems, 8, (narr_linear_options){.loss = NARR_LOSS_HINGE}, NULL);
  narr_lanes plain = together(self.problems, 8,
                              (narr_linear_options){.loss = NARR_LOSS_HINGE, .plain = true}, NULL);
  for (size_t l = 0; l < NARR_LANES; l++) assert_same_lane(&wide, l, &plain, l);
  narr_lanes_free(&wide);
  narr_lanes_free(&plain);
  crew_free(&self);
}

static void assert_same_solution(const crew *self, const narr_lanes *x, const narr_lanes *y,
                                 double tolerance) {
  for (size_t l = 0; l < x->count; l++) {
    assert_near(x->objective[l], y->objective[l], tolerance * fabs(y->objective[l]));
    for (size_t row = 0; row < 250; row++) {
      double a[NARR_LANES], b[NARR_LANES];
      narr_lanes_margins(x, &self->data.matrix, row, a);
      narr_lanes_margins(y, &self->data.matrix, row, b);
      assert_near(a[l], b[l], 0.02);
    }
  }
}

/* Neither what is left out of passes, nor whether a step reads terms or inner
 * products, moves the solution. */
static void shrinking_and_inner_products_change_nothing(void **state) {
  (void)state;
  crew self;
  crew_init(&self, 5, true);
  for (size_t l = 0; l < NARR_LANES; l++) self.problems[l].tolerance = 1e-5;
  for (size_t i = 0; i < 2; i++) {
    narr_linear_options options = {.loss = losses[i], .max_passes = 20000};
    narr_lanes usual = together(self.problems, NARR_LANES, options, NULL);
    options.no_shrinking = true;
    narr_lanes patient = together(self.problems, NARR_LANES, options, NULL);
    assert_same_solution(&self, &usual, &patient, 5e-5);
    float gram[250 * 250];
    for (size_t x = 0; x < 250; x++)
      for (size_t y = 0; y < 250; y++)
        gram[x * 250 + y] = (float)narr_row_inner(&self.data.matrix, x, y);
    options = (narr_linear_options){.loss = losses[i], .max_passes = 20000, .gram = gram};
    narr_lanes folded = together(self.problems, NARR_LANES, options, NULL);
    assert_same_solution(&self, &usual, &folded, 1e-4);
    narr_lanes_free(&folded);
    narr_lanes_free(&patient);
    narr_lanes_free(&usual);
  }
  crew_free(&self);
}

/* Only rows that are longer than many have their products kept. */
static void inner_products_are_kept_where_they_pay(void **state) {
  (void)state;
  svm_random few_long = svm_random_new(50, 0, 400, 200, 0.4, 3);
  svm_random many_short = svm_random_new(300, 0, 400, 20, 0.4, 3);
  float *gram;
  assert_false(narr_linear_gram_pays(&many_short.matrix, 125));
  assert_true(narr_linear_gram_pays(&few_long.matrix, 1));
  assert_int_equal(narr_linear_gram(&gram, &few_long.matrix, 2, NULL), NARR_OK);
  assert_non_null(gram);
  for (size_t x = 0; x < 50; x++)
    for (size_t y = 0; y < 50; y++)
      assert_near((double)gram[x * 50 + y], narr_row_inner(&few_long.matrix, x, y), 1e-6);
  narr_free(gram);
  narr_alloc_fail_at(1);
  assert_int_equal(narr_linear_gram(&gram, &few_long.matrix, 1, NULL), NARR_ERROR_MEMORY);
  narr_alloc_fail_at(0);
  assert_null(gram);
  svm_random_free(&few_long);
  svm_random_free(&many_short);
}

/* Along a path of rising C: each solution is that of a fresh start, and all of
 * them take fewer passes. The last step goes back down: what is above its
 * bounds is cut off. */
static void a_warm_start_ends_where_a_cold_one_does(void **state) {
  (void)state;
  static const double path[] = {0.25, 0.5, 1, 2, 4, 1};
  for (size_t i = 0; i < 2; i++) {
    crew self;
    crew_init(&self, 6, i);
    float *duals[NARR_LANES];
    for (size_t l = 0; l < NARR_LANES; l++) {
      duals[l] = narr_alloc_zero(250, sizeof(float));
      assert_non_null(duals[l]);
      self.problems[l].tolerance = 1e-4;
    }
    size_t warm_passes = 0, cold_passes = 0;
    for (size_t step = 0; step < 6; step++) {
      narr_linear_options options = {.loss = losses[i], .max_passes = 20000};
      for (size_t l = 0; l < NARR_LANES; l++) self.problems[l].C = path[step];
      narr_lanes warm = together(self.problems, NARR_LANES, options, duals);
      narr_lanes cold = together(self.problems, NARR_LANES, options, NULL);
      assert_same_solution(&self, &warm, &cold, 2e-4);
      for (size_t l = 0; l < NARR_LANES; l++) {
        warm_passes += warm.iterations[l];
        cold_passes += cold.iterations[l];
        for (size_t row = 0; row < 250; row++) {
          double cost = narr_problem_cost(&self.problems[l], row);
          assert_true(duals[l][row] >= 0);
          if (losses[i] == NARR_LOSS_HINGE) assert_true(duals[l][row] <= (float)cost);
          if (row % NARR_LANES == l) assert_true(duals[l][row] == 0);
        }
      }
      narr_lanes_free(&warm);
      narr_lanes_free(&cold);
    }
    assert_true(warm_passes < cold_passes);
    /* from its own solution there is nowhere to go */
    narr_lanes again =
        together(self.problems, NARR_LANES, (narr_linear_options){.loss = losses[i]}, duals);
    for (size_t l = 0; l < NARR_LANES; l++) assert_true(again.iterations[l] <= 3);
    narr_lanes_free(&again);
    for (size_t l = 0; l < NARR_LANES; l++) narr_free(duals[l]);
    crew_free(&self);
  }
}

static bool count_down(void *context) {
  return --*(size_t *)context > 0;
}

static void the_descent_can_be_stopped(void **state) {
  (void)state;
  crew self;
  crew_init(&self, 7, false);
  size_t left = 2;
  narr_linear_options options = {
      .keep_going = count_down, .context = &left, .loss = NARR_LOSS_HINGE};
  narr_lanes lanes;
  assert_int_equal(narr_linear_train_lanes(&lanes, self.problems, 8, &options, NULL, NULL),
                   NARR_ERROR_CANCELLED);
  assert_int_equal(left, 0);
  assert_null(lanes.weights);
  self.problems[3].weights = self.data.weights;
  assert_int_equal(narr_linear_train_lanes(&lanes, self.problems, 8, &options, NULL, NULL),
                   NARR_ERROR_ARGUMENT);
  assert_int_equal(narr_linear_train_lanes(&lanes, self.problems, 9, &options, NULL, NULL),
                   NARR_ERROR_ARGUMENT);
  assert_int_equal(narr_linear_train_lanes(&lanes, self.problems, 0, &options, NULL, NULL),
                   NARR_ERROR_ARGUMENT);
  crew_free(&self);
}

/* ---- Oracles ------------------------------------------------------------------------ */

/* libsvm's bias is free, ours is regularised. On rows with a strong signal
 * and balanced classes that moves the margins of few rows across 0. */
static void decides_like_libsvm(void **state) {
  (void)state;
  svm_random data = svm_random_new(600, 0, 300, 25, 0.2, 17);
  narr_problem problem = svm_random_problem(&data, NARR_KERNEL_LINEAR);
  problem.tolerance = 1e-5;
  narr_libsvm_data *prepared;
  narr_machine reference;
  assert_int_equal(narr_libsvm_data_new(&prepared, &data.matrix, &problem.kernel, 1, NULL), 0);
  assert_int_equal(narr_libsvm_train(&reference, prepared, &problem, 1 << 24, NULL), 0);
  narr_machine machine = learned(&problem, NARR_LOSS_HINGE);
  size_t agreed = 0;
  for (size_t row = 0; row < 600; row++) {
    double margin = margin_of(&problem, machine.weights, machine.bias, row);
    double expected = margin_of(&problem, reference.weights, reference.bias, row);
    assert_near(margin, expected, 0.1);
    agreed += (margin > 0) == (expected > 0);
  }
  assert_true(agreed >= 594);
  narr_machine_free(&machine);
  narr_machine_free(&reference);
  narr_libsvm_data_free(prepared);
  svm_random_free(&data);
}

#ifdef HAVE_LIBLINEAR
typedef struct model *train_fn(const struct problem *, const struct parameter *);
typedef void silence_fn(void (*)(const char *));
typedef void free_fn(struct model **);

typedef struct liblinear {
  train_fn *train;
  silence_fn *silence;
  free_fn *free;
} liblinear;

static void print_nothing(const char *string) {
  (void)string;
}

/* POSIX promises that a function pointer fits; C lets only bytes cross. */
static bool find_function(void *library, const char *name, void *function) {
  void *symbol = dlsym(library, name);
  memcpy(function, &symbol, sizeof symbol);
  return symbol != NULL;
}

static bool liblinear_open(liblinear *self) {
  void *library = dlopen("liblinear.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!library) library = dlopen("liblinear.so", RTLD_NOW | RTLD_LOCAL);
  return library && find_function(library, "train", &self->train) &&
         find_function(library, "set_print_string_function", &self->silence) &&
         find_function(library, "free_and_destroy_model", &self->free);
}

/* A row with the constant feature 1 at its end, which is -B 1. */
static struct feature_node *liblinear_row(const narr_matrix *matrix, size_t row) {
  size_t length = matrix->starts[row + 1] - matrix->starts[row];
  struct feature_node *nodes = narr_alloc(length + 2, sizeof *nodes);
  assert_non_null(nodes);
  for (size_t i = 0; i < length; i++) {
    size_t e = matrix->starts[row] + i;
    nodes[i] = (struct feature_node){(int)matrix->columns[e] + 1, (double)matrix->values[e]};
  }
  nodes[length] = (struct feature_node){(int)matrix->column_count + 1, 1};
  nodes[length + 1] = (struct feature_node){-1, 0};
  return nodes;
}

/* The primal objective that LIBLINEAR reaches on all rows. */
static double liblinear_objective(const liblinear *library, const narr_problem *problem,
                                  narr_loss loss) {
  size_t columns = problem->matrix->column_count;
  size_t count = problem->row_count;
  struct feature_node **x = narr_alloc(count, sizeof *x);
  double *y = narr_alloc(count, sizeof *y);
  assert_true(x && y);
  for (size_t k = 0; k < count; k++) {
    x[k] = liblinear_row(problem->matrix, k);
    y[k] = problem->targets[k];
  }
  int labels[2] = {1, -1};
  double factors[2] = {problem->positive_weight, problem->negative_weight};
  struct problem rows = {.l = (int)count, .n = (int)columns + 1, .y = y, .x = x, .bias = 1};
  struct parameter parameter = {
      .solver_type = loss == NARR_LOSS_HINGE ? L2R_L1LOSS_SVC_DUAL : L2R_L2LOSS_SVC_DUAL,
      .eps = problem->tolerance,
      .C = problem->C,
      .nr_weight = 2,
      .weight_label = labels,
      .weight = factors,
  };
  library->silence(print_nothing);
  struct model *model = library->train(&rows, &parameter);
  double sign = model->label[0] > 0 ? 1 : -1;
  for (size_t c = 0; c <= columns; c++) model->w[c] *= sign;
  double value = primal(problem, loss, model->w, model->w[columns]);
  library->free(&model);
  for (size_t k = 0; k < count; k++) narr_free(x[k]);
  narr_free(x);
  narr_free(y);
  return value;
}

static void reaches_the_objective_of_liblinear(void **state) {
  (void)state;
  liblinear library = {NULL, NULL, NULL};
  if (!liblinear_open(&library)) {
    print_message("liblinear.so is not installed\n");
    skip();
    return;
  }
  for (uint64_t seed = 1; seed <= 4; seed++) {
    svm_random data = svm_random_new(400, 0, 300, 20, 0.4, 30 + seed);
    narr_problem problem = svm_random_problem(&data, NARR_KERNEL_LINEAR);
    problem.tolerance = 1e-4;
    problem.C = seed == 2 ? 8 : 1;
    problem.positive_weight = seed == 3 ? 5 : 1;
    problem.negative_weight = seed == 4 ? 0.3 : 1;
    for (size_t l = 0; l < 2; l++) {
      double expected = liblinear_objective(&library, &problem, losses[l]);
      narr_machine machine = learned(&problem, losses[l]);
      assert_near(-machine.objective, expected, 1e-3 * expected);
      assert_near(primal(&problem, losses[l], machine.weights, machine.bias), expected,
                  1e-3 * expected);
      narr_machine_free(&machine);
    }
    svm_random_free(&data);
  }
}
#else
static void reaches_the_objective_of_liblinear(void **state) {
  (void)state;
  print_message("linear.h is not installed\n");
  skip();
}
#endif

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(primal_and_dual_meet),
      cmocka_unit_test(weights_count_like_copies),
      cmocka_unit_test(class_weight_draws_the_margin_to_its_side),
      cmocka_unit_test(a_problem_solved_by_hand),
      cmocka_unit_test(same_seed_gives_the_same_bytes),
      cmocka_unit_test(stops_at_the_iteration_limit),
      cmocka_unit_test(empty_rows_learn_the_bias),
      cmocka_unit_test(wrong_problems_are_refused),
      cmocka_unit_test(every_failed_allocation_is_reported),
      cmocka_unit_test(a_lane_does_not_notice_the_others),
      cmocka_unit_test(wide_instructions_give_the_same_bits),
      cmocka_unit_test(shrinking_and_inner_products_change_nothing),
      cmocka_unit_test(inner_products_are_kept_where_they_pay),
      cmocka_unit_test(a_warm_start_ends_where_a_cold_one_does),
      cmocka_unit_test(the_descent_can_be_stopped),
      cmocka_unit_test(decides_like_libsvm),
      cmocka_unit_test(reaches_the_objective_of_liblinear),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
