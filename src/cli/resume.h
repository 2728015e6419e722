/* resume.h - --checkpoint: a run that can be gone on with. */
#ifndef NARR_CLI_RESUME_H
#define NARR_CLI_RESUME_H

#include "narr/checkpoint.h"

/* Opens the checkpoint at `path` for output to stdout. The command line but for what
 * makes no difference to the output is its settings. Returns an exit code, having
 * said what is wrong. */
int narr_cli_checkpoint_open(narr_checkpoint **out, const char *path, const narr_model *model,
                             int argc, char *const *argv);

#endif
