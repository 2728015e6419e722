/* The text and id of a JSON post, and what is wrong with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above */
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "data/json_post.h"

typedef struct reading {
  narr_status status;
  narr_error error;
  char text[256]; /* NUL-terminated copies; "" where there is none */
  size_t text_length;
  char id[256];
} reading;

static void copy(char *to, const char *from, size_t length) {
  assert_true(length < 256);
  if (from) memcpy(to, from, length);
  to[from ? length : 0] = '\0';
}

/* Reads from a buffer of just the size that is promised, full of `padding`. */
static reading read_padded(narr_json *json, const char *bytes, size_t length, char padding) {
  char *buffer = malloc(length + NARR_JSON_PADDING);
  assert_non_null(buffer);
  memcpy(buffer, bytes, length);
  memset(buffer + length, padding, NARR_JSON_PADDING);
  reading r = {.error = NARR_ERROR_INIT};
  narr_post post;
  r.status = narr_json_read(json, buffer, length, &post, &r.error);
  copy(r.text, post.text, post.text_length);
  copy(r.id, post.id, post.id_length);
  r.text_length = post.text_length;
  if (r.status) assert_null(post.text);
  free(buffer);
  return r;
}

/* What stands behind the record must not matter. */
static reading read_post(narr_json *json, const char *record) {
  reading first = read_padded(json, record, strlen(record), ' ');
  static const char paddings[] = {'}', '"', '\0', ',', '1', (char)0xFF};
  for (size_t i = 0; i < sizeof paddings; i++) {
    reading again = read_padded(json, record, strlen(record), paddings[i]);
    assert_int_equal(again.status, first.status);
    assert_string_equal(again.error.message, first.error.message);
    assert_string_equal(again.text, first.text);
    assert_string_equal(again.id, first.id);
  }
  return first;
}

static narr_status try_json(narr_json **out, const char *text_path, const char *id_path,
                            narr_error *error) {
  return narr_json_new(out, &(narr_post_paths){.text = text_path, .id = id_path}, error);
}

static narr_json *new_json(const char *text_path, const char *id_path) {
  narr_json *json;
  assert_int_equal(try_json(&json, text_path, id_path, NULL), NARR_OK);
  return json;
}

static void check_good(narr_json *json, const char *record, const char *text, const char *id) {
  reading r = read_post(json, record);
  if (r.status) fail_msg("%s: %s", record, r.error.message);
  assert_string_equal(r.text, text);
  assert_string_equal(r.id, id);
}

static void check_bad(narr_json *json, const char *record, const char *message, const char *id) {
  reading r = read_post(json, record);
  assert_int_equal(r.status, NARR_ERROR_INPUT);
  assert_int_equal(r.error.status, NARR_ERROR_INPUT);
  if (strncmp(r.error.message, message, strlen(message)) != 0)
    fail_msg("%s: %s\nexpected: %s", record, r.error.message, message);
  assert_string_equal(r.id, id);
}

static void text_and_id(void **state) {
  (void)state;
  narr_json *json = new_json("text", "id");
  check_good(json, "{\"id\":17,\"text\":\"hello\"}", "hello", "17");
  check_good(json, " {\"text\" : \"hello\" , \"id\" : \"a1\" } \r\n", "hello", "\"a1\"");
  check_good(json, "{\"text\":\"\"}", "", "");
  check_good(json, "{\"text\":\"Војска \\u041d\\u0410\\u0422\\u041E \\ud83d\\ude00\\n\\\"\"}",
             "Војска НАТО 😀\n\"", "");
  check_good(json, "{\"te\\u0078t\":\"x\",\"i\\u0064\":1}", "x", "1");
  check_good(json, "{\"user\":{\"text\":\"no\",\"id\":1},\"text\":\"yes\",\"list\":[{\"text\":2}]}",
             "yes", "");
  narr_json_free(json);
  json = new_json("text", NULL);
  check_good(json, "{\"id\":17,\"text\":\"hello\"}", "hello", "");
  narr_json_free(json);
}

