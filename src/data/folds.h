/* folds.h - splitting a dataset for cross-validation. */
#ifndef NARR_DATA_FOLDS_H
#define NARR_DATA_FOLDS_H

#include <stdint.h>

#include "data/near_duplicates.h"
#include "narr/dataset.h"

/* The fold of a row that is never tested. */
#define NARR_FOLD_NEVER UINT32_MAX

typedef struct narr_fold_plan {
  unsigned folds;
  uint64_t seed;
  bool near_duplicates; /* rows with nearly the same text stay together, too */
} narr_fold_plan;

/* Gives every row a fold 0..folds-1 in `fold_of` (one a row, the caller's).
 * Rows of one group (narr_example.group), rows with one and the same text
 * (ASCII case and white space aside) and, if asked, rows with nearly the same
 * (near_duplicates.h; `found`, which may be NULL, says how many), go into one
 * fold. Stratified over label sets (Sechidis, Tsoumakas & Vlahavas 2011):
 * rarest labels are spread first, "no label" counts as a label. Same dataset
 * and seed, same folds. Errors: argument (folds < 2), input (fewer groups than
 * folds), memory. */
NARR_MUST_CHECK narr_status narr_folds_assign(uint32_t *fold_of, const narr_dataset *dataset,
                                              narr_fold_plan plan, narr_near_duplicates *found,
                                              narr_error *error);

/* Cuts the rows by time into folds + 1 blocks of about the same size; rows of
 * one and the same time stay together. The first block is NARR_FOLD_NEVER,
 * block k is fold k - 1: to be tested by what was learned from all blocks
 * before it (rolling origin: Tashman 2000). Groups and copies don't matter
 * here: that what was learned from comes back is part of what is measured.
 * Errors: argument (folds < 2), input (a row without a time, too few distinct
 * times), memory. */
NARR_MUST_CHECK narr_status narr_folds_assign_by_time(uint32_t *fold_of,
                                                      const narr_dataset *dataset, unsigned folds,
                                                      narr_error *error);

/* A hash of all texts, labels, languages, weights, groups and times in order: the
 * corpus digest that a model carries. */
uint64_t narr_dataset_digest(const narr_dataset *dataset);

#endif
