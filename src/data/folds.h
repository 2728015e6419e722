/* folds.h - splitting a dataset for cross-validation. */
#ifndef NARR_DATA_FOLDS_H
#define NARR_DATA_FOLDS_H

#include <stdint.h>

#include "narr/dataset.h"

/* Gives every row a fold 0..folds-1 in `fold_of` (one a row, the caller's).
 * Rows of one group (narr_example.group), and rows with one and the same
 * text (ASCII case and white space aside), go into one fold. Stratified over
 * label sets (Sechidis, Tsoumakas & Vlahavas 2011): rarest labels are spread
 * first, "no label" counts as a label. Same dataset and seed, same folds.
 * Errors: argument (folds < 2), input (fewer groups than folds), memory. */
NARR_MUST_CHECK narr_status narr_folds_assign(uint32_t *fold_of, const narr_dataset *dataset,
                                              unsigned folds, uint64_t seed, narr_error *error);

/* A hash of all texts, labels, languages, weights and groups in order: the
 * corpus digest that a model carries. */
uint64_t narr_dataset_digest(const narr_dataset *dataset);

#endif
