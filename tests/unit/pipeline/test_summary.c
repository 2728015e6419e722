/* What a stream tells: counts, sources, copies, surges and drift, whatever the
 * number of threads and the pieces in which the stream comes. */
#include <math.h>

#include "base/alloc.h"
#include "support/check.h"
#include "support/model_fixture.h"

static narr_summary *summary_of(const narr_summary_options *options) {
  narr_summary *summary;
  narr_error error = NARR_ERROR_INIT;
  if (narr_summary_new(&summary, model, options, &error)) fail_msg("%s", error.message);
  return summary;
}

/* The summary's file, NUL-terminated; to be freed. */
static narr_buffer file_of_summary(const narr_summary *summary) {
  temp_path temp = temp_path_new("summary.json");
  narr_error error = NARR_ERROR_INIT;
  if (narr_summary_save(summary, temp.path, &error)) fail_msg("%s", error.message);
  FILE *file = fopen(temp.path, "rb");
  assert_non_null(file);
  narr_buffer text = NARR_BUFFER_INIT;
  read_back(file, &text);
  fclose(file);
  temp_path_remove(&temp);
  return text;
}

static void assert_tells(const narr_buffer *file, const char *what) {
  if (!strstr(file->data, what)) fail_msg("no %s in %s", what, file->data);
}

/* A post of hour `hour` since 1970-01-02. */
static void post(narr_buffer *out, int hour, const char *lang, const char *author, const char *text,
                 int number) {
  narr_buffer_format(
      out, "{\"id\":\"p%d\",\"date\":%d,\"lang\":\"%s\",\"author\":\"%s\",\"text\":\"%s\"}\n",
      number, 86400 + 3600 * hour + number % 3600, lang, author, text);
}

/* Twelve quiet hours and one of many withdrawals, by two accounts in turn. */
static narr_buffer surging_stream(void) {
  narr_buffer out = NARR_BUFFER_INIT;
  int number = 0;
  for (int hour = 0; hour < 12; hour++) {
    post(&out, hour, "en", "quiet", OTHER_TEXT, number++);
    if (hour % 2) post(&out, hour, "en-GB", "once", WITHDRAWAL_TEXT, number++);
  }
  for (int i = 0; i < 20; i++)
    post(&out, 12, "sq", i % 2 ? "loud" : "louder", WITHDRAWAL_TEXT, number++);
  narr_buffer_string(&out, "{\"text\":3}\n");
  narr_buffer_byte(&out, '\0');
  out.length--;
  return out;
}

static narr_stream_options options_with(narr_summary *summary, unsigned jobs) {
  narr_stream_options options = NARR_STREAM_OPTIONS_INIT;
  options.summary = summary;
  options.jobs = jobs;
  return options;
}

/* ---- Counts ------------------------------------------------------------------------- */

static void test_counts(void **state) {
  (void)state;
  narr_buffer input = surging_stream();
  narr_summary *summary = summary_of(NULL);
  narr_stream_options options = options_with(summary, 1);
  stream_run run;
  run_bytes(&run, model, input.data, input.length, &options);
  assert_ok(run.status);
  narr_buffer file = file_of_summary(summary);
  assert_tells(&file,
               "{\"window_seconds\":3600,\"records\":39,\"errors\":1,\"skipped\":0,"
               "\"untimed\":0,\"windows_dropped\":0,\"posts_too_early\":0,"
               "\"first\":\"1970-01-02T00:00:00Z\",\"last\":\"1970-01-02T12:00:37Z\","
               "\"posts\":38,\"flagged\":26,\"labels\":{\"withdrawal\":26},"
               "\"languages\":{\"en\":{\"posts\":18,\"labels\":{\"withdrawal\":6}},"
               "\"sq\":{\"posts\":20,\"labels\":{\"withdrawal\":20}}}");
  assert_tells(&file,
               "{\"label\":\"withdrawal\",\"posts\":26,\"sources\":["
               "{\"source\":\"loud\",\"posts\":10,\"at_least\":10},"
               "{\"source\":\"louder\",\"posts\":10,\"at_least\":10},"
               "{\"source\":\"once\",\"posts\":6,\"at_least\":6}]}");
  assert_tells(&file,
               "{\"start\":\"1970-01-02T01:00:00Z\",\"posts\":2,\"flagged\":1,"
               "\"labels\":{\"withdrawal\":1}");
  assert_tells(&file,
               "\"found\":[{\"label\":\"withdrawal\",\"from\":\"1970-01-02T12:00:00Z\","
               "\"to\":\"1970-01-02T13:00:00Z\",\"posts\":20,\"expected\":0.50,");
  assert_tells(&file,
               "{\"copies\":26,\"authors\":3,\"first\":\"1970-01-02T01:00:02Z\","
               "\"last\":\"1970-01-02T12:00:37Z\",\"first_id\":\"p2\","
               "\"first_authors\":[\"once\",\"louder\",\"loud\"],"
               "\"labels\":[\"withdrawal\"],\"example\":\"" WITHDRAWAL_TEXT "\"}");
  assert_int_equal(count_of(file.data, "\"copies\""), 2); /* and the recipes */
  assert_int_equal(count_of(file.data, "\"start\""), 13);
  narr_buffer_free(&file);
  narr_buffer_free(&input);
  run_free(&run);
  narr_summary_free(summary);
}

