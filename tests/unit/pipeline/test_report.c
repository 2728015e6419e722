/* test_report.c - counts and averages against what paper says, and the same
 * as JSON. */
#include <sys/stat.h>

#include "pipeline/report.h"
#include "support/hand_model.h"
#include "support/json_check.h"

enum { LABELS = 4, ROWS = 6 };

static const char *const labels[LABELS] = {"a", "b/c", "never", "\"quoted\"\n"};
static const double thresholds[LABELS] = {0.25, 0.5, 0.75, 1};
/*                                           a  b  -  q */
static const uint8_t expected[ROWS][LABELS] = {{1, 0, 0, 0},  /* right */
                                               {1, 1, 0, 0},  /* half of it found */
                                               {0, 1, 0, 0},  /* one too many */
                                               {0, 0, 0, 0},  /* rightly nothing */
                                               {0, 0, 0, 0},  /* wrongly something */
                                               {0, 1, 0, 1}}; /* nothing right */
static const uint8_t predicted[ROWS][LABELS] = {{1, 0, 0, 0}, {1, 0, 0, 0}, {1, 1, 0, 0},
                                                {0, 0, 0, 0}, {1, 0, 0, 0}, {0, 0, 0, 0}};
static const char *const languages[ROWS] = {"sr", "en", "sr", "", "en", "sr"};

static narr_decisions decisions(void) {
  return (narr_decisions){.row_count = ROWS,
                          .label_count = LABELS,
                          .labels = labels,
                          .thresholds = thresholds,
                          .expected = expected[0],
                          .predicted = predicted[0]};
}

static narr_report *report_of(const narr_decisions *d) {
  narr_report *report;
  assert_ok(narr_report_make(&report, d, NULL));
  return report;
}

static void assert_scores(narr_scores scores, double precision, double recall, double f1) {
  assert_near(scores.precision, precision, 1e-12);
  assert_near(scores.recall, recall, 1e-12);
  assert_near(scores.f1, f1, 1e-12);
}

static void labels_are_counted(void **state) {
  (void)state;
  narr_decisions d = decisions();
  narr_report *report = report_of(&d);
  assert_int_equal(report->rows, ROWS);
  assert_int_equal(report->label_count, LABELS);
  assert_false(report->exclusive);
  assert_null(report->confusion);
  assert_int_equal(report->language_count, 0);
  static const size_t counts[LABELS][3] = {{2, 4, 2}, {3, 1, 1}, {0, 0, 0}, {1, 0, 0}};
  for (size_t l = 0; l < LABELS; l++) {
    assert_string_equal(report->labels[l].name, labels[l]);
    assert_int_equal(report->labels[l].support, counts[l][0]);
    assert_int_equal(report->labels[l].predicted, counts[l][1]);
    assert_int_equal(report->labels[l].true_positive, counts[l][2]);
    assert_near(report->labels[l].threshold, thresholds[l], 0);
  }
  assert_scores(report->labels[0].scores, 0.5, 1, 2.0 / 3);
  assert_scores(report->labels[1].scores, 1, 1.0 / 3, 0.5);
  assert_scores(report->labels[2].scores, 0, 0, 0);
  assert_scores(report->labels[3].scores, 0, 0, 0);
  narr_report_free(report);
}

static void averages_are_those_on_paper(void **state) {
  (void)state;
  narr_decisions d = decisions();
  narr_report *report = report_of(&d);
  /* "never" occurs nowhere and does not count */
  assert_scores(report->macro, 1.5 / 3, (4.0 / 3) / 3, (7.0 / 6) / 3);
  /* 3 of 5 flags are right, 3 of 6 labels are found */
  assert_scores(report->micro, 3.0 / 5, 3.0 / 6, 6.0 / 11);
  /* rows: 1 1 1, 1 1/2 2/3, 1/2 1 2/3, 1 1 1, 0 0 0, 0 0 0 */
  assert_scores(report->samples, 3.5 / 6, 3.5 / 6, (10.0 / 3) / 6);
  assert_near(report->accuracy, 2.0 / 6, 1e-12);
  assert_int_equal(report->none_rows, 2);
  assert_int_equal(report->none_flagged, 1);
  narr_report_free(report);
}

