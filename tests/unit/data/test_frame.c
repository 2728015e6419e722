/* Records are found, and lines counted, wherever chunks end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above */
#include <cmocka.h>
#include <string.h>

#include "data/frame.h"

typedef struct expected {
  const char *content;
  size_t lines;
} expected;

/* Frames `input` with `step` bytes more at a time. */
static void check_chunked(narr_frame_kind kind, const char *input, size_t step,
                          const expected *records, size_t count) {
  size_t total = strlen(input), begin = 0, seen = step < total ? step : total, found = 0;
  narr_framer framer;
  narr_framer_init(&framer, kind, ',');
  for (;;) {
    narr_record record;
    bool at_end = seen == total;
    if (narr_frame_next(&framer, input + begin, seen - begin, at_end, &record)) {
      assert_true(found < count);
      assert_int_equal(record.content, strlen(records[found].content));
      assert_memory_equal(input + begin, records[found].content, record.content);
      assert_int_equal(record.lines, records[found].lines);
      assert_true(record.length >= record.content && record.length > 0);
      found++;
      begin += record.length;
    } else if (at_end) {
      break;
    } else {
      seen = seen + step < total ? seen + step : total;
    }
  }
  assert_int_equal(begin, total);
  assert_int_equal(found, count);
}

static void check(narr_frame_kind kind, const char *input, const expected *records, size_t count) {
  for (size_t step = 1; step <= strlen(input) + 1; step++)
    check_chunked(kind, input, step, records, count);
}

#define CHECK(kind, input, ...)                                    \
  do {                                                             \
    static const expected records[] = {__VA_ARGS__};               \
    check(kind, input, records, sizeof records / sizeof *records); \
  } while (0)

static void lines_end_at_lf(void **state) {
  (void)state;
  check(NARR_FRAME_LINES, "", NULL, 0);
  CHECK(NARR_FRAME_LINES, "one", {"one", 1});
  CHECK(NARR_FRAME_LINES, "one\n", {"one", 1});
  CHECK(NARR_FRAME_LINES, "\n", {"", 1});
  CHECK(NARR_FRAME_LINES, "a\r\n\nb\rc\n\"d\n", {"a", 1}, {"", 1}, {"b\rc", 1}, {"\"d", 1});
}

static void csv_ends_at_any_line_end(void **state) {
  (void)state;
  check(NARR_FRAME_CSV, "", NULL, 0);
  CHECK(NARR_FRAME_CSV, "a,b", {"a,b", 1});
  CHECK(NARR_FRAME_CSV, "a\nb\rc\r\nd", {"a", 1}, {"b", 1}, {"c", 1}, {"d", 1});
  CHECK(NARR_FRAME_CSV, "a\n\n\r\n\rb\r", {"a", 1}, {"", 1}, {"", 1}, {"", 1}, {"b", 1});
}

static void csv_quotes_hide_line_ends(void **state) {
  (void)state;
  CHECK(NARR_FRAME_CSV, "\"a\nb\",c\nd\n", {"\"a\nb\",c", 2}, {"d", 1});
  CHECK(NARR_FRAME_CSV, "\"a\r\nb\rc\nd\",e\r\nf", {"\"a\r\nb\rc\nd\",e", 4}, {"f", 1});
  CHECK(NARR_FRAME_CSV, "\"say \"\"x\n\"\"\"\ny", {"\"say \"\"x\n\"\"\"", 2}, {"y", 1});
  CHECK(NARR_FRAME_CSV, "\"\n\"\n", {"\"\n\"", 2});
  CHECK(NARR_FRAME_CSV, "\"\",\"\"\n\"\"", {"\"\",\"\"", 1}, {"\"\"", 1});
}

