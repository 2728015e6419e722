/* A dataset filled row by row: labels, checks, accessors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above */
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "narr/dataset.h"

static narr_dataset *new_dataset(const narr_dataset_options *options) {
  narr_dataset *dataset;
  assert_int_equal(narr_dataset_new(&dataset, options, NULL), NARR_OK);
  return dataset;
}

static narr_status add(narr_dataset *dataset, const char *text, const char *labels,
                       narr_error *error) {
  return narr_dataset_add(dataset, text, strlen(text), labels, NULL, NULL, 1, error);
}

static void check_labels(const narr_dataset *dataset, size_t row, const char *expected) {
  char names[256] = "";
  narr_example example = narr_dataset_get(dataset, row);
  for (size_t i = 0; i < example.label_count; i++) {
    if (i) assert_true(example.labels[i - 1] < example.labels[i]);
    assert_true(example.labels[i] < narr_dataset_label_count(dataset));
    strcat(strcat(names, narr_dataset_label(dataset, example.labels[i])), "|");
  }
  assert_string_equal(names, expected);
}

static void rows_come_back(void **state) {
  (void)state;
  narr_dataset *dataset = new_dataset(NULL);
  char text[] = "NATO одлази", labels[] = "withdrawal", lang[] = "sr", group[] = "thread-1";
  assert_false(narr_dataset_has_languages(dataset));
  assert_int_equal(narr_dataset_add(dataset, text, strlen(text), labels, lang, group, 2.5, NULL),
                   NARR_OK);
  assert_int_equal(add(dataset, "x", "none", NULL), NARR_OK);
  memset(text, '?', sizeof text - 1); /* everything was copied */
  memset(labels, '?', sizeof labels - 1);
  memset(lang, '?', sizeof lang - 1);
  memset(group, '?', sizeof group - 1);
  assert_int_equal(narr_dataset_size(dataset), 2);
  assert_int_equal(narr_dataset_label_count(dataset), 1);
  narr_example example = narr_dataset_get(dataset, 0);
  assert_int_equal(example.text_length, strlen("NATO одлази"));
  assert_memory_equal(example.text, "NATO одлази", example.text_length);
  assert_string_equal(example.lang, "sr");
  assert_string_equal(example.group, "thread-1");
  assert_true(example.weight == 2.5);
  check_labels(dataset, 0, "withdrawal|");
  example = narr_dataset_get(dataset, 1);
  assert_string_equal(example.lang, "");
  assert_string_equal(example.group, "");
  assert_true(example.weight == 1);
  assert_int_equal(example.label_count, 0);
  assert_true(narr_dataset_has_languages(dataset));
  assert_int_equal(narr_dataset_skipped(dataset), 0);
  narr_dataset_free(dataset);
}

static void label_cells(void **state) {
  (void)state;
  narr_dataset *dataset = new_dataset(NULL);
  static const char *const cells[][2] = {
      {"b", "b|"},       {"a", "a|"},    {"a;b", "b|a|"},   {" a\t;  c/d ", "a|c/d|"},
      {"none", ""},      {" none ", ""}, {"none;none", ""}, {"c/d;c/d;b;b", "b|c/d|"},
      {"None", "None|"},
  };
  for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
    assert_int_equal(add(dataset, "text", cells[i][0], NULL), NARR_OK);
    check_labels(dataset, i, cells[i][1]);
  }
  assert_int_equal(narr_dataset_label_count(dataset), 4);
  assert_string_equal(narr_dataset_label(dataset, 0), "b");
  assert_string_equal(narr_dataset_label(dataset, 1), "a");
  narr_dataset_free(dataset);
}

static void unknown_labels(void **state) {
  (void)state;
  narr_dataset *dataset = new_dataset(NULL);
  assert_int_equal(add(dataset, "text", "b;?a;c; ? d ;?a", NULL), NARR_OK);
  assert_int_equal(add(dataset, "text", "none;?c", NULL), NARR_OK);
  assert_int_equal(add(dataset, "text", "?e", NULL), NARR_OK);
  static const char *const known[] = {"b|c|", "", ""}, *const unknown[] = {"a|d|", "c|", "e|"};
  for (size_t i = 0; i < 3; i++) {
    narr_example example = narr_dataset_get(dataset, i);
    char names[64] = "";
    check_labels(dataset, i, known[i]);
    for (size_t u = 0; u < example.unknown_count; u++)
      strcat(strcat(names, narr_dataset_label(dataset, example.unknown[u])), "|");
    assert_string_equal(names, unknown[i]);
    assert_true(isnan(example.time));
  }
  assert_int_equal(narr_dataset_label_count(dataset), 5);
  narr_dataset_free(dataset);
}

