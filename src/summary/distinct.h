/* distinct.h - how many different things were seen, from the K least of their
 * hashes (Bar-Yossef et al., 2002): exact up to K, within about 13% above. */
#ifndef NARR_SUMMARY_DISTINCT_H
#define NARR_SUMMARY_DISTINCT_H

#include <stddef.h>
#include <stdint.h>

enum { NARR_DISTINCT_KEPT = 64 };

/* Zero-initialised it is empty. */
typedef struct narr_distinct_count {
  uint64_t least[NARR_DISTINCT_KEPT]; /* rising */
  size_t kept;
} narr_distinct_count;

void narr_distinct_add(narr_distinct_count *count, uint64_t hash);
uint64_t narr_distinct_estimate(const narr_distinct_count *count);

#endif
