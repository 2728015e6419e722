/* Each key has a place of its own, however many there are. */
#include "feature/perfect_hash.h"

#include "base/alloc.h"
#include "base/prng.h"
#include "support/check.h"

static uint64_t *random_keys(size_t count, uint64_t seed) {
  uint64_t *keys = narr_alloc(count, sizeof *keys);
  assert_non_null(keys);
  narr_prng prng = {seed};
  for (size_t i = 0; i < count; i++) keys[i] = narr_prng_next(&prng);
  return keys;
}

static void check_places(const narr_perfect_hash *hash, const uint64_t *keys, size_t count) {
  uint8_t *seen = narr_alloc_zero(count, 1);
  assert_non_null(seen);
  assert_int_equal(hash->count, count);
  for (size_t i = 0; i < count; i++) {
    size_t place = narr_perfect_hash_place(hash, keys[i]);
    assert_true(place < count);
    assert_false(seen[place]);
    seen[place] = 1;
  }
  narr_free(seen);
}

static void each_key_has_a_place(void **state) {
  (void)state;
  static const size_t more[] = {1000, 4097, 100000};
  for (size_t i = 0; i < 300 + sizeof more / sizeof *more; i++) {
    size_t count = i < 300 ? i + 1 : more[i - 300];
    uint64_t *keys = random_keys(count, i + 1);
    narr_perfect_hash_builder builder;
    assert_true(narr_perfect_hash_build(&builder, keys, count));
    check_places(&builder.view, keys, count);
    narr_perfect_hash_builder_free(&builder);
    narr_free(keys);
  }
}

/* Keys that differ in few bits are no worse than others. */
static void similar_keys_have_places(void **state) {
  (void)state;
  enum { COUNT = 20000 };
  for (unsigned shift = 0; shift <= 48; shift += 8) {
    uint64_t *keys = random_keys(COUNT, 1);
    for (size_t i = 0; i < COUNT; i++) keys[i] = (uint64_t)i << shift;
    narr_perfect_hash_builder builder;
    assert_true(narr_perfect_hash_build(&builder, keys, COUNT));
    check_places(&builder.view, keys, COUNT);
    narr_perfect_hash_builder_free(&builder);
    narr_free(keys);
  }
}

static void other_keys_have_some_place(void **state) {
  (void)state;
  uint64_t *keys = random_keys(1000, 3), *others = random_keys(100000, 4);
  narr_perfect_hash_builder builder;
  assert_true(narr_perfect_hash_build(&builder, keys, 1000));
  for (size_t i = 0; i < 100000; i++)
    assert_true(narr_perfect_hash_place(&builder.view, others[i]) < 1000);
  narr_perfect_hash_builder_free(&builder);
  narr_free(others);
  narr_free(keys);
}

static void order_of_keys_makes_no_difference(void **state) {
  (void)state;
  enum { COUNT = 5000 };
  uint64_t *keys = random_keys(COUNT, 5);
  narr_perfect_hash_builder a, b;
  assert_true(narr_perfect_hash_build(&a, keys, COUNT));
  for (size_t i = 0; i < COUNT / 2; i++) {
    uint64_t swap = keys[i];
    keys[i] = keys[COUNT - 1 - i];
    keys[COUNT - 1 - i] = swap;
  }
  assert_true(narr_perfect_hash_build(&b, keys, COUNT));
  assert_int_equal(a.view.range, b.view.range);
  assert_memory_equal(a.pilots, b.pilots, a.view.pilot_count * sizeof *a.pilots);
  assert_memory_equal(a.spare, b.spare, (a.view.range - COUNT) * sizeof *a.spare);
  narr_perfect_hash_builder_free(&a);
  narr_perfect_hash_builder_free(&b);
  narr_free(keys);
}

static void no_memory_is_reported(void **state) {
  (void)state;
  uint64_t *keys = random_keys(100, 6);
  narr_perfect_hash_builder builder;
  bool ok = false;
  for (size_t nth = 1; !ok; nth++) {
    narr_alloc_fail_at(nth);
    ok = narr_perfect_hash_build(&builder, keys, 100);
    narr_alloc_fail_at(0);
    if (!ok) assert_null(builder.pilots);
  }
  narr_perfect_hash_builder_free(&builder);
  narr_free(keys);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_key_has_a_place),
      cmocka_unit_test(similar_keys_have_places),
      cmocka_unit_test(other_keys_have_some_place),
      cmocka_unit_test(order_of_keys_makes_no_difference),
      cmocka_unit_test(no_memory_is_reported),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