/* Limits leave out, they don't miscount. */
static void test_limits(void **state) {
  (void)state;
  narr_buffer input = surging_stream();
  narr_summary_options limits = NARR_SUMMARY_OPTIONS_INIT;
  limits.clusters = 1;
  limits.sources = 1;
  limits.window = 86400;
  narr_summary *summary = summary_of(&limits);
  narr_stream_options options = options_with(summary, 1);
  stream_run run;
  run_bytes(&run, model, input.data, input.length, &options);
  narr_buffer file = file_of_summary(summary);
  assert_int_equal(count_of(file.data, "\"copies\""), 1);
  assert_int_equal(count_of(file.data, "\"source\""), 2); /* the label's, the window's */
  assert_int_equal(count_of(file.data, "\"start\""), 1);
  assert_tells(&file, "\"found\":[]");
  narr_buffer_free(&file);
  narr_buffer_free(&input);
  run_free(&run);
  narr_summary_free(summary);
}

/* Posts without a time count when they arrive; so do those of the far future. */
static void test_untimed(void **state) {
  (void)state;
  narr_summary *summary = summary_of(NULL);
  narr_stream_options options = options_with(summary, 1);
  stream_run run;
  run_string(&run, model,
             "{\"text\":\"" OTHER_TEXT
             "\"}\n"
             "{\"text\":\"" OTHER_TEXT
             "\",\"time\":\"soon\"}\n"
             "{\"text\":\"" OTHER_TEXT
             "\",\"time\":\"9876-01-01\"}\n"
             "{\"text\":\"" OTHER_TEXT "\",\"time\":\"2020-01-01\"}\n",
             &options);
  narr_buffer file = file_of_summary(summary);
  assert_tells(&file, "\"untimed\":3");
  assert_tells(&file, "\"first\":\"2020-01-01T00:00:00Z\"");
  assert_tells(&file, "\"und\":{\"posts\":4");
  assert_null(strstr(file.data, "9876"));
  narr_buffer_free(&file);
  run_free(&run);
  narr_summary_free(summary);
}

/* Lines and CSV too; several streams add up. */
static void test_several_streams(void **state) {
  (void)state;
  narr_summary *summary = summary_of(NULL);
  narr_stream_options options = options_with(summary, 1);
  stream_run run;
  run_string(&run, model, WITHDRAWAL_TEXT "\n" OTHER_TEXT "\n", &options);
  run_free(&run);
  options.input = NARR_INPUT_CSV;
  run_string(&run, model, "date,user,language,text\n2020-02-03,me,bs," WITHDRAWAL_TEXT "\n",
             &options);
  assert_ok(run.status);
  assert_non_null(
      strstr(run.out.data, "\"lang\":\"bs\",\"time\":\"2020-02-03\",\"author\":\"me\""));
  run_free(&run);
  narr_buffer file = file_of_summary(summary);
  assert_tells(&file, "\"posts\":3,\"flagged\":2");
  assert_tells(&file, "\"bs\":{\"posts\":1");
  assert_tells(&file, "{\"source\":\"me\",\"posts\":1");
  narr_buffer_free(&file);
  narr_summary_free(summary);
}