static void text_may_hold_nul(void **state) {
  (void)state;
  narr_json *json = new_json("text", NULL);
  static const char record[] = "{\"text\":\"a\\u0000b\"}";
  reading r = read_padded(json, record, sizeof record - 1, ' ');
  assert_int_equal(r.status, NARR_OK);
  assert_int_equal(r.text_length, 3);
  assert_memory_equal(r.text, "a\0b", 3);
  narr_json_free(json);
}

static void ids_are_kept_as_they_stand(void **state) {
  (void)state;
  narr_json *json = new_json("text", "id");
  static const char *const kept[] = {
      "0",     "-1",   "12345678901234567890123", "1.50", "1e5", "-0.1E+7", "true",
      "false", "\"\"", "\"\\u0061\\n\\\\\""};
  static const char *const absent[] = {"null", "{}", "[]", "{\"id\":3}", "[1,[2]]"};
  char record[128];
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
    strcat(strcat(strcpy(record, "{\"id\": "), kept[i]), " ,\"text\":\"x\"}");
    check_good(json, record, "x", kept[i]);
    strcat(strcat(strcpy(record, "{\"text\":\"x\",\"id\":"), kept[i]), "}");
    check_good(json, record, "x", kept[i]);
  }
  for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
    strcat(strcat(strcpy(record, "{\"id\":"), absent[i]), ",\"text\":\"x\"}");
    check_good(json, record, "x", "");
  }
  static const char *const malformed[] = {"01", "1.",  ".5", "1e",      "+1",         "--1",
                                          "1x", "tru", "-",  "\"\\x\"", "\"\\ud800\""};
  for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
    strcat(strcat(strcpy(record, "{\"id\":"), malformed[i]), ",\"text\":\"x\"}");
    check_bad(json, record, "not valid JSON: ", "");
  }
  narr_json_free(json);
}

static void dotted_paths(void **state) {
  (void)state;
  narr_json *json = new_json("data.text", "data.meta.id");
  check_good(json, "{\"data\":{\"meta\":{\"id\":5},\"text\":\"in\"},\"text\":\"out\"}", "in", "5");
  check_good(json, "{\"data.text\":\"whole\",\"data\":{\"text\":\"in\"}}", "whole", "");
  check_good(json, "{\"data\":{\"text\":\"in\"},\"data.text\":\"whole\"}", "whole", "");
  check_good(json, "{\"data\":{\"text\":\"in\",\"meta.id\":7,\"meta\":{\"id\":8}}}", "in", "7");
  check_good(json, "{\"data\":{\"text\":\"in\",\"meta\":{\"id\":8},\"meta.id\":7}}", "in", "7");
  check_bad(json, "{\"data\":\"text\"}", "no field \"data.text\"", "");
  check_bad(json, "{\"data\":[{\"text\":\"x\"}]}", "no field \"data.text\"", "");
  check_bad(json, "{\"text\":\"x\",\"other\":{\"text\":\"y\"}}", "no field \"data.text\"", "");
  check_bad(json, "{\"data\":{\"meta\":{\"id\":1}}}", "no field \"data.text\"", "1");
  check_bad(json, "{\"data.text\":3,\"data\":{\"text\":\"in\"}}",
            "field \"data.text\" is not a string", "");
  narr_json_free(json);
  json = new_json("post", "post.id"); /* one wants what the other is in */
  check_good(json, "{\"post\":\"x\"}", "x", "");
  check_bad(json, "{\"post\":{\"id\":1}}", "field \"post\" is not a string", "1");
  narr_json_free(json);
  json = new_json("text", "text");
  check_good(json, "{\"text\":\"a\\nb\"}", "a\nb", "\"a\\nb\"");
  narr_json_free(json);
}

static void first_of_a_repeated_key_wins(void **state) {
  (void)state;
  narr_json *json = new_json("text", "id");
  check_good(json, "{\"text\":\"1st\",\"id\":1,\"text\":\"2nd\",\"id\":2}", "1st", "1");
  check_bad(json, "{\"text\":null,\"text\":\"2nd\"}", "field \"text\" is not a string", "");
  narr_json_free(json);
  json = new_json("a.text", NULL);
  check_bad(json, "{\"a\":{},\"a\":{\"text\":\"x\"}}", "no field \"a.text\"", "");
  check_bad(json, "{\"a\":1,\"a\":{\"text\":\"x\"}}", "no field \"a.text\"", "");
  check_good(json, "{\"a\":{\"text\":\"1st\",\"text\":\"2nd\"}}", "1st", "");
  narr_json_free(json);
}