/* Each language as if there were no other; rows without one are in none. */
static void languages_are_counted_apart(void **state) {
  (void)state;
  narr_decisions d = decisions();
  d.languages = languages;
  narr_report *report = report_of(&d);
  assert_int_equal(report->language_count, 2);
  const narr_language_report *en = &report->languages[0], *sr = &report->languages[1];
  assert_string_equal(en->name, "en");
  assert_string_equal(sr->name, "sr");
  assert_int_equal(en->rows, 2);
  assert_int_equal(sr->rows, 3);
  /* en: a b, then none; a both times */
  assert_scores(en->micro, 0.5, 0.5, 0.5);
  assert_scores(en->macro, 0.25, 0.5, 1.0 / 3);
  assert_scores(en->samples, 0.5, 0.25, 1.0 / 3);
  assert_int_equal(en->none_rows, 1);
  assert_int_equal(en->none_flagged, 1);
  /* sr: a, b, b q; a, a b, nothing */
  assert_scores(sr->micro, 2.0 / 3, 2.0 / 4, 4.0 / 7);
  assert_scores(sr->macro, (0.5 + 1) / 3, (1 + 0.5) / 3, (2.0 / 3 + 2.0 / 3) / 3);
  assert_scores(sr->samples, 1.5 / 3, 2.0 / 3, (5.0 / 3) / 3);
  assert_int_equal(sr->none_rows, 0);
  narr_report_free(report);
}

static void confusion_counts_what_became_of_each_label(void **state) {
  (void)state;
  enum { N = 3, M = 7 };
  static const size_t truth[M] = {0, 0, 0, 1, 1, 2, 2}, decided[M] = {0, 1, 0, 1, 2, 2, 3};
  uint8_t is[M][N] = {{0}}, was[M][N] = {{0}};
  for (size_t i = 0; i < M; i++) {
    is[i][truth[i]] = 1;
    if (decided[i] < N) was[i][decided[i]] = 1; /* the last row: nothing */
  }
  narr_decisions d = {.row_count = M,
                      .label_count = N,
                      .labels = labels,
                      .expected = is[0],
                      .predicted = was[0],
                      .exclusive = true};
  narr_report *report = report_of(&d);
  static const size_t confusion[N * N] = {2, 1, 0, 0, 1, 1, 0, 0, 1};
  assert_true(report->exclusive);
  assert_memory_equal(report->confusion, confusion, sizeof confusion);
  assert_near(report->accuracy, 4.0 / 7, 1e-12);
  assert_near(report->labels[0].threshold, 0, 0);
  narr_report_free(report);
}

static void nothing_at_all_is_no_trouble(void **state) {
  (void)state;
  narr_decisions d = {.row_count = 0, .label_count = 0};
  narr_report *report = report_of(&d);
  assert_scores(report->macro, 0, 0, 0);
  assert_scores(report->micro, 0, 0, 0);
  assert_scores(report->samples, 0, 0, 0);
  assert_near(report->accuracy, 0, 0);
  narr_report_free(report);
  /* only rows without labels, rightly left alone */
  static const uint8_t zeros[3 * LABELS];
  d = (narr_decisions){.row_count = 3,
                       .label_count = LABELS,
                       .labels = labels,
                       .expected = zeros,
                       .predicted = zeros};
  report = report_of(&d);
  assert_scores(report->macro, 0, 0, 0);
  assert_scores(report->samples, 1, 1, 1);
  assert_near(report->accuracy, 1, 0);
  assert_int_equal(report->none_rows, 3);
  assert_int_equal(report->none_flagged, 0);
  narr_report_free(report);
}

