/* matrix_builder.c - the vectors of all texts: chunks of them on threads,
 * then put together in order. */
#include <stdlib.h>
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

typedef struct build {
  const narr_corpus *corpus;
  const narr_vocabulary *vocabulary;
  narr_vector *vectors; /* one a worker */
  chunk *chunks;
  narr_matrix *matrix;
} build;

static int by_term(const void *a, const void *b) {
  uint32_t x = ((const narr_entry *)a)->term, y = ((const narr_entry *)b)->term;
  return x < y ? -1 : x > y;
}

static bool append_row(chunk *chunk, narr_vector *vector) {
  size_t needed = chunk->count + vector->count;
  void *columns = chunk->columns, *values = chunk->values;
  bool ok = narr_grow(&columns, &chunk->column_capacity, needed, sizeof *chunk->columns);
  chunk->columns = columns;
  ok = ok && narr_grow(&values, &chunk->value_capacity, needed, sizeof *chunk->values);
  chunk->values = values;
  if (!ok) return false;
  if (vector->count) qsort(vector->items, vector->count, sizeof *vector->items, by_term);
  for (size_t i = 0; i < vector->count; i++, chunk->count++) {
    chunk->columns[chunk->count] = vector->items[i].term;
    chunk->values[chunk->count] = vector->items[i].value;
  }
  return true;
}

static int build_chunk(void *context, size_t index, unsigned worker) {
  build *build = context;
  const narr_corpus *corpus = build->corpus;
  narr_vector *vector = &build->vectors[worker];
  size_t first = index * TEXTS_A_CHUNK, end = first + TEXTS_A_CHUNK;
  for (size_t t = first; t < end && t < corpus->count; t++) {
    if (!narr_vector_fill(vector, corpus->options, build->vocabulary, corpus->texts[t].data,
                          corpus->texts[t].length) ||
        !append_row(&build->chunks[index], vector))
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
                              const narr_vocabulary *vocabulary, narr_error *error) {
  size_t chunk_count = (corpus->count + TEXTS_A_CHUNK - 1) / TEXTS_A_CHUNK;
  unsigned jobs = narr_jobs(corpus->jobs);
  *out = (narr_matrix){.row_count = corpus->count, .column_count = vocabulary->term_count};
  out->starts = narr_alloc_zero(corpus->count + 1, sizeof *out->starts);
  build build = {corpus, vocabulary, narr_alloc_zero(jobs, sizeof *build.vectors),
                 narr_alloc_zero(chunk_count, sizeof *build.chunks), out};
  int result = OUT_OF_MEMORY;
  if (out->starts && build.vectors && build.chunks)
    result = narr_parallel(chunk_count, jobs, build_chunk, &build, watch_chunks,
                           (void *)(uintptr_t)corpus);
  bool joined = result == 0 && join(out, build.chunks, chunk_count);
  for (unsigned w = 0; build.vectors && w < jobs; w++) narr_vector_free(&build.vectors[w]);
  for (size_t c = 0; build.chunks && c < chunk_count; c++) {
    narr_free(build.chunks[c].columns);
    narr_free(build.chunks[c].values);
  }
  narr_free(build.vectors);
  narr_free(build.chunks);
  if (joined) return NARR_OK;
  narr_matrix_free(out);
  return result == STOPPED ? narr_fail(error, NARR_ERROR_CANCELLED, "cancelled")
                           : narr_fail_memory(error);
}
