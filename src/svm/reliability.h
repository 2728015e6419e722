/* reliability.h - whether probabilities mean what they say: bins of equal
 * width (reliability diagrams: DeGroot & Fienberg 1983; expected calibration
 * error: Naeini, Cooper & Hauskrecht 2015) and the Brier score (1950). */
#ifndef NARR_SVM_RELIABILITY_H
#define NARR_SVM_RELIABILITY_H

#include "narr/train.h"

typedef struct narr_reliability {
  size_t rows[NARR_RELIABILITY_BINS]; /* with a probability in the bin */
  size_t positive[NARR_RELIABILITY_BINS];
  double sum[NARR_RELIABILITY_BINS]; /* of probabilities */
  size_t row_count;
  double squares; /* sum of (probability - outcome)^2 */
} narr_reliability;

/* Counts one probability, within 0..1; starts from zeros. */
void narr_reliability_add(narr_reliability *self, double probability, bool positive);

/* Adds what another has counted. */
void narr_reliability_merge(narr_reliability *self, const narr_reliability *other);

/* The mean of |mean probability - share of positives| over bins, weighted by
 * their rows, and the mean square. 0 without rows. */
double narr_reliability_error(const narr_reliability *self);
double narr_reliability_brier(const narr_reliability *self);

#endif
