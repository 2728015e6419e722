/* test_libsvm_adapter.c - the adapter against libsvm itself: the same rows,
 * given to libsvm as sparse nodes, must get the same margins. */
#include "support/svm_random.h"

#include <unistd.h>

#include <libsvm/svm.h>

#include "svm/gram.h"
#include "svm/libsvm_adapter.h"

#define CACHE_BYTES ((size_t)16 << 20)

/* Enough empty rows for the adapter not to keep the kernel matrix. */
#define SPARSE_PATH NARR_LIBSVM_GRAM_ROWS
#define GRAM_PATH 1

static const narr_kernel kernels[] = {NARR_KERNEL_LINEAR, NARR_KERNEL_POLY, NARR_KERNEL_RBF,
                                      NARR_KERNEL_SIGMOID};
static const int libsvm_kernels[] = {LINEAR, POLY, RBF, SIGMOID};

typedef struct oracle {
  struct svm_node **rows; /* of the whole matrix */
  struct svm_node **x;
  double *y;
  struct svm_model *model;
} oracle;

static void print_nothing(const char *string) {
  (void)string;
}

static struct svm_node *libsvm_row(const narr_matrix *matrix, size_t row) {
  size_t length = matrix->starts[row + 1] - matrix->starts[row];
  struct svm_node *nodes = narr_alloc(length + 1, sizeof *nodes);
  assert_non_null(nodes);
  for (size_t i = 0; i < length; i++) {
    size_t e = matrix->starts[row] + i;
    nodes[i] = (struct svm_node){(int)matrix->columns[e] + 1, (double)matrix->values[e]};
  }
  nodes[length] = (struct svm_node){-1, 0};
  return nodes;
}

static oracle oracle_new(const narr_problem *problem, int kernel_type) {
  oracle self;
  const narr_matrix *matrix = problem->matrix;
  self.rows = narr_alloc(matrix->row_count, sizeof *self.rows);
  self.x = narr_alloc(problem->row_count, sizeof *self.x);
  self.y = narr_alloc(problem->row_count, sizeof *self.y);
  assert_true(self.rows && self.x && self.y);
  for (size_t row = 0; row < matrix->row_count; row++) self.rows[row] = libsvm_row(matrix, row);
  for (size_t k = 0; k < problem->row_count; k++) {
    self.x[k] = self.rows[problem->rows[k]];
    self.y[k] = problem->targets[problem->rows[k]];
  }
  int labels[2] = {1, -1};
  double factors[2] = {problem->positive_weight, problem->negative_weight};
  struct svm_problem rows = {(int)problem->row_count, self.y, self.x};
  struct svm_parameter parameter = {.svm_type = C_SVC,
                                    .kernel_type = kernel_type,
                                    .degree = problem->kernel.degree,
                                    .gamma = problem->kernel.gamma,
                                    .coef0 = problem->kernel.coef0,
                                    .cache_size = 16,
                                    .eps = problem->tolerance,
                                    .C = problem->C,
                                    .nr_weight = 2,
                                    .weight_label = labels,
                                    .weight = factors,
                                    .shrinking = 1};
  svm_set_print_string_function(print_nothing);
  self.model = svm_train(&rows, &parameter);
  return self;
}

static double oracle_margin(const oracle *self, size_t row) {
  double value;
  svm_predict_values(self->model, self->rows[row], &value);
  return self->model->label[0] > 0 ? value : -value;
}

static void oracle_free(oracle *self, const narr_matrix *matrix) {
  svm_free_and_destroy_model(&self->model);
  for (size_t row = 0; row < matrix->row_count; row++) narr_free(self->rows[row]);
  narr_free(self->rows);
  narr_free(self->x);
  narr_free(self->y);
}

static void compare_with_oracle(const narr_problem *problem, int libsvm_kernel) {
  const narr_matrix *matrix = problem->matrix;
  oracle expected = oracle_new(problem, libsvm_kernel);
  narr_libsvm_data *prepared;
  narr_machine machine;
  assert_int_equal(narr_libsvm_data_new(&prepared, matrix, &problem->kernel, 2, NULL), NARR_OK);
  assert_int_equal(narr_libsvm_train(&machine, prepared, problem, CACHE_BYTES, NULL), NARR_OK);
  assert_true((machine.weights != NULL) == (problem->kernel.kind == NARR_KERNEL_LINEAR));
  assert_true((machine.support_count == 0) == (machine.weights != NULL));
  for (size_t s = 1; s < machine.support_count; s++)
    assert_true(machine.support[s - 1] < machine.support[s]);
  for (size_t row = 0; row < matrix->row_count; row++) {
    double margin = oracle_margin(&expected, row);
    assert_near(narr_machine_margin(&machine, &problem->kernel, matrix, row), margin, 1e-9);
    assert_near(narr_libsvm_margin(prepared, &machine, row), margin, 1e-9);
  }
  narr_machine_free(&machine);
  narr_libsvm_data_free(prepared);
  oracle_free(&expected, matrix);
}

