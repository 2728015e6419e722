/* labelled_files.c - training and evaluation read the same files in the same
 * way, so the options and the complaints are in one place. */
#include "cli/labelled_files.h"

#include <string.h>
#include <strings.h>

#include "cli/message.h"

enum { SKIPPED_SHOWN = 10 };

#define INTO(member) NARR_CLI_INTO(narr_cli_columns, options.member)

const narr_cli_option narr_cli_column_options[NARR_CLI_COLUMN_OPTION_COUNT] = {
    {.name = "text-column",
     .kind = NARR_CLI_STRING,
     INTO(text_column),
     NARR_CLI_GIVEN(narr_cli_columns, text_given),
     .value = "NAME",
     .help = "column of the texts"},
    {.name = "label-column",
     .kind = NARR_CLI_STRING,
     INTO(label_column),
     .value = "NAME",
     .help = "column of the labels"},
    {.name = "lang-column",
     .kind = NARR_CLI_STRING,
     INTO(lang_column),
     .value = "NAME",
     .help = "column of the languages, for figures by language (default: lang, if there is one)"},
    {.name = "delimiter",
     .kind = NARR_CLI_BYTE,
     INTO(delimiter),
     NARR_CLI_GIVEN(narr_cli_columns, delimiter_given),
     .value = "CHAR",
     .help = "between the fields: a character, or comma, semicolon, tab, pipe, space; .tsv files "
             "have tabs"},
    {.name = "label-separator",
     .kind = NARR_CLI_BYTE,
     INTO(label_separator),
     .value = "CHAR",
     .help = "between the labels of one row"},
    {.name = "none-label",
     .kind = NARR_CLI_STRING,
     INTO(none_label),
     .value = "NAME",
     .help = "the label that means: no narrative"},
    {.name = "label-paths",
     .kind = NARR_CLI_CHOICE,
     INTO(label_paths),
     .choices = "auto|all|none",
     .help = "'/' in labels makes paths, parent/child: auto where the parent is a label itself or "
             "has several children; all, everywhere; none, nowhere"},
    {.name = "empty-is-none",
     .kind = NARR_CLI_FLAG,
     INTO(empty_is_none),
     .constant = true,
     .help = "an empty label means: no narrative; else it is an error"},
    {.name = "lenient",
     .kind = NARR_CLI_FLAG,
     INTO(lenient),
     .constant = true,
     .help = "skip and count bad rows; else the first ends the program"},
};

bool narr_cli_has_suffix(const char *path, const char *suffix) {
  size_t length = strlen(path), size = strlen(suffix);
  return length > size && strcasecmp(path + length - size, suffix) == 0;
}

static void say_skipped(void *context, const narr_error *why) {
  size_t *skipped = context;
  if (++*skipped <= SKIPPED_SHOWN) narr_cli_note("skipped %s", why->message);
}

static bool all_tsv(const char *const *paths, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (!narr_cli_has_suffix(paths[i], ".tsv")) return false;
  return true;
}

int narr_cli_read_labelled(narr_dataset **out, const narr_cli_columns *columns,
                           const char *const *paths, size_t count) {
  narr_error error = NARR_ERROR_INIT;
  narr_dataset_options options = columns->options;
  size_t skipped = 0;
  if (!columns->delimiter_given && all_tsv(paths, count)) options.delimiter = '\t';
  options.on_skip = say_skipped;
  options.on_skip_context = &skipped;
  narr_status status = narr_dataset_new(out, &options, &error);
  for (size_t i = 0; i < count && !status; i++)
    status = narr_dataset_read_csv(*out, paths[i], &error);
  if (skipped > 0)
    narr_cli_note("%zu bad row%s skipped, %zu kept", skipped, skipped == 1 ? "" : "s",
                  narr_dataset_size(*out));
  if (!status) return NARR_CLI_FINE;
  narr_dataset_free(*out);
  *out = NULL;
  return narr_cli_fail(&error);
}
