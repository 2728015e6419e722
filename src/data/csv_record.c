/* csv_record.c - the fields of one CSV record.
 *
 * libcsv calls back with each field in a buffer that it uses again for the
 * next, so the fields are gathered in one buffer here. That is reserved for
 * the whole record at once (unquoting never makes it longer), which lets
 * fields point into it while it fills. */
#include "data/csv_record.h"

#include <csv.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/status.h"

enum { STRICT = CSV_STRICT | CSV_STRICT_FINI };

struct narr_csv {
  struct csv_parser parser;
  narr_buffer bytes; /* of all fields */
  narr_field *fields;
  size_t count;
  size_t capacity;
  size_t rows;
  bool failed; /* no memory in a callback */
};

/* libcsv strips "spaces" from unquoted fields; here there are none. */
static int never_space(unsigned char byte) {
  (void)byte;
  return 0;
}

static void *resize(void *pointer, size_t size) {
  size_t capacity = 0;
  return narr_grow(&pointer, &capacity, size, 1) ? pointer : NULL;
}

static void on_field(void *data, size_t length, void *context) {
  narr_csv *csv = context;
  void *fields = csv->fields;
  if (csv->failed || !narr_grow(&fields, &csv->capacity, csv->count + 1, sizeof *csv->fields)) {
    csv->failed = true;
    return;
  }
  csv->fields = fields;
  csv->fields[csv->count++] = (narr_field){csv->bytes.data + csv->bytes.length, length};
  narr_buffer_append(&csv->bytes, data, length);
}

static void on_row(int end, void *context) {
  (void)end;
  ((narr_csv *)context)->rows++;
}

narr_status narr_csv_new(narr_csv **out, char delimiter, narr_error *error) {
  *out = NULL;
  if (delimiter == '"' || delimiter == '\r' || delimiter == '\n' || delimiter <= 0)
    return narr_fail(error, NARR_ERROR_ARGUMENT,
                     "the delimiter has to be one ASCII character that is neither a quote nor a "
                     "line end");
  narr_csv *csv = narr_alloc_zero(1, sizeof *csv);
  if (!csv) return narr_fail_memory(error);
  csv_init(&csv->parser, STRICT);
  csv_set_delim(&csv->parser, (unsigned char)delimiter);
  csv_set_space_func(&csv->parser, never_space);
  csv_set_realloc_func(&csv->parser, resize);
  csv_set_free_func(&csv->parser, narr_free);
  *out = csv;
  return NARR_OK;
}

void narr_csv_free(narr_csv *csv) {
  if (!csv) return;
  csv_free(&csv->parser);
  narr_buffer_free(&csv->bytes);
  narr_free(csv->fields);
  narr_free(csv);
}

/* A lax csv_fini() always ends the record, whatever state an error left. */
static void reset(narr_csv *csv) {
  csv_set_opts(&csv->parser, 0);
  (void)csv_fini(&csv->parser, NULL, NULL, NULL);
  csv_set_opts(&csv->parser, STRICT);
}

/* What made libcsv stop `used` bytes into the record; it only says that it
 * did. A quote can be wrong in an unquoted field only, and any other byte
 * only behind a closing quote. */
static narr_status explain(narr_csv *csv, const char *bytes, size_t length, size_t used,
                           narr_error *error) {
  bool memory = csv_error(&csv->parser) != CSV_EPARSE;
  reset(csv);
  if (memory) return narr_fail_memory(error);
  const char *why = used == length       ? "unclosed quote"
                    : bytes[used] == '"' ? "a quote in an unquoted field (quote the whole field, "
                                           "and double the quotes in it)"
                                         : "text behind a closing quote (a quote inside a quoted "
                                           "field has to be doubled)";
  narr_fail(error, NARR_ERROR_INPUT, "%s", why);
  if (error) error->offset = used;
  return NARR_ERROR_INPUT;
}

narr_status narr_csv_parse(narr_csv *csv, const char *bytes, size_t length,
                           const narr_field **fields, size_t *field_count, narr_error *error) {
  *fields = NULL;
  *field_count = 0;
  narr_buffer_clear(&csv->bytes);
  csv->count = csv->rows = 0;
  csv->failed = false;
  if (!narr_buffer_reserve(&csv->bytes, length)) return narr_fail_memory(error);
  /* One step of growth then holds any field; libcsv's 128 bytes would make
     long fields be moved again and again. */
  csv_set_blk_size(&csv->parser, length + 1);
  size_t used = csv_parse(&csv->parser, bytes, length, on_field, on_row, csv);
  if (used < length || csv_fini(&csv->parser, on_field, on_row, csv) != 0)
    return explain(csv, bytes, length, used, error);
  if (csv->failed) return narr_fail_memory(error);
  if (csv->rows > 1) return narr_fail(error, NARR_ERROR_INPUT, "more than one record");
  *fields = csv->fields;
  *field_count = csv->count;
  return NARR_OK;
}

size_t narr_csv_column(const narr_field *fields, size_t field_count, const char *name) {
  size_t length = strlen(name);
  for (size_t i = 0; i < field_count; i++)
    if (fields[i].length == length && memcmp(fields[i].data, name, length) == 0) return i;
  return SIZE_MAX;
}
