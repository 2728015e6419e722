/* Labelled CSV files: what is read, and what each mistake is answered with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "data/dataset_store.h"

static const narr_dataset_options defaults = NARR_DATASET_OPTIONS_INIT;

static narr_dataset *new_dataset(const narr_dataset_options *options) {
  narr_dataset *dataset;
  assert_int_equal(narr_dataset_new(&dataset, options, NULL), NARR_OK);
  return dataset;
}

static narr_status read_text(narr_dataset *dataset, const char *content, narr_error *error) {
  return narr_dataset_read_bytes(dataset, "posts.csv", content, strlen(content), error);
}

static void check_text(const narr_dataset *dataset, size_t row, const char *expected) {
  narr_example example = narr_dataset_get(dataset, row);
  assert_int_equal(example.text_length, strlen(expected));
  assert_memory_equal(example.text, expected, example.text_length);
}

/* ---- What is read ------------------------------------------------------------ */

static void spreadsheet_file(void **state) {
  (void)state;
  narr_dataset *dataset = new_dataset(NULL);
  assert_int_equal(narr_dataset_read_csv(dataset, TEST_DATA "/csv/spreadsheet.csv", NULL), NARR_OK);
  assert_int_equal(narr_dataset_size(dataset), 3);
  check_text(dataset, 0, "The last convoy leaves \"Camp Bondsteel\",\r\nthey say");
  assert_string_equal(narr_dataset_get(dataset, 0).lang, "en");
  check_text(dataset, 1, "Vojnici odlaze iz Bosne");
  assert_int_equal(narr_dataset_get(dataset, 1).label_count, 2);
  assert_string_equal(narr_dataset_label(dataset, 1), "war-imminent");
  assert_int_equal(narr_dataset_get(dataset, 2).label_count, 0);
  assert_true(narr_dataset_has_languages(dataset));
  narr_dataset_free(dataset);
}

static void several_files_share_labels(void **state) {
  (void)state;
  narr_dataset *dataset = new_dataset(NULL);
  assert_int_equal(read_text(dataset, "text,label\none,a\ntwo,b\n", NULL), NARR_OK);
  assert_int_equal(read_text(dataset, "label,id,text\nb;c,7,three", NULL), NARR_OK);
  assert_int_equal(narr_dataset_size(dataset), 3);
  assert_int_equal(narr_dataset_label_count(dataset), 3);
  check_text(dataset, 2, "three");
  assert_int_equal(narr_dataset_get(dataset, 2).labels[0], 1);
  assert_int_equal(narr_dataset_get(dataset, 2).labels[1], 2);
  narr_dataset_free(dataset);
}

static void columns_and_delimiter_by_option(void **state) {
  (void)state;
  narr_dataset_options options = defaults;
  options.text_column = "body";
  options.label_column = "tags";
  options.lang_column = "language";
  options.weight_column = "w";
  options.group_column = "thread";
  options.delimiter = '\t';
  narr_dataset *dataset = new_dataset(&options);
  assert_int_equal(read_text(dataset,
                             "lang\tthread\tw\tlanguage\ttags\tbody\n"
                             "xx\tt1\t1.5\tsq\ta;b\tone, two\n"
                             "xx\t\t2e1\t\tnone\t three \n",
                             NULL),
                   NARR_OK);
  narr_example example = narr_dataset_get(dataset, 0);
  check_text(dataset, 0, "one, two");
  assert_string_equal(example.lang, "sq");
  assert_string_equal(example.group, "t1");
  assert_true(example.weight == 1.5);
  example = narr_dataset_get(dataset, 1);
  check_text(dataset, 1, " three ");
  assert_string_equal(example.lang, "");
  assert_string_equal(example.group, "");
  assert_true(example.weight == 20);
  narr_dataset_free(dataset);
}

