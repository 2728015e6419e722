/* libsvm_adapter.h - C-SVC by libsvm (Chang & Lin 2011; Debian's 3.24), any
 * kernel. The only user of svm.h.
 *
 * libsvm reads rows as arrays of 16-byte nodes that its model then points
 * into. For a few thousand long rows it spends nearly all its time on inner
 * products, again and again for every label and fold: so the whole kernel
 * matrix is computed once, on all threads, and shared by all of them, as
 * long as it fits into memory that is reasonable to ask for. */
#ifndef NARR_SVM_LIBSVM_ADAPTER_H
#define NARR_SVM_LIBSVM_ADAPTER_H

#include "svm/machine.h"

/* A matrix in libsvm's form, read-only and shared by threads once made. */
typedef struct narr_libsvm_data narr_libsvm_data;

/* Prepares `matrix` (borrowed) for any number of narr_libsvm_train() calls
 * with this kernel, on `jobs` threads. Errors: memory, input (too many rows
 * to be sensible). */
NARR_MUST_CHECK narr_status narr_libsvm_data_new(narr_libsvm_data **out, const narr_matrix *matrix,
                                                 const narr_kernel_params *kernel, unsigned jobs,
                                                 narr_error *error);
void narr_libsvm_data_free(narr_libsvm_data *data);

/* Learns one machine. problem->matrix and ->kernel are those of `data`;
 * ->weights must be NULL (this libsvm has no row weights). `cache_bytes` is
 * for libsvm's row cache. Any number of threads at once. Errors: argument,
 * memory, input (only one class among the rows). */
NARR_MUST_CHECK narr_status narr_libsvm_train(narr_machine *out, const narr_libsvm_data *data,
                                              const narr_problem *problem, size_t cache_bytes,
                                              narr_error *error);

#endif
