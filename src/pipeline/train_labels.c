/* train_labels.c - what there is to learn: labels, targets, folds; and
 * whether it can be learned. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/status.h"
#include "data/folds.h"
#include "pipeline/training.h"

/* Measured out of fold on subsets of five corpora: with more rows the losses
 * are worth the same, with fewer the hinge finds rare labels better, but not
 * where each text has exactly one of them. */
#define HINGE_ROWS_AT_MOST 2000

static int by_name(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool take_rows(narr_training *t) {
  size_t n = t->row_count = narr_dataset_size(t->dataset);
  t->texts = narr_alloc(n, sizeof *t->texts);
  t->weights = narr_alloc(n, sizeof *t->weights);
  if (!t->texts || !t->weights) return false;
  bool weighted = false;
  for (size_t i = 0; i < n; i++) {
    narr_example example = narr_dataset_get(t->dataset, i);
    t->texts[i] = (narr_text){example.text, example.text_length};
    t->weights[i] = example.weight;
    weighted |= example.weight != 1;
  }
  if (!weighted) {
    narr_free(t->weights);
    t->weights = NULL;
  }
  return true;
}

static bool take_targets(narr_training *t) {
  size_t n = t->row_count, count = t->label_count;
  t->labels = narr_alloc(count, sizeof *t->labels);
  t->targets = narr_alloc(count * n, sizeof *t->targets);
  size_t *index_of = narr_alloc(count, sizeof *index_of); /* dataset label -> ours */
  bool ok = t->labels && t->targets && index_of;
  for (size_t l = 0; ok && l < count; l++) t->labels[l] = narr_dataset_label(t->dataset, l);
  if (ok) qsort(t->labels, count, sizeof *t->labels, by_name);
  for (size_t l = 0; ok && l < count; l++) {
    const char *name = narr_dataset_label(t->dataset, l);
    const char **place = bsearch(&name, t->labels, count, sizeof *t->labels, by_name);
    index_of[l] = (size_t)(place - t->labels);
  }
  if (ok) memset(t->targets, -1, count * n * sizeof *t->targets);
  for (size_t i = 0; ok && i < n; i++) {
    narr_example example = narr_dataset_get(t->dataset, i);
    for (size_t k = 0; k < example.label_count; k++)
      t->targets[index_of[example.labels[k]] * n + i] = 1;
  }
  narr_free(index_of);
  return ok;
}

/* Whether each row has just one label. */
static bool is_partition(const narr_dataset *dataset) {
  for (size_t i = 0; i < narr_dataset_size(dataset); i++)
    if (narr_dataset_get(dataset, i).label_count != 1) return false;
  return true;
}

static narr_status choose_mode(narr_training *t, narr_error *error) {
  narr_mode mode = t->options.mode;
  bool partition = t->label_count > 1 && is_partition(t->dataset);
  t->exclusive = mode == NARR_MODE_EXCLUSIVE || (mode == NARR_MODE_AUTO && partition);
  if (t->exclusive && !partition)
    return narr_fail(error, NARR_ERROR_INPUT,
                     "exclusive mode needs two labels or more and exactly one on every row");
  return NARR_OK;
}

static narr_status choose_solver(narr_training *t, narr_error *error) {
  narr_loss loss = t->options.loss;
  t->use_libsvm = t->options.solver == NARR_SOLVER_LIBSVM || t->kernel.kind != NARR_KERNEL_LINEAR;
  if (loss == NARR_LOSS_AUTO)
    loss = t->use_libsvm || (!t->exclusive && t->row_count <= HINGE_ROWS_AT_MOST)
               ? NARR_LOSS_HINGE
               : NARR_LOSS_SQUARED_HINGE;
  t->loss = loss;
  if (t->use_libsvm && t->weights)
    return narr_fail(error, NARR_ERROR_ARGUMENT,
                     "row weights need the linear kernel and the linear solver: libsvm has none");
  return NARR_OK;
}

static narr_status check_counts(const narr_training *t, narr_error *error) {
  for (size_t l = 0; l < t->label_count; l++) {
    const int8_t *targets = t->targets + l * t->row_count;
    size_t positive = 0;
    for (size_t i = 0; i < t->row_count; i++) positive += targets[i] > 0;
    if (positive < 2)
      return narr_fail(error, NARR_ERROR_INPUT,
                       "label \"%s\" has %zu row, at least 2 are needed: add some, or take the "
                       "label out",
                       t->labels[l], positive);
    if (t->row_count - positive < 2)
      return narr_fail(error, NARR_ERROR_INPUT,
                       "label \"%s\" is on %zu of %zu rows: at least 2 rows without it are needed "
                       "to learn what it is not",
                       t->labels[l], positive, t->row_count);
  }
  return NARR_OK;
}

narr_status narr_training_take_labels(narr_training *t, narr_error *error) {
  t->label_count = narr_dataset_label_count(t->dataset);
  if (t->label_count == 0)
    return narr_fail(error, NARR_ERROR_INPUT,
                     "no row has a label: there is nothing to learn (is it the right column?)");
  if (!take_rows(t) || !take_targets(t)) return narr_fail_memory(error);
  narr_status status = check_counts(t, error);
  if (!status) status = choose_mode(t, error);
  if (!status) status = choose_solver(t, error);
  return status;
}

/* ---- Folds ---------------------------------------------------------------------- */

static bool list_fold_rows(narr_training *t) {
  size_t lists = t->options.folds + 1;
  t->fold_rows = narr_alloc_zero(lists, sizeof *t->fold_rows);
  t->fold_row_counts = narr_alloc_zero(lists, sizeof *t->fold_row_counts);
  if (!t->fold_rows || !t->fold_row_counts) return false;
  for (size_t f = 0; f < lists; f++) {
    t->fold_rows[f] = narr_alloc(t->row_count, sizeof **t->fold_rows);
    if (!t->fold_rows[f]) return false;
    for (size_t i = 0; i < t->row_count; i++)
      if (t->fold_of[i] != f) t->fold_rows[f][t->fold_row_counts[f]++] = i;
  }
  return true;
}

/* Every machine must see both sides. */
static narr_status check_folds(const narr_training *t, narr_error *error) {
  for (size_t l = 0; l < t->label_count; l++)
    for (size_t f = 0; f < t->options.folds; f++) {
      const int8_t *targets = t->targets + l * t->row_count;
      bool positive = false, negative = false;
      for (size_t k = 0; k < t->fold_row_counts[f]; k++) {
        positive |= targets[t->fold_rows[f][k]] > 0;
        negative |= targets[t->fold_rows[f][k]] < 0;
      }
      if (positive && negative) continue;
      return narr_fail(error, NARR_ERROR_INPUT,
                       "all rows %s label \"%s\" have the same text or group: at least 2 "
                       "different ones are needed",
                       positive ? "without" : "with", t->labels[l]);
    }
  return NARR_OK;
}

narr_status narr_training_split(narr_training *t, narr_error *error) {
  t->fold_of = narr_alloc(t->row_count, sizeof *t->fold_of);
  if (!t->fold_of) return narr_fail_memory(error);
  narr_status status =
      narr_folds_assign(t->fold_of, t->dataset, t->options.folds, t->options.seed, error);
  if (status) return status;
  if (!list_fold_rows(t)) return narr_fail_memory(error);
  return check_folds(t, error);
}
