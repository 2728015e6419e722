/* matrix_builder.c - the vectors of all texts: chunks of them on threads,
 * then put together in order. */
#include <string.h>

#include "base/alloc.h"
#include "base/status.h"
#include "feature/vocabulary_builder.h"

#define TEXTS_A_CHUNK 256

enum { OUT_OF_MEMORY = 1, STOPPED = 2 };

typedef struct chunk {
  uint32_t *columns;
  float *values;
  size_t count;
  size_t column_capacity;
  size_t value_capacity;
} chunk;

/* The columns of a row and their values, to be sorted. */
typedef struct sorter {
  uint64_t *items; /* column << 32 | bits of the value */
  uint64_t *spare;
  size_t item_capacity;
  size_t spare_capacity;
} sorter;

typedef struct build {
  const narr_corpus *corpus;
  const narr_vocabulary_builder *vocabulary;
  narr_vector *vectors; /* one a worker */
  sorter *sorters;      /* the same */
  chunk *chunks;
  narr_matrix *matrix;
} build;

static bool prepare(sorter *sorter, size_t count) {
  void *items = sorter->items, *spare = sorter->spare;
  bool ok = narr_grow(&items, &sorter->item_capacity, count, sizeof *sorter->items);
  sorter->items = items;
  ok = ok && narr_grow(&spare, &sorter->spare_capacity, count, sizeof *sorter->spare);
  sorter->spare = spare;
  return ok;
}

/* By counting, eight bits of the column at a time from the lowest up: no
 * comparison, whose outcome no processor foresees. */
static void sort_by_column(sorter *sorter, size_t count, size_t column_count) {
  for (unsigned shift = 32; shift < 64 && (column_count - 1) >> (shift - 32); shift += 8) {
    size_t places[256] = {0}, at = 0;
    for (size_t i = 0; i < count; i++) places[sorter->items[i] >> shift & 255]++;
    for (size_t digit = 0; digit < 256; digit++) {
      size_t here = places[digit];
      places[digit] = at;
      at += here;
    }
    for (size_t i = 0; i < count; i++)
      sorter->spare[places[sorter->items[i] >> shift & 255]++] = sorter->items[i];
    uint64_t *swap = sorter->items;
    sorter->items = sorter->spare;
    sorter->spare = swap;
  }
}

static bool append_row(chunk *chunk, sorter *sorter, const narr_vector *vector,
                       const narr_vocabulary_builder *vocabulary) {
  size_t needed = chunk->count + vector->count;
  void *columns = chunk->columns, *values = chunk->values;
  bool ok = prepare(sorter, vector->count);
  ok = ok && narr_grow(&columns, &chunk->column_capacity, needed, sizeof *chunk->columns);
  chunk->columns = columns;
  ok = ok && narr_grow(&values, &chunk->value_capacity, needed, sizeof *chunk->values);
  chunk->values = values;
  if (!ok) return false;
  for (size_t i = 0; i < vector->count; i++) {
    uint32_t bits;
    memcpy(&bits, &vector->items[i].value, sizeof bits);
    sorter->items[i] = (uint64_t)vocabulary->columns[vector->items[i].term] << 32 | bits;
  }
  sort_by_column(sorter, vector->count, vocabulary->view.term_count);
  for (size_t i = 0; i < vector->count; i++, chunk->count++) {
    uint32_t bits = (uint32_t)sorter->items[i];
    chunk->columns[chunk->count] = (uint32_t)(sorter->items[i] >> 32);
    memcpy(&chunk->values[chunk->count], &bits, sizeof bits);
  }
  return true;
}

static int build_chunk(void *context, size_t index, unsigned worker) {
  build *build = context;
  const narr_corpus *corpus = build->corpus;
  narr_vector *vector = &build->vectors[worker];
  size_t first = index * TEXTS_A_CHUNK, end = first + TEXTS_A_CHUNK;
  for (size_t t = first; t < end && t < corpus->count; t++) {
    if (!narr_vector_fill(vector, corpus->options, &build->vocabulary->view, corpus->texts[t].data,
                          corpus->texts[t].length) ||
        !append_row(&build->chunks[index], &build->sorters[worker], vector, build->vocabulary))
      return OUT_OF_MEMORY;
    build->matrix->starts[t + 1] = vector->count;
  }
  return 0;
}

