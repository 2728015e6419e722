/* stream_summary.h - what --summary, --alert and so on ask for. */
#ifndef NARR_CLI_STREAM_SUMMARY_H
#define NARR_CLI_STREAM_SUMMARY_H

#include "cli/options.h"
#include "narr/summary.h"

/* Zero-initialised it asks for nothing. Free with narr_cli_summary_free(). */
typedef struct narr_cli_summary {
  narr_summary_options options;
  const char *window;
  narr_cli_list alerts;
  bool window_given, limit_given;
  narr_alert *parsed;
  narr_summary *summary; /* once it is open; NULL: nothing is asked for */
} narr_cli_summary;

#define NARR_CLI_SUMMARY_INIT \
  { NARR_SUMMARY_OPTIONS_INIT, "1h", {NULL, 0}, false, false, NULL, NULL }

/* The options into a narr_cli_summary. */
enum { NARR_CLI_SUMMARY_OPTION_COUNT = 5 };
extern const narr_cli_option narr_cli_summary_options[NARR_CLI_SUMMARY_OPTION_COUNT];

/* Whether any of them was given. */
bool narr_cli_summary_wanted(const narr_cli_summary *summary);

/* These return exit codes, having said what is wrong. The first makes
 * summary->summary if it is wanted. */
int narr_cli_summary_open(narr_cli_summary *summary, const narr_model *model);

/* Writes the last alerts to `fd`, and the file. */
int narr_cli_summary_close(narr_cli_summary *summary, int fd);

void narr_cli_summary_free(narr_cli_summary *summary);

#endif
