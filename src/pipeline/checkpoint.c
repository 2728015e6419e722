/* checkpoint.c - a place in a run, as a small JSON file that is replaced whole.
 *
 * The output is synced before the place is written down: so at least that much
 * of the output is there after a power cut, and what there is more is cut off. */
#include "narr/checkpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/status.h"
#include "data/json_fields.h"
#include "pipeline/checkpoint.h"

enum { SECONDS_BETWEEN = 1 };

struct narr_checkpoint {
  char *path, *settings; /* owned */
  uint64_t model;        /* a hash of its metadata */
  int out_fd;
  uint64_t stream; /* by its number: those before are done */
  narr_stream_place place;
  uint64_t output; /* bytes that belong to what is before the place: not more is vouched for */
  bool header;     /* is among them */
  bool header_written;
  uint64_t begun; /* streams, in this process */
  time_t saved;
};

static time_t now(void) {
  struct timespec moment;
  clock_gettime(CLOCK_MONOTONIC, &moment);
  return moment.tv_sec;
}

/* ---- The file ------------------------------------------------------------------------ */

enum { VERSION, SETTINGS, MODEL, OUTPUT, HEADER, STREAM, RECORDS, BYTES, DIGEST, FIELDS };

static const narr_json_path names[FIELDS] = {
    [VERSION] = {"checkpoint", 0}, [SETTINGS] = {"settings", 0}, [MODEL] = {"model", 0},
    [OUTPUT] = {"output", 0},      [HEADER] = {"header", 0},     [STREAM] = {"stream", 0},
    [RECORDS] = {"records", 0},    [BYTES] = {"bytes", 0},       [DIGEST] = {"digest", 0}};

static void write_json(narr_buffer *out, const narr_checkpoint *checkpoint) {
  narr_buffer_string(out, "{\"checkpoint\":1,\"settings\":");
  narr_buffer_json_string(out, checkpoint->settings, strlen(checkpoint->settings));
  narr_buffer_format(out, ",\"model\":\"%016llx\",\"output\":%llu,\"header\":%s,\"stream\":%llu",
                     (unsigned long long)checkpoint->model, (unsigned long long)checkpoint->output,
                     checkpoint->header ? "true" : "false", (unsigned long long)checkpoint->stream);
  narr_buffer_format(out, ",\"records\":%llu,\"bytes\":%llu,\"digest\":\"%016llx\"}\n",
                     (unsigned long long)checkpoint->place.records,
                     (unsigned long long)checkpoint->place.bytes,
                     (unsigned long long)checkpoint->place.digest);
}

static bool parse_number(const narr_json_value *value, int base, uint64_t *number) {
  char text[32] = "", *end;
  bool string = value->kind == NARR_JSON_STRING;
  size_t length = string ? value->text_length : value->token_length;
  if (value->kind != (base == 16 ? NARR_JSON_STRING : NARR_JSON_SCALAR) || length == 0 ||
      length >= sizeof text)
    return false;
  memcpy(text, string ? value->text : value->token, length);
  errno = 0;
  *number = strtoull(text, &end, base);
  return *end == '\0' && errno == 0 && text[0] != '-';
}

static bool is_string(const narr_json_value *value, const char *wanted) {
  return value->kind == NARR_JSON_STRING && value->text_length == strlen(wanted) &&
         memcmp(value->text, wanted, value->text_length) == 0;
}

/* Takes what the file says; its strings live in the parser. */
static narr_status take(narr_checkpoint *checkpoint, const narr_json_value *values,
                        narr_error *error) {
  uint64_t version, model;
  narr_stream_place *place = &checkpoint->place;
  if (!parse_number(&values[VERSION], 10, &version) || version != 1 ||
      !parse_number(&values[MODEL], 16, &model) ||
      !parse_number(&values[OUTPUT], 10, &checkpoint->output) ||
      values[HEADER].kind != NARR_JSON_SCALAR ||
      !parse_number(&values[STREAM], 10, &checkpoint->stream) ||
      !parse_number(&values[RECORDS], 10, &place->records) ||
      !parse_number(&values[BYTES], 10, &place->bytes) ||
      !parse_number(&values[DIGEST], 16, &place->digest))
    return narr_fail(error, NARR_ERROR_INPUT, "%s: not a checkpoint", checkpoint->path);
  checkpoint->header = checkpoint->header_written = values[HEADER].token[0] == 't';
  if (!is_string(&values[SETTINGS], checkpoint->settings))
    return narr_fail(error, NARR_ERROR_ARGUMENT, "%s is of a run with other settings: %.*s",
                     checkpoint->path, (int)values[SETTINGS].text_length,
                     values[SETTINGS].text ? values[SETTINGS].text : "");
  if (model != checkpoint->model)
    return narr_fail(error, NARR_ERROR_ARGUMENT, "%s is of a run with another model",
                     checkpoint->path);
  return NARR_OK;
}

static narr_status read_file(narr_checkpoint *checkpoint, bool *found, narr_error *error) {
  narr_json_fields *json = NULL;
  narr_json_value values[FIELDS] = {{.kind = NARR_JSON_ABSENT}};
  narr_buffer text = NARR_BUFFER_INIT;
  int fd = open(checkpoint->path, O_RDONLY | O_CLOEXEC);
  *found = fd >= 0;
  if (fd < 0 && errno == ENOENT) return NARR_OK;
  if (fd < 0) return narr_fail_system(error, errno, "%s", checkpoint->path);
  narr_status status = narr_file_read_all(fd, checkpoint->path, &text, error);
  close(fd);
  if (!status && !narr_buffer_reserve(&text, NARR_JSON_PADDING)) status = narr_fail_memory(error);
  if (!status) memset(text.data + text.length, 0, NARR_JSON_PADDING);
  if (!status) status = narr_json_fields_new(&json, names, FIELDS, error);
  if (!status) status = narr_json_fields_read(json, text.data, text.length, values, error);
  if (status == NARR_ERROR_INPUT)
    status = narr_fail(error, status, "%s: not a checkpoint", checkpoint->path);
  if (!status) status = take(checkpoint, values, error);
  narr_json_fields_free(json);
  narr_buffer_free(&text);
  return status;
}

