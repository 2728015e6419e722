/* vector.c - count, look up, weigh. */
#include "feature/vector.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"

/* Room for a table at most a quarter full, emptied: with few keys in places
 * of others, processors guess rightly what is where. Returns its size or 0. */
static size_t prepare_table(narr_vector *vector, size_t items) {
  size_t size = 64;
  while (size < 4 * items) size *= 2;
  void *table = vector->table;
  if (!narr_grow(&table, &vector->table_capacity, size, sizeof *vector->table)) return 0;
  vector->table = table;
  memset(vector->table, 0, size * sizeof *vector->table);
  void *distinct = vector->distinct;
  if (!narr_grow(&distinct, &vector->distinct_capacity, items, sizeof *vector->distinct)) return 0;
  vector->distinct = distinct;
  return size;
}

/* Of the cache: a text's rows are more than the first one holds. */
#define INTO_SECOND_LEVEL 2

/* Asks for a row, all of whose 16-byte pieces will be read. */
static inline void ask_for_row(const unsigned char *row, size_t row_size) {
  __builtin_prefetch(row, 0, INTO_SECOND_LEVEL);
  if (row_size == 16) return; /* it does not lie across lines */
  for (size_t at = 64; at < row_size; at += 64) __builtin_prefetch(row + at, 0, INTO_SECOND_LEVEL);
  __builtin_prefetch(row + (row_size - 1) / 16 * 16 + 15, 0, INTO_SECOND_LEVEL);
}

/* The one term that the key may have, whose row will have been read by the time
 * that it is needed. */
static inline uint32_t look_up(const narr_vocabulary *vocabulary, uint64_t key) {
  uint32_t term = narr_vocabulary_guess(vocabulary, key);
  ask_for_row(narr_vocabulary_row(vocabulary, term), vocabulary->row_size);
  return term;
}

/* Fills ngrams and distinct; `shared` may be NULL. */
static bool count(narr_vector *vector, const narr_feature_options *options,
                  const narr_vocabulary *shared, const char *text, size_t length) {
  /* A copy that no store here can change, so it stays in registers. */
  const narr_vocabulary vocabulary = shared ? *shared : (narr_vocabulary){0};
  vector->distinct_count = 0;
  if (!narr_ngrams_extract(&vector->ngrams, options, text, length)) return false;
  size_t size = prepare_table(vector, vector->ngrams.count), count = 0;
  if (!size) return false;
  const narr_ngram *items = vector->ngrams.items;
  narr_distinct *distinct = vector->distinct;
  uint32_t *table = vector->table;
  for (size_t i = 0, end = vector->ngrams.count; i < end; i++) {
    uint64_t key = items[i].key;
    size_t at = (size_t)(key >> 20) & (size - 1);
    while (table[at] && distinct[table[at] - 1].key != key) at = (at + 1) & (size - 1);
    if (table[at]) {
      distinct[table[at] - 1].tf++;
    } else {
      uint32_t term = shared ? look_up(&vocabulary, key) : NARR_TERM_NONE;
      distinct[count++] = (narr_distinct){key, (uint32_t)i, 1, term};
      table[at] = (uint32_t)count;
    }
  }
  vector->distinct_count = count;
  return true;
}

bool narr_vector_count(narr_vector *vector, const narr_feature_options *options, const char *text,
                       size_t length) {
  return count(vector, options, NULL, text, length);
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

/* Whether an n-gram of words is a single one with letters, as it is read: no
 * mark, link or number. */
static bool is_word(const narr_ngrams *ngrams, const narr_ngram *item) {
  if (item->length != 1) return false;
  const narr_word_unit *word = &ngrams->words[item->first];
  const narr_token *token = &ngrams->tokens.items[word->token];
  return word->aspect == NARR_ASPECT_FORM && narr_token_is_word(token);
}

/* The known terms, with values before blocks are normalised; block by block, as
 * the n-grams lie. */
static void weigh(narr_vector *vector, const narr_feature_options *options,
                  const narr_vocabulary *vocabulary, double squares[NARR_BLOCK_COUNT]) {
  const narr_distinct *distinct = vector->distinct, *end = distinct + vector->distinct_count;
  const unsigned char *rows = vocabulary->rows;
  size_t row_size = vocabulary->row_size, known_words = 0;
  double idf_unit = vocabulary->idf_unit;
  narr_blocks *checked = narr_blocks_all_good(vocabulary->checked) ? NULL : vocabulary->checked;
  narr_entry *out = vector->items;
  for (narr_block b = 0; b < NARR_BLOCK_COUNT; b++) {
    size_t block_end = vector->ngrams.block_ends[b];
    double sum = 0;
    for (; distinct < end && distinct->item < block_end; distinct++) {
      const unsigned char *row = rows + distinct->term * row_size;
      narr_term_head head;
      if (!narr_blocks_check(checked, row, row_size)) continue;
      memcpy(&head, row, sizeof head);
      if (!narr_vocabulary_agrees(vocabulary, distinct->term, head.tag, distinct->key)) continue;
      double weight = head.idf * idf_unit;
      if (distinct->tf > 1) weight *= damped_tf(options, distinct->tf);
      if (b == NARR_BLOCK_WORD && is_word(&vector->ngrams, &vector->ngrams.items[distinct->item]))
        known_words += distinct->tf;
      sum += weight * weight;
      *out++ = (narr_entry){distinct->term, (float)weight, distinct->item, distinct->tf};
    }
    vector->block_ends[b] = (size_t)(out - vector->items);
    squares[b] = sum;
  }
  vector->count = (size_t)(out - vector->items);
  vector->known_word_count = known_words;
}

bool narr_vector_fill(narr_vector *vector, const narr_feature_options *options,
                      const narr_vocabulary *vocabulary, const char *text, size_t length) {
  vector->count = vector->known_word_count = 0;
  if (!count(vector, options, vocabulary, text, length)) return false;
  void *items = vector->items;
  bool ok = narr_grow(&items, &vector->capacity, vector->distinct_count, sizeof *vector->items);
  vector->items = items;
  if (!ok) return false;
  double squares[NARR_BLOCK_COUNT], scale[NARR_BLOCK_COUNT];
  weigh(vector, options, vocabulary, squares);
  find_scales(options, squares, scale);
  narr_entry *entry = vector->items;
  for (narr_block b = 0; b < NARR_BLOCK_COUNT; b++)
    for (const narr_entry *end = vector->items + vector->block_ends[b]; entry < end; entry++)
      entry->value = (float)(entry->value * scale[b]);
  return true;
}

void narr_vector_free(narr_vector *vector) {
  narr_ngrams_free(&vector->ngrams);
  narr_free(vector->distinct);
  narr_free(vector->table);
  narr_free(vector->items);
  *vector = (narr_vector){0};
}