/* ---- Drift ------------------------------------------------------------------------------ */

static double number_behind(const char *text, const char *name) {
  const char *at = strstr(text, name);
  assert_non_null(at);
  return strtod(at + strlen(name), NULL);
}

static void test_drift(void **state) {
  (void)state;
  static const char *const texts[] = {WITHDRAWAL_TEXT, "qwrtz pfgh jklmn vbxyq zzwrt"};
  double unknown[2], scores[2];
  for (int i = 0; i < 2; i++) {
    narr_summary *summary = summary_of(NULL);
    narr_stream_options options = options_with(summary, 1);
    stream_run run;
    run_string(&run, model, texts[i], &options);
    narr_buffer file = file_of_summary(summary);
    const char *drift = strstr(file.data, "\"drift\"");
    unknown[i] = number_behind(drift, "\"unknown\":");
    scores[i] = number_behind(drift, "\"scores\":");
    assert_near(number_behind(drift, "\"doubtful\":"), i, 0);
    assert_true(number_behind(drift, "\"training\":{\"unknown\":") < 0.5);
    assert_non_null(strstr(drift, "\"languages\":null")); /* nobody knows them */
    narr_buffer_free(&file);
    run_free(&run);
    narr_summary_free(summary);
  }
  assert_true(unknown[0] < 0.1 && unknown[1] > 0.9);
  assert_true(scores[0] > 0 && scores[0] < 1 && scores[1] > 0);
}

/* ---- Alerts ------------------------------------------------------------------------------ */

static narr_summary *alerting(const char *label, double surge) {
  narr_summary_options options = NARR_SUMMARY_OPTIONS_INIT;
  narr_alert alert = {label, surge};
  options.alerts = &alert;
  options.alert_count = 1;
  return summary_of(&options);
}

static const char *alerts_at_the_end(narr_summary *summary, narr_buffer *out) {
  FILE *file = tmpfile();
  assert_non_null(file);
  assert_ok(narr_summary_finish(summary, fileno(file), NULL));
  read_back(file, out);
  fclose(file);
  return out->data;
}

static void test_alert_at_first_crossing(void **state) {
  (void)state;
  narr_buffer input = surging_stream(), late = NARR_BUFFER_INIT;
  narr_summary *summary = alerting("withdrawal", 3);
  narr_stream_options options = options_with(summary, 1);
  stream_run run;
  run_bytes(&run, model, input.data, input.length, &options);
  assert_int_equal(count_of(run.out.data, "\"alert\""), 1);
  const char *alert = strstr(run.out.data,
                             "{\"alert\":\"surge\",\"label\":\"withdrawal\","
                             "\"window\":\"1970-01-02T12:00:00Z\",\"seconds\":3600,"
                             "\"flagged\":");
  assert_non_null(alert);
  double flagged = number_behind(alert, "\"flagged\":"), value = number_behind(alert, "\"value\":");
  assert_in_range((int)flagged, 5, 19);
  assert_true(value >= 3 && value < 4);
  assert_int_equal(count_of(alert, "withdrawal\"],"), 20 - (int)flagged); /* came after it */
  assert_non_null(strstr(alert, "\"expected\":0.50,\"statistic\":\"anscombe-z\""));
  assert_string_equal(alerts_at_the_end(summary, &late), "");
  run_free(&run);
  narr_buffer_free(&late);
  narr_buffer_free(&input);
  narr_summary_free(summary);
}

/* What comes in no order is told at the end: when it tipped over, nobody could
 * have known that it did. */