static void weights(void **state) {
  (void)state;
  static const struct {
    const char *cell;
    double weight; /* 0: refused */
  } cases[] = {
      {"1", 1},
      {"0.25", 0.25},
      {".5", 0.5},
      {"2.", 2},
      {"+3", 3},
      {"1e3", 1000},
      {"25E-2", 0.25},
      {"0.1", 0.1},
      {"1e-300", 1e-300},
      {"123456789012345678901234567890", 123456789012345678901234567890.0},
      {"0.3333333333333333", 0.3333333333333333},
      {"1.23456789012345678901234", 1.23456789012345678901234},
      {"", 0},
      {"0", 0},
      {"-1", 0},
      {"abc", 0},
      {"1,5", 0},
      {"1x", 0},
      {"nan", 0},
      {"inf", 0},
      {"1e999", 0},
      {"1e", 0},
      {"1e-999", 0},
      {".", 0},
      {" 1", 0},
      {"0x10", 0},
      {"1e99999999999", 0},
      {"0e999", 0},
      {"-", 0},
      {"e5", 0},
  };
  narr_dataset_options options = defaults;
  options.weight_column = "weight";
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    narr_dataset *dataset = new_dataset(&options);
    narr_error error = NARR_ERROR_INIT;
    char content[128];
    snprintf(content, sizeof content, "text,label,weight\nx,a,\"%s\"\n", cases[i].cell);
    narr_status status = read_text(dataset, content, &error);
    if (cases[i].weight > 0) {
      assert_int_equal(status, NARR_OK);
      double ratio = narr_dataset_get(dataset, 0).weight / cases[i].weight;
      assert_true(ratio > 1 - 1e-15 && ratio < 1 + 1e-15);
    } else {
      assert_int_equal(status, NARR_ERROR_INPUT);
      assert_non_null(strstr(error.message, "is not a positive number"));
      assert_non_null(strstr(error.message, cases[i].cell));
    }
    narr_dataset_free(dataset);
  }
}

static void blank_lines_count_as_lines_not_rows(void **state) {
  (void)state;
  narr_dataset *dataset = new_dataset(NULL);
  narr_error error = NARR_ERROR_INIT;
  assert_int_equal(read_text(dataset, "\n\r\ntext,label\n\none,a\n\r\n\n", &error), NARR_OK);
  assert_int_equal(narr_dataset_size(dataset), 1);
  assert_int_equal(read_text(dataset, "\ntext,label\n\none,a\n\n,a\n", &error), NARR_ERROR_INPUT);
  assert_int_equal(error.line, 6);
  assert_int_equal(error.row, 2);
  narr_dataset_free(dataset);
}

/* ---- Mistakes ----------------------------------------------------------------- */

typedef struct mistake {
  const char *content;
  const char *message; /* how it begins */
  size_t line;
  size_t row;
} mistake;

static void check_mistakes(const narr_dataset_options *options, const mistake *mistakes,
                           size_t count) {
  for (size_t i = 0; i < count; i++) {
    narr_dataset *dataset = new_dataset(options);
    narr_error error = NARR_ERROR_INIT;
    assert_int_equal(read_text(dataset, "text,label\nkept,k\n", NULL), NARR_OK);
    assert_int_equal(read_text(dataset, mistakes[i].content, &error), NARR_ERROR_INPUT);
    if (strncmp(error.message, mistakes[i].message, strlen(mistakes[i].message)) != 0)
      fail_msg("message is: %s\nexpected:   %s", error.message, mistakes[i].message);
    assert_int_equal(error.status, NARR_ERROR_INPUT);
    assert_int_equal(error.line, mistakes[i].line);
    assert_int_equal(error.row, mistakes[i].row);
    /* The dataset is what it was. */
    assert_int_equal(narr_dataset_size(dataset), 1);
    assert_int_equal(narr_dataset_label_count(dataset), 1);
    assert_false(narr_dataset_has_languages(dataset));
    assert_int_equal(read_text(dataset, "text,label\nnew,fresh\n", NULL), NARR_OK);
    assert_string_equal(narr_dataset_label(dataset, 1), "fresh");
    check_text(dataset, 0, "kept");
    check_text(dataset, 1, "new");
    narr_dataset_free(dataset);
  }
}

