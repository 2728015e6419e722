/* gram.h - the kernel between all pairs of rows.
 *
 * Two short texts share few of the many terms there are. So the inner
 * products of one row with all others are gathered term by term from lists
 * of the rows that have the term, which touches only what is shared. */
#ifndef NARR_SVM_GRAM_H
#define NARR_SVM_GRAM_H

#include "svm/machine.h"

/* Receives kernel[j] = kernel(row, j) for j from `row` to row_count - 1.
 * Called on several threads at once, exactly once a row. */
typedef void narr_gram_row_fn(void *context, size_t row, const double *kernel);

/* Computes the upper triangle of the kernel matrix on `jobs` threads. The
 * numbers don't depend on `jobs`. At most UINT32_MAX rows. Errors: memory. */
NARR_MUST_CHECK narr_status narr_gram(const narr_matrix *matrix, const narr_kernel_params *kernel,
                                      unsigned jobs, narr_gram_row_fn *store, void *context,
                                      narr_error *error);

#endif
