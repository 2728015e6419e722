/* One output record, byte for byte, without a model. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "pipeline/record_format.h"
#include "pipeline/record_output.h"

static const narr_score scores[2] = {{"a;b", 1.25, 0.9, true}, {"c\"d", -0.5, 0.25, false}};
static const narr_result flagged = {.scores = scores,
                                    .score_count = 2,
                                    .flagged_count = 1,
                                    .token_count = 5,
                                    .term_count = 3,
                                    .word_count = 4,
                                    .known = 0.755};

static const narr_span spans[2] = {{0, 4}, {9, 13}};
static const narr_term terms[2] = {{0, "word", "go home", 0.75, spans, 2},
                                   {0, "char", " \x1b\"", -0.125, spans, 1}};
static const narr_word words[2] = {{0, {0, 2}, 1.0}, {0, {3, 7}, -0.9}};
static const narr_disguised disguised[1] = {{"look-alike", {3, 7}, "ho,me"}};
static const narr_explanation why = {terms, 2, words, 2, disguised, 1};

static narr_stream_options options_for(narr_output_format format) {
  narr_stream_options options = NARR_STREAM_OPTIONS_INIT;
  options.output = format;
  return options;
}

static narr_stream_item item_of(const char *text, const char *id, bool is_json) {
  return (narr_stream_item){.line = 7,
                            .text = text,
                            .text_length = strlen(text),
                            .id = id,
                            .id_length = id ? strlen(id) : 0,
                            .id_is_json = is_json};
}

/* The record, NUL-terminated, in a buffer that the next call uses again. */
static const char *record(const narr_stream_options *options, const narr_stream_item *item,
                          const narr_result *result, const narr_explanation *explanation,
                          const narr_error *error) {
  static char text[4096];
  narr_record_writer writer;
  narr_buffer out = NARR_BUFFER_INIT;
  narr_record_writer_init(&writer, NULL, options, false);
  if (error)
    narr_record_error(&writer, &out, item, error);
  else
    narr_record_result(&writer, &out, item, result, explanation);
  narr_buffer_byte(&out, '\0');
  assert_false(out.failed);
  assert_true(out.length <= sizeof text);
  memcpy(text, out.data, out.length);
  narr_buffer_free(&out);
  narr_record_writer_free(&writer);
  return text;
}

static void test_json_result(void **state) {
  (void)state;
  narr_stream_options options = options_for(NARR_OUTPUT_JSONL);
  narr_stream_item item = item_of("hi", "\"x1\"", true);
  assert_string_equal(record(&options, &item, &flagged, NULL, NULL),
                      "{\"id\":\"x1\",\"labels\":[\"a;b\"],\"scores\":["
                      "{\"label\":\"a;b\",\"margin\":1.250000,\"probability\":0.900000,"
                      "\"flagged\":true},"
                      "{\"label\":\"c\\\"d\",\"margin\":-0.500000,\"probability\":0.250000,"
                      "\"flagged\":false}],\"status\":\"ok\",\"known\":0.76}\n");
}

static void test_json_everything(void **state) {
  (void)state;
  narr_stream_options options = options_for(NARR_OUTPUT_JSONL);
  options.explain = options.echo_text = true;
  narr_stream_item item = item_of("a\xFF\n\x1b", NULL, false);
  narr_result result = flagged;
  result.score_count = 1;
  result.repaired = 1;
  assert_string_equal(record(&options, &item, &result, &why, NULL),
                      "{\"id\":7,\"text\":\"a\xEF\xBF\xBD\\n\\u001b\",\"labels\":[\"a;b\"],"
                      "\"scores\":[{\"label\":\"a;b\",\"margin\":1.250000,"
                      "\"probability\":0.900000,\"flagged\":true}],"
                      "\"status\":\"ok\",\"known\":0.76,\"terms\":["
                      "{\"label\":\"a;b\",\"block\":\"word\",\"term\":\"go home\","
                      "\"contribution\":0.750000,\"spans\":[[0,4],[9,13]]},"
                      "{\"label\":\"a;b\",\"block\":\"char\",\"term\":\" \\u001b\\\"\","
                      "\"contribution\":-0.125000,\"spans\":[[0,4]]}],\"disguised\":["
                      "{\"kind\":\"look-alike\",\"span\":[3,7],\"reads\":\"ho,me\"}],"
                      "\"repaired\":1}\n");
}