static void csv_quote_inside_a_field_hides_nothing(void **state) {
  (void)state;
  CHECK(NARR_FRAME_CSV, "5\" gun\nb\n", {"5\" gun", 1}, {"b", 1});
  CHECK(NARR_FRAME_CSV, "5\" gun,\"x\nb\n", {"5\" gun,\"x", 1}, {"b", 1});
  CHECK(NARR_FRAME_CSV, " \"a\nb\n", {" \"a", 1}, {"b", 1});
}

static void csv_malformed_record_ends_with_its_line(void **state) {
  (void)state;
  CHECK(NARR_FRAME_CSV, "\"a\"b,\"c\nd\n", {"\"a\"b,\"c", 1}, {"d", 1});
  CHECK(NARR_FRAME_CSV, "\"a\" ,\"c\r\nd\n", {"\"a\" ,\"c", 1}, {"d", 1});
  CHECK(NARR_FRAME_CSV, "\"a\"b,\"c\nd\",e\n", {"\"a\"b,\"c", 1}, {"d\",e", 1});
  CHECK(NARR_FRAME_CSV, "5\" gun,\"c\nd\",e\n", {"5\" gun,\"c", 1}, {"d\",e", 1});
  CHECK(NARR_FRAME_CSV, "\"a\nb\"c\nd\n", {"\"a\nb\"c", 2}, {"d", 1});
}

static void csv_unclosed_quote_takes_its_line_only(void **state) {
  (void)state;
  CHECK(NARR_FRAME_CSV, "\"a\nb\nc", {"\"a", 1}, {"b", 1}, {"c", 1});
  CHECK(NARR_FRAME_CSV, "x\n1,\"a\r\nb,\"\"\r\nc", {"x", 1}, {"1,\"a", 1}, {"b,\"\"", 1}, {"c", 1});
  CHECK(NARR_FRAME_CSV, "\"a\nb\",\"c\nd\ne\n", {"\"a\nb\",\"c", 2}, {"d", 1}, {"e", 1});
  CHECK(NARR_FRAME_CSV, "\"", {"\"", 1});
  CHECK(NARR_FRAME_CSV, "\"\n", {"\"", 1});
  CHECK(NARR_FRAME_CSV, "\"a\rb", {"\"a", 1}, {"b", 1});
  /* A closing quote that is the last byte closes. */
  CHECK(NARR_FRAME_CSV, "\"a\nb\"", {"\"a\nb\"", 2});
}

static void csv_uses_its_delimiter(void **state) {
  (void)state;
  narr_framer framer;
  narr_record record;
  narr_framer_init(&framer, NARR_FRAME_CSV, ';');
  const char *semicolons = "a;\"b\nc\"\n";
  assert_true(narr_frame_next(&framer, semicolons, strlen(semicolons), false, &record));
  assert_int_equal(record.content, 7);
  assert_int_equal(record.lines, 2);
  const char *commas = "a,\"b\nc\"\n";
  assert_true(narr_frame_next(&framer, commas, strlen(commas), false, &record));
  assert_int_equal(record.content, 4);
}

static void csv_waits_for_the_lf_behind_a_cr(void **state) {
  (void)state;
  narr_framer framer;
  narr_record record;
  narr_framer_init(&framer, NARR_FRAME_CSV, ',');
  assert_false(narr_frame_next(&framer, "a\r\n", 2, false, &record));
  assert_true(narr_frame_next(&framer, "a\r\n", 3, false, &record));
  assert_int_equal(record.length, 3);
  assert_int_equal(record.content, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lines_end_at_lf),
      cmocka_unit_test(csv_ends_at_any_line_end),
      cmocka_unit_test(csv_quotes_hide_line_ends),
      cmocka_unit_test(csv_quote_inside_a_field_hides_nothing),
      cmocka_unit_test(csv_malformed_record_ends_with_its_line),
      cmocka_unit_test(csv_unclosed_quote_takes_its_line_only),
      cmocka_unit_test(csv_uses_its_delimiter),
      cmocka_unit_test(csv_waits_for_the_lf_behind_a_cr),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
