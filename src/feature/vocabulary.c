/* vocabulary.c - strings of terms. */
#include "feature/vocabulary.h"

const char *narr_vocabulary_string(const narr_vocabulary *vocabulary, uint32_t term,
                                   size_t *length) {
  const uint64_t *starts = &vocabulary->string_starts[term];
  *length = 0;
  if (!narr_blocks_check(vocabulary->checked, starts, 2 * sizeof *starts)) return "";
  uint64_t start = starts[0], end = starts[1];
  if (start > end || end > vocabulary->strings_size) return "";
  const char *string = vocabulary->strings + start;
  if (!narr_blocks_check(vocabulary->checked, string, end - start)) return "";
  *length = (size_t)(end - start);
  return string;
}
