/* output_path.c - an hour of training must not end at a missing folder. */
#include "cli/output_path.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/message.h"

/* Files are replaced, not changed, so it is the folder that counts. */
static int check_folder(const char *path) {
  const char *slash = strrchr(path, '/');
  char *folder = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
  int failure = !folder ? ENOMEM : access(folder, W_OK | X_OK) != 0 ? errno : 0;
  if (failure && folder)
    narr_cli_error("%s can't be written: folder %s: %s", path, folder, strerror(failure));
  else if (failure)
    narr_cli_error("out of memory");
  free(folder);
  return failure ? NARR_CLI_SYSTEM : NARR_CLI_FINE;
}

int narr_cli_check_output(const char *path, const char *const *inputs, size_t input_count) {
  struct stat info, other;
  if (stat(path, &info) != 0) return check_folder(path);
  if (S_ISDIR(info.st_mode)) {
    narr_cli_error("%s can't be written: it is a folder", path);
    return NARR_CLI_SYSTEM;
  }
  if (!S_ISREG(info.st_mode)) return NARR_CLI_FINE;
  for (size_t i = 0; i < input_count; i++)
    if (stat(inputs[i], &other) == 0 && other.st_dev == info.st_dev && other.st_ino == info.st_ino)
      return narr_cli_usage_error("%s is an input; writing there would replace it", path);
  char *target = realpath(path, NULL); /* through a symbolic link */
  int code = check_folder(target ? target : path);
  free(target);
  return code;
}