static void test_alert_at_the_end(void **state) {
  (void)state;
  narr_buffer input = NARR_BUFFER_INIT, late = NARR_BUFFER_INIT;
  for (int i = 0; i < 20; i++) post(&input, 12, "sq", "loud", WITHDRAWAL_TEXT, i);
  for (int hour = 0; hour < 14; hour++)
    if (hour != 12) post(&input, hour, "en", "quiet", OTHER_TEXT, 100 + hour);
  narr_summary *summary = alerting(NULL, 3);
  narr_stream_options options = options_with(summary, 1);
  stream_run run;
  run_bytes(&run, model, input.data, input.length, &options);
  assert_int_equal(count_of(run.out.data, "\"alert\""), 0);
  assert_int_equal(count_of(alerts_at_the_end(summary, &late), "\"alert\""), 1);
  assert_tells(&late, "\"flagged\":20,\"expected\":0.00");
  narr_buffer_clear(&late);
  assert_string_equal(alerts_at_the_end(summary, &late), ""); /* once */
  run_free(&run);
  narr_buffer_free(&late);
  narr_buffer_free(&input);
  narr_summary_free(summary);
}

/* What comes late changes nothing of the alert that was. */
static void test_late_posts(void **state) {
  (void)state;
  narr_buffer input = surging_stream(), late = NARR_BUFFER_INIT;
  for (int i = 0; i < 20; i++) post(&input, 8, "sq", "late", WITHDRAWAL_TEXT, 200 + i);
  narr_summary *summary = alerting("withdrawal", 2.5);
  narr_stream_options options = options_with(summary, 1);
  stream_run run;
  run_bytes(&run, model, input.data, input.length, &options);
  assert_int_equal(count_of(run.out.data, "\"alert\""), 1);
  assert_int_equal(count_of(alerts_at_the_end(summary, &late), "\"alert\""), 1);
  assert_tells(&late, "\"window\":\"1970-01-02T08:00:00Z\"");
  run_free(&run);
  narr_buffer_free(&late);
  narr_buffer_free(&input);
  narr_summary_free(summary);
}

static void test_alert_of_another_label(void **state) {
  (void)state;
  narr_buffer input = surging_stream(), late = NARR_BUFFER_INIT;
  narr_summary *summary = alerting("weather/flood", 3);
  narr_stream_options options = options_with(summary, 1);
  stream_run run;
  run_bytes(&run, model, input.data, input.length, &options);
  assert_int_equal(count_of(run.out.data, "\"alert\""), 0);
  assert_string_equal(alerts_at_the_end(summary, &late), "");
  run_free(&run);
  narr_buffer_free(&late);
  narr_buffer_free(&input);
  narr_summary_free(summary);
}

/* ---- The same for all ----------------------------------------------------------------------- */

static void test_threads_and_pieces_make_no_difference(void **state) {
  (void)state;
  narr_buffer input = NARR_BUFFER_INIT, files[4], outputs[4];
  narr_prng prng = {7};
  static const char *const texts[] = {WITHDRAWAL_TEXT, OTHER_TEXT, FLOOD_TEXT,
                                      WITHDRAWAL_TEXT " says a soldier", OTHER_TEXT " and more"};
  for (int i = 0; i < 3000; i++) {
    char author[16];
    snprintf(author, sizeof author, "a%d", (int)narr_prng_below(&prng, 500));
    post(&input, i / 60 + (narr_prng_below(&prng, 8) > 0), i % 3 ? "en" : "mk", author,
         texts[narr_prng_below(&prng, i % 1000 > 700 ? 1 : 5)], i);
  }
  for (int i = 0; i < 4; i++) {
    narr_summary *summary = alerting(NULL, 2);
    narr_stream_options options = options_with(summary, i == 1 ? 3 : 1 + (unsigned)(i == 3) * 7);
    stream_run run;
    if (i < 2)
      run_bytes(&run, model, input.data, input.length, &options);
    else
      run_packets(&run, model, input.data, input.length, (uint64_t)i, 5000, &options);
    assert_ok(run.status);
    files[i] = file_of_summary(summary);
    outputs[i] = run.out;
    narr_summary_free(summary);
  }
  assert_true(count_of(files[0].data, "\"copies\"") >= 3);
  assert_true(count_of(outputs[0].data, "\"alert\"") >= 1);
  for (int i = 1; i < 4; i++) assert_string_equal(files[i].data, files[0].data);
  for (int i = 1; i < 4; i++) assert_string_equal(outputs[i].data, outputs[0].data);
  for (int i = 0; i < 4; i++) {
    narr_buffer_free(&files[i]);
    narr_buffer_free(&outputs[i]);
  }
  narr_buffer_free(&input);
}

