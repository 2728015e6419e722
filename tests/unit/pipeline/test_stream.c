/* Streams from bytes to bytes: what comes in, what goes out, how they end. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>

#include "base/alloc.h"
#include "support/stream_run.h"

static narr_model *model;
static narr_buffer kept = NARR_BUFFER_INIT; /* what output_of() returned */

static void assert_begins(const char *text, const char *expected) {
  if (strncmp(text, expected, strlen(expected)) != 0)
    fail_msg("\"%.300s\" does not begin with \"%s\"", text, expected);
}

static narr_stream_options options_of(narr_input_format input) {
  narr_stream_options options = NARR_STREAM_OPTIONS_INIT;
  options.input = input;
  options.jobs = 2;
  return options;
}

/* Runs `input`, which must go well, and returns what came out until the
 * next call. */
static const char *output_of(const char *input, size_t length, const narr_stream_options *options,
                             stream_run *run) {
  run_bytes(run, model, input, length, options);
  if (run->status) fail_msg("%s", run->error.message);
  narr_buffer_free(&kept);
  kept = run->out;
  return kept.data;
}

#define OUTPUT_OF(input, options, run) output_of(input, sizeof(input) - 1, options, run)

/* ---- Records ------------------------------------------------------------------- */

static void test_order(void **state) {
  (void)state;
  narr_buffer input = NARR_BUFFER_INIT;
  enum { RECORDS = 3000 };
  for (int i = 0; i < RECORDS; i++)
    narr_buffer_format(&input, "{\"text\":\"%s\",\"id\":\"post %d\"}\n",
                       i % 3 ? OTHER_TEXT : WITHDRAWAL_TEXT, i);
  for (unsigned jobs = 1; jobs <= 4; jobs++) {
    narr_stream_options options = options_of(NARR_INPUT_JSONL);
    options.jobs = jobs;
    stream_run run;
    const char *at = output_of(input.data, input.length, &options, &run);
    for (int i = 0; i < RECORDS; i++) {
      char expected[64];
      snprintf(expected, sizeof expected, "{\"id\":\"post %d\",\"labels\":[%s],", i,
               i % 3 ? "" : "\"withdrawal\"");
      assert_begins(at, expected);
      at = strchr(at, '\n') + 1;
    }
    assert_string_equal(at, "");
    assert_int_equal(run.stats.records, RECORDS);
    assert_int_equal(run.stats.flagged, RECORDS / 3);
    assert_int_equal(run.stats.errors, 0);
    assert_int_equal(run.stats.bytes, input.length);
    assert_false(run.stats.stopped || run.stats.closed);
  }
  narr_buffer_free(&input);
}

static void test_lines(void **state) {
  (void)state;
  narr_stream_options options = options_of(NARR_INPUT_LINES);
  options.echo_text = true;
  stream_run run;
  const char *out = OUTPUT_OF(
      "\xEF\xBB\xBF"
      "one\r\n\ntw\0o\n\xEF\xBB\xBF\xFF\nlast",
      &options, &run);
  assert_int_equal(run.stats.records, 5);
  assert_int_equal(run.stats.errors, 0);
  assert_int_equal(count_of(out, "\n"), 5);
  assert_non_null(strstr(out, "{\"id\":1,\"text\":\"one\",\"labels\":[]"));
  assert_non_null(strstr(out, "{\"id\":2,\"text\":\"\",\"labels\":[]"));
  assert_non_null(strstr(out, "{\"id\":3,\"text\":\"tw\\u0000o\","));
  assert_non_null(strstr(out, "{\"id\":4,\"text\":\"\xEF\xBB\xBF\xEF\xBF\xBD\","));
  assert_non_null(strstr(out, "\"repaired\":1}\n{\"id\":5,\"text\":\"last\","));
}

static void test_empty_input(void **state) {
  (void)state;
  stream_run run;
  narr_stream_options options = options_of(NARR_INPUT_LINES);
  assert_string_equal(OUTPUT_OF("", &options, &run), "");
  assert_string_equal(OUTPUT_OF("\xEF\xBB\xBF", &options, &run), "");
  assert_int_equal(run.stats.records, 0);
  assert_non_null(strstr(OUTPUT_OF("\xEF\xBB", &options, &run), "\"repaired\":1"));
}

