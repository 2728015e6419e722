/* decisions.h - --threshold and --abstain: when a text is flagged. */
#ifndef NARR_CLI_DECISIONS_H
#define NARR_CLI_DECISIONS_H

#include "cli/options.h"
#include "narr/model.h"
#include "narr/stream.h"

/* Zero-initialised it is the model's own. Free with narr_cli_decisions_free(). */
typedef struct narr_cli_decisions {
  narr_cli_list thresholds;
  const char *abstain;
  narr_threshold *parsed;
} narr_cli_decisions;

/* The options into a narr_cli_decisions. */
enum { NARR_CLI_DECISION_OPTION_COUNT = 2 };
extern const narr_cli_option narr_cli_decision_options[NARR_CLI_DECISION_OPTION_COUNT];

/* Sets what was asked for in *stream, which borrows it. Returns an exit code, having
 * said what is wrong. */
int narr_cli_decide(narr_cli_decisions *decisions, const narr_model *model,
                    narr_stream_options *stream);

void narr_cli_decisions_free(narr_cli_decisions *decisions);

#endif
