/* train_decisions.c - calibration and thresholds from out-of-fold margins,
 * and the report on them.
 *
 * The model's sigmoid and threshold come from all out-of-fold margins. The
 * report must not judge them by the rows that chose them: for it, each
 * fold's rows are decided with a sigmoid and a threshold chosen on the other
 * folds.
 *
 * The sigmoid of a label with a parent is about rows that have the parent: it
 * is the factor by which the parent's probability is multiplied. Its threshold
 * is about all rows, and about what the parent's threshold lets through; so
 * parents come first. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/parallel.h"
#include "base/status.h"
#include "pipeline/report.h"
#include "pipeline/training.h"
#include "svm/threshold.h"

typedef struct rule {
  narr_sigmoid sigmoid;
  double threshold;
} rule;

typedef struct judging {
  narr_training *training;
  size_t level;   /* of the labels that are being judged */
  size_t *levels; /* label_count; 0: no parent */
  rule *rules;    /* label_count x (folds + 1): chosen without the rows of a
                     fold, to judge them by; the last on all rows */
} judging;

/* What the rules make of a row; the probability is 0 where it can't be
 * flagged, which no sigmoid gives. */
typedef struct verdict {
  double probability;
  bool flagged;
} verdict;

static bool is_tested(const narr_training *t, size_t label, size_t row) {
  return t->fold_of[row] != NARR_FOLD_NEVER && !isnan(t->margins[label * t->row_count + row]);
}

static verdict judge_row(const judging *j, size_t label, size_t without, size_t row);

/* What the parent leaves to be judged. */
static verdict judge_parent(const judging *j, size_t label, size_t without, size_t row) {
  size_t parent = j->training->taxonomy.parents[label];
  if (parent == NARR_NO_PARENT) return (verdict){1, true};
  verdict above = judge_row(j, parent, without, row);
  return above.flagged ? above : (verdict){0, false};
}

static verdict judge_row(const judging *j, size_t label, size_t without, size_t row) {
  const narr_training *t = j->training;
  const rule *r = &j->rules[label * (t->options.folds + 1) + without];
  verdict v = judge_parent(j, label, without, row);
  v.probability *=
      is_tested(t, label, row)
          ? narr_sigmoid_probability(r->sigmoid, t->margins[label * t->row_count + row])
          : 0;
  v.flagged = v.probability > 0 && v.probability >= r->threshold;
  return v;
}

/* The rows that a sigmoid and a threshold are chosen on. */
typedef struct sample {
  size_t count;
  double *margins;
  double *probabilities;
  double *weights;
  int8_t *targets;
} sample;

static bool sample_new(sample *s, size_t capacity) {
  *s = (sample){0, narr_alloc(capacity, sizeof *s->margins),
                narr_alloc(capacity, sizeof *s->probabilities),
                narr_alloc(capacity, sizeof *s->weights), narr_alloc(capacity, 1)};
  return s->margins && s->probabilities && s->weights && s->targets;
}

static void sample_free(sample *s) {
  narr_free(s->margins);
  narr_free(s->probabilities);
  narr_free(s->weights);
  narr_free(s->targets);
}

static void sample_add(sample *s, const narr_training *t, size_t label, size_t row) {
  s->margins[s->count] = t->margins[label * t->row_count + row];
  s->targets[s->count] = t->truth[label * t->row_count + row];
  s->weights[s->count++] = t->weights ? t->weights[row] : 1;
}

/* Rows of which it is known whether they have the label, but those of the
 * fold `without`; of a label with a parent only those that have the parent. */
static void fill_for_sigmoid(sample *s, const narr_training *t, size_t label, size_t without) {
  size_t parent = t->taxonomy.parents[label];
  s->count = 0;
  for (size_t i = 0; i < t->row_count; i++)
    if (t->fold_of[i] != without && t->truth[label * t->row_count + i] != 0 &&
        is_tested(t, label, i) &&
        (parent == NARR_NO_PARENT || t->truth[parent * t->row_count + i] > 0))
      sample_add(s, t, label, i);
}

/* The same whether they have the parent or not, with their probabilities. */
static void fill_for_threshold(sample *s, const judging *j, size_t label, size_t without) {
  const narr_training *t = j->training;
  s->count = 0;
  for (size_t i = 0; i < t->row_count; i++) {
    if (t->fold_of[i] == without || t->truth[label * t->row_count + i] == 0 ||
        !is_tested(t, label, i))
      continue;
    s->probabilities[s->count] = judge_row(j, label, without, i).probability;
    sample_add(s, t, label, i);
  }
}

/* Chooses the rule of a label without the rows of a fold. */
static bool choose_rule(judging *j, sample *s, size_t label, size_t without) {
  const narr_training *t = j->training;
  rule *r = &j->rules[label * (t->options.folds + 1) + without];
  fill_for_sigmoid(s, t, label, without);
  r->sigmoid = narr_sigmoid_fit(s->margins, s->targets, s->weights, s->count);
  r->threshold = 0;
  if (t->exclusive) return true;
  fill_for_threshold(s, j, label, without);
  r->threshold = narr_threshold_for_f1(s->probabilities, s->targets, s->weights, s->count, NULL);
  return !isnan(r->threshold);
}

/* Never flagged, and as improbable as can be. */
static narr_decision never(void) {
  return (narr_decision){0, {-1e-3, 50}, NARR_NEVER_FLAGGED};
}