static void test_json_errors(void **state) {
  (void)state;
  narr_stream_options options = options_of(NARR_INPUT_JSONL);
  stream_run run;
  const char *out = OUTPUT_OF(
      "{\"text\":\"a\"}\n \t\n{\"text\":\"\xFF\"}\n{\"id\":\"n\\\"1\",\"body\":\"b\"}\n"
      "{\"text\":\"cut\n[1]\n{\"text\":\"b\",\"id\":9}",
      &options, &run);
  assert_int_equal(run.stats.records, 7);
  assert_int_equal(run.stats.errors, 5);
  assert_int_equal(count_of(out, "\n"), 7);
  assert_non_null(strstr(out, "{\"id\":1,\"labels\""));
  assert_non_null(strstr(out, "\n{\"line\":2,\"error\":\"input\",\"message\":\"empty record\"}\n"));
  assert_non_null(strstr(out, "\n{\"line\":3,\"error\":\"input\",\"message\":\""));
  assert_non_null(strstr(out, "\n{\"id\":\"n\\\"1\",\"line\":4,\"error\":\"input\","));
  assert_non_null(strstr(out, "\n{\"line\":5,\"error\":\"input\","));
  assert_non_null(strstr(out, "\n{\"line\":6,\"error\":\"input\","));
  assert_non_null(strstr(out, "\n{\"id\":9,\"labels\""));
}

static void test_json_fields(void **state) {
  (void)state;
  narr_stream_options options = options_of(NARR_INPUT_JSONL);
  options.text_field = "data.body";
  options.id_field = NULL;
  options.echo_text = true;
  stream_run run;
  const char *out = OUTPUT_OF("{\"id\":8,\"data\":{\"body\":\"x\\ny\"}}\n", &options, &run);
  assert_non_null(strstr(out, "{\"id\":1,\"text\":\"x\\ny\",\"labels\""));
}

static void test_tsv(void **state) {
  (void)state;
  narr_stream_options options = options_of(NARR_INPUT_TSV);
  options.echo_text = true;
  stream_run run;
  const char *out = OUTPUT_OF("a\\t1\ttwo\\nlines \\\\ \\x\nonly text\n\tno id\n\nx\ty\tz\nid\t\n",
                              &options, &run);
  static const char *const starts[] = {
      "{\"id\":\"a\\t1\",\"text\":\"two\\nlines \\\\ \\\\x\",",
      "{\"id\":2,\"text\":\"only text\",",
      "{\"id\":3,\"text\":\"no id\",",
      "{\"id\":4,\"text\":\"\",",
      "{\"line\":5,\"error\":\"input\",\"message\":\"more than two columns",
      "{\"id\":\"id\",\"text\":\"\","};
  for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
    assert_begins(out, starts[i]);
    out = strchr(out, '\n') + 1;
  }
  assert_string_equal(out, "");
}

/* Chunk headers are not answered, wherever reads cut the input. */
static void test_chunk_headers(void **state) {
  (void)state;
  enum { CHUNKS = 60 };
  narr_buffer input = NARR_BUFFER_INIT;
  size_t rows = 0;
  for (size_t i = 0; i < CHUNKS; i++) {
    size_t here = i % 5 * 7; /* 0, too */
    narr_buffer_format(&input, i % 2 ? "%zu\r\n" : "%zu\n", here);
    for (size_t k = 0; k < here; k++) narr_buffer_format(&input, "r%zu\t17\n", rows++);
  }
  narr_stream_options options = options_of(NARR_INPUT_TSV);
  options.chunk_headers = true;
  static const size_t longest[] = {1, 3, 40, 30000};
  for (size_t pass = 0; pass < sizeof longest / sizeof *longest; pass++) {
    stream_run run;
    run_packets(&run, model, input.data, input.length, pass, longest[pass], &options);
    assert_int_equal(run.status, NARR_OK);
    assert_int_equal(run.stats.records, rows);
    const char *at = run.out.data;
    for (size_t i = 0; i < rows; i++) {
      char expected[32];
      snprintf(expected, sizeof expected, "{\"id\":\"r%zu\",", i);
      assert_begins(at, expected);
      at = strchr(at, '\n') + 1;
    }
    assert_string_equal(at, "");
    run_free(&run);
  }
  narr_buffer_free(&input);
}

