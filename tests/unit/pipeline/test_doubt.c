/* test_doubt.c - when a text is too strange to judge, by a model that knows
 * four words and two scripts. */
#include "narr/classify.h"
#include "support/hand_model.h"

static narr_result result_of(const narr_model *model, const char *text,
                             const narr_abstention *abstention) {
  narr_classifier *classifier;
  const narr_result *result;
  assert_ok(narr_classifier_new(&classifier, model, NULL));
  if (abstention) assert_ok(narr_classifier_set_abstention(classifier, abstention, NULL));
  assert_ok(narr_classify(classifier, text, strlen(text), &result, NULL));
  narr_result copy = *result;
  copy.scores = NULL; /* gone with the classifier */
  narr_classifier_free(classifier);
  return copy;
}

static void words_are_counted_and_known(void **state) {
  (void)state;
  narr_model *model = hand_model(NARR_KERNEL_LINEAR, false);
  static const struct {
    const char *text;
    size_t words;
    double known;
  } cases[] = {{"alpha beta gamma", 3, 1},
               {"alpha, alpha! x y", 4, 0.5}, /* each time it occurs; no marks */
               {"http://a.example @somebody 12 :-) alpha", 1, 1},
               {"#alpha x", 2, 0.5}, /* the word in it */
               {"x y", 2, 0},
               {"", 0, 0},
               {"...", 0, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    narr_result result = result_of(model, cases[i].text, NULL);
    assert_int_equal(result.word_count, cases[i].words);
    assert_near(result.known, cases[i].known, 1e-12);
  }
  narr_model_free(model);
}

static void the_first_reason_counts(void **state) {
  (void)state;
  narr_model *model = hand_model(NARR_KERNEL_LINEAR, false);
  static const struct {
    const char *text;
    narr_doubt doubt;
  } cases[] = {{"alpha beta", NARR_DOUBT_TOO_SHORT},
               {"άλφα βήτα", NARR_DOUBT_TOO_SHORT},
               {"άλφα βήτα γάμμα", NARR_DOUBT_UNKNOWN_SCRIPT},
               {"alpha βήτα γάμμα", NARR_DOUBT_UNKNOWN_SCRIPT},
               {"alpha beta γάμμα", NARR_DOUBT_NONE},
               {"добрый день всем", NARR_DOUBT_UNKNOWN_WORDS}, /* a known script */
               {"alpha x y z", NARR_DOUBT_UNKNOWN_WORDS},
               {"alpha x y", NARR_DOUBT_NONE}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    narr_result result = result_of(model, cases[i].text, NULL);
    if (result.doubt != cases[i].doubt)
      fail_msg("%s: \"%s\"", cases[i].text, narr_doubt_name(result.doubt));
    assert_false(result.abstained);
  }
  narr_model_free(model);
}

static void only_those_who_ask_get_no_labels(void **state) {
  (void)state;
  static const narr_abstention off = NARR_ABSTAIN_OFF, low = NARR_ABSTAIN_LOW,
                               medium = NARR_ABSTAIN_MEDIUM;
  for (int exclusive = 0; exclusive < 2; exclusive++) {
    narr_model *model = hand_model(NARR_KERNEL_LINEAR, exclusive);
    narr_result result = result_of(model, "alpha x y z", &off); /* known: 0.25 */
    assert_int_equal(result.doubt, NARR_DOUBT_UNKNOWN_WORDS);
    assert_int_equal(result.flagged_count, 1);
    result = result_of(model, "alpha x y z", &low);
    assert_int_equal(result.doubt, NARR_DOUBT_NONE);
    assert_int_equal(result.flagged_count, 1);
    result = result_of(model, "alpha x y z", &medium);
    assert_true(result.abstained);
    assert_int_equal(result.flagged_count, 0);
    narr_model_free(model);
  }
}

static void shares_beyond_one_are_refused(void **state) {
  (void)state;
  narr_model *model = hand_model(NARR_KERNEL_LINEAR, false);
  narr_classifier *classifier;
  narr_error error = NARR_ERROR_INIT;
  assert_ok(narr_classifier_new(&classifier, model, NULL));
  const double wrong[] = {-0.1, 1.1, NAN};
  for (size_t i = 0; i < 3; i++) {
    narr_abstention abstention = {true, 1, wrong[i]};
    assert_fails(narr_classifier_set_abstention(classifier, &abstention, &error),
                 NARR_ERROR_ARGUMENT, error, "0..1");
  }
  narr_classifier_free(classifier);
  narr_model_free(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(words_are_counted_and_known),
      cmocka_unit_test(the_first_reason_counts),
      cmocka_unit_test(only_those_who_ask_get_no_labels),
      cmocka_unit_test(shares_beyond_one_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
