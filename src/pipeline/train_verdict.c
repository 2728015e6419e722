/* train_verdict.c - what calibrations and thresholds that have not seen a row
 * make of it, as narr_classify() would.
 *
 * The calibration of a label with a parent is about rows that have the parent:
 * it is the factor by which the parent's probability is multiplied. The label
 * is flagged only where its parent is. */
#include <math.h>

#include "pipeline/training.h"

bool narr_training_tested(const narr_training *t, size_t label, size_t row) {
  return t->fold_of[row] != NARR_FOLD_NEVER && !isnan(t->margins[label * t->row_count + row]);
}

double narr_training_probability(const narr_training *t, size_t label, size_t without, size_t row) {
  double probability = 1;
  for (; label != NARR_NO_PARENT; label = t->taxonomy.parents[label]) {
    if (!narr_training_tested(t, label, row)) return 0;
    probability *= narr_calibration_probability(narr_training_calibration(t, label, without),
                                                t->margins[label * t->row_count + row]);
  }
  return probability;
}

bool narr_training_flags(const narr_training *t, const double *thresholds, size_t label,
                         size_t without, size_t row) {
  for (; label != NARR_NO_PARENT; label = t->taxonomy.parents[label]) {
    double probability = narr_training_probability(t, label, without, row);
    if (!(probability > 0 && probability >= thresholds[label])) return false;
  }
  return true;
}
