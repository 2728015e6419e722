/* test_evaluate.c - a model's decisions about a labelled dataset, by a model
 * whose decisions are known beforehand. */
#include "support/hand_model.h"
#include "support/toy_corpus.h"

/* What the hand-made model says: "alpha" and "delta" are left, "beta" is
 * both, "gamma" is right (just: its threshold is 0.5, and so it is). */
typedef struct row {
  const char *text, *labels, *lang;
} row;

static narr_dataset *dataset_of(const row *rows, size_t count) {
  narr_dataset *dataset;
  assert_ok(narr_dataset_new(&dataset, NULL, NULL));
  for (size_t i = 0; i < count; i++)
    assert_ok(narr_dataset_add(dataset, rows[i].text, strlen(rows[i].text), rows[i].labels,
                               rows[i].lang, NULL, 1, NULL));
  return dataset;
}

static narr_report *evaluate(const narr_model *model, const narr_dataset *dataset) {
  narr_report *report;
  narr_error error = NARR_ERROR_INIT;
  if (narr_evaluate(&report, model, dataset, NULL, 1, &error)) fail_msg("%s", error.message);
  return report;
}

static void doubtful_rows_are_told_apart(void **state) {
  (void)state;
  static const row rows[] = {{"alpha", "left", ""},             /* too short */
                             {"beta beta x", "left", ""},       /* right/inner is wrong */
                             {"alpha a b c d e f", "left", ""}, /* known: 1 of 7 */
                             {"άλφα βήτα γάμμα", "none", ""},   /* no Greek was learned from */
                             {"delta delta delta", "left", ""}};
  narr_model *model = hand_model(NARR_KERNEL_LINEAR, false);
  narr_dataset *dataset = dataset_of(rows, 5);
  narr_report *report = evaluate(model, dataset);
  const narr_doubt_report *doubts = report->doubts;
  assert_non_null(doubts);
  assert_false(doubts->abstained);
  size_t flagged = report->labels[0].predicted;
  assert_true(flagged > 2);
  static const size_t counts[NARR_DOUBT_COUNT] = {2, 1, 1, 1};
  for (int d = 0; d < NARR_DOUBT_COUNT; d++) assert_int_equal(doubts->rows[d], counts[d]);
  assert_near(doubts->micro.f1, 4.0 / 5, 1e-12);
  assert_near(doubts->accuracy, 1.0 / 2, 1e-12);
  narr_report_free(report);
  narr_abstention abstention = NARR_ABSTAIN_MEDIUM;
  assert_ok(narr_evaluate(&report, model, dataset, &abstention, 2, NULL));
  assert_true(report->doubts->abstained);
  assert_int_equal(report->labels[0].predicted, 2);
  assert_near(report->doubts->micro.f1, 4.0 / 5, 1e-12);
  narr_report_free(report);
  narr_error error = NARR_ERROR_INIT;
  abstention.min_known = 1.5;
  assert_fails(narr_evaluate(&report, model, dataset, &abstention, 1, &error), NARR_ERROR_ARGUMENT,
               error, "1.5");
  assert_null(report);
  narr_dataset_free(dataset);
  narr_model_free(model);
}

static void decisions_are_counted(void **state) {
  (void)state;
  static const row rows[] = {{"alpha", "left", "en"},
                             {"beta", "left;right/inner", "en"},
                             {"alpha", "right/inner", "sr"},
                             {"gamma", "none", ""},
                             {"gamma", "right/inner", "sr"}};
  narr_model *model = hand_model(NARR_KERNEL_LINEAR, false);
  narr_dataset *dataset = dataset_of(rows, 5);
  narr_report *report = evaluate(model, dataset);
  assert_int_equal(report->rows, 5);
  assert_int_equal(report->label_count, 2);
  const narr_label_report *left = &report->labels[0], *right = &report->labels[1];
  assert_string_equal(left->name, "left");
  assert_int_equal(left->support, 2);
  assert_int_equal(left->predicted, 3);
  assert_int_equal(left->true_positive, 2);
  assert_near(left->threshold, 0.6, 0);
  assert_int_equal(right->support, 3);
  assert_int_equal(right->predicted, 3);
  assert_int_equal(right->true_positive, 2);
  assert_near(report->accuracy, 3.0 / 5, 1e-12);
  assert_near(report->micro.f1, 8.0 / 11, 1e-12);
  assert_int_equal(report->none_rows, 1);
  assert_int_equal(report->none_flagged, 1);
  assert_int_equal(report->language_count, 2);
  assert_string_equal(report->languages[0].name, "en");
  assert_near(report->languages[0].micro.f1, 1, 1e-12);
  assert_near(report->languages[1].micro.f1, 0.5, 1e-12);
  assert_null(report->confusion);
  narr_report_free(report);
  narr_dataset_free(dataset);
  narr_model_free(model);
}

/* A label that the model has never heard of is always missed. */
static void unknown_labels_count_as_missed(void **state) {
  (void)state;
  static const row rows[] = {{"alpha", "new", NULL}, {"delta", "left;other", NULL}};
  narr_model *model = hand_model(NARR_KERNEL_LINEAR, false);
  narr_dataset *dataset = dataset_of(rows, 2);
  narr_report *report = evaluate(model, dataset);
  assert_int_equal(report->label_count, 4);
  assert_string_equal(report->labels[2].name, "new");
  assert_string_equal(report->labels[3].name, "other");
  for (size_t l = 2; l < 4; l++) {
    assert_int_equal(report->labels[l].support, 1);
    assert_int_equal(report->labels[l].predicted, 0);
    assert_near(report->labels[l].scores.recall, 0, 0);
    assert_near(report->labels[l].threshold, 0, 0);
  }
  assert_near(report->accuracy, 0, 0);
  assert_int_equal(report->none_rows, 0);
  assert_int_equal(report->labels[1].support, 0);
  assert_int_equal(report->language_count, 0);
  /* left, new, other: the model's other label occurs nowhere */
  assert_near(report->macro.recall, 1.0 / 3, 1e-12);
  narr_dataset_free(dataset);
  narr_model_free(model);
  assert_string_equal(report->labels[2].name, "new"); /* the names are the report's own */
  narr_report_free(report);
}

