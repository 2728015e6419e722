/* train_labels.c - what there is to learn: labels, what rows say of them. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/status.h"
#include "pipeline/training.h"

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

/* What each row says of each label, a label's rows side by side. */
static bool take_truth(narr_training *t) {
  size_t n = t->row_count, count = t->label_count;
  t->truth = narr_alloc(count * n, sizeof *t->truth);
  t->untrainable = narr_alloc_zero(count, sizeof *t->untrainable);
  int8_t *row = narr_alloc(count, sizeof *row);
  bool ok = t->truth && t->untrainable && row;
  for (size_t i = 0; ok && i < n; i++) {
    narr_truth_fill(row, narr_dataset_get(t->dataset, i), t->taxonomy.index_of, t->taxonomy.parents,
                    count);
    for (size_t l = 0; l < count; l++) t->truth[l * n + i] = row[l];
  }
  narr_free(row);
  return ok;
}

/* Whether each row has just one label. */
static bool is_partition(const narr_training *t) {
  for (size_t i = 0; i < t->row_count; i++) {
    narr_example example = narr_dataset_get(t->dataset, i);
    if (example.label_count != 1 || example.unknown_count > 0) return false;
  }
  return t->label_count > 1 && !t->taxonomy.has_paths;
}

static bool has_unlabelled(const narr_dataset *dataset) {
  for (size_t i = 0; i < narr_dataset_size(dataset); i++)
    if (narr_dataset_get(dataset, i).label_count == 0) return true;
  return false;
}

static narr_status choose_mode(narr_training *t, narr_error *error) {
  narr_mode mode = t->options.mode;
  bool partition = is_partition(t);
  t->exclusive = mode == NARR_MODE_EXCLUSIVE || (mode == NARR_MODE_AUTO && partition);
  if (t->exclusive && t->taxonomy.has_paths)
    return narr_fail(error, NARR_ERROR_INPUT,
                     "exclusive mode chooses one label, but a path brings its parents with it: "
                     "--label-paths none takes each path for one name");
  if (t->exclusive && !partition)
    return narr_fail(error, NARR_ERROR_INPUT,
                     "exclusive mode needs two labels or more and exactly one on every row");
  if (t->exclusive && t->objective.kind != NARR_OBJECTIVE_F1)
    return narr_fail(error, NARR_ERROR_ARGUMENT,
                     "an exclusive model has no thresholds to choose for \"%s\"; multi-label has",
                     t->options.objective);
  t->always_labelled = !t->exclusive && t->label_count > 1 &&
                       t->objective.kind == NARR_OBJECTIVE_F1 && !has_unlabelled(t->dataset);
  return NARR_OK;
}

/* Of samples of the Western Balkans corpus, 600 rows gave a better macro-F1 with a
 * gate on other posts, 300 a worse one. Of rows without a label, fewer than a
 * quarter have too little to say. */
#define GATE_ROWS 500
#define GATE_SHARE 4 /* one in so many */

/* Rows that are known to have no label. */
static size_t count_unlabelled(const narr_dataset *dataset) {
  size_t count = 0;
  for (size_t i = 0; i < narr_dataset_size(dataset); i++) {
    narr_example example = narr_dataset_get(dataset, i);
    count += example.label_count == 0 && example.unknown_count == 0;
  }
  return count;
}

static narr_status choose_gate(narr_training *t, narr_error *error) {
  size_t unlabelled = count_unlabelled(t->dataset);
  if (t->options.gate == NARR_GATE_ON && unlabelled < 2)
    return narr_fail(error, NARR_ERROR_INPUT,
                     "a gate is learned from rows without a label: the corpus has %zu", unlabelled);
  bool pays = !t->exclusive && t->label_count > 1 && t->row_count >= GATE_ROWS &&
              unlabelled >= t->row_count / GATE_SHARE;
  if (t->options.gate == NARR_GATE_ON || (t->options.gate == NARR_GATE_AUTO && pays)) {
    narr_taxonomy_add_gate(&t->taxonomy);
    t->label_count++;
  }
  return NARR_OK;
}

static narr_status check_count(const narr_training *t, size_t label, narr_error *error) {
  const int8_t *truth = t->truth + label * t->row_count;
  size_t positive = 0, negative = 0;
  for (size_t i = 0; i < t->row_count; i++) {
    positive += truth[i] > 0;
    negative += truth[i] < 0;
  }
  if (positive < 2)
    return narr_fail(error, NARR_ERROR_INPUT,
                     "label \"%s\" has %zu row%s, at least 2 are needed: add some, take the label "
                     "out, or keep it with --rare-labels keep",
                     t->labels[label], positive, positive == 1 ? "" : "s");
  if (negative < 2)
    return narr_fail(error, NARR_ERROR_INPUT,
                     "label \"%s\" is on %zu of %zu rows: at least 2 rows without it are needed "
                     "to learn what it is not",
                     t->labels[label], positive, positive + negative);
  return NARR_OK;
}

static narr_status check_counts(const narr_training *t, narr_error *error) {
  narr_status status = NARR_OK;
  for (size_t l = 0; l < narr_training_named(t) && !status; l++) {
    status = check_count(t, l, error);
    if (status && t->options.rare_labels == NARR_RARE_LABELS_KEEP) {
      t->untrainable[l] = true;
      status = NARR_OK;
    }
  }
  return status;
}

narr_status narr_training_take_labels(narr_training *t, narr_error *error) {
  if (narr_dataset_label_count(t->dataset) == 0)
    return narr_fail(error, NARR_ERROR_INPUT,
                     "no row has a label: there is nothing to learn (is it the right column?)");
  if (!take_rows(t) || !narr_taxonomy_build(&t->taxonomy, t->dataset))
    return narr_fail_memory(error);
  t->label_count = t->taxonomy.label_count;
  t->labels = t->taxonomy.labels;
  narr_status status = choose_mode(t, error);
  if (!status) status = choose_gate(t, error);
  if (!status && !take_truth(t)) status = narr_fail_memory(error);
  if (!status) status = check_counts(t, error);
  if (!status) status = narr_training_choose_solver(t, error);
  return status;
}
