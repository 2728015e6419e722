/* test_threshold.c - thresholds against trying them all. */
#include "support/svm_random.h"

#include "svm/threshold.h"

/* The best F1's threshold, by a ranking of its own. */
static double for_f1(const double *probabilities, const int8_t *targets, const double *weights,
                     size_t count, double *f1) {
  narr_ranking ranking;
  assert_true(narr_ranking_new(&ranking, probabilities, targets, weights, count));
  double threshold = narr_threshold_for_f1(&ranking, f1);
  if (f1 && *f1 > 0) assert_near(narr_ranking_f1(&ranking, threshold), *f1, 0);
  narr_ranking_free(&ranking);
  return threshold;
}

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
  double threshold = for_f1(probabilities, targets, weights, count, &reached);
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
  double threshold = for_f1(probabilities, targets, NULL, 4, &f1);
  assert_near(f1, 2.0 / 3, 1e-15);
  assert_near(threshold, 0.75, 1e-15);
}

static void a_perfect_split_lies_halfway(void **state) {
  (void)state;
  double probabilities[] = {0.1, 0.8, 0.2, 0.7};
  int8_t targets[] = {-1, 1, -1, 1};
  double f1;
  assert_near(for_f1(probabilities, targets, NULL, 4, &f1), 0.45, 1e-15);
  assert_near(f1, 1, 0);
  assert_near(for_f1(probabilities, targets, NULL, 4, NULL), 0.45, 1e-15);
}

static void without_positives_it_is_one_half(void **state) {
  (void)state;
  double probabilities[] = {0.1, 0.8};
  int8_t targets[] = {-1, -1};
  double f1 = -1;
  assert_near(for_f1(probabilities, targets, NULL, 2, &f1), 0.5, 0);
  assert_near(f1, 0, 0);
  assert_near(for_f1(NULL, NULL, NULL, 0, NULL), 0.5, 0);
}

static void all_positive_flags_all(void **state) {
  (void)state;
  double probabilities[] = {0.3, 0.8};
  int8_t targets[] = {1, 1};
  double f1;
  assert_near(for_f1(probabilities, targets, NULL, 2, &f1), 0.15, 1e-15);
  assert_near(f1, 1, 0);
}

static void neighbouring_numbers_are_told_apart(void **state) {
  (void)state;
  double probabilities[] = {0.5, nextafter(0.5, 1), nextafter(0.5, 0)};
  int8_t targets[] = {-1, 1, -1};
  double threshold = for_f1(probabilities, targets, NULL, 3, NULL);
  assert_true(threshold > probabilities[0] && threshold <= probabilities[1]);
}

typedef struct flags {
  double flagged, hits;
} flags;

static flags flags_at(double threshold, const double *probabilities, const int8_t *targets,
                      size_t count) {
  flags f = {0, 0};
  for (size_t i = 0; i < count; i++) {
    f.flagged += probabilities[i] >= threshold;
    f.hits += probabilities[i] >= threshold && targets[i] > 0;
  }
  return f;
}

/* What the thresholds promise, against all other places. */
static void check_objectives(const narr_ranking *ranking, const double *probabilities,
                             const int8_t *targets, size_t count, double goal) {
  bool reached;
  double precise = narr_threshold_for_precision(ranking, goal, &reached);
  bool found_all;
  double thorough = narr_threshold_for_recall(ranking, goal, &found_all);
  assert_true(found_all);
  double counted = narr_threshold_for_weight(ranking, goal * (double)count);
  flags at = flags_at(precise, probabilities, targets, count);
  assert_int_equal(reached, at.hits / at.flagged >= goal);
  flags found = flags_at(thorough, probabilities, targets, count);
  assert_true(found.hits >= goal * ranking->positives);
  double distance =
      fabs(flags_at(counted, probabilities, targets, count).flagged - goal * (double)count);
  for (size_t i = 0; i < count; i++) {
    flags other = flags_at(probabilities[i], probabilities, targets, count);
    double precision = other.hits / other.flagged;
    if (precision >= goal) assert_true(reached && other.flagged <= at.flagged);
    if (!reached) assert_true(precision <= at.hits / at.flagged);
    if (other.hits >= goal * ranking->positives) assert_true(other.flagged >= found.flagged);
    assert_true(fabs(other.flagged - goal * (double)count) >= distance);
  }
}

static void other_objectives_are_the_best_of_all(void **state) {
  (void)state;
  narr_prng prng = {7};
  for (int round = 0; round < 1000; round++) {
    double probabilities[25];
    int8_t targets[25];
    size_t count = 1 + (size_t)narr_prng_below(&prng, 25);
    uint64_t levels = round % 3 ? 1000000 : 6;
    for (size_t i = 0; i < count; i++) {
      probabilities[i] = (double)(1 + narr_prng_below(&prng, levels)) / (double)(levels + 2);
      targets[i] = i == 0 || narr_prng_below(&prng, 4) == 0 ? 1 : -1;
    }
    narr_ranking ranking;
    assert_true(narr_ranking_new(&ranking, probabilities, targets, NULL, count));
    for (int goal = 1; goal <= 8; goal++)
      check_objectives(&ranking, probabilities, targets, count, goal / 8.0);
    narr_ranking_free(&ranking);
  }
}

static void no_memory_is_reported(void **state) {
  (void)state;
  double probabilities[] = {0.3, 0.8};
  int8_t targets[] = {1, 1};
  narr_ranking ranking;
  narr_alloc_fail_at(1);
  bool ok = narr_ranking_new(&ranking, probabilities, targets, NULL, 2);
  narr_alloc_fail_at(0);
  assert_false(ok);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(is_the_best_of_all),
      cmocka_unit_test(equal_scores_take_the_highest),
      cmocka_unit_test(a_perfect_split_lies_halfway),
      cmocka_unit_test(without_positives_it_is_one_half),
      cmocka_unit_test(all_positive_flags_all),
      cmocka_unit_test(other_objectives_are_the_best_of_all),
      cmocka_unit_test(neighbouring_numbers_are_told_apart),
      cmocka_unit_test(no_memory_is_reported),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