/* A report keeps nothing of what it was made from. */
static void names_are_its_own(void **state) {
  (void)state;
  char label[8] = "label", language[8] = "lang";
  const char *const names[] = {label};
  const char *const spoken[] = {language};
  static const uint8_t one[1] = {1};
  narr_decisions d = {.row_count = 1,
                      .label_count = 1,
                      .labels = names,
                      .expected = one,
                      .predicted = one,
                      .languages = spoken};
  narr_report *report = report_of(&d);
  memset(label, 'x', 5);
  memset(language, 'x', 4);
  assert_string_equal(report->labels[0].name, "label");
  assert_string_equal(report->languages[0].name, "lang");
  narr_report_free(report);
}

static void every_failed_allocation_is_reported(void **state) {
  (void)state;
  narr_decisions d = decisions();
  d.languages = languages;
  d.exclusive = true;
  narr_report *report = NULL;
  size_t nth = 0;
  while (!report) {
    narr_error error = NARR_ERROR_INIT;
    narr_alloc_fail_at(++nth);
    narr_status status = narr_report_make(&report, &d, &error);
    narr_alloc_fail_at(0);
    if (status) assert_int_equal(error.status, NARR_ERROR_MEMORY);
    assert_int_equal(status != NARR_OK, report == NULL);
  }
  assert_true(nth > 6);
  narr_report_free(report);
}

/* ---- As JSON ------------------------------------------------------------------------------ */

static void json_has_the_numbers(void **state) {
  (void)state;
  narr_decisions d = decisions();
  d.languages = languages;
  narr_report *report = report_of(&d);
  narr_buffer json = NARR_BUFFER_INIT;
  narr_report_json(&json, report, true);
  narr_buffer_byte(&json, '\0');
  assert_false(json.failed);
  const char *text = json.data;
  assert_true(json_valid(text));
  assert_near(json_real(text, "rows"), 6, 0);
  assert_true(strncmp(json_at(text, "exclusive"), "false", 5) == 0);
  assert_near(json_real(text, "macro.f1"), report->macro.f1, 1e-6);
  assert_near(json_real(text, "micro.precision"), 0.6, 1e-6);
  assert_near(json_real(text, "samples.recall"), report->samples.recall, 1e-6);
  assert_near(json_real(text, "accuracy"), 1.0 / 3, 1e-6);
  assert_near(json_real(text, "none_rows"), 2, 0);
  assert_near(json_real(text, "none_flagged"), 1, 0);
  assert_true(json_is(text, "labels.0.name", "a"));
  assert_true(json_is(text, "labels.3.name", "\\\"quoted\\\"\\n"));
  assert_null(json_at(text, "labels.4"));
  assert_near(json_real(text, "labels.1.support"), 3, 0);
  assert_near(json_real(text, "labels.1.predicted"), 1, 0);
  assert_near(json_real(text, "labels.1.true_positive"), 1, 0);
  assert_near(json_real(text, "labels.1.recall"), 1.0 / 3, 1e-6);
  assert_near(json_real(text, "labels.1.threshold"), 0.5, 0);
  assert_true(json_is(text, "languages.1.name", "sr"));
  assert_near(json_real(text, "languages.1.rows"), 3, 0);
  assert_near(json_real(text, "languages.1.micro.f1"), 4.0 / 7, 1e-6);
  assert_near(json_real(text, "languages.0.none_flagged"), 1, 0);
  assert_null(json_at(text, "confusion"));
  narr_buffer_free(&json);
  narr_report_free(report);
}

