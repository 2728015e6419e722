/* evaluate.c - a model's decisions about a labelled dataset. */
#include <string.h>

#include "base/alloc.h"
#include "base/parallel.h"
#include "base/status.h"
#include "data/taxonomy.h"
#include "narr/classify.h"
#include "pipeline/report.h"

#define ROWS_A_TASK 64
#define RESAMPLING_SEED 1

typedef struct evaluation {
  const narr_model *model;
  const narr_dataset *dataset;
  narr_abstention abstention;
  size_t label_count; /* the model's, then those only the dataset has */
  const char **labels;
  double *thresholds;
  size_t *parents;
  size_t *index_of; /* dataset label -> index into labels */
  int8_t *truth;    /* a worker each: label_count of them */
  uint8_t *expected;
  uint8_t *predicted;
  uint8_t *doubts;       /* rows */
  double *probabilities; /* label by label */
  const char **languages;
  narr_classifier **classifiers; /* one a worker */
  unsigned jobs;
} evaluation;

static size_t find_label(const evaluation *e, const char *name) {
  for (size_t l = 0; l < e->label_count; l++)
    if (strcmp(e->labels[l], name) == 0) return l;
  return e->label_count;
}

/* The model's label that a label which it doesn't know is under. */
static size_t known_parent(const evaluation *e, const char *name) {
  for (size_t length = strlen(name); (length = narr_path_parent(name, length)) > 0;)
    for (size_t l = 0; l < narr_model_label_count(e->model); l++)
      if (strncmp(e->labels[l], name, length) == 0 && e->labels[l][length] == '\0') return l;
  return NARR_NO_PARENT;
}

static bool collect_labels(evaluation *e) {
  size_t known = narr_model_label_count(e->model), given = narr_dataset_label_count(e->dataset);
  e->labels = narr_alloc(known + given, sizeof *e->labels);
  e->thresholds = narr_alloc_zero(known + given, sizeof *e->thresholds);
  e->index_of = narr_alloc(given, sizeof *e->index_of);
  e->parents = narr_alloc(known + given, sizeof *e->parents);
  if (!e->labels || !e->thresholds || !e->index_of || !e->parents) return false;
  bool paths = false;
  for (size_t l = 0; l < known; l++) {
    e->parents[l] = narr_model_parent(e->model, l);
    paths |= e->parents[l] != NARR_NO_PARENT;
    e->labels[l] = narr_model_label(e->model, l);
    e->thresholds[l] = narr_model_threshold(e->model, l);
  }
  e->label_count = known;
  for (size_t g = 0; g < given; g++) {
    const char *name = narr_dataset_label(e->dataset, g);
    e->index_of[g] = find_label(e, name);
    if (e->index_of[g] < e->label_count) continue;
    e->parents[e->label_count] = paths ? known_parent(e, name) : NARR_NO_PARENT;
    e->labels[e->label_count++] = name;
  }
  return true;
}

static narr_status prepare(evaluation *e, narr_error *error) {
  size_t rows = narr_dataset_size(e->dataset);
  if (!collect_labels(e)) return narr_fail_memory(error);
  e->expected = narr_alloc_zero(rows * e->label_count, 1);
  e->predicted = narr_alloc_zero(rows * e->label_count, 1);
  e->probabilities = narr_alloc_zero(rows * e->label_count, sizeof *e->probabilities);
  e->truth = narr_alloc(e->jobs * e->label_count, sizeof *e->truth);
  e->doubts = narr_alloc_zero(rows, 1);
  e->languages = narr_alloc(rows, sizeof *e->languages);
  e->classifiers = narr_alloc_zero(e->jobs, sizeof(narr_classifier *));
  if (!e->expected || !e->predicted || !e->probabilities || !e->truth || !e->doubts ||
      !e->languages || !e->classifiers)
    return narr_fail_memory(error);
  narr_status status = NARR_OK;
  for (unsigned j = 0; j < e->jobs && !status; j++) {
    status = narr_classifier_new(&e->classifiers[j], e->model, error);
    if (!status) status = narr_classifier_set_abstention(e->classifiers[j], &e->abstention, error);
  }
  return status;
}

