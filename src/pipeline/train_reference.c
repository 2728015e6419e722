/* train_reference.c - what the training corpus looks like to the model, so that a
 * stream can be held against it: its languages; how probable the most probable
 * label of a row is, out of fold; and how much of a row the model would not
 * know if it had not learned from it. */
#include "base/alloc.h"
#include "pipeline/metadata.h"
#include "summary/languages.h"
#include "summary/timeline.h"

/* Rows that are looked at, evenly spread. */
enum { UNKNOWN_ROWS = 2000, SCORE_ROWS = 20000 };

static void add_languages(narr_buffer *out, const narr_training *t) {
  narr_languages *languages = narr_alloc_zero(1, sizeof *languages);
  size_t counts[NARR_LANGUAGES] = {0};
  if (!languages) {
    out->failed = true;
    return;
  }
  for (size_t row = 0; row < t->row_count; row++) {
    const char *lang = narr_dataset_get(t->dataset, row).lang;
    counts[narr_languages_add(languages, lang ? lang : "", lang ? strlen(lang) : 0)]++;
  }
  narr_buffer_string(out, ",\"languages\":{");
  for (size_t i = 0; i < languages->count; i++)
    narr_buffer_format(out, "%s\"%s\":%zu", i ? "," : "", languages->names[i], counts[i]);
  narr_buffer_byte(out, '}');
  narr_free(languages);
}

static void add_scores(narr_buffer *out, const narr_training *t) {
  size_t counts[NARR_TIMELINE_SCORES] = {0}, step = t->row_count / SCORE_ROWS + 1;
  for (size_t row = 0; row < t->row_count; row += step) {
    double highest = 0;
    if (t->fold_of[row] == NARR_FOLD_NEVER) continue;
    for (size_t l = 0; l < narr_training_named(t); l++) {
      double p = narr_training_probability(t, l, t->fold_of[row], row);
      if (p > highest) highest = p;
    }
    counts[narr_timeline_bin(highest)]++;
  }
  narr_buffer_string(out, ",\"scores\":[");
  for (size_t i = 0; i < NARR_TIMELINE_SCORES; i++)
    narr_buffer_format(out, "%s%zu", i ? "," : "", counts[i]);
  narr_buffer_byte(out, ']');
}

/* The share of a row's n-grams that without it would be no terms. */
static bool unknown_share(double *share, narr_vector *vector, const narr_training *t, size_t row,
                          const uint32_t *texts) {
  const narr_matrix *matrix = &t->matrix;
  size_t known = 0;
  if (!narr_vector_count(vector, &t->features, t->texts[row].data, t->texts[row].length))
    return false;
  for (size_t i = matrix->starts[row]; i < matrix->starts[row + 1]; i++)
    known += texts[matrix->columns[i]] > t->options.min_df;
  *share = vector->distinct_count ? 1 - (double)known / (double)vector->distinct_count : 0;
  return true;
}

static void add_unknown(narr_buffer *out, const narr_training *t) {
  const narr_matrix *matrix = &t->matrix;
  uint32_t *texts = narr_alloc_zero(matrix->column_count, sizeof *texts);
  narr_vector vector = {.count = 0};
  double sum = 0, share;
  size_t rows = 0, step = t->row_count / UNKNOWN_ROWS + 1;
  bool ok = texts != NULL;
  for (size_t i = 0; ok && i < matrix->starts[matrix->row_count]; i++) texts[matrix->columns[i]]++;
  for (size_t row = 0; ok && row < t->row_count; row += step) {
    ok = unknown_share(&share, &vector, t, row, texts);
    if (ok) sum += share, rows++;
  }
  narr_buffer_string(out, "\"unknown\":");
  narr_buffer_decimal(out, rows ? sum / (double)rows : 0, 4);
  out->failed |= !ok;
  narr_vector_free(&vector);
  narr_free(texts);
}

void narr_training_reference(narr_buffer *out, const narr_training *t) {
  narr_buffer_string(out, ",\"reference\":{");
  add_unknown(out, t);
  add_scores(out, t);
  add_languages(out, t);
  narr_buffer_byte(out, '}');
}
