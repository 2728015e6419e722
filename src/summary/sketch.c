/* sketch.c - one-permutation MinHash: one hash a key tells its bin and its
 * rank there. */
#include "summary/sketch.h"

#include <string.h>

#include "base/hash.h"

enum { ROWS = NARR_SKETCH_BINS / NARR_SKETCH_BANDS };

void narr_sketch_init(narr_sketch *sketch) {
  memset(sketch->bins, 0xFF, sizeof sketch->bins);
}

double narr_sketch_similarity(const narr_sketch *a, const narr_sketch *b) {
  unsigned equal = 0, empty = 0; /* both are */
  for (size_t i = 0; i < NARR_SKETCH_BINS; i++) {
    equal += a->bins[i] == b->bins[i];
    empty += (a->bins[i] & b->bins[i]) == NARR_SKETCH_EMPTY;
  }
  return empty < NARR_SKETCH_BINS ? (double)(equal - empty) / (NARR_SKETCH_BINS - empty) : 0;
}

bool narr_sketch_band(const narr_sketch *sketch, size_t band, uint64_t *hash) {
  const uint16_t *bins = sketch->bins + band * ROWS;
  for (size_t i = 0; i < ROWS; i++)
    if (bins[i] == NARR_SKETCH_EMPTY) return false;
  *hash = narr_hash_bytes(bins, ROWS * sizeof *bins, band + 1);
  return true;
}