static void compare_all_kernels(size_t empty_rows) {
  for (size_t k = 0; k < sizeof kernels / sizeof *kernels; k++) {
    for (uint64_t seed = 1; seed <= 3; seed++) {
      svm_random data = svm_random_new(80, empty_rows, 120, 20, 0.3, seed);
      narr_problem problem = svm_random_problem(&data, kernels[k]);
      problem.positive_weight = seed == 2 ? 3 : 1;
      problem.negative_weight = seed == 3 ? 0.2 : 1;
      problem.C = seed == 1 ? 10 : 1;
      compare_with_oracle(&problem, libsvm_kernels[k]);
      svm_random_free(&data);
    }
  }
}

static void margins_agree_with_the_kernel_matrix(void **state) {
  (void)state;
  compare_all_kernels(GRAM_PATH);
}

static void margins_agree_with_sparse_nodes(void **state) {
  (void)state;
  compare_all_kernels(SPARSE_PATH);
}

/* As in a fold: some rows, in no order, the first of either class. */
static void some_rows_in_any_order_agree(void **state) {
  (void)state;
  size_t rows[50];
  for (size_t path = 0; path < 2; path++) {
    svm_random data = svm_random_new(100, path ? SPARSE_PATH : GRAM_PATH, 100, 15, 0.3, 11);
    narr_problem problem = svm_random_problem(&data, NARR_KERNEL_RBF);
    narr_prng prng = {5};
    narr_prng_shuffle(&prng, data.rows, data.row_count);
    for (size_t k = 0; k < 50; k++) rows[k] = data.rows[k];
    problem.rows = rows;
    problem.row_count = 50;
    for (int first = -1; first <= 1; first += 2) {
      size_t k = 0;
      while (data.targets[rows[k]] != first) k++;
      size_t row = rows[0];
      rows[0] = rows[k];
      rows[k] = row;
      compare_with_oracle(&problem, RBF);
      problem.kernel.kind = NARR_KERNEL_LINEAR;
      compare_with_oracle(&problem, LINEAR);
      problem.kernel.kind = NARR_KERNEL_RBF;
    }
    svm_random_free(&data);
  }
}

/* The dual objective of a linear machine, from a kernel machine with the
 * same kernel: (1 * <x, y> + 0) ^ 1. */
static void objective_is_that_of_the_dual(void **state) {
  (void)state;
  svm_random data = svm_random_new(120, 1, 100, 15, 0.3, 4);
  narr_problem problem = svm_random_problem(&data, NARR_KERNEL_LINEAR);
  narr_libsvm_data *prepared;
  narr_machine linear, poly;
  problem.tolerance = 1e-6;
  assert_int_equal(narr_libsvm_data_new(&prepared, &data.matrix, &problem.kernel, 1, NULL), 0);
  assert_int_equal(narr_libsvm_train(&linear, prepared, &problem, CACHE_BYTES, NULL), 0);
  narr_libsvm_data_free(prepared);
  problem.kernel = (narr_kernel_params){NARR_KERNEL_POLY, 1, 0, 1};
  assert_int_equal(narr_libsvm_data_new(&prepared, &data.matrix, &problem.kernel, 1, NULL), 0);
  assert_int_equal(narr_libsvm_train(&poly, prepared, &problem, CACHE_BYTES, NULL), 0);
  narr_libsvm_data_free(prepared);
  double primal = 0; /* equal to minus the dual at the optimum */
  for (size_t c = 0; c < data.matrix.column_count; c++)
    primal += linear.weights[c] * linear.weights[c] / 2;
  for (size_t k = 0; k < data.row_count; k++)
    primal += fmax(
        0, 1 - data.targets[k] * narr_machine_margin(&linear, &problem.kernel, &data.matrix, k));
  assert_near(linear.objective, poly.objective, 1e-5 * primal);
  assert_near(-linear.objective, primal, 1e-5 * primal);
  narr_machine_free(&linear);
  narr_machine_free(&poly);
  svm_random_free(&data);
}

