/* stream_input.c - from a record's bytes to its text and id. */
#include "pipeline/stream_input.h"

#include <string.h>

#include "base/status.h"

narr_status narr_stream_options_check(const narr_stream_options *options, narr_error *error) {
  const char *wrong = NULL;
  if (options->output < NARR_OUTPUT_JSONL || options->output > NARR_OUTPUT_TABLE)
    wrong = "unknown output format";
  else if (options->max_record_bytes == 0)
    wrong = "max_record_bytes must be positive";
  else if (options->input != NARR_INPUT_LINES && options->input != NARR_INPUT_CSV &&
           !options->text_field)
    wrong = "text_field is not set";
  else if (options->checkpoint && (options->summary || options->chunk_headers))
    wrong = "a checkpoint goes neither with a summary nor with chunk headers";
  else if (options->input == NARR_INPUT_CSV && options->chunk_headers)
    wrong = "CSV has a header of its own, not chunk headers";
  else if (options->input == NARR_INPUT_CSV && !options->text_column)
    wrong = "text_column is not set";
  return wrong ? narr_fail(error, NARR_ERROR_ARGUMENT, "%s", wrong) : NARR_OK;
}

/* Named by the caller; else, where a summary asks for them, in a usual way. */
static const char *fields_of(const narr_stream_options *options, const char *named,
                             const char *usual) {
  return named ? named : options->summary ? usual : NULL;
}

static narr_status new_json(narr_stream_input *input, narr_error *error) {
  const narr_stream_options *options = input->options;
  narr_post_paths paths = {.text = options->text_field,
                           .id = options->id_field,
                           .lang = fields_of(options, options->lang_field, NARR_LANG_FIELDS),
                           .time = fields_of(options, options->time_field, NARR_TIME_FIELDS),
                           .author = fields_of(options, options->author_field, NARR_AUTHOR_FIELDS)};
  return narr_json_new(&input->json, &paths, error);
}

narr_status narr_stream_input_init(narr_stream_input *input, const narr_stream_options *options,
                                   narr_error *error) {
  *input = (narr_stream_input){.options = options};
  switch (options->input) {
    case NARR_INPUT_LINES:
    case NARR_INPUT_TSV: return NARR_OK;
    case NARR_INPUT_CSV: return narr_csv_new(&input->csv, options->delimiter, error);
    case NARR_INPUT_AUTO:
    case NARR_INPUT_JSONL:
    case NARR_INPUT_JSON: return new_json(input, error);
    case NARR_INPUT_MASTODON:
    case NARR_INPUT_BLUESKY:
    case NARR_INPUT_X:
    case NARR_INPUT_TELEGRAM:
    case NARR_INPUT_CROWDTANGLE:
    case NARR_INPUT_4CAT:
    case NARR_INPUT_MCL: return narr_csv_new(&input->csv, options->delimiter, error);
  }
  return narr_fail(error, NARR_ERROR_ARGUMENT, "unknown input format");
}

void narr_stream_input_free(narr_stream_input *input) {
  narr_csv_free(input->csv);
  narr_json_free(input->json);
  narr_platform_reader_free(input->platform);
  narr_buffer_free(&input->unescaped);
  *input = (narr_stream_input){0};
}

static bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

narr_input_format narr_stream_input_guess(const char *bytes, size_t length) {
  while (length > 0 && (*bytes == ' ' || *bytes == '\t')) bytes++, length--;
  return length > 0 && *bytes == '{' ? NARR_INPUT_JSONL : NARR_INPUT_LINES;
}

/* Whether it is an array of objects, and not a line such as "[NEWS] ...". */
static bool begins_array(const char *bytes, size_t length) {
  size_t at = 0;
  while (at < length && is_space(bytes[at])) at++;
  if (at == length || bytes[at++] != '[') return false;
  while (at < length && is_space(bytes[at])) at++;
  return at < length && bytes[at] == '{';
}

static narr_platform platform_of(narr_input_format format) {
  return format >= NARR_INPUT_MASTODON
             ? (narr_platform)(NARR_PLATFORM_MASTODON + (format - NARR_INPUT_MASTODON))
             : NARR_PLATFORM_NONE;
}