static void mistakes_in_headers(void **state) {
  (void)state;
  static const mistake mistakes[] = {
      {"", "posts.csv: the file is empty", 0, 0},
      {"\n\n", "posts.csv: the file is empty", 0, 0},
      {"\xEF\xBB\xBF", "posts.csv: the file is empty", 0, 0},
      {"text,label\n\n", "posts.csv: there are no rows below the header", 0, 0},
      {"id,body,label\n1,x,a\n",
       "posts.csv:1: no column \"text\" (--text-column names another; the header has: id, body, "
       "label)",
       1, 0},
      {"\ntext,tag\n", "posts.csv:2: no column \"label\" (--label-column names another", 2, 0},
      {"text,label,text\n", "posts.csv:1: two columns are called \"text\"", 1, 0},
      {"lang,text,label,lang\n", "posts.csv:1: two columns are called \"lang\"", 1, 0},
      {"text;label\nx;a\n",
       "posts.csv:1: no column \"text\"; it looks separated by ';': try --delimiter ';' (", 1, 0},
      {"text\tlabel\nx\ta\n",
       "posts.csv:1: no column \"text\"; it looks separated by tabs: try --delimiter", 1, 0},
      {"\"text,label\nx,a\n", "posts.csv:1: unclosed quote", 1, 0},
      {"te\"xt,label\nx,a\n", "posts.csv:1: a quote in an unquoted field", 1, 0},
      {"text,label\xE9\nx,a\n", "posts.csv:1: invalid UTF-8 at byte 10 of the file", 1, 0},
      {"\xFF\xFEt", "posts.csv: this is UTF-16; save it as UTF-8", 0, 0},
  };
  check_mistakes(NULL, mistakes, sizeof mistakes / sizeof *mistakes);
}

static void mistakes_in_rows(void **state) {
  (void)state;
  static const mistake mistakes[] = {
      {"text,label,lang\none,a,en\n\ntwo,b,en\nthree,c\n",
       "posts.csv:5: row 3 has 2 fields, the header has 3 (is there an unquoted line break in the "
       "text? --lenient skips such rows)",
       5, 3},
      {"text,label,lang\none, two,a,en\n",
       "posts.csv:2: row 1 has 4 fields, the header has 3 (is there an unquoted comma in the "
       "text? --lenient skips such rows)",
       2, 1},
      {"text,label\nalone\n", "posts.csv:2: row 1 has 1 field, the header has 2", 2, 1},
      {"text,label\n  \n", "posts.csv:2: row 1 has 1 field,", 2, 1},
      {"text,label\n\"a\nb\nc\",x\n\"d\ne\",\n", "posts.csv:5: row 2: the label cell is empty", 5,
       2},
      {"text,label\r\"a\r\nb\",x\r,y\r", "posts.csv:4: row 2: the text is empty", 4, 2},
      {"text,label\none,a\n\"two,b\nthree,c\n", "posts.csv:3: row 2: unclosed quote", 3, 2},
      {"text,label\n\"one\ntwo\",\"a\nthree,c\n", "posts.csv:3: row 1: unclosed quote", 3, 1},
      {"text,label\n\"one\" two,a\n", "posts.csv:2: row 1: text behind a closing quote", 2, 1},
      {"text,label\n\"one\ntwo\"x,a\n", "posts.csv:2: row 1: text behind a closing quote", 2, 1},
      {"text,label\n5\" gun,a\n", "posts.csv:2: row 1: a quote in an unquoted field", 2, 1},
      {"text,label\n \t,a\n", "posts.csv:2: row 1: the text is empty", 2, 1},
      {"text,label\nx,a;\n", "posts.csv:2: row 1: an empty label before or behind a ';'", 2, 1},
      {"text,label\nx,none;a\n", "posts.csv:2: row 1: the label \"none\" together with", 2, 1},
      {"text,label\nx,a\ny\xC3(,b\n", "posts.csv:3: row 2: invalid UTF-8 at byte 16 of the file", 3,
       2},
  };
  check_mistakes(NULL, mistakes, sizeof mistakes / sizeof *mistakes);
}

