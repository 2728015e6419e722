/* resume.c - which command line is the same run. */
#include "cli/resume.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/message.h"

/* How many arguments, from this one on, make no difference to the output. */
static int idle(const char *argument) {
  static const char *const alone[] = {"--quiet"};
  static const char *const with_value[] = {"--jobs", "-j", "--checkpoint", "--flush"};
  for (size_t i = 0; i < sizeof alone / sizeof *alone; i++)
    if (strcmp(argument, alone[i]) == 0) return 1;
  for (size_t i = 0; i < sizeof with_value / sizeof *with_value; i++) {
    size_t length = strlen(with_value[i]);
    bool is_long = with_value[i][1] == '-';
    if (strncmp(argument, with_value[i], length) != 0) continue;
    if (argument[length] == '\0') return 2;
    if (!is_long || argument[length] == '=') return 1;
  }
  return 0;
}

/* The arguments with spaces between them; malloc()ed. */
static char *settings_of(int argc, char *const *argv) {
  size_t length = 1;
  for (int i = 1; i < argc; i++) length += strlen(argv[i]) + 1;
  char *settings = malloc(length), *end = settings;
  if (!settings) return NULL;
  for (int i = 1; i < argc;) {
    int skipped = idle(argv[i]);
    i += skipped;
    if (skipped) continue;
    if (end > settings) *end++ = ' ';
    end = stpcpy(end, argv[i++]);
  }
  *end = '\0';
  return settings;
}

int narr_cli_checkpoint_open(narr_checkpoint **out, const char *path, const narr_model *model,
                             int argc, char *const *argv) {
  char *settings = settings_of(argc, argv);
  if (!settings) {
    narr_cli_error("out of memory");
    return NARR_CLI_SYSTEM;
  }
  narr_error error = NARR_ERROR_INIT;
  narr_status status = narr_checkpoint_open(out, path, model, settings, STDOUT_FILENO, &error);
  free(settings);
  if (status == NARR_ERROR_ARGUMENT) return narr_cli_usage_error("%s", error.message);
  if (status) return narr_cli_fail(&error);
  if (narr_checkpoint_records(*out) > 0)
    narr_cli_note("%s: going on behind record %llu", path,
                  (unsigned long long)narr_checkpoint_records(*out));
  return NARR_CLI_FINE;
}
