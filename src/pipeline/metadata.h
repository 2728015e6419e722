/* metadata.h - how a model was made, as JSON that travels in its file. */
#ifndef NARR_PIPELINE_METADATA_H
#define NARR_PIPELINE_METADATA_H

#include "base/buffer.h"
#include "pipeline/training.h"

/* Appends the JSON object. It holds no date, machine or thread count, so
 * that the same corpus gives the same file. */
void narr_training_metadata(narr_buffer *out, const narr_training *training);

/* Appends its member "reference": what the corpus looks like to the model, which
 * tells how far a stream has drifted from it. */
void narr_training_reference(narr_buffer *out, const narr_training *training);

#endif