/* What came before a line that should be a chunk header is answered. */
static void test_bad_chunk_header(void **state) {
  (void)state;
  static const char *const bad[] = {"two", "-1", "1 ", "", "99999999999999999999999"};
  narr_stream_options options = options_of(NARR_INPUT_LINES);
  options.chunk_headers = true;
  options.name = "pipe";
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    char input[80];
    snprintf(input, sizeof input, "1\nfirst\n%s\nthird\n", bad[i]);
    stream_run run;
    run_string(&run, model, input, &options);
    assert_int_equal(run.status, NARR_ERROR_INPUT);
    assert_begins(run.error.message, "pipe:3: a chunk header is");
    assert_int_equal(run.error.line, 3);
    assert_int_equal(run.stats.records, 1);
    assert_int_equal(count_of(run.out.data, "\n"), 1);
    run_free(&run);
  }
}

static void test_over_long(void **state) {
  (void)state;
  narr_stream_options options = options_of(NARR_INPUT_LINES);
  options.max_record_bytes = 4;
  options.echo_text = true;
  stream_run run;
  const char *out =
      OUTPUT_OF("abcd\r\nabcde\nabcdef\nabcdefg\nabcdefghijkl\nx\nabcdefgh", &options, &run);
  assert_int_equal(run.stats.records, 7);
  assert_int_equal(run.stats.errors, 5);
  assert_non_null(strstr(out, "{\"id\":1,\"text\":\"abcd\","));
  for (int line = 2; line <= 7; line++) {
    char expected[100];
    snprintf(expected, sizeof expected,
             "\n{\"line\":%d,\"error\":\"input\",\"message\":\"record longer than 4 bytes\"}",
             line);
    if (line != 6) assert_non_null(strstr(out, expected));
  }
  assert_non_null(strstr(out, "\n{\"id\":6,\"text\":\"x\","));
}

static void test_only_flagged(void **state) {
  (void)state;
  narr_stream_options options = options_of(NARR_INPUT_LINES);
  options.only_flagged = true;
  options.max_record_bytes = 100;
  narr_buffer input = NARR_BUFFER_INIT;
  narr_buffer_string(&input, OTHER_TEXT "\n" WITHDRAWAL_TEXT "\n");
  for (int i = 0; i < 200; i++) narr_buffer_byte(&input, 'x');
  narr_buffer_string(&input, "\n" FLOOD_TEXT "\n" OTHER_TEXT "\n");
  for (int flush = 0; flush < 2; flush++) {
    options.flush_lines = flush;
    stream_run run;
    const char *out = output_of(input.data, input.length, &options, &run);
    assert_begins(out, "{\"id\":2,\"labels\":[\"withdrawal\"]");
    assert_non_null(strstr(out, "\n{\"line\":3,"));
    assert_non_null(strstr(out, "\n{\"id\":4,\"labels\":[\"weather/flood\"]"));
    assert_int_equal(count_of(out, "\n"), 3);
    assert_int_equal(run.stats.records, 5);
    assert_int_equal(run.stats.flagged, 2);
  }
  narr_buffer_free(&input);
}

/* ---- CSV ------------------------------------------------------------------------- */

static void test_csv(void **state) {
  (void)state;
  narr_stream_options options = options_of(NARR_INPUT_CSV);
  options.echo_text = true;
  stream_run run;
  const char *out = OUTPUT_OF(
      "\xEF\xBB\xBF"
      "id,text\r\n"
      "a\"b,x\r\n"                    /* 2: a quote in an unquoted field */
      "\"k\"\"1\",\"two\nlines\"\r\n" /* 3 */
      "\r\n"                          /* 5: blank */
      "only one\n"                    /* 6 */
      ",no id\n"                      /* 7 */
      "17,\"\"\n"                     /* 8 */
      "z,\"open\nend",                /* 9, 10 */
      &options, &run);
  assert_int_equal(run.stats.records, 8);
  assert_int_equal(run.stats.errors, 5);
  assert_int_equal(count_of(out, "\n"), 8);
  assert_begins(out, "{\"line\":2,\"error\":\"input\",");
  assert_non_null(strstr(out, "\n{\"id\":\"k\\\"1\",\"text\":\"two\\nlines\",\"labels\""));
  assert_non_null(strstr(out, "\n{\"line\":5,\"error\":\"input\",\"message\":\"empty record\"}"));
  assert_non_null(strstr(out,
                         "\n{\"line\":6,\"error\":\"input\",\"message\":"
                         "\"1 field where the header has 2\"}"));
  assert_non_null(strstr(out, "\n{\"id\":7,\"text\":\"no id\","));
  assert_non_null(strstr(out, "\n{\"id\":\"17\",\"text\":\"\","));
  assert_non_null(strstr(out, "\n{\"line\":9,\"error\":\"input\","));
  assert_non_null(strstr(out, "\n{\"line\":10,\"error\":\"input\","));
}

