/* stream_source.h - the inputs of narr-classify: which descriptor, and which
 * format. */
#ifndef NARR_CLI_STREAM_SOURCE_H
#define NARR_CLI_STREAM_SOURCE_H

#include <stdbool.h>

#include "narr/stream.h"

/* What the command line says of formats. */
typedef struct narr_cli_format_hints {
  narr_input_format format;
  bool has_fields;  /* JSON fields were named */
  bool has_columns; /* CSV columns or a delimiter were */
  bool has_delimiter;
} narr_cli_format_hints;

/* Opens `path` ("-": standard input) and sets input format, name and, of
 * .tsv files, the delimiter in `options`. Returns the descriptor, to be
 * closed with narr_cli_source_close(), or -1 with errno. */
int narr_cli_source_open(const char *path, const narr_cli_format_hints *hints,
                         narr_stream_options *options);
void narr_cli_source_close(int fd);

#endif
