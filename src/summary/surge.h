/* surge.h - whether a count is more than what came before it lets expect.
 *
 * The scheme is that of early warning in public health (EARS, Hutwagner et al.,
 * 2003): a window against the mean and deviation of the windows before it. As
 * counts are small, they are compared on the scale where chance alone has a
 * variance of 1 (Anscombe, 1948: 2 sqrt(count + 3/8)), and the deviation is never
 * taken to be less than that. */
#ifndef NARR_SUMMARY_SURGE_H
#define NARR_SUMMARY_SURGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  NARR_SURGE_BASELINE = 24,      /* windows at most; those without any post don't count */
  NARR_SURGE_REACH = 168,        /* none of them lies further back, in windows */
  NARR_SURGE_FEWEST_WINDOWS = 6, /* with fewer there is no telling */
  NARR_SURGE_FEWEST_COUNTED = 5  /* and less than this is no surge */
};

#define NARR_SURGE_STATISTIC "anscombe-z"

typedef struct narr_surge {
  double value;    /* in standard deviations; 0 where it can't be told */
  double expected; /* the mean of the baseline */
  size_t windows;  /* that made the baseline */
} narr_surge;

/* `before`: the counts of the baseline. */
narr_surge narr_surge_of(uint64_t count, const uint64_t *before, size_t windows);

#endif
