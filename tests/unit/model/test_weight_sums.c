/* The sums are those of the slow way, bit by bit, however wide vectors are. */
#include "model/weight_sums.h"

#include "base/alloc.h"
#include "base/prng.h"
#include "support/check.h"

enum { TERMS = 50, ENTRIES = 333, MOST_LABELS = 95 };

static void check_sums(size_t label_count, narr_prng *prng) {
  size_t row_size = sizeof(narr_term_head) + label_count * sizeof(int16_t);
  row_size += row_size % 4;
  unsigned char *rows = narr_alloc(TERMS * row_size + NARR_ROW_READ, 1);
  assert_non_null(rows);
  for (size_t i = 0; i < TERMS * row_size + NARR_ROW_READ; i++)
    rows[i] = (unsigned char)narr_prng_next(prng);
  narr_entry entries[ENTRIES];
  for (size_t i = 0; i < ENTRIES; i++) {
    float value = (float)narr_prng_below(prng, 1u << 24) / (1 << 24);
    entries[i] = (narr_entry){(uint32_t)narr_prng_below(prng, TERMS), value, 0, 1};
  }
  narr_weight_rows weights = {rows, row_size, label_count};
  double expected[MOST_LABELS] = {0};
  for (size_t i = 0; i < ENTRIES; i++)
    for (size_t l = 0; l < label_count; l++) {
      int16_t weight;
      memcpy(&weight, rows + entries[i].term * row_size + sizeof(narr_term_head) + 2 * l, 2);
      expected[l] += (double)entries[i].value * weight;
    }
  for (int level = NARR_CPU_PORTABLE; level <= (int)narr_cpu(); level++) {
    double sums[MOST_LABELS] = {0};
    narr_weight_sums(&weights, entries, ENTRIES, (narr_cpu_level)level, sums);
    assert_memory_equal(sums, expected, label_count * sizeof *sums);
  }
  narr_free(rows);
}

static void every_width_gives_the_same_bits(void **state) {
  (void)state;
  narr_prng prng = {77};
  for (size_t labels = 1; labels <= MOST_LABELS; labels++) check_sums(labels, &prng);
}

static void no_entries_no_sums(void **state) {
  (void)state;
  double sums[2] = {0.5, -1};
  const unsigned char rows[8 + NARR_ROW_READ] = {0};
  narr_weight_sums(&(narr_weight_rows){rows, 8, 2}, NULL, 0, narr_cpu(), sums);
  assert_true(sums[0] == 0.5 && sums[1] == -1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_width_gives_the_same_bits),
      cmocka_unit_test(no_entries_no_sums),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
