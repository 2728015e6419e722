/* What terms tell of labels, by hand. */
#include "feature/term_ratios.h"

#include <math.h>

#include "base/alloc.h"
#include "feature/feature_options.h"
#include "support/check.h"

/* Six rows over four terms: 0 is in all, 1 in the first three, 2 in the first
 * and the last, 3 in the last only. */
static size_t starts[] = {0, 3, 5, 7, 8, 9, 12};
static uint32_t columns[] = {0, 1, 2, 0, 1, 0, 1, 0, 0, 0, 2, 3};
static float values[] = {0.6f, 0.8f, 0.3f, 0.6f, 0.8f, 0.6f, 0.8f, 1, 1, 0.6f, 0.8f, 1};
static uint8_t blocks[] = {NARR_BLOCK_WORD, NARR_BLOCK_WORD, NARR_BLOCK_SPELLING, NARR_BLOCK_CHAR};
static const narr_matrix matrix = {6, 4, starts, columns, values, blocks};
static const size_t rows[] = {0, 1, 2, 3, 4, 5};

/* ln of (with + 1) / (all with + terms) over the same without. */
static double ratio(double with, double all_with, double without, double all_without) {
  return fabs(log((with + 1) / (all_with + 4)) - log((without + 1) / (all_without + 4)));
}

static void factors_are_mean_ratios(void **state) {
  (void)state;
  static const int8_t targets[] = {1,  1,  1,  -1, -1, -1, /* half of the rows */
                                   -1, -1, -1, -1, -1, 1,  /* the last one */
                                   1,  1,  1,  1,  1,  1}; /* all: tells nothing */
  float factors[4];
  assert_true(narr_term_ratios(factors, &matrix, rows, 6, 1, targets, 3));
  const double with[2][4] = {{3, 3, 1, 0}, {1, 0, 1, 1}}, all[4] = {6, 3, 2, 1};
  const double sums[2] = {7, 3};
  for (int t = 0; t < 4; t++) {
    double sum = 0;
    for (int l = 0; l < 2; l++)
      sum += ratio(with[l][t], sums[l], all[t] - with[l][t], 12 - sums[l]);
    assert_near((double)factors[t], sum / 2 + 1, 1e-5);
  }
  assert_true(factors[1] > factors[0]); /* it is on one side only */
}

static void rows_that_are_not_listed_are_unknown(void **state) {
  (void)state;
  static const int8_t targets[] = {1, 1, 1, -1, -1, -1};
  float factors[4], others[4];
  assert_true(narr_term_ratios(factors, &matrix, rows, 5, 1, targets, 1));
  assert_true(factors[3] == 0); /* only row 5 has it */
  assert_true(narr_term_ratios(factors, &matrix, rows, 5, 2, targets, 1));
  assert_true(factors[2] == 0 && factors[1] > 0);
  static const int8_t neither[] = {1, 1, 1, -1, -1, 0}; /* the same, said otherwise */
  assert_true(narr_term_ratios(factors, &matrix, rows, 5, 1, targets, 1));
  assert_true(narr_term_ratios(others, &matrix, rows, 6, 1, neither, 1));
  for (int t = 0; t < 3; t++) assert_near((double)factors[t], (double)others[t], 1e-6);
}

static void nothing_to_tell_leaves_terms_alone(void **state) {
  (void)state;
  static const int8_t targets[] = {1, 1, 1, 1, 1, 1};
  float factors[4];
  assert_true(narr_term_ratios(factors, &matrix, rows, 6, 1, targets, 1));
  for (int t = 0; t < 4; t++) assert_true(factors[t] == 1);
}

static void blocks_keep_their_norms(void **state) {
  (void)state;
  static const float factors[] = {1, 3, 2, 5};
  float scaled[12];
  narr_matrix_rescale(scaled, &matrix, factors);
  double norm = sqrt(0.6 * 0.6 + 2.4 * 2.4);
  assert_near((double)scaled[0], 0.6 / norm, 1e-6);
  assert_near((double)scaled[1], 2.4 / norm, 1e-6);
  assert_near((double)scaled[2], 0.6 / norm, 1e-6); /* a spelling: by the words' norm */
  assert_near((double)scaled[7], 1, 1e-6);
  assert_near((double)scaled[11], 1, 1e-6); /* alone in its block */
}

static void no_memory_is_reported(void **state) {
  (void)state;
  static const int8_t targets[] = {1, 1, 1, -1, -1, -1};
  float factors[4];
  for (size_t nth = 1; nth <= 4; nth++) {
    narr_alloc_fail_at(nth);
    assert_false(narr_term_ratios(factors, &matrix, rows, 6, 1, targets, 1));
  }
  narr_alloc_fail_at(0);
  assert_true(narr_term_ratios(factors, &matrix, rows, 6, 1, targets, 1));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(factors_are_mean_ratios),
      cmocka_unit_test(rows_that_are_not_listed_are_unknown),
      cmocka_unit_test(nothing_to_tell_leaves_terms_alone),
      cmocka_unit_test(blocks_keep_their_norms),
      cmocka_unit_test(no_memory_is_reported),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
