/* test_score.c - margins and contributions against what paper says. */
#include "model/contributions.h"
#include "model/score.h"
#include "support/hand_model.h"

/* 0.6 alpha + 0.8 gamma. */
static const narr_entry alpha_gamma[2] = {{0, 0.6F, 0, 1}, {2, 0.8F, 1, 1}};

static void margins_of(const narr_model *model, const narr_entry *entries, size_t count,
                       double margins[HAND_LABELS]) {
  narr_score_space space = {0};
  assert_ok(narr_model_margins(model, entries, count, &space, margins));
  narr_score_space_free(&space);
}

static void linear_margins_are_bias_and_weights(void **state) {
  (void)state;
  narr_model *model = hand_model(NARR_KERNEL_LINEAR, false);
  double margins[HAND_LABELS];
  margins_of(model, NULL, 0, margins);
  assert_near(margins[0], 0.5, 0);
  assert_near(margins[1], -0.25, 0);
  margins_of(model, alpha_gamma, 2, margins);
  assert_near(margins[0], 0.5 + 0.6 * 1 + 0.8 * -3, 1e-6);
  assert_near(margins[1], -0.25 + 0.6 * -1 + 0.8 * 0.25, 1e-6);
  narr_model_free(model);
}

/* However many labels share a row. */
static void every_number_of_labels_is_summed(void **state) {
  (void)state;
  enum { MOST = 40 };
  static char names[MOST][4];
  static const narr_label_facts facts[MOST];
  const char *labels[MOST];
  narr_decision decisions[MOST];
  float weights[HAND_WORDS * MOST];
  for (int l = 0; l < MOST; l++) {
    snprintf(names[l], sizeof names[l], "%d", l);
    labels[l] = names[l];
    decisions[l] = (narr_decision){0.125 * l, {-1, 0}, 0.5, 0, 0, 0};
  }
  for (size_t i = 0; i < HAND_WORDS * MOST; i++) weights[i] = (float)(i * i % 101) / 8 - 6;
  hand_vocabulary v = hand_vocabulary_new(hand_terms, HAND_WORDS);
  for (size_t count = 1; count <= MOST; count++) {
    narr_model_parts parts = hand_parts(&v, NARR_KERNEL_LINEAR);
    parts.label_count = count;
    parts.labels = labels;
    parts.decisions = decisions;
    parts.label_facts = facts;
    parts.weights = weights;
    narr_model *model;
    double margins[MOST];
    assert_ok(narr_model_build(&model, &parts, NULL));
    margins_of(model, alpha_gamma, 2, margins);
    for (size_t l = 0; l < count; l++) {
      double alpha = (double)weights[l], gamma = (double)weights[2 * count + l];
      assert_near(margins[l], decisions[l].bias + 0.6 * alpha + 0.8 * gamma, 1e-6);
      assert_near(narr_model_weights(model, 2)[l] * model->decisions[l].unit, gamma, 0);
    }
    assert_near(narr_vocabulary_idf(&model->vocabulary, 3), 1, 0);
    narr_model_free(model);
  }
  hand_vocabulary_free(&v);
}

/* With inner products 0.6, 0.4 and 0.15, and squared norms 1, 0.5 and 0.625
 * of the support vectors, and 1 of the text. */
static void kernel_margins_are_bias_and_support(void **state) {
  (void)state;
  const double inner[HAND_SUPPORT] = {0.6, 0.4, 0.15}, norm[HAND_SUPPORT] = {1, 0.5, 0.625};
  for (int kind = NARR_KERNEL_POLY; kind <= NARR_KERNEL_SIGMOID; kind++) {
    narr_model *model = hand_model((narr_kernel)kind, false);
    double expected[HAND_LABELS] = {0.5, -0.25}, margins[HAND_LABELS];
    for (int s = 0; s < HAND_SUPPORT; s++) {
      double kernel = kind == NARR_KERNEL_POLY  ? pow(0.5 * inner[s] + 0.25, 3)
                      : kind == NARR_KERNEL_RBF ? exp(-0.5 * (norm[s] + 1 - 2 * inner[s]))
                                                : tanh(0.5 * inner[s] + 0.25);
      for (int l = 0; l < HAND_LABELS; l++) expected[l] += hand_coefficients[s][l] * kernel;
    }
    margins_of(model, alpha_gamma, 2, margins);
    assert_near(margins[0], expected[0], 1e-6);
    assert_near(margins[1], expected[1], 1e-6);
    narr_model_free(model);
  }
}