static void test_csv_columns(void **state) {
  (void)state;
  narr_stream_options options = options_of(NARR_INPUT_CSV);
  options.text_column = "post";
  options.id_column = "key";
  options.delimiter = ';';
  options.echo_text = true;
  stream_run run;
  const char *out = OUTPUT_OF("id;key;post\n1;k;a,b\n", &options, &run);
  assert_non_null(strstr(out, "{\"id\":\"k\",\"text\":\"a,b\","));
  assert_string_equal(OUTPUT_OF("id;key;post\n", &options, &run), "");
}

static void check_bad_header(const char *input, const narr_stream_options *options,
                             const char *message) {
  stream_run run;
  for (unsigned jobs = 1; jobs < 3; jobs++) {
    narr_stream_options chosen = *options;
    chosen.jobs = jobs;
    run_string(&run, model, input, &chosen);
    assert_int_equal(run.status, NARR_ERROR_INPUT);
    assert_string_equal(run.error.message, message);
    assert_int_equal(run.error.line, 1);
    assert_int_equal(run.out.length, 0);
    run_free(&run);
  }
}

static void test_csv_bad_header(void **state) {
  (void)state;
  narr_stream_options options = options_of(NARR_INPUT_CSV);
  options.output = NARR_OUTPUT_CSV;
  check_bad_header("", &options, "<stream>:1: no header: the input is empty");
  check_bad_header("\n1,2\n", &options, "<stream>:1: the first line is blank: a header is needed");
  options.name = "posts.csv";
  check_bad_header("id,body\n1,2\n", &options,
                   "posts.csv:1: the header has no column \"text\"; its columns are \"id\", "
                   "\"body\"");
  options.id_column = "key";
  check_bad_header("text,id\n1,2\n", &options,
                   "posts.csv:1: the header has no column \"key\"; its columns are \"text\", "
                   "\"id\"");
  options.max_record_bytes = 3;
  check_bad_header("text,id\n1,2\n", &options, "posts.csv:1: the header is longer than 3 bytes");
}

/* The quote that is never closed takes its 20 bytes and the rest of a line. */
static void test_csv_over_long(void **state) {
  (void)state;
  narr_stream_options options = options_of(NARR_INPUT_CSV);
  options.max_record_bytes = 20;
  stream_run run;
  const char *out =
      OUTPUT_OF("id,text\n1,\"open\n2,two\n3,three and more\n4,four\n", &options, &run);
  assert_int_equal(count_of(out, "\n"), 2);
  assert_non_null(strstr(out, "{\"line\":2,\"error\":\"input\",\"message\":\"record longer"));
  assert_non_null(strstr(out, "\n{\"id\":\"4\",\"labels\""));
  out = OUTPUT_OF("text\r\"open, open, open, and\r\n\r\nopen\rx\ry", &options, &run);
  assert_int_equal(count_of(out, "\n"), 5);
  assert_non_null(strstr(out, "{\"line\":2,\"error\":\"input\",\"message\":\"record longer"));
  assert_non_null(strstr(out, "{\"line\":3,\"error\":\"input\",\"message\":\"empty record"));
  assert_non_null(strstr(out, "\n{\"id\":4,\"labels\""));
  assert_non_null(strstr(out, "\n{\"id\":6,\"labels\""));
}

/* ---- Ends --------------------------------------------------------------------------- */

