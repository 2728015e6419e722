/* labelled_files.h - the labelled CSV files that both programs read, and the
 * options that say how. */
#ifndef NARR_CLI_LABELLED_FILES_H
#define NARR_CLI_LABELLED_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/options.h"
#include "narr/dataset.h"

typedef struct narr_cli_columns {
  narr_dataset_options options;
  bool text_given;
  bool delimiter_given;
} narr_cli_columns;

#define NARR_CLI_COLUMNS_INIT \
  { NARR_DATASET_OPTIONS_INIT, false, false }

/* The options into a narr_cli_columns. */
#define NARR_CLI_COLUMN_OPTION_COUNT 9
extern const narr_cli_option narr_cli_column_options[NARR_CLI_COLUMN_OPTION_COUNT];

/* Whether a file name ends so, in any case. */
bool narr_cli_has_suffix(const char *path, const char *suffix);

/* Reads `count` files into one dataset; without --delimiter, tabs separate
 * the fields if all are named .tsv. Rows that --lenient skips become notes.
 * Free the dataset before `columns` goes. Returns an exit code. */
int narr_cli_read_labelled(narr_dataset **out, const narr_cli_columns *columns,
                           const char *const *paths, size_t count);

#endif
