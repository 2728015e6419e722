/* Errors are one line of whole characters, and say which system call failed
 * and why, however long the name of the file is. */
#include "base/status.h"

#include <errno.h>

#include "base/utf8.h"
#include "narr/narr.h"
#include "support/check.h"

static void repeat(char *out, size_t size, const char *prefix, const char *what) {
  size_t used = (size_t)snprintf(out, size, "%s", prefix), length = strlen(what);
  for (; used + length < size; used += length) memcpy(out + used, what, length + 1);
}

static void failure_is_filled_in(void **state) {
  (void)state;
  narr_error error = {.row = 1, .line = 2, .offset = 3};
  assert_int_equal(narr_fail(&error, NARR_ERROR_INPUT, "%s %d", "row", 7), NARR_ERROR_INPUT);
  assert_int_equal(error.status, NARR_ERROR_INPUT);
  assert_string_equal(error.message, "row 7");
  assert_int_equal(error.row, 0);
  assert_int_equal(error.line, 0);
  assert_int_equal(error.offset, 0);
}

static void error_may_be_null(void **state) {
  (void)state;
  assert_int_equal(narr_fail(NULL, NARR_ERROR_MODEL, "%d", 1), NARR_ERROR_MODEL);
  assert_int_equal(narr_fail_memory(NULL), NARR_ERROR_MEMORY);
  assert_int_equal(narr_fail_system(NULL, ENOENT, "x"), NARR_ERROR_SYSTEM);
}

static void memory_failure_needs_no_format(void **state) {
  (void)state;
  narr_error error = NARR_ERROR_INIT;
  assert_int_equal(narr_fail_memory(&error), NARR_ERROR_MEMORY);
  assert_int_equal(error.status, NARR_ERROR_MEMORY);
  assert_string_equal(error.message, "out of memory");
}

static void message_is_one_line(void **state) {
  (void)state;
  narr_error error = NARR_ERROR_INIT;
  (void)narr_fail(&error, NARR_ERROR_INPUT, "%s",
                  "a\nb\r\nc\td\x01"
                  "e\x7F"
                  "f\n");
  assert_string_equal(error.message, "a b  c d e f ");
  (void)narr_fail_system(&error, ENOENT, "%s", "new\nline");
  assert_string_equal(error.message, "new line: No such file or directory");
}

/* Characters of 1 to 4 bytes, meeting the end of the message everywhere. */
static void long_message_is_cut_between_characters(void **state) {
  (void)state;
  static const char *const characters[] = {"x", "š", "€", "😀"};
  static const char *const prefixes[] = {"", "a", "ab", "abc"};
  char text[1200];
  narr_error error = NARR_ERROR_INIT;
  for (size_t c = 0; c < 4; c++)
    for (size_t p = 0; p < 4; p++) {
      repeat(text, sizeof text, prefixes[p], characters[c]);
      (void)narr_fail(&error, NARR_ERROR_INPUT, "%s", text);
      size_t length = strlen(error.message);
      assert_true(length < NARR_ERROR_MESSAGE_SIZE && length + 10 > NARR_ERROR_MESSAGE_SIZE);
      assert_true(narr_utf8_valid(error.message, length, NULL));
      assert_memory_equal(error.message, text, length);
    }
}

/* A message that just fits is not cut. */
static void message_that_fits_is_whole(void **state) {
  (void)state;
  char text[NARR_ERROR_MESSAGE_SIZE];
  narr_error error = NARR_ERROR_INIT;
  repeat(text, sizeof text, "a", "š");
  assert_int_equal(strlen(text), NARR_ERROR_MESSAGE_SIZE - 1);
  (void)narr_fail(&error, NARR_ERROR_INPUT, "%s", text);
  assert_string_equal(error.message, text);
}

static void invalid_bytes_do_no_harm(void **state) {
  (void)state;
  char text[1200];
  narr_error error = NARR_ERROR_INIT;
  static const char *const bytes[] = {"\x80", "\xF0", "\xC3", "\xFF\x80"};
  for (size_t i = 0; i < 4; i++) {
    repeat(text, sizeof text, "", bytes[i]);
    (void)narr_fail(&error, NARR_ERROR_INPUT, "%s", text);
    assert_true(strlen(error.message) < NARR_ERROR_MESSAGE_SIZE);
  }
}

static void system_failure_gives_the_reason(void **state) {
  (void)state;
  narr_error error = NARR_ERROR_INIT;
  assert_int_equal(narr_fail_system(&error, ENOENT, "%s.csv", "posts"), NARR_ERROR_SYSTEM);
  assert_int_equal(error.status, NARR_ERROR_SYSTEM);
  assert_string_equal(error.message, "posts.csv: No such file or directory");
}

static void long_path_leaves_room_for_the_reason(void **state) {
  (void)state;
  static const char reason[] = ": Permission denied";
  static const char *const prefixes[] = {"", "/", "/a", "/ab"};
  char text[1200];
  narr_error error = NARR_ERROR_INIT;
  for (size_t p = 0; p < 4; p++)
    for (size_t size = 480; size < sizeof text; size++) {
      repeat(text, size, prefixes[p], "€");
      (void)narr_fail_system(&error, EACCES, "%s", text);
      size_t length = strlen(error.message);
      assert_true(length > sizeof reason + 400);
      assert_string_equal(error.message + length - (sizeof reason - 1), reason);
      assert_true(narr_utf8_valid(error.message, length, NULL));
    }
}

static void statuses_have_names(void **state) {
  (void)state;
  static const char *const names[] = {"ok",     "argument", "input",    "model",
                                      "system", "memory",   "cancelled"};
  for (int s = NARR_OK; s <= NARR_ERROR_CANCELLED; s++)
    assert_string_equal(narr_status_name((narr_status)s), names[s]);
  assert_string_equal(narr_status_name((narr_status)99), "unknown");
}

static void version_is_the_builds(void **state) {
  (void)state;
  assert_string_equal(narr_version(), NARR_VERSION);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(failure_is_filled_in),
      cmocka_unit_test(error_may_be_null),
      cmocka_unit_test(memory_failure_needs_no_format),
      cmocka_unit_test(message_is_one_line),
      cmocka_unit_test(long_message_is_cut_between_characters),
      cmocka_unit_test(message_that_fits_is_whole),
      cmocka_unit_test(invalid_bytes_do_no_harm),
      cmocka_unit_test(system_failure_gives_the_reason),
      cmocka_unit_test(long_path_leaves_room_for_the_reason),
      cmocka_unit_test(statuses_have_names),
      cmocka_unit_test(version_is_the_builds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
