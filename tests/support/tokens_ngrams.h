/* tokens_ngrams.h - n-grams as strings, and what holds for those of any
 * text. */
#ifndef TEST_SUPPORT_TOKENS_NGRAMS_H
#define TEST_SUPPORT_TOKENS_NGRAMS_H

#include "base/buffer.h"
#include "base/utf8.h"
#include "feature/ngram.h"
#include "support/check.h"
#include "support/tokens.h"

static const narr_feature_options ngrams_all_blocks = {
    {1, 1, 1}, {3, 5, 6}, 1, 1, NARR_TEXT_OPTIONS_ON, {0}, 0};

/* The n-grams of one block as "a|b|a b", in order. */
static inline void ngrams_describe(const narr_ngrams *ngrams, narr_block block, narr_buffer *out) {
  narr_buffer_clear(out);
  for (size_t i = 0; i < ngrams->count; i++) {
    if (ngrams->items[i].block != block) continue;
    if (out->length) narr_buffer_byte(out, '|');
    narr_ngram_string(ngrams, &ngrams->items[i], out);
  }
  narr_buffer_byte(out, '\0');
}

static inline const char *ngrams_broken_item(const narr_ngrams *ngrams, const narr_ngram *item,
                                             const narr_feature_options *options, size_t length) {
  size_t end = (size_t)item->first + item->length;
  if (item->block >= NARR_BLOCK_COUNT) return "an n-gram's block";
  bool spelling = item->block == NARR_BLOCK_SPELLING;
  if (!item->length || item->length < (spelling ? 1 : options->min[item->block]) ||
      item->length > (spelling ? 1 : options->max[item->block]))
    return "an n-gram's length";
  if (item->block == NARR_BLOCK_WORD || spelling) {
    if (end > ngrams->word_count) return "the words of an n-gram";
  } else {
    if (end > ngrams->letter_count) return "the letters of an n-gram";
    const narr_letter *letters = ngrams->letters + item->first;
    bool inner = false;
    for (size_t i = 1; i + 1 < item->length; i++) inner |= letters[i].code == ' ';
    if (inner && item->block == NARR_BLOCK_CHAR_WB) return "spaces in an n-gram";
    if (item->length == 1 && letters[0].code == ' ') return "an n-gram that is a space";
  }
  narr_byte_range range = narr_ngram_range(ngrams, item);
  if (range.start >= range.end || range.end > length) return "an n-gram's bytes";
  return NULL;
}

/* What the header promises; NULL or what is broken. */
static inline const char *ngrams_broken_law(const narr_ngrams *ngrams,
                                            const narr_feature_options *options, const char *text,
                                            size_t length) {
  const char *broken = tokens_broken_law(&ngrams->tokens, text, length);
  for (size_t i = 0; i < ngrams->count && !broken; i++) {
    broken = ngrams_broken_item(ngrams, &ngrams->items[i], options, length);
    if (i && ngrams->items[i].block < ngrams->items[i - 1].block) broken = "the order of blocks";
  }
  return broken;
}

static inline bool ngrams_same(const narr_ngrams *a, const narr_ngrams *b) {
  if (a->count != b->count) return false;
  for (size_t i = 0; i < a->count; i++)
    if (a->items[i].key != b->items[i].key || a->items[i].block != b->items[i].block ||
        a->items[i].length != b->items[i].length)
      return false;
  return true;
}

#endif
