/* train_compact.c - a smaller vocabulary: the terms that make most of the
 * margins. A first set of machines, of all terms, says which these are; the
 * training then goes on as if there had never been others. */
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/status.h"
#include "pipeline/training.h"

typedef struct rated {
  float strength;
  uint32_t column;
} rated;

static int stronger(const void *a, const void *b) {
  const rated *x = a, *y = b;
  if (x->strength != y->strength) return x->strength > y->strength ? -1 : 1;
  return x->column < y->column ? -1 : x->column > y->column;
}

/* Machines of all terms and rows, into t->machines. */
static narr_status learn_once(narr_training *t, narr_error *error) {
  double *margins = narr_alloc_zero(t->label_count * t->row_count, sizeof *margins);
  if (!margins) return narr_fail_memory(error);
  const narr_learning_plan plan = {.first = t->options.folds,
                                   .end = t->options.folds + 1,
                                   .costs = &t->options.C,
                                   .cost_count = 1,
                                   .margins = margins};
  narr_status status = narr_training_learn(t, &plan, error);
  narr_free(margins);
  return status;
}

/* A term's strength: the root of the sum, over all rows, of the squares of what
 * it adds to the margin of the label that it tells most of. */
static rated *rate(const narr_training *t) {
  narr_matrix view;
  size_t columns = t->matrix.column_count;
  rated *ratings = narr_alloc(columns, sizeof *ratings);
  double *squares = narr_alloc_zero(columns, sizeof *squares);
  bool ok = ratings && squares && narr_training_view(t, t->options.folds, &view);
  if (ok) {
    for (size_t i = 0; i < view.starts[view.row_count]; i++)
      squares[view.columns[i]] += (double)view.values[i] * (double)view.values[i];
    narr_training_view_free(t, &view);
    for (size_t c = 0; c < columns; c++) {
      double weight = 0;
      for (size_t l = 0; l < t->label_count; l++)
        if (!t->untrainable[l]) weight = fmax(weight, fabs(t->machines[l].weights[c]));
      ratings[c] = (rated){(float)(weight * sqrt(squares[c])), (uint32_t)c};
    }
    qsort(ratings, columns, sizeof *ratings, stronger);
  }
  narr_free(squares);
  if (ok) return ratings;
  narr_free(ratings);
  return NULL;
}

static narr_status keep_strongest(narr_training *t, size_t most, narr_error *error) {
  size_t columns = t->matrix.column_count;
  rated *ratings = rate(t);
  bool *keep = ratings ? narr_alloc_zero(columns, sizeof *keep) : NULL;
  for (size_t i = 0; keep && i < columns && i < most; i++) keep[ratings[i].column] = true;
  narr_free(ratings);
  bool ok = keep && narr_vocabulary_restrict(&t->vocabulary, keep);
  narr_free(keep);
  return ok ? NARR_OK : narr_fail_memory(error);
}

static void forget_features(narr_training *t) {
  for (size_t l = 0; t->machines && l < t->label_count; l++) narr_machine_free(&t->machines[l]);
  narr_free(t->machines);
  t->machines = NULL;
  narr_matrix_free(&t->matrix);
  narr_free(t->factors);
  t->factors = NULL;
}

narr_status narr_training_compact(narr_training *t, narr_error *error) {
  if (t->options.compact == 0) return NARR_OK;
  size_t most = narr_model_terms_within(t->options.compact, t->label_count);
  if (most == 0)
    return narr_fail(error, NARR_ERROR_ARGUMENT,
                     "a compact model of %llu bytes has no room for a term",
                     (unsigned long long)t->options.compact);
  narr_status status = learn_once(t, error);
  if (!status) status = keep_strongest(t, most, error);
  forget_features(t);
  if (!status) status = narr_training_fill_matrix(t, error);
  if (!status) status = narr_training_weigh(t, error);
  return status;
}
