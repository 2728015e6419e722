/* matrix.c - sparse rows. */
#include "feature/matrix.h"

#include "base/alloc.h"

void narr_matrix_free(narr_matrix *matrix) {
  narr_free(matrix->starts);
  narr_free(matrix->columns);
  narr_free(matrix->values);
  narr_free(matrix->blocks);
  *matrix = (narr_matrix)NARR_MATRIX_INIT;
}