static void mistakes_with_other_delimiters(void **state) {
  (void)state;
  static const mistake comma_file[] = {
      {"body,label\nx,a\n",
       "posts.csv:1: no column \"text\"; it looks separated by commas: try --delimiter ','", 1, 0},
  };
  static const mistake extra_field[] = {
      {"text;label\nx;y;a\n",
       "posts.csv:2: row 1 has 3 fields, the header has 2 (is there an "
       "unquoted ';' in the text?",
       2, 1},
  };
  narr_dataset_options options = defaults;
  options.delimiter = ';';
  narr_dataset *dataset = new_dataset(&options);
  narr_error error = NARR_ERROR_INIT;
  assert_int_equal(read_text(dataset, comma_file->content, &error), NARR_ERROR_INPUT);
  assert_ptr_equal(strstr(error.message, comma_file->message), error.message);
  assert_int_equal(read_text(dataset, extra_field->content, &error), NARR_ERROR_INPUT);
  assert_ptr_equal(strstr(error.message, extra_field->message), error.message);
  assert_int_equal(narr_dataset_read_csv(dataset, TEST_DATA "/csv/semicolons.csv", &error),
                   NARR_OK);
  check_text(dataset, 0, "Ein Text, mit Komma");
  narr_dataset_free(dataset);
}

static void nul_bytes(void **state) {
  (void)state;
  static const char content[] = "text,label\na\0b,x\n";
  narr_dataset *dataset = new_dataset(NULL);
  narr_error error = NARR_ERROR_INIT;
  assert_int_equal(
      narr_dataset_read_bytes(dataset, "posts.csv", content, sizeof content - 1, &error),
      NARR_ERROR_INPUT);
  assert_non_null(strstr(error.message, "posts.csv:2: row 1: a NUL byte at byte 12"));
  assert_int_equal(error.offset, 12);
  narr_dataset_free(dataset);
}

static void wrong_columns_by_option(void **state) {
  (void)state;
  static const char *const names[] = {"--lang-column", "--weight-column", "--group-column"};
  for (size_t i = 0; i < 3; i++) {
    narr_dataset_options options = defaults;
    if (i == 0) options.lang_column = "missing";
    if (i == 1) options.weight_column = "missing";
    if (i == 2) options.group_column = "missing";
    narr_dataset *dataset = new_dataset(&options);
    narr_error error = NARR_ERROR_INIT;
    assert_int_equal(read_text(dataset, "text,label,lang\nx,a,en\n", &error), NARR_ERROR_INPUT);
    assert_non_null(strstr(error.message, "no column \"missing\""));
    assert_non_null(strstr(error.message, names[i]));
    narr_dataset_free(dataset);
  }
}

static void a_long_header_is_cut_in_the_message(void **state) {
  (void)state;
  char content[8000] = "";
  for (size_t i = 0; i < 500; i++) strcat(content, "колона,");
  narr_dataset *dataset = new_dataset(NULL);
  narr_error error = NARR_ERROR_INIT;
  assert_int_equal(read_text(dataset, content, &error), NARR_ERROR_INPUT);
  assert_true(strlen(error.message) > 400);
  assert_non_null(strstr(error.message, "--text-column"));
  narr_dataset_free(dataset);
}

/* ---- Lenient -------------------------------------------------------------------- */

typedef struct skips {
  size_t count;
  size_t rows[16];
  size_t lines[16];
} skips;

static void note_skip(void *context, const narr_error *why) {
  skips *s = context;
  assert_int_equal(why->status, NARR_ERROR_INPUT);
  assert_ptr_equal(strstr(why->message, "posts.csv:"), why->message);
  s->rows[s->count] = why->row;
  s->lines[s->count++] = why->line;
}