typedef struct gram_check {
  const svm_random *data;
  narr_kernel_params kernel;
  size_t *seen;
} gram_check;

static void check_gram_row(void *context, size_t row, const double *kernel) {
  gram_check *check = context;
  const narr_matrix *matrix = &check->data->matrix;
  for (size_t j = row; j < matrix->row_count; j++)
    if (kernel[j] == narr_kernel_value(&check->kernel, narr_row_inner(matrix, row, j),
                                       narr_row_norm(matrix, row), narr_row_norm(matrix, j)))
      check->seen[row]++;
}

static void gram_is_exactly_the_kernel_of_all_pairs(void **state) {
  (void)state;
  svm_random data = svm_random_new(70, 2, 50, 10, 0.3, 9);
  size_t count = data.matrix.row_count;
  for (size_t k = 0; k < sizeof kernels / sizeof *kernels; k++) {
    gram_check check = {&data, {kernels[k], 0.5, 0.25, 3}, NULL};
    check.seen = narr_alloc_zero(count, sizeof *check.seen);
    assert_non_null(check.seen);
    assert_int_equal(narr_gram(&data.matrix, &check.kernel, 3, check_gram_row, &check, NULL), 0);
    for (size_t row = 0; row < count; row++) assert_int_equal(check.seen[row], count - row);
    narr_free(check.seen);
  }
  svm_random_free(&data);
}

static void same_problem_gives_the_same_bytes(void **state) {
  (void)state;
  svm_random data = svm_random_new(150, 1, 100, 15, 0.3, 21);
  for (size_t k = 0; k < sizeof kernels / sizeof *kernels; k++) {
    narr_problem problem = svm_random_problem(&data, kernels[k]);
    narr_machine machines[2];
    for (unsigned i = 0; i < 2; i++) {
      narr_libsvm_data *prepared;
      unsigned jobs = i ? 4 : 1;
      assert_int_equal(narr_libsvm_data_new(&prepared, &data.matrix, &problem.kernel, jobs, NULL),
                       NARR_OK);
      assert_int_equal(narr_libsvm_train(&machines[i], prepared, &problem, CACHE_BYTES, NULL), 0);
      narr_libsvm_data_free(prepared);
    }
    assert_true(svm_same_machine(&machines[0], &machines[1], data.matrix.column_count));
    narr_machine_free(&machines[0]);
    narr_machine_free(&machines[1]);
  }
  svm_random_free(&data);
}

static narr_status trained(const narr_libsvm_data *prepared, narr_problem problem) {
  narr_machine machine;
  narr_error error = NARR_ERROR_INIT;
  narr_status status = narr_libsvm_train(&machine, prepared, &problem, CACHE_BYTES, &error);
  assert_int_equal(error.status, status);
  if (status) assert_true(!machine.weights && !machine.support && !machine.coefficients);
  narr_machine_free(&machine);
  return status;
}

static void wrong_problems_are_refused(void **state) {
  (void)state;
  svm_random data = svm_random_new(40, 1, 50, 10, 0.3, 2);
  narr_problem good = svm_random_problem(&data, NARR_KERNEL_RBF);
  narr_libsvm_data *prepared;
  assert_int_equal(narr_libsvm_data_new(&prepared, &data.matrix, &good.kernel, 1, NULL), 0);
  assert_int_equal(trained(prepared, good), NARR_OK);
  narr_problem problem = good;
  problem.weights = data.weights;
  assert_int_equal(trained(prepared, problem), NARR_ERROR_ARGUMENT);
  problem = good;
  problem.kernel.gamma = 1;
  assert_int_equal(trained(prepared, problem), NARR_ERROR_ARGUMENT);
  problem = good;
  problem.C = -1;
  assert_int_equal(trained(prepared, problem), NARR_ERROR_ARGUMENT);
  problem = good;
  for (size_t row = 0; row < data.matrix.row_count; row++) data.targets[row] = -1;
  assert_int_equal(trained(prepared, problem), NARR_ERROR_INPUT);
  narr_libsvm_data_free(prepared);
  narr_libsvm_data_free(NULL);
  svm_random_free(&data);
}

