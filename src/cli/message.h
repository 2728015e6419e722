/* message.h - what a program says on stderr, and how it ends. */
#ifndef NARR_CLI_MESSAGE_H
#define NARR_CLI_MESSAGE_H

#include <stdbool.h>

#include "narr/error.h"

/* Exit codes. A program that a signal ended has 128 + the signal's number. */
enum {
  NARR_CLI_FINE = 0,
  NARR_CLI_NOTHING_FLAGGED = 1, /* with --exit-status only */
  NARR_CLI_USAGE = 2,
  NARR_CLI_INPUT = 3,
  NARR_CLI_MODEL = 4,
  NARR_CLI_SYSTEM = 5
};

/* First of all: names the program in all messages, and makes writing to a pipe
 * that nobody reads a failure instead of a signal. */
void narr_cli_begin(const char *program);

/* Silences notes. */
void narr_cli_quiet(bool quiet);

/* "PROGRAM: error: ..." on one line. */
void narr_cli_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same for a wrong command line, and where to find help. Returns
 * NARR_CLI_USAGE. */
int narr_cli_usage_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "PROGRAM: ...": something worth knowing; nothing if quiet. */
void narr_cli_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Says what `error` says; returns the exit code of its status. */
int narr_cli_fail(const narr_error *error);

/* Flushes stdout. Returns `code`, or NARR_CLI_SYSTEM after a message if what
 * was printed could not be written. A reader that went away is no error. */
int narr_cli_finish(int code);

#endif