static void test_doubts(void **state) {
  (void)state;
  narr_stream_options options = options_for(NARR_OUTPUT_JSONL);
  narr_stream_item item = item_of("hi", "1", true);
  narr_result result = {.scores = scores, .doubt = NARR_DOUBT_TOO_SHORT, .known = 1};
  const char *at = strstr(record(&options, &item, &result, NULL, NULL), ",\"status\"");
  assert_string_equal(at, ",\"status\":\"doubtful\",\"reason\":\"too-short\",\"known\":1.00}\n");
  result.abstained = true;
  result.doubt = NARR_DOUBT_UNKNOWN_WORDS;
  result.known = 0.0749;
  at = strstr(record(&options, &item, &result, NULL, NULL), ",\"status\"");
  assert_string_equal(at,
                      ",\"status\":\"abstained\",\"reason\":\"unknown-words\",\"known\":0.07}\n");
  options.output = NARR_OUTPUT_CSV;
  assert_string_equal(record(&options, &item, &result, NULL, NULL),
                      "1,,abstained,unknown-words,0.07,\n");
  options.output = NARR_OUTPUT_TABLE;
  assert_string_equal(record(&options, &item, &result, NULL, NULL),
                      "1             abstained  (unknown-words)            hi\n");
}

static void test_json_error(void **state) {
  (void)state;
  narr_stream_options options = options_for(NARR_OUTPUT_JSONL);
  narr_stream_item item = item_of("", NULL, true);
  narr_error error = {NARR_ERROR_INPUT, 0, 0, 0, "no \"text\""};
  assert_string_equal(record(&options, &item, NULL, NULL, &error),
                      "{\"line\":7,\"error\":\"input\",\"message\":\"no \\\"text\\\"\"}\n");
  item = item_of("", "17", true);
  assert_string_equal(record(&options, &item, NULL, NULL, &error),
                      "{\"id\":17,\"line\":7,\"error\":\"input\",\"message\":\"no "
                      "\\\"text\\\"\"}\n");
  item = item_of("", "1\"7", false);
  assert_non_null(strstr(record(&options, &item, NULL, NULL, &error), "{\"id\":\"1\\\"7\","));
}

static void test_csv_result(void **state) {
  (void)state;
  narr_stream_options options = options_for(NARR_OUTPUT_CSV);
  options.explain = options.echo_text = true;
  narr_stream_item item = item_of("one, \"two\"\nthree", "x,1", false);
  assert_string_equal(record(&options, &item, &flagged, &why, NULL),
                      "\"x,1\",a;b,0.900000,0.250000,ok,,0.76,,\"one, \"\"two\"\"\nthree\","
                      "\"a;b:go home:+0.750 | a;b: \x1b\"\":-0.125\",\"look-alike:ho,me\"\n");
}

static void test_tsv_result(void **state) {
  (void)state;
  narr_stream_options options = options_for(NARR_OUTPUT_TSV);
  options.echo_text = true;
  narr_stream_item item = item_of("a\tb\nc\rd\\e\xC3", "\"\\u0041\\t\\ud83d\\ude00\"", true);
  assert_string_equal(record(&options, &item, &flagged, NULL, NULL),
                      "A\\t\xF0\x9F\x98\x80\ta;b\t0.900000\t0.250000\tok\t\t0.76\t\t"
                      "a\\tb\\nc\\rd\\\\e\xEF\xBF\xBD\n");
}

