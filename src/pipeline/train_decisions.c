/* train_decisions.c - calibration and thresholds from out-of-fold margins,
 * and the report on them.
 *
 * The model's sigmoid and threshold come from all out-of-fold margins. The
 * report must not judge them by the rows that chose them: for it, each
 * fold's rows are decided with a sigmoid and a threshold chosen on the other
 * folds. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/parallel.h"
#include "base/status.h"
#include "pipeline/report.h"
#include "pipeline/training.h"
#include "svm/threshold.h"

typedef struct judging {
  narr_training *training;
  double *probabilities; /* label_count x row_count, for the report */
  double *cutoffs;       /* the same: the threshold each was judged by */
} judging;

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

/* All rows but those of `left_out`. */
static void sample_fill(sample *s, const narr_training *t, size_t label, size_t left_out) {
  const double *margins = t->margins + label * t->row_count;
  const int8_t *targets = t->targets + label * t->row_count;
  s->count = 0;
  for (size_t i = 0; i < t->row_count; i++) {
    if (t->fold_of[i] == left_out) continue;
    s->margins[s->count] = margins[i];
    s->targets[s->count] = targets[i];
    s->weights[s->count++] = t->weights ? t->weights[i] : 1;
  }
}

static bool decide(sample *s, bool exclusive, narr_sigmoid *sigmoid, double *threshold) {
  *sigmoid = narr_sigmoid_fit(s->margins, s->targets, s->weights, s->count);
  *threshold = 0;
  if (exclusive) return true;
  for (size_t i = 0; i < s->count; i++)
    s->probabilities[i] = narr_sigmoid_probability(*sigmoid, s->margins[i]);
  *threshold = narr_threshold_for_f1(s->probabilities, s->targets, s->weights, s->count, NULL);
  return !isnan(*threshold);
}

static int judge_label(void *context, size_t label, unsigned worker) {
  judging *judging = context;
  narr_training *t = judging->training;
  (void)worker;
  sample sample;
  bool ok = sample_new(&sample, t->row_count);
  for (size_t fold = 0; ok && fold < t->options.folds; fold++) {
    narr_sigmoid sigmoid;
    double threshold;
    sample_fill(&sample, t, label, fold);
    ok = decide(&sample, t->exclusive, &sigmoid, &threshold);
    for (size_t i = 0; ok && i < t->row_count; i++) {
      if (t->fold_of[i] != fold) continue;
      size_t at = label * t->row_count + i;
      judging->probabilities[at] = narr_sigmoid_probability(sigmoid, t->margins[at]);
      judging->cutoffs[at] = threshold;
    }
  }
  if (ok) {
    narr_decision *decision = &t->decisions[label];
    decision->bias = t->machines[label].bias;
    sample_fill(&sample, t, label, SIZE_MAX);
    ok = decide(&sample, t->exclusive, &decision->sigmoid, &decision->threshold);
  }
  sample_free(&sample);
  return ok ? 0 : 1;
}

/* The flags of one row: as narr_classify() sets them. */
static void predict_row(const judging *judging, size_t row, uint8_t *predicted) {
  const narr_training *t = judging->training;
  size_t best = 0;
  for (size_t l = 0; l < t->label_count; l++) {
    size_t at = l * t->row_count + row, top = best * t->row_count + row;
    double p = judging->probabilities[at], q = judging->probabilities[top];
    predicted[l] = !t->exclusive && p >= judging->cutoffs[at];
    if (p > q || (p == q && t->margins[at] > t->margins[top])) best = l;
  }
  if (t->exclusive) predicted[best] = 1;
}

static narr_status report_on(judging *judging, narr_error *error) {
  narr_training *t = judging->training;
  size_t n = t->row_count, count = t->label_count;
  uint8_t *expected = narr_alloc(n * count, 1), *predicted = narr_alloc(n * count, 1);
  double *thresholds = narr_alloc(count, sizeof *thresholds);
  const char **languages = narr_alloc(n, sizeof *languages);
  narr_status status = NARR_ERROR_MEMORY;
  if (expected && predicted && thresholds && languages) {
    for (size_t l = 0; l < count; l++) thresholds[l] = t->decisions[l].threshold;
    for (size_t i = 0; i < n; i++) {
      for (size_t l = 0; l < count; l++) expected[i * count + l] = t->targets[l * n + i] > 0;
      predict_row(judging, i, predicted + i * count);
      languages[i] = narr_dataset_get(t->dataset, i).lang;
    }
    status = narr_report_make(
        &t->report,
        &(narr_decisions){.row_count = n,
                          .label_count = count,
                          .labels = t->labels,
                          .thresholds = thresholds,
                          .expected = expected,
                          .predicted = predicted,
                          .languages = narr_dataset_has_languages(t->dataset) ? languages : NULL,
                          .exclusive = t->exclusive},
        error);
  }
  narr_free(expected);
  narr_free(predicted);
  narr_free(thresholds);
  narr_free(languages);
  return status == NARR_ERROR_MEMORY ? narr_fail_memory(error) : status;
}

narr_status narr_training_judge(narr_training *t, narr_error *error) {
  size_t cells = t->label_count * t->row_count;
  judging judging = {t, narr_alloc(cells, sizeof *judging.probabilities),
                     narr_alloc(cells, sizeof *judging.cutoffs)};
  t->decisions = narr_alloc_zero(t->label_count, sizeof *t->decisions);
  narr_status status = NARR_OK;
  if (!judging.probabilities || !judging.cutoffs || !t->decisions ||
      narr_parallel(t->label_count, t->jobs, judge_label, &judging, NULL, NULL) != 0)
    status = narr_fail_memory(error);
  if (!status && narr_training_progress(t, "calibrate", "", 0, t->label_count, t->label_count))
    status = narr_fail(error, NARR_ERROR_CANCELLED, "cancelled");
  if (!status) status = report_on(&judging, error);
  narr_free(judging.probabilities);
  narr_free(judging.cutoffs);
  return status;
}
