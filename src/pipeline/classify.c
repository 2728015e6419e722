/* classify.c - a text's vector, its margins, its probabilities, its flags. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/status.h"
#include "pipeline/classifier.h"
#include "pipeline/doubt.h"

narr_status narr_classifier_new(narr_classifier **out, const narr_model *model, narr_error *error) {
  *out = NULL;
  size_t count = model->machine_count;
  narr_classifier *classifier = narr_alloc_zero(1, sizeof *classifier);
  if (!classifier) return narr_fail_memory(error);
  classifier->model = model;
  classifier->margins = narr_alloc(count, sizeof *classifier->margins);
  classifier->thresholds = narr_alloc(count, sizeof *classifier->thresholds);
  classifier->scores = narr_alloc(count, sizeof *classifier->scores);
  classifier->asked = narr_alloc_zero(count, sizeof *classifier->asked);
  if (!classifier->margins || !classifier->thresholds || !classifier->scores ||
      !classifier->asked) {
    narr_classifier_free(classifier);
    return narr_fail_memory(error);
  }
  for (size_t l = 0; l < count; l++) classifier->thresholds[l] = model->decisions[l].threshold;
  classifier->abstention = (narr_abstention)NARR_ABSTAIN_OFF;
  classifier->always_labelled = model->always_labelled;
  *out = classifier;
  return NARR_OK;
}

void narr_classifier_free(narr_classifier *classifier) {
  if (!classifier) return;
  narr_vector_free(&classifier->vector);
  narr_score_space_free(&classifier->score_space);
  narr_explain_space_free(&classifier->explain);
  narr_free(classifier->margins);
  narr_free(classifier->thresholds);
  narr_free(classifier->scores);
  narr_free(classifier->asked);
  narr_free(classifier);
}

narr_status narr_classifier_set_threshold(narr_classifier *classifier, const char *label,
                                          double probability, narr_error *error) {
  if (!(probability >= 0 && probability <= 1))
    return narr_fail(error, NARR_ERROR_ARGUMENT, "threshold %g is not within 0..1", probability);
  bool found = false;
  for (size_t l = 0; l < classifier->model->label_count; l++) {
    bool named = label && strcmp(classifier->model->labels[l], label) == 0;
    if (label && !named) continue;
    if (classifier->model->decisions[l].threshold > 1) {
      if (named)
        return narr_fail(error, NARR_ERROR_ARGUMENT,
                         "label \"%s\" was too rare to be learned: it is never flagged", label);
      continue;
    }
    classifier->thresholds[l] = probability;
    classifier->asked[l] = true;
    classifier->always_labelled = false; /* the caller knows what is to be flagged */
    found = true;
  }
  if (!found) return narr_fail(error, NARR_ERROR_ARGUMENT, "the model has no label \"%s\"", label);
  return NARR_OK;
}

narr_status narr_classifier_set_abstention(narr_classifier *classifier,
                                           const narr_abstention *abstention, narr_error *error) {
  if (!(abstention->min_known >= 0 && abstention->min_known <= 1))
    return narr_fail(error, NARR_ERROR_ARGUMENT, "a share of known words of %g is not within 0..1",
                     abstention->min_known);
  classifier->abstention = *abstention;
  return NARR_OK;
}

/* The most probable label; among equals the one with the larger margin. */
static size_t best_label(const narr_score *scores, size_t count) {
  size_t best = 0;
  for (size_t l = 1; l < count; l++)
    if (scores[l].probability > scores[best].probability ||
        (scores[l].probability == scores[best].probability &&
         scores[l].margin > scores[best].margin))
      best = l;
  return best;
}

static narr_score score_of(const narr_classifier *classifier, size_t machine, const char *label) {
  double margin = classifier->margins[machine];
  return (narr_score){.label = label,
                      .margin = margin,
                      .probability = narr_model_probability(classifier->model, machine, margin)};
}

/* What a label's judgement hangs on: its parent's, the gate's or none. */
static const narr_score *judged_before(const narr_classifier *classifier, size_t label) {
  size_t parent = narr_model_parent(classifier->model, label);
  if (parent == SIZE_MAX) return classifier->result.any;
  return &classifier->scores[parent];
}

static bool is_let_through(const narr_classifier *classifier, size_t label) {
  const narr_score *before = judged_before(classifier, label);
  return !before || before->flagged ||
         (before == classifier->result.any && classifier->asked[label]);
}

/* Returns how many labels are flagged; none if `abstained`. Parents come
 * before their children. */
static size_t fill_scores(narr_classifier *classifier, bool abstained) {
  const narr_model *model = classifier->model;
  narr_score *scores = classifier->scores;
  if (model->gated) {
    size_t gate = model->label_count;
    scores[gate] = score_of(classifier, gate, "");
    scores[gate].flagged = !abstained && scores[gate].probability >= classifier->thresholds[gate];
    classifier->result.any = &scores[gate];
  }
  for (size_t l = 0; l < model->label_count; l++) {
    scores[l] = score_of(classifier, l, model->labels[l]);
    const narr_score *before = judged_before(classifier, l);
    if (before) scores[l].probability *= before->probability;
  }
  size_t best = best_label(scores, model->label_count), flagged = 0;
  for (size_t l = 0; l < model->label_count; l++) {
    scores[l].flagged = !abstained && scores[l].probability >= classifier->thresholds[l] &&
                        (!model->exclusive || l == best) && is_let_through(classifier, l);
    flagged += scores[l].flagged;
  }
  if (classifier->always_labelled && flagged == 0 && !abstained) {
    scores[best].flagged = true;
    flagged = 1;
  }
  return flagged;
}

narr_status narr_classify(narr_classifier *classifier, const char *text, size_t length,
                          const narr_result **out, narr_error *error) {
  *out = NULL;
  classifier->has_text = false;
  if (length > NARR_TEXT_MAX)
    return narr_fail(error, NARR_ERROR_INPUT, "the text has %zu bytes, more than 1 GiB", length);
  const narr_model *model = classifier->model;
  narr_vector *vector = &classifier->vector;
  if (!narr_vector_fill(vector, &model->features, &model->vocabulary, text, length))
    return narr_fail_memory(error);
  narr_status status = narr_model_margins(model, vector->items, vector->count,
                                          &classifier->score_space, classifier->margins);
  if (status == NARR_ERROR_MEMORY) return narr_fail_memory(error);
  if (status || atomic_load_explicit(&model->blocks.damaged, memory_order_relaxed))
    return narr_fail(error, NARR_ERROR_MODEL, "the model file is damaged (checksum)");
  for (size_t m = 0; m < model->machine_count; m++)
    if (!isfinite(classifier->margins[m]))
      return narr_fail(error, NARR_ERROR_MODEL, "the model's weights are not all numbers");
  narr_result *result = &classifier->result;
  *result = (narr_result){.scores = classifier->scores,
                          .score_count = model->label_count,
                          .token_count = vector->ngrams.tokens.count,
                          .term_count = vector->count,
                          .repaired = vector->ngrams.tokens.chars.repaired};
  narr_doubt_find(result, model, vector, &classifier->abstention);
  result->flagged_count = fill_scores(classifier, result->abstained);
  classifier->text_length = length;
  classifier->has_text = true;
  *out = &classifier->result;
  return NARR_OK;
}
