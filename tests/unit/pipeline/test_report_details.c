/* test_report_details.c - what a report says beyond counts: intervals,
 * calibration, curves, mistakes, confused labels. */
#include "base/prng.h"
#include "pipeline/report.h"
#include "support/hand_model.h"
#include "support/json_check.h"
#include "support/toy_corpus.h"

enum { LABELS = 2, ROWS = 8 };

static const char *const labels[LABELS] = {"left", "right/inner"};
static const uint8_t expected[ROWS][LABELS] = {{1, 0}, {1, 0}, {1, 1}, {0, 1},
                                               {0, 0}, {0, 0}, {0, 1}, {1, 0}};
static const uint8_t predicted[ROWS][LABELS] = {{1, 0}, {0, 1}, {1, 1}, {1, 0},
                                                {1, 0}, {0, 0}, {0, 1}, {0, 1}};
/* label by label */
static const double probabilities[LABELS][ROWS] = {{0.9, 0.2, 0.8, 0.7, 0.95, 0.1, 0.3, 0.05},
                                                   {0.1, 0.6, 0.9, 0.4, 0.2, 0.3, 0.8, 0.7}};

static narr_dataset *dataset_of(size_t rows) {
  static const char *const cells[ROWS] = {"left", "left", "left;right/inner", "right/inner",
                                          "none", "none", "right/inner",      "left"};
  narr_dataset *dataset;
  assert_ok(narr_dataset_new(&dataset, NULL, NULL));
  for (size_t i = 0; i < rows; i++) {
    char text[32];
    int length = snprintf(text, sizeof text, "alpha text %zu", i);
    assert_ok(
        narr_dataset_add(dataset, text, (size_t)length, cells[i % ROWS], NULL, NULL, 1, NULL));
  }
  return dataset;
}

static narr_decisions decisions_on(const narr_dataset *dataset) {
  return (narr_decisions){.row_count = ROWS,
                          .label_count = LABELS,
                          .labels = labels,
                          .expected = expected[0],
                          .predicted = predicted[0],
                          .probabilities = probabilities[0],
                          .dataset = dataset,
                          .seed = 1,
                          .jobs = 1};
}

static narr_report *report_of(const narr_decisions *d) {
  narr_report *report;
  assert_ok(narr_report_make(&report, d, NULL));
  return report;
}

/* ---- Mistakes and pairs ----------------------------------------------------------- */

static void the_surest_mistakes_come_first(void **state) {
  (void)state;
  narr_dataset *dataset = dataset_of(ROWS);
  narr_decisions d = decisions_on(dataset);
  narr_report *report = report_of(&d);
  narr_dataset_free(dataset); /* a report keeps nothing of it */
  const narr_label_report *left = &report->labels[0];
  assert_int_equal(left->false_positive_count, 2);
  assert_int_equal(left->false_positives[0].row, 4);
  assert_int_equal(left->false_positives[1].row, 3);
  assert_near(left->false_positives[0].probability, 0.95, 0);
  assert_int_equal(left->miss_count, 2);
  assert_int_equal(left->misses[0].row, 7);
  assert_int_equal(left->misses[1].row, 1);
  const narr_mistake *miss = &left->misses[0];
  assert_int_equal(miss->text_length, 12);
  assert_memory_equal(miss->text, "alpha text 7", 12);
  assert_int_equal(miss->expected_count, 1);
  assert_int_equal(miss->expected[0], 0);
  assert_int_equal(miss->predicted_count, 1);
  assert_int_equal(miss->predicted[0], 1);
  assert_int_equal(left->false_positives[0].expected_count, 0);
  assert_null(miss->terms);
  narr_report_free(report);
}

