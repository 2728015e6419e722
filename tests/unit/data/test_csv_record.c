/* One record's fields, and what is wrong with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above */
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "data/csv_record.h"

static narr_csv *new_csv(char delimiter) {
  narr_csv *csv;
  assert_int_equal(narr_csv_new(&csv, delimiter, NULL), NARR_OK);
  return csv;
}

/* `expected` are fields with '|' behind each. */
static void check_bytes(narr_csv *csv, const char *bytes, size_t length, const char *expected,
                        size_t expected_length) {
  const narr_field *fields;
  size_t count, at = 0;
  narr_error error = NARR_ERROR_INIT;
  char joined[256];
  assert_int_equal(narr_csv_parse(csv, bytes, length, &fields, &count, &error), NARR_OK);
  for (size_t i = 0; i < count; i++) {
    assert_true(at + fields[i].length + 1 < sizeof joined);
    memcpy(joined + at, fields[i].data, fields[i].length);
    at += fields[i].length;
    joined[at++] = '|';
  }
  assert_int_equal(at, expected_length);
  assert_memory_equal(joined, expected, at);
}

static void check(narr_csv *csv, const char *record, const char *expected) {
  check_bytes(csv, record, strlen(record), expected, strlen(expected));
}

static void fields_are_split_and_unquoted(void **state) {
  (void)state;
  narr_csv *csv = new_csv(',');
  check(csv, "", "");
  check(csv, "\r\n", "");
  check(csv, "a", "a|");
  check(csv, "a,b,c\n", "a|b|c|");
  check(csv, "a,b\r\n", "a|b|");
  check(csv, ",", "||");
  check(csv, ",,\n", "|||");
  check(csv, "\"\"", "|");
  check(csv, "\"a,b\",\"c\nd\r\ne\",\"say \"\"x\"\"\"", "a,b|c\nd\r\ne|say \"x\"|");
  check(csv, "\"a\",\"\"\n", "a||");
  check_bytes(csv, "a\0b,\"\0\"", 7, "a\0b|\0|", 6);
  narr_csv_free(csv);
}

static void spaces_are_kept(void **state) {
  (void)state;
  narr_csv *csv = new_csv(',');
  check(csv, " a ,\tb\t, ", " a |\tb\t| |");
  check(csv, "\" a \"", " a |");
  narr_csv_free(csv);
}

static void any_ascii_delimiter(void **state) {
  (void)state;
  narr_csv *csv = new_csv('\t');
  check(csv, "a\t b,c\t\"d\te\"", "a| b,c|d\te|");
  narr_csv_free(csv);
  csv = new_csv(';');
  check(csv, ";a,b;", "|a,b||");
  narr_csv_free(csv);
  const char bad[] = {'"', '\r', '\n', '\0', (char)0xE2};
  for (size_t i = 0; i < sizeof bad; i++) {
    narr_error error = NARR_ERROR_INIT;
    assert_int_equal(narr_csv_new(&csv, bad[i], &error), NARR_ERROR_ARGUMENT);
    assert_null(csv);
    assert_non_null(strstr(error.message, "delimiter"));
  }
}

static void errors_say_what_and_where(void **state) {
  (void)state;
  static const struct {
    const char *record, *message;
    size_t offset;
  } cases[] = {
      {"a,\"b", "unclosed quote", 4},
      {"\"", "unclosed quote", 1},
      {"\"a\"\"", "unclosed quote", 4},
      {"\"a\"b", "text behind a closing quote", 3},
      {"\"a\" ,b", "text behind a closing quote", 3},
      {"a\"b", "a quote in an unquoted field", 1},
      {" \"b\"", "a quote in an unquoted field", 1},
      {"a\nb", "more than one record", 0},
  };
  narr_csv *csv = new_csv(',');
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const narr_field *fields;
    size_t count;
    narr_error error = NARR_ERROR_INIT;
    assert_int_equal(
        narr_csv_parse(csv, cases[i].record, strlen(cases[i].record), &fields, &count, &error),
        NARR_ERROR_INPUT);
    assert_int_equal(error.status, NARR_ERROR_INPUT);
    assert_ptr_equal(strstr(error.message, cases[i].message), error.message);
    assert_int_equal(error.offset, cases[i].offset);
    assert_int_equal(count, 0);
    check(csv, "next,\"one\"\n", "next|one|"); /* an error leaves nothing behind */
  }
  narr_csv_free(csv);
}

static void long_fields(void **state) {
  (void)state;
  size_t length = 300000;
  char *record = malloc(length);
  assert_non_null(record);
  memset(record, 'x', length);
  record[0] = record[length - 1] = '"';
  narr_csv *csv = new_csv(',');
  const narr_field *fields;
  size_t count;
  check(csv, "a,b", "a|b|");
  assert_int_equal(narr_csv_parse(csv, record, length, &fields, &count, NULL), NARR_OK);
  assert_int_equal(count, 1);
  assert_int_equal(fields[0].length, length - 2);
  assert_memory_equal(fields[0].data, record + 1, length - 2);
  narr_csv_free(csv);
  free(record);
}

static void columns_by_name(void **state) {
  (void)state;
  narr_csv *csv = new_csv(',');
  const narr_field *fields;
  size_t count;
  assert_int_equal(narr_csv_parse(csv, "id,text,text2", 13, &fields, &count, NULL), NARR_OK);
  assert_int_equal(narr_csv_column(fields, count, "text"), 1);
  assert_int_equal(narr_csv_column(fields, count, "text2"), 2);
  assert_true(narr_csv_column(fields, count, "Text") == SIZE_MAX);
  assert_true(narr_csv_column(fields, count, "") == SIZE_MAX);
  assert_true(narr_csv_column(NULL, 0, "id") == SIZE_MAX);
  narr_csv_free(csv);
}

/* libcsv asks again for less when a request fails, so that a failure may be
 * survived; it must be an error of memory or no error at all. */
static void no_memory(void **state) {
  (void)state;
  unsigned failures = 0;
  for (size_t n = 1; n < 40; n++) {
    narr_csv *csv;
    const narr_field *fields;
    size_t count;
    narr_alloc_fail_at(n);
    narr_status status = narr_csv_new(&csv, ',', NULL);
    if (!status) status = narr_csv_parse(csv, "a,\"b\",c,d", 9, &fields, &count, NULL);
    narr_alloc_fail_at(0);
    if (status) {
      assert_int_equal(status, NARR_ERROR_MEMORY);
      failures++;
      if (csv) check(csv, "a,b", "a|b|");
    } else {
      assert_int_equal(count, 4);
    }
    narr_csv_free(csv);
  }
  assert_true(failures >= 3);
  narr_csv_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fields_are_split_and_unquoted),
      cmocka_unit_test(spaces_are_kept),
      cmocka_unit_test(any_ascii_delimiter),
      cmocka_unit_test(errors_say_what_and_where),
      cmocka_unit_test(long_fields),
      cmocka_unit_test(columns_by_name),
      cmocka_unit_test(no_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
