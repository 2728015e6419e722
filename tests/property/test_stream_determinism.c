/* What a stream writes depends on its bytes alone: not on the number of
 * threads, nor on the pieces in which it arrives; and no record is lost. */
#include "support/model_fixture.h"

enum { ROUNDS = 12, TOKENS = 400, LIMIT = 60 };

/* Pieces that records are made of, broken in all the ways that matter. */
static const char *const pieces[][16] = {
    [NARR_INPUT_LINES] = {WITHDRAWAL_TEXT, FLOOD_TEXT, "\n", "\r\n", "\r", "\n\n", "x", " ", "\xFF",
                          "\xEF\xBB\xBF", "\xE4\xB8\xAD", "\x1b[0m", "\"",
                          "a rather long run of letters ", "\n", "\t"},
    [NARR_INPUT_CSV] = {"1,x\n", "\"", "\"\"", ",", "\n", "\r\n", "\r", "2,\"" FLOOD_TEXT "\"\n",
                        "3,\"two\nlines\"\r\n", "x", "\xFF", "4,\"a\"\"b\"\r", "b\",\"", " ", "\n",
                        ",\n"},
    [NARR_INPUT_JSONL] = {"{\"text\":\"" FLOOD_TEXT "\"}\n", "{\"text\":\"x\",\"id\":\"a\\n\"}\r\n",
                          "{\"id\":17}\n", "{\"text\":\"", "\"}", "\n", "\r\n", " ", "\xFF", "{",
                          "[]\n", "{\"text\":\"a\\ud83d\\ude00\",\"id\":-1.5e3}\n", "null\n", "\\",
                          "\xEF\xBB\xBF", "\n"},
    [NARR_INPUT_TELEGRAM] = {"{\n", "\"name\":\"x\",\"type\":\"y\",", "\"messages\":[",
                             "{\"id\":1,\"text\":\"" FLOOD_TEXT "\"}", ",", "]", "}\n",
                             "{\"id\":2,\"text\":[\"a\",{\"text\":\"b\"}]}", "\"", "\\", "{", "[",
                             "\n", "{\"type\":\"service\",\"text\":\"\"}",
                             "{\"text\":\"\\x0b } ] \\\"\"}", "\xFF"},
    [NARR_INPUT_4CAT] = {"thread_id,id,body\n", "{\"body\":\"" FLOOD_TEXT "\"}\n", "1,2,x\n", "\"",
                         ",", "\n", "\r", "{", "[", "a", "1,2,\"two\nlines\"\n", " ", "\xFF",
                         "body,x\n", "3,4,5\r\n", "\"\""},
    [NARR_INPUT_JSON] =
        {"[{\"text\":\"" FLOOD_TEXT "\"}", ",{\"id\":1,\"text\":\"x\"}", "]", "\n",
         "{\"text\":\"y\"}\n", "{\"id_str\":\"5\",\"user\":{},\"text\":\"z\"}\n", "\"", "[", "{",
         "}", "\\", "a rather long run of letters ",
         "{\"data\":[{\"id\":\"3\",\"text\":\"p\",\"edit_history_tweet_ids\":[]}]}\n", " ", "\r\n",
         "\xFF"},
    [NARR_INPUT_TSV] = {"1\t" FLOOD_TEXT "\n", "\t", "\\", "\\t", "\\n", "\n", "\r\n", "x", " ",
                        "\xFF", "2\ty\tz\n", "\\\\", "\\0", "id\t\n", "\n", WITHDRAWAL_TEXT "\n"}};

static void make_input(narr_buffer *out, narr_input_format format, narr_prng *prng) {
  narr_buffer_clear(out);
  if (narr_prng_below(prng, 2)) narr_buffer_string(out, "\xEF\xBB\xBF");
  if (format == NARR_INPUT_CSV) narr_buffer_string(out, "id,text\n");
  size_t count = (size_t)narr_prng_below(prng, TOKENS);
  for (size_t i = 0; i < count; i++)
    narr_buffer_string(out, pieces[format][narr_prng_below(prng, 16)]);
}

