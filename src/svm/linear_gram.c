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

/* How many products take the time that descending over an entry takes, all
 * passes together. On 1,781 articles with 98 products an entry, keeping them
 * took 1.5 times as long for three groups of machines, a third for twelve. */
#define PRODUCTS_AN_ENTRY 18.0

bool narr_linear_gram_pays(const narr_matrix *matrix, size_t descents) {
  size_t rows = matrix->row_count, entries = matrix->starts[rows];
  if (rows == 0 || rows > ROWS_AT_MOST || entries / rows < rows) return false;
  uint32_t *counts = narr_alloc_zero(matrix->column_count, sizeof *counts);
  if (!counts) return false; /* then it is not the time for more memory */
  double products = 0;
  for (size_t e = 0; e < entries; e++) products += (double)++counts[matrix->columns[e]];
  narr_free(counts);
  return products < PRODUCTS_AN_ENTRY * (double)descents * (double)entries;
}

narr_status narr_linear_gram(float **out, const narr_matrix *matrix, unsigned jobs,
                             narr_error *error) {
  size_t rows = matrix->row_count;
  square square = {narr_alloc(rows * rows, sizeof(float)), rows};
  *out = NULL;
  if (!square.products) return narr_fail_memory(error);
  narr_kernel_params kernel = {.kind = NARR_KERNEL_LINEAR};
  narr_status status = narr_gram(matrix, &kernel, jobs, store_row, &square, error);
  if (status)
    narr_free(square.products);
  else
    *out = square.products;
  return status;
}
