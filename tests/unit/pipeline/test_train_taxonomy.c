/* test_train_taxonomy.c - learning labels that are paths, unknown, rare or in
 * time order. */
#include "model/model.h"
#include "narr/classify.h"
#include "support/json_check.h"
#include "support/toy_corpus.h"

static void add(narr_dataset *dataset, const char *text, const char *cell) {
  narr_error error = NARR_ERROR_INIT;
  if (narr_dataset_add(dataset, text, strlen(text), cell, NULL, NULL, 1, &error))
    fail_msg("%s", error.message);
}

static narr_dataset *new_dataset(void) {
  narr_dataset *dataset;
  assert_ok(narr_dataset_new(&dataset, NULL, NULL));
  return dataset;
}

/* Rows of war, of which some are nuclear and some opened, and of peace. */
static void add_posts(narr_dataset *dataset, size_t rows, uint64_t seed) {
  static const char *const cells[] = {"war/nuclear", "war/opened", "none", "none", "peace", "war"};
  static const char *const words[] = {"troops atom", "troops front", "cat",
                                      "dog",         "dove",         "troops"};
  narr_prng prng = {seed};
  for (size_t i = 0; i < rows; i++) {
    char text[160];
    size_t used = (size_t)snprintf(text, sizeof text, "%s", words[i % 6]);
    for (int k = 0; k < 3; k++)
      used += (size_t)snprintf(text + used, sizeof text - used, " %s",
                               toy_fillers[narr_prng_below(&prng, TOY_FILLERS)]);
    add(dataset, text, cells[i % 6]);
  }
}

static const narr_result *classify(narr_classifier *classifier, const char *text) {
  const narr_result *result;
  assert_ok(narr_classify(classifier, text, strlen(text), &result, NULL));
  return result;
}

/* peace, war, war/nuclear, war/opened */
static void children_are_under_their_parents(void **state) {
  (void)state;
  narr_dataset *dataset = new_dataset();
  add_posts(dataset, 120, 1);
  narr_train_options options = toy_options();
  narr_report *report;
  narr_model *model = toy_train(dataset, &options, &report);
  assert_int_equal(narr_model_label_count(model), 4);
  static const size_t parents[] = {SIZE_MAX, SIZE_MAX, 1, 1};
  for (size_t l = 0; l < 4; l++) assert_true(narr_model_parent(model, l) == parents[l]);
  assert_true(narr_model_parent(model, 4) == SIZE_MAX);
  assert_int_equal(report->level_count, 2);
  assert_int_equal(report->levels[0].label_count, 2);
  assert_int_equal(report->labels[1].support, 60);
  assert_int_equal(report->labels[2].level, 2);
  assert_int_equal(report->none_rows, 40);
  assert_true(report->levels[1].macro.f1 > 0.8);
  assert_near(json_real(narr_model_metadata(model), "out_of_fold.levels.1.macro.f1"),
              report->levels[1].macro.f1, 1e-6);
  narr_classifier *classifier;
  assert_ok(narr_classifier_new(&classifier, model, NULL));
  const narr_result *result = classify(classifier, "troops atom today");
  assert_true(result->scores[1].flagged && result->scores[2].flagged && !result->scores[3].flagged);
  /* what decides between siblings says nothing without the parent */
  result = classify(classifier, "atom dove dove");
  assert_true(result->scores[2].margin > 0 && !result->scores[2].flagged);
  double alone = narr_sigmoid_probability(model->decisions[2].sigmoid, result->scores[2].margin);
  assert_near(result->scores[2].probability, alone * result->scores[1].probability, 1e-12);
  /* a parent that is never flagged keeps its children down */
  assert_ok(narr_classifier_set_threshold(classifier, "war", 1, NULL));
  assert_ok(narr_classifier_set_threshold(classifier, "war/nuclear", 0, NULL));
  assert_int_equal(classify(classifier, "troops atom today")->flagged_count, 0);
  narr_classifier_free(classifier);
  narr_report_free(report);
  narr_model_free(model);
  narr_dataset_free(dataset);
}

/* Rows without the parent are no part of a child's problem: the child's
 * machine is what it would be if they said something else. */
