/* isotonic.c - bins of rows in the order of their margins, pooled where the
 * share of positives falls.
 *
 * Bins hold equal parts of both classes taken together, each class weighing
 * one half: with bins of equal numbers of rows, all positives of a rare label
 * would lie in the last one. Each bin's share is smoothed by one row of the
 * average kind, so that pure bins don't say 0 or 1. */
#include "svm/isotonic.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"

typedef struct binned_row {
  double margin;
  double weight;
  double positive; /* weight, if it is a positive row */
  size_t index;
} binned_row;

typedef struct bin {
  double weight;
  double positive;
  double moment; /* sum of weight * margin */
} bin;

double narr_calibrated_probability(narr_sigmoid sigmoid, const narr_knot *knots, size_t count,
                                   double margin) {
  if (count == 0) return narr_sigmoid_probability(sigmoid, margin);
  size_t low = 0; /* the first knot beyond the margin; no branch that depends on it */
  for (size_t left = count; left > 1;) {
    size_t half = left / 2;
    low += knots[low + half - 1].margin <= margin ? half : 0;
    left -= half;
  }
  low += knots[low].margin <= margin;
  const narr_knot *before = &knots[low ? low - 1 : 0], *behind = &knots[low];
  double slope = low == 0 || low == count
                     ? -sigmoid.a
                     : (behind->log_odds - before->log_odds) / (behind->margin - before->margin);
  double log_odds = before->log_odds + slope * (margin - before->margin);
  if (low > 0 && low < count && log_odds > behind->log_odds) log_odds = behind->log_odds;
  return narr_sigmoid_probability((narr_sigmoid){-1, 0}, log_odds);
}

static int compare_rising(const void *x, const void *y) {
  const binned_row *a = x, *b = y;
  if (a->margin != b->margin) return a->margin < b->margin ? -1 : 1;
  return (a->index > b->index) - (a->index < b->index);
}

/* Cuts sorted rows into bins; rows of one margin stay together. */
static size_t cut(bin *bins, const binned_row *rows, size_t count, double weight, double positive) {
  size_t used = 0;
  double mass = 0;
  for (size_t i = 0; i < count;) {
    double end = (double)(used + 1) / NARR_KNOTS_AT_MOST;
    bin now = {0, 0, 0};
    do {
      double margin = rows[i].margin;
      for (; i < count && rows[i].margin == margin; i++) {
        now.weight += rows[i].weight;
        now.positive += rows[i].positive;
        now.moment += rows[i].weight * margin;
        mass += rows[i].positive > 0 ? rows[i].positive / positive / 2
                                     : rows[i].weight / (weight - positive) / 2;
      }
    } while (i < count && (mass < end || used + 1 == NARR_KNOTS_AT_MOST));
    bins[used++] = now;
  }
  return used;
}

static double smoothed_share(const bin *b, double prior) {
  return (b->positive + prior) / (b->weight + 1);
}

/* Pool adjacent violators; bins[0..result) then have rising shares. */
static size_t pool(bin *bins, size_t count, double prior) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    bins[kept++] = bins[i];
    while (kept > 1 &&
           smoothed_share(&bins[kept - 2], prior) >= smoothed_share(&bins[kept - 1], prior)) {
      bins[kept - 2].weight += bins[kept - 1].weight;
      bins[kept - 2].positive += bins[kept - 1].positive;
      bins[kept - 2].moment += bins[kept - 1].moment;
      kept--;
    }
  }
  return kept;
}

/* What rounding has made equal is left out. */
static size_t make_knots(narr_knot *knots, const bin *bins, size_t count, double prior) {
  size_t made = 0;
  for (size_t i = 0; i < count; i++) {
    double share = smoothed_share(&bins[i], prior);
    narr_knot knot = {bins[i].moment / bins[i].weight, log(share / (1 - share))};
    if (made &&
        (knot.margin <= knots[made - 1].margin || knot.log_odds <= knots[made - 1].log_odds))
      continue;
    knots[made++] = knot;
  }
  return made > 1 ? made : 0;
}

bool narr_isotonic_fit(narr_knot *knots, size_t *knot_count, const double *margins,
                       const int8_t *targets, const double *weights, size_t count) {
  binned_row *rows = narr_alloc(count, sizeof *rows);
  if (!rows) return false;
  double total = 0, positive = 0;
  size_t used = 0;
  for (size_t i = 0; i < count; i++) {
    double weight = weights ? weights[i] : 1;
    if (!(weight > 0)) continue;
    rows[used] = (binned_row){margins[i], weight, targets[i] > 0 ? weight : 0, i};
    total += weight;
    positive += rows[used++].positive;
  }
  *knot_count = 0;
  if (positive > 0 && positive < total) {
    qsort(rows, used, sizeof *rows, compare_rising);
    /* in units of the average weight, which "one row" of smoothing means */
    double unit = (double)used / total;
    for (size_t i = 0; i < used; i++) {
      rows[i].weight *= unit;
      rows[i].positive *= unit;
    }
    bin bins[NARR_KNOTS_AT_MOST];
    double prior = positive / total;
    size_t bin_count = cut(bins, rows, used, total * unit, positive * unit);
    *knot_count = make_knots(knots, bins, pool(bins, bin_count, prior), prior);
  }
  narr_free(rows);
  return true;
}
