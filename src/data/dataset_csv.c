/* dataset_csv.c - labelled CSV files.
 *
 * Corpora are made by hand and by spreadsheets, and their mistakes are many.
 * So every complaint names file, line and row, says what to do, and comes
 * before anything is stored: a file is read whole or not at all. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/status.h"
#include "base/utf8.h"
#include "data/dataset_store.h"
#include "data/frame.h"
#include "data/time_text.h"

/* Where in a record the fields are; SIZE_MAX for those that aren't there. */
typedef struct columns {
  size_t count;
  size_t text;
  size_t label;
  size_t lang;
  size_t weight;
  size_t group;
  size_t time;
} columns;

typedef struct reader {
  narr_dataset *dataset;
  const char *name; /* for messages */
  narr_csv *csv;
  const char *start;  /* of the file */
  const char *bytes;  /* of the record */
  narr_record record; /* its extent */
  size_t line;        /* in which it begins, from 1 */
  size_t row;         /* its number, from 1; 0: it is the header */
  columns columns;    /* count is 0 until the header was read */
  narr_error why;     /* what is wrong with the record */
} reader;

/* ---- Numbers ---------------------------------------------------------------- */

static double power_of_ten(int exponent) {
  double power = 1, base = 10;
  for (; exponent; exponent /= 2, base *= base)
    if (exponent % 2) power *= base;
  return power;
}

static size_t read_digits(narr_field field, size_t at, uint64_t *value, int *dropped) {
  for (; at < field.length && field.data[at] >= '0' && field.data[at] <= '9'; at++) {
    if (*value < UINT64_C(100000000000000000))
      *value = *value * 10 + (uint64_t)(field.data[at] - '0');
    else
      ++*dropped;
  }
  return at;
}

/* A decimal number with a point, whatever the locale. Exact for up to 15
 * digits and exponents to 22, which weights don't exceed (Clinger 1990). */
static bool parse_number(narr_field field, double *number) {
  uint64_t value = 0;
  int exponent = 0, ignored = 0;
  size_t begin = field.length && (*field.data == '+' || *field.data == '-');
  size_t at = read_digits(field, begin, &value, &exponent);
  size_t digits = at - begin;
  if (at < field.length && field.data[at] == '.') {
    size_t point = at + 1;
    int dropped = 0;
    at = read_digits(field, point, &value, &dropped);
    digits += at - point;
    exponent -= (int)(at - point) - dropped;
  }
  if (digits == 0 || digits > 1000) return false;
  if (at < field.length && (field.data[at] == 'e' || field.data[at] == 'E')) {
    uint64_t power = 0;
    bool minus = ++at < field.length && field.data[at] == '-';
    if (at < field.length && (minus || field.data[at] == '+')) at++;
    size_t first = at;
    at = read_digits(field, at, &power, &ignored);
    if (at == first || at - first > 4) return false;
    exponent += minus ? -(int)power : (int)power;
  }
  double size = exponent < 0 ? (double)value / power_of_ten(-exponent)
                             : (double)value * power_of_ten(exponent);
  *number = *field.data == '-' ? -size : size;
  return at == field.length;
}

/* ---- Messages --------------------------------------------------------------- */

/* Puts file, line and row before what is wrong with the record. */
static narr_status locate_at(reader *r, size_t line, const char *joint, size_t offset) {
  if (r->why.status != NARR_ERROR_INPUT) return r->why.status;
  char message[NARR_ERROR_MESSAGE_SIZE];
  memcpy(message, r->why.message, sizeof message);
  if (r->row)
    narr_fail(&r->why, NARR_ERROR_INPUT, "%s:%zu: row %zu%s%s", r->name, line, r->row, joint,
              message);
  else
    narr_fail(&r->why, NARR_ERROR_INPUT, "%s:%zu: %s", r->name, line, message);
  r->why.row = r->row;
  r->why.line = line;
  r->why.offset = offset;
  return NARR_ERROR_INPUT;
}

static narr_status locate(reader *r, const char *joint, size_t offset) {
  return locate_at(r, r->line, joint, offset);
}

static size_t record_offset(const reader *r) {
  return (size_t)(r->bytes - r->start);
}

static const char *lenient_hint(const reader *r) {
  return r->dataset->options.lenient ? "" : " --lenient skips such rows";
}

static narr_status wrong_count(reader *r, size_t count) {
  bool more = count > r->columns.count;
  char separator[4] = {'\'', r->dataset->options.delimiter, '\'', '\0'};
  const char *culprit = !more                                   ? "line break"
                        : r->dataset->options.delimiter == ','  ? "comma"
                        : r->dataset->options.delimiter == '\t' ? "tab"
                                                                : separator;
  narr_fail(&r->why, NARR_ERROR_INPUT,
            "has %zu field%s, the header has %zu (is there an unquoted %s in the text?%s)", count,
            count == 1 ? "" : "s", r->columns.count, culprit, lenient_hint(r));
  return locate(r, " ", record_offset(r));
}