static bool join(narr_matrix *matrix, chunk *chunks, size_t chunk_count) {
  for (size_t t = 0; t < matrix->row_count; t++) matrix->starts[t + 1] += matrix->starts[t];
  size_t total = matrix->starts[matrix->row_count];
  matrix->columns = narr_alloc(total, sizeof *matrix->columns);
  matrix->values = narr_alloc(total, sizeof *matrix->values);
  if (!matrix->columns || !matrix->values) return false;
  narr_wish_large_pages(matrix->columns, total * sizeof *matrix->columns);
  narr_wish_large_pages(matrix->values, total * sizeof *matrix->values);
  size_t at = 0;
  for (size_t c = 0; c < chunk_count; c++) {
    size_t count = chunks[c].count;
    if (count) {
      memcpy(matrix->columns + at, chunks[c].columns, count * sizeof *matrix->columns);
      memcpy(matrix->values + at, chunks[c].values, count * sizeof *matrix->values);
    }
    at += count;
    narr_free(chunks[c].columns);
    narr_free(chunks[c].values);
    chunks[c] = (chunk){0};
  }
  return true;
}

static int watch_chunks(void *context, size_t done) {
  const narr_corpus *corpus = context;
  size_t texts = done * TEXTS_A_CHUNK < corpus->count ? done * TEXTS_A_CHUNK : corpus->count;
  return corpus->watch && corpus->watch(corpus->watch_context, texts) ? STOPPED : 0;
}

narr_status narr_matrix_build(narr_matrix *out, const narr_corpus *corpus,
                              const narr_vocabulary_builder *vocabulary, narr_error *error) {
  size_t chunk_count = (corpus->count + TEXTS_A_CHUNK - 1) / TEXTS_A_CHUNK;
  unsigned jobs = narr_jobs(corpus->jobs);
  *out = (narr_matrix){.row_count = corpus->count, .column_count = vocabulary->view.term_count};
  out->starts = narr_alloc_zero(corpus->count + 1, sizeof *out->starts);
  out->blocks = narr_alloc(out->column_count, sizeof *out->blocks);
  for (size_t c = 0; out->blocks && c < out->column_count; c++)
    out->blocks[c] = vocabulary->blocks[vocabulary->terms[c]];
  build build = {corpus,
                 vocabulary,
                 narr_alloc_zero(jobs, sizeof *build.vectors),
                 narr_alloc_zero(jobs, sizeof *build.sorters),
                 narr_alloc_zero(chunk_count, sizeof *build.chunks),
                 out};
  int result = OUT_OF_MEMORY;
  if (out->starts && out->blocks && build.vectors && build.sorters && build.chunks)
    result = narr_parallel(chunk_count, jobs, build_chunk, &build, watch_chunks,
                           (void *)(uintptr_t)corpus);
  bool joined = result == 0 && join(out, build.chunks, chunk_count);
  for (unsigned w = 0; build.vectors && w < jobs; w++) narr_vector_free(&build.vectors[w]);
  for (unsigned w = 0; build.sorters && w < jobs; w++) {
    narr_free(build.sorters[w].items);
    narr_free(build.sorters[w].spare);
  }
  for (size_t c = 0; build.chunks && c < chunk_count; c++) {
    narr_free(build.chunks[c].columns);
    narr_free(build.chunks[c].values);
  }
  narr_free(build.vectors);
  narr_free(build.sorters);
  narr_free(build.chunks);
  if (joined) return NARR_OK;
  narr_matrix_free(out);
  return result == STOPPED ? narr_fail(error, NARR_ERROR_CANCELLED, "cancelled")
                           : narr_fail_memory(error);
}