static int evaluate_rows(void *context, size_t task, unsigned worker) {
  evaluation *e = context;
  size_t rows = narr_dataset_size(e->dataset);
  for (size_t row = task * ROWS_A_TASK; row < (task + 1) * ROWS_A_TASK && row < rows; row++) {
    narr_example example = narr_dataset_get(e->dataset, row);
    const narr_result *result;
    narr_status status =
        narr_classify(e->classifiers[worker], example.text, example.text_length, &result, NULL);
    if (status) return (int)status;
    for (size_t l = 0; l < result->score_count; l++) {
      e->predicted[row * e->label_count + l] = result->scores[l].flagged;
      e->probabilities[l * rows + row] = result->scores[l].probability;
    }
    int8_t *truth = e->truth + worker * e->label_count;
    narr_truth_fill(truth, example, e->index_of, e->parents, e->label_count);
    for (size_t l = 0; l < e->label_count; l++)
      e->expected[row * e->label_count + l] = truth[l] ? truth[l] > 0 : NARR_EXPECTED_UNKNOWN;
    e->languages[row] = example.lang;
    e->doubts[row] = (uint8_t)result->doubt;
  }
  return 0;
}

static void free_evaluation(evaluation *e) {
  for (unsigned j = 0; e->classifiers && j < e->jobs; j++) narr_classifier_free(e->classifiers[j]);
  narr_free(e->classifiers);
  narr_free(e->labels);
  narr_free(e->thresholds);
  narr_free(e->parents);
  narr_free(e->index_of);
  narr_free(e->truth);
  narr_free(e->expected);
  narr_free(e->predicted);
  narr_free(e->doubts);
  narr_free(e->probabilities);
  narr_free(e->languages);
}

static narr_status report_on(narr_report **out, const evaluation *e, narr_error *error) {
  narr_status status = narr_report_make(
      out,
      &(narr_decisions){.row_count = narr_dataset_size(e->dataset),
                        .label_count = e->label_count,
                        .labels = e->labels,
                        .parents = e->parents,
                        .thresholds = e->thresholds,
                        .expected = e->expected,
                        .predicted = e->predicted,
                        .probabilities = e->probabilities,
                        .languages = narr_dataset_has_languages(e->dataset) ? e->languages : NULL,
                        .dataset = e->dataset,
                        .doubts = e->doubts,
                        .abstained = e->abstention.enabled,
                        .exclusive = narr_model_is_exclusive(e->model),
                        .seed = RESAMPLING_SEED,
                        .jobs = e->jobs},
      error);
  if (!status) status = narr_report_explain(*out, e->model, error);
  if (!status) return NARR_OK;
  narr_report_free(*out);
  *out = NULL;
  return status;
}

narr_status narr_evaluate(narr_report **out, const narr_model *model, const narr_dataset *dataset,
                          const narr_abstention *abstention, unsigned jobs, narr_error *error) {
  *out = NULL;
  size_t rows = narr_dataset_size(dataset);
  if (rows == 0) return narr_fail(error, NARR_ERROR_INPUT, "there are no rows to evaluate");
  narr_status status = narr_model_verify(model, error);
  if (status) return status;
  evaluation e = {.model = model,
                  .dataset = dataset,
                  .abstention = abstention ? *abstention : (narr_abstention)NARR_ABSTAIN_OFF,
                  .jobs = narr_jobs(jobs)};
  int result = NARR_OK;
  status = prepare(&e, error);
  if (!status)
    result = narr_parallel((rows + ROWS_A_TASK - 1) / ROWS_A_TASK, e.jobs, evaluate_rows, &e, NULL,
                           NULL);
  if (!status && result == NARR_OK)
    status = report_on(out, &e, error);
  else if (result == NARR_ERROR_MEMORY)
    status = narr_fail_memory(error);
  else if (result)
    status = narr_fail(error, (narr_status)result, "a row could not be classified");
  free_evaluation(&e);
  return status;
}