static void check_id(const char *json, const char *expected) {
  narr_buffer out = NARR_BUFFER_INIT;
  narr_stream_item item = item_of("", json, true);
  narr_record_plain_id(&out, &item);
  narr_buffer_byte(&out, '\0');
  assert_string_equal(out.data, expected);
  narr_buffer_free(&out);
}

static void test_plain_ids(void **state) {
  (void)state;
  check_id("12345678901234567890123", "12345678901234567890123");
  check_id("true", "true");
  check_id("\"\"", "");
  check_id("\"a\\\"b\\\\c\\/d\"", "a\"b\\c/d");
  check_id("\"\\b\\f\\n\\r\\t\"", "\b\f\n\r\t");
  check_id("\"\\u00e9\\u4E2D\"", "\xC3\xA9\xE4\xB8\xAD");
  check_id("\"\\ud83d!\\udc00\"", "\xEF\xBF\xBD!\xEF\xBF\xBD"); /* lone surrogates */
  check_id("\"\\ud83d\\u0041\"",
           "\xEF\xBF\xBD"
           "A");
  check_id("\"\\u12\"",
           "\xEF\xBF\xBD"
           "12");
  check_id("\"x\\\"", "x\\");
  check_id("\"", "\"");
}

static void test_table_line(void **state) {
  (void)state;
  narr_stream_options options = options_for(NARR_OUTPUT_TABLE);
  narr_stream_item item =
      item_of("\x1b[2Jred\x9b\xC2\x9b\xE2\x80\xAE\x7f\ttab\r\nline", "i\x1b", false);
  const char *line = record(&options, &item, &flagged, NULL, NULL);
  assert_string_equal(line,
                      "i\\x1b         a;b 0.900                           "
                      "  \\x1b[2Jred\xEF\xBF\xBD\\x9b\\u202e\\x7f tab  line\n");
}

static void test_table_line_is_cut(void **state) {
  (void)state;
  char text[200];
  memset(text, 'x', sizeof text);
  narr_stream_options options = options_for(NARR_OUTPUT_TABLE);
  narr_stream_item item = {.line = 1, .text = text, .text_length = 61};
  assert_non_null(strstr(record(&options, &item, &flagged, NULL, NULL), "xxx…\n"));
  item.text_length = 60;
  assert_null(strstr(record(&options, &item, &flagged, NULL, NULL), "…"));
  item.text_length = 0;
  narr_result nothing = {.scores = scores};
  assert_string_equal(record(&options, &item, &nothing, NULL, NULL), "1             -\n");
}

static void test_table_error(void **state) {
  (void)state;
  narr_stream_options options = options_for(NARR_OUTPUT_TABLE);
  narr_stream_item item = item_of("", NULL, false);
  narr_error error = {NARR_ERROR_INPUT, 0, 0, 0, "empty \x1b[0m record"};
  assert_string_equal(record(&options, &item, NULL, NULL, &error),
                      "7             error in line 7: empty \\x1b[0m record\n");
}

static void test_signed(void **state) {
  (void)state;
  narr_buffer out = NARR_BUFFER_INIT;
  narr_record_signed(&out, 0.5, 3);
  narr_record_signed(&out, -0.5, 3);
  narr_record_signed(&out, -0.0001, 3);
  narr_buffer_byte(&out, '\0');
  assert_string_equal(out.data, "+0.500-0.500+0.000");
  narr_buffer_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_json_result),
      cmocka_unit_test(test_json_everything),
      cmocka_unit_test(test_json_error),
      cmocka_unit_test(test_doubts),
      cmocka_unit_test(test_csv_result),
      cmocka_unit_test(test_tsv_result),
      cmocka_unit_test(test_plain_ids),
      cmocka_unit_test(test_table_line),
      cmocka_unit_test(test_table_line_is_cut),
      cmocka_unit_test(test_table_error),
      cmocka_unit_test(test_signed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
