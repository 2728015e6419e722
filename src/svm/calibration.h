/* calibration.h - from margins to probabilities: a sigmoid fitted to margins
 * of texts that the machine has not seen (Platt 1999), by the robust Newton
 * method with smoothed targets of Lin, Lin & Weng (2007). */
#ifndef NARR_SVM_CALIBRATION_H
#define NARR_SVM_CALIBRATION_H

#include <stddef.h>
#include <stdint.h>

/* P(positive | margin) = 1 / (1 + exp(a * margin + b)), a < 0. */
typedef struct narr_sigmoid {
  double a;
  double b;
} narr_sigmoid;

/* Never 0, 1 or NaN for a finite margin; rising with it. */
double narr_sigmoid_probability(narr_sigmoid sigmoid, double margin);

/* Fits to `count` margins with targets +1 / -1 and optional weights (NULL:
 * 1), of which only the ratios matter: they are scaled to a mean of 1. Rows
 * with a margin that is not finite or a weight that is not positive are
 * passed over. Always gives a sigmoid that rises with the margin: where the
 * data say otherwise (or hold one class only), a is a small negative number
 * and b follows the base rate, (positives + 1) / (rows + 2). */
narr_sigmoid narr_sigmoid_fit(const double *margins, const int8_t *targets, const double *weights,
                              size_t count);

#endif
