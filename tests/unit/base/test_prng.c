/* The generator is splitmix64, whose values are known; shuffles keep what
 * they shuffle. */
#include "base/prng.h"

#include "support/check.h"

/* From the authors' reference implementation. */
static void first_values_are_those_of_splitmix64(void **state) {
  (void)state;
  static const uint64_t from_0[] = {UINT64_C(0xE220A8397B1DCDAF), UINT64_C(0x6E789E6AA1B965F4),
                                    UINT64_C(0x06C45D188009454F), UINT64_C(0xF88BB8A8724C81EC)};
  static const uint64_t from_1234567[] = {
      UINT64_C(6457827717110365317), UINT64_C(3203168211198807973), UINT64_C(9817491932198370423),
      UINT64_C(4593380528125082431), UINT64_C(16408922859458223821)};
  narr_prng zero = {0}, other = {1234567};
  for (size_t i = 0; i < 4; i++) assert_int_equal(narr_prng_next(&zero), from_0[i]);
  for (size_t i = 0; i < 5; i++) assert_int_equal(narr_prng_next(&other), from_1234567[i]);
}

static void numbers_stay_below_the_bound(void **state) {
  (void)state;
  static const uint64_t bounds[] = {1, 2, 3, 10, 1000, UINT64_C(1) << 63, UINT64_MAX};
  narr_prng prng = {3};
  for (size_t b = 0; b < sizeof bounds / sizeof *bounds; b++)
    for (size_t i = 0; i < 1000; i++) assert_true(narr_prng_below(&prng, bounds[b]) < bounds[b]);
}

static void numbers_are_spread_evenly(void **state) {
  (void)state;
  enum { BOUND = 7, DRAWS = 70000 };
  size_t seen[BOUND] = {0};
  narr_prng prng = {4};
  for (size_t i = 0; i < DRAWS; i++) seen[narr_prng_below(&prng, BOUND)]++;
  for (size_t b = 0; b < BOUND; b++) assert_near((double)seen[b], DRAWS / BOUND, 400);
}

static void shuffle_is_a_permutation(void **state) {
  (void)state;
  enum { ITEMS = 100 };
  narr_prng prng = {5};
  for (size_t count = 0; count <= ITEMS; count++) {
    size_t items[ITEMS], seen[ITEMS] = {0};
    for (size_t i = 0; i < ITEMS; i++) items[i] = i;
    narr_prng_shuffle(&prng, items, count);
    for (size_t i = 0; i < count; i++) {
      assert_true(items[i] < count);
      assert_int_equal(seen[items[i]]++, 0);
    }
    for (size_t i = count; i < ITEMS; i++) assert_int_equal(items[i], i);
  }
}

static void orders_are_equally_likely(void **state) {
  (void)state;
  size_t seen[27] = {0}, orders = 0;
  narr_prng prng = {6};
  for (size_t i = 0; i < 60000; i++) {
    size_t items[3] = {0, 1, 2};
    narr_prng_shuffle(&prng, items, 3);
    seen[items[0] * 9 + items[1] * 3 + items[2]]++;
  }
  for (size_t o = 0; o < 27; o++) {
    if (!seen[o]) continue;
    assert_near((double)seen[o], 10000, 400);
    orders++;
  }
  assert_int_equal(orders, 6);
}

static void same_seed_same_shuffle(void **state) {
  (void)state;
  size_t a[50], b[50];
  narr_prng first = {8}, second = {8};
  for (size_t i = 0; i < 50; i++) a[i] = b[i] = i;
  narr_prng_shuffle(&first, a, 50);
  narr_prng_shuffle(&second, b, 50);
  assert_memory_equal(a, b, sizeof a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(first_values_are_those_of_splitmix64),
      cmocka_unit_test(numbers_stay_below_the_bound),
      cmocka_unit_test(numbers_are_spread_evenly),
      cmocka_unit_test(shuffle_is_a_permutation),
      cmocka_unit_test(orders_are_equally_likely),
      cmocka_unit_test(same_seed_same_shuffle),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