static void lenient_skips_and_counts(void **state) {
  (void)state;
  skips seen = {0};
  narr_dataset_options options = defaults;
  options.lenient = true;
  options.on_skip = note_skip;
  options.on_skip_context = &seen;
  narr_dataset *dataset = new_dataset(&options);
  assert_int_equal(read_text(dataset,
                             "text,label\n"
                             "one,a\n"
                             "too,many,fields\n"
                             "\xFF,bad\n"
                             "two,bad;none\n"
                             "\"x\"y,bad\n"
                             "three,b\n"
                             "\"open,bad\n"
                             "four,c\n",
                             NULL),
                   NARR_OK);
  assert_int_equal(narr_dataset_size(dataset), 3);
  assert_int_equal(narr_dataset_skipped(dataset), 5);
  assert_int_equal(seen.count, 5);
  static const size_t rows[] = {2, 3, 4, 5, 7};
  for (size_t i = 0; i < 5; i++) {
    assert_int_equal(seen.rows[i], rows[i]);
    assert_int_equal(seen.lines[i], rows[i] + 1);
  }
  check_text(dataset, 2, "four");
  assert_int_equal(narr_dataset_label_count(dataset), 3); /* none of a skipped row */
  assert_string_equal(narr_dataset_label(dataset, 2), "c");
  narr_dataset_free(dataset);
}

static void lenient_does_not_forgive_the_header(void **state) {
  (void)state;
  narr_dataset_options options = defaults;
  options.lenient = true;
  narr_dataset *dataset = new_dataset(&options);
  assert_int_equal(read_text(dataset, "text,tag\nx,a\n", NULL), NARR_ERROR_INPUT);
  assert_int_equal(read_text(dataset, "text,label\nx\n", NULL), NARR_OK);
  assert_int_equal(narr_dataset_skipped(dataset), 1);
  assert_int_equal(narr_dataset_size(dataset), 0);
  narr_dataset_free(dataset);
}

/* ---- Files and memory ------------------------------------------------------------ */

static void files_that_cannot_be_read(void **state) {
  (void)state;
  narr_dataset *dataset = new_dataset(NULL);
  static const struct {
    const char *path, *message;
    narr_status status;
  } cases[] = {
      {TEST_DATA "/csv/missing.csv", "missing.csv: No such file", NARR_ERROR_INPUT},
      {TEST_DATA "/csv", "/csv: Is a directory", NARR_ERROR_INPUT},
      {TEST_DATA "/csv/empty.csv", "empty.csv: the file is empty", NARR_ERROR_INPUT},
      {TEST_DATA "/csv/header_only.csv", "no rows below the header", NARR_ERROR_INPUT},
      {TEST_DATA "/csv/broken.csv", "broken.csv:3: row 2 has 3 fields", NARR_ERROR_INPUT},
      {TEST_DATA "/csv/not_utf8.csv", "not_utf8.csv:2: row 1: invalid UTF-8 at byte 11",
       NARR_ERROR_INPUT},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    narr_error error = NARR_ERROR_INIT;
    assert_int_equal(narr_dataset_read_csv(dataset, cases[i].path, &error), cases[i].status);
    if (!strstr(error.message, cases[i].message)) fail_msg("message is: %s", error.message);
    assert_int_equal(narr_dataset_size(dataset), 0);
    assert_int_equal(narr_dataset_read_csv(dataset, cases[i].path, NULL), cases[i].status);
  }
  narr_dataset_free(dataset);
}

static void standard_input(void **state) {
  (void)state;
  int ends[2], saved = dup(STDIN_FILENO);
  static const char content[] = "text,label\none,a\n,b\n";
  assert_int_equal(pipe(ends), 0);
  assert_int_equal(write(ends[1], content, sizeof content - 1), sizeof content - 1);
  close(ends[1]);
  assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
  narr_dataset *dataset = new_dataset(NULL);
  narr_error error = NARR_ERROR_INIT;
  narr_status status = narr_dataset_read_csv(dataset, "-", &error);
  dup2(saved, STDIN_FILENO);
  close(saved);
  close(ends[0]);
  assert_int_equal(status, NARR_ERROR_INPUT);
  assert_string_equal(error.message, "standard input:3: row 2: the text is empty");
  narr_dataset_free(dataset);
}

