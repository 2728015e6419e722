/* test_calibration.c - the sigmoid's optimum against its definition, and its
 * promises against data that would break a naive fit. */
#include "support/svm_random.h"

#include <float.h>

#include "svm/calibration.h"

#define ROWS 200

typedef struct sample {
  double margins[ROWS];
  int8_t targets[ROWS];
  double weights[ROWS];
} sample;

/* Overlapping classes: the sign of the margin is right more often than not. */
static sample random_sample(uint64_t seed, double unit, double shift) {
  narr_prng prng = {seed};
  sample s;
  for (size_t i = 0; i < ROWS; i++) {
    s.targets[i] = svm_random_real(&prng) < 0.3 ? 1 : -1;
    s.margins[i] = unit * (s.targets[i] + 4 * (svm_random_real(&prng) - 0.5)) + shift;
    s.weights[i] = 0.1 + 3 * svm_random_real(&prng);
  }
  return s;
}

/* The weighted cross-entropy with Platt's smoothed targets, written down
 * from the paper without regard to rounding. */
static double cross_entropy(const sample *s, const double *weights, narr_sigmoid sigmoid) {
  double total = 0, positive = 0, negative = 0, sum = 0;
  for (size_t i = 0; i < ROWS; i++) total += weights ? weights[i] : 1;
  for (size_t i = 0; i < ROWS; i++)
    *(s->targets[i] > 0 ? &positive : &negative) += (weights ? weights[i] : 1) * ROWS / total;
  for (size_t i = 0; i < ROWS; i++) {
    double weight = (weights ? weights[i] : 1) * ROWS / total;
    double target = s->targets[i] > 0 ? (positive + 1) / (positive + 2) : 1 / (negative + 2);
    double p = 1 / (1 + exp(sigmoid.a * s->margins[i] + sigmoid.b));
    sum -= weight * (target * log(p) + (1 - target) * log(1 - p));
  }
  return sum;
}

static void no_neighbour_is_better(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 10; seed++) {
    sample s = random_sample(seed, 1, seed % 2 ? 0 : 0.7);
    const double *weights = seed % 3 ? s.weights : NULL;
    narr_sigmoid fit = narr_sigmoid_fit(s.margins, s.targets, weights, ROWS);
    double best = cross_entropy(&s, weights, fit);
    for (double reach = 1e-3; reach < 10; reach *= 10) {
      for (int da = -5; da <= 5; da++) {
        for (int db = -5; db <= 5; db++) {
          narr_sigmoid other = {fit.a + reach * da, fit.b + reach * db};
          assert_true(cross_entropy(&s, weights, other) >= best - 1e-12 * best);
        }
      }
    }
    double step = 1e-4; /* central differences: the gradient is 0 */
    narr_sigmoid left = {fit.a - step, fit.b}, right = {fit.a + step, fit.b};
    narr_sigmoid down = {fit.a, fit.b - step}, up = {fit.a, fit.b + step};
    assert_near(cross_entropy(&s, weights, right) - cross_entropy(&s, weights, left), 0, 1e-8);
    assert_near(cross_entropy(&s, weights, up) - cross_entropy(&s, weights, down), 0, 1e-8);
  }
}

/* At the optimum the mean probability is the mean smoothed target. */
static void base_rate_is_preserved(void **state) {
  (void)state;
  sample s = random_sample(5, 1, 2);
  narr_sigmoid fit = narr_sigmoid_fit(s.margins, s.targets, NULL, ROWS);
  double positives = 0, mean = 0;
  for (size_t i = 0; i < ROWS; i++) {
    positives += s.targets[i] > 0;
    mean += narr_sigmoid_probability(fit, s.margins[i]) / ROWS;
  }
  double negatives = ROWS - positives;
  double expected =
      (positives * (positives + 1) / (positives + 2) + negatives / (negatives + 2)) / ROWS;
  assert_near(mean, expected, 1e-8);
}

static void known_probabilities_are_found_again(void **state) {
  (void)state;
  enum { count = 20000 };
  double *margins = narr_alloc(count, sizeof *margins);
  int8_t *targets = narr_alloc(count, sizeof *targets);
  assert_true(margins && targets);
  narr_prng prng = {99};
  narr_sigmoid truth = {-1.8, 0.6};
  for (size_t i = 0; i < count; i++) {
    margins[i] = 6 * (svm_random_real(&prng) - 0.5);
    double p = narr_sigmoid_probability(truth, margins[i]);
    targets[i] = svm_random_real(&prng) < p ? 1 : -1;
  }
  narr_sigmoid fit = narr_sigmoid_fit(margins, targets, NULL, count);
  assert_near(fit.a, truth.a, 0.1);
  assert_near(fit.b, truth.b, 0.1);
  narr_free(margins);
  narr_free(targets);
}

