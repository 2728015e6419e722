/* checkpoint.h - what a stream tells its checkpoint, in order. */
#ifndef NARR_PIPELINE_CHECKPOINT_H
#define NARR_PIPELINE_CHECKPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "narr/checkpoint.h"
#include "pipeline/stream_reader.h"

/* Of the next stream: whether it is done with, and behind which place it goes on. */
void narr_checkpoint_begin(narr_checkpoint *checkpoint, narr_stream_place *from, bool *done);

/* Whether the output's header was written before; from now on it was. */
bool narr_checkpoint_header(narr_checkpoint *checkpoint);

/* What is before `place` is answered and written; saved if it is time. Errors:
 * system, memory. */
NARR_MUST_CHECK narr_status narr_checkpoint_advance(narr_checkpoint *checkpoint,
                                                    const narr_stream_place *place,
                                                    narr_error *error);

/* Saves. Errors: system, memory. */
NARR_MUST_CHECK narr_status narr_checkpoint_save(narr_checkpoint *checkpoint, narr_error *error);

#endif