static void only_so_many_mistakes_are_kept(void **state) {
  (void)state;
  enum { N = 40 };
  uint8_t nothing[N] = {0}, all[N];
  double p[N];
  memset(all, 1, N);
  for (size_t i = 0; i < N; i++) p[i] = (double)(i * 7 % N) / N;
  narr_dataset *dataset = dataset_of(N);
  narr_decisions d = {.row_count = N,
                      .label_count = 1,
                      .labels = labels,
                      .expected = nothing,
                      .predicted = all,
                      .probabilities = p,
                      .dataset = dataset,
                      .jobs = 1};
  narr_report *report = report_of(&d);
  assert_int_equal(report->labels[0].false_positive_count, NARR_MISTAKES);
  assert_int_equal(report->labels[0].miss_count, 0);
  for (size_t i = 0; i < NARR_MISTAKES; i++)
    assert_near(report->labels[0].false_positives[i].probability, (double)(N - 1 - i) / N, 1e-12);
  narr_report_free(report);
  d.expected = all;
  d.predicted = nothing;
  report = report_of(&d);
  assert_int_equal(report->labels[0].miss_count, NARR_MISTAKES);
  for (size_t i = 0; i < NARR_MISTAKES; i++)
    assert_near(report->labels[0].misses[i].probability, (double)i / N, 1e-12);
  narr_report_free(report);
  narr_dataset_free(dataset);
}

static void labels_taken_for_others_are_counted(void **state) {
  (void)state;
  narr_decisions d = decisions_on(NULL);
  narr_report *report = report_of(&d);
  assert_int_equal(report->confused_count, 2);
  assert_int_equal(report->confused[0].expected, 0); /* rows 1 and 7 */
  assert_int_equal(report->confused[0].predicted, 1);
  assert_int_equal(report->confused[0].rows, 2);
  assert_int_equal(report->confused[1].expected, 1); /* row 3 */
  assert_int_equal(report->confused[1].rows, 1);
  narr_report_free(report);
}

static void mistakes_are_explained_by_the_model(void **state) {
  (void)state;
  narr_model *model = hand_model(NARR_KERNEL_LINEAR, false);
  narr_dataset *dataset = dataset_of(ROWS);
  narr_decisions d = decisions_on(dataset);
  narr_report *report = report_of(&d);
  assert_ok(narr_report_explain(report, model, NULL));
  narr_model_free(model);
  narr_dataset_free(dataset);
  const narr_mistake *wrong = &report->labels[1].false_positives[0];
  assert_int_equal(wrong->term_count, 1);
  assert_string_equal(wrong->terms[0].term, "alpha");
  assert_near(wrong->terms[0].contribution, -1, 1e-6); /* its weight for "right/inner" */
  assert_near(report->labels[0].misses[0].terms[0].contribution, 1, 1e-6);
  narr_report_free(report);
}

/* ---- Curves and calibration ---------------------------------------------------------- */

static void curves_and_average_precision_are_those_on_paper(void **state) {
  (void)state;
  narr_decisions d = decisions_on(NULL);
  narr_report *report = report_of(&d);
  /* left, falling: wrong, right, right, wrong, wrong, right, wrong, right */
  const narr_label_report *left = &report->labels[0];
  assert_near(left->average_precision, (1.0 / 2 + 2.0 / 3 + 3.0 / 6 + 4.0 / 8) / 4, 1e-12);
  assert_int_equal(left->curve_count, 4);
  static const double points[4][3] = {
      {0.85, 0.5, 0.25}, {0.75, 2.0 / 3, 0.5}, {0.15, 0.5, 0.75}, {0.025, 0.5, 1}};
  for (size_t i = 0; i < 4; i++) {
    assert_near(left->curve[i].threshold, points[i][0], 1e-12);
    assert_near(left->curve[i].precision, points[i][1], 1e-12);
    assert_near(left->curve[i].recall, points[i][2], 1e-12);
  }
  narr_report_free(report);
}

