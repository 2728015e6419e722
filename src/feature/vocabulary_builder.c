/* vocabulary_builder.c - document frequencies on many threads.
 *
 * Texts are counted some thousand at a time. Each worker sorts the distinct
 * keys of its texts into partitions by their top bits; then each partition
 * is merged into its own table by whichever worker takes it. No lock, and
 * sums and minima don't care in which order they are taken. */
#include "feature/vocabulary_builder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/status.h"
#include "text/main_script.h"

#define PARTITIONS 64
#define TEXTS_A_ROUND 4096

typedef struct sighting { /* a key in a text */
  uint64_t key;
  uint32_t text;
} sighting;

typedef struct sightings {
  sighting *items;
  size_t count;
  size_t capacity;
} sightings;

typedef struct tally { /* a key in the corpus; df 0: a free slot */
  uint64_t key;
  uint32_t df;
  uint32_t first_text;
} tally;

typedef struct tally_table {
  tally *slots;
  size_t slot_count; /* a power of two, or 0 */
  size_t count;
} tally_table;

typedef struct worker {
  narr_vector vector;
  sightings seen[PARTITIONS];
  uint64_t script_texts[NARR_SCRIPT_COUNT];
} worker;

typedef struct counter {
  const narr_corpus *corpus;
  size_t round_start;
  unsigned worker_count;
  worker *workers;
  tally_table tables[PARTITIONS];
} counter;

enum { OUT_OF_MEMORY = 1, STOPPED = 2 };

static narr_status outcome(int result, narr_error *error) {
  if (result == OUT_OF_MEMORY) return narr_fail_memory(error);
  if (result) return narr_fail(error, NARR_ERROR_CANCELLED, "cancelled");
  return NARR_OK;
}

/* ---- Counting -------------------------------------------------------------- */

static unsigned partition_of(uint64_t key) {
  return (unsigned)(key >> 58);
}

static int count_text(void *context, size_t index, unsigned number) {
  counter *counter = context;
  worker *worker = &counter->workers[number];
  size_t text = counter->round_start + index;
  const narr_text *source = &counter->corpus->texts[text];
  narr_vector *vector = &worker->vector;
  if (!narr_vector_count(vector, counter->corpus->options, source->data, source->length))
    return OUT_OF_MEMORY;
  size_t words;
  worker->script_texts[narr_main_script(&vector->ngrams.tokens, &words)]++;
  for (size_t i = 0; i < vector->distinct_count; i++) {
    uint64_t key = vector->distinct[i].key;
    sightings *seen = &worker->seen[partition_of(key)];
    void *items = seen->items;
    if (!narr_grow(&items, &seen->capacity, seen->count + 1, sizeof *seen->items))
      return OUT_OF_MEMORY;
    seen->items = items;
    seen->items[seen->count++] = (sighting){key, (uint32_t)text};
  }
  return 0;
}

static tally *tally_slot(const tally_table *table, uint64_t key) {
  size_t mask = table->slot_count - 1;
  size_t at = (size_t)key & mask;
  while (table->slots[at].df && table->slots[at].key != key) at = (at + 1) & mask;
  return &table->slots[at];
}

static bool grow_tallies(tally_table *table) {
  tally_table grown = {NULL, table->slot_count ? 2 * table->slot_count : 256, table->count};
  grown.slots = narr_alloc_zero(grown.slot_count, sizeof *grown.slots);
  if (!grown.slots) return false;
  for (size_t i = 0; i < table->slot_count; i++)
    if (table->slots[i].df) *tally_slot(&grown, table->slots[i].key) = table->slots[i];
  narr_free(table->slots);
  *table = grown;
  return true;
}

static int merge_partition(void *context, size_t index, unsigned number) {
  counter *counter = context;
  tally_table *table = &counter->tables[index];
  (void)number;
  for (unsigned w = 0; w < counter->worker_count; w++) {
    sightings *seen = &counter->workers[w].seen[index];
    for (size_t i = 0; i < seen->count; i++) {
      if (4 * (table->count + 1) > 3 * table->slot_count && !grow_tallies(table))
        return OUT_OF_MEMORY;
      tally *slot = tally_slot(table, seen->items[i].key);
      uint32_t text = seen->items[i].text;
      if (!slot->df) {
        *slot = (tally){seen->items[i].key, 1, text};
        table->count++;
      } else {
        slot->df++;
        if (text < slot->first_text) slot->first_text = text;
      }
    }
    seen->count = 0;
  }
  return 0;
}

