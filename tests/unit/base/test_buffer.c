/* Numbers and JSON strings as other programs expect them, in any locale; a
 * failed allocation is remembered. */
#include "base/buffer.h"

#include <float.h>
#include <locale.h>

#include "base/alloc.h"
#include "base/prng.h"
#include "base/utf8.h"
#include "support/check.h"

#define check_content(buffer, expected) \
  check_bytes((buffer), (expected), strlen(expected), __FILE__, __LINE__)

static void check_bytes(narr_buffer *buffer, const char *expected, size_t length, const char *file,
                        int line) {
  if (buffer->failed || buffer->length != length ||
      (length && memcmp(buffer->data, expected, length) != 0)) {
    print_error("\"%.*s\" instead of \"%s\"\n", (int)buffer->length,
                buffer->length ? buffer->data : "", expected);
    _fail(file, line);
  }
  narr_buffer_clear(buffer);
}

static void content_is_what_was_appended(void **state) {
  (void)state;
  narr_buffer buffer = NARR_BUFFER_INIT;
  narr_buffer_append(&buffer, NULL, 0);
  check_content(&buffer, "");
  narr_buffer_append(&buffer, "a\0b", 3);
  narr_buffer_byte(&buffer, '\0');
  narr_buffer_string(&buffer, "cd");
  check_bytes(&buffer, "a\0b\0cd", 6, __FILE__, __LINE__);
  for (size_t i = 0; i < 10000; i++) narr_buffer_byte(&buffer, (char)(i % 251));
  assert_int_equal(buffer.length, 10000);
  for (size_t i = 0; i < 10000; i++) assert_int_equal(buffer.data[i], (char)(i % 251));
  narr_buffer_free(&buffer);
  assert_null(buffer.data);
  assert_int_equal(buffer.length + buffer.capacity, 0);
  narr_buffer_free(&buffer);
}

static void unsigned_numbers(void **state) {
  (void)state;
  narr_buffer buffer = NARR_BUFFER_INIT;
  narr_buffer_unsigned(&buffer, 0);
  check_content(&buffer, "0");
  narr_buffer_unsigned(&buffer, 1234567890);
  check_content(&buffer, "1234567890");
  narr_buffer_unsigned(&buffer, UINT64_MAX);
  check_content(&buffer, "18446744073709551615");
  narr_buffer_free(&buffer);
}

static void formatted_text_of_any_length(void **state) {
  (void)state;
  narr_buffer buffer = NARR_BUFFER_INIT;
  char text[3000];
  for (size_t length = 0; length < sizeof text - 1; length += 1 + length / 9) {
    memset(text, 'x', length);
    text[length] = '\0';
    narr_buffer_format(&buffer, "%s", text);
    check_content(&buffer, text);
  }
  for (size_t length = 505; length < 520; length++) { /* around the inner limit */
    memset(text, 'y', length);
    text[length] = '\0';
    narr_buffer_format(&buffer, "<%s>%d", text, 5);
    assert_int_equal(buffer.length, length + 3);
    assert_memory_equal(buffer.data + 1, text, length);
    assert_memory_equal(buffer.data + buffer.length - 2, ">5", 2);
    narr_buffer_clear(&buffer);
  }
  narr_buffer_free(&buffer);
}

/* ---- Decimal numbers ------------------------------------------------------------ */

typedef struct decimal {
  double value;
  unsigned decimals;
  const char *expected;
} decimal;

static const decimal decimals[] = {
    {0, 0, "0"},
    {0, 3, "0.000"},
    {-0.0, 0, "0"},
    {-0.0, 2, "0.00"},
    {-0.004, 2, "0.00"}, /* no negative zero */
    {-0.4, 0, "0"},
    {1, 0, "1"},
    {0.5, 0, "1"}, /* half away from zero */
    {-0.5, 0, "-1"},
    {1.5, 0, "2"},
    {2.5, 0, "3"},
    {-2.5, 0, "-3"},
    {0.125, 2, "0.13"},
    {-0.125, 2, "-0.13"},
    {0.25, 1, "0.3"},
    {0.49999999999999994, 0, "0"}, /* plus a half it is 1 */
    {1.005, 2, "1.00"},            /* is less than it looks */
    {1.115, 2, "1.11"},            /* so is this, and times 100 it is 111.5 */
    {0.999, 2, "1.00"},
    {9.9999, 3, "10.000"},
    {-99.996, 2, "-100.00"},
    {0.1, 9, "0.100000000"},
    {0.000000001, 9, "0.000000001"},
    {0.0000000004, 9, "0.000000000"},
    {123.456, 3, "123.456"},
    {3.0000001, 6, "3.000000"},
    {1e9, 9, "1000000000.000000000"},
    {12345678901.5, 9, "12345678901.500000000"},
    {4503599627370497.0, 0, "4503599627370497"}, /* 2^52 + 1 */
    {9007199254740993.0, 0, "9007199254740992"},
    {1e18, 0, "1000000000000000000"},
    {-1e18, 2, "-1000000000000000000.00"},
    {18446744073709551616.0, 1, "18446744073709551616.0"},
    {1e22, 0, "10000000000000000000000"},
    {5e-324, 9, "0.000000000"},
    {-DBL_MIN, 4, "0.0000"},
};

