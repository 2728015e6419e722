/* message.c - one form for all messages: programs that call these read
 * "PROGRAM: error: ..." as one line, whatever is in a file name. */
#include "cli/message.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *program_name = "narr";
static bool is_quiet;

void narr_cli_begin(const char *program) {
  program_name = program;
  signal(SIGPIPE, SIG_IGN);
}

void narr_cli_quiet(bool quiet) {
  is_quiet = quiet;
}

static void say(const char *kind, const char *format, va_list arguments, const char *hint) {
  char text[2048];
  if (vsnprintf(text, sizeof text, format, arguments) < 0) text[0] = '\0';
  for (char *c = text; *c; c++)
    if ((unsigned char)*c < 0x20 || *c == 0x7F) *c = '?';
  fprintf(stderr, "%s: %s%s%s\n", program_name, kind, text, hint);
}

void narr_cli_error(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  say("error: ", format, arguments, "");
  va_end(arguments);
}

int narr_cli_usage_error(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  say("error: ", format, arguments, " (--help lists all options)");
  va_end(arguments);
  return NARR_CLI_USAGE;
}

void narr_cli_note(const char *format, ...) {
  if (is_quiet) return;
  va_list arguments;
  va_start(arguments, format);
  say("", format, arguments, "");
  va_end(arguments);
}

static int exit_code(narr_status status) {
  switch (status) {
    case NARR_OK: return NARR_CLI_FINE;
    case NARR_ERROR_ARGUMENT: return NARR_CLI_USAGE;
    case NARR_ERROR_INPUT: return NARR_CLI_INPUT;
    case NARR_ERROR_MODEL: return NARR_CLI_MODEL;
    case NARR_ERROR_SYSTEM:
    case NARR_ERROR_MEMORY:
    case NARR_ERROR_CANCELLED: break;
  }
  return NARR_CLI_SYSTEM;
}

int narr_cli_fail(const narr_error *error) {
  narr_cli_error("%s", error->message);
  return exit_code(error->status);
}

int narr_cli_finish(int code) {
  errno = 0;
  if (fflush(stdout) == 0 && !ferror(stdout)) return code;
  if (errno == EPIPE) return code;
  narr_cli_error("writing to standard output: %s", strerror(errno ? errno : EIO));
  return NARR_CLI_SYSTEM;
}
