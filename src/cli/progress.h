/* progress.h - one line on the terminal that says how far training is. */
#ifndef NARR_CLI_PROGRESS_H
#define NARR_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "narr/train.h"

typedef struct narr_cli_progress {
  bool shown;
  const char *stage;           /* of the line on the terminal */
  struct timespec stage_start; /* when it began */
  struct timespec start;
  struct timespec drawn; /* last */
} narr_cli_progress;

/* Shows nothing unless `wanted` and stderr is a terminal. */
void narr_cli_progress_begin(narr_cli_progress *progress, bool wanted);

/* A narr_progress_fn on a narr_cli_progress: redraws the line, ten times a
 * second at most. Cancels once a signal came. */
bool narr_cli_progress_report(void *progress, const narr_progress *now);

/* Erases the line; the next report draws it anew. */
void narr_cli_progress_clear(narr_cli_progress *progress);

/* Erases the line for good. */
void narr_cli_progress_end(narr_cli_progress *progress);

double narr_cli_seconds_since(const struct timespec *start);

#endif