static void long_curves_are_thinned(void **state) {
  (void)state;
  enum { N = 5000 };
  uint8_t *is = calloc(N, 1), *was = calloc(N, 1);
  double *p = calloc(N, sizeof *p);
  narr_prng prng = {3};
  for (size_t i = 0; i < N; i++) {
    p[i] = (double)narr_prng_below(&prng, 1000000) / 1e6;
    is[i] = (double)narr_prng_below(&prng, 1000000) / 1e6 < p[i];
    was[i] = p[i] >= 0.5;
  }
  narr_decisions d = {.row_count = N,
                      .label_count = 1,
                      .labels = labels,
                      .expected = is,
                      .predicted = was,
                      .probabilities = p,
                      .jobs = 1};
  narr_report *report = report_of(&d);
  const narr_label_report *label = &report->labels[0];
  assert_true(label->curve_count >= 30 && label->curve_count <= NARR_CURVE_POINTS);
  for (size_t i = 1; i < label->curve_count; i++) {
    assert_true(label->curve[i].threshold < label->curve[i - 1].threshold);
    assert_true(label->curve[i].recall > label->curve[i - 1].recall);
  }
  assert_near(label->curve[label->curve_count - 1].recall, 1, 0);
  /* outcomes follow the probabilities */
  assert_true(label->calibration.ece < 0.03);
  assert_true(label->ece_equal_mass < 0.03);
  assert_near(label->calibration.brier, 1.0 / 6, 0.01);
  size_t rows = 0;
  for (size_t b = 0; b < NARR_RELIABILITY_BINS; b++) {
    const narr_reliability_bin *bin = &label->calibration.bins[b];
    rows += bin->rows;
    assert_near(bin->probability, (b + 0.5) / NARR_RELIABILITY_BINS, 0.01);
    assert_near(bin->share, bin->probability, 0.1);
  }
  assert_int_equal(rows, N);
  narr_report_free(report);
  for (size_t i = 0; i < N; i++) p[i] = p[i] / 2; /* no longer */
  report = report_of(&d);
  assert_near(report->labels[0].calibration.ece, 0.25, 0.02);
  assert_near(report->labels[0].ece_equal_mass, 0.25, 0.02);
  narr_report_free(report);
  free(is);
  free(was);
  free(p);
}

static void all_labels_are_pooled_and_choices_measured(void **state) {
  (void)state;
  static const uint8_t is[4][2] = {{1, 0}, {1, 0}, {0, 1}, {0, 1}};
  static const uint8_t was[4][2] = {{1, 0}, {0, 1}, {0, 1}, {0, 1}};
  static const double p[2][4] = {{0.9, 0.2, 0.1, 0.2}, {0.1, 0.8, 0.9, 0.8}};
  narr_decisions d = {.row_count = 4,
                      .label_count = 2,
                      .labels = labels,
                      .expected = is[0],
                      .predicted = was[0],
                      .probabilities = p[0],
                      .exclusive = true,
                      .jobs = 1};
  narr_report *report = report_of(&d);
  double brier = (0.01 + 0.64 + 0.01 + 0.04) / 4;
  assert_near(report->labels[0].calibration.brier, brier, 1e-12);
  assert_near(report->labels[1].calibration.brier, brier, 1e-12);
  assert_near(report->calibration.brier, brier, 1e-12);
  /* chosen: 0.9 right, 0.8 wrong, 0.9 right, 0.8 right; 0.8 is in bin 12, 0.9 in 13 */
  assert_near(report->chosen.ece, (fabs(1.8 - 2) + fabs(1.6 - 1)) / 4, 1e-12);
  assert_near(report->chosen.brier, (0.01 + 0.64 + 0.01 + 0.04) / 4, 1e-12);
  narr_report_free(report);
}

/* ---- Intervals -------------------------------------------------------------------------- */

static narr_decisions noisy(size_t rows, uint8_t *is, uint8_t *was) {
  narr_prng prng = {9};
  for (size_t i = 0; i < rows; i++) {
    is[i] = narr_prng_below(&prng, 2) == 0;
    was[i] = narr_prng_below(&prng, 10) < 8 ? is[i] : !is[i];
  }
  return (narr_decisions){.row_count = rows,
                          .label_count = 1,
                          .labels = labels,
                          .expected = is,
                          .predicted = was,
                          .seed = 1,
                          .jobs = 1};
}

static double width(narr_interval interval) {
  return interval.high - interval.low;
}

static void intervals_hold_the_figure_and_narrow_with_rows(void **state) {
  (void)state;
  enum { MANY = 4000, FEW = 250 };
  uint8_t *is = calloc(MANY, 1), *was = calloc(MANY, 1);
  narr_decisions d = noisy(MANY, is, was);
  narr_report *many = report_of(&d);
  d.row_count = FEW;
  narr_report *few = report_of(&d);
  assert_int_equal(many->resamples, 1000);
  narr_report *reports[2] = {many, few};
  for (int i = 0; i < 2; i++) {
    const narr_report *r = reports[i];
    assert_true(r->micro_f1_interval.low < r->micro.f1 && r->micro.f1 < r->micro_f1_interval.high);
    assert_true(r->samples_f1_interval.low < r->samples.f1 &&
                r->samples.f1 < r->samples_f1_interval.high);
    /* one label: it is the macro average, and here the micro one */
    assert_memory_equal(&r->macro_f1_interval, &r->labels[0].f1_interval, sizeof(narr_interval));
    assert_memory_equal(&r->macro_f1_interval, &r->micro_f1_interval, sizeof(narr_interval));
  }
  /* a sixteenth of the rows: about 4 times as wide; a share of 0.8 of 4000
   * rows has a standard error of 0.0063 */
  assert_near(width(few->samples_f1_interval) / width(many->samples_f1_interval), 4, 1);
  assert_near(width(many->samples_f1_interval), 2 * 1.96 * 0.0063, 0.004);
  narr_report_free(many);
  narr_report_free(few);
  free(is);
  free(was);
}

