/* folds.c - iterative stratification (Sechidis, Tsoumakas & Vlahavas 2011,
 * "On the stratification of multi-label data").
 *
 * What is spread over the folds is not rows but clusters of rows that must
 * stay together, because a copy of a training text in the test fold would
 * flatter the model. "Same text" and "same group" are joined by union-find,
 * so a cluster is all that is linked through either. */
#include "data/folds.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/prng.h"
#include "base/status.h"
#include "data/dataset_store.h"

#define NOBODY SIZE_MAX

/* ---- Which rows stay together ------------------------------------------------ */

static size_t find_root(size_t *parent, size_t row) {
  while (parent[row] != row) row = parent[row] = parent[parent[row]];
  return row;
}

/* The lower row becomes the root, so that roots don't depend on history. */
static void join(size_t *parent, size_t a, size_t b) {
  a = find_root(parent, a);
  b = find_root(parent, b);
  if (a < b)
    parent[b] = a;
  else
    parent[a] = b;
}

/* The next byte of a text that counts, in lower case; -1 at the end. */
static int next_byte(const char *text, size_t length, size_t *at) {
  while (*at < length) {
    char c = text[(*at)++];
    if (c == ' ' || (c >= '\t' && c <= '\r')) continue;
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  }
  return -1;
}

static uint64_t hash_text(narr_example example) {
  uint64_t hash = NARR_HASH_SEED, word = 0;
  size_t at = 0, bytes = 0;
  for (int c; (c = next_byte(example.text, example.text_length, &at)) >= 0;) {
    word = word << 8 | (uint64_t)c;
    if (++bytes % 8 == 0) hash = narr_hash_mix(hash, word);
  }
  return narr_hash_mix(narr_hash_mix(hash, word), bytes);
}

static bool same_text(narr_example a, narr_example b) {
  size_t at_a = 0, at_b = 0;
  for (;;) {
    int c = next_byte(a.text, a.text_length, &at_a);
    if (c != next_byte(b.text, b.text_length, &at_b)) return false;
    if (c < 0) return true;
  }
}

static bool join_same_texts(size_t *parent, const narr_dataset *dataset) {
  size_t rows = narr_dataset_size(dataset), slots = 16;
  while (slots < 2 * rows) slots *= 2;
  size_t *first = narr_alloc(slots, sizeof *first);
  uint64_t *hashes = narr_alloc(rows, sizeof *hashes);
  bool done = first && hashes;
  for (size_t i = 0; done && i < slots; i++) first[i] = NOBODY;
  for (size_t row = 0; done && row < rows; row++) {
    narr_example example = narr_dataset_get(dataset, row);
    hashes[row] = hash_text(example);
    size_t slot = (size_t)hashes[row] & (slots - 1);
    while (first[slot] != NOBODY && (hashes[first[slot]] != hashes[row] ||
                                     !same_text(narr_dataset_get(dataset, first[slot]), example)))
      slot = (slot + 1) & (slots - 1);
    if (first[slot] == NOBODY)
      first[slot] = row;
    else
      join(parent, first[slot], row);
  }
  narr_free(first);
  narr_free(hashes);
  return done;
}

static bool join_same_groups(size_t *parent, const narr_dataset *dataset) {
  size_t groups = dataset->groups.count;
  size_t *first = narr_alloc(groups, sizeof *first);
  if (!first) return false;
  for (size_t i = 0; i < groups; i++) first[i] = NOBODY;
  for (size_t row = 0; row < dataset->extent.rows; row++) {
    size_t group = dataset->rows[row].group;
    if (group == NARR_INTERN_NONE) continue;
    if (first[group] == NOBODY)
      first[group] = row;
    else
      join(parent, first[group], row);
  }
  narr_free(first);
  return true;
}

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
  size_t *parent;       /* of each row, for find_root() */
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
    size_t root = find_root(s->parent, row);
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
    size_t root = find_root(s->parent, s->label_rows[i]);
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

narr_status narr_folds_assign(uint32_t *fold_of, const narr_dataset *dataset, unsigned folds,
                              uint64_t seed, narr_error *error) {
  if (folds < 2) return narr_fail(error, NARR_ERROR_ARGUMENT, "2 or more folds are needed");
  split s = {.dataset = dataset, .prng = {seed}, .fold_of = fold_of, .folds = folds};
  s.rows = narr_dataset_size(dataset);
  s.labels = narr_dataset_label_count(dataset) + 1;
  narr_status status = NARR_OK;
  if (s.rows >= folds) {
    if (!alloc_split(&s)) goto memory;
    for (size_t row = 0; row < s.rows; row++) s.parent[row] = row;
    if (!join_same_texts(s.parent, dataset) || !join_same_groups(s.parent, dataset)) goto memory;
  }
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