static void check_refused(narr_dataset *dataset, const char *text, size_t length,
                          const char *labels, double weight, const char *message) {
  narr_error error = NARR_ERROR_INIT;
  size_t rows = narr_dataset_size(dataset), known = narr_dataset_label_count(dataset);
  assert_int_equal(narr_dataset_add(dataset, text, length, labels, NULL, NULL, weight, &error),
                   NARR_ERROR_INPUT);
  assert_int_equal(error.status, NARR_ERROR_INPUT);
  assert_non_null(strstr(error.message, message));
  assert_int_equal(narr_dataset_size(dataset), rows);
  assert_int_equal(narr_dataset_label_count(dataset), known);
}

static void bad_rows_are_refused(void **state) {
  (void)state;
  narr_dataset *dataset = new_dataset(NULL);
  assert_int_equal(add(dataset, "text", "a", NULL), NARR_OK);
  check_refused(dataset, "x", 1, "", 1, "the label cell is empty");
  check_refused(dataset, "x", 1, "  ", 1, "the label cell is empty");
  check_refused(dataset, "x", 1, NULL, 1, "the label cell is empty");
  check_refused(dataset, "x", 1, "new;none", 1, "together with another");
  check_refused(dataset, "x", 1, "none;new", 1, "together with another");
  check_refused(dataset, "x", 1, "new;", 1, "an empty label");
  check_refused(dataset, "x", 1, ";new", 1, "an empty label");
  check_refused(dataset, "x", 1, "new; ;newer", 1, "an empty label");
  check_refused(dataset, "x", 1, ";", 1, "an empty label");
  check_refused(dataset, "x", 1, "new\xFF", 1, "invalid UTF-8");
  check_refused(dataset, "x", 1, "?", 1, "a '?' without a label");
  check_refused(dataset, "x", 1, "a;? ", 1, "a '?' without a label");
  check_refused(dataset, "x", 1, "??new", 1, "can't begin with '?'");
  check_refused(dataset, "x", 1, "?none", 1, "says nothing of any label");
  check_refused(dataset, "x", 1, "new;b;?new", 1, "\"new\" is both there and unknown");
  check_refused(dataset, "x", 1, "/new", 1, "nothing before or behind a '/' in the label \"/new\"");
  check_refused(dataset, "x", 1, "new/", 1, "nothing before or behind a '/'");
  check_refused(dataset, "x", 1, "new//er", 1, "nothing before or behind a '/'");
  check_refused(dataset, "x", 1, "new/ /er", 1, "nothing before or behind a '/'");
  check_refused(dataset, "x", 1, "?new/", 1, "nothing before or behind a '/'");
  check_refused(dataset, "x", 1, "none/new", 1, "is under \"none\"");
  check_refused(dataset, "x", 1, "ne\nw", 1, "control character");
  check_refused(dataset, "", 0, "new", 1, "the text is empty");
  check_refused(dataset, NULL, 0, "new", 1, "the text is empty");
  check_refused(dataset, " \r\n\t", 4, "new", 1, "the text is empty");
  check_refused(dataset, "a\0b", 3, "new", 1, "NUL");
  check_refused(dataset, "ab\xFFz", 4, "new", 1, "not UTF-8 at its byte 2");
  check_refused(dataset, "x", 1, "new", 0, "not a positive number");
  check_refused(dataset, "x", 1, "new", -1, "not a positive number");
  check_refused(dataset, "x", 1, "new", NAN, "not a positive number");
  check_refused(dataset, "x", 1, "new", INFINITY, "not a positive number");
  narr_dataset_free(dataset);
}