narr_shape narr_stream_input_begin(const narr_stream_options *options, const char *bytes,
                                   size_t length, narr_stream_layout *layout, const char **array) {
  bool objects = begins_array(bytes, length), automatic = options->input == NARR_INPUT_AUTO;
  layout->format = options->input;
  layout->platform = platform_of(options->input);
  *array = NULL;
  if (automatic)
    layout->format = objects ? NARR_INPUT_JSONL : narr_stream_input_guess(bytes, length);
  if (options->input == NARR_INPUT_JSON) layout->format = NARR_INPUT_JSONL;
  if (options->input != NARR_INPUT_JSONL && layout->format == NARR_INPUT_JSONL)
    layout->platform = narr_platform_guess(bytes, length);
  if (layout->platform == NARR_PLATFORM_NONE && !objects)
    return layout->format == NARR_INPUT_CSV ? NARR_SHAPE_CSV : NARR_SHAPE_LINES;
  if (layout->format == NARR_INPUT_LINES || layout->format == NARR_INPUT_TSV ||
      layout->format == NARR_INPUT_CSV)
    return layout->format == NARR_INPUT_CSV ? NARR_SHAPE_CSV : NARR_SHAPE_LINES;
  narr_shape shape = narr_platform_shape(layout->platform, bytes, length, array);
  layout->format = shape == NARR_SHAPE_CSV ? NARR_INPUT_CSV : NARR_INPUT_JSONL;
  return shape;
}

/* ---- CSV -------------------------------------------------------------------- */

static narr_status fail_column(const char *wanted, const narr_field *fields, size_t count,
                               narr_error *error) {
  narr_buffer names = NARR_BUFFER_INIT;
  for (size_t i = 0; i < count; i++) {
    narr_buffer_string(&names, i ? ", \"" : "\"");
    narr_buffer_append(&names, fields[i].data, fields[i].length);
    narr_buffer_byte(&names, '"');
  }
  narr_buffer_byte(&names, '\0');
  narr_status status =
      narr_fail(error, NARR_ERROR_INPUT, "the header has no column \"%s\"; its columns are %s",
                wanted, names.failed ? "(out of memory)" : names.data);
  narr_buffer_free(&names);
  return status;
}

/* The first of the columns "a|b|c" that is there. */
static size_t find_column(const char *names, const narr_field *fields, size_t count) {
  for (const char *at = names; at;) {
    narr_field name = narr_field_alternative(at, &at);
    for (size_t i = 0; i < count; i++)
      if (fields[i].length == name.length &&
          (name.length == 0 || memcmp(fields[i].data, name.data, name.length) == 0))
        return i;
  }
  return SIZE_MAX;
}

/* A column that was named must be there; of the usual ones any may be. */
static narr_status choose_column(size_t *column, const narr_stream_options *options,
                                 const char *named, const char *usual, const narr_field *fields,
                                 size_t count, narr_error *error) {
  *column = find_column(fields_of(options, named, usual), fields, count);
  return named && *column == SIZE_MAX ? fail_column(named, fields, count, error) : NARR_OK;
}

static bool is_blank(const char *bytes, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r' && bytes[i] != '\n') return false;
  return true;
}

narr_status narr_stream_input_header(narr_stream_input *input, const char *bytes, size_t length,
                                     narr_stream_layout *layout, narr_error *error) {
  const narr_stream_options *options = input->options;
  if (is_blank(bytes, length))
    return narr_fail(error, NARR_ERROR_INPUT, "the first line is blank: a header is needed");
  const narr_field *fields;
  size_t count;
  narr_status status = narr_csv_parse(input->csv, bytes, length, &fields, &count, error);
  if (status) return status;
  layout->column_count = count;
  layout->text_column = narr_csv_column(fields, count, options->text_column);
  bool by_default = !options->id_column && strcmp(options->text_column, "text") == 0;
  if (by_default && layout->platform == NARR_PLATFORM_NONE)
    layout->platform = narr_platform_guess_header(fields, count);
  if (layout->platform != NARR_PLATFORM_NONE)
    return narr_platform_find_columns(&layout->columns, layout->platform, fields, count, error);
  layout->id_column =
      narr_csv_column(fields, count, options->id_column ? options->id_column : "id");
  if (layout->text_column == SIZE_MAX)
    return fail_column(options->text_column, fields, count, error);
  if (options->id_column && layout->id_column == SIZE_MAX)
    return fail_column(options->id_column, fields, count, error);
  status = choose_column(&layout->lang_column, options, options->lang_field, NARR_LANG_FIELDS,
                         fields, count, error);
  if (!status)
    status = choose_column(&layout->time_column, options, options->time_field, NARR_TIME_FIELDS,
                           fields, count, error);
  if (!status)
    status = choose_column(&layout->author_column, options, options->author_field,
                           NARR_AUTHOR_FIELDS, fields, count, error);
  return status;
}

/* ---- Platforms ---------------------------------------------------------------- */

static narr_status need_platform(narr_stream_input *input, narr_platform platform,
                                 narr_error *error) {
  if (input->platform) return NARR_OK;
  return narr_platform_reader_new(&input->platform, platform, error);
}

static void take_post(narr_stream_item *item, const narr_platform_post *post) {
  item->text = post->text.data;
  item->text_length = post->text.length;
  item->id = post->id.length ? post->id.data : NULL;
  item->id_length = post->id.length;
  item->id_is_json = post->id_is_json;
  item->lang = post->lang;
  item->time = post->time;
  item->author = post->author;
  item->skipped = post->skipped;
}

