/* test_train_gate.c - first whether a text has any label, then which. */
#include <math.h>

#include "narr/classify.h"
#include "support/json_check.h"
#include "support/toy_corpus.h"

static void add(narr_dataset *dataset, const char *words, const char *cell, narr_prng *prng) {
  char text[200];
  size_t used = (size_t)snprintf(text, sizeof text, "%s", words);
  for (int k = 0; k < 3; k++)
    used += (size_t)snprintf(text + used, sizeof text - used, " %s",
                             toy_fillers[narr_prng_below(prng, TOY_FILLERS)]);
  assert_ok(narr_dataset_add(dataset, text, strlen(text), cell, NULL, NULL, 1, NULL));
}

/* Claims of two narratives; denials of one of them; and cats. */
static narr_dataset *claims_and_denials(size_t rows) {
  static const char *const words[] = {"troops leave",  "referendum now", "false troops leave",
                                      "false rumour",  "cat sleeps",     "troops leave base",
                                      "referendum day"};
  static const char *const cells[] = {"withdrawal", "secession",  "none",     "none",
                                      "none",       "withdrawal", "secession"};
  narr_dataset *dataset;
  assert_ok(narr_dataset_new(&dataset, NULL, NULL));
  narr_prng prng = {5};
  for (size_t i = 0; i < rows; i++) add(dataset, words[i % 7], cells[i % 7], &prng);
  return dataset;
}

static narr_model *train(const narr_dataset *dataset, narr_gate gate, const char *objective) {
  narr_train_options options = toy_options();
  options.gate = gate;
  options.objective = objective;
  return toy_train(dataset, &options, NULL);
}

static const narr_result *classify(narr_classifier *classifier, const char *text) {
  const narr_result *result;
  assert_ok(narr_classify(classifier, text, strlen(text), &result, NULL));
  return result;
}

/* Nobody in the corpus denies a referendum; but what a denial is, is known. */
static void a_denial_is_one_for_all_labels(void **state) {
  (void)state;
  narr_dataset *dataset = claims_and_denials(210);
  double probability[2];
  for (int gated = 0; gated < 2; gated++) {
    narr_model *model = train(dataset, gated ? NARR_GATE_ON : NARR_GATE_OFF, "f1");
    narr_classifier *classifier;
    assert_ok(narr_classifier_new(&classifier, model, NULL));
    assert_true(classify(classifier, "referendum today")->scores[0].flagged);
    const narr_result *result = classify(classifier, "false referendum today");
    assert_string_equal(result->scores[0].label, "secession");
    probability[gated] = result->scores[0].probability;
    assert_int_equal(result->any != NULL, gated);
    narr_classifier_free(classifier);
    narr_model_free(model);
  }
  assert_true(probability[1] < 0.5 * probability[0]);
  narr_dataset_free(dataset);
}

static void the_gate_judges_first(void **state) {
  (void)state;
  narr_dataset *dataset = claims_and_denials(210);
  narr_model *model = train(dataset, NARR_GATE_ON, "f1");
  assert_true(narr_model_is_gated(model));
  assert_int_equal(narr_model_label_count(model), 2);
  assert_true(narr_model_parent(model, 0) == SIZE_MAX);
  assert_true(isnan(narr_model_threshold(model, 2)));
  double threshold = narr_model_threshold(model, NARR_ANY_LABEL);
  assert_true(threshold > 0 && threshold < 1);
  narr_classifier *classifier;
  assert_ok(narr_classifier_new(&classifier, model, NULL));
  static const char *const texts[] = {"troops leave", "false troops leave", "cat", "", "now"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    const narr_result *result = classify(classifier, texts[i]);
    assert_int_equal(result->score_count, 2);
    assert_string_equal(result->any->label, "");
    assert_int_equal(result->any->flagged, result->any->probability >= threshold);
    for (size_t l = 0; l < 2; l++) {
      assert_true(result->scores[l].probability <= result->any->probability);
      assert_true(result->any->flagged || !result->scores[l].flagged);
    }
  }
  /* Who asks for a label's own threshold gets it. */
  assert_false(classify(classifier, "false troops leave")->any->flagged);
  assert_int_equal(classify(classifier, "false troops leave")->flagged_count, 0);
  assert_ok(narr_classifier_set_threshold(classifier, "withdrawal", 0, NULL));
  assert_int_equal(classify(classifier, "false troops leave")->flagged_count, 1);
  narr_classifier_free(classifier);
  narr_model_free(model);
  narr_dataset_free(dataset);
}

