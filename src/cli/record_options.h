/* record_options.h - what records look like, coming in and going out: options of all
 * programs that classify. */
#ifndef NARR_CLI_RECORD_OPTIONS_H
#define NARR_CLI_RECORD_OPTIONS_H

#include "cli/options.h"
#include "narr/stream.h"

typedef struct narr_cli_records {
  narr_stream_options stream;
  narr_input_format format; /* as it was asked for */
  bool text_field_given, id_field_given, lang_field_given;
} narr_cli_records;

#define NARR_CLI_RECORDS_INIT \
  { NARR_STREAM_OPTIONS_INIT, NARR_INPUT_AUTO, false, false, false }

/* The options into a narr_cli_records. */
enum { NARR_CLI_RECORD_INPUT_COUNT = 7, NARR_CLI_RECORD_OUTPUT_COUNT = 3 };
extern const narr_cli_option narr_cli_record_input[NARR_CLI_RECORD_INPUT_COUNT];
extern const narr_cli_option narr_cli_record_output[NARR_CLI_RECORD_OUTPUT_COUNT];

#endif
