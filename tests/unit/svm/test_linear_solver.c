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
      assert_near(-machine.objective, value, 1e-3 * value);
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
    assert_near(x.objective, y.objective, 1e-6 * fabs(y.objective));
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
  narr_matrix matrix = {2, 2, starts, columns, values};
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
      cmocka_unit_test(decides_like_libsvm),
      cmocka_unit_test(reaches_the_objective_of_liblinear),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
