/* test_isotonic.c - rising lines through bins of margins. */
#include "support/svm_random.h"

#include "svm/isotonic.h"

enum { ROWS = 6000 };

typedef struct data {
  double margins[ROWS], weights[ROWS];
  int8_t targets[ROWS];
} data;

/* A probability that no sigmoid follows: two steps. */
static double stepped(double margin) {
  return margin < -1 ? 0.05 : margin < 1 ? 0.4 : 0.9;
}

static double uniform(narr_prng *prng) {
  return (double)(narr_prng_next(prng) >> 11) * 0x1p-53;
}

static data *data_new(uint64_t seed) {
  data *d = calloc(1, sizeof *d);
  narr_prng prng = {seed};
  for (size_t i = 0; i < ROWS; i++) {
    d->margins[i] = 6 * uniform(&prng) - 3;
    d->targets[i] = uniform(&prng) < stepped(d->margins[i]) ? 1 : -1;
    d->weights[i] = 1;
  }
  return d;
}

static const narr_sigmoid plain = {-1, 0};

static void it_follows_what_no_sigmoid_can(void **state) {
  (void)state;
  data *d = data_new(1);
  narr_knot knots[NARR_KNOTS_AT_MOST];
  size_t count;
  assert_true(narr_isotonic_fit(knots, &count, d->margins, d->targets, d->weights, ROWS));
  assert_true(count >= 3 && count <= NARR_KNOTS_AT_MOST);
  narr_sigmoid sigmoid = narr_sigmoid_fit(d->margins, d->targets, NULL, ROWS);
  double worst = 0, worst_sigmoid = 0;
  static const double places[] = {-2.5, -1.7, -0.5, 0, 0.5, 1.7, 2.5};
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    double truth = stepped(places[i]);
    worst =
        fmax(worst, fabs(narr_calibrated_probability(sigmoid, knots, count, places[i]) - truth));
    worst_sigmoid = fmax(worst_sigmoid, fabs(narr_sigmoid_probability(sigmoid, places[i]) - truth));
  }
  assert_true(worst < 0.05);
  assert_true(worst_sigmoid > 0.1);
  free(d);
}

static void it_rises_everywhere_and_stays_within(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed < 20; seed++) {
    data *d = data_new(seed);
    narr_knot knots[NARR_KNOTS_AT_MOST];
    size_t count;
    assert_true(narr_isotonic_fit(knots, &count, d->margins, d->targets, NULL, 50 * seed));
    for (size_t k = 1; k < count; k++)
      assert_true(knots[k].margin > knots[k - 1].margin &&
                  knots[k].log_odds > knots[k - 1].log_odds);
    double last = 0;
    for (double margin = -50; margin < 50; margin += 0.01) {
      double now = narr_calibrated_probability(plain, knots, count, margin);
      assert_true(now > 0 && now < 1 && now >= last);
      last = now;
    }
    for (size_t k = 0; k < count; k++) {
      double at = narr_calibrated_probability(plain, knots, count, knots[k].margin);
      double below =
          narr_calibrated_probability(plain, knots, count, nextafter(knots[k].margin, -99));
      assert_near(at, 1 / (1 + exp(-knots[k].log_odds)), 1e-12);
      assert_true(below <= at);
    }
    free(d);
  }
}

/* A rare label's few positives are not all in the last bin. */
static void rare_positives_get_bins_of_their_own(void **state) {
  (void)state;
  static double margins[ROWS];
  static int8_t targets[ROWS];
  for (size_t i = 0; i < ROWS; i++) {
    margins[i] = (double)i / ROWS;
    targets[i] = i >= ROWS - 90 && i * 7 % 90 < i + 90 - ROWS ? 1 : -1; /* ever more */
  }
  narr_knot knots[NARR_KNOTS_AT_MOST];
  size_t count, among_positives = 0;
  assert_true(narr_isotonic_fit(knots, &count, margins, targets, NULL, ROWS));
  for (size_t k = 0; k < count; k++) among_positives += knots[k].margin > margins[ROWS - 91];
  assert_true(among_positives >= 5);
}

/* A row of weight 2 is two rows; and only ratios of weights matter. */
static void weights_are_repetitions(void **state) {
  (void)state;
  enum { N = 40 };
  double margins[2 * N], weights[N];
  int8_t targets[2 * N];
  narr_prng prng = {5};
  for (size_t i = 0; i < N; i++) {
    margins[i] = margins[N + i] = (double)i;
    targets[i] = targets[N + i] = narr_prng_below(&prng, N) < i ? 1 : -1;
    weights[i] = 2;
  }
  narr_knot twice[NARR_KNOTS_AT_MOST], heavy[NARR_KNOTS_AT_MOST], once[NARR_KNOTS_AT_MOST];
  size_t twice_count, heavy_count, once_count;
  assert_true(narr_isotonic_fit(twice, &twice_count, margins, targets, NULL, 2 * N));
  assert_true(narr_isotonic_fit(heavy, &heavy_count, margins, targets, weights, N));
  assert_true(narr_isotonic_fit(once, &once_count, margins, targets, NULL, N));
  assert_int_equal(heavy_count, once_count);
  for (size_t k = 0; k < once_count; k++) {
    assert_near(heavy[k].margin, once[k].margin, 1e-12);
    assert_near(heavy[k].log_odds, once[k].log_odds, 1e-12);
  }
  for (size_t k = 0; k < twice_count; k++) assert_true(isfinite(twice[k].log_odds));
}

static void what_does_not_rise_has_no_knots(void **state) {
  (void)state;
  double margins[] = {1, 2, 3, 4}, same[] = {1, 1, 1, 1};
  int8_t falling[] = {1, 1, -1, -1}, one_kind[] = {1, 1, 1, 1}, rising[] = {-1, -1, 1, 1};
  narr_knot knots[NARR_KNOTS_AT_MOST];
  size_t count = 9;
  assert_true(narr_isotonic_fit(knots, &count, margins, falling, NULL, 4));
  assert_int_equal(count, 0);
  assert_true(narr_isotonic_fit(knots, &count, margins, one_kind, NULL, 4));
  assert_int_equal(count, 0);
  assert_true(narr_isotonic_fit(knots, &count, same, rising, NULL, 4));
  assert_int_equal(count, 0);
  assert_true(narr_isotonic_fit(knots, &count, NULL, NULL, NULL, 0));
  assert_int_equal(count, 0);
  assert_near(narr_calibrated_probability(plain, knots, 0, 0.3),
              narr_sigmoid_probability(plain, 0.3), 0);
  assert_true(narr_isotonic_fit(knots, &count, margins, rising, NULL, 4));
  assert_true(count >= 2);
}

static void no_memory_is_reported(void **state) {
  (void)state;
  double margins[] = {1, 2};
  int8_t targets[] = {-1, 1};
  narr_knot knots[NARR_KNOTS_AT_MOST];
  size_t count;
  narr_alloc_fail_at(1);
  bool ok = narr_isotonic_fit(knots, &count, margins, targets, NULL, 2);
  narr_alloc_fail_at(0);
  assert_false(ok);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(it_follows_what_no_sigmoid_can),
      cmocka_unit_test(it_rises_everywhere_and_stays_within),
      cmocka_unit_test(rare_positives_get_bins_of_their_own),
      cmocka_unit_test(weights_are_repetitions),
      cmocka_unit_test(what_does_not_rise_has_no_knots),
      cmocka_unit_test(no_memory_is_reported),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
