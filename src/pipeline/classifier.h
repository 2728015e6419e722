/* classifier.h - the working memory behind narr_classify() and
 * narr_explain(). */
#ifndef NARR_PIPELINE_CLASSIFIER_H
#define NARR_PIPELINE_CLASSIFIER_H

#include "base/buffer.h"
#include "model/score.h"
#include "narr/classify.h"

/* What narr_explain() returns points in here. */
typedef struct explain_space {
  double *contributions; /* entries x labels asked for */
  size_t contribution_capacity;
  uint32_t *places; /* n-grams of entry e: those before place_ends[e], tf of them */
  size_t place_capacity;
  size_t *place_ends; /* entries */
  size_t place_end_capacity;
  uint32_t *slots; /* 1 + entry, found by its key; 0: free */
  size_t slot_capacity;
  double *per_byte; /* of the text, plus one */
  size_t per_byte_capacity;
  narr_term *terms;
  size_t term_count, term_capacity;
  narr_span *spans;
  size_t span_count, span_capacity;
  narr_word *words;
  size_t word_count, word_capacity;
  narr_disguised *disguised;
  size_t disguised_count, disguised_capacity;
  narr_buffer strings;
  narr_explanation explanation;
} explain_space;

struct narr_classifier {
  const narr_model *model;
  narr_vector vector;
  narr_score_space score_space;
  double *margins;    /* a machine each */
  double *thresholds; /* a machine each */
  bool *asked;        /* label_count: the caller has set its threshold, and the gate has no say */
  bool always_labelled;
  narr_score *scores; /* a machine each */
  narr_abstention abstention;
  narr_result result;
  size_t text_length; /* of the last text */
  bool has_text;      /* narr_classify() has succeeded */
  explain_space explain;
};

void narr_explain_space_free(explain_space *space);

#endif
