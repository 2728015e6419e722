/* test_machine.c - kernels, inner products and margins against plain loops. */
#include "support/svm_random.h"

static double *dense_row(const narr_matrix *matrix, size_t row) {
  double *dense = narr_alloc_zero(matrix->column_count, sizeof *dense);
  assert_non_null(dense);
  for (size_t e = matrix->starts[row]; e < matrix->starts[row + 1]; e++)
    dense[matrix->columns[e]] = (double)matrix->values[e];
  return dense;
}

static void kernels_have_their_textbook_values(void **state) {
  (void)state;
  narr_kernel_params kernel = {.kind = NARR_KERNEL_LINEAR, .gamma = 0.5, .coef0 = 2, .degree = 3};
  assert_near(narr_kernel_value(&kernel, 3, 4, 5), 3, 0);
  kernel.kind = NARR_KERNEL_POLY;
  assert_near(narr_kernel_value(&kernel, 3, 4, 5), 42.875, 1e-12);
  kernel.degree = 0;
  assert_near(narr_kernel_value(&kernel, 3, 4, 5), 1, 0);
  kernel.kind = NARR_KERNEL_RBF;
  assert_near(narr_kernel_value(&kernel, 3, 4, 5), exp(-1.5), 1e-15);
  assert_near(narr_kernel_value(&kernel, 4, 4, 4), 1, 0);
  kernel.kind = NARR_KERNEL_SIGMOID;
  assert_near(narr_kernel_value(&kernel, 3, 4, 5), tanh(3.5), 1e-15);
}

static void products_match_dense_loops(void **state) {
  (void)state;
  svm_random data = svm_random_new(30, 1, 60, 15, 0.1, 7);
  const narr_matrix *matrix = &data.matrix;
  for (size_t x = 0; x < matrix->row_count; x++) {
    double *dense_x = dense_row(matrix, x);
    double norm = 0;
    for (size_t c = 0; c < matrix->column_count; c++) norm += dense_x[c] * dense_x[c];
    assert_near(narr_row_norm(matrix, x), norm, 1e-12);
    for (size_t y = 0; y < matrix->row_count; y++) {
      double *dense_y = dense_row(matrix, y);
      double inner = 0;
      for (size_t c = 0; c < matrix->column_count; c++) inner += dense_x[c] * dense_y[c];
      assert_near(narr_row_inner(matrix, x, y), inner, 1e-12);
      assert_near(narr_row_dot(matrix, x, dense_y), inner, 1e-12);
      narr_row_add(matrix, x, -2, dense_y);
      assert_near(narr_row_dot(matrix, x, dense_y), inner - 2 * norm, 1e-12);
      narr_free(dense_y);
    }
    narr_free(dense_x);
  }
  svm_random_free(&data);
}

static void margin_is_bias_plus_weights(void **state) {
  (void)state;
  svm_random data = svm_random_new(5, 1, 20, 8, 0.1, 3);
  double weights[20];
  for (size_t c = 0; c < 20; c++) weights[c] = (double)c - 7;
  narr_machine machine = {.bias = -0.5, .weights = weights};
  narr_kernel_params kernel = {.kind = NARR_KERNEL_LINEAR};
  for (size_t row = 0; row < data.matrix.row_count; row++) {
    double expected = -0.5;
    for (size_t e = data.matrix.starts[row]; e < data.matrix.starts[row + 1]; e++)
      expected += (double)data.matrix.values[e] * weights[data.matrix.columns[e]];
    assert_near(narr_machine_margin(&machine, &kernel, &data.matrix, row), expected, 1e-12);
  }
  svm_random_free(&data);
}

static void margin_is_bias_plus_supports(void **state) {
  (void)state;
  svm_random data = svm_random_new(5, 1, 20, 8, 0.1, 3);
  size_t support[2] = {1, 4};
  double coefficients[2] = {0.75, -0.5};
  narr_machine machine = {
      .bias = 0.125, .support_count = 2, .support = support, .coefficients = coefficients};
  narr_kernel_params kernel = {.kind = NARR_KERNEL_RBF, .gamma = 2};
  for (size_t row = 0; row < data.matrix.row_count; row++) {
    double expected = 0.125;
    for (size_t s = 0; s < 2; s++) {
      double distance = narr_row_norm(&data.matrix, row) + narr_row_norm(&data.matrix, support[s]) -
                        2 * narr_row_inner(&data.matrix, row, support[s]);
      expected += coefficients[s] * exp(-2 * distance);
    }
    assert_near(narr_machine_margin(&machine, &kernel, &data.matrix, row), expected, 1e-12);
  }
  svm_random_free(&data);
}