static int count_corpus(counter *counter) {
  const narr_corpus *corpus = counter->corpus;
  for (size_t start = 0, round; start < corpus->count; start += round) {
    round = corpus->count - start < TEXTS_A_ROUND ? corpus->count - start : TEXTS_A_ROUND;
    counter->round_start = start;
    int result = narr_parallel(round, counter->worker_count, count_text, counter, NULL, NULL);
    if (!result)
      result =
          narr_parallel(PARTITIONS, counter->worker_count, merge_partition, counter, NULL, NULL);
    if (!result && corpus->watch && corpus->watch(corpus->watch_context, start + round))
      result = STOPPED;
    if (result) return result;
  }
  return 0;
}

static void sum_scripts(const counter *counter, uint64_t script_texts[NARR_SCRIPT_COUNT]) {
  for (unsigned w = 0; w < counter->worker_count; w++)
    for (size_t s = 0; s < NARR_SCRIPT_COUNT; s++)
      script_texts[s] += counter->workers[w].script_texts[s];
}

static void free_counter(counter *counter) {
  for (unsigned w = 0; counter->workers && w < counter->worker_count; w++) {
    narr_vector_free(&counter->workers[w].vector);
    for (size_t p = 0; p < PARTITIONS; p++) narr_free(counter->workers[w].seen[p].items);
  }
  narr_free(counter->workers);
  for (size_t p = 0; p < PARTITIONS; p++) narr_free(counter->tables[p].slots);
}

/* ---- Choosing --------------------------------------------------------------- */

static int more_frequent(const void *a, const void *b) {
  const tally *x = a, *y = b;
  if (x->df != y->df) return x->df > y->df ? -1 : 1;
  return x->key < y->key ? -1 : x->key > y->key;
}

/* The terms to keep, most frequent first. NULL: out of memory. */
static tally *choose(const counter *counter, uint32_t min_df, uint64_t max_terms, size_t *count) {
  size_t kept = 0;
  for (size_t p = 0; p < PARTITIONS; p++)
    for (size_t i = 0; i < counter->tables[p].slot_count; i++)
      kept += counter->tables[p].slots[i].df >= min_df && counter->tables[p].slots[i].df > 0;
  tally *chosen = narr_alloc(kept, sizeof *chosen);
  if (!chosen) return NULL;
  size_t at = 0;
  for (size_t p = 0; p < PARTITIONS; p++)
    for (size_t i = 0; i < counter->tables[p].slot_count; i++) {
      tally item = counter->tables[p].slots[i];
      if (item.df && item.df >= min_df) chosen[at++] = item;
    }
  qsort(chosen, kept, sizeof *chosen, more_frequent);
  if (max_terms && kept > max_terms) kept = (size_t)max_terms;
  if (kept > UINT32_MAX / 2) kept = UINT32_MAX / 2;
  *count = kept;
  return chosen;
}

static double smooth_idf(size_t text_count, uint32_t df) {
  return log((1.0 + (double)text_count) / (1.0 + df)) + 1;
}

static bool make_room(narr_vocabulary_builder *out, size_t count) {
  out->heads = narr_alloc(count, sizeof *out->heads);
  out->blocks = narr_alloc_zero(count, sizeof *out->blocks);
  out->first_text = narr_alloc(count, sizeof *out->first_text);
  out->columns = narr_alloc(count, sizeof *out->columns);
  out->terms = narr_alloc(count, sizeof *out->terms);
  out->keys = narr_alloc(count, sizeof *out->keys);
  return out->heads && out->blocks && out->first_text && out->columns && out->terms && out->keys;
}

/* Makes the view of `count` terms, whose keys are there in any order; which
 * place each gets, the view then says. */
static bool hash_keys(narr_vocabulary_builder *out, size_t count, double idf_unit) {
  if (!narr_perfect_hash_build(&out->hash, out->keys, count)) return false;
  out->view = (narr_vocabulary){.hash = out->hash.view,
                                .term_count = count,
                                .keys = out->keys,
                                .rows = (const unsigned char *)out->heads,
                                .row_size = sizeof *out->heads,
                                .idf_unit = idf_unit,
                                .blocks = out->blocks};
  return true;
}