static bool is_gated(size_t rows, size_t unlabelled, narr_gate gate) {
  narr_dataset *dataset;
  assert_ok(narr_dataset_new(&dataset, NULL, NULL));
  narr_prng prng = {6};
  for (size_t i = 0; i < rows; i++)
    add(dataset,
        i < unlabelled ? "cat"
        : i % 2        ? "troops"
                       : "referendum",
        i < unlabelled ? "none"
        : i % 2        ? "withdrawal"
                       : "secession",
        &prng);
  narr_train_options options = toy_options();
  options.gate = gate;
  options.mode = NARR_MODE_MULTI_LABEL;
  options.near_duplicates = false;
  narr_model *model = toy_train(dataset, &options, NULL);
  bool gated = narr_model_is_gated(model);
  assert_non_null(strstr(narr_model_metadata(model), gated ? "\"gate\":true" : "\"gate\":false"));
  narr_model_free(model);
  narr_dataset_free(dataset);
  return gated;
}

static void auto_gates_where_it_pays(void **state) {
  (void)state;
  assert_true(is_gated(500, 125, NARR_GATE_AUTO));
  assert_false(is_gated(500, 124, NARR_GATE_AUTO));
  assert_false(is_gated(499, 200, NARR_GATE_AUTO));
  assert_true(is_gated(60, 10, NARR_GATE_ON));
  assert_false(is_gated(500, 250, NARR_GATE_OFF));
}

/* All unlabelled rows are one text: nothing can be held out. */
static void a_gate_that_cannot_be_learned(void **state) {
  (void)state;
  for (int same = 0; same < 2; same++) {
    narr_dataset *dataset;
    assert_ok(narr_dataset_new(&dataset, NULL, NULL));
    narr_prng prng = {7};
    for (size_t i = 0; i < 600; i++)
      if (i % 3 == 0 && same)
        assert_ok(narr_dataset_add(dataset, "cat", 3, "none", NULL, NULL, 1, NULL));
      else
        add(dataset, i % 2 ? "troops" : "referendum", i % 2 ? "withdrawal" : "secession", &prng);
    narr_train_options options = toy_options();
    options.mode = NARR_MODE_MULTI_LABEL;
    options.gate = NARR_GATE_ON;
    narr_model *model;
    narr_error error = NARR_ERROR_INIT;
    assert_int_equal(narr_train(&model, NULL, dataset, &options, &error), NARR_ERROR_INPUT);
    assert_non_null(strstr(error.message, same ? "any label" : "the corpus has 0"));
    options.gate = NARR_GATE_AUTO;
    model = toy_train(dataset, &options, NULL);
    assert_false(narr_model_is_gated(model));
    narr_model_free(model);
    narr_dataset_free(dataset);
  }
}

static double probability_of_threshold(const narr_dataset *dataset, const char *objective,
                                       double *flagged) {
  narr_train_options options = toy_options();
  options.gate = NARR_GATE_ON;
  options.objective = objective;
  options.folds = 5;
  narr_report *report;
  narr_model *model = toy_train(dataset, &options, &report);
  double threshold = narr_model_threshold(model, NARR_ANY_LABEL);
  *flagged = (double)report->none_flagged / (double)report->none_rows;
  narr_report_free(report);
  narr_model_free(model);
  return threshold;
}

