/* ngram.h - the n-grams of a text as 64-bit keys that remember where in the
 * text they stand. */
#ifndef NARR_FEATURE_NGRAM_H
#define NARR_FEATURE_NGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "feature/feature_options.h"
#include "text/token.h"

/* One occurrence. `first` and `length` count words (NARR_BLOCK_WORD and
 * NARR_BLOCK_SPELLING) or characters of the sequences in narr_ngrams. */
typedef struct narr_ngram {
  uint64_t key;
  uint32_t first;
  uint16_t length;
  uint16_t block; /* narr_block */
} narr_ngram;

/* What of a token a word is. */
typedef enum narr_aspect {
  NARR_ASPECT_FORM,
  NARR_ASPECT_OTHER,
  NARR_ASPECT_SPELLING,
  NARR_ASPECT_DISGUISE /* and the next ones: of which kind */
} narr_aspect;

typedef struct narr_word_unit {
  uint64_t key;
  uint32_t token;  /* index into tokens.items */
  uint32_t aspect; /* narr_aspect */
} narr_word_unit;

/* A text's n-grams; a workspace that is used again and again.
 *
 * `words` is a sequence of words, then the whole hashtags. `letters` is the
 * sequence that character n-grams are cut from, with one space between words
 * and one stand-in for a whole link or mention. If some token has another
 * reading, both go on with a second sequence in which it is read that way;
 * only n-grams with such a token come from it. Words end with spellings and
 * disguises. */
typedef struct narr_ngrams {
  narr_tokens tokens;
  narr_word_unit *words;
  size_t word_count;
  size_t word_capacity;
  narr_letter *letters;
  size_t letter_count;
  size_t letter_capacity;
  narr_slice *others; /* of the second sequence of letters: what is read otherwise */
  size_t other_count;
  size_t other_capacity;
  narr_ngram *items;
  size_t count;
  size_t capacity;
  size_t block_ends[NARR_BLOCK_COUNT]; /* items lie block by block: where each ends */
} narr_ngrams;

/* Bytes in the original text, half open. */
typedef struct narr_byte_range {
  uint32_t start;
  uint32_t end;
} narr_byte_range;

/* All n-grams of `length` <= NARR_TEXT_MAX bytes, block by block in text
 * order, with repeats. False: out of memory. A zeroed narr_ngrams is empty. */
bool narr_ngrams_extract(narr_ngrams *ngrams, const narr_feature_options *options, const char *text,
                         size_t length);

/* The bytes that an n-gram stands for, without spaces around it. */
narr_byte_range narr_ngram_range(const narr_ngrams *ngrams, const narr_ngram *item);

/* Appends the n-gram as people read it: words with a space between them,
 * "<url>" for a link, "<look-alike>" for a disguise and so on. */
void narr_ngram_string(const narr_ngrams *ngrams, const narr_ngram *item, narr_buffer *out);

/* Appends what a token, an index into tokens.items, is read as. */
void narr_token_string(const narr_ngrams *ngrams, size_t token, narr_buffer *out);

void narr_ngrams_free(narr_ngrams *ngrams);

#endif
