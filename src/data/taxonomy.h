/* taxonomy.h - labels that are paths: which label is under which, and what a
 * row's labels say of those above and below them. */
#ifndef NARR_DATA_TAXONOMY_H
#define NARR_DATA_TAXONOMY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "narr/dataset.h"

#define NARR_NO_PARENT SIZE_MAX

/* All labels of a dataset, by name (strcmp), with the parents that they
 * imply. A parent comes before its children; only the gate comes last. */
typedef struct narr_taxonomy {
  size_t label_count;
  const char **labels; /* point into the dataset and into `implied` */
  size_t *parents;     /* a label each: its parent's index, the gate's, or NARR_NO_PARENT */
  size_t *index_of;    /* a label of the dataset each: its index here */
  bool has_paths;      /* some label has a parent among them */
  bool gated;          /* the last label is the gate */
  narr_buffer implied; /* names of parents that no row has */
} narr_taxonomy;

/* The taxonomy of the labels that the dataset has now, which are paths where
 * its option `label_paths` says so. False: no memory. Free it either way. */
bool narr_taxonomy_build(narr_taxonomy *taxonomy, const narr_dataset *dataset);
void narr_taxonomy_free(narr_taxonomy *taxonomy);

/* Puts all labels without a parent under one more, the last, which a row has
 * if it has any; or takes that away again. */
void narr_taxonomy_add_gate(narr_taxonomy *taxonomy);
void narr_taxonomy_drop_gate(narr_taxonomy *taxonomy);

/* How many bytes at the front of a path name its parent; 0: it has none. */
size_t narr_path_parent(const char *path, size_t length);

/* What is known of a row: truth[l] is 1 where it has label l, -1 where it
 * hasn't, 0 where nobody knows. A label brings its parents with it. Where a
 * label is unknown, those under it are, too, and a parent that the row isn't
 * known to have might be there. `index_of` maps the dataset's labels to those
 * of `parents`. */
void narr_truth_fill(int8_t *truth, narr_example example, const size_t *index_of,
                     const size_t *parents, size_t label_count);

#endif