static bool fill_builder(narr_vocabulary_builder *out, const tally *chosen, size_t count,
                         const narr_corpus *corpus) {
  bool use_idf = corpus->options->use_idf;
  /* The rarest is the last; units as small as it allows. */
  double unit = use_idf ? smooth_idf(corpus->count, chosen[count - 1].df) / UINT16_MAX : 1;
  out->string_starts = narr_alloc_zero(count + 1, sizeof *out->string_starts);
  if (!out->string_starts || !make_room(out, count)) return false;
  for (size_t i = 0; i < count; i++) out->keys[i] = chosen[i].key;
  if (!hash_keys(out, count, unit)) return false;
  out->view.string_starts = out->string_starts;
  for (size_t i = 0; i < count; i++) {
    uint32_t term = narr_vocabulary_guess(&out->view, chosen[i].key);
    double idf = use_idf ? smooth_idf(corpus->count, chosen[i].df) : 1;
    out->heads[term] =
        (narr_term_head){narr_vocabulary_tag(chosen[i].key), (uint16_t)lround(idf / unit)};
    out->first_text[term] = chosen[i].first_text;
    out->columns[term] = (uint32_t)i;
    out->terms[i] = term;
    out->keys[term] = chosen[i].key;
  }
  return true;
}

/* Moves the kept terms of `from` into *to, which has room for them. */
static void move_terms(narr_vocabulary_builder *to, const narr_vocabulary_builder *from,
                       const bool *keep) {
  size_t column = 0;
  for (size_t c = 0; c < from->view.term_count; c++) {
    if (!keep[c]) continue;
    uint32_t old = from->terms[c], term = narr_vocabulary_guess(&to->view, from->keys[old]);
    to->heads[term] = from->heads[old];
    to->blocks[term] = from->blocks[old];
    to->first_text[term] = from->first_text[old];
    to->keys[term] = from->keys[old];
    to->columns[term] = (uint32_t)column;
    to->terms[column++] = term;
  }
}

bool narr_vocabulary_restrict(narr_vocabulary_builder *builder, const bool *keep) {
  size_t count = 0;
  for (size_t c = 0; c < builder->view.term_count; c++) count += keep[c];
  narr_vocabulary_builder out = {.strings = NARR_BUFFER_INIT};
  memcpy(out.script_texts, builder->script_texts, sizeof out.script_texts);
  bool ok = make_room(&out, count);
  for (size_t c = 0, kept = 0; ok && c < builder->view.term_count; c++)
    if (keep[c]) out.keys[kept++] = builder->keys[builder->terms[c]];
  ok = ok && hash_keys(&out, count, builder->view.idf_unit);
  if (ok) {
    move_terms(&out, builder, keep);
    narr_vocabulary_builder_free(builder);
    *builder = out;
  } else {
    narr_vocabulary_builder_free(&out);
  }
  return ok;
}

void narr_vocabulary_scale(narr_vocabulary_builder *builder, const float *factors) {
  narr_vocabulary *view = &builder->view;
  double largest = 0;
  for (uint32_t t = 0; t < view->term_count; t++)
    largest = fmax(largest, narr_vocabulary_idf(view, t) * (double)factors[builder->columns[t]]);
  double unit = largest > 0 ? largest / UINT16_MAX : 1;
  for (uint32_t t = 0; t < view->term_count; t++) {
    double idf = narr_vocabulary_idf(view, t) * (double)factors[builder->columns[t]];
    builder->heads[t].idf = (uint16_t)lround(idf / unit);
  }
  view->idf_unit = unit;
}

