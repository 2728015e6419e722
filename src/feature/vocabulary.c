/* vocabulary.c - terms one at a time: vector.c looks up many at once. */
#include "feature/vocabulary.h"

uint32_t narr_vocabulary_find(const narr_vocabulary *vocabulary, uint64_t key) {
  uint32_t term = narr_vocabulary_guess(vocabulary, key);
  const unsigned char *row = narr_vocabulary_row(vocabulary, term);
  if (!narr_blocks_check(vocabulary->checked, row, vocabulary->row_size)) return NARR_TERM_NONE;
  uint16_t tag = narr_vocabulary_head(vocabulary, term).tag;
  return narr_vocabulary_agrees(vocabulary, term, tag, key) ? term : NARR_TERM_NONE;
}

const char *narr_vocabulary_string(const narr_vocabulary *vocabulary, uint32_t term,
                                   size_t *length) {
  *length = 0;
  if (!vocabulary->string_starts) return "";
  const uint64_t *starts = &vocabulary->string_starts[term];
  if (!narr_blocks_check(vocabulary->checked, starts, 2 * sizeof *starts)) return "";
  uint64_t start = starts[0], end = starts[1];
  if (start > end || end > vocabulary->strings_size) return "";
  const char *string = vocabulary->strings + start;
  if (!narr_blocks_check(vocabulary->checked, string, end - start)) return "";
  *length = (size_t)(end - start);
  return string;
}