/* Working memory is left as it was found: a text does not see the last. */
static void texts_do_not_see_each_other(void **state) {
  (void)state;
  for (int kind = NARR_KERNEL_LINEAR; kind <= NARR_KERNEL_SIGMOID; kind++) {
    narr_model *model = hand_model((narr_kernel)kind, false);
    narr_score_space space = {0};
    double first[HAND_LABELS], other[HAND_LABELS], again[HAND_LABELS];
    const narr_entry beta = {1, 1, 0, 1};
    assert_ok(narr_model_margins(model, alpha_gamma, 2, &space, first));
    assert_ok(narr_model_margins(model, &beta, 1, &space, other));
    assert_ok(narr_model_margins(model, alpha_gamma, 2, &space, again));
    assert_memory_equal(first, again, sizeof first);
    margins_of(model, &beta, 1, again);
    assert_memory_equal(other, again, sizeof other);
    narr_score_space_free(&space);
    narr_model_free(model);
  }
}

static void linear_contributions_are_products(void **state) {
  (void)state;
  narr_model *model = hand_model(NARR_KERNEL_LINEAR, false);
  double both[4], right[2];
  assert_ok(narr_model_contributions(model, alpha_gamma, 2, (const size_t[]){0, 1}, 2, both));
  assert_near(both[0], 0.6, 1e-7);
  assert_near(both[1], -0.6, 1e-7);
  assert_near(both[2], -2.4, 1e-7);
  assert_near(both[3], 0.2, 1e-7);
  assert_ok(narr_model_contributions(model, alpha_gamma, 2, (const size_t[]){1}, 1, right));
  assert_near(right[0], both[1], 0);
  assert_near(right[1], both[3], 0);
  narr_model_free(model);
}

static void kernel_contributions_are_differences(void **state) {
  (void)state;
  const narr_entry entries[3] = {{3, 0.48F, 0, 1}, {0, 0.6F, 1, 2}, {1, 0.64F, 2, 1}};
  for (int kind = NARR_KERNEL_POLY; kind <= NARR_KERNEL_SIGMOID; kind++) {
    narr_model *model = hand_model((narr_kernel)kind, false);
    double contributions[6], margins[HAND_LABELS], without[HAND_LABELS];
    /* the labels in any order */
    assert_ok(
        narr_model_contributions(model, entries, 3, (const size_t[]){1, 0}, 2, contributions));
    margins_of(model, entries, 3, margins);
    for (size_t i = 0; i < 3; i++) {
      narr_entry left[2] = {entries[i == 0], entries[i == 2 ? 1 : 2]};
      margins_of(model, left, 2, without);
      assert_near(contributions[2 * i], margins[1] - without[1], 1e-9);
      assert_near(contributions[2 * i + 1], margins[0] - without[0], 1e-9);
    }
    narr_model_free(model);
  }
}

static void nothing_known_contributes_nothing(void **state) {
  (void)state;
  for (int kind = NARR_KERNEL_LINEAR; kind <= NARR_KERNEL_RBF; kind++) {
    narr_model *model = hand_model((narr_kernel)kind, false);
    double none = 7;
    assert_ok(narr_model_contributions(model, NULL, 0, (const size_t[]){0}, 1, &none));
    assert_near(none, 7, 0);
    narr_model_free(model);
  }
}

static void lack_of_memory_is_reported(void **state) {
  (void)state;
  narr_model *model = hand_model(NARR_KERNEL_RBF, false);
  double numbers[2 * HAND_LABELS];
  for (size_t nth = 1; nth <= 2; nth++) {
    narr_score_space space = {0};
    narr_alloc_fail_at(nth);
    narr_status status = narr_model_margins(model, alpha_gamma, 2, &space, numbers);
    narr_alloc_fail_at(nth);
    narr_status second =
        narr_model_contributions(model, alpha_gamma, 2, (const size_t[]){0, 1}, 2, numbers);
    narr_alloc_fail_at(0);
    assert_int_equal(status, NARR_ERROR_MEMORY);
    assert_int_equal(second, NARR_ERROR_MEMORY);
    assert_ok(narr_model_margins(model, alpha_gamma, 2, &space, numbers));
    narr_score_space_free(&space);
  }
  narr_model_free(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(linear_margins_are_bias_and_weights),
      cmocka_unit_test(every_number_of_labels_is_summed),
      cmocka_unit_test(kernel_margins_are_bias_and_support),
      cmocka_unit_test(texts_do_not_see_each_other),
      cmocka_unit_test(linear_contributions_are_products),
      cmocka_unit_test(kernel_contributions_are_differences),
      cmocka_unit_test(nothing_known_contributes_nothing),
      cmocka_unit_test(lack_of_memory_is_reported),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
