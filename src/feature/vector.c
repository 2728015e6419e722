/* vector.c - count, look up, weigh. */
#include "feature/vector.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"

/* Room for a table at most half full, emptied. Returns its size or 0. */
static size_t prepare_table(narr_vector *vector, size_t items) {
  size_t size = 64;
  while (size < 2 * items) size *= 2;
  void *table = vector->table;
  if (!narr_grow(&table, &vector->table_capacity, size, sizeof *vector->table)) return 0;
  vector->table = table;
  memset(vector->table, 0, size * sizeof *vector->table);
  void *distinct = vector->distinct;
  if (!narr_grow(&distinct, &vector->distinct_capacity, items, sizeof *vector->distinct)) return 0;
  vector->distinct = distinct;
  return size;
}

bool narr_vector_count(narr_vector *vector, const narr_feature_options *options, const char *text,
                       size_t length) {
  vector->distinct_count = 0;
  if (!narr_ngrams_extract(&vector->ngrams, options, text, length)) return false;
  size_t size = prepare_table(vector, vector->ngrams.count);
  if (!size) return false;
  uint32_t *table = vector->table;
  for (size_t i = 0; i < vector->ngrams.count; i++) {
    uint64_t key = vector->ngrams.items[i].key;
    size_t at = (size_t)(key >> 20) & (size - 1);
    while (table[at] && vector->distinct[table[at] - 1].key != key) at = (at + 1) & (size - 1);
    if (table[at]) {
      vector->distinct[table[at] - 1].tf++;
    } else {
      vector->distinct[vector->distinct_count++] = (narr_distinct){key, (uint32_t)i, 1};
      table[at] = (uint32_t)vector->distinct_count;
    }
  }
  return true;
}

/* What a spelling weighs against a word. As both are learned, its share of a
 * margin goes with the square: a text that is spelled otherwise is judged
 * nearly the same. */
#define SPELLING_WEIGHT 0.3

/* What to multiply each block by, given its sum of squares, so that its norm is
 * its weight; spellings by what the words are. */
static void find_scales(const narr_feature_options *options, const double squares[NARR_BLOCK_COUNT],
                        double scale[NARR_BLOCK_COUNT]) {
  for (narr_block b = 0; b < NARR_BLOCK_COUNT; b++)
    scale[b] = squares[b] > 0 ? narr_feature_options_weight(options, b) / sqrt(squares[b]) : 0;
  if (squares[NARR_BLOCK_WORD] > 0) scale[NARR_BLOCK_SPELLING] = scale[NARR_BLOCK_WORD];
  scale[NARR_BLOCK_SPELLING] *= SPELLING_WEIGHT;
}

static double damped_tf(const narr_feature_options *options, uint32_t tf) {
  return options->sublinear_tf && tf > 1 ? 1 + log(tf) : tf;
}

/* Whether an n-gram is a single word with letters, as it is read: no mark,
 * link or number. */
static bool is_word(const narr_ngrams *ngrams, const narr_ngram *item) {
  if (item->length != 1 || item->block != NARR_BLOCK_WORD) return false;
  const narr_word_unit *word = &ngrams->words[item->first];
  const narr_token *token = &ngrams->tokens.items[word->token];
  return word->aspect == NARR_ASPECT_FORM && narr_token_is_word(token);
}

/* How many terms ahead memory is asked for: a look-up takes less time than an
 * answer from memory does. */
#define LOOK_AHEAD 16

/* The known terms, without values. */
static void look_up(narr_vector *vector, const narr_vocabulary *vocabulary) {
  size_t mask = vocabulary->slot_count - 1, count = 0;
  for (size_t i = 0; i < vector->distinct_count; i++) {
    if (i + LOOK_AHEAD < vector->distinct_count)
      __builtin_prefetch(&vocabulary->slots[vector->distinct[i + LOOK_AHEAD].key & mask]);
    const narr_distinct *distinct = &vector->distinct[i];
    uint32_t term = narr_vocabulary_find(vocabulary, distinct->key);
    if (term == NARR_TERM_NONE) continue;
    const float *row = narr_vocabulary_row(vocabulary, term);
    __builtin_prefetch(row);
    if (!narr_blocks_check(vocabulary->checked, row, vocabulary->row_floats * sizeof *row))
      continue;
    vector->items[count++] = (narr_entry){term, 0, distinct->item, distinct->tf};
  }
  vector->count = count;
}

/* Their values, before blocks are normalised. */
static void weigh(narr_vector *vector, const narr_feature_options *options,
                  const narr_vocabulary *vocabulary, double squares[NARR_BLOCK_COUNT]) {
  for (size_t i = 0; i < vector->count; i++) {
    narr_entry *entry = &vector->items[i];
    double idf = (double)*narr_vocabulary_idf(vocabulary, entry->term);
    double weight = damped_tf(options, entry->tf) * idf;
    const narr_ngram *item = &vector->ngrams.items[entry->item];
    if (is_word(&vector->ngrams, item)) vector->known_word_count += entry->tf;
    squares[item->block] += weight * weight;
    entry->value = (float)weight;
  }
}

bool narr_vector_fill(narr_vector *vector, const narr_feature_options *options,
                      const narr_vocabulary *vocabulary, const char *text, size_t length) {
  vector->count = vector->known_word_count = 0;
  if (!narr_vector_count(vector, options, text, length)) return false;
  void *items = vector->items;
  if (!narr_grow(&items, &vector->capacity, vector->distinct_count, sizeof *vector->items))
    return false;
  vector->items = items;
  double squares[NARR_BLOCK_COUNT] = {0};
  look_up(vector, vocabulary);
  weigh(vector, options, vocabulary, squares);
  double scale[NARR_BLOCK_COUNT];
  find_scales(options, squares, scale);
  for (size_t i = 0; i < vector->count; i++) {
    narr_entry *entry = &vector->items[i];
    entry->value = (float)(entry->value * scale[vector->ngrams.items[entry->item].block]);
  }
  return true;
}

void narr_vector_free(narr_vector *vector) {
  narr_ngrams_free(&vector->ngrams);
  narr_free(vector->distinct);
  narr_free(vector->table);
  narr_free(vector->items);
  *vector = (narr_vector){0};
}
