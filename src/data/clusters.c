/* clusters.c - copies, near-copies and groups are joined by union-find: a
 * cluster is all that is linked through any of them. */
#include "data/clusters.h"

#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "data/dataset_store.h"

#define NOBODY SIZE_MAX

size_t narr_cluster_root(size_t *parent, size_t row) {
  while (parent[row] != row) row = parent[row] = parent[parent[row]];
  return row;
}

/* The lower row becomes the root, so that roots don't depend on history. */
static void join(size_t *parent, size_t a, size_t b) {
  a = narr_cluster_root(parent, a);
  b = narr_cluster_root(parent, b);
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

/* ---- Nearly the same ------------------------------------------------------------ */

/* What a label's rows have in common; "no label" is a label, too. */
typedef struct label_texts {
  size_t first; /* a cluster of copies; NOBODY: no row seen */
  size_t near;  /* its leader */
  bool several_texts;
  bool several_near;
} label_texts;

static void see_text(label_texts *label, size_t copies, size_t near) {
  if (label->first == NOBODY) *label = (label_texts){copies, near, false, false};
  label->several_texts |= copies != label->first;
  label->several_near |= near != label->near;
}

static bool has_no_other(const label_texts *label) {
  return label->several_texts && !label->several_near;
}

/* The labels of a row, or the last for none. */
static const size_t *labels_of(const narr_dataset *dataset, size_t row, const size_t *none,
                               size_t *count) {
  narr_example example = narr_dataset_get(dataset, row);
  *count = example.label_count ? example.label_count : 1;
  return example.label_count ? example.labels : none;
}

/* Takes the rows of labels that have nothing but near-copies out of their
 * clusters. `copies` is what `parent` was before those were joined. */
static bool split_lone_labels(size_t *parent, const size_t *copies, const narr_dataset *dataset,
                              narr_near_duplicates *found) {
  size_t none = narr_dataset_label_count(dataset), rows = narr_dataset_size(dataset), count;
  label_texts *labels = narr_alloc(none + 1, sizeof *labels);
  if (!labels) return false;
  for (size_t l = 0; l <= none; l++) labels[l].first = NOBODY;
  for (size_t row = 0; row < rows; row++) {
    const size_t *names = labels_of(dataset, row, &none, &count);
    for (size_t i = 0; i < count; i++)
      see_text(&labels[names[i]], copies[row], parent[copies[row]]);
  }
  for (size_t l = 0; l <= none; l++)
    found->split_labels += labels[l].first != NOBODY && has_no_other(&labels[l]);
  for (size_t row = 0; row < rows && found->split_labels; row++) {
    const size_t *names = labels_of(dataset, row, &none, &count);
    for (size_t i = 0; i < count; i++)
      if (has_no_other(&labels[names[i]])) parent[row] = copies[row];
  }
  narr_free(labels);
  return true;
}

static size_t count_roots(const size_t *parent, size_t rows) {
  size_t count = 0;
  for (size_t row = 0; row < rows; row++) count += parent[row] == row;
  return count;
}

/* Only the first of copies is looked at: the others point to it. */
static bool join_near_texts(size_t *parent, const narr_dataset *dataset, size_t fewest,
                            narr_near_duplicates *found) {
  size_t rows = narr_dataset_size(dataset);
  size_t *copies = narr_alloc(rows, sizeof *copies);
  if (!copies) return false;
  for (size_t row = 0; row < rows; row++) copies[row] = narr_cluster_root(parent, row);
  bool done = narr_near_duplicates_find(parent, dataset, found) &&
              split_lone_labels(parent, copies, dataset, found);
  if (done && found->groups > 0 && count_roots(parent, rows) < fewest) {
    memcpy(parent, copies, rows * sizeof *parent);
    found->split_labels = narr_dataset_label_count(dataset);
  }
  narr_free(copies);
  return done;
}

bool narr_clusters_join(size_t *parent, const narr_dataset *dataset, bool near, size_t fewest,
                        narr_near_duplicates *found) {
  *found = (narr_near_duplicates){0, 0, 0};
  for (size_t row = 0; row < narr_dataset_size(dataset); row++) parent[row] = row;
  return join_same_texts(parent, dataset) &&
         (!near || join_near_texts(parent, dataset, fewest, found)) &&
         join_same_groups(parent, dataset);
}
