/* libsvm_adapter.h - C-SVC by libsvm (Chang & Lin 2011; Debian's 3.24), any
 * kernel. The only user of svm.h.
 *
 * libsvm reads rows as arrays of 16-byte nodes that its model then points
 * into. For a few thousand long rows it spends nearly all its time on inner
 * products, again and again for every label and fold: so the whole kernel
 * matrix is computed once, on all threads, and shared by all of them, as
 * long as it fits into memory that is reasonable to ask for.
 *
 * libsvm prints through one function for the whole process; the first
 * training replaces it by one that prints nothing. */
#ifndef NARR_SVM_LIBSVM_ADAPTER_H
#define NARR_SVM_LIBSVM_ADAPTER_H

#include "svm/machine.h"

/* Up to so many matrix rows the kernel matrix is kept: 16 bytes a pair of
 * rows, at most 1 GiB. */
#define NARR_LIBSVM_GRAM_ROWS 8192

/* A matrix in libsvm's form, read-only and shared by threads once made. */
typedef struct narr_libsvm_data narr_libsvm_data;

/* Prepares `matrix` (borrowed) for any number of narr_libsvm_train() calls
 * with this kernel, on `jobs` threads (0: one a processor). Errors: memory,
 * input (no rows, or too many to be sensible). */
NARR_MUST_CHECK narr_status narr_libsvm_data_new(narr_libsvm_data **out, const narr_matrix *matrix,
                                                 const narr_kernel_params *kernel, unsigned jobs,
                                                 narr_error *error);
void narr_libsvm_data_free(narr_libsvm_data *data);

/* Learns one machine. problem->matrix and ->kernel are those of `data`;
 * ->weights must be NULL (this libsvm has no row weights). The tolerance is on
 * the KKT violation. `cache_bytes` is
 * for libsvm's row cache. Any number of threads at once. The objective is
 * left unknown for kernel machines of more than NARR_LIBSVM_GRAM_ROWS rows.
 * Errors: argument, memory, input (only one class among the rows; a kernel
 * that gives no finite numbers). */
NARR_MUST_CHECK narr_status narr_libsvm_train(narr_machine *out, const narr_libsvm_data *data,
                                              const narr_problem *problem, size_t cache_bytes,
                                              narr_error *error);

/* narr_machine_margin() of a machine learned from `data`, much faster for
 * kernel machines where the kernel matrix was kept. Any thread. */
double narr_libsvm_margin(const narr_libsvm_data *data, const narr_machine *machine, size_t row);

#endif