/* A third of the labels is wrong, so that no objective comes for free. */
static void the_gate_keeps_false_flags_down(void **state) {
  (void)state;
  narr_dataset *dataset;
  assert_ok(narr_dataset_new(&dataset, NULL, NULL));
  narr_prng prng = {8};
  for (size_t i = 0; i < 900; i++) {
    const char *cell = i % 3 == 0 ? "none" : i % 3 == 1 ? "withdrawal" : "secession";
    const char *word = narr_prng_below(&prng, 3) == 0 ? "cat" : i % 2 ? "troops" : "referendum";
    add(dataset, word, cell, &prng);
  }
  double low, high, ignored;
  double strict = probability_of_threshold(dataset, "false-flags=0.05", &low);
  double loose = probability_of_threshold(dataset, "false-flags=0.3", &high);
  assert_true(strict > loose);
  assert_true(low <= 0.08 && high > low && high <= 0.33);
  assert_true(probability_of_threshold(dataset, "recall=0.9", &ignored) == 0);
  assert_true(probability_of_threshold(dataset, "precision=0.9", &ignored) == 0);
  assert_true(probability_of_threshold(dataset, "review-budget=50", &ignored) == 0);
  narr_dataset_free(dataset);
}

/* bias + contributions = margin, summed over the label and the gate. */
static void both_are_explained(void **state) {
  (void)state;
  narr_dataset *dataset = claims_and_denials(210);
  narr_model *model = train(dataset, NARR_GATE_ON, "f1");
  narr_classifier *classifier;
  const narr_explanation *why;
  assert_ok(narr_classifier_new(&classifier, model, NULL));
  const narr_result *result = classify(classifier, "");
  double bias[2], sum[2] = {0, 0};
  for (size_t l = 0; l < 2; l++) bias[l] = result->scores[l].margin + result->any->margin;
  result = classify(classifier, "false troops leave");
  static const size_t labels[] = {0, 1};
  assert_ok(narr_explain(classifier, labels, 2, 0, &why, NULL));
  bool denied = false;
  for (size_t i = 0; i < why->term_count; i++) {
    sum[why->terms[i].label] += why->terms[i].contribution;
    denied |= strcmp(why->terms[i].term, "false") == 0 && why->terms[i].contribution < 0;
  }
  for (size_t l = 0; l < 2; l++)
    assert_near(bias[l] + sum[l], result->scores[l].margin + result->any->margin, 1e-6);
  assert_true(denied);
  narr_model_term terms[3];
  size_t count;
  assert_ok(narr_model_top_terms(model, NARR_ANY_LABEL, true, terms, 3, &count, NULL));
  assert_int_equal(count, 3);
  bool listed = false;
  for (size_t i = 0; i < count; i++)
    listed |= terms[i].term_length == 5 && memcmp(terms[i].term, "false", 5) == 0;
  assert_true(listed);
  narr_classifier_free(classifier);
  narr_model_free(model);
  model = train(dataset, NARR_GATE_OFF, "f1");
  assert_int_equal(narr_model_top_terms(model, NARR_ANY_LABEL, true, terms, 3, &count, NULL),
                   NARR_ERROR_ARGUMENT);
  narr_model_free(model);
  narr_dataset_free(dataset);
}

static void other_kernels_have_gates(void **state) {
  (void)state;
  narr_dataset *dataset = claims_and_denials(140);
  narr_train_options options = toy_options();
  options.gate = NARR_GATE_ON;
  options.kernel = NARR_KERNEL_RBF;
  narr_model *model = toy_train(dataset, &options, NULL);
  narr_classifier *classifier;
  assert_ok(narr_classifier_new(&classifier, model, NULL));
  assert_int_equal(classify(classifier, "referendum today")->flagged_count, 1);
  assert_int_equal(classify(classifier, "false troops leave")->flagged_count, 0);
  const narr_explanation *why;
  static const size_t label = 1;
  assert_ok(narr_explain(classifier, &label, 1, 1, &why, NULL));
  assert_string_equal(why->terms[0].term, "false");
  narr_classifier_free(classifier);
  narr_model_free(model);
  narr_dataset_free(dataset);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_denial_is_one_for_all_labels),
      cmocka_unit_test(the_gate_judges_first),
      cmocka_unit_test(auto_gates_where_it_pays),
      cmocka_unit_test(a_gate_that_cannot_be_learned),
      cmocka_unit_test(the_gate_keeps_false_flags_down),
      cmocka_unit_test(both_are_explained),
      cmocka_unit_test(other_kernels_have_gates),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
