/* threshold.h - the probability from which a label is flagged: rows ranked by
 * their probability, and places in the ranking that are best for something.
 *
 * All thresholds lie halfway between neighbouring probabilities (0 being the
 * lowest's neighbour), so that they don't hang on one row. Rows with
 * probability 0 can't be flagged: of them, only the positives count, as
 * missed. */
#ifndef NARR_SVM_THRESHOLD_H
#define NARR_SVM_THRESHOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct narr_ranked_row {
  double probability;
  double positive; /* weight, if it is a positive row */
  double weight;
  size_t index;
} narr_ranked_row;

typedef struct narr_ranking {
  narr_ranked_row *rows; /* falling probabilities; equal ones by index */
  size_t count;
  double positives; /* sums of weights */
  double total;
} narr_ranking;

/* Ranks `count` rows with targets +1 / -1 and optional weights (>= 0; NULL:
 * 1). False: out of memory. Free with narr_ranking_free(). */
bool narr_ranking_new(narr_ranking *out, const double *probabilities, const int8_t *targets,
                      const double *weights, size_t count);
void narr_ranking_free(narr_ranking *ranking);

/* A place between two neighbours of the ranking. It begins with zeros. */
typedef struct narr_place {
  size_t rows;          /* above it */
  double flagged, hits; /* their weights, all and those of positive ones */
  double threshold;
} narr_place;

/* Goes down to the next place; false at the end, and before probability 0. */
bool narr_ranking_next(const narr_ranking *ranking, narr_place *place);

/* The threshold t that maximises the F1 of "probability >= t"; among equal
 * F1s the highest (fewest flags). 0.5 where no row is positive. Sets *f1 (may
 * be NULL) to what was reached. */
double narr_threshold_for_f1(const narr_ranking *ranking, double *f1);

/* The lowest threshold whose precision is at least `precision`, with *reached
 * true. Where there is none: the one with the best precision, among equals
 * the lowest, with *reached false. 0.5 where no row is positive. */
double narr_threshold_for_precision(const narr_ranking *ranking, double precision, bool *reached);

/* The highest threshold whose recall is at least `recall`, within 0..1, with
 * *reached true. Where there is none: the lowest, with *reached false. 0.5 where no row is
 * positive. */
double narr_threshold_for_recall(const narr_ranking *ranking, double recall, bool *reached);

/* The threshold that flags rows of a weight as near to `weight` as can be, but
 * at least one row. 0.5 without rows. */
double narr_threshold_for_weight(const narr_ranking *ranking, double weight);

/* The F1 of "probability >= threshold". */
double narr_ranking_f1(const narr_ranking *ranking, double threshold);

#endif
