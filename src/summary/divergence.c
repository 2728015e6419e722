/* divergence.c - both against their mean. */
#include "summary/divergence.h"

#include <math.h>

static double sum_of(const double *weights, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += weights[i];
  return sum;
}

double narr_divergence(const double *a, const double *b, size_t count) {
  double all_a = sum_of(a, count), all_b = sum_of(b, count), bits = 0;
  if (all_a <= 0 || all_b <= 0) return 0;
  for (size_t i = 0; i < count; i++) {
    double p = a[i] / all_a, q = b[i] / all_b, mean = (p + q) / 2;
    if (p > 0) bits += p / 2 * log2(p / mean);
    if (q > 0) bits += q / 2 * log2(q / mean);
  }
  return bits < 0 ? 0 : bits;
}
