/* linear_gram.c - inner products of all pairs of rows, for the linear solver.
 * A step over them takes as many operations as there are rows, all in order,
 * and a step over terms as many as the row has terms, all over the place. */
#include "base/alloc.h"
#include "base/status.h"
#include "svm/gram.h"
#include "svm/linear_solver.h"

#define ROWS_AT_MOST 4096 /* 64 MiB */

typedef struct square {
  float *products;
  size_t rows;
} square;

/* Both halves at once: no other row writes to these places. */
static void store_row(void *context, size_t row, const double *products) {
  const square *square = context;
  for (size_t j = row; j < square->rows; j++) {
    square->products[row * square->rows + j] = (float)products[j];
    square->products[j * square->rows + row] = (float)products[j];
  }
}

narr_status narr_linear_gram(float **out, const narr_matrix *matrix, unsigned jobs,
                             narr_error *error) {
  *out = NULL;
  size_t rows = matrix->row_count;
  if (rows == 0 || rows > ROWS_AT_MOST || matrix->starts[rows] / rows < rows) return NARR_OK;
  square square = {narr_alloc(rows * rows, sizeof(float)), rows};
  if (!square.products) return narr_fail_memory(error);
  narr_kernel_params kernel = {.kind = NARR_KERNEL_LINEAR};
  narr_status status = narr_gram(matrix, &kernel, jobs, store_row, &square, error);
  if (status) {
    narr_free(square.products);
    return status;
  }
  *out = square.products;
  return NARR_OK;
}
