/* divergence.h - how unlike two distributions are. */
#ifndef NARR_SUMMARY_DIVERGENCE_H
#define NARR_SUMMARY_DIVERGENCE_H

#include <stddef.h>

/* The Jensen-Shannon divergence (Lin, 1991) of two lists of weights, each taken as
 * shares of its sum, in bits: 0 (the same) to 1 (nothing in common). 0 if
 * either sums to 0. */
double narr_divergence(const double *a, const double *b, size_t count);

#endif