static void missing_text_keeps_the_id(void **state) {
  (void)state;
  narr_json *json = new_json("text", "id");
  check_bad(json, "{}", "no field \"text\"", "");
  check_bad(json, "{\"id\":\"a\"}", "no field \"text\"", "\"a\"");
  check_bad(json, "{\"text\":5,\"id\":6}", "field \"text\" is not a string", "6");
  check_bad(json, "{\"text\":{\"text\":\"x\"}}", "field \"text\" is not a string", "");
  check_bad(json, "{\"text\":[\"x\"],\"id\":1}", "field \"text\" is not a string", "1");
  check_bad(json, "{\"text\":true}", "field \"text\" is not a string", "");
  narr_json_free(json);
}

static void broken_json(void **state) {
  (void)state;
  narr_json *json = new_json("text", "id");
  static const char *const records[] = {
      "",
      "   ",
      "hello",
      "{",
      "}",
      "{\"text\"",
      "{\"text\":",
      "{\"text\":\"x",
      "{\"text\":\"x\"",
      "{\"text\":\"x\",",
      "{\"text\":\"x\",}",
      "{\"text\":\"x\"}}",
      "{\"text\":\"x\"} trailing",
      "{\"text\":\"x\"}{\"text\":\"y\"}",
      "{\"text\":\"x\"},",
      "{\"text\" \"x\"}",
      "{\"text\":\"x\" \"id\":1}",
      "{text:\"x\"}",
      "{\"text\":\"x\",\"a\":[1,2}",
      "{\"text\":\"x\",\"a\":{\"b\":1}",
      "{\"text\":\"\\q\"}",
      "{\"text\":\"\\ud800\"}",
      "{\"text\":\"\\u12\"}",
      "{\"text\":\"a\nb\"}",
      "{\"text\":\"\xFF\"}",
      "{\"text\":\"x\",\"a\":\"\xC3\"}",
      "\xEF\xBB{\"text\":\"x\"}",
  };
  for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
    reading r = read_post(json, records[i]);
    assert_int_equal(r.status, NARR_ERROR_INPUT);
    assert_true(strlen(r.error.message) > 10);
    assert_string_equal(r.id, "");
  }
  check_bad(json, "[{\"text\":\"x\"}]", "not a JSON object", "");
  check_bad(json, "\"text\"", "not a JSON object", "");
  check_bad(json, "17", "not a JSON object", "");
  check_bad(json, "null", "not a JSON object", "");
  check_bad(json, "", "not valid JSON: it is empty", "");
  check_bad(json, "{\"text\":\"\xFF\"}", "not valid JSON: it has invalid UTF-8", "");
  check_bad(json, "{\"text\":\"x\"", "not valid JSON: it is cut off, or has text", "");
  check_bad(json, "{\"text\":\"x\"}{}", "not valid JSON: it has text behind its end", "");
  check_good(json, "{\"text\":\"fine\"}", "fine", ""); /* errors leave nothing behind */
  narr_json_free(json);
}

/* Depth costs no stack: it is either skipped over or an error. */
static void deep_nesting(void **state) {
  (void)state;
  size_t depth = 200000;
  char *record = malloc(2 * depth + 64 + NARR_JSON_PADDING);
  assert_non_null(record);
  narr_json *json = new_json("text", NULL);
  narr_post post;
  for (int closed = 0; closed < 2; closed++) {
    char *at = record;
    at += strlen(strcpy(at, "{\"a\":"));
    memset(at, '[', depth);
    at += depth;
    if (closed) memset(at, ']', depth), at += depth;
    at += strlen(strcpy(at, ",\"text\":\"x\"}"));
    memset(at, ' ', NARR_JSON_PADDING);
    narr_status status = narr_json_read(json, record, (size_t)(at - record), &post, NULL);
    if (!closed) assert_int_equal(status, NARR_ERROR_INPUT);
    if (status == NARR_OK) assert_memory_equal(post.text, "x", 1);
  }
  narr_json_free(json);
  free(record);
}