/* Every request for memory fails in turn. libcsv survives some of that by
 * asking for less, so the sweep ends after a long run of successes. */
static void no_memory(void **state) {
  (void)state;
  static const char content[] =
      "text,label,lang,group\n"
      "one,a,en,g1\n\"two\n\"\"2\"\"\",b;a,sr,g2\nthree,none,,\nbad\nfour,c;d;e,sq,g1\n";
  narr_dataset_options options = defaults;
  options.group_column = "group";
  options.lenient = true;
  size_t failures = 0, good = 0;
  for (size_t n = 1; good < 60; n++) {
    narr_dataset *dataset = new_dataset(&options);
    narr_error error = NARR_ERROR_INIT;
    assert_int_equal(read_text(dataset, "text,label,group\nkept,a,g0\n", NULL), NARR_OK);
    narr_alloc_fail_at(n);
    narr_status status =
        narr_dataset_read_bytes(dataset, "posts.csv", content, sizeof content - 1, &error);
    narr_alloc_fail_at(0);
    if (status) {
      failures++;
      good = 0;
      assert_int_equal(status, NARR_ERROR_MEMORY);
      assert_int_equal(error.status, NARR_ERROR_MEMORY);
      assert_int_equal(narr_dataset_size(dataset), 1);
      assert_int_equal(narr_dataset_label_count(dataset), 1);
      assert_int_equal(narr_dataset_skipped(dataset), 0);
      status = narr_dataset_read_bytes(dataset, "posts.csv", content, sizeof content - 1, NULL);
    } else {
      good++;
    }
    assert_int_equal(status, NARR_OK);
    assert_int_equal(narr_dataset_size(dataset), 5);
    assert_int_equal(narr_dataset_label_count(dataset), 5);
    assert_string_equal(narr_dataset_label(dataset, 1), "b");
    check_text(dataset, 2, "two\n\"2\"");
    narr_dataset_free(dataset);
  }
  assert_true(failures > 10);
}

static void no_memory_for_a_file_or_a_message(void **state) {
  (void)state;
  for (size_t n = 1; n < 5; n++) {
    narr_dataset *dataset = new_dataset(NULL);
    narr_alloc_fail_at(n);
    narr_status status = narr_dataset_read_csv(dataset, TEST_DATA "/csv/spreadsheet.csv", NULL);
    narr_alloc_fail_at(0);
    assert_int_equal(status, NARR_ERROR_MEMORY);
    narr_alloc_fail_at(n);
    status = read_text(dataset, "id,body\n", NULL);
    narr_alloc_fail_at(0);
    assert_true(status == NARR_ERROR_MEMORY || (n > 1 && status == NARR_ERROR_INPUT));
    assert_int_equal(narr_dataset_size(dataset), 0);
    narr_dataset_free(dataset);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(spreadsheet_file),
      cmocka_unit_test(several_files_share_labels),
      cmocka_unit_test(columns_and_delimiter_by_option),
      cmocka_unit_test(weights),
      cmocka_unit_test(blank_lines_count_as_lines_not_rows),
      cmocka_unit_test(mistakes_in_headers),
      cmocka_unit_test(mistakes_in_rows),
      cmocka_unit_test(mistakes_with_other_delimiters),
      cmocka_unit_test(nul_bytes),
      cmocka_unit_test(wrong_columns_by_option),
      cmocka_unit_test(a_long_header_is_cut_in_the_message),
      cmocka_unit_test(lenient_skips_and_counts),
      cmocka_unit_test(lenient_does_not_forgive_the_header),
      cmocka_unit_test(files_that_cannot_be_read),
      cmocka_unit_test(standard_input),
      cmocka_unit_test(no_memory),
      cmocka_unit_test(no_memory_for_a_file_or_a_message),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
