/* csv_record.h - the fields of one CSV record, by libcsv in strict mode. The
 * only user of csv.h. */
#ifndef NARR_DATA_CSV_RECORD_H
#define NARR_DATA_CSV_RECORD_H

#include <stddef.h>

#include "narr/error.h"

/* A parser for one thread. */
typedef struct narr_csv narr_csv;

typedef struct narr_field {
  const char *data; /* unquoted; not NUL-terminated */
  size_t length;
} narr_field;

NARR_MUST_CHECK narr_status narr_csv_new(narr_csv **out, char delimiter, narr_error *error);
void narr_csv_free(narr_csv *csv);

/* Parses one record (content without or with its line end). *fields lives
 * until the next call. A record of no bytes has no fields. Spaces around
 * fields are kept. Errors: input (an unclosed quote, text behind a closing
 * quote, a quote in an unquoted field; the message says which, without file
 * or line: the caller adds them; error->offset is where in the record, its
 * length for an unclosed quote), memory. */
NARR_MUST_CHECK narr_status narr_csv_parse(narr_csv *csv, const char *bytes, size_t length,
                                           const narr_field **fields, size_t *field_count,
                                           narr_error *error);

/* The index of the column called `name` in a header, or SIZE_MAX. */
size_t narr_csv_column(const narr_field *fields, size_t field_count, const char *name);

#endif
