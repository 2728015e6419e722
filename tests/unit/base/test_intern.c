/* Strings are kept once and numbered as they come, however many there are. */
#include "base/intern.h"

#include "base/alloc.h"
#include "support/check.h"

enum { MANY = 3000 };

static size_t name(char *out, size_t i) {
  return (size_t)sprintf(out, "label/%zu", i * 7919);
}

static void empty_has_nothing(void **state) {
  (void)state;
  narr_intern intern = NARR_INTERN_INIT;
  assert_int_equal(narr_intern_find(&intern, "a", 1), NARR_INTERN_NONE);
  assert_int_equal(narr_intern_find(&intern, "", 0), NARR_INTERN_NONE);
  narr_intern_free(&intern);
}

static void same_string_same_number(void **state) {
  (void)state;
  narr_intern intern = NARR_INTERN_INIT;
  assert_int_equal(narr_intern_add(&intern, "none", 4), 0);
  assert_int_equal(narr_intern_add(&intern, "nonet", 5), 1);
  assert_int_equal(narr_intern_add(&intern, "nonets", 4), 0); /* not NUL-terminated */
  assert_int_equal(narr_intern_add(&intern, "", 0), 2);
  assert_int_equal(narr_intern_add(&intern, "", 0), 2);
  assert_int_equal(narr_intern_find(&intern, "non", 3), NARR_INTERN_NONE);
  assert_int_equal(narr_intern_find(&intern, "nonet", 5), 1);
  assert_int_equal(intern.count, 3);
  assert_string_equal(intern.strings[0], "none");
  assert_string_equal(intern.strings[2], "");
  narr_intern_free(&intern);
  assert_int_equal(intern.count, 0);
  assert_int_equal(narr_intern_find(&intern, "none", 4), NARR_INTERN_NONE);
}

static void many_strings(void **state) {
  (void)state;
  char text[40];
  narr_intern intern = NARR_INTERN_INIT;
  for (int round = 0; round < 2; round++)
    for (size_t i = 0; i < MANY; i++)
      assert_int_equal(narr_intern_add(&intern, text, name(text, i)), i);
  assert_int_equal(intern.count, MANY);
  for (size_t i = 0; i < MANY; i++) {
    size_t length = name(text, i);
    assert_int_equal(narr_intern_find(&intern, text, length), i);
    assert_string_equal(intern.strings[i], text);
  }
  narr_intern_free(&intern);
}

/* Bytes with a NUL are strings of their own. */
static void nul_is_a_byte(void **state) {
  (void)state;
  char text[40];
  narr_intern intern = NARR_INTERN_INIT;
  assert_int_equal(narr_intern_add(&intern, "a", 1), 0);
  assert_int_equal(narr_intern_add(&intern, "a\0b", 3), 1);
  assert_int_equal(narr_intern_add(&intern, "a\0b", 3), 1);
  assert_int_equal(narr_intern_add(&intern, "a\0c", 3), 2);
  for (size_t i = 0; i < 100; i++)
    assert_int_equal(narr_intern_add(&intern, text, name(text, i)), i + 3);
  assert_int_equal(narr_intern_find(&intern, "a", 1), 0);
  assert_int_equal(narr_intern_find(&intern, "a\0b", 3), 1);
  assert_int_equal(narr_intern_find(&intern, "a\0c", 3), 2);
  narr_intern_free(&intern);
}

/* Each request fails in turn; what was there stays, and the next try works. */
static void failed_addition_changes_nothing(void **state) {
  (void)state;
  char text[40];
  narr_intern intern = NARR_INTERN_INIT;
  for (size_t i = 0; i < 200; i++) {
    size_t length = name(text, i), nth = 1;
    for (;; nth++) {
      narr_alloc_fail_at(nth);
      size_t number = narr_intern_add(&intern, text, length);
      narr_alloc_fail_at(0);
      if (number == i) break;
      assert_int_equal(number, NARR_INTERN_NONE);
      assert_int_equal(intern.count, i);
      assert_int_equal(narr_intern_find(&intern, text, length), NARR_INTERN_NONE);
    }
    assert_true(nth > 1);
  }
  for (size_t i = 0; i < 200; i++)
    assert_int_equal(narr_intern_find(&intern, text, name(text, i)), i);
  narr_intern_free(&intern);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(empty_has_nothing),
      cmocka_unit_test(same_string_same_number),
      cmocka_unit_test(many_strings),
      cmocka_unit_test(nul_is_a_byte),
      cmocka_unit_test(failed_addition_changes_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
