/* stream_input.h - from a record's bytes to its text and id. */
#ifndef NARR_PIPELINE_STREAM_INPUT_H
#define NARR_PIPELINE_STREAM_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "data/csv_record.h"
#include "data/json_post.h"
#include "data/platform.h"
#include "narr/stream.h"

/* What is known of one record of the input; everything is borrowed. */
typedef struct narr_stream_item {
  uint64_t line;
  const char *text;
  size_t text_length;
  const char *id; /* NULL: the line number is the id */
  size_t id_length;
  bool id_is_json;               /* the id is JSON as it stood, not plain bytes */
  narr_field lang, time, author; /* where they are known */
  const char *skipped;           /* why it is no post; NULL: it is one */
} narr_stream_item;

/* What the beginning says of all records: the format, if it was to be found out,
 * and where a CSV header has its columns. */
typedef struct narr_stream_layout {
  narr_input_format format;      /* LINES, CSV, JSONL or TSV; AUTO: not known yet */
  narr_platform platform;        /* whose fields these are */
  narr_platform_columns columns; /* a platform's */
  size_t column_count;
  size_t text_column;
  size_t id_column, lang_column, time_column, author_column; /* SIZE_MAX: none */
} narr_stream_layout;

/* The parsers of one thread. Zero-initialised it may be freed. */
typedef struct narr_stream_input {
  const narr_stream_options *options; /* borrowed */
  narr_json *json;
  narr_platform_reader *platform;
  narr_csv *csv;
  narr_buffer unescaped; /* of the last TSV line: id and text */
} narr_stream_input;

/* Whether the options make sense. Errors: argument. */
NARR_MUST_CHECK narr_status narr_stream_options_check(const narr_stream_options *options,
                                                      narr_error *error);

/* Errors: argument, memory. */
NARR_MUST_CHECK narr_status narr_stream_input_init(narr_stream_input *input,
                                                   const narr_stream_options *options,
                                                   narr_error *error);
void narr_stream_input_free(narr_stream_input *input);

/* What an input that begins so is, for its options: sets the layout, and the
 * array whose items are the records (shape NARR_SHAPE_ITEMS). */
narr_shape narr_stream_input_begin(const narr_stream_options *options, const char *bytes,
                                   size_t length, narr_stream_layout *layout, const char **array);

/* NARR_INPUT_JSONL if the record begins with '{', else NARR_INPUT_LINES. */
narr_input_format narr_stream_input_guess(const char *bytes, size_t length);

/* Finds the columns in a CSV header. Errors: input, memory; the message has
 * no file or line. */
NARR_MUST_CHECK narr_status narr_stream_input_header(narr_stream_input *input, const char *bytes,
                                                     size_t length, narr_stream_layout *layout,
                                                     narr_error *error);

/* Sets the text and id of *item, which live until the next call; the id, if
 * it is known, on failure too. NARR_JSON_PADDING readable bytes follow.
 * Errors: input, memory; the message has no file or line. */
NARR_MUST_CHECK narr_status narr_stream_input_read(narr_stream_input *input,
                                                   const narr_stream_layout *layout,
                                                   const char *bytes, size_t length,
                                                   narr_stream_item *item, narr_error *error);

#endif