static void test_strict(void **state) {
  (void)state;
  narr_buffer input = NARR_BUFFER_INIT;
  for (int i = 1; i < 500; i++) narr_buffer_string(&input, "{\"text\":\"" OTHER_TEXT "\"}\n");
  narr_buffer_string(&input, "{\"text\":17}\n");
  for (int i = 0; i < 2000; i++) narr_buffer_string(&input, "{\"text\":\"" OTHER_TEXT "\"}\nbad\n");
  for (unsigned jobs = 1; jobs <= 4; jobs++) {
    narr_stream_options options = options_of(NARR_INPUT_JSONL);
    options.strict = true;
    options.jobs = jobs;
    options.name = "posts";
    options.flush_lines = jobs == 3;
    stream_run run;
    run_bytes(&run, model, input.data, input.length, &options);
    assert_int_equal(run.status, NARR_ERROR_INPUT);
    assert_int_equal(run.error.line, 500);
    assert_int_equal(run.error.row, 500);
    assert_begins(run.error.message, "posts:500: ");
    assert_int_equal(run.stats.records, 500);
    assert_int_equal(run.stats.errors, 1);
    assert_int_equal(count_of(run.out.data, "\n"), 499);
    assert_int_equal(run.out.data[run.out.length - 1], '\n');
    run_free(&run);
  }
  narr_buffer_free(&input);
}

typedef struct background {
  pthread_t thread;
  narr_stream_options options;
  narr_stream_stats stats;
  narr_status status;
  int in[2], out[2], stop[2];
} background;

static void *run_background(void *argument) {
  background *self = argument;
  self->status =
      narr_classify_stream(model, self->in[0], self->out[1], &self->options, &self->stats, NULL);
  return NULL;
}

static void start(background *self, unsigned jobs) {
  assert_int_equal(pipe(self->in), 0);
  assert_int_equal(pipe(self->out), 0);
  assert_int_equal(pipe(self->stop), 0);
  self->options = options_of(NARR_INPUT_LINES);
  self->options.jobs = jobs;
  self->options.stop_fd = self->stop[0];
  assert_int_equal(pthread_create(&self->thread, NULL, run_background, self), 0);
}

static void finish(background *self) {
  assert_int_equal(pthread_join(self->thread, NULL), 0);
  for (int i = 0; i < 2; i++) {
    close(self->in[i]);
    close(self->stop[i]);
  }
  close(self->out[1]);
}

static void put(int fd, const char *text) {
  assert_int_equal(narr_file_write_all(fd, text, strlen(text)), 0);
}

/* What one read() gives, as a string. */
static void take(int fd, char *text, size_t size) {
  ssize_t got = read(fd, text, size - 1);
  assert_true(got > 0);
  text[got] = '\0';
}

/* A record is answered before the next arrives; stop_fd ends the stream and
 * what was read of the last record still counts. */
static void test_stop(void **state) {
  (void)state;
  for (unsigned jobs = 1; jobs <= 2; jobs++) {
    background stream;
    start(&stream, jobs);
    char answer[4096];
    put(stream.in[1], WITHDRAWAL_TEXT "\n");
    take(stream.out[0], answer, sizeof answer);
    assert_begins(answer, "{\"id\":1,\"labels\":[\"withdrawal\"]");
    put(stream.in[1], OTHER_TEXT "\n" FLOOD_TEXT);
    take(stream.out[0], answer, sizeof answer);
    assert_begins(answer, "{\"id\":2,\"labels\":[]");
    put(stream.stop[1], "!");
    finish(&stream);
    assert_int_equal(stream.status, NARR_OK);
    assert_true(stream.stats.stopped);
    assert_int_equal(stream.stats.records, 3);
    take(stream.out[0], answer, sizeof answer);
    assert_begins(answer, "{\"id\":3,\"labels\":[\"weather/flood\"]");
    close(stream.out[0]);
  }
}

/* The input stays open: the stream must notice all the same. */
static void test_output_closed(void **state) {
  (void)state;
  for (unsigned jobs = 1; jobs <= 3; jobs++) {
    background stream;
    start(&stream, jobs);
    close(stream.out[0]);
    put(stream.in[1], OTHER_TEXT "\n");
    finish(&stream);
    assert_int_equal(stream.status, NARR_OK);
    assert_true(stream.stats.closed);
    assert_false(stream.stats.stopped);
  }
}

static void test_strict_ends_waiting(void **state) {
  (void)state;
  int in[2], out[2];
  assert_int_equal(pipe(in), 0);
  assert_int_equal(pipe(out), 0);
  put(in[1], "bad\n");
  narr_stream_options options = options_of(NARR_INPUT_JSONL);
  options.strict = true;
  assert_int_equal(narr_classify_stream(model, in[0], out[1], &options, NULL, NULL),
                   NARR_ERROR_INPUT);
  for (int i = 0; i < 2; i++) {
    close(in[i]);
    close(out[i]);
  }
}

