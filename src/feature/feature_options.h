/* feature_options.h - which n-grams are features and how they are weighted.
 * Part of the model file: training and scoring read the same one. */
#ifndef NARR_FEATURE_FEATURE_OPTIONS_H
#define NARR_FEATURE_FEATURE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "narr/error.h"
#include "text/text_options.h"

/* The kinds of term. N-grams are cut from what the tokens are read as, and
 * each kind of them is normalised on its own. */
typedef enum narr_block {
  NARR_BLOCK_WORD,     /* words, marks and emoji in a row */
  NARR_BLOCK_CHAR,     /* characters in a row, across word boundaries */
  NARR_BLOCK_CHAR_WB,  /* characters within a word and the spaces around it */
  NARR_BLOCK_SPELLING, /* how a word is spelled or disguised, if that is not how
                          it is read: beside the others, with less weight */
  NARR_BLOCK_COUNT
} narr_block;

#define NARR_NGRAM_BLOCKS 3 /* those before the spelling */
#define NARR_NGRAM_MAX 8

typedef struct narr_feature_options {
  uint8_t min[NARR_NGRAM_BLOCKS]; /* shortest n-gram; 0: the block is off */
  uint8_t max[NARR_NGRAM_BLOCKS]; /* longest n-gram */
  uint8_t sublinear_tf;
  uint8_t use_idf;
  narr_text_options text;
} narr_feature_options;

/* "word", "char", "char_wb", "spelling". */
const char *narr_block_name(narr_block block);

/* Reads a list such as "word=1-2,char=2-5" ("word=1" is "word=1-1") into the
 * ranges of *options. Errors: argument. */
NARR_MUST_CHECK narr_status narr_feature_options_parse(narr_feature_options *options,
                                                       const char *text, narr_error *error);

/* The list for the ranges, NUL-terminated. */
#define NARR_FEATURE_TEXT_SIZE 64
void narr_feature_options_format(const narr_feature_options *options,
                                 char text[NARR_FEATURE_TEXT_SIZE]);

/* Whether the ranges make sense: options from a file may not. */
bool narr_feature_options_valid(const narr_feature_options *options);

/* How many blocks of n-grams are on. */
unsigned narr_feature_options_blocks(const narr_feature_options *options);

#endif
