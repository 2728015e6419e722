/* sketch.c - one-permutation MinHash: one hash a key tells its bin and its
 * rank there. */
#include "summary/sketch.h"

#include <string.h>

#include "base/hash.h"

enum { BIN_SHIFT = 59, RANK_SHIFT = 43, ROWS = NARR_SKETCH_BINS / NARR_SKETCH_BANDS };

void narr_sketch_init(narr_sketch *sketch) {
  memset(sketch->bins, 0xFF, sizeof sketch->bins);
}

void narr_sketch_add(narr_sketch *sketch, uint64_t key) {
  uint64_t hash = narr_hash_mix(key, NARR_HASH_SEED);
  uint16_t rank = (uint16_t)(hash >> RANK_SHIFT), *bin = &sketch->bins[hash >> BIN_SHIFT];
  if (rank < *bin) *bin = rank;
}

double narr_sketch_similarity(const narr_sketch *a, const narr_sketch *b) {
  size_t same = 0, used = 0;
  for (size_t i = 0; i < NARR_SKETCH_BINS; i++) {
    bool empty = a->bins[i] == NARR_SKETCH_EMPTY && b->bins[i] == NARR_SKETCH_EMPTY;
    used += !empty;
    same += !empty && a->bins[i] == b->bins[i];
  }
  return used ? (double)same / (double)used : 0;
}

bool narr_sketch_band(const narr_sketch *sketch, size_t band, uint64_t *hash) {
  const uint16_t *bins = sketch->bins + band * ROWS;
  for (size_t i = 0; i < ROWS; i++)
    if (bins[i] == NARR_SKETCH_EMPTY) return false;
  *hash = narr_hash_bytes(bins, ROWS * sizeof *bins, band + 1);
  return true;
}