/* A language's interval is that of a report on its rows alone. */
static void languages_have_intervals(void **state) {
  (void)state;
  enum { N = 600, FIRST = 200 };
  uint8_t is[N], was[N];
  const char *languages[N];
  narr_decisions d = noisy(N, is, was);
  for (size_t i = 0; i < N; i++) languages[i] = i < FIRST ? "en" : "sr";
  d.languages = languages;
  narr_report *both = report_of(&d);
  d.languages = NULL;
  d.row_count = FIRST;
  narr_report *alone = report_of(&d);
  assert_int_equal(both->language_count, 2);
  const narr_language_report *en = &both->languages[0], *sr = &both->languages[1];
  assert_memory_equal(&en->macro_f1_interval, &alone->macro_f1_interval, sizeof(narr_interval));
  assert_memory_equal(&en->micro_f1_interval, &alone->micro_f1_interval, sizeof(narr_interval));
  assert_true(sr->macro_f1_interval.low < sr->macro.f1);
  assert_true(sr->macro_f1_interval.high > sr->macro.f1);
  assert_true(width(sr->macro_f1_interval) < width(en->macro_f1_interval));
  narr_report_free(both);
  narr_report_free(alone);
}

/* Rows of one group say one thing: the interval is that of few rows. */
static void groups_are_drawn_together(void **state) {
  (void)state;
  enum { N = 400, GROUPS = 25 };
  uint8_t is[N], was[N];
  for (size_t i = 0; i < N; i++) {
    is[i] = 1;
    was[i] = i % GROUPS % 5 != 0;
  }
  narr_dataset *apart, *grouped;
  assert_ok(narr_dataset_new(&apart, NULL, NULL));
  assert_ok(narr_dataset_new(&grouped, NULL, NULL));
  for (size_t i = 0; i < N; i++) {
    char text[32], group[32];
    int length = snprintf(text, sizeof text, "text %zu", i);
    snprintf(group, sizeof group, "group %zu", i % GROUPS);
    assert_ok(narr_dataset_add(apart, text, (size_t)length, "left", NULL, NULL, 1, NULL));
    assert_ok(narr_dataset_add(grouped, text, (size_t)length, "left", NULL, group, 1, NULL));
  }
  narr_decisions d = {.row_count = N,
                      .label_count = 1,
                      .labels = labels,
                      .expected = is,
                      .predicted = was,
                      .dataset = apart,
                      .seed = 1,
                      .jobs = 1};
  narr_report *one = report_of(&d);
  d.dataset = grouped;
  narr_report *other = report_of(&d);
  assert_true(width(other->samples_f1_interval) > 2.5 * width(one->samples_f1_interval));
  narr_report_free(one);
  narr_report_free(other);
  narr_dataset_free(apart);
  narr_dataset_free(grouped);
}

static void threads_do_not_show_and_seeds_do(void **state) {
  (void)state;
  enum { N = 300 };
  uint8_t is[N], was[N];
  narr_decisions d = noisy(N, is, was);
  narr_report *one = report_of(&d);
  for (d.jobs = 2; d.jobs < 5; d.jobs++) {
    narr_report *more = report_of(&d);
    assert_memory_equal(&one->samples_f1_interval, &more->samples_f1_interval,
                        sizeof(narr_interval));
    assert_memory_equal(&one->labels[0].f1_interval, &more->labels[0].f1_interval,
                        sizeof(narr_interval));
    narr_report_free(more);
  }
  d.seed = 2;
  narr_report *other = report_of(&d);
  assert_memory_not_equal(&one->samples_f1_interval, &other->samples_f1_interval,
                          sizeof(narr_interval));
  narr_report_free(other);
  narr_report_free(one);
}

/* ---- Whole --------------------------------------------------------------------------------- */