static void exclusive_models_get_a_confusion(void **state) {
  (void)state;
  static const row rows[] = {{"alpha", "left", NULL},
                             {"beta", "right/inner", NULL},
                             {"alpha", "right/inner", NULL},
                             {"beta", "unknown", NULL},
                             {"alpha", "none", NULL}};
  narr_model *model = hand_model(NARR_KERNEL_LINEAR, true);
  narr_dataset *dataset = dataset_of(rows, 5);
  narr_report *report = evaluate(model, dataset);
  static const size_t confusion[9] = {1, 0, 0, 1, 1, 0, 0, 1, 0};
  assert_true(report->exclusive);
  assert_memory_equal(report->confusion, confusion, sizeof confusion);
  assert_near(report->accuracy, 2.0 / 5, 1e-12);
  assert_int_equal(report->none_flagged, 1);
  narr_report_free(report);
  narr_dataset_free(dataset);
  narr_model_free(model);
}

static void threads_do_not_show(void **state) {
  (void)state;
  narr_model *model = toy_model(TOY_MULTI, NARR_KERNEL_LINEAR, "word=1-2");
  narr_dataset *dataset =
      toy_dataset((toy_spec){.kind = TOY_MULTI, .rows = 333, .seed = 9, .languages = true});
  narr_report *one = evaluate(model, dataset);
  for (unsigned jobs = 0; jobs <= 4; jobs++) {
    narr_report *report;
    assert_ok(narr_evaluate(&report, model, dataset, NULL, jobs, NULL));
    assert_int_equal(report->rows, 333);
    for (size_t l = 0; l < one->label_count; l++) {
      assert_int_equal(report->labels[l].predicted, one->labels[l].predicted);
      assert_int_equal(report->labels[l].true_positive, one->labels[l].true_positive);
    }
    assert_memory_equal(&report->macro, &one->macro, sizeof one->macro);
    assert_memory_equal(&report->samples, &one->samples, sizeof one->samples);
    assert_int_equal(report->language_count, one->language_count);
    narr_report_free(report);
  }
  narr_report_free(one);
  narr_dataset_free(dataset);
  narr_model_free(model);
}

static void an_empty_dataset_is_refused(void **state) {
  (void)state;
  narr_model *model = hand_model(NARR_KERNEL_LINEAR, false);
  narr_dataset *dataset = dataset_of(NULL, 0);
  narr_error error = NARR_ERROR_INIT;
  narr_report *report = (narr_report *)&error;
  assert_fails(narr_evaluate(&report, model, dataset, NULL, 1, &error), NARR_ERROR_INPUT, error,
               "no rows");
  assert_null(report);
  narr_dataset_free(dataset);
  narr_model_free(model);
}

/* A report is not made of part of a damaged model. */
static void a_damaged_model_is_refused(void **state) {
  (void)state;
  static const row rows[] = {{"alpha", "left", NULL}};
  narr_model *model = large_model();
  temp_path temp = temp_path_new("large.narr");
  assert_ok(narr_model_save(model, temp.path, NULL));
  flip_in_file(temp.path, offset_of(model, model->vocabulary.rows) + 20000000);
  narr_model_free(model);
  assert_ok(narr_model_load(&model, temp.path, NULL));
  narr_dataset *dataset = dataset_of(rows, 1);
  narr_error error = NARR_ERROR_INIT;
  narr_report *report;
  assert_fails(narr_evaluate(&report, model, dataset, NULL, 1, &error), NARR_ERROR_MODEL, error,
               "damaged");
  assert_null(report);
  narr_dataset_free(dataset);
  narr_model_free(model);
  temp_path_remove(&temp);
}

static void every_failed_allocation_is_reported(void **state) {
  (void)state;
  static const row rows[] = {
      {"alpha", "left", "en"}, {"beta", "right/inner", "sr"}, {"gamma", "other", "sr"}};
  narr_model *model = hand_model(NARR_KERNEL_LINEAR, true);
  narr_dataset *dataset = dataset_of(rows, 3);
  narr_report *report = NULL;
  size_t nth = 0;
  while (!report) {
    narr_error error = NARR_ERROR_INIT;
    narr_alloc_fail_at(++nth);
    narr_status status = narr_evaluate(&report, model, dataset, NULL, 1, &error);
    narr_alloc_fail_at(0);
    if (status) assert_int_equal(error.status, NARR_ERROR_MEMORY);
    assert_int_equal(status != NARR_OK, report == NULL);
  }
  assert_true(nth > 15);
  narr_report_free(report);
  narr_dataset_free(dataset);
  narr_model_free(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(decisions_are_counted),
      cmocka_unit_test(doubtful_rows_are_told_apart),
      cmocka_unit_test(unknown_labels_count_as_missed),
      cmocka_unit_test(exclusive_models_get_a_confusion),
      cmocka_unit_test(threads_do_not_show),
      cmocka_unit_test(an_empty_dataset_is_refused),
      cmocka_unit_test(a_damaged_model_is_refused),
      cmocka_unit_test(every_failed_allocation_is_reported),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
