/* stream_source.c - what a name or the options say of a file's format; what
 * its first line says is the library's business. */
#include "cli/stream_source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/labelled_files.h"

/* Whether a file is named so, or so and packed. */
static bool has_suffix(const char *path, const char *suffix) {
  static const char *const packed[] = {"", ".gz", ".zst"};
  for (size_t i = 0; i < sizeof packed / sizeof *packed; i++) {
    char whole[32];
    snprintf(whole, sizeof whole, "%s%s", suffix, packed[i]);
    if (narr_cli_has_suffix(path, whole)) return true;
  }
  return false;
}

static narr_input_format format_of_name(const char *path) {
  static const struct {
    const char *suffix;
    narr_input_format format;
  } known[] = {{".csv", NARR_INPUT_CSV},
               {".tsv", NARR_INPUT_CSV},
               {".jsonl", NARR_INPUT_JSON},
               {".ndjson", NARR_INPUT_JSON},
               {".json", NARR_INPUT_JSON}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (has_suffix(path, known[i].suffix)) return known[i].format;
  return NARR_INPUT_AUTO;
}

static narr_input_format choose_format(const char *path, const narr_cli_format_hints *hints) {
  narr_input_format format = hints->format;
  if (format == NARR_INPUT_AUTO) format = format_of_name(path);
  if (hints->has_fields && (format == NARR_INPUT_AUTO || format == NARR_INPUT_JSON))
    format = NARR_INPUT_JSONL;
  if (format == NARR_INPUT_AUTO && hints->has_columns) format = NARR_INPUT_CSV;
  return format;
}

int narr_cli_source_open(const char *path, const narr_cli_format_hints *hints,
                         narr_stream_options *options) {
  bool standard_input = strcmp(path, "-") == 0;
  int fd = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  struct stat info;
  if (fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) { /* opens, but can't be read */
    narr_cli_source_close(fd);
    errno = EISDIR;
    return -1;
  }
  options->input = choose_format(path, hints);
  if (!hints->has_delimiter) options->delimiter = has_suffix(path, ".tsv") ? '\t' : ',';
  options->name = standard_input ? "standard input" : path;
  return fd;
}

void narr_cli_source_close(int fd) {
  if (fd != STDIN_FILENO) close(fd);
}
