/* vocabulary_builder.h - choosing the terms of a model from its corpus, and
 * turning the corpus into a matrix over them. */
#ifndef NARR_FEATURE_VOCABULARY_BUILDER_H
#define NARR_FEATURE_VOCABULARY_BUILDER_H

#include "base/parallel.h"
#include "feature/matrix.h"
#include "feature/vector.h"
#include "text/script.h"

typedef struct narr_text {
  const char *data;
  size_t length;
} narr_text;

/* The corpus and how to read it, borrowed. */
typedef struct narr_corpus {
  const narr_text *texts;
  size_t count;
  const narr_feature_options *options;
  unsigned jobs;
  narr_watch_fn *watch; /* may be NULL; gets the texts done */
  void *watch_context;
} narr_corpus;

/* Owns what `view` shows. Free with narr_vocabulary_builder_free(). */
typedef struct narr_vocabulary_builder {
  narr_perfect_hash_builder hash;
  narr_term_head *heads;
  uint8_t *blocks;
  uint64_t *string_starts;
  narr_buffer strings;
  uint32_t *first_text; /* for each term, the first text it is in */
  /* Columns of matrices are terms from the most frequent down (ties by key):
   * what learning reads most lies together. Two permutations: */
  uint32_t *columns;                        /* of terms */
  uint32_t *terms;                          /* of columns */
  uint64_t *keys;                           /* of terms */
  uint64_t script_texts[NARR_SCRIPT_COUNT]; /* by the script a text is mainly in */
  narr_vocabulary view;
} narr_vocabulary_builder;

/* Counts in how many texts each n-gram is, and keeps those in at least
 * `min_df`, of these the `max_terms` (0: all) most frequent. Weights are smooth inverse document
 * frequencies ln((1 + n) / (1 + df)) + 1. Same corpus and options, same
 * result, whatever `jobs`. Returns NARR_ERROR_CANCELLED if the watcher says
 * so. Errors: input (no term is left), memory. */
NARR_MUST_CHECK narr_status narr_vocabulary_build(narr_vocabulary_builder *out,
                                                  const narr_corpus *corpus, uint32_t min_df,
                                                  uint64_t max_terms, narr_error *error);

/* Fills in strings and blocks of all terms. Errors: memory, cancelled. */
NARR_MUST_CHECK narr_status narr_vocabulary_name_terms(narr_vocabulary_builder *builder,
                                                       const narr_corpus *corpus,
                                                       narr_error *error);

/* Leaves only the terms whose columns are to be kept, which there are; they have no
 * strings then. Columns keep their order. False: out of memory. */
bool narr_vocabulary_restrict(narr_vocabulary_builder *builder, const bool *keep);

/* Multiplies the inverse document frequency of each column's term by its
 * factor, which is not negative. */
void narr_vocabulary_scale(narr_vocabulary_builder *builder, const float *factors);

void narr_vocabulary_builder_free(narr_vocabulary_builder *builder);

/* The vectors of all texts. The caller frees *out. Errors: memory,
 * cancelled. */
NARR_MUST_CHECK narr_status narr_matrix_build(narr_matrix *out, const narr_corpus *corpus,
                                              const narr_vocabulary_builder *vocabulary,
                                              narr_error *error);

#endif
