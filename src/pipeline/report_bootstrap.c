/* report_bootstrap.c - how far the F1s could be off by the luck of the draw:
 * the rows are drawn again, with replacement, many times.
 *
 * Rows of one group (or one text) don't vary by themselves and are drawn
 * together. A resample needs no more of a row than what was expected and
 * predicted, and few such patterns occur: it counts patterns as it draws, and
 * works the figures out from the counts. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/parallel.h"
#include "base/prng.h"
#include "pipeline/report_parts.h"

enum { MOST_RESAMPLES = 1000, FEWEST_RESAMPLES = 100 };
#define MOST_DRAWS 200000000 /* about a second */

/* Of these, and of the F1 of each label behind them. */
enum { MACRO, MICRO, SAMPLES, AVERAGES };

typedef struct keyed_row {
  uint64_t key;
  size_t row;
} keyed_row;

/* The working memory of one thread. */
typedef struct resample {
  size_t *times;  /* pattern_count: how often each was drawn */
  size_t *counts; /* label_count runs of support, predicted, both */
} resample;

typedef struct bootstrap {
  const narr_decisions *decisions;
  const char *language; /* only its rows; NULL: all */
  size_t cluster_count, pattern_count, resample_count;
  size_t *cluster_starts;    /* cluster_count + 1 */
  size_t *patterns;          /* a row each, cluster by cluster */
  narr_intern pattern_bytes; /* the expected, then the predicted labels */
  narr_prng *lots;           /* resample_count */
  double *figures;           /* AVERAGES + label_count runs of resample_count */
  resample *resamples;       /* one a worker */
  unsigned jobs;
} bootstrap;

static int by_key(const void *a, const void *b) {
  const keyed_row *x = a, *y = b;
  if (x->key != y->key) return x->key < y->key ? -1 : 1;
  return (x->row > y->row) - (x->row < y->row);
}

static uint64_t cluster_key(const narr_decisions *d, size_t row) {
  if (!d->dataset) return row;
  narr_example example = narr_dataset_get(d->dataset, narr_decisions_row(d, row));
  return *example.group ? narr_hash_bytes(example.group, strlen(example.group), 1)
                        : narr_hash_bytes(example.text, example.text_length, 2);
}

/* Rows sorted by cluster: their patterns, and where clusters begin. */
static bool find_clusters(bootstrap *b) {
  const narr_decisions *d = b->decisions;
  size_t n = d->row_count, labels = d->label_count;
  keyed_row *rows = narr_alloc(n, sizeof *rows);
  char *bytes = narr_alloc(2 * labels, 1);
  b->cluster_starts = narr_alloc(n + 1, sizeof *b->cluster_starts);
  b->patterns = narr_alloc(n, sizeof *b->patterns);
  bool ok = rows && bytes && b->cluster_starts && b->patterns;
  size_t count = 0;
  for (size_t i = 0; ok && i < n; i++)
    if (!b->language || strcmp(d->languages[i], b->language) == 0)
      rows[count++] = (keyed_row){cluster_key(d, i), i};
  if (ok) qsort(rows, count, sizeof *rows, by_key);
  for (size_t i = 0; ok && i < count; i++) {
    memcpy(bytes, d->expected + rows[i].row * labels, labels);
    memcpy(bytes + labels, d->predicted + rows[i].row * labels, labels);
    b->patterns[i] = narr_intern_add(&b->pattern_bytes, bytes, 2 * labels);
    ok = b->patterns[i] != NARR_INTERN_NONE;
    if (i == 0 || rows[i].key != rows[i - 1].key) b->cluster_starts[b->cluster_count++] = i;
  }
  if (ok) b->cluster_starts[b->cluster_count] = count;
  b->pattern_count = b->pattern_bytes.count;
  narr_free(rows);
  narr_free(bytes);
  return ok;
}

static bool prepare(bootstrap *b) {
  const narr_decisions *d = b->decisions;
  size_t affordable = MOST_DRAWS / b->cluster_count;
  b->resample_count = affordable > MOST_RESAMPLES     ? MOST_RESAMPLES
                      : affordable < FEWEST_RESAMPLES ? FEWEST_RESAMPLES
                                                      : affordable;
  b->jobs = narr_jobs(d->jobs);
  b->lots = narr_alloc(b->resample_count, sizeof *b->lots);
  b->figures = narr_alloc((AVERAGES + d->label_count) * b->resample_count, sizeof *b->figures);
  b->resamples = narr_alloc_zero(b->jobs, sizeof *b->resamples);
  if (!b->lots || !b->figures || !b->resamples) return false;
  narr_prng seeds = {d->seed};
  for (size_t r = 0; r < b->resample_count; r++) b->lots[r].state = narr_prng_next(&seeds);
  for (unsigned j = 0; j < b->jobs; j++) {
    b->resamples[j].times = narr_alloc(b->pattern_count, sizeof(size_t));
    b->resamples[j].counts = narr_alloc(3 * d->label_count, sizeof(size_t));
    if (!b->resamples[j].times || !b->resamples[j].counts) return false;
  }
  return true;
}

static double f1(size_t both, size_t support, size_t predicted) {
  return support + predicted ? 2 * (double)both / (double)(support + predicted) : 0;
}