narr_status narr_vocabulary_build(narr_vocabulary_builder *out, const narr_corpus *corpus,
                                  uint32_t min_df, uint64_t max_terms, narr_error *error) {
  *out = (narr_vocabulary_builder){.strings = NARR_BUFFER_INIT};
  counter counter = {.corpus = corpus, .worker_count = narr_jobs(corpus->jobs)};
  tally *chosen = NULL;
  size_t count = 0;
  narr_status status = NARR_ERROR_MEMORY;
  counter.workers = narr_alloc_zero(counter.worker_count, sizeof *counter.workers);
  if (counter.workers) status = outcome(count_corpus(&counter), error);
  if (!status) sum_scripts(&counter, out->script_texts);
  if (!status && !(chosen = choose(&counter, min_df, max_terms, &count)))
    status = NARR_ERROR_MEMORY;
  free_counter(&counter);
  if (!status && count == 0)
    status = narr_fail(error, NARR_ERROR_INPUT,
                       "no term occurs in %u texts or more (lower --min-df, add texts)", min_df);
  if (!status && !fill_builder(out, chosen, count, corpus)) status = NARR_ERROR_MEMORY;
  if (status == NARR_ERROR_MEMORY) narr_fail_memory(error);
  narr_free(chosen);
  if (status) narr_vocabulary_builder_free(out);
  return status;
}

/* ---- Naming ------------------------------------------------------------------ */

typedef struct naming {
  const narr_corpus *corpus;
  narr_vocabulary_builder *builder;
  worker *workers;
  char **strings; /* a term's, owned; written by the task of its first text */
} naming;

static int name_terms_of(void *context, size_t index, unsigned number) {
  naming *naming = context;
  narr_vocabulary_builder *builder = naming->builder;
  narr_vector *vector = &naming->workers[number].vector;
  const narr_text *text = &naming->corpus->texts[index];
  if (!narr_vector_count(vector, naming->corpus->options, text->data, text->length))
    return OUT_OF_MEMORY;
  narr_buffer string = NARR_BUFFER_INIT;
  int result = 0;
  for (size_t i = 0; i < vector->distinct_count && !result; i++) {
    uint32_t term = narr_vocabulary_find(&builder->view, vector->distinct[i].key);
    if (term == NARR_TERM_NONE || builder->first_text[term] != index || naming->strings[term])
      continue;
    const narr_ngram *item = &vector->ngrams.items[vector->distinct[i].item];
    narr_buffer_clear(&string);
    narr_ngram_string(&vector->ngrams, item, &string);
    builder->blocks[term] = (uint8_t)item->block;
    naming->strings[term] = string.failed ? NULL : narr_copy_bytes(string.data, string.length);
    if (!naming->strings[term]) result = OUT_OF_MEMORY;
  }
  narr_buffer_free(&string);
  return result;
}

static int watch_texts(void *context, size_t done) {
  const narr_corpus *corpus = context;
  return corpus->watch && corpus->watch(corpus->watch_context, done) ? STOPPED : 0;
}

narr_status narr_vocabulary_name_terms(narr_vocabulary_builder *builder, const narr_corpus *corpus,
                                       narr_error *error) {
  unsigned jobs = narr_jobs(corpus->jobs);
  size_t count = builder->view.term_count;
  naming naming = {corpus, builder, narr_alloc_zero(jobs, sizeof *naming.workers),
                   narr_alloc_zero(count, sizeof *naming.strings)};
  int result = OUT_OF_MEMORY;
  if (naming.workers && naming.strings)
    result = narr_parallel(corpus->count, jobs, name_terms_of, &naming, watch_texts,
                           (void *)(uintptr_t)corpus);
  for (size_t t = 0; t < count && !result; t++) {
    builder->string_starts[t] = builder->strings.length;
    if (naming.strings[t]) narr_buffer_string(&builder->strings, naming.strings[t]);
  }
  builder->string_starts[count] = builder->strings.length;
  if (builder->strings.failed) result = OUT_OF_MEMORY;
  builder->view.strings = builder->strings.data;
  builder->view.strings_size = builder->strings.length;
  for (size_t t = 0; naming.strings && t < count; t++) narr_free(naming.strings[t]);
  for (unsigned w = 0; naming.workers && w < jobs; w++) narr_vector_free(&naming.workers[w].vector);
  narr_free(naming.strings);
  narr_free(naming.workers);
  return outcome(result, error);
}

void narr_vocabulary_builder_free(narr_vocabulary_builder *builder) {
  narr_perfect_hash_builder_free(&builder->hash);
  narr_free(builder->heads);
  narr_free(builder->blocks);
  narr_free(builder->first_text);
  narr_free(builder->columns);
  narr_free(builder->terms);
  narr_free(builder->keys);
  narr_free(builder->string_starts);
  narr_buffer_free(&builder->strings);
  *builder = (narr_vocabulary_builder){.strings = NARR_BUFFER_INIT};
}
