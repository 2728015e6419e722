/* lanes.h - linear machines side by side: the weights that a term has in each
 * of them lie next to one another. Reading a row's weights is waiting for
 * memory, and one wait serves all lanes. */
#ifndef NARR_SVM_LANES_H
#define NARR_SVM_LANES_H

#include <stdbool.h>
#include <string.h>

#include "svm/machine.h"

#define NARR_LANES 8 /* of 32 bits: two of them are a cache line */

typedef struct narr_lanes {
  size_t count; /* lanes in use */
  size_t column_count;
  float *weights; /* column_count x NARR_LANES; unused lanes are 0 */
  double bias[NARR_LANES];
  double objective[NARR_LANES]; /* as in narr_machine */
  size_t iterations[NARR_LANES];
} narr_lanes;

/* All weights 0. False: out of memory. */
bool narr_lanes_init(narr_lanes *lanes, size_t count, size_t column_count);
void narr_lanes_free(narr_lanes *lanes);

/* The margins of a matrix row; those of unused lanes are 0. */
void narr_lanes_margins(const narr_lanes *lanes, const narr_matrix *matrix, size_t row,
                        double margins[NARR_LANES]);

/* Copies one lane's machine out. The caller frees it. Errors: memory. */
NARR_MUST_CHECK narr_status narr_lanes_machine(narr_machine *out, const narr_lanes *lanes,
                                               size_t lane, narr_error *error);

/* A register of lanes, in the vector extension of gcc and clang. The order of
 * operations within a lane is fixed and nothing is contracted: instructions of
 * any width give the same bits. */
typedef float narr_lane_vector __attribute__((vector_size(NARR_LANES * sizeof(float))));

static inline __attribute__((always_inline)) narr_lane_vector *narr_lanes_of(float *weights,
                                                                             size_t column) {
  return (narr_lane_vector *)(void *)(weights + column * NARR_LANES);
}

/* sums[l] = <weights of lane l, row>. Two partial sums a lane: with one, each
 * addition would wait for the one before it. */
static inline __attribute__((always_inline)) void narr_lanes_dot(float *weights,
                                                                 const narr_matrix *matrix,
                                                                 size_t row,
                                                                 float sums[NARR_LANES]) {
  const uint32_t *columns = matrix->columns;
  const float *values = matrix->values;
  size_t i = matrix->starts[row], end = matrix->starts[row + 1];
  narr_lane_vector even = {0}, odd = {0};
  for (; end - i >= 2; i += 2) {
    even += values[i] * *narr_lanes_of(weights, columns[i]);
    odd += values[i + 1] * *narr_lanes_of(weights, columns[i + 1]);
  }
  if (i < end) even += values[i] * *narr_lanes_of(weights, columns[i]);
  even += odd;
  memcpy(sums, &even, sizeof even);
}

/* weights of lane l += factors[l] * row. */
static inline __attribute__((always_inline)) void narr_lanes_add(float *weights,
                                                                 const narr_matrix *matrix,
                                                                 size_t row,
                                                                 const float factors[NARR_LANES]) {
  const uint32_t *columns = matrix->columns;
  const float *values = matrix->values;
  size_t end = matrix->starts[row + 1];
  narr_lane_vector f;
  memcpy(&f, factors, sizeof f);
  for (size_t i = matrix->starts[row]; i < end; i++)
    *narr_lanes_of(weights, columns[i]) += f * values[i];
}

/* rows x NARR_LANES += column x factors: one number a row, dense. */
static inline __attribute__((always_inline)) void narr_lanes_add_dense(
    float *sums, const float *column, size_t rows, const float factors[NARR_LANES]) {
  narr_lane_vector f;
  memcpy(&f, factors, sizeof f);
  for (size_t i = 0; i < rows; i++) *narr_lanes_of(sums, i) += f * column[i];
}

#endif