/* Adds a pattern `times` times; returns its rows' sum of F1s. */
static double add_pattern(const bootstrap *b, size_t pattern, size_t times, size_t *counts) {
  size_t labels = b->decisions->label_count, support = 0, predicted = 0, both = 0;
  const char *expected = b->pattern_bytes.strings[pattern], *given = expected + labels;
  for (size_t l = 0; l < labels; l++) {
    size_t e = (size_t)expected[l], p = (size_t)given[l];
    if (!(e | p) || e == NARR_EXPECTED_UNKNOWN) continue;
    counts[3 * l] += e * times;
    counts[3 * l + 1] += p * times;
    counts[3 * l + 2] += (e & p) * times;
    support += e;
    predicted += p;
    both += e & p;
  }
  return (double)times * (support + predicted ? f1(both, support, predicted) : 1);
}

static void draw(const bootstrap *b, size_t r, size_t *times) {
  narr_prng lots = b->lots[r];
  memset(times, 0, b->pattern_count * sizeof *times);
  for (size_t i = 0; i < b->cluster_count; i++) {
    size_t cluster = (size_t)narr_prng_below(&lots, b->cluster_count);
    for (size_t k = b->cluster_starts[cluster]; k < b->cluster_starts[cluster + 1]; k++)
      times[b->patterns[k]]++;
  }
}

static int draw_once(void *context, size_t r, unsigned worker) {
  bootstrap *b = context;
  size_t labels = b->decisions->label_count, rows = 0, seen = 0, all[3] = {0, 0, 0};
  size_t *times = b->resamples[worker].times, *counts = b->resamples[worker].counts;
  double samples = 0, macro = 0;
  draw(b, r, times);
  memset(counts, 0, 3 * labels * sizeof *counts);
  for (size_t p = 0; p < b->pattern_count; p++) {
    if (!times[p]) continue;
    rows += times[p];
    samples += add_pattern(b, p, times[p], counts);
  }
  for (size_t l = 0; l < labels; l++) {
    const size_t *c = counts + 3 * l;
    bool occurs = c[0] + c[1] > 0;
    double value = occurs ? f1(c[2], c[0], c[1]) : NAN;
    for (int i = 0; i < 3; i++) all[i] += c[i];
    if (occurs) macro += value;
    seen += occurs;
    b->figures[(AVERAGES + l) * b->resample_count + r] = value;
  }
  b->figures[MACRO * b->resample_count + r] = seen ? macro / (double)seen : 0;
  b->figures[MICRO * b->resample_count + r] = f1(all[2], all[0], all[1]);
  b->figures[SAMPLES * b->resample_count + r] = samples / (double)rows;
  return 0;
}

static int by_value(const void *a, const void *b) {
  const double *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

/* Resamples without the label say nothing of its F1. */
static narr_interval interval_of(bootstrap *b, size_t figure) {
  double *values = b->figures + figure * b->resample_count;
  size_t count = 0;
  for (size_t r = 0; r < b->resample_count; r++)
    if (!isnan(values[r])) values[count++] = values[r];
  if (count == 0) return (narr_interval){0, 0};
  qsort(values, count, sizeof *values, by_value);
  size_t beyond = count / 40; /* 2.5% on either side */
  return (narr_interval){values[beyond], values[count - 1 - beyond]};
}

static void free_bootstrap(bootstrap *b) {
  for (unsigned j = 0; b->resamples && j < b->jobs; j++) {
    narr_free(b->resamples[j].times);
    narr_free(b->resamples[j].counts);
  }
  narr_free(b->resamples);
  narr_free(b->cluster_starts);
  narr_free(b->patterns);
  narr_intern_free(&b->pattern_bytes);
  narr_free(b->lots);
  narr_free(b->figures);
}

static bool draw_all(bootstrap *b) {
  return find_clusters(b) && prepare(b) &&
         narr_parallel(b->resample_count, b->jobs, draw_once, b, NULL, NULL) == 0;
}

static bool language_intervals(narr_language_report *language, const narr_decisions *d) {
  bootstrap b = {.decisions = d, .language = language->name};
  bool ok = draw_all(&b);
  if (ok) {
    language->macro_f1_interval = interval_of(&b, MACRO);
    language->micro_f1_interval = interval_of(&b, MICRO);
  }
  free_bootstrap(&b);
  return ok;
}

bool narr_report_intervals(narr_owned_report *owned, const narr_decisions *d) {
  if (d->row_count == 0 || d->label_count == 0) return true;
  bootstrap b = {.decisions = d};
  bool ok = draw_all(&b);
  if (ok) {
    owned->report.resamples = b.resample_count;
    owned->report.macro_f1_interval = interval_of(&b, MACRO);
    owned->report.micro_f1_interval = interval_of(&b, MICRO);
    owned->report.samples_f1_interval = interval_of(&b, SAMPLES);
    for (size_t l = 0; l < d->label_count; l++)
      owned->labels[l].f1_interval = interval_of(&b, AVERAGES + l);
  }
  free_bootstrap(&b);
  for (size_t i = 0; ok && i < owned->report.language_count; i++)
    ok = language_intervals(&owned->languages[i], d);
  return ok;
}
