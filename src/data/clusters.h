/* clusters.h - rows that must stay in one fold, because a copy of a training
 * text among the test texts would flatter the model. */
#ifndef NARR_DATA_CLUSTERS_H
#define NARR_DATA_CLUSTERS_H

#include "data/near_duplicates.h"

/* Joins rows with one and the same text (ASCII case and white space aside),
 * with nearly the same text if `near`, and of one group. Where the rows of a
 * label have several texts, but all of them nearly the same, they are not
 * joined for that: the label could not be measured at all
 * (found->split_labels says how many labels that are). If that leaves fewer
 * than `fewest` clusters, none are. `parent` has one entry a row, the
 * caller's, for narr_cluster_root(). False: no memory. */
bool narr_clusters_join(size_t *parent, const narr_dataset *dataset, bool near, size_t fewest,
                        narr_near_duplicates *found);

/* The lowest row of the cluster. Shortens paths in `parent` on its way. */
size_t narr_cluster_root(size_t *parent, size_t row);

#endif
