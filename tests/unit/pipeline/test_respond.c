/* Records that come one by one get the answers that a stream writes. */
#include "base/alloc.h"
#include "support/model_fixture.h"

static const narr_response *respond(narr_responder *responder, const char *record, size_t length,
                                    uint64_t number) {
  const narr_response *response;
  narr_error error = NARR_ERROR_INIT;
  if (narr_respond(responder, record, length, number, &response, &error))
    fail_msg("%s", error.message);
  return response;
}

#define RESPOND(responder, string, number) respond(responder, string, strlen(string), number)

static narr_responder *responder_of(const narr_stream_options *options) {
  narr_responder *responder;
  narr_error error = NARR_ERROR_INIT;
  if (narr_responder_new(&responder, model, options, &error)) fail_msg("%s", error.message);
  return responder;
}

static void test_as_a_stream(void **state) {
  (void)state;
  static const char *const records[] = {"{\"id\":\"a\",\"text\":\"" WITHDRAWAL_TEXT "\"}",
                                        "{\"text\":\"" OTHER_TEXT "\"}",
                                        "{\"id\":7,\"text\":3}",
                                        "{\"id\":",
                                        "",
                                        "{\"id\":8,\"text\":\"\\ud83d\\ude00\"}"};
  narr_buffer input = NARR_BUFFER_INIT, answers = NARR_BUFFER_INIT;
  narr_stream_options options = NARR_STREAM_OPTIONS_INIT;
  options.explain = true;
  narr_responder *responder = responder_of(&options);
  for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
    narr_buffer_format(&input, "%s\n", records[i]);
    const narr_response *response = RESPOND(responder, records[i], i + 1);
    narr_buffer_append(&answers, response->data, response->length);
    assert_int_equal(response->failed, i >= 2 && i <= 4);
    assert_int_equal(response->message[0] != '\0', response->failed);
    assert_int_equal(response->flagged, i == 0);
  }
  stream_run run;
  run_bytes(&run, model, input.data, input.length, &options);
  narr_buffer_byte(&answers, '\0');
  assert_string_equal(answers.data, run.out.data);
  narr_responder_free(responder);
  narr_buffer_free(&run.out);
  narr_buffer_free(&input);
  narr_buffer_free(&answers);
}

static void test_format_of_the_first(void **state) {
  (void)state;
  narr_stream_options options = NARR_STREAM_OPTIONS_INIT;
  narr_responder *responder = responder_of(&options);
  assert_true(RESPOND(responder, "", 1)->failed); /* decides nothing */
  assert_true(RESPOND(responder, "[{\"text\":\"x\"}]", 2)->failed);
  assert_false(RESPOND(responder, "{\"text\":\"x\"}", 3)->failed);
  assert_true(RESPOND(responder, "plain words", 4)->failed);
  narr_responder_free(responder);
  responder = responder_of(&options);
  assert_false(RESPOND(responder, WITHDRAWAL_TEXT, 1)->failed);
  assert_false(RESPOND(responder, "{\"text\":\"x\"}", 2)->failed); /* a text like others */
  narr_responder_free(responder);
}

static void test_left_out(void **state) {
  (void)state;
  narr_stream_options options = NARR_STREAM_OPTIONS_INIT;
  options.input = NARR_INPUT_BLUESKY;
  options.only_flagged = true;
  narr_responder *responder = responder_of(&options);
  const narr_response *response =
      RESPOND(responder, "{\"did\":\"did:x\",\"kind\":\"account\",\"account\":{}}", 1);
  assert_true(response->skipped);
  assert_int_equal(response->length, 0);
  response = RESPOND(
      responder,
      "{\"did\":\"did:x\",\"kind\":\"commit\",\"commit\":{\"operation\":\"create\","
      "\"collection\":\"app.bsky.feed.post\",\"rkey\":\"1\",\"record\":{\"text\":\"" OTHER_TEXT
      "\"}}}",
      2);
  assert_false(response->skipped || response->failed || response->flagged);
  assert_int_equal(response->length, 0);
  narr_responder_free(responder);
}

static void test_too_long(void **state) {
  (void)state;
  narr_stream_options options = NARR_STREAM_OPTIONS_INIT;
  options.input = NARR_INPUT_LINES;
  options.max_record_bytes = 5;
  narr_responder *responder = responder_of(&options);
  assert_false(RESPOND(responder, "12345", 1)->failed);
  const narr_response *response = RESPOND(responder, "123456", 9);
  assert_true(response->failed);
  assert_string_equal(response->message, "record longer than 5 bytes");
  assert_non_null(strstr(response->data, "{\"line\":9,"));
  narr_responder_free(responder);
}

static void test_bad_options(void **state) {
  (void)state;
  narr_responder *responder;
  narr_stream_options options = NARR_STREAM_OPTIONS_INIT;
  options.input = NARR_INPUT_CSV;
  assert_int_equal(narr_responder_new(&responder, model, &options, NULL), NARR_ERROR_ARGUMENT);
  assert_null(responder);
  options = (narr_stream_options)NARR_STREAM_OPTIONS_INIT;
  options.max_record_bytes = 0;
  assert_int_equal(narr_responder_new(&responder, model, &options, NULL), NARR_ERROR_ARGUMENT);
  narr_responder_free(NULL);
}

static void test_no_memory(void **state) {
  (void)state;
  narr_stream_options options = NARR_STREAM_OPTIONS_INIT;
  narr_status status = NARR_ERROR_MEMORY;
  for (size_t nth = 1; status; nth++) {
    narr_responder *responder;
    const narr_response *response;
    narr_alloc_fail_at(nth);
    status = narr_responder_new(&responder, model, &options, NULL);
    if (!status) status = narr_respond(responder, "{\"text\":\"a b\"}", 14, 1, &response, NULL);
    narr_alloc_fail_at(0);
    if (status) assert_int_equal(status, NARR_ERROR_MEMORY);
    narr_responder_free(responder);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_as_a_stream), cmocka_unit_test(test_format_of_the_first),
      cmocka_unit_test(test_left_out),    cmocka_unit_test(test_too_long),
      cmocka_unit_test(test_bad_options), cmocka_unit_test(test_no_memory),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
