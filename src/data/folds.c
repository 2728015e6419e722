/* folds.c - iterative stratification (Sechidis, Tsoumakas & Vlahavas 2011,
 * "On the stratification of multi-label data"), and blocks of time.
 *
 * What is spread over the folds is not rows but clusters of rows that must
 * stay together. */
#include "data/folds.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/prng.h"
#include "base/status.h"
#include "data/clusters.h"
#include "data/dataset_store.h"

#define NOBODY SIZE_MAX

/* ---- Spreading them ----------------------------------------------------------- */

typedef struct candidate {
  size_t count; /* rows with the label at hand */
  size_t rank;  /* drawn by lot */
  size_t cluster;
} candidate;

/* "No label" is label `labels - 1`. Clusters are called by their root row. */
typedef struct split {
  const narr_dataset *dataset;
  narr_prng prng;
  uint32_t *fold_of; /* FREE until the row's cluster has a fold */
  size_t folds;
  size_t rows;
  size_t labels;
  size_t *parent;       /* of each row, for narr_cluster_root() */
  size_t *next;         /* the next row of the cluster, or NOBODY */
  size_t *last;         /* of a root: the last row of its cluster */
  size_t *rank;         /* of a root */
  size_t *label_starts; /* rows of label l: label_rows[label_starts[l]] .. */
  size_t *label_rows;
  size_t *left;     /* rows with the label that have no fold */
  size_t *assigned; /* [fold * (labels + 1) + label]; label `labels`: rows */
  size_t *counts;   /* of a root: rows with the label at hand */
  candidate *candidates;
} split;

#define FREE UINT32_MAX

static void free_split(split *s) {
  narr_free(s->parent);
  narr_free(s->next);
  narr_free(s->last);
  narr_free(s->rank);
  narr_free(s->label_starts);
  narr_free(s->label_rows);
  narr_free(s->left);
  narr_free(s->assigned);
  narr_free(s->counts);
  narr_free(s->candidates);
}

static bool alloc_split(split *s) {
  size_t refs = s->rows + s->dataset->extent.label_refs;
  s->parent = narr_alloc(s->rows, sizeof *s->parent);
  s->next = narr_alloc(s->rows, sizeof *s->next);
  s->last = narr_alloc(s->rows, sizeof *s->last);
  s->rank = narr_alloc(s->rows, sizeof *s->rank);
  s->label_starts = narr_alloc_zero(s->labels + 1, sizeof *s->label_starts);
  s->label_rows = narr_alloc(refs, sizeof *s->label_rows);
  s->left = narr_alloc_zero(s->labels, sizeof *s->left);
  s->assigned = narr_alloc_zero(s->folds, (s->labels + 1) * sizeof *s->assigned);
  s->counts = narr_alloc_zero(s->rows, sizeof *s->counts);
  s->candidates = narr_alloc(s->rows, sizeof *s->candidates);
  return s->parent && s->next && s->last && s->rank && s->label_starts && s->label_rows &&
         s->left && s->assigned && s->counts && s->candidates;
}

/* The labels of a row, of which there is always one. */
static const size_t *labels_of(const split *s, size_t row, size_t *none, size_t *count) {
  narr_example example = narr_dataset_get(s->dataset, row);
  *none = s->labels - 1;
  *count = example.label_count ? example.label_count : 1;
  return example.label_count ? example.labels : none;
}

static void index_labels(split *s) {
  size_t none, count;
  for (size_t row = 0; row < s->rows; row++) {
    const size_t *labels = labels_of(s, row, &none, &count);
    for (size_t i = 0; i < count; i++) s->left[labels[i]]++;
  }
  for (size_t l = 0; l < s->labels; l++) s->label_starts[l + 1] = s->label_starts[l] + s->left[l];
  memset(s->left, 0, s->labels * sizeof *s->left);
  for (size_t row = 0; row < s->rows; row++) {
    const size_t *labels = labels_of(s, row, &none, &count);
    for (size_t i = 0; i < count; i++)
      s->label_rows[s->label_starts[labels[i]] + s->left[labels[i]]++] = row;
  }
}

/* Chains the rows of every cluster, draws lots; returns how many there are. */
static size_t gather_clusters(split *s) {
  size_t clusters = 0;
  for (size_t row = 0; row < s->rows; row++) {
    size_t root = narr_cluster_root(s->parent, row);
    s->rank[row] = row;
    s->next[row] = NOBODY;
    if (root == row)
      clusters++;
    else
      s->next[s->last[root]] = row;
    s->last[root] = row;
  }
  narr_prng_shuffle(&s->prng, s->rank, s->rows);
  return clusters;
}

/* How many rows with the label `fold` still lacks, times the folds. */
static int64_t lack(const split *s, size_t fold, size_t label) {
  size_t total = label == s->labels ? s->rows : s->label_starts[label + 1] - s->label_starts[label];
  return (int64_t)total - (int64_t)(s->folds * s->assigned[fold * (s->labels + 1) + label]);
}

/* The fold that lacks the label most; of those, the one that lacks rows most
 * (an empty one, if there is one); of those, one by lot. */
static size_t choose_fold(split *s, size_t label) {
  size_t best = 0, ties = 1;
  for (size_t fold = 1; fold < s->folds; fold++) {
    int64_t more = lack(s, fold, label) - lack(s, best, label);
    if (more == 0) more = lack(s, fold, s->labels) - lack(s, best, s->labels);
    if (more < 0) continue;
    ties = more > 0 ? 1 : ties + 1;
    if (more > 0 || narr_prng_below(&s->prng, ties) == 0) best = fold;
  }
  return best;
}

