/* gram.c - the kernel between all pairs of rows, by lists of the rows that
 * have each term. */
#include "svm/gram.h"

#include <string.h>

#include "base/alloc.h"
#include "base/parallel.h"
#include "base/status.h"

/* The matrix by columns: entries starts[c] .. starts[c + 1] - 1 are the rows
 * that have column c, rising. place[e] is where entry e of the matrix went. */
typedef struct postings {
  size_t *starts;
  uint32_t *rows;
  float *values;
  size_t *place;
} postings;

typedef struct gram_work {
  const narr_matrix *matrix;
  const narr_kernel_params *kernel;
  postings by_column;
  double *norms;
  double **sums; /* row_count numbers for each worker */
  narr_gram_row_fn *store;
  void *context;
} gram_work;

static void postings_fill(postings *self, const narr_matrix *matrix) {
  size_t entries = matrix->starts[matrix->row_count];
  size_t *next = self->starts + 1; /* ends up as the start of the next column */
  for (size_t e = 0; e < entries; e++) next[(size_t)matrix->columns[e] + 1]++;
  for (size_t c = 0; c < matrix->column_count; c++) next[c + 1] += next[c];
  for (size_t row = 0; row < matrix->row_count; row++) {
    for (size_t e = matrix->starts[row]; e < matrix->starts[row + 1]; e++) {
      size_t place = next[matrix->columns[e]]++;
      self->rows[place] = (uint32_t)row;
      self->values[place] = matrix->values[e];
      self->place[e] = place;
    }
  }
}

/* Each sum grows in the order of columns, like narr_row_inner(). */
static int compute_row(void *context, size_t row, unsigned worker) {
  const gram_work *work = context;
  const narr_matrix *matrix = work->matrix;
  const postings *by_column = &work->by_column;
  double *sums = work->sums[worker];
  size_t count = matrix->row_count;
  memset(sums + row, 0, (count - row) * sizeof *sums);
  for (size_t e = matrix->starts[row]; e < matrix->starts[row + 1]; e++) {
    double value = (double)matrix->values[e];
    size_t end = by_column->starts[(size_t)matrix->columns[e] + 1];
    for (size_t p = by_column->place[e]; p < end; p++)
      sums[by_column->rows[p]] += value * (double)by_column->values[p];
  }
  for (size_t j = row; j < count; j++)
    sums[j] = narr_kernel_value(work->kernel, sums[j], work->norms[row], work->norms[j]);
  work->store(work->context, row, sums);
  return 0;
}

static void work_free(gram_work *work, unsigned jobs) {
  for (unsigned j = 0; work->sums && j < jobs; j++) narr_free(work->sums[j]);
  narr_free(work->sums);
  narr_free(work->norms);
  narr_free(work->by_column.place);
  narr_free(work->by_column.values);
  narr_free(work->by_column.rows);
  narr_free(work->by_column.starts);
}

static int work_alloc(gram_work *work, unsigned jobs) {
  const narr_matrix *matrix = work->matrix;
  postings *by_column = &work->by_column;
  size_t entries = matrix->starts[matrix->row_count];
  by_column->starts = narr_alloc_zero(matrix->column_count + 2, sizeof *by_column->starts);
  by_column->rows = narr_alloc(entries, sizeof *by_column->rows);
  by_column->values = narr_alloc(entries, sizeof *by_column->values);
  by_column->place = narr_alloc(entries, sizeof *by_column->place);
  work->norms = narr_alloc(matrix->row_count, sizeof *work->norms);
  work->sums = narr_alloc_zero(jobs, sizeof *work->sums);
  for (unsigned j = 0; work->sums && j < jobs; j++) {
    work->sums[j] = narr_alloc(matrix->row_count, sizeof **work->sums);
    if (!work->sums[j]) return 0;
  }
  return by_column->starts && by_column->rows && by_column->values && by_column->place &&
         work->norms && work->sums;
}

narr_status narr_gram(const narr_matrix *matrix, const narr_kernel_params *kernel, unsigned jobs,
                      narr_gram_row_fn *store, void *context, narr_error *error) {
  narr_status status = NARR_OK;
  gram_work work = {.matrix = matrix, .kernel = kernel, .store = store, .context = context};
  jobs = narr_jobs(jobs);
  if (jobs > matrix->row_count) jobs = (unsigned)matrix->row_count;
  if (!work_alloc(&work, jobs)) {
    status = narr_fail_memory(error);
    goto out;
  }
  postings_fill(&work.by_column, matrix);
  for (size_t row = 0; row < matrix->row_count; row++) work.norms[row] = narr_row_norm(matrix, row);
  narr_parallel(matrix->row_count, jobs, compute_row, &work, NULL, NULL);
out:
  work_free(&work, jobs);
  return status;
}
