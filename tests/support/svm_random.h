/* svm_random.h - random sparse learning problems, for the tests of
 * machines. */
#ifndef TEST_SUPPORT_SVM_RANDOM_H
#define TEST_SUPPORT_SVM_RANDOM_H

#include "base/alloc.h"
#include "base/prng.h"
#include "feature/matrix.h"
#include "support/check.h"
#include "svm/machine.h"

static inline double svm_random_real(narr_prng *prng) {
  return (double)(narr_prng_next(prng) >> 11) * 0x1p-53;
}

/* A matrix whose first `row_count` rows are random, and the rest empty; and
 * targets that follow a random direction, up to some noise. */
typedef struct svm_random {
  narr_matrix matrix;
  int8_t *targets;
  double *weights;
  size_t *rows; /* 0 .. row_count - 1 */
  size_t row_count;
} svm_random;

static inline void svm_random_row(svm_random *self, size_t row, size_t terms, narr_prng *prng) {
  narr_matrix *matrix = &self->matrix;
  size_t end = matrix->starts[row];
  size_t columns = matrix->column_count;
  double norm = 0;
  for (size_t c = 0; c < columns; c++) {
    if (svm_random_real(prng) * (double)columns >= (double)terms) continue;
    float value = (float)(0.1 + svm_random_real(prng));
    norm += (double)value * (double)value;
    matrix->columns[end] = (uint32_t)c;
    matrix->values[end++] = value;
  }
  for (size_t e = matrix->starts[row]; e < end; e++) matrix->values[e] /= (float)sqrt(norm);
  matrix->starts[row + 1] = end;
}

static inline svm_random svm_random_new(size_t row_count, size_t empty_rows, size_t columns,
                                        size_t terms, double noise, uint64_t seed) {
  narr_prng prng = {seed};
  size_t all = row_count + empty_rows;
  svm_random self = {.row_count = row_count};
  self.matrix = (narr_matrix){
      .row_count = all,
      .column_count = columns,
      .starts = narr_alloc_zero(all + 1, sizeof(size_t)),
      .columns = narr_alloc(row_count * columns, sizeof(uint32_t)),
      .values = narr_alloc(row_count * columns, sizeof(float)),
  };
  self.targets = narr_alloc_zero(all, sizeof *self.targets);
  self.weights = narr_alloc_zero(all, sizeof *self.weights);
  self.rows = narr_alloc(row_count, sizeof *self.rows);
  double *direction = narr_alloc(columns, sizeof *direction);
  assert_true(self.matrix.starts && self.matrix.columns && self.matrix.values && self.targets &&
              self.weights && self.rows && direction);
  for (size_t c = 0; c < columns; c++) direction[c] = svm_random_real(&prng) * 2 - 1;
  for (size_t row = 0; row < row_count; row++) {
    svm_random_row(&self, row, terms, &prng);
    double signal = narr_row_dot(&self.matrix, row, direction);
    signal += noise * (svm_random_real(&prng) * 2 - 1);
    self.targets[row] = signal > 0 ? 1 : -1;
    self.weights[row] = 0.25 + 2 * svm_random_real(&prng);
    self.rows[row] = row;
  }
  for (size_t row = row_count; row < all; row++) {
    self.matrix.starts[row + 1] = self.matrix.starts[row];
    self.targets[row] = 1;
    self.weights[row] = 1;
  }
  narr_free(direction);
  return self;
}

static inline narr_problem svm_random_problem(const svm_random *self, narr_kernel kind) {
  return (narr_problem){
      .matrix = &self->matrix,
      .rows = self->rows,
      .row_count = self->row_count,
      .targets = self->targets,
      .C = 1,
      .positive_weight = 1,
      .negative_weight = 1,
      .kernel = {.kind = kind, .gamma = 0.5, .coef0 = 0.25, .degree = 3},
      .tolerance = 1e-3,
      .seed = 1,
  };
}

static inline void svm_random_free(svm_random *self) {
  narr_matrix_free(&self->matrix);
  narr_free(self->targets);
  narr_free(self->weights);
  narr_free(self->rows);
}

static inline bool svm_same_machine(const narr_machine *x, const narr_machine *y, size_t columns) {
  if (x->bias != y->bias || x->support_count != y->support_count ||
      x->iterations != y->iterations || x->objective != y->objective || !x->weights != !y->weights)
    return false;
  if (x->weights && memcmp(x->weights, y->weights, columns * sizeof *x->weights) != 0) return false;
  return x->support_count == 0 ||
         (memcmp(x->support, y->support, x->support_count * sizeof *x->support) == 0 &&
          memcmp(x->coefficients, y->coefficients, x->support_count * sizeof *x->coefficients) ==
              0);
}

#endif
