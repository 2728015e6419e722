/* isotonic.h - from margins to probabilities without the assumption that the
 * way is a sigmoid: the rising sequence nearest to the data (pool adjacent
 * violators, Ayer et al. 1955; for classifiers Zadrozny & Elkan 2002), over
 * few bins, with straight lines on the log-odds between them. */
#ifndef NARR_SVM_ISOTONIC_H
#define NARR_SVM_ISOTONIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "svm/calibration.h"

enum { NARR_KNOTS_AT_MOST = 32 };

/* Stands in the model file as it is. Within a label both numbers rise. */
typedef struct narr_knot {
  double margin;
  double log_odds;
} narr_knot;

/* The log-odds on the line through the knots; before the first and behind the
 * last it goes on with the sigmoid's slope. Without knots (a count of 0) this
 * is the sigmoid. Never 0, 1 or NaN for a finite margin; never falls as the
 * margin rises. */
double narr_calibrated_probability(narr_sigmoid sigmoid, const narr_knot *knots, size_t count,
                                   double margin);

/* Fits knots[NARR_KNOTS_AT_MOST] to `count` margins with targets +1 / -1 and
 * optional weights (NULL: 1), and sets *knot_count: 0 where the margins of the
 * classes make no rising line. Margins must be finite. False: out of memory. */
bool narr_isotonic_fit(narr_knot *knots, size_t *knot_count, const double *margins,
                       const int8_t *targets, const double *weights, size_t count);

#endif