/* A header of one field is mostly one with another delimiter. */
static const char *delimiter_hint(const narr_field *fields, size_t count) {
  if (count != 1) return "";
  if (memchr(fields->data, ';', fields->length))
    return "; it looks separated by ';': try --delimiter ';'";
  if (memchr(fields->data, '\t', fields->length))
    return "; it looks separated by tabs: try --delimiter with a tab";
  if (memchr(fields->data, ',', fields->length))
    return "; it looks separated by commas: try --delimiter ','";
  return "";
}

static narr_status no_column(reader *r, const char *name, const char *option,
                             const narr_field *fields, size_t count) {
  narr_buffer list = NARR_BUFFER_INIT;
  for (size_t i = 0; i < count; i++) {
    if (i) narr_buffer_append(&list, ", ", 2);
    narr_buffer_append(&list, fields[i].data, fields[i].length);
  }
  if (list.failed) {
    narr_buffer_free(&list);
    return narr_fail_memory(&r->why);
  }
  narr_buffer_byte(&list, '\0');
  if (!list.failed)
    narr_fail(&r->why, NARR_ERROR_INPUT,
              "no column \"%s\"%s (%s names another; the header has: %s)", name,
              delimiter_hint(fields, count), option, list.data);
  else
    narr_fail_memory(&r->why);
  narr_buffer_free(&list);
  return locate(r, ": ", record_offset(r));
}

/* ---- Records ---------------------------------------------------------------- */

/* The fields of the record, which has to be UTF-8 without NUL throughout. */
static narr_status parse(reader *r, const narr_field **fields, size_t *count) {
  size_t offset, length = r->record.content;
  const char *nul = memchr(r->bytes, '\0', length);
  if (nul) {
    offset = record_offset(r) + (size_t)(nul - r->bytes);
    narr_fail(&r->why, NARR_ERROR_INPUT,
              "a NUL byte at byte %zu of the file (is it UTF-16? save it as UTF-8)", offset);
    return locate(r, ": ", offset);
  }
  if (!narr_utf8_valid(r->bytes, length, &offset)) {
    offset += record_offset(r);
    narr_fail(&r->why, NARR_ERROR_INPUT, "invalid UTF-8 at byte %zu of the file (save it as UTF-8)",
              offset);
    return locate(r, ": ", offset);
  }
  narr_status status = narr_csv_parse(r->csv, r->bytes, length, fields, count, &r->why);
  if (!status) return NARR_OK;
  /* A record with an unclosed quote ends with the line in which that opens. */
  size_t lines_before = r->why.offset == length ? r->record.lines - 1 : 0;
  return locate_at(r, r->line + lines_before, ": ", record_offset(r) + r->why.offset);
}

static narr_status find_column(reader *r, size_t *index, const char *name, const char *option,
                               const narr_field *fields, size_t count) {
  *index = narr_csv_column(fields, count, name);
  if (*index == SIZE_MAX) return no_column(r, name, option, fields, count);
  size_t behind = *index + 1;
  if (narr_csv_column(fields + behind, count - behind, name) == SIZE_MAX) return NARR_OK;
  narr_fail(&r->why, NARR_ERROR_INPUT, "two columns are called \"%s\"; rename one", name);
  return locate(r, ": ", record_offset(r));
}

/* Finds the columns that are needed, or wanted if they are there. */
static narr_status read_header(reader *r) {
  const narr_dataset_options *options = &r->dataset->options;
  columns *at = &r->columns;
  const narr_field *fields;
  size_t count;
  narr_status status = parse(r, &fields, &count);
  if (status) return status;
  bool has_lang = options->lang_column || narr_csv_column(fields, count, "lang") != SIZE_MAX;
  const struct {
    size_t *index;
    const char *name; /* NULL: not wanted */
    const char *option;
  } wanted[] = {
      {&at->text, options->text_column, "--text-column"},
      {&at->label, options->label_column, "--label-column"},
      {&at->lang,
       options->lang_column ? options->lang_column
       : has_lang           ? "lang"
                            : NULL,
       "--lang-column"},
      {&at->weight, options->weight_column, "--weight-column"},
      {&at->group, options->group_column, "--group-column"},
      {&at->time, options->time_column, "--time-column"},
  };
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted && !status; i++) {
    *wanted[i].index = SIZE_MAX;
    if (wanted[i].name)
      status = find_column(r, wanted[i].index, wanted[i].name, wanted[i].option, fields, count);
  }
  at->count = count;
  return status;
}

