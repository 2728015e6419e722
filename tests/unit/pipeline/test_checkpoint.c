/* A run that ended anywhere goes on so that the output is that of one run. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/alloc.h"
#include "support/check.h"
#include "support/model_fixture.h"

/* An input, an output that is appended to, and a checkpoint, in one folder. */
typedef struct scene {
  char folder[64];
  char in[96], out[96], place[96];
} scene;

static scene scene_new(const char *input, size_t length) {
  scene s = {.folder = "/tmp/narr-test-XXXXXX"};
  assert_non_null(mkdtemp(s.folder));
  snprintf(s.in, sizeof s.in, "%s/in", s.folder);
  snprintf(s.out, sizeof s.out, "%s/out", s.folder);
  snprintf(s.place, sizeof s.place, "%s/place", s.folder);
  write_file(s.in, input, length);
  return s;
}

/* Fails if anything else was left in the folder. */
static void scene_free(scene *s) {
  unlink(s->in);
  unlink(s->out);
  unlink(s->place);
  assert_int_equal(rmdir(s->folder), 0);
}

static narr_buffer content_of(const char *path) {
  narr_buffer text = NARR_BUFFER_INIT;
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  read_back(file, &text);
  fclose(file);
  return text;
}

static int open_output(const scene *s) {
  int fd = open(s->out, O_RDWR | O_CREAT | O_APPEND, 0666);
  assert_true(fd >= 0);
  return fd;
}

/* One run over the input. */
static narr_status run_once(const scene *s, const narr_stream_options *base, const char *settings,
                            narr_stream_stats *stats, narr_error *error) {
  narr_checkpoint *checkpoint;
  int out = open_output(s), in = open(s->in, O_RDONLY);
  assert_true(in >= 0);
  narr_status status = narr_checkpoint_open(&checkpoint, s->place, model, settings, out, error);
  if (!status) {
    narr_stream_options options = *base;
    options.checkpoint = checkpoint;
    status = narr_classify_stream(model, in, out, &options, stats, error);
    narr_checkpoint_free(checkpoint);
  }
  close(in);
  close(out);
  return status;
}

/* Records of every kind, bad ones and long ones too. */
static narr_buffer mixed_input(int count) {
  narr_buffer out = NARR_BUFFER_INIT;
  for (int i = 0; i < count; i++) {
    if (i % 11 == 3)
      narr_buffer_string(&out, "{\"text\":");
    else if (i % 17 == 5)
      for (int k = 0; k < 3000; k++) narr_buffer_byte(&out, 'x');
    else
      narr_buffer_format(&out, "{\"id\":%d,\"text\":\"%s\"}", i,
                         i % 3 ? OTHER_TEXT : WITHDRAWAL_TEXT);
    narr_buffer_byte(&out, '\n');
  }
  return out;
}

static narr_buffer in_one_run(const narr_buffer *input, const narr_stream_options *options) {
  stream_run run;
  run_bytes(&run, model, input->data, input->length, options);
  return run.out;
}

/* ---- Killed at any time ----------------------------------------------------------------- */

/* Another process is killed after so many bytes of output. */
static void run_and_kill(const scene *s, const narr_stream_options *options, off_t bytes) {
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    narr_error error = NARR_ERROR_INIT;
    _exit(run_once(s, options, "x", NULL, &error) ? 1 : 0);
  }
  struct stat info;
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0)
    if (stat(s->out, &info) == 0 && info.st_size >= bytes) kill(child, SIGKILL);
}

static void killed_anywhere(void **state) {
  (void)state;
  narr_buffer input = mixed_input(4000);
  for (int round = 0; round < 4; round++) {
    narr_stream_options options = NARR_STREAM_OPTIONS_INIT;
    options.jobs = 1 + (unsigned)round % 2;
    options.max_record_bytes = 2000;
    options.input = NARR_INPUT_JSONL;
    options.output = round < 2 ? NARR_OUTPUT_JSONL : NARR_OUTPUT_CSV;
    narr_buffer plain = in_one_run(&input, &options);
    scene s = scene_new(input.data, input.length);
    for (off_t bytes = 1; bytes < (off_t)plain.length; bytes += (off_t)plain.length / 5)
      run_and_kill(&s, &options, bytes);
    narr_error error = NARR_ERROR_INIT;
    narr_stream_stats stats;
    if (run_once(&s, &options, "x", &stats, &error)) fail_msg("%s", error.message);
    narr_buffer out = content_of(s.out);
    assert_int_equal(out.length, plain.length);
    assert_memory_equal(out.data, plain.data, plain.length);
    assert_int_equal(run_once(&s, &options, "x", &stats, &error), NARR_OK);
    assert_int_equal(stats.records, 0); /* nothing is left */
    narr_buffer_free(&out);
    narr_buffer_free(&plain);
    scene_free(&s);
  }
  narr_buffer_free(&input);
}

