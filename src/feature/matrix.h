/* matrix.h - sparse rows of 32-bit features (compressed sparse row): one row
 * a text, columns rising within a row. */
#ifndef NARR_FEATURE_MATRIX_H
#define NARR_FEATURE_MATRIX_H

#include <stddef.h>
#include <stdint.h>

/* Row i is entries starts[i] .. starts[i + 1] - 1 of `columns` and `values`.
 * All arrays are owned; free with narr_matrix_free(). */
typedef struct narr_matrix {
  size_t row_count;
  size_t column_count;
  size_t *starts; /* row_count + 1 */
  uint32_t *columns;
  float *values;
  uint8_t *blocks; /* column_count: narr_block */
} narr_matrix;

#define NARR_MATRIX_INIT \
  { 0, 0, NULL, NULL, NULL, NULL }

void narr_matrix_free(narr_matrix *matrix);

#endif