static void decimals_round_half_away_from_zero(void **state) {
  (void)state;
  narr_buffer buffer = NARR_BUFFER_INIT;
  for (size_t i = 0; i < sizeof decimals / sizeof *decimals; i++) {
    narr_buffer_decimal(&buffer, decimals[i].value, decimals[i].decimals);
    check_content(&buffer, decimals[i].expected);
  }
  narr_buffer_free(&buffer);
}

static void not_finite_is_null(void **state) {
  (void)state;
  narr_buffer buffer = NARR_BUFFER_INIT;
  for (unsigned d = 0; d <= 9; d++) {
    narr_buffer_decimal(&buffer, (double)NAN, d);
    check_content(&buffer, "null");
    narr_buffer_decimal(&buffer, (double)INFINITY, d);
    check_content(&buffer, "null");
    narr_buffer_decimal(&buffer, -(double)INFINITY, d);
    check_content(&buffer, "null");
  }
  narr_buffer_free(&buffer);
}

static void check_against_printf(narr_buffer *buffer, double value, unsigned places) {
  char expected[400];
  snprintf(expected, sizeof expected, "%.*f", (int)places, value);
  const char *sign = expected;
  if (*sign == '-' && strspn(sign + 1, "0.") == strlen(sign + 1)) sign++; /* "-0.00" */
  narr_buffer_decimal(buffer, value, places);
  check_content(buffer, sign);
}

/* printf() differs only in exact halves, which random numbers are not. */
static void decimals_agree_with_printf(void **state) {
  (void)state;
  narr_buffer buffer = NARR_BUFFER_INIT;
  narr_prng prng = {1};
  for (size_t i = 0; i < 50000; i++) {
    double unit = (double)(narr_prng_next(&prng) >> 11) * 0x1p-53 + 0x1p-60;
    double value = ldexp(unit, (int)narr_prng_below(&prng, 48) - 20);
    if (i % 2) value = -value;
    unsigned places = (unsigned)narr_prng_below(&prng, 10);
    double scaled = value * pow(10, places) * 2;
    if (scaled == floor(scaled)) continue;
    check_against_printf(&buffer, value, places);
  }
  for (int exponent = 50; exponent < 1024; exponent += 7) {
    double value = ldexp(1 + 1.0 / 3, exponent);
    check_against_printf(&buffer, value, (unsigned)exponent % 10);
  }
  check_against_printf(&buffer, -DBL_MAX, 9);
  narr_buffer_free(&buffer);
}

/* What looks like a half in decimals is, in binary, a bit more or less. */
static void near_halves_round_as_their_exact_value(void **state) {
  (void)state;
  narr_buffer buffer = NARR_BUFFER_INIT;
  for (unsigned i = 1; i < 100000; i += 2) {
    double value = i / 2e3;
    if (i % 125 == 0) continue; /* exact halves */
    check_against_printf(&buffer, value, 3);
    check_against_printf(&buffer, -value, 3);
  }
  narr_buffer_free(&buffer);
}

/* A locale with a decimal comma: an installed one, or one made in `folder`. */
static bool set_comma_locale(const char *folder) {
  static const char *const names[] = {"de_DE.UTF-8", "sr_RS.UTF-8", "hr_HR.UTF-8", "fr_FR.UTF-8"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (setlocale(LC_ALL, names[i])) return true;
  char command[200];
  snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8 >%s/log 2>&1",
           folder, folder);
  if (system(command) != 0) return false;
  setenv("LOCPATH", folder, 1);
  return setlocale(LC_ALL, "de_DE.UTF-8") != NULL;
}

static void locale_makes_no_difference(void **state) {
  (void)state;
  char folder[] = "/tmp/narr-test-XXXXXX", command[64];
  assert_non_null(mkdtemp(folder));
  bool have = set_comma_locale(folder);
  snprintf(command, sizeof command, "rm -r %s", folder);
  assert_int_equal(system(command), 0);
  if (!have) {
    print_message("no locale with a decimal comma here\n");
    skip();
  }
  narr_buffer buffer = NARR_BUFFER_INIT;
  assert_string_equal(localeconv()->decimal_point, ",");
  narr_buffer_decimal(&buffer, 1234567.25, 3);
  check_content(&buffer, "1234567.250");
  narr_buffer_decimal(&buffer, 1e25, 2);
  check_content(&buffer, "10000000000000000905969664.00");
  setlocale(LC_ALL, "C");
  narr_buffer_free(&buffer);
}

