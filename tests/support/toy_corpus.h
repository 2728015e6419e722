/* toy_corpus.h - a corpus of random posts whose labels can be told by their
 * words, and models that were learned from it. */
#ifndef TEST_SUPPORT_TOY_CORPUS_H
#define TEST_SUPPORT_TOY_CORPUS_H

#include "base/prng.h"
#include "narr/narr.h"
#include "support/check.h"

enum { TOY_LABELS = 3, TOY_WORDS = 6, TOY_FILLERS = 12 };

/* In the order in which a model has them. */
static const char *const toy_labels[TOY_LABELS] = {"flood", "secession", "withdrawal"};
static const char *const toy_words[TOY_LABELS][TOY_WORDS] = {
    {"dam", "river", "water", "rain", "поплава", "valley"},
    {"referendum", "independence", "entity", "split", "отцепљење", "parliament"},
    {"troops", "withdraw", "kosovo", "base", "повлачење", "soldiers"}};
static const char *const toy_fillers[TOY_FILLERS] = {
    "today", "people", "say", "news", "we", "all", "now", "again", "и", "то", "the", "about"};

typedef enum toy_kind {
  TOY_MULTI,    /* none, one label, or two */
  TOY_EXCLUSIVE /* always one */
} toy_kind;

typedef struct toy_spec {
  toy_kind kind;
  size_t rows;
  uint64_t seed;
  bool weighted;
  bool languages;
} toy_spec;

static inline void toy_text(char *text, size_t size, const bool has[TOY_LABELS], narr_prng *prng) {
  size_t used = 0;
  for (int part = 0; part < 8; part++) {
    const char *word = toy_fillers[narr_prng_below(prng, TOY_FILLERS)];
    for (int l = 0; l < TOY_LABELS; l++)
      if (has[l] && (part + l) % 3 == 0) word = toy_words[l][narr_prng_below(prng, TOY_WORDS)];
    used += (size_t)snprintf(text + used, size - used, "%s%s", part ? " " : "", word);
  }
}

static inline void toy_add(narr_dataset *dataset, const toy_spec *spec, size_t row,
                           narr_prng *prng) {
  static const char *const multi[4] = {"none", "withdrawal", "secession", "withdrawal;secession"};
  const char *cell = spec->kind == TOY_MULTI ? multi[row % 4] : toy_labels[row % TOY_LABELS];
  bool has[TOY_LABELS];
  for (int l = 0; l < TOY_LABELS; l++) has[l] = strstr(cell, toy_labels[l]) != NULL;
  char text[512];
  toy_text(text, sizeof text, has, prng);
  const char *lang = !spec->languages ? NULL : row % 5 == 0 ? "" : row % 2 ? "sr" : "en";
  double weight = spec->weighted ? 1 + (double)(row % 3) : 1;
  narr_error error = NARR_ERROR_INIT;
  if (narr_dataset_add(dataset, text, strlen(text), cell, lang, NULL, weight, &error))
    fail_msg("%s", error.message);
}

static inline narr_dataset *toy_dataset(toy_spec spec) {
  narr_dataset *dataset;
  assert_ok(narr_dataset_new(&dataset, NULL, NULL));
  narr_prng prng = {spec.seed};
  for (size_t row = 0; row < spec.rows; row++) toy_add(dataset, &spec, row, &prng);
  return dataset;
}

/* Words only, two folds, one thread: quick, and small models. */
static inline narr_train_options toy_options(void) {
  narr_train_options options = NARR_TRAIN_OPTIONS_INIT;
  options.features = "word=1";
  options.use_ratios = false;
  options.C = 1;
  options.folds = 2;
  options.jobs = 1;
  return options;
}

static inline narr_model *toy_train(const narr_dataset *dataset, const narr_train_options *options,
                                    narr_report **report) {
  narr_model *model;
  narr_error error = NARR_ERROR_INIT;
  if (narr_train(&model, report, dataset, options, &error)) fail_msg("%s", error.message);
  return model;
}

/* A small model of three labels, or of two that may go together. */
static inline narr_model *toy_model(toy_kind kind, narr_kernel kernel, const char *features) {
  narr_dataset *dataset = toy_dataset((toy_spec){.kind = kind, .rows = 60, .seed = 1});
  narr_train_options options = toy_options();
  options.kernel = kernel;
  options.features = features;
  narr_model *model = toy_train(dataset, &options, NULL);
  narr_dataset_free(dataset);
  return model;
}

static inline bool toy_same_bytes(const narr_model *one, const narr_model *two) {
  size_t size_one, size_two;
  const void *bytes_one = narr_model_bytes(one, &size_one);
  const void *bytes_two = narr_model_bytes(two, &size_two);
  return size_one == size_two && memcmp(bytes_one, bytes_two, size_one) == 0;
}

#endif
