/* report_curve.c - what other thresholds would have been worth: each label's
 * rows ranked by probability, once. */
#include <math.h>

#include "base/alloc.h"
#include "base/parallel.h"
#include "pipeline/report_parts.h"
#include "svm/threshold.h"

typedef struct curves {
  narr_owned_report *owned;
  const narr_decisions *decisions;
} curves;

static bool rank(narr_ranking *ranking, const narr_decisions *d, size_t label) {
  int8_t *targets = narr_alloc(d->row_count, 1);
  double *probabilities = narr_alloc(d->row_count, sizeof *probabilities);
  bool ok = targets && probabilities;
  size_t count = 0;
  for (size_t i = 0; ok && i < d->row_count; i++) {
    uint8_t expected = d->expected[i * d->label_count + label];
    if (expected == NARR_EXPECTED_UNKNOWN) continue;
    probabilities[count] = d->probabilities[label * d->row_count + i];
    targets[count++] = expected ? 1 : -1;
  }
  ok = ok && narr_ranking_new(ranking, probabilities, targets, NULL, count);
  narr_free(targets);
  narr_free(probabilities);
  return ok;
}

/* Average precision, and a point wherever the recall has grown by a step. */
static void walk(const narr_ranking *ranking, narr_label_report *label, narr_curve_point *points) {
  double before = 0;
  size_t count = 0, steps = NARR_CURVE_POINTS - 1, step = 0;
  for (narr_place at = {0}; narr_ranking_next(ranking, &at);) {
    double precision = at.hits / at.flagged, recall = at.hits / ranking->positives;
    label->average_precision += (recall - before) * precision;
    before = recall;
    if (recall * (double)steps < (double)step + 1 && at.rows < ranking->count) continue;
    if (step == steps) break; /* all are found: more flags only lower precision */
    step = (size_t)(recall * (double)steps);
    points[count++] = (narr_curve_point){at.threshold, precision, recall};
  }
  label->curve = points;
  label->curve_count = count;
}

static double equal_mass_error(const narr_ranking *ranking) {
  double error = 0;
  for (size_t b = 0; b < NARR_RELIABILITY_BINS; b++) {
    double gap = 0;
    size_t end = (b + 1) * ranking->count / NARR_RELIABILITY_BINS;
    for (size_t i = b * ranking->count / NARR_RELIABILITY_BINS; i < end; i++)
      gap += ranking->rows[i].probability - ranking->rows[i].positive;
    error += fabs(gap);
  }
  return ranking->count ? error / (double)ranking->count : 0;
}

static int report_label(void *context, size_t l, unsigned worker) {
  curves *curves = context;
  narr_label_report *label = &curves->owned->labels[l];
  narr_ranking ranking;
  (void)worker;
  if (!rank(&ranking, curves->decisions, l)) return 1;
  label->ece_equal_mass = equal_mass_error(&ranking);
  if (label->support > 0) walk(&ranking, label, curves->owned->points + l * NARR_CURVE_POINTS);
  narr_ranking_free(&ranking);
  return 0;
}

bool narr_report_curves(narr_owned_report *owned, const narr_decisions *d) {
  curves curves = {owned, d};
  owned->points = narr_alloc(d->label_count * NARR_CURVE_POINTS, sizeof *owned->points);
  return owned->points &&
         narr_parallel(d->label_count, d->jobs, report_label, &curves, NULL, NULL) == 0;
}
