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
  uint8_t discount[NARR_NGRAM_BLOCKS]; /* hundredths off the block's weight of 1; 0..99 */
  uint8_t unused;
} narr_feature_options;

/* "word", "char", "char_wb", "spelling". */
const char *narr_block_name(narr_block block);

/* Reads a list such as "word=1-2:0.7,char=2-5" into the ranges and weights of
 * *options: "word=1" is "word=1-1"; a weight is the norm of the block's part
 * of a vector, 0.01 to 1, and 1 if none is given. Errors: argument. */
NARR_MUST_CHECK narr_status narr_feature_options_parse(narr_feature_options *options,
                                                       const char *text, narr_error *error);

/* The list for the ranges and weights, NUL-terminated. */
#define NARR_FEATURE_TEXT_SIZE 64
void narr_feature_options_format(const narr_feature_options *options,
                                 char text[NARR_FEATURE_TEXT_SIZE]);

/* Whether they make sense: options from a file may not. */
bool narr_feature_options_valid(const narr_feature_options *options);

/* The weight of a block of n-grams; spellings have that of words. */
double narr_feature_options_weight(const narr_feature_options *options, narr_block block);

/* The squared norm of a text that has all blocks of n-grams which are on. */
double narr_feature_options_square(const narr_feature_options *options);

#endif