static void test_system_errors(void **state) {
  (void)state;
  int folder = open("/", O_RDONLY), full = open("/dev/full", O_WRONLY);
  for (unsigned jobs = 1; jobs <= 3; jobs++) {
    narr_stream_options options = options_of(NARR_INPUT_LINES);
    options.jobs = jobs;
    options.name = "posts";
    stream_run run;
    run_fd(&run, model, folder, &options);
    assert_int_equal(run.status, NARR_ERROR_SYSTEM);
    assert_begins(run.error.message, "posts: ");
    run_free(&run);
    FILE *in = file_of("a\nb\n", 4);
    narr_error error = NARR_ERROR_INIT;
    assert_int_equal(narr_classify_stream(model, fileno(in), full, &options, NULL, &error),
                     NARR_ERROR_SYSTEM);
    assert_begins(error.message, "writing the results: ");
    fclose(in);
  }
  close(folder);
  close(full);
}

static void check_argument(const narr_stream_options *options) {
  stream_run run;
  run_string(&run, model, "a\n", options);
  assert_int_equal(run.status, NARR_ERROR_ARGUMENT);
  assert_true(run.error.message[0] != '\0');
  run_free(&run);
}

static void test_bad_options(void **state) {
  (void)state;
  narr_threshold threshold = {"no such label", 0.5};
  narr_stream_options options = options_of(NARR_INPUT_LINES);
  options.thresholds = &threshold;
  options.threshold_count = 1;
  check_argument(&options);
  threshold = (narr_threshold){NULL, 1.5};
  check_argument(&options);
  options = options_of(NARR_INPUT_LINES);
  options.max_record_bytes = 0;
  check_argument(&options);
  options = options_of(NARR_INPUT_JSONL);
  options.text_field = NULL;
  check_argument(&options);
  options.text_field = "";
  check_argument(&options);
  options = options_of(NARR_INPUT_CSV);
  options.text_column = NULL;
  check_argument(&options);
  options = options_of(NARR_INPUT_CSV);
  options.delimiter = '"';
  check_argument(&options);
  options = options_of(NARR_INPUT_LINES);
  assert_int_equal(narr_classify_stream(model, -1, 1, &options, NULL, NULL), NARR_ERROR_ARGUMENT);
}

static void test_thresholds(void **state) {
  (void)state;
  narr_threshold thresholds[] = {{NULL, 0}, {"withdrawal", 1}};
  narr_stream_options options = options_of(NARR_INPUT_LINES);
  options.thresholds = thresholds;
  options.threshold_count = 2;
  stream_run run;
  const char *out = OUTPUT_OF(OTHER_TEXT "\n", &options, &run);
  assert_begins(out, "{\"id\":1,\"labels\":[\"weather/flood\"]");
}

/* Each allocation fails once: an error, never a crash or a leak. */
static void test_no_memory(void **state) {
  (void)state;
  static const char *const inputs[] = {WITHDRAWAL_TEXT "\n" OTHER_TEXT,
                                       "id,text\n1,\"" FLOOD_TEXT "\"\n2\n",
                                       "{\"text\":\"" WITHDRAWAL_TEXT "\"}\n\n"};
  static const narr_input_format formats[] = {NARR_INPUT_LINES, NARR_INPUT_CSV, NARR_INPUT_JSONL};
  for (int kind = 0; kind < 3; kind++) {
    bool failed = true;
    for (size_t nth = 1; failed; nth++) {
      narr_stream_options options = options_of(formats[kind]);
      options.output = kind == 0 ? NARR_OUTPUT_TABLE : (narr_output_format)kind;
      options.explain = options.echo_text = true;
      options.jobs = 1;
      FILE *in = file_of(inputs[kind], strlen(inputs[kind])), *out = tmpfile();
      narr_alloc_fail_at(nth);
      narr_status status =
          narr_classify_stream(model, fileno(in), fileno(out), &options, NULL, NULL);
      failed = status != NARR_OK;
      narr_alloc_fail_at(0);
      if (failed) assert_int_equal(status, NARR_ERROR_MEMORY);
      narr_buffer written = NARR_BUFFER_INIT; /* whole records only */
      read_back(out, &written);
      if (written.length > 0) assert_int_equal(written.data[written.length - 1], '\n');
      narr_buffer_free(&written);
      fclose(in);
      fclose(out);
      assert_true(nth < 10000);
    }
  }
}