static void cost_multiplies_all_factors(void **state) {
  (void)state;
  svm_random data = svm_random_new(10, 0, 20, 8, 0.1, 3);
  narr_problem problem = svm_random_problem(&data, NARR_KERNEL_LINEAR);
  problem.C = 3;
  problem.positive_weight = 5;
  problem.negative_weight = 7;
  data.targets[0] = 1;
  data.targets[1] = -1;
  assert_near(narr_problem_cost(&problem, 0), 15, 0);
  assert_near(narr_problem_cost(&problem, 1), 21, 0);
  problem.weights = data.weights;
  assert_near(narr_problem_cost(&problem, 1), 21 * data.weights[1], 1e-12);
  svm_random_free(&data);
}

static narr_status checked(narr_problem problem) {
  narr_error error = NARR_ERROR_INIT;
  narr_status status = narr_problem_check(&problem, &error);
  assert_int_equal(error.status, status);
  assert_true((status == NARR_OK) == (error.message[0] == '\0'));
  return status;
}

static void problems_that_mean_nothing_are_refused(void **state) {
  (void)state;
  svm_random data = svm_random_new(20, 0, 20, 8, 0.1, 3);
  narr_problem good = svm_random_problem(&data, NARR_KERNEL_LINEAR);
  assert_int_equal(checked(good), NARR_OK);
  const double bad[] = {0, -1, NAN, INFINITY};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    narr_problem problem = good;
    problem.C = bad[i];
    assert_int_equal(checked(problem), NARR_ERROR_ARGUMENT);
    problem = good;
    problem.positive_weight = bad[i];
    assert_int_equal(checked(problem), NARR_ERROR_ARGUMENT);
    problem = good;
    problem.negative_weight = bad[i];
    assert_int_equal(checked(problem), NARR_ERROR_ARGUMENT);
    problem = good;
    problem.tolerance = bad[i];
    assert_int_equal(checked(problem), NARR_ERROR_ARGUMENT);
    problem = good;
    problem.weights = data.weights;
    data.weights[3] = bad[i];
    assert_int_equal(checked(problem), bad[i] == 0 ? NARR_OK : NARR_ERROR_ARGUMENT);
  }
  size_t outside = data.matrix.row_count;
  narr_problem problem = good;
  problem.rows = &outside;
  problem.row_count = 1;
  assert_int_equal(checked(problem), NARR_ERROR_ARGUMENT);
  int8_t kept = data.targets[5];
  data.targets[5] = 0;
  assert_int_equal(checked(good), NARR_ERROR_ARGUMENT);
  data.targets[5] = kept;
  svm_random_free(&data);
}

static void one_class_is_an_input_error(void **state) {
  (void)state;
  svm_random data = svm_random_new(20, 0, 20, 8, 0.1, 3);
  narr_problem problem = svm_random_problem(&data, NARR_KERNEL_LINEAR);
  problem.weights = data.weights; /* rows of weight 0 are no second class */
  for (size_t row = 0; row < 20; row++)
    if (data.targets[row] < 0) data.weights[row] = 0;
  assert_int_equal(checked(problem), NARR_ERROR_INPUT);
  problem.weights = NULL;
  assert_int_equal(checked(problem), NARR_OK);
  problem.row_count = 0;
  assert_int_equal(checked(problem), NARR_ERROR_INPUT);
  svm_random_free(&data);
}

static void free_leaves_an_empty_machine(void **state) {
  (void)state;
  narr_machine machine = NARR_MACHINE_INIT;
  narr_machine_free(&machine);
  machine.weights = narr_alloc(3, sizeof *machine.weights);
  machine.support_count = 2;
  narr_machine_free(&machine);
  assert_null(machine.weights);
  assert_int_equal(machine.support_count, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(kernels_have_their_textbook_values),
      cmocka_unit_test(products_match_dense_loops),
      cmocka_unit_test(margin_is_bias_plus_weights),
      cmocka_unit_test(margin_is_bias_plus_supports),
      cmocka_unit_test(cost_multiplies_all_factors),
      cmocka_unit_test(problems_that_mean_nothing_are_refused),
      cmocka_unit_test(one_class_is_an_input_error),
      cmocka_unit_test(free_leaves_an_empty_machine),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