static void json_has_all_of_it(void **state) {
  (void)state;
  narr_model *model = hand_model(NARR_KERNEL_LINEAR, false);
  narr_dataset *dataset = dataset_of(ROWS);
  narr_decisions d = decisions_on(dataset);
  narr_report *report = report_of(&d);
  assert_ok(narr_report_explain(report, model, NULL));
  narr_buffer whole = NARR_BUFFER_INIT, brief = NARR_BUFFER_INIT;
  narr_report_json(&whole, report, true);
  narr_report_json(&brief, report, false);
  narr_buffer_byte(&whole, '\0');
  narr_buffer_byte(&brief, '\0');
  const char *text = whole.data;
  assert_true(json_valid(text) && json_valid(brief.data));
  assert_near(json_real(text, "resamples"), 1000, 0);
  assert_near(json_real(text, "macro_f1_interval.0"), report->macro_f1_interval.low, 1e-6);
  assert_near(json_real(text, "labels.0.f1_interval.1"), report->labels[0].f1_interval.high, 1e-6);
  assert_near(json_real(text, "calibration.ece"), report->calibration.ece, 1e-6);
  assert_near(json_real(text, "labels.0.calibration.reliability.14.rows"), 1, 0);
  assert_near(json_real(text, "labels.0.average_precision"), 13.0 / 24, 1e-6);
  assert_near(json_real(text, "labels.0.curve.1.precision"), 2.0 / 3, 1e-6);
  assert_near(json_real(text, "labels.0.misses.0.row"), 8, 0);
  assert_true(json_is(text, "labels.0.misses.0.text", "alpha text 7"));
  assert_true(json_is(text, "labels.0.misses.0.expected.0", "left"));
  assert_true(json_is(text, "labels.0.misses.0.predicted.0", "right/inner"));
  assert_true(json_is(text, "labels.0.misses.0.terms.0.term", "alpha"));
  assert_near(json_real(text, "labels.0.false_positives.0.probability"), 0.95, 1e-6);
  assert_true(json_is(text, "confused.0.expected", "left"));
  assert_near(json_real(text, "confused.0.rows"), 2, 0);
  /* what travels in a model has no texts */
  assert_null(strstr(brief.data, "alpha"));
  assert_null(json_at(brief.data, "labels.0.curve"));
  assert_near(json_real(brief.data, "labels.0.calibration.ece"), report->labels[0].calibration.ece,
              1e-6);
  narr_buffer_free(&whole);
  narr_buffer_free(&brief);
  narr_report_free(report);
  narr_dataset_free(dataset);
  narr_model_free(model);
}

static void every_failed_allocation_is_reported(void **state) {
  (void)state;
  narr_model *model = hand_model(NARR_KERNEL_LINEAR, false);
  narr_dataset *dataset = dataset_of(ROWS);
  narr_decisions d = decisions_on(dataset);
  bool done = false;
  for (size_t nth = 1; !done; nth++) {
    narr_report *report;
    narr_error error = NARR_ERROR_INIT;
    narr_alloc_fail_at(nth);
    narr_status status = narr_report_make(&report, &d, &error);
    if (!status) status = narr_report_explain(report, model, &error);
    narr_alloc_fail_at(0);
    if (status) assert_int_equal(error.status, NARR_ERROR_MEMORY);
    narr_report_free(report);
    done = status == NARR_OK;
    if (done) assert_true(nth > 40);
  }
  narr_dataset_free(dataset);
  narr_model_free(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_surest_mistakes_come_first),
      cmocka_unit_test(only_so_many_mistakes_are_kept),
      cmocka_unit_test(labels_taken_for_others_are_counted),
      cmocka_unit_test(mistakes_are_explained_by_the_model),
      cmocka_unit_test(curves_and_average_precision_are_those_on_paper),
      cmocka_unit_test(long_curves_are_thinned),
      cmocka_unit_test(all_labels_are_pooled_and_choices_measured),
      cmocka_unit_test(intervals_hold_the_figure_and_narrow_with_rows),
      cmocka_unit_test(languages_have_intervals),
      cmocka_unit_test(groups_are_drawn_together),
      cmocka_unit_test(threads_do_not_show_and_seeds_do),
      cmocka_unit_test(json_has_all_of_it),
      cmocka_unit_test(every_failed_allocation_is_reported),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
