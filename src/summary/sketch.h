/* sketch.h - a text's n-grams in 64 bytes, of which two tell how alike their
 * texts are: one-permutation MinHash (Li, Owen & Zhang, 2012). */
#ifndef NARR_SUMMARY_SKETCH_H
#define NARR_SUMMARY_SKETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NARR_SKETCH_BINS = 32, NARR_SKETCH_BANDS = 8 };

/* The least hash in each bin, its upper bits; NARR_SKETCH_EMPTY: none fell there. */
typedef struct narr_sketch {
  uint16_t bins[NARR_SKETCH_BINS];
} narr_sketch;

#define NARR_SKETCH_EMPTY UINT16_MAX

void narr_sketch_init(narr_sketch *sketch);

/* Adds one n-gram by its key: a 64-bit hash of it, of which the upper 21 bits
 * tell the bin and the rank there. */
static inline void narr_sketch_add(narr_sketch *sketch, uint64_t key) {
  uint16_t rank = (uint16_t)(key >> 43), *bin = &sketch->bins[key >> 59];
  *bin = rank < *bin ? rank : *bin;
}

/* Estimates the Jaccard similarity of two sets of n-grams, in 0..1. */
double narr_sketch_similarity(const narr_sketch *a, const narr_sketch *b);

/* Hashes of runs of four bins: texts of a similarity of 0.8 have one in common
 * in 98 of 100 cases, of 0.5 in 40. False for a band that has an empty bin. */
bool narr_sketch_band(const narr_sketch *sketch, size_t band, uint64_t *hash);

#endif
