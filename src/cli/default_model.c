/* default_model.c - looking around from where the program is. */
#include "cli/default_model.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/message.h"

/* From the folder of the program: PREFIX/bin, or build/PRESET. */
static const char *const places[] = {"../share/narr/models/western_balkans.narr",
                                     "../../models/western_balkans.narr"};

char *narr_cli_default_model(void) {
  char program[PATH_MAX], path[PATH_MAX + 64];
  ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
  if (length <= 0) return NULL;
  program[length] = '\0';
  char *slash = strrchr(program, '/');
  if (!slash) return NULL;
  *slash = '\0';
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    snprintf(path, sizeof path, "%s/%s", program, places[i]);
    char *found = realpath(path, NULL);
    if (found) return found;
  }
  return NULL;
}

int narr_cli_choose_model(const char **path, char **owned) {
  if (*path) return NARR_CLI_FINE;
  *owned = narr_cli_default_model();
  if (!*owned)
    return narr_cli_usage_error("no model: name the model file with -m (none is installed)");
  *path = *owned;
  narr_cli_note("model: %s", *path);
  return NARR_CLI_FINE;
}
