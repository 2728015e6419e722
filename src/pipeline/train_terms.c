/* train_terms.c - what terms weigh once labels are known. Each list of rows
 * to learn from has its own factors: those of a fold must know nothing of the
 * rows that it is judged by. */
#include "base/alloc.h"
#include "base/parallel.h"
#include "base/status.h"
#include "feature/term_ratios.h"
#include "pipeline/training.h"

static float *factors_of(const narr_training *t, size_t list) {
  return t->factors + list * t->matrix.column_count;
}

static int weigh_list(void *context, size_t list, unsigned worker) {
  const narr_training *t = context;
  (void)worker;
  bool ok =
      narr_term_ratios(factors_of(t, list), &t->matrix, t->fold_rows[list],
                       t->fold_row_counts[list], t->options.min_df, t->targets, t->label_count);
  return ok ? 0 : NARR_ERROR_MEMORY;
}

narr_status narr_training_weigh(narr_training *t, narr_error *error) {
  if (!t->options.use_ratios) return NARR_OK;
  size_t lists = t->options.folds + 1;
  t->factors = narr_alloc(lists * t->matrix.column_count, sizeof *t->factors);
  if (!t->factors || narr_parallel(lists, t->jobs, weigh_list, t, NULL, NULL))
    return narr_fail_memory(error);
  return NARR_OK;
}

bool narr_training_view(const narr_training *t, size_t list, narr_matrix *view) {
  *view = t->matrix;
  if (!t->factors) return true;
  view->values = narr_alloc(t->matrix.starts[t->matrix.row_count], sizeof *view->values);
  if (!view->values) return false;
  narr_matrix_rescale(view->values, &t->matrix, factors_of(t, list));
  return true;
}

void narr_training_view_free(const narr_training *t, narr_matrix *view) {
  if (view->values != t->matrix.values) narr_free(view->values);
}

void narr_training_settle(narr_training *t) {
  if (!t->factors) return;
  const float *factors = factors_of(t, t->options.folds);
  narr_matrix_rescale(t->matrix.values, &t->matrix, factors);
  narr_vocabulary_scale(&t->vocabulary, factors);
}
