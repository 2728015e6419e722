/* vocabulary.h - the terms that a model knows: from an n-gram's key to a
 * number, a row and a string. A view: the arrays belong to a model file
 * or to a narr_vocabulary_builder. */
#ifndef NARR_FEATURE_VOCABULARY_H
#define NARR_FEATURE_VOCABULARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/blocks.h"
#include "feature/perfect_hash.h"

#define NARR_TERM_NONE UINT32_MAX

/* How a row begins; label weights of a model may follow. */
typedef struct narr_term_head {
  uint16_t tag; /* of the key, see narr_vocabulary_tag() */
  uint16_t idf; /* inverse document frequency in idf_units */
} narr_term_head;

typedef struct narr_vocabulary {
  /* Each term's key has a place of its own, which is the term's number. Any other
   * key is sent to some place, too: the tag in the row there tells it from the
   * term's, but for one key in 65,536. Learning, which must not confuse any, has
   * the keys themselves. */
  narr_perfect_hash hash;
  size_t term_count;    /* hash.count */
  const uint64_t *keys; /* term_count; NULL: the tags have to do */
  /* A row a term, so that all that is known of it comes with one access to
   * memory. */
  const unsigned char *rows; /* term_count x row_size; each begins with a narr_term_head */
  size_t row_size;           /* a multiple of 4 */
  double idf_unit;
  const uint8_t *blocks;         /* term_count: narr_block; NULL: a compact model's */
  const uint64_t *string_starts; /* term_count + 1, into strings; NULL: there are no strings */
  const char *strings;
  size_t strings_size;
  narr_blocks *checked; /* the file's checksums; NULL: nothing to check */
} narr_vocabulary;

static inline uint16_t narr_vocabulary_tag(uint64_t key) {
  return (uint16_t)(key >> 48);
}

/* The one term that may have this key; its row's tag knows. */
static inline uint32_t narr_vocabulary_guess(const narr_vocabulary *vocabulary, uint64_t key) {
  return (uint32_t)narr_perfect_hash_place(&vocabulary->hash, key);
}

static inline const unsigned char *narr_vocabulary_row(const narr_vocabulary *vocabulary,
                                                       uint32_t term) {
  return vocabulary->rows + (size_t)term * vocabulary->row_size;
}

static inline narr_term_head narr_vocabulary_head(const narr_vocabulary *vocabulary,
                                                  uint32_t term) {
  narr_term_head head;
  memcpy(&head, narr_vocabulary_row(vocabulary, term), sizeof head);
  return head;
}

static inline double narr_vocabulary_idf(const narr_vocabulary *vocabulary, uint32_t term) {
  return narr_vocabulary_head(vocabulary, term).idf * vocabulary->idf_unit;
}

/* Whether the term's tag and, if it is known, its key agree with this one. */
static inline bool narr_vocabulary_agrees(const narr_vocabulary *vocabulary, uint32_t term,
                                          uint16_t tag, uint64_t key) {
  return tag == narr_vocabulary_tag(key) && (!vocabulary->keys || vocabulary->keys[term] == key);
}

/* The number of the term with this key, or NARR_TERM_NONE. */
uint32_t narr_vocabulary_find(const narr_vocabulary *vocabulary, uint64_t key);

/* The string of a term: `*length` bytes, not NUL-terminated. "" where the
 * file is damaged or has no strings. */
const char *narr_vocabulary_string(const narr_vocabulary *vocabulary, uint32_t term,
                                   size_t *length);

#endif
