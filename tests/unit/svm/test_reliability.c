/* test_reliability.c - calibration errors that can be worked out on paper. */
#include "support/check.h"

#include "svm/reliability.h"

static void figures_are_those_on_paper(void **state) {
  (void)state;
  narr_reliability r = {0};
  assert_near(narr_reliability_error(&r), 0, 0);
  assert_near(narr_reliability_brier(&r), 0, 0);
  narr_reliability_add(&r, 0.01, false); /* bin 0: says 0.03 of 2, has 1 */
  narr_reliability_add(&r, 0.02, true);
  narr_reliability_add(&r, 0.5, true); /* bin 7: says 1 of 2, has 1 */
  narr_reliability_add(&r, 0.5, false);
  narr_reliability_add(&r, 1, true); /* the last bin has its upper end */
  assert_int_equal(r.rows[0], 2);
  assert_int_equal(r.rows[7], 2);
  assert_int_equal(r.rows[14], 1);
  assert_near(narr_reliability_error(&r), 0.97 / 5, 1e-12);
  assert_near(narr_reliability_brier(&r), (0.0001 + 0.9604 + 0.25 + 0.25) / 5, 1e-12);
}

static void merged_is_as_if_counted_together(void **state) {
  (void)state;
  narr_reliability whole = {0}, parts[2] = {{{0}, {0}, {0}, 0, 0}, {{0}, {0}, {0}, 0, 0}};
  for (int i = 0; i < 100; i++) {
    double probability = i / 99.0;
    bool positive = i * i % 7 < 3;
    narr_reliability_add(&whole, probability, positive);
    narr_reliability_add(&parts[i % 3 == 0], probability, positive);
  }
  narr_reliability_merge(&parts[0], &parts[1]);
  assert_int_equal(parts[0].row_count, 100);
  assert_near(narr_reliability_error(&parts[0]), narr_reliability_error(&whole), 1e-12);
  assert_near(narr_reliability_brier(&parts[0]), narr_reliability_brier(&whole), 1e-12);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(figures_are_those_on_paper),
      cmocka_unit_test(merged_is_as_if_counted_together),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
