/* train_folds.c - which rows each machine learns from: folds, and within them
 * the rows that are part of a label's problem; and whether that is enough. */
#include <string.h>

#include "base/alloc.h"
#include "base/status.h"
#include "pipeline/training.h"

/* Whether the machine tested on `fold` may learn from a row. */
static bool learns_from(const narr_training *t, size_t fold, size_t row) {
  if (fold == t->options.folds || t->fold_of[row] == NARR_FOLD_NEVER) return true;
  return t->time_ordered ? t->fold_of[row] < fold : t->fold_of[row] != fold;
}

static bool list_fold_rows(narr_training *t) {
  size_t lists = t->options.folds + 1;
  t->fold_rows = narr_alloc_zero(lists, sizeof *t->fold_rows);
  t->fold_row_counts = narr_alloc_zero(lists, sizeof *t->fold_row_counts);
  if (!t->fold_rows || !t->fold_row_counts) return false;
  for (size_t f = 0; f < lists; f++) {
    t->fold_rows[f] = narr_alloc(t->row_count, sizeof **t->fold_rows);
    if (!t->fold_rows[f]) return false;
    for (size_t i = 0; i < t->row_count; i++)
      if (learns_from(t, f, i)) t->fold_rows[f][t->fold_row_counts[f]++] = i;
  }
  return true;
}

/* Sets which folds of the label have both sides to learn from, and returns
 * how many do. */
static size_t find_learnable(narr_training *t, size_t label) {
  const int8_t *targets = t->targets + label * t->row_count;
  size_t lists = t->options.folds + 1, count = 0;
  for (size_t f = 0; f < lists; f++) {
    bool positive = false, negative = false;
    for (size_t k = 0; k < t->fold_row_counts[f] && !(positive && negative); k++) {
      positive |= targets[t->fold_rows[f][k]] > 0;
      negative |= targets[t->fold_rows[f][k]] < 0;
    }
    t->learnable[label * lists + f] = positive && negative;
    count += positive && negative;
  }
  return count;
}

/* Children learn against their siblings: rows without the parent are none of
 * their business. Unless a fold could not be learned for it. */
static void choose_rows(narr_training *t, size_t label) {
  size_t n = t->row_count, parent = t->taxonomy.parents[label];
  int8_t *targets = t->targets + label * n;
  const int8_t *truth = t->truth + label * n;
  memcpy(targets, truth, n);
  size_t learnable = find_learnable(t, label);
  if (parent == NARR_NO_PARENT) return;
  for (size_t i = 0; i < n; i++)
    if (t->truth[parent * n + i] <= 0) targets[i] = 0;
  if (find_learnable(t, label) == learnable) return;
  memcpy(targets, truth, n);
  find_learnable(t, label);
  t->against_all[label] = true;
}

static void make_untrainable(narr_training *t, size_t label) {
  size_t lists = t->options.folds + 1;
  t->untrainable[label] = true;
  t->against_all[label] = false;
  memset(t->learnable + label * lists, 0, lists * sizeof *t->learnable);
}

/* Whether calibration will see rows with the label and without it. */
static narr_status check_tested(const narr_training *t, size_t label, narr_error *error) {
  const int8_t *truth = t->truth + label * t->row_count;
  size_t lists = t->options.folds + 1;
  bool positive = false, negative = t->taxonomy.parents[label] != NARR_NO_PARENT;
  for (size_t i = 0; i < t->row_count; i++) {
    if (t->fold_of[i] == NARR_FOLD_NEVER || !t->learnable[label * lists + t->fold_of[i]]) continue;
    positive |= truth[i] > 0;
    negative |= truth[i] < 0;
  }
  if (positive && negative) return NARR_OK;
  if (t->time_ordered)
    return narr_fail(error, NARR_ERROR_INPUT,
                     "label \"%s\" can't be tested in time order: no block of time has rows %s it "
                     "with both kinds before it (fewer --folds make larger blocks)",
                     t->labels[label], positive ? "without" : "with");
  return narr_fail(error, NARR_ERROR_INPUT,
                   "all rows %s label \"%s\" have the same text or group: at least 2 "
                   "different ones are needed",
                   positive ? "without" : "with", t->labels[label]);
}

/* A gate that nobody asked for goes where it can't be learned. */
static narr_status choose_gate(narr_training *t, narr_error *error) {
  if (!t->taxonomy.gated) return NARR_OK;
  size_t gate = t->label_count - 1;
  choose_rows(t, gate);
  narr_status status = check_tested(t, gate, error);
  if (!status || t->options.gate == NARR_GATE_ON) return status;
  narr_taxonomy_drop_gate(&t->taxonomy);
  t->label_count--;
  return NARR_OK;
}

static narr_status choose_problems(narr_training *t, narr_error *error) {
  size_t trainable = 0;
  narr_status gate = choose_gate(t, error);
  if (gate) return gate;
  for (size_t l = 0; l < narr_training_named(t); l++) {
    size_t parent = t->taxonomy.parents[l];
    bool lost = t->untrainable[l] || (parent != NARR_NO_PARENT && t->untrainable[parent]);
    choose_rows(t, l);
    if (!lost) {
      narr_status status = check_tested(t, l, error);
      if (status && t->options.rare_labels == NARR_RARE_LABELS_REFUSE) return status;
      lost = status != NARR_OK;
    }
    if (lost)
      make_untrainable(t, l);
    else
      trainable++;
  }
  if (trainable > 0) return NARR_OK;
  return narr_fail(error, NARR_ERROR_INPUT, "every label is too rare to be learned");
}

narr_status narr_training_split(narr_training *t, narr_error *error) {
  size_t lists = t->options.folds + 1, cells = t->label_count * t->row_count;
  t->time_ordered = narr_dataset_has_times(t->dataset);
  t->fold_of = narr_alloc(t->row_count, sizeof *t->fold_of);
  t->targets = narr_alloc(cells, sizeof *t->targets);
  t->against_all = narr_alloc_zero(t->label_count, sizeof *t->against_all);
  t->learnable = narr_alloc_zero(t->label_count, lists * sizeof *t->learnable);
  if (!t->fold_of || !t->targets || !t->against_all || !t->learnable)
    return narr_fail_memory(error);
  narr_fold_plan plan = {t->options.folds, t->options.seed, t->options.near_duplicates};
  narr_status status =
      t->time_ordered ? narr_folds_assign_by_time(t->fold_of, t->dataset, plan.folds, error)
                      : narr_folds_assign(t->fold_of, t->dataset, plan, &t->near_duplicates, error);
  if (status) return status;
  if (!list_fold_rows(t)) return narr_fail_memory(error);
  return choose_problems(t, error);
}
