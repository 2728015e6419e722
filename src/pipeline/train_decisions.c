/* train_decisions.c - what margins mean: the thresholds, the model's
 * decisions, and the report on them.
 *
 * The model's calibrations and thresholds come from all out-of-fold margins.
 * The report must not judge them by the rows that chose them: for it, each
 * fold's rows are decided with those chosen on the other folds. */
#include <string.h>

#include "base/alloc.h"
#include "base/parallel.h"
#include "base/status.h"
#include "pipeline/report.h"
#include "pipeline/training.h"

typedef struct judging {
  narr_training *training;
  double *thresholds; /* folds + 1 runs of the training's label_count, as calibrations */
  bool *reached;      /* the same: the objective, by the model's */

  size_t label_count; /* of the report: those with names */

  /* The rows of the report, which are those that were tested. */
  size_t count;
  size_t *rows;
  uint8_t *expected; /* count x label_count */
  uint8_t *predicted;
  double *probabilities; /* label_count x count */
  const char **languages;
} judging;

static narr_status choose_thresholds(judging *j, narr_error *error) {
  narr_training *t = j->training;
  narr_status status = NARR_OK;
  for (size_t l = 0; l < t->label_count; l++) j->reached[l] = true;
  for (size_t fold = 0; !t->exclusive && !status && fold <= t->options.folds; fold++)
    status =
        narr_training_thresholds(t, fold, j->thresholds + fold * t->label_count, j->reached, error);
  for (size_t l = 0; t->exclusive && l < t->label_count; l++)
    for (size_t fold = 0; t->untrainable[l] && fold <= t->options.folds; fold++)
      j->thresholds[fold * t->label_count + l] = NARR_NEVER_FLAGGED;
  return status;
}

/* What goes into the model. */
static bool make_decisions(judging *j) {
  narr_training *t = j->training;
  t->decisions = narr_alloc_zero(t->label_count, sizeof *t->decisions);
  t->knots = narr_alloc(t->label_count * NARR_KNOTS_AT_MOST, sizeof *t->knots);
  if (!t->decisions || !t->knots) return false;
  for (size_t l = 0; l < t->label_count; l++) {
    const narr_calibration *c = narr_training_calibration(t, l, t->options.folds);
    t->decisions[l] =
        (narr_decision){.bias = t->machines[l].bias,
                        .sigmoid = c->sigmoid,
                        .threshold = j->thresholds[t->options.folds * t->label_count + l],
                        .first_knot = t->knot_count,
                        .knot_count = c->knot_count};
    memcpy(t->knots + t->knot_count, c->knots, c->knot_count * sizeof *c->knots);
    t->knot_count += c->knot_count;
  }
  return true;
}

/* ---- The report ------------------------------------------------------------------- */

/* The flags of a row of the report: as narr_classify() sets them. */
static void predict_row(const judging *j, size_t index) {
  const narr_training *t = j->training;
  size_t row = j->rows[index], fold = t->fold_of[row], best = 0;
  const double *thresholds = j->thresholds + fold * t->label_count;
  uint8_t *predicted = j->predicted + index * j->label_count;
  bool any = false;
  for (size_t l = 0; l < j->label_count; l++) {
    double p = j->probabilities[l * j->count + index];
    double q = j->probabilities[best * j->count + index];
    double here = t->margins[l * t->row_count + row];
    predicted[l] = !t->exclusive && narr_training_flags(t, thresholds, l, fold, row);
    any |= predicted[l];
    if (p > q || (p == q && here > t->margins[best * t->row_count + row])) best = l;
  }
  if (t->exclusive || (t->always_labelled && !any)) predicted[best] = 1;
}

static int fill_probabilities(void *context, size_t label, unsigned worker) {
  judging *j = context;
  const narr_training *t = j->training;
  (void)worker;
  for (size_t i = 0; i < j->count; i++)
    j->probabilities[label * j->count + i] =
        narr_training_probability(t, label, t->fold_of[j->rows[i]], j->rows[i]);
  return 0;
}

