/* vocabulary.h - the terms that a model knows: from an n-gram's key to a
 * number, a weight and a string. A view: the arrays belong to a model file
 * or to a narr_vocabulary_builder. */
#ifndef NARR_FEATURE_VOCABULARY_H
#define NARR_FEATURE_VOCABULARY_H

#include <stddef.h>
#include <stdint.h>

#include "base/blocks.h"

#define NARR_TERM_NONE UINT32_MAX

typedef struct narr_vocabulary {
  /* Open addressing with linear probing from the key's low bits. A slot is
   * 0, or the key's high 32 bits << 32 | term + 1. A key that is not in the
   * vocabulary is taken for one that is with a chance of about 2^-32. */
  const uint64_t *slots;
  size_t slot_count; /* a power of two */
  size_t term_count;
  /* A row a term: what a model has for it, then its inverse document frequency,
   * so that both come with one access to memory. */
  const float *rows;             /* term_count x row_floats */
  size_t row_floats;             /* 1: the latter alone */
  const uint8_t *blocks;         /* term_count: narr_block */
  const uint64_t *string_starts; /* term_count + 1, into strings */
  const char *strings;
  size_t strings_size;
  narr_blocks *checked; /* the file's checksums; NULL: nothing to check */
} narr_vocabulary;

/* The number of the term with this key, or NARR_TERM_NONE. */
static inline uint32_t narr_vocabulary_find(const narr_vocabulary *vocabulary, uint64_t key) {
  size_t mask = vocabulary->slot_count - 1;
  uint32_t tag = (uint32_t)(key >> 32);
  for (size_t at = (size_t)key & mask, probes = 0; probes <= mask; at = (at + 1) & mask, probes++) {
    if (!narr_blocks_check(vocabulary->checked, &vocabulary->slots[at], sizeof(uint64_t)))
      return NARR_TERM_NONE;
    uint64_t slot = vocabulary->slots[at];
    if (!slot) return NARR_TERM_NONE;
    if ((uint32_t)(slot >> 32) != tag) continue;
    uint32_t term = (uint32_t)slot - 1;
    return term < vocabulary->term_count ? term : NARR_TERM_NONE;
  }
  return NARR_TERM_NONE;
}

static inline const float *narr_vocabulary_row(const narr_vocabulary *vocabulary, uint32_t term) {
  return vocabulary->rows + (size_t)term * vocabulary->row_floats;
}

static inline const float *narr_vocabulary_idf(const narr_vocabulary *vocabulary, uint32_t term) {
  return narr_vocabulary_row(vocabulary, term) + vocabulary->row_floats - 1;
}

/* The string of a term: `*length` bytes, not NUL-terminated. "" where the
 * file is damaged. */
const char *narr_vocabulary_string(const narr_vocabulary *vocabulary, uint32_t term,
                                   size_t *length);

#endif