static void paths_are_checked(void **state) {
  (void)state;
  static const char *const bad[] = {"", ".", "a.", ".a", "a..b"};
  narr_json *json;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    narr_error error = NARR_ERROR_INIT;
    assert_int_equal(try_json(&json, bad[i], NULL, &error), NARR_ERROR_ARGUMENT);
    assert_null(json);
    assert_int_equal(error.status, NARR_ERROR_ARGUMENT);
    assert_int_equal(try_json(&json, "text", bad[i], NULL), NARR_ERROR_ARGUMENT);
  }
  char deep[2048] = "a";
  for (size_t i = 0; i < 1000; i++) strcat(deep, ".a");
  assert_int_equal(try_json(&json, deep, NULL, NULL), NARR_ERROR_ARGUMENT);
  narr_json_free(NULL);
}

static bool is(narr_field field, const char *wanted) {
  return field.length == strlen(wanted) &&
         (field.length == 0 || memcmp(field.data, wanted, field.length) == 0);
}

static void other_fields(void **state) {
  (void)state;
  static const struct {
    const char *record, *lang, *time, *author;
  } cases[] = {
      {"{\"text\":\"a\",\"lang\":\"sq\",\"date\":\"2025\",\"user\":\"b\\u0041\"}", "sq", "2025",
       "bA"},
      {"{\"user\":{\"name\":\"n\"},\"at\":17.5,\"date\":1,\"text\":\"a\"}", "", "17.5", "n"},
      {"{\"text\":\"a\",\"user\":null,\"at\":[1],\"date\":\"x\",\"lang\":{}}", "", "x", ""},
      {"{\"text\":\"a\",\"at\":\"\",\"date\":\"x\"}", "", "x", ""},
  };
  narr_json *json;
  narr_post_paths paths = {
      .text = "text", .lang = "lang", .time = "at|date", .author = "user|user.name"};
  assert_int_equal(narr_json_new(&json, &paths, NULL), NARR_OK);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char record[200 + NARR_JSON_PADDING] = "";
    strcpy(record, cases[i].record);
    narr_post post;
    assert_int_equal(narr_json_read(json, record, strlen(record), &post, NULL), NARR_OK);
    assert_null(post.id);
    assert_true(is(post.lang, cases[i].lang));
    assert_true(is(post.time, cases[i].time));
    assert_true(is(post.author, cases[i].author));
  }
  narr_json_free(json);
}

static void alternatives_are_checked(void **state) {
  (void)state;
  static const char *const bad[] = {
      "", "a|", "|a", "a||b", "a|b.", "1|2|3|4|5|6|7|8|9|a|b|c|d|e|f|g|h|i|j|k|l|m|n|o"};
  narr_json *json;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    narr_error error = NARR_ERROR_INIT;
    narr_post_paths paths = {.text = "text", .time = bad[i]};
    assert_int_equal(narr_json_new(&json, &paths, &error), NARR_ERROR_ARGUMENT);
    assert_null(json);
  }
}

static void no_memory(void **state) {
  (void)state;
  for (size_t n = 1; n <= 7; n++) {
    narr_json *json;
    narr_alloc_fail_at(n);
    narr_status status = try_json(&json, "text", "id", NULL);
    narr_alloc_fail_at(0);
    assert_int_equal(status, n <= 6 ? NARR_ERROR_MEMORY : NARR_OK);
    if (status) assert_null(json);
    narr_json_free(json);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(text_and_id),
      cmocka_unit_test(text_may_hold_nul),
      cmocka_unit_test(ids_are_kept_as_they_stand),
      cmocka_unit_test(dotted_paths),
      cmocka_unit_test(first_of_a_repeated_key_wins),
      cmocka_unit_test(missing_text_keeps_the_id),
      cmocka_unit_test(broken_json),
      cmocka_unit_test(deep_nesting),
      cmocka_unit_test(paths_are_checked),
      cmocka_unit_test(other_fields),
      cmocka_unit_test(alternatives_are_checked),
      cmocka_unit_test(no_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