static void assign(split *s, size_t root, size_t fold) {
  size_t *assigned = s->assigned + fold * (s->labels + 1);
  size_t none, count;
  for (size_t row = root; row != NOBODY; row = s->next[row]) {
    const size_t *labels = labels_of(s, row, &none, &count);
    s->fold_of[row] = (uint32_t)fold;
    assigned[s->labels]++;
    for (size_t i = 0; i < count; i++) {
      s->left[labels[i]]--;
      assigned[labels[i]]++;
    }
  }
}

static int by_size_then_lot(const void *left, const void *right) {
  const candidate *a = left, *b = right;
  if (a->count != b->count) return a->count < b->count ? 1 : -1;
  return (a->rank > b->rank) - (a->rank < b->rank);
}

/* Gives a fold to every cluster that has the label and none yet, large ones
 * first: small ones then even out what those upset. */
static void spread_label(split *s, size_t label) {
  size_t found = 0;
  for (size_t i = s->label_starts[label]; i < s->label_starts[label + 1]; i++) {
    size_t root = narr_cluster_root(s->parent, s->label_rows[i]);
    if (s->fold_of[root] != FREE) continue;
    if (s->counts[root]++ == 0) s->candidates[found++].cluster = root;
  }
  for (size_t i = 0; i < found; i++) {
    candidate *c = &s->candidates[i];
    c->count = s->counts[c->cluster];
    c->rank = s->rank[c->cluster];
    s->counts[c->cluster] = 0;
  }
  qsort(s->candidates, found, sizeof *s->candidates, by_size_then_lot);
  for (size_t i = 0; i < found; i++) assign(s, s->candidates[i].cluster, choose_fold(s, label));
}

static size_t rarest_label(const split *s) {
  size_t best = NOBODY;
  for (size_t l = 0; l < s->labels; l++)
    if (s->left[l] > 0 && (best == NOBODY || s->left[l] < s->left[best])) best = l;
  return best;
}

/* ---- By time --------------------------------------------------------------------- */

typedef struct dated_row {
  double time;
  size_t row;
} dated_row;

static int by_time(const void *left, const void *right) {
  const dated_row *a = left, *b = right;
  if (a->time != b->time) return a->time < b->time ? -1 : 1;
  return (a->row > b->row) - (a->row < b->row);
}

/* Cuts the rows, sorted by time, into folds + 1 blocks, rows of one time
 * staying together. Returns how many blocks got a row. */
static size_t cut_blocks(uint32_t *fold_of, const dated_row *dated, size_t rows, size_t folds) {
  size_t blocks = 0, last = SIZE_MAX, first = 0; /* the first row of this time */
  for (size_t i = 0; i < rows; i++) {
    if (dated[i].time != dated[first].time) first = i;
    size_t block = first * (folds + 1) / rows;
    fold_of[dated[i].row] = block == 0 ? NARR_FOLD_NEVER : (uint32_t)(block - 1);
    blocks += block != last;
    last = block;
  }
  return blocks;
}

narr_status narr_folds_assign_by_time(uint32_t *fold_of, const narr_dataset *dataset,
                                      unsigned folds, narr_error *error) {
  if (folds < 2) return narr_fail(error, NARR_ERROR_ARGUMENT, "2 or more folds are needed");
  size_t rows = narr_dataset_size(dataset);
  dated_row *dated = narr_alloc(rows, sizeof *dated);
  if (!dated) return narr_fail_memory(error);
  narr_status status = NARR_OK;
  for (size_t row = 0; row < rows && !status; row++) {
    dated[row] = (dated_row){narr_dataset_get(dataset, row).time, row};
    if (isnan(dated[row].time))
      status = narr_fail(error, NARR_ERROR_INPUT, "row %zu has no time, but others have", row + 1);
  }
  if (!status && rows) {
    qsort(dated, rows, sizeof *dated, by_time);
    if (cut_blocks(fold_of, dated, rows, folds) < (size_t)folds + 1)
      status = narr_fail(error, NARR_ERROR_INPUT,
                         "the rows' times can't be cut into %u blocks (folds + 1): there are too "
                         "few, or too many rows have the same",
                         folds + 1);
  }
  narr_free(dated);
  return status;
}

/* ---- By lot ---------------------------------------------------------------------- */

narr_status narr_folds_assign(uint32_t *fold_of, const narr_dataset *dataset, narr_fold_plan plan,
                              narr_near_duplicates *found, narr_error *error) {
  unsigned folds = plan.folds;
  narr_near_duplicates ignored;
  if (folds < 2) return narr_fail(error, NARR_ERROR_ARGUMENT, "2 or more folds are needed");
  split s = {.dataset = dataset, .prng = {plan.seed}, .fold_of = fold_of, .folds = folds};
  s.rows = narr_dataset_size(dataset);
  s.labels = narr_dataset_label_count(dataset) + 1;
  narr_status status = NARR_OK;
  if (s.rows >= folds &&
      (!alloc_split(&s) || !narr_clusters_join(s.parent, dataset, plan.near_duplicates, folds,
                                               found ? found : &ignored)))
    goto memory;
  size_t clusters = s.rows >= folds ? gather_clusters(&s) : s.rows;
  if (clusters < folds) {
    status =
        narr_fail(error, NARR_ERROR_INPUT,
                  "%zu distinct texts or groups can't be split into %u folds", clusters, folds);
    goto out;
  }
  index_labels(&s);
  for (size_t row = 0; row < s.rows; row++) fold_of[row] = FREE;
  for (size_t label; (label = rarest_label(&s)) != NOBODY;) spread_label(&s, label);
  goto out;
memory:
  status = narr_fail_memory(error);
out:
  free_split(&s);
  return status;
}