/* ---- What makes no sense ------------------------------------------------------------------------
 */

static void test_bad_options(void **state) {
  (void)state;
  narr_summary *summary;
  narr_error error = NARR_ERROR_INIT;
  narr_summary_options options = NARR_SUMMARY_OPTIONS_INIT;
  static const double windows[] = {0, -1, 0.5, NAN, INFINITY};
  for (size_t i = 0; i < sizeof windows / sizeof *windows; i++) {
    options.window = windows[i];
    assert_fails(narr_summary_new(&summary, model, &options, &error), NARR_ERROR_ARGUMENT, error,
                 "window");
    assert_null(summary);
  }
  options.window = 60;
  narr_alert alerts[] = {{"withdrawal", 3}, {"nonsense", 3}};
  options.alerts = alerts;
  options.alert_count = 2;
  assert_fails(narr_summary_new(&summary, model, &options, &error), NARR_ERROR_ARGUMENT, error,
               "\"nonsense\"");
  alerts[1] = (narr_alert){NULL, 0};
  assert_fails(narr_summary_new(&summary, model, &options, &error), NARR_ERROR_ARGUMENT, error,
               "positive");
}

static void test_alerts_are_json(void **state) {
  (void)state;
  narr_summary *summary = alerting(NULL, 3), *silent = summary_of(NULL);
  narr_stream_options options = options_with(summary, 1);
  options.output = NARR_OUTPUT_CSV;
  stream_run run;
  run_string(&run, model, "a\n", &options);
  assert_int_equal(run.status, NARR_ERROR_ARGUMENT);
  run_free(&run);
  options.summary = silent;
  run_string(&run, model, "a\n", &options);
  assert_ok(run.status);
  run_free(&run);
  narr_summary_free(summary);
  narr_summary_free(silent);
}

static void test_no_folder(void **state) {
  (void)state;
  narr_summary *summary = summary_of(NULL);
  narr_error error = NARR_ERROR_INIT;
  assert_fails(narr_summary_save(summary, "/nowhere/at/all", &error), NARR_ERROR_SYSTEM, error,
               "/nowhere/at/all");
  narr_summary_free(summary);
}

static void test_no_memory(void **state) {
  (void)state;
  narr_buffer input = surging_stream();
  narr_status status = NARR_ERROR_MEMORY;
  for (size_t n = 1; status; n++) {
    narr_summary *summary;
    narr_alloc_fail_at(n);
    status = narr_summary_new(&summary, model, NULL, NULL);
    narr_alloc_fail_at(0);
    assert_true(status == NARR_OK ? n > 4 : status == NARR_ERROR_MEMORY);
    narr_summary_free(summary);
  }
  status = NARR_ERROR_MEMORY;
  size_t failures = 0;
  for (size_t n = 1; status; n += 1 + n / 8) {
    narr_summary *summary = summary_of(NULL);
    narr_stream_options options = options_with(summary, 1);
    FILE *in = file_of(input.data, input.length), *out = tmpfile();
    narr_alloc_fail_at(n);
    status = narr_classify_stream(model, fileno(in), fileno(out), &options, NULL, NULL);
    narr_alloc_fail_at(0);
    assert_true(status == NARR_OK || status == NARR_ERROR_MEMORY);
    failures += status != NARR_OK;
    fclose(in);
    fclose(out);
    narr_summary_free(summary);
  }
  assert_true(failures > 20);
  narr_buffer_free(&input);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_counts),
      cmocka_unit_test(test_limits),
      cmocka_unit_test(test_untimed),
      cmocka_unit_test(test_several_streams),
      cmocka_unit_test(test_drift),
      cmocka_unit_test(test_alert_at_first_crossing),
      cmocka_unit_test(test_alert_at_the_end),
      cmocka_unit_test(test_late_posts),
      cmocka_unit_test(test_alert_of_another_label),
      cmocka_unit_test(test_threads_and_pieces_make_no_difference),
      cmocka_unit_test(test_bad_options),
      cmocka_unit_test(test_alerts_are_json),
      cmocka_unit_test(test_no_folder),
      cmocka_unit_test(test_no_memory),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
