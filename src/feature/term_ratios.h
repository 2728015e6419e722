/* term_ratios.h - how much a term tells labels apart, as a factor of its
 * weight.
 *
 * The log-count ratio of a term and a label is
 *
 *   r = ln (texts with the label that have the term + 1) / (their sum over terms)
 *     - ln (texts without it that have the term + 1) / (their sum over terms)
 *
 * (Wang & Manning 2012). There, each label has features of its own, scaled by
 * its r. Here a term is scaled once, by the mean of |r| over labels: measured,
 * that is the better of the two where there are many labels or few texts, and
 * scoring costs nothing, as the factor becomes part of the term's weight. */
#ifndef NARR_FEATURE_TERM_RATIOS_H
#define NARR_FEATURE_TERM_RATIOS_H

#include <stdbool.h>
#include <stdint.h>

#include "feature/matrix.h"

/* factors[c] = mean over labels of |r| + 1 for each matrix column, from
 * `row_count` rows of the matrix; 0 for terms that fewer than `min_df` of
 * them have, as if no other rows were known. `targets` has label_count x
 * matrix->row_count numbers: > 0 with the label, < 0 without it, 0 neither. A
 * label of which the rows have only one side has no part in the mean; if none
 * has, factors are 1. False: out of memory. */
bool narr_term_ratios(float *factors, const narr_matrix *matrix, const size_t *rows,
                      size_t row_count, uint32_t min_df, const int8_t *targets, size_t label_count);

/* The rows as they are if a term's weight is `factors` times what it was:
 * values[i] for each entry of the matrix. Blocks keep their norms. */
void narr_matrix_rescale(float *values, const narr_matrix *matrix, const float *factors);

#endif
