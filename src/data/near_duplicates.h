/* near_duplicates.h - texts that are nearly one text: reposts with another
 * link, copies with a word changed. */
#ifndef NARR_DATA_NEAR_DUPLICATES_H
#define NARR_DATA_NEAR_DUPLICATES_H

#include <stdbool.h>
#include <stddef.h>

#include "narr/dataset.h"

/* Groups of two or more such texts, and the texts in them; copies of one and
 * the same text count once. */
typedef struct narr_near_duplicates {
  size_t groups;
  size_t texts;
  size_t split_labels; /* see clusters.h */
} narr_near_duplicates;

/* Sets leader[row] to the first row of which the text is nearly the same, or
 * to the row itself; rows with leader[row] != row at the call are passed
 * over, they are known to be copies. Two texts are nearly the same if 4 of 5
 * of the distinct runs of five characters that either has are in both, where
 * links, mentions, case, punctuation and the values of numbers don't count
 * (Jaccard similarity of shingles, Broder 1997). Texts with fewer than 16 such
 * runs are left alone. Every text is compared to leaders only, so nothing is
 * chained: whoever is in a group is near its first. Pairs are found by
 * one-permutation MinHash with rotation (Li, Owen & Zhang 2012; Shrivastava &
 * Li 2014), which misses about one in 60 at the limit and next to none above
 * 0.9; time is linear in the bytes. False: no memory. */
bool narr_near_duplicates_find(size_t *leader, const narr_dataset *dataset,
                               narr_near_duplicates *found);

#endif
