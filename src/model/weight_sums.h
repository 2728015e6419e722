/* weight_sums.h - the inner products of a text with all labels: the hot loop
 * of scoring, in vectors as wide as the processor has. */
#ifndef NARR_MODEL_WEIGHT_SUMS_H
#define NARR_MODEL_WEIGHT_SUMS_H

#include "base/cpu.h"
#include "feature/vector.h"

/* Rows of a vocabulary that end in 16-bit weights, one a label. They are read
 * from their heads on, as if these were two labels more: so that as few rows
 * as possible are read beyond a cache line. That is done in eights: behind the
 * last row are bytes for NARR_ROW_READ more. */
typedef struct narr_weight_rows {
  const unsigned char *rows;
  size_t row_size;
  size_t label_count;
} narr_weight_rows;

#define NARR_ROW_READ 16

/* sums[l] += value * weight of label l, entry by entry in order, for all
 * labels; in double precision, nothing contracted: the same bits whatever
 * `level` is. A level that was not compiled in is taken for a lower one. */
void narr_weight_sums(const narr_weight_rows *weights, const narr_entry *entries, size_t count,
                      narr_cpu_level level, double *sums);

#endif
