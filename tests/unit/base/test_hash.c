/* Hashes are stored in model files: their values may never change. */
#include "base/hash.h"

#include "support/check.h"

typedef struct fixed {
  const char *text;
  uint64_t seed;
  uint64_t hash;
} fixed;

static const fixed fixed_values[] = {
    {"", 0, UINT64_C(0x7F40F5117E11298B)},
    {"", 1, UINT64_C(0x165D76FF9F45126F)},
    {"", NARR_HASH_SEED, UINT64_C(0x1FF5C2923A788D2C)},
    {"a", 0, UINT64_C(0x0F3B516E544DB77B)},
    {"a", 1, UINT64_C(0xD2983B9B5D8DD52F)},
    {"a", NARR_HASH_SEED, UINT64_C(0xB2AA59A25EEBD517)},
    {"Kosovo", 0, UINT64_C(0x706680B8AC107A40)},
    {"Kosovo", 1, UINT64_C(0xCE2964BD09CB7543)},
    {"Kosovo", NARR_HASH_SEED, UINT64_C(0xB140B5C180F890FD)},
    {"12345678", 0, UINT64_C(0xD3FA8E7BBAE6932F)},
    {"12345678", 1, UINT64_C(0x6DB05B2B241DFC0F)},
    {"12345678", NARR_HASH_SEED, UINT64_C(0x511FA4CF64FAEBAD)},
    {"123456789", 0, UINT64_C(0x6EBD026B198A57EE)},
    {"123456789", 1, UINT64_C(0x6C77F28BAADC1712)},
    {"123456789", NARR_HASH_SEED, UINT64_C(0x53E4124566169F6F)},
    {"narrative classifier 16+", 0, UINT64_C(0x0C830F1961EDD1E9)},
    {"narrative classifier 16+", 1, UINT64_C(0x49878207847BA335)},
    {"narrative classifier 16+", NARR_HASH_SEED, UINT64_C(0xF14241DDA47F7050)},
    {"0123456789012345678901234567890123456789012345678901234567890123", 0,
     UINT64_C(0xF9D4186B5244FF3B)},
    {"0123456789012345678901234567890123456789012345678901234567890123", 1,
     UINT64_C(0x80C60E87D5A49F43)},
    {"0123456789012345678901234567890123456789012345678901234567890123", NARR_HASH_SEED,
     UINT64_C(0x517FCFD7FEAE8A80)},
    {"NATO withdraws from Kosovo and Bosnia, said nobody who would have to know it; КиМ", 0,
     UINT64_C(0xBEADA42217B39928)},
    {"NATO withdraws from Kosovo and Bosnia, said nobody who would have to know it; КиМ", 1,
     UINT64_C(0xB45915860CA1C3AD)},
    {"NATO withdraws from Kosovo and Bosnia, said nobody who would have to know it; КиМ",
     NARR_HASH_SEED, UINT64_C(0xC6791413ADE2010E)},
};

static void values_are_what_files_hold(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof fixed_values / sizeof *fixed_values; i++) {
    const fixed *f = &fixed_values[i];
    assert_int_equal(narr_hash_bytes(f->text, strlen(f->text), f->seed), f->hash);
  }
  assert_int_equal(narr_hash_mix(0, 0), UINT64_C(0x1FF5C2923A788D2C));
  assert_int_equal(narr_hash_mix(1, 2), UINT64_C(0xF7858B38A8499BE9));
  assert_int_equal(narr_hash_mix(NARR_HASH_SEED, 'a'), UINT64_C(0x78D2F58F64FB4A29));
}

static void fill(unsigned char *bytes, size_t count) {
  for (size_t i = 0; i < count; i++) bytes[i] = (unsigned char)(i * 37 + 11);
}

static int by_value(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return x < y ? -1 : x > y;
}

static void assert_all_differ(uint64_t *values, size_t count) {
  qsort(values, count, sizeof *values, by_value);
  for (size_t i = 1; i < count; i++) assert_true(values[i - 1] != values[i]);
}

/* Prefixes of some bytes, and of nothing but zeros. */
static void every_length_differs(void **state) {
  (void)state;
  unsigned char bytes[201] = {0};
  uint64_t values[2 * 201];
  for (size_t length = 0; length <= 200; length++)
    values[length] = narr_hash_bytes(bytes, length, 0);
  fill(bytes, sizeof bytes);
  for (size_t length = 1; length <= 200; length++)
    values[200 + length] = narr_hash_bytes(bytes, length, 0);
  assert_all_differ(values, 401);
}

static void every_bit_counts(void **state) {
  (void)state;
  unsigned char bytes[200];
  fill(bytes, sizeof bytes);
  for (size_t length = 1; length <= sizeof bytes; length += 1 + length / 8) {
    uint64_t values[1 + 8 * sizeof bytes];
    values[0] = narr_hash_bytes(bytes, length, 0);
    for (size_t bit = 0; bit < 8 * length; bit++) {
      bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
      values[1 + bit] = narr_hash_bytes(bytes, length, 0);
      bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    assert_all_differ(values, 1 + 8 * length);
  }
}

static void seeds_differ(void **state) {
  (void)state;
  uint64_t values[1000];
  for (uint64_t seed = 0; seed < 1000; seed++) values[seed] = narr_hash_bytes("Kosovo", 6, seed);
  assert_all_differ(values, 1000);
}

static void place_in_memory_makes_no_difference(void **state) {
  (void)state;
  unsigned char bytes[200], moved[216];
  fill(bytes, sizeof bytes);
  for (size_t by = 0; by < 16; by++) {
    memset(moved, 0xEE, sizeof moved);
    memcpy(moved + by, bytes, sizeof bytes);
    for (size_t length = 0; length <= sizeof bytes; length += 13)
      assert_int_equal(narr_hash_bytes(moved + by, length, 5), narr_hash_bytes(bytes, length, 5));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(values_are_what_files_hold),
      cmocka_unit_test(every_length_differs),
      cmocka_unit_test(every_bit_counts),
      cmocka_unit_test(seeds_differ),
      cmocka_unit_test(place_in_memory_makes_no_difference),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