static void children_learn_against_siblings_only(void **state) {
  (void)state;
  narr_train_options options = toy_options();
  options.solver = NARR_SOLVER_LIBSVM;
  float weights[2][2];
  for (int other = 0; other < 2; other++) {
    narr_dataset *dataset = new_dataset();
    add_posts(dataset, 120, 1);
    for (int i = 0; i < 8; i++) add(dataset, "atom dove", other ? "peace" : "none");
    narr_model *model = toy_train(dataset, &options, NULL);
    narr_classifier *classifier;
    assert_ok(narr_classifier_new(&classifier, model, NULL));
    const narr_result *result = classify(classifier, "atom");
    for (int l = 0; l < 2; l++) weights[other][l] = (float)result->scores[2 + l].margin;
    narr_classifier_free(classifier);
    narr_model_free(model);
    narr_dataset_free(dataset);
  }
  assert_memory_equal(weights[0], weights[1], sizeof weights[0]);
}

static void an_only_child_learns_against_all(void **state) {
  (void)state;
  narr_dataset_options paths = NARR_DATASET_OPTIONS_INIT;
  narr_dataset *dataset;
  paths.label_paths = NARR_LABEL_PATHS_ALL;
  assert_ok(narr_dataset_new(&dataset, &paths, NULL));
  static const char *const cells[] = {"a/b", "none", "c"}, *const words[] = {"troops", "cat",
                                                                             "dove"};
  for (size_t i = 0; i < 36; i++) {
    char text[64];
    snprintf(text, sizeof text, "%s %s %zu", words[i % 3], toy_fillers[i % 12], i);
    add(dataset, text, cells[i % 3]);
  }
  narr_train_options options = toy_options();
  narr_report *report;
  narr_model *model = toy_train(dataset, &options, &report);
  assert_string_equal(report->labels[1].name, "a/b");
  assert_true(report->labels[1].against_all && !report->labels[0].against_all);
  assert_near(report->labels[1].scores.f1, 1, 0.1);
  assert_near(report->labels[0].scores.f1, report->labels[1].scores.f1, 0.1);
  options.mode = NARR_MODE_EXCLUSIVE;
  narr_error error = NARR_ERROR_INIT;
  narr_model *refused;
  assert_fails(narr_train(&refused, NULL, dataset, &options, &error), NARR_ERROR_INPUT, error,
               "a path brings its parents");
  narr_report_free(report);
  narr_model_free(model);
  narr_dataset_free(dataset);
}

/* An unknown label's rows could say anything: nothing changes for it. */
static void unknown_rows_count_neither_way(void **state) {
  (void)state;
  double margins[2];
  for (int noisy = 0; noisy < 2; noisy++) {
    narr_dataset *dataset = toy_dataset((toy_spec){.kind = TOY_MULTI, .rows = 60, .seed = 3});
    for (int i = 0; i < 10; i++)
      add(dataset, "troops withdraw", noisy ? "secession;?withdrawal" : "none;?withdrawal");
    narr_train_options options = toy_options();
    narr_report *report;
    narr_model *model = toy_train(dataset, &options, &report);
    narr_classifier *classifier;
    assert_ok(narr_classifier_new(&classifier, model, NULL));
    margins[noisy] = classify(classifier, "troops withdraw")->scores[1].margin;
    assert_int_equal(report->rows, 70);
    assert_int_equal(report->labels[1].support, 30);
    assert_int_equal(report->labels[0].support, noisy ? 40 : 30);
    assert_true(report->labels[1].predicted < 40); /* of those ten, none counts */
    assert_int_equal(report->none_rows, 15);
    narr_classifier_free(classifier);
    narr_report_free(report);
    narr_model_free(model);
    narr_dataset_free(dataset);
  }
  assert_true(margins[0] == margins[1] && margins[0] > 0);
}

static void evaluation_follows_the_taxonomy(void **state) {
  (void)state;
  narr_dataset *dataset = new_dataset(), *test = new_dataset();
  add_posts(dataset, 120, 1);
  narr_train_options options = toy_options();
  narr_model *model = toy_train(dataset, &options, NULL);
  add(test, "troops atom", "war/nuclear");
  add(test, "troops", "war/unheard");
  add(test, "troops front", "none;?war");
  add(test, "cat", "none");
  narr_report *report;
  assert_ok(narr_evaluate(&report, model, test, NULL, 1, NULL));
  assert_int_equal(report->label_count, 5);
  assert_int_equal(report->labels[1].support, 2); /* war is implied, twice */
  assert_int_equal(report->labels[1].predicted, 2);
  assert_int_equal(report->labels[2].support, 1);
  assert_int_equal(report->labels[3].predicted, 0); /* unknown with its parent */
  assert_int_equal(report->labels[4].support, 1);
  assert_int_equal(report->labels[4].level, 2);
  assert_int_equal(report->none_rows, 1);
  narr_report_free(report);
  narr_model_free(model);
  narr_dataset_free(test);
  narr_dataset_free(dataset);
}

