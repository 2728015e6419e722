/* checkpoint.h - how far a long run has come, kept in a file, so that a run
 * that was killed goes on with each record answered once. */
#ifndef NARR_CHECKPOINT_H
#define NARR_CHECKPOINT_H

#include <stdint.h>

#include "narr/error.h"
#include "narr/model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of one run over one stream or several, which are told apart by their order.
 * About once a second, and at the end of a stream, the output is synced to
 * disk and the place written down. One thread at a time. */
typedef struct narr_checkpoint narr_checkpoint;

/* Opens the checkpoint at `path`, or begins one. `out_fd`, which is borrowed and is to
 * get the output of the streams, must be a regular file that is appended to
 * (O_APPEND); what it has behind the checkpoint is cut off, for it will come again.
 * `settings` is any text that must be the same for the run to go on. Errors:
 * argument (other settings or another model; another kind of output), input (no
 * checkpoint; the output is shorter than it says), system, memory. */
NARR_API NARR_MUST_CHECK narr_status narr_checkpoint_open(narr_checkpoint **out, const char *path,
                                                          const narr_model *model,
                                                          const char *settings, int out_fd,
                                                          narr_error *error);
NARR_API void narr_checkpoint_free(narr_checkpoint *checkpoint);

/* Records of the stream at hand that need no answer any more, with a header; 0: it
 * begins anew. */
NARR_API uint64_t narr_checkpoint_records(const narr_checkpoint *checkpoint);

/* The next stream comes in the place of the last one, from its beginning: a file
 * that is followed was replaced. */
NARR_API void narr_checkpoint_rewind(narr_checkpoint *checkpoint);

#ifdef __cplusplus
}
#endif

#endif