/* ---- Stopped ------------------------------------------------------------------------------ */

typedef struct stopper {
  const scene *s;
  int fd;
} stopper;

/* Stops the run as soon as there is output: its reader is then inside a record. */
static void *stop_at_output(void *argument) {
  const stopper *self = argument;
  struct stat info;
  while (stat(self->s->out, &info) != 0 || info.st_size == 0) poll(NULL, 0, 1);
  assert_int_equal(write(self->fd, "!", 1), 1);
  return NULL;
}

/* A file is stopped at between records, wherever its reader was. */
static void stopped_between_records(void **state) {
  (void)state;
  narr_buffer input = mixed_input(40000);
  narr_stream_options options = NARR_STREAM_OPTIONS_INIT;
  options.jobs = 1;
  options.max_record_bytes = 4000; /* no record is passed over in parts */
  narr_buffer plain = in_one_run(&input, &options);
  scene s = scene_new(input.data, input.length);
  narr_error error = NARR_ERROR_INIT;
  narr_stream_stats stats;
  int ends[2];
  pthread_t thread;
  assert_int_equal(pipe(ends), 0);
  stopper stopper = {&s, ends[1]};
  options.stop_fd = ends[0];
  assert_int_equal(pthread_create(&thread, NULL, stop_at_output, &stopper), 0);
  assert_int_equal(run_once(&s, &options, "x", &stats, &error), NARR_OK);
  pthread_join(thread, NULL);
  assert_true(stats.stopped && stats.records > 0 && stats.records < 40000);
  options.stop_fd = -1;
  if (run_once(&s, &options, "x", &stats, &error)) fail_msg("%s", error.message);
  narr_buffer out = content_of(s.out);
  assert_string_equal(out.data, plain.data);
  narr_buffer_free(&out);
  narr_buffer_free(&plain);
  narr_buffer_free(&input);
  close(ends[0]);
  close(ends[1]);
  scene_free(&s);
}

/* ---- Failed ----------------------------------------------------------------------------- */

/* What was written of a chunk that a bad record ended comes once all the same. */
static void strict_runs_go_on(void **state) {
  (void)state;
  static const char good[] = "{\"text\":\"a\"}\n", bad[] = "{\"text\":3}  \n";
  narr_buffer input = NARR_BUFFER_INIT;
  for (int i = 0; i < 700; i++) narr_buffer_string(&input, i == 300 ? bad : good);
  scene s = scene_new(input.data, input.length);
  narr_stream_options options = NARR_STREAM_OPTIONS_INIT;
  options.jobs = 1;
  options.strict = true;
  narr_error error = NARR_ERROR_INIT;
  for (int i = 0; i < 3; i++)
    assert_fails(run_once(&s, &options, "x", NULL, &error), NARR_ERROR_INPUT, error, ":301:");
  memcpy(input.data + 300 * strlen(good), good, strlen(good)); /* mended */
  write_file(s.in, input.data, input.length);
  assert_ok(run_once(&s, &options, "x", NULL, &error));
  narr_buffer out = content_of(s.out), plain = in_one_run(&input, &options);
  assert_string_equal(out.data, plain.data);
  narr_buffer_free(&out);
  narr_buffer_free(&plain);
  narr_buffer_free(&input);
  scene_free(&s);
}