static void five_rows_are_enough_and_one_is_not(void **state) {
  (void)state;
  narr_dataset *dataset = toy_dataset((toy_spec){.kind = TOY_MULTI, .rows = 60, .seed = 3});
  static const char *const floods[] = {"dam water today", "river rain people", "dam rain say news",
                                       "water valley now", "river dam we"};
  for (size_t i = 0; i < 5; i++) add(dataset, floods[i], "flood");
  narr_train_options options = toy_options();
  options.folds = 5;
  narr_report *report;
  narr_model *model = toy_train(dataset, &options, &report);
  assert_int_equal(report->labels[0].support, 5);
  assert_true(report->labels[0].true_positive >= 3);
  narr_report_free(report);
  narr_model_free(model);

  add(dataset, "cheese moon", "moon");
  narr_error error = NARR_ERROR_INIT;
  assert_fails(narr_train(&model, NULL, dataset, &options, &error), NARR_ERROR_INPUT, error,
               "label \"moon\" has 1 row, at least 2 are needed");
  options.rare_labels = NARR_RARE_LABELS_KEEP;
  model = toy_train(dataset, &options, &report);
  assert_string_equal(report->labels[1].name, "moon");
  assert_true(report->labels[1].untrainable && !report->labels[0].untrainable);
  assert_int_equal(report->labels[1].support, 1);
  assert_int_equal(report->labels[1].predicted, 0);
  assert_int_equal(report->none_rows, 15);
  assert_true(narr_model_threshold(model, 1) == 2);
  assert_non_null(strstr(narr_model_metadata(model), "\"untrainable\":true"));
  narr_classifier *classifier;
  assert_ok(narr_classifier_new(&classifier, model, NULL));
  assert_ok(narr_classifier_set_threshold(classifier, NULL, 0, NULL));
  const narr_result *result = classify(classifier, "cheese moon");
  assert_false(result->scores[1].flagged);
  assert_true(result->scores[0].flagged && result->scores[1].probability < 1e-6);
  assert_fails(narr_classifier_set_threshold(classifier, "moon", 0.5, &error), NARR_ERROR_ARGUMENT,
               error, "too rare");
  narr_classifier_free(classifier);
  narr_report_free(report);
  narr_model_free(model);
  narr_dataset_free(dataset);
}

/* What comes later is never learned from: words that come up in the last
 * block of time are of no use to who is tested on it. */
static void time_order_does_not_look_ahead(void **state) {
  (void)state;
  double accuracy[2];
  for (int timed = 0; timed < 2; timed++) {
    narr_dataset *dataset = new_dataset();
    for (size_t i = 0; i < 80; i++) {
      char text[64], time[16];
      bool has = i % 2, late = i >= 60; /* the last block of four */
      snprintf(text, sizeof text, "%s %s %s",
               has ? (late ? "dove" : "troops") : (late ? "fish" : "cat"), toy_fillers[i % 12],
               toy_fillers[(i / 7) % 12]);
      snprintf(time, sizeof time, "%zu", 1000 + i);
      add(dataset, text, has ? "war" : "none");
      if (timed) assert_ok(narr_dataset_set_time(dataset, i, time, NULL));
    }
    narr_train_options options = toy_options();
    options.folds = 3;
    narr_report *report;
    narr_model *model = toy_train(dataset, &options, &report);
    assert_int_equal(report->time_ordered, timed);
    assert_int_equal(report->rows, timed ? 60 : 80);
    assert_int_equal(report->labels[0].support, timed ? 30 : 40);
    accuracy[timed] = report->accuracy;
    narr_report_free(report);
    narr_model_free(model);
    narr_dataset_free(dataset);
  }
  assert_true(accuracy[0] > 0.95);
  assert_true(accuracy[1] < 0.9);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(children_are_under_their_parents),
      cmocka_unit_test(children_learn_against_siblings_only),
      cmocka_unit_test(an_only_child_learns_against_all),
      cmocka_unit_test(unknown_rows_count_neither_way),
      cmocka_unit_test(evaluation_follows_the_taxonomy),
      cmocka_unit_test(five_rows_are_enough_and_one_is_not),
      cmocka_unit_test(time_order_does_not_look_ahead),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
