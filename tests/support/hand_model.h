/* hand_model.h - models made by hand, small enough to work out every number
 * on paper; and one that is large for no good reason. */
#ifndef TEST_SUPPORT_HAND_MODEL_H
#define TEST_SUPPORT_HAND_MODEL_H

#include "base/alloc.h"
#include "feature/vector.h"
#include "model/model.h"
#include "support/check.h"

enum { HAND_WORDS = 4, HAND_LABELS = 2, HAND_SUPPORT = 3, HAND_SUPPORT_ENTRIES = 5 };

static const char *const hand_words[HAND_WORDS] = {"alpha", "beta", "gamma", "delta"};
static const char *const hand_labels[HAND_LABELS] = {"left", "right/inner"};
static const narr_decision hand_decisions[HAND_LABELS] = {{0.5, {-2, 0.25}, 0.6, 0, 0, 0},
                                                          {-0.25, {-1, 0}, 0.5, 0, 0, 0}};
static const float hand_weights[HAND_WORDS][HAND_LABELS] = {
    {1, -1}, {0.5F, 2}, {-3, 0.25F}, {0, 0}};

/* Support vectors: alpha; beta + gamma; alpha + delta. */
static const uint64_t hand_support_starts[HAND_SUPPORT + 1] = {0, 1, 3, 5};
static const uint32_t hand_support_terms[HAND_SUPPORT_ENTRIES] = {0, 1, 2, 0, 3};
static const float hand_support_values[HAND_SUPPORT_ENTRIES] = {1, 0.5F, 0.5F, 0.25F, 0.75F};
static const double hand_coefficients[HAND_SUPPORT][HAND_LABELS] = {{1, -0.5}, {0, 2}, {-1.5, 1}};

/* Words as they are: no weighting, so that a text of n different known words
 * has n entries of 1 / sqrt(n). */
static const narr_feature_options hand_features = {{1, 0, 0}, {1, 0, 0}, 0, 0, {0}, {0}, 0};

/* Forty Latin texts and two Cyrillic ones; a term usually weighs a half. */
static const narr_corpus_facts hand_corpus = {
    .script_texts = {[NARR_SCRIPT_LATIN] = 40, [NARR_SCRIPT_CYRILLIC] = 2}, .usual_scale = {0.5}};
/* In all texts, a quarter (twice), a sixteenth. */
static const uint8_t hand_shares[HAND_WORDS] = {0, 24, 24, 48};
static const narr_label_facts hand_label_facts[HAND_LABELS] = {{10, 8, 6}, {4, 0, 0}};

enum { HAND_PILOTS = 64 };

typedef struct hand_vocabulary {
  narr_vocabulary view;
  uint16_t *pilots;
  uint32_t *spare;
  narr_term_head *heads;
  uint8_t *blocks;
  uint64_t *string_starts;
  narr_buffer strings;
} hand_vocabulary;

static inline uint64_t hand_key(const char *word) {
  narr_vector vector = {0};
  assert_true(narr_vector_count(&vector, &hand_features, word, strlen(word)));
  assert_int_equal(vector.distinct_count, 1);
  uint64_t key = vector.distinct[0].key;
  narr_vector_free(&vector);
  return key;
}

/* Sends a key to spare place `term`: its pilot is one that leads behind `term_count`. */
static inline void hand_place(hand_vocabulary *v, uint64_t key, size_t term_count, uint32_t term) {
  size_t group = narr_perfect_hash_group(HAND_PILOTS, key), at;
  assert_int_equal(v->pilots[group], 0); /* no two words share one */
  do at = narr_perfect_hash_aim(2 * term_count, key, ++v->pilots[group]);
  while (at < term_count || v->spare[at - term_count] != UINT32_MAX);
  v->spare[at - term_count] = term;
}

/* Of `term_count` terms those in `terms` (rising) are the hand_words. */
static inline hand_vocabulary hand_vocabulary_new(const uint32_t *terms, size_t term_count) {
  hand_vocabulary v = {.pilots = narr_alloc_zero(HAND_PILOTS, sizeof *v.pilots),
                       .spare = narr_alloc_zero(term_count, sizeof *v.spare),
                       .heads = narr_alloc_zero(term_count, sizeof *v.heads),
                       .blocks = narr_alloc_zero(term_count, 1),
                       .string_starts = narr_alloc(term_count + 1, sizeof *v.string_starts)};
  assert_true(v.pilots && v.spare && v.heads && v.blocks && v.string_starts);
  memset(v.spare, 0xFF, term_count * sizeof *v.spare); /* all of them free */
  size_t word = 0;
  for (size_t t = 0; t < term_count; t++) {
    v.heads[t].idf = 1;
    v.string_starts[t] = v.strings.length;
    if (word == HAND_WORDS || terms[word] != t) continue;
    uint64_t key = hand_key(hand_words[word]);
    hand_place(&v, key, term_count, (uint32_t)t);
    v.heads[t].tag = narr_vocabulary_tag(key);
    narr_buffer_string(&v.strings, hand_words[word++]);
  }
  v.string_starts[term_count] = v.strings.length;
  assert_int_equal(word, HAND_WORDS);
  for (size_t t = 0; t < term_count; t++)
    if (v.spare[t] == UINT32_MAX) v.spare[t] = 0;
  v.view = (narr_vocabulary){.hash = {v.pilots, HAND_PILOTS, term_count, 2 * term_count, v.spare},
                             .term_count = term_count,
                             .rows = (const unsigned char *)v.heads,
                             .row_size = sizeof *v.heads,
                             .idf_unit = 1,
                             .blocks = v.blocks,
                             .string_starts = v.string_starts,
                             .strings = v.strings.data,
                             .strings_size = v.strings.length};
  return v;
}