/* ---- JSON strings ------------------------------------------------------------------ */

static void json(narr_buffer *buffer, const char *bytes, size_t length, const char *expected) {
  narr_buffer_json_string(buffer, bytes, length);
  check_content(buffer, expected);
}

static void json_escapes(void **state) {
  (void)state;
  narr_buffer buffer = NARR_BUFFER_INIT;
  json(&buffer, "", 0, "\"\"");
  json(&buffer, "plain /text/", 12, "\"plain /text/\"");
  json(&buffer, "\"\\\n\r\t", 5, "\"\\\"\\\\\\n\\r\\t\"");
  json(&buffer, "a\0b", 3, "\"a\\u0000b\"");
  json(&buffer, "\b\f\x1f\x7f", 4, "\"\\u0008\\u000c\\u001f\\u007f\"");
  json(&buffer, "\"", 1, "\"\\\"\"");
  json(&buffer, "КиМ š 科 😀", strlen("КиМ š 科 😀"), "\"КиМ š 科 😀\"");
  narr_buffer_free(&buffer);
}

static void json_repairs_utf8(void **state) {
  (void)state;
  narr_buffer buffer = NARR_BUFFER_INIT;
  json(&buffer, "\xFF", 1, "\"\xEF\xBF\xBD\"");
  json(&buffer, "a\xC5", 2, "\"a\xEF\xBF\xBD\"");
  json(&buffer, "\xC0\xAFx", 3, "\"\xEF\xBF\xBD\xEF\xBF\xBDx\"");
  json(&buffer, "\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", 9,
       "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\x41\"");
  json(&buffer, "\xED\xA0\x80\n", 4, "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\\n\"");
  narr_buffer_free(&buffer);
}

/* Whatever comes in, what goes out is one valid line. */
static void json_of_random_bytes_is_valid(void **state) {
  (void)state;
  narr_buffer buffer = NARR_BUFFER_INIT;
  narr_prng prng = {7};
  char bytes[40];
  for (size_t round = 0; round < 20000; round++) {
    size_t length = (size_t)narr_prng_below(&prng, sizeof bytes + 1);
    for (size_t i = 0; i < length; i++) bytes[i] = (char)narr_prng_below(&prng, 256);
    narr_buffer_json_string(&buffer, bytes, length);
    assert_true(narr_utf8_valid(buffer.data, buffer.length, NULL));
    assert_true(buffer.length >= 2 && buffer.data[0] == '"');
    assert_true(buffer.data[buffer.length - 1] == '"');
    for (size_t i = 1; i < buffer.length - 1; i++) {
      assert_true((unsigned char)buffer.data[i] >= 0x20 && buffer.data[i] != '"');
      if (buffer.data[i] == '\\') i++;
      assert_true(i < buffer.length - 1);
    }
    narr_buffer_clear(&buffer);
  }
  narr_buffer_free(&buffer);
}

/* ---- Out of memory -------------------------------------------------------------------- */

static void failure_is_remembered(void **state) {
  (void)state;
  narr_buffer buffer = NARR_BUFFER_INIT;
  narr_buffer_string(&buffer, "kept");
  narr_alloc_fail_at(1);
  char text[100] = {0};
  memset(text, 'x', sizeof text - 1);
  narr_buffer_string(&buffer, text);
  assert_true(buffer.failed);
  narr_buffer_string(&buffer, "y"); /* there would be room for it */
  narr_buffer_byte(&buffer, 'y');
  narr_buffer_unsigned(&buffer, 1);
  narr_buffer_json_string(&buffer, "y", 1);
  narr_buffer_format(&buffer, "y%s%s%s%s%s%s", text, text, text, text, text, text);
  assert_false(narr_buffer_reserve(&buffer, 0));
  assert_true(buffer.failed);
  assert_int_equal(buffer.length, 4);
  assert_memory_equal(buffer.data, "kept", 4);
  narr_buffer_clear(&buffer);
  narr_buffer_string(&buffer, text);
  check_content(&buffer, text);
  narr_buffer_string(&buffer, "x");
  assert_false(narr_buffer_reserve(&buffer, SIZE_MAX));
  assert_true(buffer.failed);
  narr_buffer_free(&buffer);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(content_is_what_was_appended),
      cmocka_unit_test(unsigned_numbers),
      cmocka_unit_test(formatted_text_of_any_length),
      cmocka_unit_test(decimals_round_half_away_from_zero),
      cmocka_unit_test(not_finite_is_null),
      cmocka_unit_test(decimals_agree_with_printf),
      cmocka_unit_test(near_halves_round_as_their_exact_value),
      cmocka_unit_test(locale_makes_no_difference),
      cmocka_unit_test(json_escapes),
      cmocka_unit_test(json_repairs_utf8),
      cmocka_unit_test(json_of_random_bytes_is_valid),
      cmocka_unit_test(failure_is_remembered),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
