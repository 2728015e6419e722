/* distinct.c - the K least hashes tell how densely they lie. */
#include "summary/distinct.h"

#include <string.h>

#include "base/hash.h"

void narr_distinct_add(narr_distinct_count *count, uint64_t hash) {
  uint64_t mixed = narr_hash_mix(hash, NARR_HASH_SEED);
  size_t at = 0;
  while (at < count->kept && count->least[at] < mixed) at++;
  if (at == NARR_DISTINCT_KEPT || (at < count->kept && count->least[at] == mixed)) return;
  count->kept += count->kept < NARR_DISTINCT_KEPT;
  memmove(count->least + at + 1, count->least + at, (count->kept - at - 1) * sizeof *count->least);
  count->least[at] = mixed;
}

uint64_t narr_distinct_estimate(const narr_distinct_count *count) {
  if (count->kept < NARR_DISTINCT_KEPT) return count->kept;
  double share = ((double)count->least[NARR_DISTINCT_KEPT - 1] + 1) / 18446744073709551616.0;
  return (uint64_t)((NARR_DISTINCT_KEPT - 1) / share + 0.5);
}
