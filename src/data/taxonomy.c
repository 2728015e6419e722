/* taxonomy.c - the tree is in the names: "war/nuclear" is under "war".
 *
 * But "Sci/Tech" is a name, not a path. What tells them apart is whether the
 * parent means anything of its own: it is the label of some row, or there are
 * several labels under it. A parent with a single child on just the same
 * rows would be one more label that says nothing new. */
#include "data/taxonomy.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/intern.h"
#include "data/dataset_store.h"

size_t narr_path_parent(const char *path, size_t length) {
  while (length > 0 && path[length - 1] != '/') length--;
  if (length > 0) length--; /* the slash */
  while (length > 0 && (path[length - 1] == ' ' || path[length - 1] == '\t')) length--;
  return length;
}

/* ---- Which parents there are -------------------------------------------------- */

typedef struct prefixes {
  narr_intern names;
  size_t *children; /* labels under each */
  size_t capacity;
} prefixes;

static bool count_prefixes(prefixes *p, const char *label) {
  for (size_t length = strlen(label); (length = narr_path_parent(label, length)) > 0;) {
    void *children = p->children;
    size_t known = p->names.count;
    if (!narr_grow(&children, &p->capacity, known + 1, sizeof *p->children)) return false;
    p->children = children;
    size_t number = narr_intern_add(&p->names, label, length);
    if (number == NARR_INTERN_NONE) return false;
    if (number == known) p->children[number] = 0;
    p->children[number]++;
  }
  return true;
}

static bool is_label(const narr_dataset *dataset, const prefixes *p, size_t number) {
  narr_field name = {p->names.strings[number], p->names.lengths[number]};
  return narr_dataset_find_label(dataset, name) != SIZE_MAX;
}

/* Keeps the names of parents that no row has, each with its NUL. */
static size_t keep_implied(narr_taxonomy *t, const prefixes *p, const narr_dataset *dataset) {
  bool all = dataset->options.label_paths == NARR_LABEL_PATHS_ALL;
  size_t count = 0;
  for (size_t i = 0; i < p->names.count; i++) {
    if (is_label(dataset, p, i) || (!all && p->children[i] < 2)) continue;
    narr_buffer_append(&t->implied, p->names.strings[i], p->names.lengths[i] + 1);
    count++;
  }
  return count;
}

static bool find_implied(narr_taxonomy *t, const narr_dataset *dataset, size_t *count) {
  prefixes p = {.names = NARR_INTERN_INIT};
  bool ok = true;
  *count = 0;
  for (size_t l = 0; ok && l < narr_dataset_label_count(dataset); l++)
    ok = count_prefixes(&p, narr_dataset_label(dataset, l));
  if (ok) *count = keep_implied(t, &p, dataset);
  narr_intern_free(&p.names);
  narr_free(p.children);
  return ok && !t->implied.failed;
}

/* ---- The tree ------------------------------------------------------------------ */

static int by_name(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The index of the label named by `length` bytes; NARR_NO_PARENT: none is. */
static size_t find(const narr_taxonomy *t, const char *name, size_t length) {
  size_t low = 0, high = t->label_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = strncmp(t->labels[middle], name, length);
    if (order == 0 && t->labels[middle][length] != '\0') order = 1;
    if (order == 0) return middle;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return NARR_NO_PARENT;
}

static size_t find_parent(const narr_taxonomy *t, const char *label) {
  for (size_t length = strlen(label); (length = narr_path_parent(label, length)) > 0;) {
    size_t parent = find(t, label, length);
    if (parent != NARR_NO_PARENT) return parent;
  }
  return NARR_NO_PARENT;
}

bool narr_taxonomy_build(narr_taxonomy *t, const narr_dataset *dataset) {
  size_t given = narr_dataset_label_count(dataset), implied = 0;
  bool paths = dataset->options.label_paths != NARR_LABEL_PATHS_NONE;
  *t = (narr_taxonomy){.implied = NARR_BUFFER_INIT};
  if (paths && !find_implied(t, dataset, &implied)) return false;
  t->label_count = given + implied;
  t->labels = narr_alloc(t->label_count + 1, sizeof *t->labels); /* the gate's place */
  t->parents = narr_alloc(t->label_count + 1, sizeof *t->parents);
  t->index_of = narr_alloc(given, sizeof *t->index_of);
  if (!t->labels || !t->parents || !t->index_of) return false;
  const char *name = t->implied.data;
  for (size_t l = 0; l < given; l++) t->labels[l] = narr_dataset_label(dataset, l);
  for (size_t l = given; l < t->label_count; l++, name += strlen(name) + 1) t->labels[l] = name;
  if (t->label_count) qsort(t->labels, t->label_count, sizeof *t->labels, by_name);
  for (size_t l = 0; l < given; l++) {
    name = narr_dataset_label(dataset, l);
    t->index_of[l] = find(t, name, strlen(name));
  }
  for (size_t l = 0; l < t->label_count; l++) {
    t->parents[l] = paths ? find_parent(t, t->labels[l]) : NARR_NO_PARENT;
    t->has_paths |= t->parents[l] != NARR_NO_PARENT;
  }
  return true;
}

void narr_taxonomy_add_gate(narr_taxonomy *t) {
  size_t gate = t->label_count;
  for (size_t l = 0; l < gate; l++)
    if (t->parents[l] == NARR_NO_PARENT) t->parents[l] = gate;
  t->labels[gate] = "any label";
  t->parents[gate] = NARR_NO_PARENT;
  t->label_count++;
  t->gated = true;
}

void narr_taxonomy_drop_gate(narr_taxonomy *t) {
  size_t gate = --t->label_count;
  for (size_t l = 0; l < gate; l++)
    if (t->parents[l] == gate) t->parents[l] = NARR_NO_PARENT;
  t->gated = false;
}

void narr_taxonomy_free(narr_taxonomy *t) {
  narr_free(t->labels);
  narr_free(t->parents);
  narr_free(t->index_of);
  narr_buffer_free(&t->implied);
}

/* ---- Truth ---------------------------------------------------------------------- */

void narr_truth_fill(int8_t *truth, narr_example example, const size_t *index_of,
                     const size_t *parents, size_t label_count) {
  memset(truth, -1, label_count);
  for (size_t i = 0; i < example.label_count; i++)
    for (size_t l = index_of[example.labels[i]]; l != NARR_NO_PARENT; l = parents[l]) truth[l] = 1;
  if (example.unknown_count == 0) return;
  for (size_t i = 0; i < example.unknown_count; i++) {
    size_t l = index_of[example.unknown[i]];
    if (truth[l] < 0) truth[l] = 0;
  }
  for (size_t l = 0; l < label_count; l++)
    if (parents[l] != NARR_NO_PARENT && truth[parents[l]] == 0) truth[l] = 0;
  for (size_t i = 0; i < example.unknown_count; i++)
    for (size_t l = parents[index_of[example.unknown[i]]]; l != NARR_NO_PARENT; l = parents[l])
      if (truth[l] < 0) truth[l] = 0;
}
