/* report_explain.c - by which terms a model made its mistakes. */
#include <string.h>

#include "base/alloc.h"
#include "base/status.h"
#include "narr/classify.h"
#include "pipeline/report_parts.h"

/* The report's label by the model's number, or SIZE_MAX. */
static size_t model_label(const narr_model *model, const char *name) {
  for (size_t l = 0; l < narr_model_label_count(model); l++)
    if (strcmp(narr_model_label(model, l), name) == 0) return l;
  return SIZE_MAX;
}

static bool copy_term(narr_intern *strings, narr_mistake_term *out, const narr_term *term) {
  size_t block = narr_intern_add(strings, term->block, strlen(term->block));
  if (block == NARR_INTERN_NONE) return false;
  size_t name = narr_intern_add(strings, term->term, strlen(term->term));
  if (name == NARR_INTERN_NONE) return false;
  *out = (narr_mistake_term){strings->strings[block], strings->strings[name], term->contribution};
  return true;
}

static narr_status explain(narr_classifier *classifier, narr_owned_report *owned, size_t label,
                           narr_mistake *mistake, narr_error *error) {
  const narr_result *result;
  const narr_explanation *explanation = NULL;
  narr_status status =
      narr_classify(classifier, mistake->text, mistake->text_length, &result, error);
  if (!status)
    status = narr_explain(classifier, &label, 1, NARR_MISTAKE_TERMS, &explanation, error);
  if (status) return status;
  narr_mistake_term *terms =
      owned->terms + (size_t)(mistake - owned->mistakes) * NARR_MISTAKE_TERMS;
  for (size_t i = 0; i < explanation->term_count; i++)
    if (!copy_term(&owned->term_strings, &terms[i], &explanation->terms[i]))
      return narr_fail_memory(error);
  mistake->terms = terms;
  mistake->term_count = explanation->term_count;
  return NARR_OK;
}

narr_status narr_report_explain(narr_report *report, const narr_model *model, narr_error *error) {
  narr_owned_report *owned = (narr_owned_report *)report; /* its first member */
  if (!owned->mistakes) return NARR_OK;
  owned->terms = narr_alloc(report->label_count * 2 * NARR_MISTAKES * NARR_MISTAKE_TERMS,
                            sizeof *owned->terms);
  if (!owned->terms) return narr_fail_memory(error);
  narr_classifier *classifier;
  narr_status status = narr_classifier_new(&classifier, model, error);
  for (size_t l = 0; !status && l < report->label_count; l++) {
    size_t label = model_label(model, report->labels[l].name);
    if (label == SIZE_MAX) continue;
    narr_mistake *mistakes = owned->mistakes + l * 2 * NARR_MISTAKES;
    for (size_t i = 0; !status && i < 2 * NARR_MISTAKES; i++)
      if (mistakes[i].text) status = explain(classifier, owned, label, &mistakes[i], error);
  }
  narr_classifier_free(classifier);
  return status;
}
