/* perfect_hash.h - a place of its own, 0 .. count - 1, for each of a set of keys,
 * from some four bits a key: little enough to stay in the processor's cache.
 * Keys fall into small groups; each group has a pilot, found by trying, that
 * sends its keys to places that no other key has. After G. E. Pibiri and
 * R. Trani, PTHash: Revisiting FCH Minimal Perfect Hashing, SIGIR 2021. */
#ifndef NARR_FEATURE_PERFECT_HASH_H
#define NARR_FEATURE_PERFECT_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A view: the arrays belong to a model file or to a builder. */
typedef struct narr_perfect_hash {
  const uint16_t *pilots; /* one a group */
  size_t pilot_count;     /* 1 .. UINT32_MAX */
  size_t count;           /* of keys and of places */
  size_t range;           /* count .. UINT32_MAX: keys are sent to 0 .. range - 1 */
  const uint32_t *spare;  /* range - count places, of what is sent behind `count` */
} narr_perfect_hash;

static inline size_t narr_perfect_hash_group(size_t pilot_count, uint64_t key) {
  return (size_t)((key * UINT64_C(0xE7037ED1A0B428DB) >> 32) * pilot_count >> 32);
}

static inline size_t narr_perfect_hash_aim(size_t range, uint64_t key, uint16_t pilot) {
  uint64_t mixed = (key ^ pilot * UINT64_C(0x9E3779B97F4A7C15)) * UINT64_C(0xD6E8FEB86659FD93);
  return (size_t)((mixed >> 32) * range >> 32);
}

/* The place of a key of the set; of any other key some place. */
static inline size_t narr_perfect_hash_place(const narr_perfect_hash *hash, uint64_t key) {
  uint16_t pilot = hash->pilots[narr_perfect_hash_group(hash->pilot_count, key)];
  size_t at = narr_perfect_hash_aim(hash->range, key, pilot);
  return at < hash->count ? at : hash->spare[at - hash->count];
}

/* Owns what `view` shows. Free with narr_perfect_hash_builder_free(). */
typedef struct narr_perfect_hash_builder {
  uint16_t *pilots;
  uint32_t *spare;
  narr_perfect_hash view;
} narr_perfect_hash_builder;

/* For 1 .. UINT32_MAX / 2 different keys. Same keys, same result, in whatever
 * order they come. False: out of memory. */
bool narr_perfect_hash_build(narr_perfect_hash_builder *out, const uint64_t *keys, size_t count);

void narr_perfect_hash_builder_free(narr_perfect_hash_builder *builder);

#endif