static bool fill_tested(judging *j) {
  const narr_training *t = j->training;
  size_t n = t->row_count, labels = j->label_count;
  for (size_t i = 0; i < n; i++)
    if (t->fold_of[i] != NARR_FOLD_NEVER) j->rows[j->count++] = i;
  if (narr_parallel(labels, t->jobs, fill_probabilities, j, NULL, NULL) != 0) return false;
  for (size_t i = 0; i < j->count; i++) {
    for (size_t l = 0; l < labels; l++) {
      int8_t truth = t->truth[l * n + j->rows[i]];
      j->expected[i * labels + l] = truth > 0 ? 1 : truth < 0 ? 0 : NARR_EXPECTED_UNKNOWN;
    }
    predict_row(j, i);
    j->languages[i] = narr_dataset_get(t->dataset, j->rows[i]).lang;
  }
  return true;
}

/* Decides every row that was tested. */
static narr_status judge(judging *j, narr_training *t, narr_error *error) {
  size_t n = t->row_count, machines = t->label_count, count = narr_training_named(t);
  *j = (judging){.training = t,
                 .thresholds = narr_alloc_zero((t->options.folds + 1) * machines, sizeof(double)),
                 .reached = narr_alloc(machines, sizeof(bool)),
                 .label_count = count,
                 .rows = narr_alloc(n, sizeof(size_t)),
                 .expected = narr_alloc(n * count, 1),
                 .predicted = narr_alloc(n * count, 1),
                 .probabilities = narr_alloc(n * count, sizeof(double)),
                 .languages = narr_alloc(n, sizeof(char *))};
  if (!j->thresholds || !j->reached || !j->rows || !j->expected || !j->predicted ||
      !j->probabilities || !j->languages)
    return narr_fail_memory(error);
  narr_status status = choose_thresholds(j, error);
  if (!status && !fill_tested(j)) status = narr_fail_memory(error);
  return status;
}

static void judging_free(judging *j) {
  narr_free(j->thresholds);
  narr_free(j->reached);
  narr_free(j->rows);
  narr_free(j->expected);
  narr_free(j->predicted);
  narr_free(j->probabilities);
  narr_free(j->languages);
}

static narr_decisions decisions_of(const judging *j) {
  const narr_training *t = j->training;
  return (narr_decisions){.row_count = j->count,
                          .label_count = j->label_count,
                          .labels = t->labels,
                          .parents = t->taxonomy.parents,
                          .against_all = t->against_all,
                          .thresholds = j->thresholds + t->options.folds * t->label_count,
                          .reached = j->reached,
                          .expected = j->expected,
                          .predicted = j->predicted,
                          .probabilities = j->probabilities,
                          .languages = narr_dataset_has_languages(t->dataset) ? j->languages : NULL,
                          .dataset = t->dataset,
                          .dataset_rows = j->rows,
                          .exclusive = t->exclusive,
                          .time_ordered = t->time_ordered,
                          .near_duplicates = t->near_duplicates,
                          .seed = t->options.seed,
                          .jobs = t->jobs};
}

narr_status narr_training_judge(narr_training *t, narr_error *error) {
  judging j;
  narr_status status = judge(&j, t, error);
  if (!status && !make_decisions(&j)) status = narr_fail_memory(error);
  narr_decisions decisions = decisions_of(&j);
  if (!status) status = narr_report_make(&t->report, &decisions, error);
  judging_free(&j);
  return status;
}

narr_status narr_training_macro_f1(narr_training *t, double *out, narr_error *error) {
  judging j;
  narr_status status = judge(&j, t, error);
  narr_decisions decisions = decisions_of(&j);
  if (!status && !narr_decisions_macro_f1(out, &decisions)) status = narr_fail_memory(error);
  judging_free(&j);
  return status;
}
