/* Laws of reading CSV, on random documents: records don't depend on how the
 * bytes are chunked, and what was quoted comes back unchanged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above */
#include <cmocka.h>
#include <string.h>

#include "base/buffer.h"
#include "base/prng.h"
#include "data/csv_record.h"
#include "data/dataset_store.h"
#include "data/frame.h"

enum { DOCUMENTS = 300 };

static size_t below(narr_prng *prng, size_t bound) {
  return (size_t)narr_prng_below(prng, bound);
}

/* Bytes that matter to CSV, without any order. */
static void random_bytes(narr_prng *prng, narr_buffer *out) {
  static const char alphabet[] = {'a', 'b', ',', '"', '\n', '\r', ' ', '"', ',', '\n', '\0'};
  for (size_t left = below(prng, 120); left > 0; left--)
    narr_buffer_byte(out, alphabet[below(prng, sizeof alphabet)]);
}

static narr_framer new_framer(void) {
  narr_framer framer;
  narr_framer_init(&framer, NARR_FRAME_CSV, ',');
  return framer;
}

/* Frames `document` with `step` bytes more at a time and compares. */
static void check_step(const narr_buffer *document, size_t step) {
  narr_framer whole = new_framer(), chunked = new_framer();
  narr_record expected, record;
  size_t begin = 0, seen = 0, total = document->length;
  while (narr_frame_next(&whole, document->data + begin, total - begin, true, &expected)) {
    while (!narr_frame_next(&chunked, document->data + begin, seen - begin, seen == total, &record))
      seen = seen + step < total ? seen + step : total;
    assert_int_equal(record.length, expected.length);
    assert_int_equal(record.content, expected.content);
    assert_int_equal(record.lines, expected.lines);
    begin += record.length;
    if (seen < begin) seen = begin;
  }
  assert_int_equal(begin, total);
}

static void chunks_make_no_difference(void **state) {
  (void)state;
  narr_prng prng = {20250101};
  narr_buffer document = NARR_BUFFER_INIT;
  for (size_t i = 0; i < DOCUMENTS; i++) {
    narr_buffer_clear(&document);
    random_bytes(&prng, &document);
    narr_buffer_byte(&document, 'z');
    for (size_t step = 1; step <= document.length; step++) check_step(&document, step);
  }
  narr_buffer_free(&document);
}

/* ---- Quoting ------------------------------------------------------------------ */

static void append_field(narr_prng *prng, narr_buffer *out, const char *field, size_t length) {
  bool quote = below(prng, 3) == 0;
  for (size_t i = 0; i < length; i++) quote |= strchr(",\"\r\n", field[i]) != NULL;
  if (!quote) {
    narr_buffer_append(out, field, length);
    return;
  }
  narr_buffer_byte(out, '"');
  for (size_t i = 0; i < length; i++) {
    narr_buffer_byte(out, field[i]);
    if (field[i] == '"') narr_buffer_byte(out, '"');
  }
  narr_buffer_byte(out, '"');
}

enum { MAX_FIELDS = 6, MAX_LENGTH = 24 };

typedef struct row {
  size_t count;
  size_t length[MAX_FIELDS];
  char field[MAX_FIELDS][MAX_LENGTH];
} row;

static void random_row(narr_prng *prng, row *r) {
  static const char alphabet[] = {'a', 'b', ',', '"', '\n', '\r', ' ', '\t', ';', '\xC4', '\x8D'};
  r->count = 1 + below(prng, MAX_FIELDS);
  for (size_t i = 0; i < r->count; i++) {
    r->length[i] = below(prng, MAX_LENGTH);
    if (r->count == 1 && r->length[0] == 0) r->length[0] = 1; /* else a blank line */
    for (size_t j = 0; j < r->length[i]; j++)
      r->field[i][j] = alphabet[below(prng, sizeof alphabet)];
  }
}

static void write_row(narr_prng *prng, narr_buffer *out, const row *r, const char *line_end) {
  for (size_t i = 0; i < r->count; i++) {
    if (i) narr_buffer_byte(out, ',');
    append_field(prng, out, r->field[i], r->length[i]);
  }
  narr_buffer_string(out, line_end);
}

static void what_was_quoted_comes_back(void **state) {
  (void)state;
  static const char *const line_ends[] = {"\n", "\r\n", "\r"};
  narr_prng prng = {42};
  narr_buffer document = NARR_BUFFER_INIT;
  narr_csv *csv;
  assert_int_equal(narr_csv_new(&csv, ',', NULL), NARR_OK);
  for (size_t i = 0; i < DOCUMENTS; i++) {
    row rows[8];
    size_t count = 1 + below(&prng, 8), at = 0;
    const char *line_end = line_ends[below(&prng, 3)];
    narr_buffer_clear(&document);
    for (size_t r = 0; r < count; r++) {
      random_row(&prng, &rows[r]);
      write_row(&prng, &document, &rows[r], line_end);
    }
    assert_false(document.failed);
    narr_framer framer = new_framer();
    for (size_t r = 0; r < count; r++) {
      narr_record record;
      const narr_field *fields;
      size_t found;
      assert_true(
          narr_frame_next(&framer, document.data + at, document.length - at, true, &record));
      assert_int_equal(
          narr_csv_parse(csv, document.data + at, record.content, &fields, &found, NULL), NARR_OK);
      assert_int_equal(found, rows[r].count);
      for (size_t f = 0; f < found; f++) {
        assert_int_equal(fields[f].length, rows[r].length[f]);
        assert_memory_equal(fields[f].data, rows[r].field[f], fields[f].length);
      }
      at += record.length;
    }
    assert_int_equal(at, document.length);
  }
  narr_csv_free(csv);
  narr_buffer_free(&document);
}

/* ---- Whole files ---------------------------------------------------------------- */

/* In lenient mode every record is either a row or counted, and the line of
 * each complaint is within the file. */
static void note_skip(void *context, const narr_error *why) {
  size_t *lines = context;
  assert_true(why->line >= 2 && why->line <= *lines);
}

static void every_record_is_a_row_or_skipped(void **state) {
  (void)state;
  narr_prng prng = {99};
  narr_buffer document = NARR_BUFFER_INIT;
  for (size_t i = 0; i < DOCUMENTS; i++) {
    narr_buffer_clear(&document);
    narr_buffer_string(&document, "text,label\n");
    size_t header = document.length, records = 0, lines = 1;
    narr_buffer_string(&document, "x,y\n");
    random_bytes(&prng, &document);
    narr_framer framer = new_framer();
    narr_record record;
    for (size_t at = header;
         narr_frame_next(&framer, document.data + at, document.length - at, true, &record);
         at += record.length) {
      records += record.content > 0;
      lines += record.lines;
    }
    narr_dataset_options options = NARR_DATASET_OPTIONS_INIT;
    narr_dataset *dataset;
    options.lenient = true;
    options.on_skip = note_skip;
    options.on_skip_context = &lines;
    assert_int_equal(narr_dataset_new(&dataset, &options, NULL), NARR_OK);
    assert_int_equal(
        narr_dataset_read_bytes(dataset, "random", document.data, document.length, NULL), NARR_OK);
    assert_int_equal(narr_dataset_size(dataset) + narr_dataset_skipped(dataset), records);
    narr_dataset_free(dataset);
  }
  narr_buffer_free(&document);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(chunks_make_no_difference),
      cmocka_unit_test(what_was_quoted_comes_back),
      cmocka_unit_test(every_record_is_a_row_or_skipped),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
