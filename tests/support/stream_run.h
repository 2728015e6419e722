/* stream_run.h - a tiny model, and streams run from bytes to bytes. */
#ifndef TEST_SUPPORT_STREAM_RUN_H
#define TEST_SUPPORT_STREAM_RUN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/prng.h"
#include "narr/narr.h"

/* Texts about a withdrawal of troops and about floods; the rest is about
 * neither. */
#define WITHDRAWAL_TEXT "american troops withdraw from kosovo this spring"
#define FLOOD_TEXT "the dam breaks and the flood drowns the valley"
#define OTHER_TEXT "a recipe for bread with butter and honey"

static inline void add_examples(narr_dataset *dataset, const char *label,
                                const char *const (*words)[4]) {
  for (int i = 0; i < 16; i++) {
    char text[256];
    snprintf(text, sizeof text, "%s %s %s %s", words[0][i % 4], words[1][i / 4], words[2][i % 3],
             words[3][i % 2]);
    assert_int_equal(narr_dataset_add(dataset, text, strlen(text), label, NULL, NULL, 1, NULL),
                     NARR_OK);
  }
}

static inline narr_model *tiny_model(void) {
  static const char *const withdrawal[4][4] = {
      {"american troops", "us troops", "troops of nato", "soldiers"},
      {"withdraw from kosovo", "leave kosovo", "withdraw from bosnia", "withdraw at last"},
      {"this spring", "next month", "withdraw soon", ""},
      {"troops withdraw", "the troops withdraw", "", ""}};
  static const char *const flood[4][4] = {
      {"the dam breaks", "a dam breaks", "the river floods", "the flood comes"},
      {"and the flood drowns the valley", "a flood again", "flood in the valley", "flood warning"},
      {"tonight", "a big flood", "the dam", ""},
      {"dam and flood", "flood and dam", "", ""}};
  static const char *const other[4][4] = {
      {"a recipe for bread", "a song", "a film about cats", "football today"},
      {"with butter", "with honey", "with friends", "in the garden"},
      {"and tea", "and coffee", "recipe", ""},
      {"for you", "for everybody", "", ""}};
  narr_dataset *dataset;
  assert_int_equal(narr_dataset_new(&dataset, NULL, NULL), NARR_OK);
  add_examples(dataset, "withdrawal", withdrawal);
  add_examples(dataset, "weather/flood", flood);
  add_examples(dataset, "none", other);
  narr_train_options options = NARR_TRAIN_OPTIONS_INIT;
  options.folds = 2;
  options.jobs = 1;
  narr_model *model;
  narr_error error = NARR_ERROR_INIT;
  if (narr_train(&model, NULL, dataset, &options, &error)) fail_msg("%s", error.message);
  narr_dataset_free(dataset);
  return model;
}

typedef struct stream_run {
  narr_status status;
  narr_error error;
  narr_stream_stats stats;
  narr_buffer out; /* NUL-terminated; the NUL is not counted */
} stream_run;

/* A new file without a name that holds these bytes. */
static inline FILE *file_of(const char *bytes, size_t length) {
  FILE *file = tmpfile();
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, length, file), length);
  rewind(file);
  return file;
}

static inline void read_back(FILE *file, narr_buffer *out) {
  assert_int_equal(lseek(fileno(file), 0, SEEK_SET), 0);
  assert_int_equal(narr_file_read_all(fileno(file), "output", out, NULL), NARR_OK);
  narr_buffer_byte(out, '\0');
  out->length--;
}

static inline void run_fd(stream_run *run, const narr_model *model, int in_fd,
                          const narr_stream_options *options) {
  *run = (stream_run){.error = NARR_ERROR_INIT, .out = NARR_BUFFER_INIT};
  FILE *out = tmpfile();
  assert_non_null(out);
  run->status = narr_classify_stream(model, in_fd, fileno(out), options, &run->stats, &run->error);
  read_back(out, &run->out);
  fclose(out);
}

static inline void run_bytes(stream_run *run, const narr_model *model, const char *bytes,
                             size_t length, const narr_stream_options *options) {
  FILE *in = file_of(bytes, length);
  run_fd(run, model, fileno(in), options);
  fclose(in);
}

static inline void run_string(stream_run *run, const narr_model *model, const char *input,
                              const narr_stream_options *options) {
  run_bytes(run, model, input, strlen(input), options);
}

typedef struct packet_feed {
  const char *bytes;
  size_t length;
  uint64_t seed;
  size_t longest;
  int fd;
} packet_feed;

static inline void *feed_packets(void *argument) {
  packet_feed *feed = argument;
  narr_prng prng = {feed->seed};
  for (size_t at = 0; at < feed->length;) {
    size_t size = 1 + (size_t)narr_prng_below(&prng, feed->longest);
    if (size > feed->length - at) size = feed->length - at;
    if (send(feed->fd, feed->bytes + at, size, MSG_NOSIGNAL) != (ssize_t)size) break;
    at += size;
  }
  close(feed->fd);
  return NULL;
}

/* The same input, but each read() returns a piece of random length. */
static inline void run_packets(stream_run *run, const narr_model *model, const char *bytes,
                               size_t length, uint64_t seed, size_t longest,
                               const narr_stream_options *options) {
  int ends[2];
  assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
  packet_feed feed = {bytes, length, seed, longest, ends[1]};
  pthread_t feeder;
  assert_int_equal(pthread_create(&feeder, NULL, feed_packets, &feed), 0);
  run_fd(run, model, ends[0], options);
  close(ends[0]);
  pthread_join(feeder, NULL);
}

static inline void run_free(stream_run *run) {
  narr_buffer_free(&run->out);
}

static inline size_t count_of(const char *text, const char *wanted) {
  size_t count = 0;
  for (; (text = strstr(text, wanted)) != NULL; text += strlen(wanted)) count++;
  return count;
}

#endif