static narr_field field_at(const narr_field *fields, size_t column) {
  return column == SIZE_MAX ? (narr_field){0} : fields[column];
}

static narr_status read_csv(narr_stream_input *input, const narr_stream_layout *layout,
                            const char *bytes, size_t length, narr_stream_item *item,
                            narr_error *error) {
  const narr_field *fields;
  size_t count;
  narr_status status = narr_csv_parse(input->csv, bytes, length, &fields, &count, error);
  if (status) return status;
  if (count != layout->column_count)
    return narr_fail(error, NARR_ERROR_INPUT, "%zu field%s where the header has %zu", count,
                     count == 1 ? "" : "s", layout->column_count);
  if (layout->platform != NARR_PLATFORM_NONE) {
    narr_platform_post post;
    status = need_platform(input, layout->platform, error);
    if (!status)
      status = narr_platform_read_columns(input->platform, &layout->columns, fields, &post, error);
    if (!status) take_post(item, &post);
    return status;
  }
  item->text = fields[layout->text_column].data;
  item->text_length = fields[layout->text_column].length;
  item->lang = field_at(fields, layout->lang_column);
  item->time = field_at(fields, layout->time_column);
  item->author = field_at(fields, layout->author_column);
  if (layout->id_column != SIZE_MAX && fields[layout->id_column].length > 0) {
    item->id = fields[layout->id_column].data;
    item->id_length = fields[layout->id_column].length;
  }
  return NARR_OK;
}

/* ---- JSON lines --------------------------------------------------------------- */

static narr_status read_json(narr_stream_input *input, const char *bytes, size_t length,
                             narr_stream_item *item, narr_error *error) {
  narr_post post = {0};
  narr_status status = narr_json_read(input->json, bytes, length, &post, error);
  item->text = post.text;
  item->text_length = post.text_length;
  item->id = post.id;
  item->id_length = post.id_length;
  item->id_is_json = true;
  item->lang = post.lang;
  item->time = post.time;
  item->author = post.author;
  return status;
}

static narr_status read_platform(narr_stream_input *input, narr_platform platform,
                                 const char *bytes, size_t length, narr_stream_item *item,
                                 narr_error *error) {
  narr_platform_post post;
  narr_status status = need_platform(input, platform, error);
  if (status) return status;
  status = narr_platform_read(input->platform, bytes, length, &post, error);
  take_post(item, &post);
  return status;
}

/* ---- TSV ---------------------------------------------------------------------- */

static void unescape(narr_buffer *out, const char *bytes, size_t length) {
  static const char escapes[] = "tnrbf0\\'", meant[] = "\t\n\r\b\f\0\\'";
  for (size_t i = 0; i < length; i++) {
    const char *known = bytes[i] == '\\' && i + 1 < length
                            ? memchr(escapes, bytes[i + 1], sizeof escapes - 1)
                            : NULL;
    narr_buffer_byte(out, known ? meant[known - escapes] : bytes[i]);
    i += known != NULL;
  }
}

static narr_status read_tsv(narr_stream_input *input, const char *bytes, size_t length,
                            narr_stream_item *item, narr_error *error) {
  const char *end = bytes + length, *tab = memchr(bytes, '\t', length);
  const char *text = tab ? tab + 1 : bytes;
  if (memchr(text, '\t', (size_t)(end - text)))
    return narr_fail(error, NARR_ERROR_INPUT,
                     "more than two columns: a line is a text, or an id, a TAB and a text");
  narr_buffer *out = &input->unescaped;
  narr_buffer_clear(out);
  if (tab) unescape(out, bytes, (size_t)(tab - bytes));
  size_t id_length = out->length;
  unescape(out, text, (size_t)(end - text));
  if (out->failed) return narr_fail_memory(error);
  item->id = id_length ? out->data : NULL;
  item->id_length = id_length;
  item->text = out->data ? out->data + id_length : "";
  item->text_length = out->length - id_length;
  return NARR_OK;
}

narr_status narr_stream_input_read(narr_stream_input *input, const narr_stream_layout *layout,
                                   const char *bytes, size_t length, narr_stream_item *item,
                                   narr_error *error) {
  if (layout->format == NARR_INPUT_LINES) {
    item->text = bytes;
    item->text_length = length;
    return NARR_OK;
  }
  if (layout->format == NARR_INPUT_TSV) return read_tsv(input, bytes, length, item, error);
  if (is_blank(bytes, length)) return narr_fail(error, NARR_ERROR_INPUT, "empty record");
  if (layout->format == NARR_INPUT_CSV) return read_csv(input, layout, bytes, length, item, error);
  if (layout->platform != NARR_PLATFORM_NONE)
    return read_platform(input, layout->platform, bytes, length, item, error);
  return read_json(input, bytes, length, item, error);
}
