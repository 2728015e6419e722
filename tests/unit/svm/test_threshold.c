/* test_threshold.c - the threshold against trying them all. */
#include "support/svm_random.h"

#include "svm/threshold.h"

static double f1_at(double threshold, const double *probabilities, const int8_t *targets,
                    const double *weights, size_t count) {
  double hits = 0, flagged = 0, positives = 0;
  for (size_t i = 0; i < count; i++) {
    double weight = weights ? weights[i] : 1;
    if (targets[i] > 0) positives += weight;
    if (probabilities[i] >= threshold) {
      flagged += weight;
      if (targets[i] > 0) hits += weight;
    }
  }
  return flagged + positives > 0 ? 2 * hits / (flagged + positives) : 0;
}

/* Every probability is tried: F1 only changes there. The weights are whole
 * numbers, so that sums in any order and equal F1s are exactly equal. */
static void check_against_all(const double *probabilities, const int8_t *targets,
                              const double *weights, size_t count) {
  double best_f1 = 0, best = 2;
  for (size_t i = 0; i < count; i++) {
    double f1 = f1_at(probabilities[i], probabilities, targets, weights, count);
    if (f1 > best_f1 || (f1 == best_f1 && probabilities[i] > best)) {
      best_f1 = f1;
      best = probabilities[i];
    }
  }
  double reached = -1;
  double threshold = narr_threshold_for_f1(probabilities, targets, weights, count, &reached);
  assert_true(reached == best_f1);
  if (best_f1 == 0) {
    assert_near(threshold, 0.5, 0);
    return;
  }
  assert_true(f1_at(threshold, probabilities, targets, weights, count) == best_f1);
  double below = 0; /* the next lower probability */
  for (size_t i = 0; i < count; i++)
    if (probabilities[i] < best) below = fmax(below, probabilities[i]);
  assert_near(threshold, (below + best) / 2, 1e-15);
  assert_true(threshold > below && threshold <= best);
}

static void is_the_best_of_all(void **state) {
  (void)state;
  narr_prng prng = {6};
  for (int round = 0; round < 3000; round++) {
    double probabilities[25], weights[25];
    int8_t targets[25];
    size_t count = (size_t)narr_prng_below(&prng, 26);
    uint64_t levels = round % 3 ? 1000000 : 6; /* few levels: many ties */
    for (size_t i = 0; i < count; i++) {
      probabilities[i] = (double)(1 + narr_prng_below(&prng, levels)) / (double)(levels + 2);
      targets[i] = narr_prng_below(&prng, 4) == 0 ? 1 : -1;
      weights[i] = (double)narr_prng_below(&prng, 5);
    }
    check_against_all(probabilities, targets, NULL, count);
    check_against_all(probabilities, targets, weights, count);
  }
}

static void equal_scores_take_the_highest(void **state) {
  (void)state;
  /* one right of one flagged, or two of two more: 2/3 either way */
  double probabilities[] = {0.9, 0.6, 0.5, 0.4};
  int8_t targets[] = {1, -1, -1, 1};
  double f1;
  double threshold = narr_threshold_for_f1(probabilities, targets, NULL, 4, &f1);
  assert_near(f1, 2.0 / 3, 1e-15);
  assert_near(threshold, 0.75, 1e-15);
}

static void a_perfect_split_lies_halfway(void **state) {
  (void)state;
  double probabilities[] = {0.1, 0.8, 0.2, 0.7};
  int8_t targets[] = {-1, 1, -1, 1};
  double f1;
  assert_near(narr_threshold_for_f1(probabilities, targets, NULL, 4, &f1), 0.45, 1e-15);
  assert_near(f1, 1, 0);
  assert_near(narr_threshold_for_f1(probabilities, targets, NULL, 4, NULL), 0.45, 1e-15);
}

static void without_positives_it_is_one_half(void **state) {
  (void)state;
  double probabilities[] = {0.1, 0.8};
  int8_t targets[] = {-1, -1};
  double f1 = -1;
  assert_near(narr_threshold_for_f1(probabilities, targets, NULL, 2, &f1), 0.5, 0);
  assert_near(f1, 0, 0);
  assert_near(narr_threshold_for_f1(NULL, NULL, NULL, 0, NULL), 0.5, 0);
}

static void all_positive_flags_all(void **state) {
  (void)state;
  double probabilities[] = {0.3, 0.8};
  int8_t targets[] = {1, 1};
  double f1;
  assert_near(narr_threshold_for_f1(probabilities, targets, NULL, 2, &f1), 0.15, 1e-15);
  assert_near(f1, 1, 0);
}

static void neighbouring_numbers_are_told_apart(void **state) {
  (void)state;
  double probabilities[] = {0.5, nextafter(0.5, 1), nextafter(0.5, 0)};
  int8_t targets[] = {-1, 1, -1};
  double threshold = narr_threshold_for_f1(probabilities, targets, NULL, 3, NULL);
  assert_true(threshold > probabilities[0] && threshold <= probabilities[1]);
}

static void no_memory_gives_nan(void **state) {
  (void)state;
  double probabilities[] = {0.3, 0.8};
  int8_t targets[] = {1, 1};
  narr_alloc_fail_at(1);
  double threshold = narr_threshold_for_f1(probabilities, targets, NULL, 2, NULL);
  narr_alloc_fail_at(0);
  assert_true(isnan(threshold));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(is_the_best_of_all),
      cmocka_unit_test(equal_scores_take_the_highest),
      cmocka_unit_test(a_perfect_split_lies_halfway),
      cmocka_unit_test(without_positives_it_is_one_half),
      cmocka_unit_test(all_positive_flags_all),
      cmocka_unit_test(neighbouring_numbers_are_told_apart),
      cmocka_unit_test(no_memory_gives_nan),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
