/* threshold.c - one walk down the sorted rows passes all places where a
 * threshold can lie. */
#include "svm/threshold.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"

/* Falling; equal ones in their order, so that sums don't depend on qsort. */
static int compare_falling(const void *x, const void *y) {
  const narr_ranked_row *row_x = x;
  const narr_ranked_row *row_y = y;
  if (row_x->probability != row_y->probability)
    return row_x->probability < row_y->probability ? 1 : -1;
  return (row_x->index > row_y->index) - (row_x->index < row_y->index);
}

bool narr_ranking_new(narr_ranking *out, const double *probabilities, const int8_t *targets,
                      const double *weights, size_t count) {
  *out = (narr_ranking){.rows = narr_alloc(count, sizeof *out->rows), .count = count};
  if (!out->rows) return false;
  for (size_t i = 0; i < count; i++) {
    double weight = weights ? weights[i] : 1;
    out->rows[i] = (narr_ranked_row){probabilities[i], targets[i] > 0 ? weight : 0, weight, i};
    out->positives += out->rows[i].positive;
    out->total += weight;
  }
  qsort(out->rows, count, sizeof *out->rows, compare_falling);
  return true;
}

void narr_ranking_free(narr_ranking *ranking) {
  narr_free(ranking->rows);
  *ranking = (narr_ranking){0};
}

/* lower < result <= upper, even where no number lies between them. */
static double halfway(double lower, double upper) {
  double middle = lower + (upper - lower) / 2;
  return middle > lower ? middle : upper;
}

bool narr_ranking_next(const narr_ranking *ranking, narr_place *at) {
  if (at->rows == ranking->count) return false;
  double probability = ranking->rows[at->rows].probability;
  if (!(probability > 0)) return false;
  while (at->rows < ranking->count && ranking->rows[at->rows].probability == probability) {
    at->flagged += ranking->rows[at->rows].weight;
    at->hits += ranking->rows[at->rows++].positive;
  }
  double next = at->rows < ranking->count ? ranking->rows[at->rows].probability : 0;
  at->threshold = halfway(next, probability);
  return true;
}

double narr_threshold_for_f1(const narr_ranking *ranking, double *f1) {
  double best = 0.5, best_f1 = 0;
  for (narr_place at = {0}; ranking->positives > 0 && narr_ranking_next(ranking, &at);) {
    double now = 2 * at.hits / (at.flagged + ranking->positives);
    if (now <= best_f1) continue;
    best_f1 = now;
    best = at.threshold;
  }
  if (f1) *f1 = best_f1;
  return best;
}

double narr_threshold_for_precision(const narr_ranking *ranking, double precision, bool *reached) {
  double best = 0.5, best_precision = 0, lowest = 0.5;
  *reached = false;
  for (narr_place at = {0}; ranking->positives > 0 && narr_ranking_next(ranking, &at);) {
    double now = at.flagged > 0 ? at.hits / at.flagged : 0;
    if (now >= precision) {
      *reached = true;
      lowest = at.threshold;
    }
    if (now < best_precision) continue;
    best_precision = now;
    best = at.threshold;
  }
  return *reached ? lowest : best;
}

double narr_threshold_for_recall(const narr_ranking *ranking, double recall, bool *reached) {
  narr_place at = {.threshold = 0.5};
  *reached = false;
  while (!*reached && ranking->positives > 0 && narr_ranking_next(ranking, &at))
    *reached = at.hits >= recall * ranking->positives;
  return at.threshold;
}

double narr_threshold_for_weight(const narr_ranking *ranking, double weight) {
  double best = 0.5, nearest = INFINITY;
  for (narr_place at = {0}; narr_ranking_next(ranking, &at);) {
    double distance = fabs(at.flagged - weight);
    if (distance >= nearest) break;
    nearest = distance;
    best = at.threshold;
  }
  return best;
}

double narr_ranking_f1(const narr_ranking *ranking, double threshold) {
  double flagged = 0, hits = 0;
  for (size_t i = 0; i < ranking->count && ranking->rows[i].probability >= threshold; i++) {
    flagged += ranking->rows[i].weight;
    hits += ranking->rows[i].positive;
  }
  return flagged + ranking->positives > 0 ? 2 * hits / (flagged + ranking->positives) : 0;
}