/* A disk that is full in the middle of a chunk, and has room again. */
static void full_disks_are_outlived(void **state) {
  (void)state;
  narr_buffer input = mixed_input(2000);
  narr_stream_options options = NARR_STREAM_OPTIONS_INIT;
  options.jobs = 1;
  options.max_record_bytes = 2000;
  options.output = NARR_OUTPUT_CSV;
  narr_buffer plain = in_one_run(&input, &options);
  scene s = scene_new(input.data, input.length);
  for (size_t part = 1; part <= 4; part++) {
    pid_t child = fork();
    if (child == 0) {
      struct rlimit limit = {part * plain.length / 5 + part, RLIM_INFINITY};
      signal(SIGXFSZ, SIG_IGN);
      setrlimit(RLIMIT_FSIZE, &limit);
      narr_error error = NARR_ERROR_INIT;
      _exit(run_once(&s, &options, "x", NULL, &error) == NARR_ERROR_SYSTEM ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
  }
  assert_ok(run_once(&s, &options, "x", NULL, NULL));
  narr_buffer out = content_of(s.out);
  assert_string_equal(out.data, plain.data);
  narr_buffer_free(&out);
  narr_buffer_free(&plain);
  narr_buffer_free(&input);
  scene_free(&s);
}

/* A header without a record is one header, however often. */
static void headers_come_once(void **state) {
  (void)state;
  scene s = scene_new("", 0);
  narr_stream_options options = NARR_STREAM_OPTIONS_INIT;
  options.jobs = 1;
  options.output = NARR_OUTPUT_CSV;
  for (int i = 0; i < 3; i++) assert_ok(run_once(&s, &options, "x", NULL, NULL));
  write_file(s.in, "a text\n", 7);
  for (int i = 0; i < 2; i++) assert_ok(run_once(&s, &options, "x", NULL, NULL));
  narr_buffer out = content_of(s.out);
  assert_int_equal(count_of(out.data, "id,"), 1);
  assert_int_equal(count_of(out.data, "\n"), 2);
  narr_buffer_free(&out);
  scene_free(&s);
}

/* ---- What can't go on ------------------------------------------------------------------------ */

static void other_inputs_are_refused(void **state) {
  (void)state;
  static const char before[] = "a text\nanother text\n";
  static const struct {
    const char *input, *why;
  } cases[] = {{"a text\nanother texT\n", "not what it was"},
               {"a text\nanother\n", "not what it was"},
               {"a text\n", "shorter"},
               {"", "shorter"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    scene s = scene_new(before, strlen(before));
    narr_stream_options options = NARR_STREAM_OPTIONS_INIT;
    narr_error error = NARR_ERROR_INIT;
    options.jobs = 1;
    assert_int_equal(run_once(&s, &options, "x", NULL, &error), NARR_OK);
    narr_buffer out = content_of(s.out);
    write_file(s.in, cases[i].input, strlen(cases[i].input));
    assert_fails(run_once(&s, &options, "x", NULL, &error), NARR_ERROR_INPUT, error, cases[i].why);
    narr_buffer after = content_of(s.out);
    assert_string_equal(after.data, out.data); /* and nothing was written */
    write_file(s.in, "a text\nanother text\nmore\n", 25);
    assert_int_equal(run_once(&s, &options, "x", NULL, &error), NARR_OK);
    narr_buffer_free(&after);
    after = content_of(s.out);
    assert_int_equal(count_of(after.data, "\n"), 3);
    narr_buffer_free(&after);
    narr_buffer_free(&out);
    scene_free(&s);
  }
}

static void other_runs_are_refused(void **state) {
  (void)state;
  scene s = scene_new("a text\n", 7);
  narr_stream_options options = NARR_STREAM_OPTIONS_INIT;
  narr_error error = NARR_ERROR_INIT;
  options.jobs = 1;
  assert_int_equal(run_once(&s, &options, "x", NULL, &error), NARR_OK);
  assert_fails(run_once(&s, &options, "y", NULL, &error), NARR_ERROR_ARGUMENT, error,
               "other settings: x");
  narr_model *own = model;
  model = NULL;
  narr_dataset *dataset;
  assert_int_equal(narr_dataset_new(&dataset, NULL, NULL), NARR_OK);
  static const char *const words[4][4] = {
      {"a", "b", "c", "d"}, {"e", "f", "g", "h"}, {"i", "j", "k", ""}, {"l", "m", "", ""}};
  add_examples(dataset, "withdrawal", words);
  add_examples(dataset, "none", words);
  narr_train_options train = NARR_TRAIN_OPTIONS_INIT;
  train.folds = 2;
  assert_int_equal(narr_train(&model, NULL, dataset, &train, NULL), NARR_OK);
  assert_fails(run_once(&s, &options, "x", NULL, &error), NARR_ERROR_ARGUMENT, error,
               "another model");
  narr_model_free(model);
  narr_dataset_free(dataset);
  model = own;
  write_file(s.out, "", 0);
  assert_fails(run_once(&s, &options, "x", NULL, &error), NARR_ERROR_INPUT, error, "0 bytes where");
  static const char *const nonsense[] = {
      "", "{}", "[1]", "{\"checkpoint\":1}", "\xFF", "{\"checkpoint\":2}"};
  for (size_t i = 0; i < sizeof nonsense / sizeof *nonsense; i++) {
    write_file(s.place, nonsense[i], strlen(nonsense[i]));
    assert_fails(run_once(&s, &options, "x", NULL, &error), NARR_ERROR_INPUT, error,
                 "not a checkpoint");
  }
  scene_free(&s);
}

static void outputs_are_checked(void **state) {
  (void)state;
  scene s = scene_new("a text\n", 7);
  narr_checkpoint *checkpoint;
  narr_error error = NARR_ERROR_INIT;
  int ends[2], plain = open(s.out, O_RDWR | O_CREAT, 0666);
  assert_int_equal(pipe(ends), 0);
  assert_fails(narr_checkpoint_open(&checkpoint, s.place, model, "x", plain, &error),
               NARR_ERROR_ARGUMENT, error, ">>");
  assert_fails(narr_checkpoint_open(&checkpoint, s.place, model, "x", ends[1], &error),
               NARR_ERROR_ARGUMENT, error, ">>");
  assert_fails(narr_checkpoint_open(&checkpoint, s.place, model, "x", -1, &error),
               NARR_ERROR_SYSTEM, error, "output");
  assert_null(checkpoint);
  assert_int_not_equal(access(s.place, F_OK), 0); /* nothing was begun */
  close(ends[0]);
  close(ends[1]);
  close(plain);
  scene_free(&s);
}

/* Two runs at a time would tear the output. */
static void one_run_at_a_time(void **state) {
  (void)state;
  scene s = scene_new("a text\n", 7);
  narr_checkpoint *checkpoint;
  int out = open_output(&s);
  assert_int_equal(narr_checkpoint_open(&checkpoint, s.place, model, "x", out, NULL), NARR_OK);
  pid_t child = fork();
  if (child == 0) {
    narr_stream_options options = NARR_STREAM_OPTIONS_INIT;
    narr_error error = NARR_ERROR_INIT;
    narr_status status = run_once(&s, &options, "x", NULL, &error);
    _exit(status == NARR_ERROR_SYSTEM && strstr(error.message, "another run") ? 0 : 1);
  }
  int status = -1;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  narr_checkpoint_free(checkpoint);
  close(out);
  scene_free(&s);
}

static void no_memory(void **state) {
  (void)state;
  narr_buffer input = mixed_input(40);
  narr_stream_options options = NARR_STREAM_OPTIONS_INIT;
  options.jobs = 1;
  options.max_record_bytes = 2000;
  narr_buffer plain = in_one_run(&input, &options);
  narr_status status = NARR_ERROR_MEMORY;
  scene s = scene_new(input.data, input.length);
  narr_error error = NARR_ERROR_INIT;
  for (size_t n = 1; status; n += 1 + n / 16) { /* the same run, on and on */
    narr_alloc_fail_at(n);
    status = run_once(&s, &options, "x", NULL, &error);
    narr_alloc_fail_at(0);
    if (status && status != NARR_ERROR_MEMORY && !strstr(error.message, "allocate memory"))
      fail_msg("%zu: %s", n, error.message);
  }
  narr_buffer out = content_of(s.out);
  assert_string_equal(out.data, plain.data);
  narr_buffer_free(&out);
  narr_buffer_free(&plain);
  narr_buffer_free(&input);
  scene_free(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(killed_anywhere),        cmocka_unit_test(stopped_between_records),
      cmocka_unit_test(strict_runs_go_on),      cmocka_unit_test(full_disks_are_outlived),
      cmocka_unit_test(headers_come_once),      cmocka_unit_test(other_inputs_are_refused),
      cmocka_unit_test(other_runs_are_refused), cmocka_unit_test(outputs_are_checked),
      cmocka_unit_test(one_run_at_a_time),      cmocka_unit_test(no_memory),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
