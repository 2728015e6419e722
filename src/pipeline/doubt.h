/* doubt.h - whether a text is too strange for a model to judge. */
#ifndef NARR_PIPELINE_DOUBT_H
#define NARR_PIPELINE_DOUBT_H

#include "model/model.h"
#include "narr/classify.h"

/* Sets word_count, known, doubt and abstained for the text in `vector`. */
void narr_doubt_find(narr_result *result, const narr_model *model, const narr_vector *vector,
                     const narr_abstention *abstention);

#endif
