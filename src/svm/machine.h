/* machine.h - one binary support vector machine: what to learn it from, and
 * what was learned. Both solvers speak these types. */
#ifndef NARR_SVM_MACHINE_H
#define NARR_SVM_MACHINE_H

#include <stddef.h>
#include <stdint.h>

#include "feature/matrix.h"
#include "narr/train.h"

/* kernel(x, y), as in libsvm. gamma is a number here, never 0 for "default". */
typedef struct narr_kernel_params {
  narr_kernel kind;
  double gamma;
  double coef0;
  int degree;
} narr_kernel_params;

/* The kernel from the inner product and the squared norms of two rows. */
double narr_kernel_value(const narr_kernel_params *kernel, double inner, double norm_x,
                         double norm_y);

/* A learning problem: some rows of a matrix, borrowed. */
typedef struct narr_problem {
  const narr_matrix *matrix;
  const size_t *rows; /* matrix rows to learn from, without repeats */
  size_t row_count;
  const int8_t *targets; /* +1 or -1 for every *matrix* row */
  const double *weights; /* cost factor (>= 0) for every matrix row; NULL: 1 */
  double C;
  double positive_weight; /* cost factors of the classes */
  double negative_weight;
  narr_kernel_params kernel;
  double tolerance; /* when to stop; each solver says on what */
  uint64_t seed;
} narr_problem;

/* C of one matrix row: the problem's, times its class's and its own factor. */
double narr_problem_cost(const narr_problem *problem, size_t row);

/* Whether the problem can be learned from. Errors: argument (a number that
 * is out of its range), input (only one class among the rows whose weight is
 * not 0). */
NARR_MUST_CHECK narr_status narr_problem_check(const narr_problem *problem, narr_error *error);

/* f(x) = bias + sum of coefficients[s] * kernel(support row s, x). For the
 * linear kernel the sum is folded into `weights`, one a matrix column, and
 * the support rows are left out. Owned; free with narr_machine_free(). */
typedef struct narr_machine {
  double bias;
  double *weights;      /* column_count of them; NULL for other kernels */
  size_t support_count; /* 0 for the linear kernel */
  size_t *support;      /* matrix rows, rising */
  double *coefficients; /* alpha * target of each */
  size_t iterations;    /* for the curious; 0 where unknown */
  double objective;     /* dual objective reached, to be minimised; 0 where unknown */
} narr_machine;

#define NARR_MACHINE_INIT \
  { 0, NULL, 0, NULL, NULL, 0, 0 }

/* The margin f(row) of a matrix row. */
double narr_machine_margin(const narr_machine *machine, const narr_kernel_params *kernel,
                           const narr_matrix *matrix, size_t row);

/* The machine of the opposite question: all margins with the other sign. The
 * caller frees it. Errors: memory. */
NARR_MUST_CHECK narr_status narr_machine_mirror(narr_machine *out, const narr_machine *machine,
                                                size_t column_count, narr_error *error);

/* <x, y> of two matrix rows; <x, x> of one. Summed in column order. */
double narr_row_inner(const narr_matrix *matrix, size_t x, size_t y);
double narr_row_norm(const narr_matrix *matrix, size_t row);

/* <weights, row>, `weights` having one number a column. */
double narr_row_dot(const narr_matrix *matrix, size_t row, const double *weights);

/* weights += factor * row. */
void narr_row_add(const narr_matrix *matrix, size_t row, double factor, double *weights);

void narr_machine_free(narr_machine *machine);

#endif
