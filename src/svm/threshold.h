/* threshold.h - the probability from which a label is flagged. */
#ifndef NARR_SVM_THRESHOLD_H
#define NARR_SVM_THRESHOLD_H

#include <stddef.h>
#include <stdint.h>

/* The threshold t that maximises the F1 of "probability >= t" over `count`
 * rows with targets +1 / -1 and optional weights (>= 0). It lies halfway
 * between the neighbouring probabilities (0 being the lowest's neighbour),
 * so that it doesn't hang on one row; among equal F1s the highest threshold
 * (fewest flags) is taken. Rows with probability 0 can't be flagged: of them,
 * only the positives count, as missed. 0.5 where no row is positive. Sets *f1 (may be
 * NULL) to what was reached. Returns NaN only when out of memory. */
double narr_threshold_for_f1(const double *probabilities, const int8_t *targets,
                             const double *weights, size_t count, double *f1);

#endif
