/* threshold.c - the best F1 lies between two neighbouring probabilities, and
 * one walk down the sorted rows passes all such places. */
#include "svm/threshold.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"

typedef struct scored_row {
  double probability;
  double positive; /* weight, if it is a positive row */
  double weight;
  size_t index;
} scored_row;

/* Falling; equal ones in their order, so that sums don't depend on qsort. */
static int compare_falling(const void *x, const void *y) {
  const scored_row *row_x = x;
  const scored_row *row_y = y;
  if (row_x->probability != row_y->probability)
    return row_x->probability < row_y->probability ? 1 : -1;
  return (row_x->index > row_y->index) - (row_x->index < row_y->index);
}

/* lower < result <= upper, even where no number lies between them. */
static double halfway(double lower, double upper) {
  double middle = lower + (upper - lower) / 2;
  return middle > lower ? middle : upper;
}

static double best_threshold(const scored_row *rows, size_t count, double positives,
                             double *best_f1) {
  double best = 0.5;
  double flagged = 0;
  double hits = 0;
  for (size_t i = 0; i < count && rows[i].probability > 0; i++) {
    flagged += rows[i].weight;
    hits += rows[i].positive;
    double next = i + 1 < count ? rows[i + 1].probability : 0;
    if (i + 1 < count && next == rows[i].probability) continue;
    double f1 = 2 * hits / (flagged + positives);
    if (f1 > *best_f1) {
      *best_f1 = f1;
      best = halfway(next, rows[i].probability);
    }
  }
  return best;
}

double narr_threshold_for_f1(const double *probabilities, const int8_t *targets,
                             const double *weights, size_t count, double *f1) {
  double best_f1 = 0;
  double threshold = NAN;
  double positives = 0;
  scored_row *rows = narr_alloc(count, sizeof *rows);
  if (rows) {
    for (size_t i = 0; i < count; i++) {
      double weight = weights ? weights[i] : 1;
      rows[i] = (scored_row){probabilities[i], targets[i] > 0 ? weight : 0, weight, i};
      positives += rows[i].positive;
    }
    qsort(rows, count, sizeof *rows, compare_falling);
    threshold = positives > 0 ? best_threshold(rows, count, positives, &best_f1) : 0.5;
    narr_free(rows);
  }
  if (f1) *f1 = best_f1;
  return threshold;
}
