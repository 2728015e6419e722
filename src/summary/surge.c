/* surge.c - a count against those before it. */
#include "summary/surge.h"

#include <math.h>

static double stabilised(uint64_t count) {
  return 2 * sqrt((double)count + 0.375);
}

narr_surge narr_surge_of(uint64_t count, const uint64_t *before, size_t windows) {
  narr_surge surge = {.windows = windows};
  double sum = 0, squares = 0, counts = 0;
  for (size_t i = 0; i < windows; i++) {
    double value = stabilised(before[i]);
    sum += value;
    squares += value * value;
    counts += (double)before[i];
  }
  if (windows > 0) surge.expected = counts / (double)windows;
  if (windows < NARR_SURGE_FEWEST_WINDOWS || count < NARR_SURGE_FEWEST_COUNTED) return surge;
  double n = (double)windows, mean = sum / n;
  double variance = (squares - n * mean * mean) / (n - 1);
  surge.value = (stabilised(count) - mean) / (variance > 1 ? sqrt(variance) : 1);
  return surge;
}