static void json_has_the_confusion(void **state) {
  (void)state;
  static const uint8_t is[2][2] = {{1, 0}, {0, 1}}, was[2][2] = {{0, 1}, {0, 1}};
  narr_decisions d = {.row_count = 2,
                      .label_count = 2,
                      .labels = labels,
                      .expected = is[0],
                      .predicted = was[0],
                      .exclusive = true};
  narr_report *report = report_of(&d);
  narr_buffer json = NARR_BUFFER_INIT;
  narr_report_json(&json, report, true);
  narr_buffer_byte(&json, '\0');
  assert_true(json_valid(json.data));
  assert_true(strncmp(json_at(json.data, "exclusive"), "true", 4) == 0);
  assert_near(json_real(json.data, "confusion.0.0"), 0, 0);
  assert_near(json_real(json.data, "confusion.0.1"), 1, 0);
  assert_near(json_real(json.data, "confusion.1.0"), 0, 0);
  assert_near(json_real(json.data, "confusion.1.1"), 1, 0);
  assert_null(json_at(json.data, "languages"));
  narr_buffer_free(&json);
  narr_report_free(report);
}

/* ---- As a file ------------------------------------------------------------------------------ */

static char *content_of(const char *path) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  char *content = calloc(1, 65536);
  assert_true(fread(content, 1, 65535, file) > 0);
  fclose(file);
  return content;
}

static void a_file_has_what_there_is(void **state) {
  (void)state;
  temp_path temp = temp_path_new("report.json");
  narr_decisions d = decisions();
  narr_report *report = report_of(&d);
  narr_model *model = hand_model(NARR_KERNEL_LINEAR, false);
  for (int parts = 0; parts < 8; parts++) {
    assert_ok(narr_report_save(temp.path, parts & 1 ? model : NULL, parts & 2 ? report : NULL,
                               parts & 4 ? report : NULL, NULL));
    char *content = content_of(temp.path);
    assert_true(json_valid(content));
    assert_true(content[strlen(content) - 1] == '\n');
    static const char *const members[] = {"model", "out_of_fold", "test"};
    for (int m = 0; m < 3; m++)
      assert_int_equal(strncmp(json_at(content, members[m]), "null", 4) != 0, parts >> m & 1);
    if (parts & 1) assert_true(json_is(content, "model.tool", "hand"));
    if (parts & 4) assert_near(json_real(content, "test.labels.0.true_positive"), 2, 0);
    free(content);
  }
  narr_model_free(model);
  narr_report_free(report);
  temp_path_remove(&temp); /* there is nothing else in the folder */
}

/* Where it can't be written, what was there stays. */
static void a_failed_save_changes_nothing(void **state) {
  (void)state;
  temp_path temp = temp_path_new("report.json");
  narr_error error = NARR_ERROR_INIT;
  assert_fails(narr_report_save("/nowhere/at/all.json", NULL, NULL, NULL, &error),
               NARR_ERROR_SYSTEM, error, "/nowhere/at/all.json");
  assert_fails(narr_report_save(temp.folder, NULL, NULL, NULL, &error), NARR_ERROR_SYSTEM, error,
               temp.folder);
  write_file(temp.path, "old", 3);
  narr_decisions d = decisions();
  narr_report *report = report_of(&d);
  size_t nth = 0;
  for (bool done = false; !done;) {
    narr_alloc_fail_at(++nth);
    narr_status status = narr_report_save(temp.path, NULL, report, report, &error);
    narr_alloc_fail_at(0);
    done = status == NARR_OK;
    char *content = content_of(temp.path);
    if (!done) assert_string_equal(content, "old");
    if (done) assert_true(json_valid(content));
    free(content);
  }
  assert_true(nth > 3);
  narr_report_free(report);
  temp_path_remove(&temp);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(labels_are_counted),
      cmocka_unit_test(averages_are_those_on_paper),
      cmocka_unit_test(languages_are_counted_apart),
      cmocka_unit_test(confusion_counts_what_became_of_each_label),
      cmocka_unit_test(nothing_at_all_is_no_trouble),
      cmocka_unit_test(names_are_its_own),
      cmocka_unit_test(every_failed_allocation_is_reported),
      cmocka_unit_test(json_has_the_numbers),
      cmocka_unit_test(json_has_the_confusion),
      cmocka_unit_test(a_file_has_what_there_is),
      cmocka_unit_test(a_failed_save_changes_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
