/* prng.h - a small seeded generator (splitmix64: Steele, Lea & Flood 2014),
 * so that nothing depends on the C library's global one. */
#ifndef NARR_BASE_PRNG_H
#define NARR_BASE_PRNG_H

#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"

typedef struct narr_prng {
  uint64_t state;
} narr_prng;

static inline uint64_t narr_prng_next(narr_prng *prng) {
  uint64_t z = prng->state += UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

/* A number below `bound` (> 0); its bias is at most bound / 2^64. */
static inline uint64_t narr_prng_below(narr_prng *prng, uint64_t bound) {
  return (uint64_t)(((narr_uint128)narr_prng_next(prng) * bound) >> 64);
}

/* Fisher-Yates. */
static inline void narr_prng_shuffle(narr_prng *prng, size_t *items, size_t count) {
  for (size_t i = count; i > 1; i--) {
    size_t j = (size_t)narr_prng_below(prng, i);
    size_t swap = items[i - 1];
    items[i - 1] = items[j];
    items[j] = swap;
  }
}

#endif
