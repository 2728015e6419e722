/* stream_source.c - what a name or the first byte says of a file's format.
 * From a pipe nothing can be read and put back, so there it is what the
 * options say. */
#include "cli/stream_source.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/labelled_files.h"

static narr_cli_format format_of_name(const char *path) {
  static const struct {
    const char *suffix;
    narr_cli_format format;
  } known[] = {{".csv", NARR_CLI_FORMAT_CSV},
               {".tsv", NARR_CLI_FORMAT_CSV},
               {".jsonl", NARR_CLI_FORMAT_JSONL},
               {".ndjson", NARR_CLI_FORMAT_JSONL},
               {".json", NARR_CLI_FORMAT_JSONL}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (narr_cli_has_suffix(path, known[i].suffix)) return known[i].format;
  return NARR_CLI_FORMAT_AUTO;
}

/* By the first byte that is not blank; nothing is consumed. */
static narr_cli_format format_of_content(int fd) {
  char bytes[4096];
  off_t start = lseek(fd, 0, SEEK_CUR);
  ssize_t got = start < 0 ? -1 : pread(fd, bytes, sizeof bytes, start);
  ssize_t at = got >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
  while (at < got && strchr(" \t\r\n", bytes[at]) && bytes[at]) at++;
  return at < got && bytes[at] == '{' ? NARR_CLI_FORMAT_JSONL : NARR_CLI_FORMAT_LINES;
}

static narr_cli_format choose_format(int fd, const char *path, const narr_cli_format_hints *hints) {
  narr_cli_format format = hints->format;
  if (format == NARR_CLI_FORMAT_AUTO) format = format_of_name(path);
  if (format == NARR_CLI_FORMAT_AUTO && hints->has_fields) format = NARR_CLI_FORMAT_JSONL;
  if (format == NARR_CLI_FORMAT_AUTO && hints->has_columns) format = NARR_CLI_FORMAT_CSV;
  return format == NARR_CLI_FORMAT_AUTO ? format_of_content(fd) : format;
}

int narr_cli_source_open(const char *path, const narr_cli_format_hints *hints,
                         narr_stream_options *options) {
  bool standard_input = strcmp(path, "-") == 0;
  int fd = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  narr_cli_format format = choose_format(fd, path, hints);
  options->input = format == NARR_CLI_FORMAT_CSV     ? NARR_INPUT_CSV
                   : format == NARR_CLI_FORMAT_JSONL ? NARR_INPUT_JSONL
                                                     : NARR_INPUT_LINES;
  if (!hints->has_delimiter) options->delimiter = narr_cli_has_suffix(path, ".tsv") ? '\t' : ',';
  options->name = standard_input ? "standard input" : path;
  return fd;
}

void narr_cli_source_close(int fd) {
  if (fd != STDIN_FILENO) close(fd);
}
