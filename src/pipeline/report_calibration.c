/* report_calibration.c - whether the probabilities mean what they say, for
 * each label, for all together and for what exclusive models choose. */
#include "base/alloc.h"
#include "base/parallel.h"
#include "pipeline/report_parts.h"
#include "svm/reliability.h"

typedef struct measuring {
  const narr_decisions *decisions;
  narr_reliability *labels; /* label_count */
} measuring;

static narr_calibration_report describe(const narr_reliability *r) {
  narr_calibration_report out = {.ece = narr_reliability_error(r),
                                 .brier = narr_reliability_brier(r)};
  for (size_t b = 0; b < NARR_RELIABILITY_BINS; b++) {
    out.bins[b].rows = r->rows[b];
    if (!r->rows[b]) continue;
    out.bins[b].probability = r->sum[b] / (double)r->rows[b];
    out.bins[b].share = (double)r->positive[b] / (double)r->rows[b];
  }
  return out;
}

static int measure_label(void *context, size_t label, unsigned worker) {
  measuring *m = context;
  const narr_decisions *d = m->decisions;
  (void)worker;
  for (size_t i = 0; i < d->row_count; i++) {
    uint8_t expected = d->expected[i * d->label_count + label];
    if (expected != NARR_EXPECTED_UNKNOWN)
      narr_reliability_add(&m->labels[label], d->probabilities[label * d->row_count + i], expected);
  }
  return 0;
}

/* Exclusive mode: of each row, the label that was decided for. */
static narr_reliability measure_chosen(const narr_decisions *d) {
  narr_reliability chosen = {0};
  for (size_t i = 0; i < d->row_count; i++)
    for (size_t l = 0; l < d->label_count; l++) {
      uint8_t expected = d->expected[i * d->label_count + l];
      if (d->predicted[i * d->label_count + l] && expected != NARR_EXPECTED_UNKNOWN)
        narr_reliability_add(&chosen, d->probabilities[l * d->row_count + i], expected);
    }
  return chosen;
}

bool narr_report_calibration(narr_owned_report *owned, const narr_decisions *d) {
  measuring m = {d, narr_alloc_zero(d->label_count, sizeof *m.labels)};
  bool ok = m.labels && narr_parallel(d->label_count, d->jobs, measure_label, &m, NULL, NULL) == 0;
  narr_reliability all = {0};
  for (size_t l = 0; ok && l < d->label_count; l++) {
    owned->labels[l].calibration = describe(&m.labels[l]);
    narr_reliability_merge(&all, &m.labels[l]);
  }
  narr_free(m.labels);
  owned->report.calibration = describe(&all);
  if (ok && d->exclusive) {
    narr_reliability chosen = measure_chosen(d);
    owned->report.chosen = describe(&chosen);
  }
  return ok;
}