static void options_change_label_cells(void **state) {
  (void)state;
  narr_dataset_options options = NARR_DATASET_OPTIONS_INIT;
  options.none_label = "keins";
  options.label_separator = '|';
  options.empty_is_none = true;
  narr_dataset *dataset = new_dataset(&options);
  assert_int_equal(add(dataset, "x", "", NULL), NARR_OK);
  assert_int_equal(add(dataset, "x", " ", NULL), NARR_OK);
  assert_int_equal(add(dataset, "x", "keins", NULL), NARR_OK);
  assert_int_equal(add(dataset, "x", "a;b|none", NULL), NARR_OK);
  check_labels(dataset, 0, "");
  check_labels(dataset, 1, "");
  check_labels(dataset, 2, "");
  check_labels(dataset, 3, "a;b|none|");
  check_refused(dataset, "x", 1, "a|", 1, "an empty label before or behind a '|'");
  narr_dataset_free(dataset);
}

static void options_are_checked(void **state) {
  (void)state;
  const narr_dataset_options defaults = NARR_DATASET_OPTIONS_INIT;
  narr_dataset_options bad[11];
  size_t count = sizeof bad / sizeof *bad;
  for (size_t i = 0; i < count; i++) bad[i] = defaults;
  bad[0].text_column = NULL;
  bad[1].label_column = "";
  bad[2].label_column = "text";
  bad[3].delimiter = '"';
  bad[4].delimiter = '\n';
  bad[5].label_separator = '\0';
  bad[6].none_label = NULL;
  bad[7].none_label = "";
  bad[8].none_label = "a;b";
  bad[9].delimiter = (char)0xC3;
  bad[10].label_paths = (narr_label_paths)3;
  for (size_t i = 0; i < count; i++) {
    narr_error error = NARR_ERROR_INIT;
    narr_dataset *dataset = (narr_dataset *)&error;
    assert_int_equal(narr_dataset_new(&dataset, &bad[i], &error), NARR_ERROR_ARGUMENT);
    assert_null(dataset);
    assert_true(error.message[0] != '\0');
  }
}

static void many_labels_and_rows(void **state) {
  (void)state;
  narr_dataset *dataset = new_dataset(NULL);
  for (size_t i = 0; i < 1000; i++) {
    char text[32], cell[64];
    snprintf(text, sizeof text, "text %zu", i);
    snprintf(cell, sizeof cell, "l%zu;l%zu", (i * 7) % 100, (i * 3) % 100);
    assert_int_equal(add(dataset, text, cell, NULL), NARR_OK);
  }
  assert_int_equal(narr_dataset_size(dataset), 1000);
  assert_int_equal(narr_dataset_label_count(dataset), 100);
  narr_example example = narr_dataset_get(dataset, 123);
  assert_memory_equal(example.text, "text 123", 8);
  assert_int_equal(example.label_count, 2);
  narr_dataset_free(dataset);
}

static void no_memory(void **state) {
  (void)state;
  size_t failures = 0;
  for (size_t n = 1;; n++) {
    narr_dataset *dataset;
    narr_error error = NARR_ERROR_INIT;
    narr_alloc_fail_at(n);
    narr_status status = narr_dataset_new(&dataset, NULL, &error);
    if (!status) status = narr_dataset_add(dataset, "text", 4, "a;b", "en", "g", 1, &error);
    narr_alloc_fail_at(0);
    if (status) {
      failures++;
      assert_int_equal(status, NARR_ERROR_MEMORY);
      assert_int_equal(error.status, NARR_ERROR_MEMORY);
      if (dataset) {
        assert_int_equal(narr_dataset_size(dataset), 0);
        assert_int_equal(narr_dataset_label_count(dataset), 0);
        assert_false(narr_dataset_has_languages(dataset));
        assert_int_equal(add(dataset, "later", "b;a", NULL), NARR_OK);
        check_labels(dataset, 0, "b|a|");
      }
    }
    narr_dataset_free(dataset);
    if (!status) break;
  }
  assert_true(failures > 8);
  narr_dataset_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_come_back),
      cmocka_unit_test(label_cells),
      cmocka_unit_test(unknown_labels),
      cmocka_unit_test(bad_rows_are_refused),
      cmocka_unit_test(options_change_label_cells),
      cmocka_unit_test(options_are_checked),
      cmocka_unit_test(many_labels_and_rows),
      cmocka_unit_test(no_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