static inline void hand_vocabulary_free(hand_vocabulary *v) {
  narr_free(v->pilots);
  narr_free(v->spare);
  narr_free(v->heads);
  narr_free(v->blocks);
  narr_free(v->string_starts);
  narr_buffer_free(&v->strings);
}

static const uint32_t hand_terms[HAND_WORDS] = {0, 1, 2, 3};

static inline narr_model_parts hand_parts(const hand_vocabulary *v, narr_kernel kernel) {
  return (narr_model_parts){.features = hand_features,
                            .vocabulary = &v->view,
                            .exclusive = false,
                            .label_count = HAND_LABELS,
                            .labels = hand_labels,
                            .decisions = hand_decisions,
                            .metadata = "{\"tool\":\"hand\"}",
                            .corpus = &hand_corpus,
                            .label_facts = hand_label_facts,
                            .shares = hand_shares,
                            .kernel = {kernel, 0.5, 0.25, 3},
                            .weights = hand_weights[0],
                            .support_count = kernel == NARR_KERNEL_LINEAR ? 0 : HAND_SUPPORT,
                            .support_starts = hand_support_starts,
                            .support_terms = hand_support_terms,
                            .support_values = hand_support_values,
                            .coefficients = hand_coefficients[0]};
}

/* The label "right/inner" gets these instead of its sigmoid. */
enum { HAND_KNOTS = 3 };
static const narr_knot hand_knots[HAND_KNOTS] = {{-1, -2}, {0, 0}, {2, 1}};
static const narr_decision hand_knotted[HAND_LABELS] = {{0.5, {-2, 0.25}, 0.6, 0, 0, 0},
                                                        {-0.25, {-1, 0}, 0.5, 0, HAND_KNOTS, 0}};

typedef struct hand_spec {
  narr_kernel kernel;
  bool exclusive, always_labelled, knotted;
} hand_spec;

static inline narr_model *hand_model_of(hand_spec spec) {
  hand_vocabulary v = hand_vocabulary_new(hand_terms, HAND_WORDS);
  narr_model_parts parts = hand_parts(&v, spec.kernel);
  parts.exclusive = spec.exclusive;
  parts.always_labelled = spec.always_labelled;
  if (spec.knotted) {
    parts.decisions = hand_knotted;
    parts.knots = hand_knots;
    parts.knot_count = HAND_KNOTS;
  }
  narr_model *model;
  narr_error error = NARR_ERROR_INIT;
  if (narr_model_build(&model, &parts, &error)) fail_msg("%s", error.message);
  hand_vocabulary_free(&v);
  return model;
}

static inline narr_model *hand_model(narr_kernel kernel, bool exclusive) {
  return hand_model_of((hand_spec){.kernel = kernel, .exclusive = exclusive});
}

/* ---- A large model: what it knows is far apart in its file ----------------------- */

enum { LARGE_TERMS = 140000, LARGE_LABELS = 128 };

static const uint32_t large_terms[HAND_WORDS] = {0, 40000, 100000, LARGE_TERMS - 1};

/* Word w has the weight w + 1 for every label, which has no bias. */
static inline narr_model *large_model(void) {
  hand_vocabulary v = hand_vocabulary_new(large_terms, LARGE_TERMS);
  narr_model_parts parts = hand_parts(&v, NARR_KERNEL_LINEAR);
  const char *labels[LARGE_LABELS];
  static char names[LARGE_LABELS][16];
  narr_decision decisions[LARGE_LABELS];
  for (int l = 0; l < LARGE_LABELS; l++) {
    snprintf(names[l], sizeof names[l], "label %d", l);
    labels[l] = names[l];
    decisions[l] = (narr_decision){0, {-1, 0}, 0.5, 0, 0, 0};
  }
  float *weights = narr_alloc_zero((size_t)LARGE_TERMS * LARGE_LABELS, sizeof *weights);
  assert_non_null(weights);
  for (int w = 0; w < HAND_WORDS; w++)
    for (int l = 0; l < LARGE_LABELS; l++)
      weights[(size_t)large_terms[w] * LARGE_LABELS + (size_t)l] = (float)(w + 1);
  parts.label_count = LARGE_LABELS;
  parts.labels = labels;
  parts.decisions = decisions;
  static const narr_label_facts no_facts[LARGE_LABELS];
  parts.label_facts = no_facts;
  static const uint8_t no_shares[LARGE_TERMS];
  parts.shares = no_shares;
  parts.weights = weights;
  narr_model *model;
  assert_ok(narr_model_build(&model, &parts, NULL));
  narr_free(weights);
  hand_vocabulary_free(&v);
  return model;
}

/* Where a byte that belongs to the model stands in its file. */
static inline size_t offset_of(const narr_model *model, const void *byte) {
  return (size_t)((const unsigned char *)byte - model->bytes);
}

/* Turns one bit of a file. */
static inline void flip_in_file(const char *path, size_t offset) {
  FILE *file = fopen(path, "r+b");
  assert_non_null(file);
  assert_int_equal(fseek(file, (long)offset, SEEK_SET), 0);
  int byte = fgetc(file);
  assert_true(byte >= 0);
  assert_int_equal(fseek(file, (long)offset, SEEK_SET), 0);
  assert_int_equal(fputc(byte ^ 4, file), byte ^ 4);
  assert_int_equal(fclose(file), 0);
}

#endif