static narr_stream_options make_options(narr_input_format format, narr_prng *prng) {
  narr_stream_options options = NARR_STREAM_OPTIONS_INIT;
  options.input = format;
  options.output = (narr_output_format)narr_prng_below(prng, 4);
  options.explain = narr_prng_below(prng, 2);
  options.echo_text = narr_prng_below(prng, 2);
  options.only_flagged = narr_prng_below(prng, 4) == 0;
  options.strict = narr_prng_below(prng, 8) == 0;
  options.flush_lines = narr_prng_below(prng, 2);
  options.max_record_bytes = 1 + (size_t)narr_prng_below(prng, 2 * LIMIT);
  if (format == NARR_INPUT_CSV) options.max_record_bytes += strlen("id,text");
  return options;
}

static void check_same(const stream_run *first, const stream_run *run) {
  assert_int_equal(run->status, first->status);
  assert_string_equal(run->error.message, first->error.message);
  assert_int_equal(run->out.length, first->out.length);
  assert_memory_equal(run->out.data, first->out.data, first->out.length);
  assert_int_equal(run->stats.records, first->stats.records);
  assert_int_equal(run->stats.errors, first->stats.errors);
  assert_int_equal(run->stats.flagged, first->stats.flagged);
}

static void check_input(const narr_buffer *input, narr_stream_options options, uint64_t seed) {
  static const size_t longest[] = {1, 7, 300};
  stream_run first;
  options.jobs = 1;
  run_bytes(&first, model, input->data, input->length, &options);
  if (options.output == NARR_OUTPUT_JSONL && !options.only_flagged && !options.strict)
    assert_int_equal(count_of(first.out.data, "\n"), first.stats.records - first.stats.skipped);
  for (options.jobs = 1; options.jobs <= 4; options.jobs *= 2)
    for (int pass = 0; pass < 4; pass++) {
      stream_run run;
      if (pass == 3)
        run_bytes(&run, model, input->data, input->length, &options);
      else
        run_packets(&run, model, input->data, input->length, seed + (uint64_t)pass, longest[pass],
                    &options);
      check_same(&first, &run);
      if (!first.status) assert_int_equal(run.stats.bytes, input->length);
      run_free(&run);
    }
  run_free(&first);
}

static void test_threads_and_pieces(void **state) {
  (void)state;
  narr_buffer input = NARR_BUFFER_INIT;
  narr_prng prng = {20250101};
  for (int round = 0; round < ROUNDS; round++)
    for (size_t format = 0; format < sizeof pieces / sizeof *pieces; format++) {
      if (!pieces[format][0]) continue;
      make_input(&input, (narr_input_format)format, &prng);
      check_input(&input, make_options((narr_input_format)format, &prng), narr_prng_next(&prng));
    }
  narr_buffer_free(&input);
}

/* Enough records for several chunks and reads. */
static void test_long_stream(void **state) {
  (void)state;
  narr_buffer input = NARR_BUFFER_INIT;
  narr_prng prng = {7};
  while (input.length < 400000) {
    narr_buffer_string(&input, pieces[NARR_INPUT_LINES][narr_prng_below(&prng, 2)]);
    narr_buffer_string(&input, pieces[NARR_INPUT_LINES][narr_prng_below(&prng, 16)]);
  }
  narr_stream_options options = NARR_STREAM_OPTIONS_INIT;
  options.input = NARR_INPUT_LINES;
  options.output = NARR_OUTPUT_CSV;
  options.jobs = 1;
  stream_run first;
  run_bytes(&first, model, input.data, input.length, &options);
  assert_int_equal(first.status, NARR_OK);
  for (options.jobs = 2; options.jobs <= 4; options.jobs++) {
    stream_run run;
    run_packets(&run, model, input.data, input.length, options.jobs, 30000, &options);
    check_same(&first, &run);
    run_free(&run);
  }
  run_free(&first);
  narr_buffer_free(&input);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_threads_and_pieces),
      cmocka_unit_test(test_long_stream),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