/* ---- Formats --------------------------------------------------------------------------- */

static void test_csv_output(void **state) {
  (void)state;
  narr_stream_options options = options_of(NARR_INPUT_JSONL);
  options.output = NARR_OUTPUT_CSV;
  stream_run run;
  const char *out =
      OUTPUT_OF("{\"text\":\"" WITHDRAWAL_TEXT "\",\"id\":\"a,\\\"b\"}\n\n", &options, &run);
  assert_begins(out, "id,labels,weather/flood,withdrawal,status,reason,known,error\n");
  assert_begins(out + strlen("id,labels,weather/flood,withdrawal,status,reason,known,error\n"),
                "\"a,\"\"b\",withdrawal,0.");
  assert_non_null(strstr(out, "\n2,,,,,,,line 2: empty record\n"));
  options.explain = options.echo_text = true;
  out = OUTPUT_OF("{\"text\":\"" WITHDRAWAL_TEXT "\"}\n\n", &options, &run);
  assert_begins(
      out, "id,labels,weather/flood,withdrawal,status,reason,known,error,text,terms,disguised\n");
  assert_non_null(strstr(out, ",," WITHDRAWAL_TEXT ",withdrawal:"));
  assert_non_null(strstr(out, " | withdrawal:"));
  assert_non_null(strstr(out, "\n2,,,,,,,line 2: empty record,,,\n"));
  options.output = NARR_OUTPUT_TSV;
  options.explain = options.header = false;
  out = OUTPUT_OF("{\"text\":\"a\\tb\\n\\\\\",\"id\":1}\n", &options, &run);
  assert_begins(out, "1\t\t0.");
  assert_non_null(strstr(out, "\t\ta\\tb\\n\\\\\n"));
}

static void test_explained_spans(void **state) {
  (void)state;
  narr_stream_options options = options_of(NARR_INPUT_LINES);
  options.explain = true;
  options.explain_terms = 0;
  stream_run run;
  const char *out = OUTPUT_OF(WITHDRAWAL_TEXT "\n", &options, &run);
  const char *at = strstr(out, "\"terms\":[{\"label\":\"withdrawal\",\"block\":\"");
  assert_non_null(at);
  size_t found = 0;
  while ((at = strstr(at, "\"spans\":[[")) != NULL) {
    at += 9;
    for (unsigned long start, end; sscanf(at, "[%lu,%lu]", &start, &end) == 2; found++) {
      assert_true(start < end && end <= strlen(WITHDRAWAL_TEXT));
      at = strchr(at, ']') + 1;
      at += *at == ',';
    }
  }
  assert_true(found > 5);
  options.explain_terms = 2;
  assert_int_equal(count_of(OUTPUT_OF(WITHDRAWAL_TEXT "\n", &options, &run), "\"spans\""), 2);
  out = OUTPUT_OF(OTHER_TEXT "\n", &options, &run);
  assert_non_null(strstr(out, ",\"terms\":[],\"disguised\":[]}\n"));
}

static void test_table(void **state) {
  (void)state;
  narr_stream_options options = options_of(NARR_INPUT_LINES);
  options.output = NARR_OUTPUT_TABLE;
  stream_run run;
  const char *out = OUTPUT_OF(WITHDRAWAL_TEXT "\x1b[31m\n" OTHER_TEXT "\n", &options, &run);
  assert_begins(out, "ID            LABELS");
  assert_non_null(strstr(out, "\n1             withdrawal 0."));
  assert_non_null(strstr(out, "  " WITHDRAWAL_TEXT "\\x1b[31m\n2             - "));
  assert_null(strchr(out, '\x1b'));
  options.explain = true;
  out = OUTPUT_OF(WITHDRAWAL_TEXT "\x1b[31m\n" OTHER_TEXT "\n", &options, &run);
  assert_null(strchr(out, '\x1b'));
  assert_non_null(strstr(out, "\n    " WITHDRAWAL_TEXT "\\x1b[31m\n"));
  assert_non_null(strstr(out, "\n  * withdrawal "));
  assert_non_null(strstr(out, "\n    weather/flood "));
  assert_non_null(strstr(out, "\n  why withdrawal\n"));
  assert_non_null(strstr(out, "\n  not flagged; nearest: "));
}

