/* score.h - a vector's margin for every machine of a model: a label each, and
 * the gate. */
#ifndef NARR_MODEL_SCORE_H
#define NARR_MODEL_SCORE_H

#include "model/model.h"

/* Working memory of kernel models: the vector, spread out over all terms,
 * and the kernel value of each support vector. A zeroed one is empty. */
typedef struct narr_score_space {
  float *dense; /* term_count zeros between calls */
  double *kernel_values;
} narr_score_space;

/* Fills `margins` (machine_count) for `count` entries. A linear model's margin
 * is bias + unit * (sum of value * weight), summed in the order of the entries.
 * Returns NARR_OK, NARR_ERROR_MEMORY, or NARR_ERROR_MODEL if a block of the
 * file is damaged. */
NARR_MUST_CHECK narr_status narr_model_margins(const narr_model *model, const narr_entry *entries,
                                               size_t count, narr_score_space *space,
                                               double *margins);

/* What the margin of a machine says of its probability. */
double narr_model_probability(const narr_model *model, size_t machine, double margin);

/* The machine_count weights of a term, each in units of its machine; or NULL if the
 * block is damaged. Linear models only. */
const int16_t *narr_model_weights(const narr_model *model, uint32_t term);

void narr_score_space_free(narr_score_space *space);

#endif