static void kernels_that_overflow_are_refused(void **state) {
  (void)state;
  svm_random data = svm_random_new(40, 1, 50, 10, 0.3, 2);
  narr_problem problem = svm_random_problem(&data, NARR_KERNEL_POLY);
  problem.kernel = (narr_kernel_params){NARR_KERNEL_POLY, 1e200, 1e200, 3};
  narr_libsvm_data *prepared;
  assert_int_equal(narr_libsvm_data_new(&prepared, &data.matrix, &problem.kernel, 1, NULL), 0);
  assert_int_equal(trained(prepared, problem), NARR_ERROR_INPUT);
  narr_libsvm_data_free(prepared);
  svm_random_free(&data);
}

static void no_rows_is_an_input_error(void **state) {
  (void)state;
  narr_matrix matrix = NARR_MATRIX_INIT;
  narr_kernel_params kernel = {.kind = NARR_KERNEL_LINEAR};
  narr_error error = NARR_ERROR_INIT;
  narr_libsvm_data *prepared;
  assert_int_equal(narr_libsvm_data_new(&prepared, &matrix, &kernel, 1, &error), NARR_ERROR_INPUT);
  assert_null(prepared);
}

static narr_status prepare_and_train(const narr_problem *problem) {
  narr_libsvm_data *prepared;
  narr_machine machine;
  narr_status status = narr_libsvm_data_new(&prepared, problem->matrix, &problem->kernel, 1, NULL);
  if (status) {
    assert_null(prepared);
    return status;
  }
  status = narr_libsvm_train(&machine, prepared, problem, CACHE_BYTES, NULL);
  if (status) assert_true(!machine.weights && !machine.support && !machine.coefficients);
  narr_machine_free(&machine);
  narr_libsvm_data_free(prepared);
  return status;
}

static void every_failed_allocation_is_reported(void **state) {
  (void)state;
  svm_random data = svm_random_new(20, 1, 30, 10, 0.3, 2);
  for (size_t k = 0; k < sizeof kernels / sizeof *kernels; k++) {
    narr_problem problem = svm_random_problem(&data, kernels[k]);
    size_t nth = 0;
    narr_status status;
    do {
      narr_alloc_fail_at(++nth);
      status = prepare_and_train(&problem);
      narr_alloc_fail_at(0);
      assert_true(status == NARR_OK || status == NARR_ERROR_MEMORY);
    } while (status);
    assert_true(nth > 10);
  }
  svm_random_free(&data);
}

static void nothing_is_printed(void **state) {
  (void)state;
  svm_random data = svm_random_new(40, 1, 50, 10, 0.3, 2);
  narr_problem problem = svm_random_problem(&data, NARR_KERNEL_LINEAR);
  int pipe_ends[2];
  char byte;
  assert_int_equal(pipe(pipe_ends), 0);
  fflush(stdout);
  int kept = dup(STDOUT_FILENO);
  assert_true(kept >= 0);
  assert_int_equal(dup2(pipe_ends[1], STDOUT_FILENO), STDOUT_FILENO);
  close(pipe_ends[1]);
  narr_status status = prepare_and_train(&problem);
  fflush(stdout);
  assert_int_equal(dup2(kept, STDOUT_FILENO), STDOUT_FILENO);
  close(kept);
  assert_int_equal(read(pipe_ends[0], &byte, 1), 0);
  close(pipe_ends[0]);
  assert_int_equal(status, NARR_OK);
  svm_random_free(&data);
}

static void global_random_numbers_are_left_alone(void **state) {
  (void)state;
  svm_random data = svm_random_new(40, 1, 50, 10, 0.3, 2);
  narr_problem problem = svm_random_problem(&data, NARR_KERNEL_LINEAR);
  srand(1);
  int expected = rand();
  srand(1);
  assert_int_equal(prepare_and_train(&problem), NARR_OK);
  assert_int_equal(rand(), expected);
  svm_random_free(&data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      /* first: the others silence libsvm themselves */
      cmocka_unit_test(nothing_is_printed),
      cmocka_unit_test(margins_agree_with_the_kernel_matrix),
      cmocka_unit_test(margins_agree_with_sparse_nodes),
      cmocka_unit_test(some_rows_in_any_order_agree),
      cmocka_unit_test(objective_is_that_of_the_dual),
      cmocka_unit_test(gram_is_exactly_the_kernel_of_all_pairs),
      cmocka_unit_test(same_problem_gives_the_same_bytes),
      cmocka_unit_test(wrong_problems_are_refused),
      cmocka_unit_test(kernels_that_overflow_are_refused),
      cmocka_unit_test(no_rows_is_an_input_error),
      cmocka_unit_test(global_random_numbers_are_left_alone),
      cmocka_unit_test(every_failed_allocation_is_reported),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