/* ---- The output ------------------------------------------------------------------------ */

static narr_status size_of_output(const narr_checkpoint *checkpoint, uint64_t *size,
                                  narr_error *error) {
  struct stat info;
  int flags = fcntl(checkpoint->out_fd, F_GETFL);
  if (flags < 0 || fstat(checkpoint->out_fd, &info) != 0)
    return narr_fail_system(error, errno, "the output");
  if (!S_ISREG(info.st_mode) || !(flags & O_APPEND))
    return narr_fail(error, NARR_ERROR_ARGUMENT,
                     "a checkpoint goes with an output that is appended to a file (>>)");
  *size = (uint64_t)info.st_size;
  return NARR_OK;
}

/* Two runs on one output would tear it. The lock goes with the process. */
static narr_status lock_output(const narr_checkpoint *checkpoint, narr_error *error) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  if (fcntl(checkpoint->out_fd, F_SETLK, &lock) == 0) return NARR_OK;
  if (errno != EACCES && errno != EAGAIN) return NARR_OK; /* a file system without locks */
  return narr_fail(error, NARR_ERROR_SYSTEM, "%s: another run is at it", checkpoint->path);
}

static narr_status cut_output(const narr_checkpoint *checkpoint, uint64_t size, narr_error *error) {
  uint64_t output = checkpoint->output;
  if (size < output)
    return narr_fail(error, NARR_ERROR_INPUT,
                     "the output has %llu bytes where %s says %llu: it is not that run's",
                     (unsigned long long)size, checkpoint->path, (unsigned long long)output);
  if (size > output && ftruncate(checkpoint->out_fd, (off_t)output) != 0)
    return narr_fail_system(error, errno, "the output");
  return NARR_OK;
}

/* ---- Opening and saving ------------------------------------------------------------------ */

narr_status narr_checkpoint_open(narr_checkpoint **out, const char *path, const narr_model *model,
                                 const char *settings, int out_fd, narr_error *error) {
  *out = NULL;
  const char *metadata = narr_model_metadata(model);
  narr_checkpoint *checkpoint = narr_alloc_zero(1, sizeof *checkpoint);
  if (!checkpoint) return narr_fail_memory(error);
  *checkpoint = (narr_checkpoint){
      .path = narr_copy_string(path),
      .settings = narr_copy_string(settings),
      .model = narr_hash_bytes(metadata, strlen(metadata), NARR_HASH_SEED),
      .out_fd = out_fd,
  };
  uint64_t size = 0;
  bool found = false;
  narr_status status = NARR_OK;
  if (!checkpoint->path || !checkpoint->settings) status = narr_fail_memory(error);
  if (!status) status = size_of_output(checkpoint, &size, error);
  if (!status) status = lock_output(checkpoint, error);
  if (!status) status = read_file(checkpoint, &found, error);
  if (!status) narr_file_sweep(path);
  if (!status && found) status = cut_output(checkpoint, size, error);
  if (!status && !found) {
    checkpoint->output = size;
    status = narr_checkpoint_save(checkpoint, error);
  }
  if (status)
    narr_checkpoint_free(checkpoint);
  else
    *out = checkpoint;
  return status;
}

void narr_checkpoint_free(narr_checkpoint *checkpoint) {
  if (!checkpoint) return;
  narr_free(checkpoint->path);
  narr_free(checkpoint->settings);
  narr_free(checkpoint);
}

narr_status narr_checkpoint_save(narr_checkpoint *checkpoint, narr_error *error) {
  narr_status status = NARR_OK;
  if (fdatasync(checkpoint->out_fd) != 0) return narr_fail_system(error, errno, "the output");
  narr_buffer json = NARR_BUFFER_INIT;
  write_json(&json, checkpoint);
  if (json.failed)
    status = narr_fail_memory(error);
  else
    status = narr_file_write_atomic(checkpoint->path, json.data, json.length, error);
  narr_buffer_free(&json);
  checkpoint->saved = now();
  return status;
}

uint64_t narr_checkpoint_records(const narr_checkpoint *checkpoint) {
  return checkpoint->place.records;
}

/* ---- As streams go by ----------------------------------------------------------------------- */

void narr_checkpoint_begin(narr_checkpoint *checkpoint, narr_stream_place *from, bool *done) {
  uint64_t number = checkpoint->begun++;
  *done = number < checkpoint->stream;
  if (number > checkpoint->stream) {
    checkpoint->stream = number;
    checkpoint->place = (narr_stream_place){.records = 0};
  }
  *from = checkpoint->place;
}

void narr_checkpoint_rewind(narr_checkpoint *checkpoint) {
  if (checkpoint->begun > 0) checkpoint->begun--;
  checkpoint->place = (narr_stream_place){.records = 0};
}

bool narr_checkpoint_header(narr_checkpoint *checkpoint) {
  bool before = checkpoint->header_written;
  checkpoint->header_written = true;
  return before;
}

narr_status narr_checkpoint_advance(narr_checkpoint *checkpoint, const narr_stream_place *place,
                                    narr_error *error) {
  narr_status status = size_of_output(checkpoint, &checkpoint->output, error);
  if (status) return status;
  checkpoint->place = *place;
  checkpoint->header = checkpoint->header_written;
  if (now() - checkpoint->saved < SECONDS_BETWEEN) return NARR_OK;
  return narr_checkpoint_save(checkpoint, error);
}
