/* fuzz_model.c - a model file by somebody who has made its checksums right:
 * it is refused, or it classifies and explains; both times the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/model.h"
#include "narr/classify.h"

static const char *const texts[] = {
    "Troops withdraw from Kosovo, troops leave! #KosovoBase https://a.example/x",
    "отцеп referendum \xFF\xC3 independence \xF0\x9F\x98\x80 "
    "2,5"};

/* What came out, as bytes that can be compared. */
typedef struct outcome {
  unsigned char *bytes;
  size_t size;
  size_t capacity;
} outcome;

static void record(outcome *o, const void *bytes, size_t size) {
  if (o->size + size > o->capacity) {
    o->capacity = 2 * (o->size + size);
    o->bytes = realloc(o->bytes, o->capacity);
    if (!o->bytes) abort();
  }
  if (size) memcpy(o->bytes + o->size, bytes, size);
  o->size += size;
}

#define RECORD(o, value) record(o, &(value), sizeof(value))

static void record_result(outcome *o, const narr_result *result) {
  for (size_t l = 0; l < result->score_count; l++) {
    RECORD(o, result->scores[l].margin);
    RECORD(o, result->scores[l].probability);
    RECORD(o, result->scores[l].flagged);
    record(o, result->scores[l].label, strlen(result->scores[l].label));
  }
  RECORD(o, result->flagged_count);
  RECORD(o, result->term_count);
}

static void record_explanation(outcome *o, const narr_explanation *why, size_t length) {
  for (size_t t = 0; t < why->term_count; t++) {
    const narr_term *term = &why->terms[t];
    RECORD(o, term->label);
    RECORD(o, term->contribution);
    record(o, term->term, strlen(term->term));
    record(o, term->spans, term->span_count * sizeof *term->spans);
    for (size_t s = 0; s < term->span_count; s++)
      if (term->spans[s].start >= term->spans[s].end || term->spans[s].end > length) abort();
  }
  for (size_t w = 0; w < why->word_count; w++) {
    RECORD(o, why->words[w].label);
    RECORD(o, why->words[w].span);
    RECORD(o, why->words[w].contribution);
    if (why->words[w].span.end > length) abort();
  }
}

static void use(outcome *o, const narr_model *model) {
  narr_classifier *classifier;
  if (narr_classifier_new(&classifier, model, NULL)) abort();
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    const narr_result *result;
    const narr_explanation *why;
    size_t length = strlen(texts[i]), last = narr_model_label_count(model) - 1;
    narr_status status = narr_classify(classifier, texts[i], length, &result, NULL);
    RECORD(o, status);
    if (status == NARR_ERROR_MODEL) continue; /* its weights are no numbers */
    if (status) abort();
    record_result(o, result);
    if (narr_explain(classifier, &last, 1, 0, &why, NULL)) abort();
    record_explanation(o, why, length);
  }
  narr_classifier_free(classifier);
  narr_model_term term;
  narr_fact fact;
  size_t count;
  for (size_t i = 0; narr_model_fact_member(model, "options", i, &fact); i++)
    record(o, fact.value, fact.value_length);
  if (!narr_model_names_terms(model)) return;
  if (narr_model_top_terms(model, 0, true, &term, 1, &count, NULL)) abort();
  if (count) record(o, term.term, term.term_length);
}

static outcome run(const uint8_t *data, size_t size) {
  outcome o = {NULL, 0, 0};
  unsigned char *copy = malloc(size ? size : 1); /* aligned, and just as long */
  if (!copy) abort();
  if (size) memcpy(copy, data, size);
  narr_model_reseal(copy, size);
  narr_model *model;
  narr_error error = NARR_ERROR_INIT;
  narr_status status = narr_model_from_memory(&model, copy, size, &error);
  RECORD(&o, status);
  record(&o, error.message, strlen(error.message));
  if (!status) use(&o, model);
  if (status && (status != NARR_ERROR_MODEL || model)) abort();
  narr_model_free(model);
  free(copy);
  return o;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  outcome one = run(data, size), two = run(data, size);
  if (one.size != two.size || memcmp(one.bytes, two.bytes, one.size) != 0) abort();
  free(one.bytes);
  free(two.bytes);
  return 0;
}
