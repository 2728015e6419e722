/* contributions.h - what each term of a text adds to a label's margin. */
#ifndef NARR_MODEL_CONTRIBUTIONS_H
#define NARR_MODEL_CONTRIBUTIONS_H

#include "model/model.h"

/* Fills contributions[i * label_count + k] for entry i and labels[k]. Linear
 * models: value * weight. Kernel models: the margin less the margin of the
 * same vector without the entry. Returns NARR_OK, NARR_ERROR_MEMORY or
 * NARR_ERROR_MODEL (a damaged block). */
NARR_MUST_CHECK narr_status narr_model_contributions(const narr_model *model,
                                                     const narr_entry *entries, size_t count,
                                                     const size_t *labels, size_t label_count,
                                                     double *contributions);

#endif
