/* machine.c - what both solvers and everybody who uses their machines need:
 * inner products of sparse rows, kernels, margins. */
#include "svm/machine.h"

#include <math.h>
#include <stdbool.h>

#include "base/alloc.h"
#include "base/status.h"

/* By squaring, as libsvm does it: pow() rounds differently. */
static double integer_power(double base, int exponent) {
  double result = 1;
  for (; exponent > 0; exponent /= 2) {
    if (exponent % 2) result *= base;
    base *= base;
  }
  return result;
}

double narr_kernel_value(const narr_kernel_params *kernel, double inner, double norm_x,
                         double norm_y) {
  switch (kernel->kind) {
    case NARR_KERNEL_LINEAR: return inner;
    case NARR_KERNEL_POLY:
      return integer_power(kernel->gamma * inner + kernel->coef0, kernel->degree);
    case NARR_KERNEL_RBF: return exp(-kernel->gamma * (norm_x + norm_y - 2 * inner));
    case NARR_KERNEL_SIGMOID: return tanh(kernel->gamma * inner + kernel->coef0);
  }
  return inner;
}

double narr_problem_cost(const narr_problem *problem, size_t row) {
  double factor = problem->targets[row] > 0 ? problem->positive_weight : problem->negative_weight;
  if (problem->weights) factor *= problem->weights[row];
  return problem->C * factor;
}

static bool positive(double number) {
  return isfinite(number) && number > 0;
}

narr_status narr_problem_check(const narr_problem *problem, narr_error *error) {
  if (!positive(problem->C) || !positive(problem->positive_weight) ||
      !positive(problem->negative_weight))
    return narr_fail(error, NARR_ERROR_ARGUMENT, "C and class weights must be positive numbers");
  if (!positive(problem->tolerance))
    return narr_fail(error, NARR_ERROR_ARGUMENT, "the tolerance must be a positive number");
  bool has_positive = false;
  bool has_negative = false;
  for (size_t k = 0; k < problem->row_count; k++) {
    size_t row = problem->rows[k];
    if (row >= problem->matrix->row_count)
      return narr_fail(error, NARR_ERROR_ARGUMENT, "row %zu is not in the matrix", row);
    if (problem->targets[row] != 1 && problem->targets[row] != -1)
      return narr_fail(error, NARR_ERROR_ARGUMENT, "the target of row %zu is not +1 or -1", row);
    double cost = narr_problem_cost(problem, row);
    if (!isfinite(cost) || cost < 0)
      return narr_fail(error, NARR_ERROR_ARGUMENT, "the weight of row %zu is out of range", row);
    if (cost > 0 && problem->targets[row] > 0) has_positive = true;
    if (cost > 0 && problem->targets[row] < 0) has_negative = true;
  }
  if (!has_positive || !has_negative)
    return narr_fail(error, NARR_ERROR_INPUT, "only one class among the %zu rows to learn from",
                     problem->row_count);
  return NARR_OK;
}

double narr_row_inner(const narr_matrix *matrix, size_t x, size_t y) {
  size_t i = matrix->starts[x];
  size_t j = matrix->starts[y];
  size_t end_i = matrix->starts[x + 1];
  size_t end_j = matrix->starts[y + 1];
  double sum = 0;
  while (i < end_i && j < end_j) {
    uint32_t column_i = matrix->columns[i];
    uint32_t column_j = matrix->columns[j];
    if (column_i == column_j) sum += (double)matrix->values[i] * (double)matrix->values[j];
    i += column_i <= column_j;
    j += column_j <= column_i;
  }
  return sum;
}

double narr_row_norm(const narr_matrix *matrix, size_t row) {
  double sum = 0;
  for (size_t i = matrix->starts[row]; i < matrix->starts[row + 1]; i++)
    sum += (double)matrix->values[i] * (double)matrix->values[i];
  return sum;
}

/* Four sums: with one, each addition would wait for the one before it. */
double narr_row_dot(const narr_matrix *matrix, size_t row, const double *weights) {
  const uint32_t *columns = matrix->columns;
  const float *values = matrix->values;
  size_t i = matrix->starts[row];
  size_t end = matrix->starts[row + 1];
  double sums[4] = {0, 0, 0, 0};
  for (; end - i >= 4; i += 4) {
    sums[0] += weights[columns[i]] * (double)values[i];
    sums[1] += weights[columns[i + 1]] * (double)values[i + 1];
    sums[2] += weights[columns[i + 2]] * (double)values[i + 2];
    sums[3] += weights[columns[i + 3]] * (double)values[i + 3];
  }
  for (; i < end; i++) sums[0] += weights[columns[i]] * (double)values[i];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

void narr_row_add(const narr_matrix *matrix, size_t row, double factor, double *weights) {
  const uint32_t *columns = matrix->columns;
  const float *values = matrix->values;
  size_t end = matrix->starts[row + 1];
  for (size_t i = matrix->starts[row]; i < end; i++)
    weights[columns[i]] += factor * (double)values[i];
}

double narr_machine_margin(const narr_machine *machine, const narr_kernel_params *kernel,
                           const narr_matrix *matrix, size_t row) {
  if (machine->weights) return machine->bias + narr_row_dot(matrix, row, machine->weights);
  double norm = narr_row_norm(matrix, row);
  double sum = 0;
  for (size_t s = 0; s < machine->support_count; s++) {
    size_t support = machine->support[s];
    sum +=
        machine->coefficients[s] * narr_kernel_value(kernel, narr_row_inner(matrix, support, row),
                                                     narr_row_norm(matrix, support), norm);
  }
  return machine->bias + sum;
}

narr_status narr_machine_mirror(narr_machine *out, const narr_machine *machine, size_t column_count,
                                narr_error *error) {
  size_t count = machine->support_count;
  *out = (narr_machine){.bias = -machine->bias,
                        .support_count = count,
                        .iterations = machine->iterations,
                        .objective = machine->objective};
  if (machine->weights) {
    out->weights = narr_alloc(column_count, sizeof *out->weights);
    if (!out->weights) goto no_memory;
    for (size_t c = 0; c < column_count; c++) out->weights[c] = -machine->weights[c];
    return NARR_OK;
  }
  out->support = narr_alloc(count, sizeof *out->support);
  out->coefficients = narr_alloc(count, sizeof *out->coefficients);
  if (!out->support || !out->coefficients) goto no_memory;
  for (size_t s = 0; s < count; s++) {
    out->support[s] = machine->support[s];
    out->coefficients[s] = -machine->coefficients[s];
  }
  return NARR_OK;
no_memory:
  narr_machine_free(out);
  return narr_fail_memory(error);
}

void narr_machine_free(narr_machine *machine) {
  narr_free(machine->weights);
  narr_free(machine->support);
  narr_free(machine->coefficients);
  *machine = (narr_machine)NARR_MACHINE_INIT;
}
