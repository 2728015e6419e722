/* reliability.c - counting outcomes by probability. */
#include "svm/reliability.h"

#include <math.h>

void narr_reliability_add(narr_reliability *self, double probability, bool positive) {
  size_t bin = (size_t)(probability * NARR_RELIABILITY_BINS);
  if (bin >= NARR_RELIABILITY_BINS) bin = NARR_RELIABILITY_BINS - 1;
  self->rows[bin]++;
  self->positive[bin] += positive;
  self->sum[bin] += probability;
  self->row_count++;
  self->squares += (probability - positive) * (probability - positive);
}

void narr_reliability_merge(narr_reliability *self, const narr_reliability *other) {
  for (size_t b = 0; b < NARR_RELIABILITY_BINS; b++) {
    self->rows[b] += other->rows[b];
    self->positive[b] += other->positive[b];
    self->sum[b] += other->sum[b];
  }
  self->row_count += other->row_count;
  self->squares += other->squares;
}

double narr_reliability_error(const narr_reliability *self) {
  double sum = 0;
  for (size_t b = 0; b < NARR_RELIABILITY_BINS; b++)
    sum += fabs(self->sum[b] - (double)self->positive[b]);
  return self->row_count ? sum / (double)self->row_count : 0;
}

double narr_reliability_brier(const narr_reliability *self) {
  return self->row_count ? self->squares / (double)self->row_count : 0;
}