static int judge_label(void *context, size_t label, unsigned worker) {
  judging *j = context;
  narr_training *t = j->training;
  size_t folds = t->options.folds;
  (void)worker;
  if (j->levels[label] != j->level) return 0;
  if (t->untrainable[label]) {
    t->decisions[label] = never();
    return 0;
  }
  sample sample;
  bool ok = sample_new(&sample, t->row_count);
  for (size_t without = 0; ok && without <= folds; without++)
    ok = choose_rule(j, &sample, label, without);
  sample_free(&sample);
  const rule *all = &j->rules[label * (folds + 1) + folds];
  t->decisions[label] = (narr_decision){t->machines[label].bias, all->sigmoid, all->threshold};
  return ok ? 0 : 1;
}

/* Level by level. False: no memory. */
static bool judge_labels(judging *j) {
  narr_training *t = j->training;
  size_t deepest = 0;
  for (size_t l = 0; l < t->label_count; l++) {
    size_t parent = t->taxonomy.parents[l];
    j->levels[l] = parent == NARR_NO_PARENT ? 0 : j->levels[parent] + 1;
    if (j->levels[l] > deepest) deepest = j->levels[l];
  }
  for (j->level = 0; j->level <= deepest; j->level++)
    if (narr_parallel(t->label_count, t->jobs, judge_label, j, NULL, NULL) != 0) return false;
  return true;
}

/* The flags of one row: as narr_classify() sets them. */
static void predict_row(const judging *j, size_t row, uint8_t *predicted) {
  const narr_training *t = j->training;
  double highest = -1, margin = 0;
  size_t best = 0;
  for (size_t l = 0; l < t->label_count; l++) {
    verdict v = judge_row(j, l, t->fold_of[row], row);
    double here = t->margins[l * t->row_count + row];
    predicted[l] = !t->exclusive && v.flagged;
    if (v.probability > highest || (v.probability == highest && here > margin)) {
      best = l;
      highest = v.probability;
      margin = here;
    }
  }
  if (t->exclusive) predicted[best] = 1;
}

/* The rows of the report, which are those that were tested. */
typedef struct tested_rows {
  size_t count;
  uint8_t *expected;
  uint8_t *predicted;
  const char **languages;
} tested_rows;

static void fill_tested(tested_rows *rows, const judging *j) {
  const narr_training *t = j->training;
  size_t n = t->row_count, labels = t->label_count;
  for (size_t i = 0; i < n; i++) {
    if (t->fold_of[i] == NARR_FOLD_NEVER) continue;
    uint8_t *expected = rows->expected + rows->count * labels;
    for (size_t l = 0; l < labels; l++) {
      int8_t truth = t->truth[l * n + i];
      expected[l] = truth > 0 ? 1 : truth < 0 ? 0 : NARR_EXPECTED_UNKNOWN;
    }
    predict_row(j, i, rows->predicted + rows->count * labels);
    rows->languages[rows->count++] = narr_dataset_get(t->dataset, i).lang;
  }
}

static narr_status report_on(judging *j, narr_error *error) {
  narr_training *t = j->training;
  size_t n = t->row_count, count = t->label_count;
  tested_rows rows = {0, narr_alloc(n * count, 1), narr_alloc(n * count, 1),
                      narr_alloc(n, sizeof *rows.languages)};
  double *thresholds = narr_alloc(count, sizeof *thresholds);
  narr_status status = NARR_ERROR_MEMORY;
  if (rows.expected && rows.predicted && rows.languages && thresholds) {
    for (size_t l = 0; l < count; l++) thresholds[l] = t->decisions[l].threshold;
    fill_tested(&rows, j);
    bool languages = narr_dataset_has_languages(t->dataset);
    status = narr_report_make(&t->report,
                              &(narr_decisions){.row_count = rows.count,
                                                .label_count = count,
                                                .labels = t->labels,
                                                .parents = t->taxonomy.parents,
                                                .against_all = t->against_all,
                                                .thresholds = thresholds,
                                                .expected = rows.expected,
                                                .predicted = rows.predicted,
                                                .languages = languages ? rows.languages : NULL,
                                                .exclusive = t->exclusive,
                                                .time_ordered = t->time_ordered,
                                                .near_duplicates = t->near_duplicates},
                              error);
  }
  narr_free(rows.expected);
  narr_free(rows.predicted);
  narr_free(rows.languages);
  narr_free(thresholds);
  return status == NARR_ERROR_MEMORY ? narr_fail_memory(error) : status;
}

narr_status narr_training_judge(narr_training *t, narr_error *error) {
  judging j = {.training = t};
  j.levels = narr_alloc(t->label_count, sizeof *j.levels);
  j.rules = narr_alloc_zero(t->label_count, (t->options.folds + 1) * sizeof *j.rules);
  t->decisions = narr_alloc_zero(t->label_count, sizeof *t->decisions);
  narr_status status = NARR_OK;
  if (!j.levels || !j.rules || !t->decisions || !judge_labels(&j)) status = narr_fail_memory(error);
  if (!status && narr_training_progress(t, "calibrate", "", 0, t->label_count, t->label_count))
    status = narr_fail(error, NARR_ERROR_CANCELLED, "cancelled");
  if (!status) status = report_on(&j, error);
  narr_free(j.levels);
  narr_free(j.rules);
  return status;
}