/* With colours there are those escape sequences that we send, no others. */
static void test_table_color(void **state) {
  (void)state;
  narr_stream_options options = options_of(NARR_INPUT_LINES);
  options.output = NARR_OUTPUT_TABLE;
  options.explain = options.color = true;
  stream_run run;
  const char *out = OUTPUT_OF(WITHDRAWAL_TEXT " \x1b[2J\x1b]0;x\x07 \n", &options, &run);
  assert_true(count_of(out, "\x1b[") >= 4);
  assert_int_equal(count_of(out, "\x1b"), count_of(out, "\x1b["));
  assert_int_equal(count_of(out, "\x1b[0m") * 2, count_of(out, "\x1b["));
  assert_null(strstr(out, "\x1b[2J"));
  assert_non_null(strstr(out, "\x1b[1;30;42m"));
}

static void text_to(stream_run *run, const char *text, size_t length,
                    const narr_stream_options *options) {
  *run = (stream_run){.error = NARR_ERROR_INIT, .out = NARR_BUFFER_INIT};
  FILE *out = tmpfile();
  run->status =
      narr_classify_text(model, text, length, fileno(out), options, &run->stats, &run->error);
  read_back(out, &run->out);
  fclose(out);
}

static void test_single_text(void **state) {
  (void)state;
  narr_stream_options options = options_of(NARR_INPUT_JSONL);
  options.explain = options.echo_text = true;
  for (int format = 0; format < 3; format++) {
    options.output = (narr_output_format)format;
    options.flush_lines = format == 1;
    stream_run run, stream;
    text_to(&run, WITHDRAWAL_TEXT, strlen(WITHDRAWAL_TEXT), &options);
    assert_int_equal(run.status, NARR_OK);
    assert_int_equal(run.stats.records, 1);
    assert_int_equal(run.stats.flagged, 1);
    assert_int_equal(run.stats.bytes, strlen(WITHDRAWAL_TEXT));
    run_string(&stream, model, "{\"text\":\"" WITHDRAWAL_TEXT "\"}", &options);
    assert_string_equal(run.out.data, stream.out.data);
    run_free(&run);
    run_free(&stream);
  }
  stream_run run;
  options.output = NARR_OUTPUT_TABLE;
  text_to(&run, "two\nlines\0\xFF", 11, &options);
  assert_begins(run.out.data,
                "1             -  (too-short)\n    two\n    lines\\x00\xEF\xBF\xBD\n");
  run_free(&run);
  text_to(&run, NULL, 0, &options);
  assert_int_equal(run.status, NARR_OK);
  run_free(&run);
}

static int set_up(void **state) {
  (void)state;
  signal(SIGPIPE, SIG_IGN);
  model = tiny_model();
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  narr_buffer_free(&kept);
  narr_model_free(model);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_order),
      cmocka_unit_test(test_lines),
      cmocka_unit_test(test_empty_input),
      cmocka_unit_test(test_json_errors),
      cmocka_unit_test(test_json_fields),
      cmocka_unit_test(test_tsv),
      cmocka_unit_test(test_chunk_headers),
      cmocka_unit_test(test_bad_chunk_header),
      cmocka_unit_test(test_over_long),
      cmocka_unit_test(test_only_flagged),
      cmocka_unit_test(test_csv),
      cmocka_unit_test(test_csv_columns),
      cmocka_unit_test(test_csv_bad_header),
      cmocka_unit_test(test_csv_over_long),
      cmocka_unit_test(test_strict),
      cmocka_unit_test(test_stop),
      cmocka_unit_test(test_output_closed),
      cmocka_unit_test(test_strict_ends_waiting),
      cmocka_unit_test(test_system_errors),
      cmocka_unit_test(test_bad_options),
      cmocka_unit_test(test_thresholds),
      cmocka_unit_test(test_no_memory),
      cmocka_unit_test(test_csv_output),
      cmocka_unit_test(test_explained_spans),
      cmocka_unit_test(test_table),
      cmocka_unit_test(test_table_color),
      cmocka_unit_test(test_single_text),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
