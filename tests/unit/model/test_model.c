/* test_model.c - what a model made from parts says about itself. */
#include "support/hand_model.h"

static void tells_what_it_was_made_from(void **state) {
  (void)state;
  narr_model *model = hand_model(NARR_KERNEL_LINEAR, false);
  assert_int_equal(narr_model_label_count(model), HAND_LABELS);
  assert_string_equal(narr_model_label(model, 0), "left");
  assert_string_equal(narr_model_label(model, 1), "right/inner");
  assert_null(narr_model_label(model, 2));
  assert_null(narr_model_label(model, SIZE_MAX));
  assert_near(narr_model_threshold(model, 0), 0.6, 0);
  assert_near(narr_model_threshold(model, 1), 0.5, 0);
  assert_true(isnan(narr_model_threshold(model, 2)));
  assert_false(narr_model_is_exclusive(model));
  assert_int_equal(narr_model_feature_count(model), HAND_WORDS);
  assert_string_equal(narr_model_metadata(model), "{\"tool\":\"hand\"}");
  assert_ok(narr_model_verify(model, NULL));
  narr_model_free(model);
}

static void knows_its_mode_and_kernel(void **state) {
  (void)state;
  for (int kind = NARR_KERNEL_LINEAR; kind <= NARR_KERNEL_SIGMOID; kind++) {
    narr_model *model = hand_model((narr_kernel)kind, true);
    assert_true(narr_model_is_exclusive(model));
    assert_int_equal(model->kernel.kind, kind);
    assert_near(model->kernel.gamma, 0.5, 0);
    assert_near(model->kernel.coef0, 0.25, 0);
    assert_int_equal(model->kernel.degree, 3);
    assert_int_equal(model->support_count, kind == NARR_KERNEL_LINEAR ? 0 : HAND_SUPPORT);
    narr_model_free(model);
  }
}

static void finds_its_terms(void **state) {
  (void)state;
  narr_model *model = hand_model(NARR_KERNEL_RBF, false);
  for (uint32_t w = 0; w < HAND_WORDS; w++) {
    assert_int_equal(narr_vocabulary_find(&model->vocabulary, hand_key(hand_words[w])), w);
    size_t length;
    const char *string = narr_vocabulary_string(&model->vocabulary, w, &length);
    assert_int_equal(length, strlen(hand_words[w]));
    assert_memory_equal(string, hand_words[w], length);
  }
  assert_int_equal(narr_vocabulary_find(&model->vocabulary, hand_key("epsilon")), NARR_TERM_NONE);
  narr_model_free(model);
}

/* A copy of the bytes is the same model; the parts need not live on. */
static void opens_from_its_own_bytes(void **state) {
  (void)state;
  narr_model *model = hand_model(NARR_KERNEL_POLY, false);
  size_t size, again_size;
  const void *bytes = narr_model_bytes(model, &size);
  void *copy = malloc(size);
  memcpy(copy, bytes, size);
  narr_model_free(model);
  narr_model *again;
  assert_ok(narr_model_from_memory(&again, copy, size, NULL));
  assert_ptr_equal(narr_model_bytes(again, &again_size), copy);
  assert_int_equal(again_size, size);
  assert_string_equal(narr_model_label(again, 1), "right/inner");
  assert_int_equal(again->support_count, HAND_SUPPORT);
  narr_model_free(again);
  free(copy);
}

static void same_parts_give_the_same_bytes(void **state) {
  (void)state;
  for (int kind = NARR_KERNEL_LINEAR; kind <= NARR_KERNEL_RBF; kind++) {
    narr_model *one = hand_model((narr_kernel)kind, false);
    narr_model *two = hand_model((narr_kernel)kind, false);
    size_t size, size_two;
    const void *bytes = narr_model_bytes(one, &size);
    const void *bytes_two = narr_model_bytes(two, &size_two);
    assert_int_equal(size, size_two);
    assert_memory_equal(bytes, bytes_two, size);
    narr_model_free(one);
    narr_model_free(two);
  }
}

/* A machine without support vectors answers with its bias. */
static void builds_without_support(void **state) {
  (void)state;
  hand_vocabulary v = hand_vocabulary_new(hand_terms, HAND_WORDS);
  narr_model_parts parts = hand_parts(&v, NARR_KERNEL_RBF);
  parts.support_count = 0;
  narr_model *model;
  assert_ok(narr_model_build(&model, &parts, NULL));
  assert_int_equal(model->support_count, 0);
  narr_model_free(model);
  hand_vocabulary_free(&v);
}

static void refuses_parts_without_sense(void **state) {
  (void)state;
  hand_vocabulary v = hand_vocabulary_new(hand_terms, HAND_WORDS);
  narr_error error = NARR_ERROR_INIT;
  narr_model *model = (narr_model *)&v;
  narr_model_parts parts = hand_parts(&v, NARR_KERNEL_LINEAR);
  parts.label_count = 0;
  assert_fails(narr_model_build(&model, &parts, &error), NARR_ERROR_MODEL, error, "options");
  assert_null(model);
  parts = hand_parts(&v, NARR_KERNEL_LINEAR);
  parts.labels = (const char *const[]){"left", ""};
  assert_fails(narr_model_build(&model, &parts, &error), NARR_ERROR_MODEL, error, "labels");
  parts.labels = (const char *const[]){"left", "left"};
  assert_fails(narr_model_build(&model, &parts, &error), NARR_ERROR_MODEL, error, "labels");
  parts = hand_parts(&v, NARR_KERNEL_LINEAR);
  narr_decision decisions[HAND_LABELS] = {hand_decisions[0], {0, {1, 0}, 0.5, 0, 0, 0}};
  parts.decisions = decisions;
  assert_fails(narr_model_build(&model, &parts, &error), NARR_ERROR_MODEL, error, "decisions");
  hand_vocabulary_free(&v);
}

static void every_failed_allocation_is_reported(void **state) {
  (void)state;
  hand_vocabulary v = hand_vocabulary_new(hand_terms, HAND_WORDS);
  for (int kind = NARR_KERNEL_LINEAR; kind <= NARR_KERNEL_RBF; kind++) {
    narr_model_parts parts = hand_parts(&v, (narr_kernel)kind);
    narr_model *model = NULL;
    size_t nth = 0;
    while (!model) {
      narr_error error = NARR_ERROR_INIT;
      narr_alloc_fail_at(++nth);
      narr_status status = narr_model_build(&model, &parts, &error);
      narr_alloc_fail_at(0);
      if (status) assert_int_equal(error.status, NARR_ERROR_MEMORY);
      assert_int_equal(status == NARR_OK, model != NULL);
    }
    assert_true(nth > 4);
    narr_model_free(model);
  }
  hand_vocabulary_free(&v);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tells_what_it_was_made_from),
      cmocka_unit_test(knows_its_mode_and_kernel),
      cmocka_unit_test(finds_its_terms),
      cmocka_unit_test(opens_from_its_own_bytes),
      cmocka_unit_test(same_parts_give_the_same_bytes),
      cmocka_unit_test(builds_without_support),
      cmocka_unit_test(refuses_parts_without_sense),
      cmocka_unit_test(every_failed_allocation_is_reported),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
