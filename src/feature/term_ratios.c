/* term_ratios.c - counts of texts a term, with and without each label. */
#include "feature/term_ratios.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "feature/feature_options.h"

/* Of a term that all labels have alike. With less, few texts are too few to
 * tell a ratio from chance (models/README.md has the figures). */
#define SMALLEST_FACTOR 1.0f

/* A workspace; counts by column. */
typedef struct counting {
  const narr_matrix *matrix;
  const size_t *rows;
  size_t row_count;
  uint32_t *all;  /* texts that have the term */
  uint32_t *with; /* of these, the label's */
  uint32_t *neither;
  float *logs; /* ln(n + 1) of n = 0 .. row_count */
} counting;

static bool set_up(counting *c) {
  size_t columns = c->matrix->column_count;
  c->all = narr_alloc_zero(columns, sizeof *c->all);
  c->with = narr_alloc(columns, sizeof *c->with);
  c->neither = narr_alloc(columns, sizeof *c->neither);
  c->logs = narr_alloc(c->row_count + 1, sizeof *c->logs);
  if (!c->all || !c->with || !c->neither || !c->logs) return false;
  for (size_t n = 0; n <= c->row_count; n++) c->logs[n] = (float)log1p((double)n);
  return true;
}

static void tear_down(counting *c) {
  narr_free(c->all);
  narr_free(c->with);
  narr_free(c->neither);
  narr_free(c->logs);
}

static void count_row(const narr_matrix *matrix, size_t row, uint32_t *counts) {
  for (size_t i = matrix->starts[row]; i < matrix->starts[row + 1]; i++)
    counts[matrix->columns[i]]++;
}

static void count_label(counting *c, const int8_t *targets) {
  memset(c->with, 0, c->matrix->column_count * sizeof *c->with);
  memset(c->neither, 0, c->matrix->column_count * sizeof *c->neither);
  for (size_t k = 0; k < c->row_count; k++) {
    if (targets[c->rows[k]] > 0) count_row(c->matrix, c->rows[k], c->with);
    if (targets[c->rows[k]] == 0) count_row(c->matrix, c->rows[k], c->neither);
  }
}

/* Adds |r| of one label to each column's sum; false if there is no r. */
static bool add_label(const counting *c, float *sums) {
  size_t columns = c->matrix->column_count;
  double with = 0, without = 0;
  for (size_t t = 0; t < columns; t++) {
    with += c->with[t];
    without += c->all[t] - c->with[t] - c->neither[t];
  }
  if (!(with > 0) || !(without > 0)) return false;
  float offset = (float)(log(without + (double)columns) - log(with + (double)columns));
  for (size_t t = 0; t < columns; t++) {
    uint32_t others = c->all[t] - c->with[t] - c->neither[t];
    sums[t] += fabsf(c->logs[c->with[t]] - c->logs[others] + offset);
  }
  return true;
}

bool narr_term_ratios(float *factors, const narr_matrix *matrix, const size_t *rows,
                      size_t row_count, uint32_t min_df, const int8_t *targets,
                      size_t label_count) {
  counting c = {.matrix = matrix, .rows = rows, .row_count = row_count};
  bool ok = set_up(&c);
  if (ok) {
    size_t columns = matrix->column_count, counted = 0;
    for (size_t t = 0; t < columns; t++) factors[t] = 0;
    for (size_t k = 0; k < row_count; k++) count_row(matrix, rows[k], c.all);
    for (size_t l = 0; l < label_count; l++) {
      count_label(&c, targets + l * matrix->row_count);
      counted += add_label(&c, factors);
    }
    for (size_t t = 0; t < columns; t++) {
      factors[t] = counted ? factors[t] / (float)counted + SMALLEST_FACTOR : 1;
      if (c.all[t] < min_df) factors[t] = 0;
    }
  }
  tear_down(&c);
  return ok;
}

/* A row's values times `factors`, and each block brought back to its norm;
 * spellings go with words, whose norm they have a share of. */
static void rescale_row(float *values, const narr_matrix *matrix, size_t row,
                        const float *factors) {
  const uint8_t *blocks = matrix->blocks;
  double before[NARR_BLOCK_COUNT] = {0}, after[NARR_BLOCK_COUNT] = {0};
  size_t first = matrix->starts[row], end = matrix->starts[row + 1];
  for (size_t i = first; i < end; i++) {
    uint32_t column = matrix->columns[i];
    double value = (double)matrix->values[i], scaled = value * (double)factors[column];
    before[blocks[column]] += value * value;
    after[blocks[column]] += scaled * scaled;
    values[i] = (float)scaled;
  }
  float scale[NARR_BLOCK_COUNT];
  for (size_t b = 0; b < NARR_BLOCK_COUNT; b++)
    scale[b] = after[b] > 0 ? (float)sqrt(before[b] / after[b]) : 1;
  if (after[NARR_BLOCK_WORD] > 0) scale[NARR_BLOCK_SPELLING] = scale[NARR_BLOCK_WORD];
  for (size_t i = first; i < end; i++) values[i] *= scale[blocks[matrix->columns[i]]];
}

void narr_matrix_rescale(float *values, const narr_matrix *matrix, const float *factors) {
  for (size_t row = 0; row < matrix->row_count; row++) rescale_row(values, matrix, row, factors);
}
