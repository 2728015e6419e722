/* tuning.h - the search for good options, as narr-train shows it. */
#ifndef NARR_CLI_TUNING_H
#define NARR_CLI_TUNING_H

#include "cli/progress.h"
#include "narr/tune.h"

typedef struct narr_cli_tuning {
  narr_cli_progress *progress;
  bool quiet;
  size_t trials;
  double first, best; /* macro-F1; 0: none yet */
} narr_cli_tuning;

/* A narr_trial_fn on a narr_cli_tuning: a line of a table on stderr. */
void narr_cli_tuning_trial(void *tuning, const narr_trial *trial);

/* Prints the command line that trains with these options without a search:
 * the arguments without --tune and --tune-seconds, then what was found. */
void narr_cli_tuning_command(int argc, char *const *argv, const narr_train_options *found);

#endif