/* Probabilities don't change when margins get another unit or origin. */
static void units_do_not_matter(void **state) {
  (void)state;
  sample plain = random_sample(7, 1, 0);
  narr_sigmoid expected = narr_sigmoid_fit(plain.margins, plain.targets, NULL, ROWS);
  const double units[] = {1e-12, 1e-3, 1e6, 1e30};
  for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
    sample s = random_sample(7, units[u], 1000 * units[u]);
    narr_sigmoid fit = narr_sigmoid_fit(s.margins, s.targets, NULL, ROWS);
    for (size_t i = 0; i < ROWS; i++)
      assert_near(narr_sigmoid_probability(fit, s.margins[i]),
                  narr_sigmoid_probability(expected, plain.margins[i]), 1e-6);
  }
}

static void only_ratios_of_weights_matter(void **state) {
  (void)state;
  sample s = random_sample(8, 1, 0);
  narr_sigmoid expected = narr_sigmoid_fit(s.margins, s.targets, s.weights, ROWS);
  narr_sigmoid plain = narr_sigmoid_fit(s.margins, s.targets, NULL, ROWS);
  assert_true(fabs(expected.a - plain.a) > 1e-3 || fabs(expected.b - plain.b) > 1e-3);
  const double units[] = {1e-300, 1e-6, 1e6, 1e300};
  for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
    double weights[ROWS];
    for (size_t i = 0; i < ROWS; i++) weights[i] = s.weights[i] * units[u];
    narr_sigmoid fit = narr_sigmoid_fit(s.margins, s.targets, weights, ROWS);
    assert_near(fit.a, expected.a, 1e-6);
    assert_near(fit.b, expected.b, 1e-6);
  }
}

/* Rises, and stays strictly between 0 and 1, wherever it is asked. */
static void check_shape(narr_sigmoid fit) {
  assert_true(isfinite(fit.a) && isfinite(fit.b) && fit.a < 0);
  const double far[] = {-DBL_MAX, -1e100, -1e6, -30, -2, -1, 0, 1e-300, 1, 2, 30, 1e6, DBL_MAX};
  double last = 0;
  for (size_t i = 0; i < sizeof far / sizeof *far; i++) {
    double p = narr_sigmoid_probability(fit, far[i]);
    assert_true(p > 0 && p < 1 && p >= last);
    last = p;
  }
  last = 0;
  for (double margin = -3; margin < 3; margin += 0x1p-12) {
    double p = narr_sigmoid_probability(fit, margin);
    assert_true(p >= last);
    last = p;
  }
}

static void rises_between_neighbouring_numbers(void **state) {
  (void)state;
  narr_sigmoid sigmoid = {-1.7, 0.3};
  narr_prng prng = {4};
  for (int i = 0; i < 2000; i++) {
    double margin = 8 * (svm_random_real(&prng) - 0.5);
    double last = 0;
    for (int j = 0; j < 50; j++) {
      double p = narr_sigmoid_probability(sigmoid, margin);
      assert_true(p >= last);
      last = p;
      margin = nextafter(margin, INFINITY);
    }
  }
}

static void one_class_gives_its_base_rate(void **state) {
  (void)state;
  double margins[] = {-1, 0.5, 2, 3};
  int8_t positive[] = {1, 1, 1, 1};
  int8_t negative[] = {-1, -1, -1, -1};
  for (size_t count = 1; count <= 4; count++) {
    double n = (double)count;
    narr_sigmoid fit = narr_sigmoid_fit(margins, positive, NULL, count);
    check_shape(fit);
    assert_near(narr_sigmoid_probability(fit, margins[0]), (n + 1) / (n + 2), 1e-3);
    assert_true(narr_sigmoid_probability(fit, 2) > narr_sigmoid_probability(fit, 1));
    fit = narr_sigmoid_fit(margins, negative, NULL, count);
    check_shape(fit);
    assert_near(narr_sigmoid_probability(fit, margins[0]), 1 / (n + 2), 1e-3);
  }
}