/* "the weight "abc" is not a positive number" */
static narr_status bad_cell(reader *r, const char *what, narr_field field, const char *why) {
  bool show = field.length > 0 && field.length <= 40;
  narr_fail(&r->why, NARR_ERROR_INPUT, "the %s%s%.*s%s is %s", what, show ? " \"" : "",
            show ? (int)field.length : 0, field.data, show ? "\"" : "", why);
  return locate(r, ": ", record_offset(r));
}

static narr_status read_row(reader *r) {
  const columns *at = &r->columns;
  const narr_field *fields;
  size_t count;
  narr_status status = parse(r, &fields, &count);
  if (status) return status;
  if (count != at->count) return wrong_count(r, count);
  narr_new_row row = {.text = fields[at->text],
                      .is_utf8 = true,
                      .labels = fields[at->label],
                      .weight = 1,
                      .time = NAN};
  if (at->lang != SIZE_MAX) row.lang = fields[at->lang];
  if (at->group != SIZE_MAX) row.group = fields[at->group];
  if (at->weight != SIZE_MAX &&
      (!parse_number(fields[at->weight], &row.weight) || !isfinite(row.weight) || row.weight <= 0))
    return bad_cell(r, "weight", fields[at->weight], "not a positive number");
  if (at->time != SIZE_MAX &&
      !narr_time_parse(fields[at->time].data, fields[at->time].length, &row.time))
    return bad_cell(r, "time", fields[at->time],
                    "neither an ISO 8601 date (2025-03-09T14:05:00Z) nor seconds since 1970");
  status = narr_dataset_add_row(r->dataset, &row, &r->why);
  return status ? locate(r, ": ", record_offset(r)) : NARR_OK;
}

static narr_status read_record(reader *r) {
  const narr_dataset_options *options = &r->dataset->options;
  if (r->columns.count == 0) return read_header(r);
  r->row++;
  narr_status status = read_row(r);
  if (status != NARR_ERROR_INPUT || !options->lenient) return status;
  r->dataset->extent.skipped++;
  if (options->on_skip) options->on_skip(options->on_skip_context, &r->why);
  return NARR_OK;
}

/* ---- Files ------------------------------------------------------------------ */

static narr_status whole_file(reader *r, const char *message) {
  return narr_fail(&r->why, NARR_ERROR_INPUT, "%s: %s", r->name, message);
}

static narr_status read_records(reader *r, size_t length) {
  bool bom = length >= 3 && memcmp(r->start, "\xEF\xBB\xBF", 3) == 0;
  size_t at = bom ? 3 : 0;
  if (length >= 2 && (memcmp(r->start, "\xFF\xFE", 2) == 0 || memcmp(r->start, "\xFE\xFF", 2) == 0))
    return whole_file(r, "this is UTF-16; save it as UTF-8");
  narr_framer framer;
  narr_framer_init(&framer, NARR_FRAME_CSV, r->dataset->options.delimiter);
  for (; narr_frame_next(&framer, r->start + at, length - at, true, &r->record);
       at += r->record.length, r->line += r->record.lines) {
    r->bytes = r->start + at;
    if (r->record.content == 0) continue; /* a blank line */
    narr_status status = read_record(r);
    if (status) return status;
  }
  if (r->columns.count == 0)
    return whole_file(r, "the file is empty; a header and rows are needed");
  if (r->row == 0) return whole_file(r, "there are no rows below the header");
  return NARR_OK;
}

narr_status narr_dataset_read_bytes(narr_dataset *dataset, const char *name, const char *bytes,
                                    size_t length, narr_error *error) {
  reader r = {.dataset = dataset, .name = name, .start = bytes, .line = 1};
  narr_status status = narr_csv_new(&r.csv, dataset->options.delimiter, error);
  if (status) return status;
  narr_extent before = dataset->extent;
  status = read_records(&r, length);
  if (status) {
    narr_dataset_go_back(dataset, before);
    if (error) *error = r.why;
  }
  narr_csv_free(r.csv);
  return status;
}

/* The caller named a file that isn't one to read: the input's fault. */
static narr_status fail_open(const char *name, narr_error *error) {
  narr_fail_system(error, errno, "%s", name);
  if (error) error->status = NARR_ERROR_INPUT;
  return NARR_ERROR_INPUT;
}

narr_status narr_dataset_read_csv(narr_dataset *dataset, const char *path, narr_error *error) {
  bool standard_input = strcmp(path, "-") == 0;
  const char *name = standard_input ? "standard input" : path;
  int fd = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail_open(name, error);
  narr_buffer content = NARR_BUFFER_INIT;
  narr_status status = narr_file_read_all(fd, name, &content, error);
  if (status == NARR_ERROR_SYSTEM && errno == EISDIR) status = fail_open(name, error);
  if (!standard_input) close(fd);
  if (!status) status = narr_dataset_read_bytes(dataset, name, content.data, content.length, error);
  narr_buffer_free(&content);
  return status;
}
