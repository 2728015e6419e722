/* vector.h - a text as a sparse vector over the vocabulary: the one path
 * from bytes to features that training and scoring share. */
#ifndef NARR_FEATURE_VECTOR_H
#define NARR_FEATURE_VECTOR_H

#include "feature/ngram.h"
#include "feature/vocabulary.h"

/* A known term of the text. */
typedef struct narr_entry {
  uint32_t term;
  float value;   /* tf * idf, divided by the L2 norm of its block, times its weight; spellings have
                    less, see vector.c */
  uint32_t item; /* its first occurrence in ngrams.items */
  uint32_t tf;   /* how often it occurs */
} narr_entry;

/* A distinct n-gram of the text. */
typedef struct narr_distinct {
  uint64_t key;
  uint32_t item; /* its first occurrence in ngrams.items */
  uint32_t tf;
  uint32_t term; /* the one term that it may be */
} narr_distinct;

/* A text's vector; a workspace that is used again and again. A zeroed one is
 * empty. */
typedef struct narr_vector {
  narr_ngrams ngrams;
  narr_distinct *distinct; /* in order of first occurrence */
  size_t distinct_count;
  size_t distinct_capacity;
  uint32_t *table; /* 1 + index into distinct; 0: free */
  size_t table_capacity;
  uint32_t *found; /* the term of each distinct n-gram, or NARR_TERM_NONE */
  size_t found_capacity;
  uint32_t *pending; /* indices into distinct */
  size_t pending_capacity;
  narr_entry *items; /* in order of first occurrence */
  size_t count;
  size_t capacity;
  size_t block_ends[NARR_BLOCK_COUNT]; /* items lie block by block: where each ends */
  size_t known_word_count;             /* words that are terms, see main_script.h */
} narr_vector;

/* Fills ngrams and distinct, but for terms. False: out of memory. */
bool narr_vector_count(narr_vector *vector, const narr_feature_options *options, const char *text,
                       size_t length);

/* Fills everything. The norm of each block of n-grams with a known term is its weight. False:
 * out of memory. */
bool narr_vector_fill(narr_vector *vector, const narr_feature_options *options,
                      const narr_vocabulary *vocabulary, const char *text, size_t length);

void narr_vector_free(narr_vector *vector);

#endif