static void equal_margins_give_the_base_rate(void **state) {
  (void)state;
  int8_t targets[] = {1, -1, -1, -1};
  const double values[] = {0, 0.1, -7.3, 1e50};
  for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
    double margins[] = {values[v], values[v], values[v], values[v]};
    narr_sigmoid fit = narr_sigmoid_fit(margins, targets, NULL, 4);
    check_shape(fit);
    assert_near(narr_sigmoid_probability(fit, values[v]), 1.0 / 3, 1e-3);
  }
}

/* Rounding is no evidence. */
static void all_but_equal_margins_give_the_base_rate(void **state) {
  (void)state;
  double margins[] = {1, 1, nextafter(1, 2), nextafter(1, 2)};
  int8_t targets[] = {-1, -1, 1, 1};
  narr_sigmoid fit = narr_sigmoid_fit(margins, targets, NULL, 4);
  check_shape(fit);
  assert_near(narr_sigmoid_probability(fit, 1.01), 0.5, 1e-3);
  assert_near(narr_sigmoid_probability(fit, 0.99), 0.5, 1e-3);
}

static void nothing_to_go_by_gives_one_half(void **state) {
  (void)state;
  double margins[] = {NAN, INFINITY, 1};
  int8_t targets[] = {1, -1, 1};
  double weights[] = {1, 1, 0};
  narr_sigmoid fit = narr_sigmoid_fit(NULL, NULL, NULL, 0);
  check_shape(fit);
  assert_near(narr_sigmoid_probability(fit, 0), 0.5, 0);
  fit = narr_sigmoid_fit(margins, targets, weights, 3);
  check_shape(fit);
  assert_near(narr_sigmoid_probability(fit, 0), 0.5, 0);
}

static void perfect_separation_stays_finite(void **state) {
  (void)state;
  const double gaps[] = {1e-200, 1e-9, 1, 1e9, 1e99};
  for (size_t g = 0; g < sizeof gaps / sizeof *gaps; g++) {
    double margins[ROWS];
    int8_t targets[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
      targets[i] = i % 2 ? 1 : -1;
      margins[i] = gaps[g] * targets[i] * (1 + (double)i / ROWS);
    }
    narr_sigmoid fit = narr_sigmoid_fit(margins, targets, NULL, ROWS);
    check_shape(fit);
    assert_true(narr_sigmoid_probability(fit, gaps[g]) > 0.9);
    assert_true(narr_sigmoid_probability(fit, -gaps[g]) < 0.1);
  }
}

static void margins_that_point_the_wrong_way_are_not_believed(void **state) {
  (void)state;
  sample s = random_sample(3, 1, 0);
  double positives = 0;
  for (size_t i = 0; i < ROWS; i++) {
    s.margins[i] = -s.margins[i];
    positives += s.targets[i] > 0;
  }
  narr_sigmoid fit = narr_sigmoid_fit(s.margins, s.targets, NULL, ROWS);
  check_shape(fit);
  assert_true(fit.a > -1e-2);
  assert_near(narr_sigmoid_probability(fit, 0), (positives + 1) / (ROWS + 2), 1e-3);
}

static void wild_data_give_sane_sigmoids(void **state) {
  (void)state;
  narr_prng prng = {77};
  for (int round = 0; round < 500; round++) {
    double margins[12], weights[12];
    int8_t targets[12];
    size_t count = (size_t)narr_prng_below(&prng, 13);
    for (size_t i = 0; i < count; i++) {
      int exponent = (int)narr_prng_below(&prng, 120) - 60;
      margins[i] = ldexp(svm_random_real(&prng) - 0.5, exponent);
      weights[i] = ldexp(svm_random_real(&prng), exponent / 2);
      targets[i] = narr_prng_below(&prng, 2) ? 1 : -1;
    }
    check_shape(narr_sigmoid_fit(margins, targets, round % 2 ? weights : NULL, count));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(no_neighbour_is_better),
      cmocka_unit_test(base_rate_is_preserved),
      cmocka_unit_test(known_probabilities_are_found_again),
      cmocka_unit_test(units_do_not_matter),
      cmocka_unit_test(only_ratios_of_weights_matter),
      cmocka_unit_test(rises_between_neighbouring_numbers),
      cmocka_unit_test(one_class_gives_its_base_rate),
      cmocka_unit_test(equal_margins_give_the_base_rate),
      cmocka_unit_test(all_but_equal_margins_give_the_base_rate),
      cmocka_unit_test(nothing_to_go_by_gives_one_half),
      cmocka_unit_test(perfect_separation_stays_finite),
      cmocka_unit_test(margins_that_point_the_wrong_way_are_not_believed),
      cmocka_unit_test(wild_data_give_sane_sigmoids),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
