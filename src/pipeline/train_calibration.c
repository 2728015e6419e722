/* train_calibration.c - from out-of-fold margins to probabilities: for each
 * label one calibration a fold, fitted to the other folds' rows, with which
 * the report judges that fold's rows, and one on all rows for the model.
 *
 * Where there are enough rows, a label's isotonic fit is tried against its
 * sigmoid: each fold's rows are given both probabilities by fits that have not
 * seen them. That choice, one bit a label, is the only thing in the report
 * that all folds had a say in. */
#include "base/alloc.h"
#include "base/parallel.h"
#include "base/status.h"
#include "pipeline/training.h"
#include "svm/reliability.h"

/* Fitted to samples of 2,000 rows, the isotonic fit had the worse Brier score
 * on four corpora of four, with 8,000 an equal or better one on both that have
 * so many. */
#define ISOTONIC_ROWS 8000
#define ISOTONIC_ROWS_OF_A_KIND 400
/* A lower calibration error must not be paid for with a worse score. */
#define WORSE_BRIER 1.002

/* The rows that a calibration is fitted to. */
typedef struct sample {
  size_t count;
  double *margins;
  double *weights;
  int8_t *targets;
} sample;

static bool sample_new(sample *s, size_t capacity) {
  *s = (sample){0, narr_alloc(capacity, sizeof *s->margins),
                narr_alloc(capacity, sizeof *s->weights), narr_alloc(capacity, 1)};
  return s->margins && s->weights && s->targets;
}

static void sample_free(sample *s) {
  narr_free(s->margins);
  narr_free(s->weights);
  narr_free(s->targets);
}

/* Whether the label's calibration is about the row: it is known whether the
 * row has the label, and it has the label's parent. */
static bool counts(const narr_training *t, size_t label, size_t row) {
  size_t parent = t->taxonomy.parents[label];
  return t->truth[label * t->row_count + row] != 0 && narr_training_tested(t, label, row) &&
         (parent == NARR_NO_PARENT || t->truth[parent * t->row_count + row] > 0);
}

/* All such rows but those of the fold `without`. */
static void sample_fill(sample *s, const narr_training *t, size_t label, size_t without) {
  s->count = 0;
  for (size_t i = 0; i < t->row_count; i++) {
    if (t->fold_of[i] == without || !counts(t, label, i)) continue;
    s->margins[s->count] = t->margins[label * t->row_count + i];
    s->targets[s->count] = t->truth[label * t->row_count + i];
    s->weights[s->count++] = t->weights ? t->weights[i] : 1;
  }
}

static bool enough_rows(const narr_training *t, size_t label) {
  size_t positive = 0, negative = 0;
  for (size_t i = 0; i < t->row_count; i++) {
    if (!counts(t, label, i)) continue;
    positive += t->truth[label * t->row_count + i] > 0;
    negative += t->truth[label * t->row_count + i] < 0;
  }
  return positive + negative >= ISOTONIC_ROWS && positive >= ISOTONIC_ROWS_OF_A_KIND &&
         negative >= ISOTONIC_ROWS_OF_A_KIND;
}

/* Whether the isotonic fits are better on the rows they have not seen. */
static bool isotonic_is_better(const narr_training *t, size_t label) {
  narr_reliability sigmoid = {0}, isotonic = {0};
  for (size_t i = 0; i < t->row_count; i++) {
    if (!counts(t, label, i)) continue;
    const narr_calibration *c = narr_training_calibration(t, label, t->fold_of[i]);
    double margin = t->margins[label * t->row_count + i];
    bool positive = t->truth[label * t->row_count + i] > 0;
    narr_reliability_add(&sigmoid, narr_sigmoid_probability(c->sigmoid, margin), positive);
    narr_reliability_add(&isotonic, narr_calibration_probability(c, margin), positive);
  }
  return narr_reliability_error(&isotonic) < narr_reliability_error(&sigmoid) &&
         narr_reliability_brier(&isotonic) <= WORSE_BRIER * narr_reliability_brier(&sigmoid);
}

/* As improbable as can be: of labels that could not be learned. */
static const narr_sigmoid hopeless = {-1e-3, 50};

static int calibrate_label(void *context, size_t label, unsigned worker) {
  narr_training *t = context;
  (void)worker;
  size_t folds = t->options.folds;
  bool isotonic = enough_rows(t, label);
  sample sample;
  bool ok = sample_new(&sample, t->row_count);
  for (size_t fold = 0; ok && fold <= folds; fold++) {
    narr_calibration *c = &t->calibrations[fold * t->label_count + label];
    sample_fill(&sample, t, label, fold);
    c->sigmoid = t->untrainable[label] ? hopeless
                                       : narr_sigmoid_fit(sample.margins, sample.targets,
                                                          sample.weights, sample.count);
    if (isotonic)
      ok = narr_isotonic_fit(c->knots, &c->knot_count, sample.margins, sample.targets,
                             sample.weights, sample.count);
  }
  sample_free(&sample);
  if (ok && isotonic && !isotonic_is_better(t, label))
    for (size_t fold = 0; fold <= folds; fold++)
      t->calibrations[fold * t->label_count + label].knot_count = 0;
  return ok ? 0 : 1;
}

const narr_calibration *narr_training_calibration(const narr_training *t, size_t label,
                                                  size_t without) {
  return &t->calibrations[without * t->label_count + label];
}

double narr_calibration_probability(const narr_calibration *c, double margin) {
  return narr_calibrated_probability(c->sigmoid, c->knots, c->knot_count, margin);
}

narr_status narr_training_calibrate(narr_training *t, narr_error *error) {
  t->calibrations =
      narr_alloc_zero((t->options.folds + 1) * t->label_count, sizeof *t->calibrations);
  if (!t->calibrations ||
      narr_parallel(t->label_count, t->jobs, calibrate_label, t, NULL, NULL) != 0)
    return narr_fail_memory(error);
  if (narr_training_progress(t, "calibrate", "", 0, t->label_count, t->label_count))
    return narr_fail(error, NARR_ERROR_CANCELLED, "cancelled");
  return NARR_OK;
}
