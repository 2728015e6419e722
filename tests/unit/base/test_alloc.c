/* Sizes that overflow are refused, arrays grow without losing anything, and
 * the Nth request fails when a test asks for it. */
#include "base/alloc.h"

#include "support/check.h"

/* A sanitizer's allocator shall return NULL like any other. */
NARR_API const char *__asan_default_options(void);
NARR_API const char *__tsan_default_options(void);

const char *__asan_default_options(void) {
  return "allocator_may_return_null=1";
}

const char *__tsan_default_options(void) {
  return "allocator_may_return_null=1";
}

/* Volatile: the compiler must not see what is asked for. */
static volatile size_t huge = SIZE_MAX / 2 + 1;

static void overflow_is_refused(void **state) {
  (void)state;
  assert_null(narr_alloc(huge, 2));
  assert_null(narr_alloc(2, huge));
  assert_null(narr_alloc(huge, huge));
  assert_null(narr_alloc_zero(huge, 2));
  assert_null(narr_alloc_zero(2, huge));
  assert_null(narr_copy_bytes("x", huge * 2 - 1));
}

static void nothing_is_something(void **state) {
  (void)state;
  void *items[] = {narr_alloc(0, 8), narr_alloc(8, 0), narr_alloc_zero(0, 8), narr_alloc_zero(8, 0),
                   narr_copy_bytes(NULL, 0)};
  for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
    assert_non_null(items[i]);
    narr_free(items[i]);
  }
  narr_free(NULL);
}

static void zeroed_is_zero(void **state) {
  (void)state;
  for (size_t round = 0; round < 4; round++) {
    unsigned char *bytes = narr_alloc_zero(250, 4);
    assert_non_null(bytes);
    for (size_t i = 0; i < 1000; i++) assert_int_equal(bytes[i], 0);
    memset(bytes, 0xFF, 1000);
    narr_free(bytes);
  }
}

static void copies_end_with_nul(void **state) {
  (void)state;
  char *bytes = narr_copy_bytes("a\0bc", 3), *string = narr_copy_string("Kosovo");
  assert_memory_equal(bytes, "a\0b", 4);
  assert_string_equal(string, "Kosovo");
  narr_free(bytes);
  narr_free(string);
}

static void growing_keeps_the_items(void **state) {
  (void)state;
  void *items = NULL;
  size_t capacity = 0, moves = 0;
  for (uint32_t i = 0; i < 10000; i++) {
    size_t before = capacity;
    assert_true(narr_grow(&items, &capacity, i + 1, sizeof i));
    assert_true(capacity > i);
    moves += capacity != before;
    ((uint32_t *)items)[i] = i * 7;
  }
  for (uint32_t i = 0; i < 10000; i++) assert_int_equal(((uint32_t *)items)[i], i * 7);
  assert_true(moves < 30); /* by half at a time, not one by one */
  void *same = items;
  size_t room = capacity;
  assert_true(narr_grow(&items, &capacity, room, sizeof(uint32_t)));
  assert_true(narr_grow(&items, &capacity, 0, sizeof(uint32_t)));
  assert_ptr_equal(items, same);
  assert_int_equal(capacity, room);
  narr_free(items);
}

static void growing_takes_what_is_needed_at_once(void **state) {
  (void)state;
  void *items = NULL;
  size_t capacity = 0;
  assert_true(narr_grow(&items, &capacity, 5000, 3));
  assert_true(capacity >= 5000);
  memset(items, 1, 3 * capacity);
  narr_free(items);
}

static void failed_growth_changes_nothing(void **state) {
  (void)state;
  void *items = NULL;
  size_t capacity = 0;
  assert_true(narr_grow(&items, &capacity, 10, 8));
  memset(items, 0x5A, 80);
  void *same = items;
  size_t room = capacity;
  assert_false(narr_grow(&items, &capacity, huge, 8));
  assert_false(narr_grow(&items, &capacity, huge * 2 - 1, 1));
  narr_alloc_fail_at(1);
  assert_false(narr_grow(&items, &capacity, room + 1, 8));
  assert_ptr_equal(items, same);
  assert_int_equal(capacity, room);
  for (size_t i = 0; i < 80; i++) assert_int_equal(((unsigned char *)items)[i], 0x5A);
  narr_free(items);
}

/* Request `nth` from 1; each kind of request in turn. */
static bool request(size_t nth) {
  void *items = NULL;
  size_t capacity = 0;
  switch (nth % 5) {
    case 0: items = narr_alloc(1, 1); break;
    case 1: items = narr_alloc_zero(1, 1); break;
    case 2: items = narr_copy_bytes("x", 1); break;
    case 3: items = narr_copy_string("x"); break;
    default: (void)narr_grow(&items, &capacity, 1, 1); break;
  }
  bool got = items != NULL;
  narr_free(items);
  return got;
}

static void nth_request_fails_once(void **state) {
  (void)state;
  for (size_t nth = 1; nth <= 12; nth++) {
    narr_alloc_fail_at(nth);
    for (size_t i = 1; i <= 20; i++) assert_int_equal(request(i), i != nth);
  }
}

static void failing_can_be_called_off(void **state) {
  (void)state;
  narr_alloc_fail_at(3);
  assert_true(request(1));
  narr_alloc_fail_at(0);
  for (size_t i = 1; i <= 10; i++) assert_true(request(i));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(overflow_is_refused),
      cmocka_unit_test(nothing_is_something),
      cmocka_unit_test(zeroed_is_zero),
      cmocka_unit_test(copies_end_with_nul),
      cmocka_unit_test(growing_keeps_the_items),
      cmocka_unit_test(growing_takes_what_is_needed_at_once),
      cmocka_unit_test(failed_growth_changes_nothing),
      cmocka_unit_test(nth_request_fails_once),
      cmocka_unit_test(failing_can_be_called_off),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
