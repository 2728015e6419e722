/* stream_reader.c - from a file descriptor to chunks of whole records. */
#include "pipeline/stream_reader.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/status.h"
#include "data/json_post.h"

enum {
  READ_BYTES = 128 * 1024,
  /* Short records have long results: this bounds a chunk's output, and
     shares a short input out among the workers. */
  CHUNK_RECORDS = 256,
  LINE_END_BYTES = 2,
  FOLLOW_MILLISECONDS = 200
};

static const char byte_order_mark[3] = {'\xEF', '\xBB', '\xBF'};

void narr_stream_reader_init(narr_stream_reader *reader, int in_fd, const char *name,
                             narr_frame_kind kind, char delimiter, size_t max_record_bytes) {
  *reader = (narr_stream_reader){.in_fd = in_fd,
                                 .stop_fd = -1,
                                 .wake_fd = -1,
                                 .name = name,
                                 .max_record_bytes = max_record_bytes,
                                 .pending = NARR_BUFFER_INIT,
                                 .line = 1};
  narr_framer_init(&reader->framer, kind, delimiter);
}

void narr_stream_reader_free(narr_stream_reader *reader) {
  narr_buffer_free(&reader->pending);
  narr_unpacker_free(reader->unpacker);
}

void narr_stream_chunk_free(narr_stream_chunk *chunk) {
  narr_buffer_free(&chunk->bytes);
  narr_free(chunk->records);
  *chunk = (narr_stream_chunk){.bytes = NARR_BUFFER_INIT};
}

/* ---- Bytes ---------------------------------------------------------------- */

static void drop_framed(narr_stream_reader *reader) {
  narr_buffer *pending = &reader->pending;
  if (!reader->at) return;
  memmove(pending->data, pending->data + reader->at, pending->length - reader->at);
  pending->length -= reader->at;
  reader->at = 0;
}

/* What has come of a line on a pipe is all there is of it; in a file the rest is
 * behind it. */
static void stop(narr_stream_reader *reader) {
  struct stat info;
  bool is_file = fstat(reader->in_fd, &info) == 0 && S_ISREG(info.st_mode);
  reader->stopped = true;
  reader->leave_rest = is_file || reader->digests;
}

/* Whether there is something to read or to unpack; false at the end of the
 * stream. */
static narr_status wait_for_input(narr_stream_reader *reader, bool *readable, narr_error *error) {
  struct pollfd set[3] = {{.fd = reader->in_fd, .events = POLLIN},
                          {.fd = reader->stop_fd, .events = POLLIN},
                          {.fd = reader->wake_fd, .events = POLLIN}};
  bool has_more = narr_unpack_has_more(reader->unpacker);
  *readable = false;
  while (poll(set, 3, has_more ? 0 : -1) < 0)
    if (errno != EINTR) return narr_fail_system(error, errno, "%s", reader->name);
  if (set[1].revents) stop(reader);
  if (set[1].revents || set[2].revents)
    reader->at_end = true;
  else
    *readable = has_more || set[0].revents != 0;
  return NARR_OK;
}

/* Whether the file is not the one at its path any more, or has become shorter. */
static bool is_over(const narr_stream_reader *reader) {
  struct stat here, there;
  if (fstat(reader->in_fd, &here) != 0) return true;
  if ((uint64_t)here.st_size < reader->bytes) return true;
  return stat(reader->follow, &there) != 0 || there.st_dev != here.st_dev ||
         there.st_ino != here.st_ino;
}

/* At the end of a file that may grow: waits a while and goes on, unless it is over
 * and was read to its end once more. */
static narr_status wait_for_growth(narr_stream_reader *reader, narr_error *error) {
  struct pollfd set[2] = {{.fd = reader->stop_fd, .events = POLLIN},
                          {.fd = reader->wake_fd, .events = POLLIN}};
  if (!narr_unpack_again(reader->unpacker))
    return narr_fail(error, NARR_ERROR_INPUT, "%s is packed: it can't be followed", reader->name);
  bool over = is_over(reader);
  reader->replaced = over && reader->suspect;
  reader->suspect = over;
  if (reader->replaced) return NARR_OK;
  reader->at_end = false;
  if (poll(set, 2, FOLLOW_MILLISECONDS) < 0 && errno != EINTR)
    return narr_fail_system(error, errno, "%s", reader->name);
  return NARR_OK;
}

static narr_status read_more(narr_stream_reader *reader, narr_error *error) {
  narr_buffer *pending = &reader->pending;
  drop_framed(reader);
  if (!narr_buffer_reserve(pending, READ_BYTES)) return narr_fail_memory(error);
  narr_status status = NARR_OK;
  if (!reader->unpacker)
    status = narr_unpacker_new(&reader->unpacker, reader->in_fd, reader->name, error);
  size_t got = 0;
  while (!status && !reader->at_end && got == 0) {
    bool readable;
    status = wait_for_input(reader, &readable, error);
    if (status || !readable) continue;
    status = narr_unpack(reader->unpacker, pending->data + pending->length, READ_BYTES, &got,
                         &reader->at_end, error);
    pending->length += got;
    reader->bytes += got;
    if (!status && reader->at_end && reader->follow) status = wait_for_growth(reader, error);
  }
  return status;
}

/* Skips a byte order mark; false while it can't be told if there is one. */
static bool begin(narr_stream_reader *reader) {
  size_t have = reader->pending.length;
  size_t look = have < sizeof byte_order_mark ? have : sizeof byte_order_mark;
  bool same = look == 0 || memcmp(reader->pending.data, byte_order_mark, look) == 0;
  if (same && look < sizeof byte_order_mark && !reader->at_end) return false;
  if (same && look == sizeof byte_order_mark) reader->at = look;
  reader->begun = true;
  return true;
}

/* ---- Records ---------------------------------------------------------------- */

/* So many bytes of a record are looked at: if it has not ended there, it is
 * too long. */
static size_t framing_limit(const narr_stream_reader *reader) {
  size_t limit;
  if (__builtin_add_overflow(reader->max_record_bytes, LINE_END_BYTES, &limit)) limit = SIZE_MAX;
  return limit;
}

/* Passes over an over-long record up to the first line end behind the bytes
 * that were looked at. */
static void pass_over(narr_stream_reader *reader) {
  size_t limit = framing_limit(reader);
  for (; reader->at < reader->pending.length; reader->at++, reader->passed++) {
    char byte = reader->pending.data[reader->at];
    bool ended = false;
    if (reader->after_cr && byte != '\n') {
      reader->line++;
      ended = reader->passed > limit;
    }
    reader->after_cr = !ended && byte == '\r' && reader->framer.kind == NARR_FRAME_CSV;
    if (!ended && byte == '\n') {
      reader->line++;
      ended = reader->passed >= limit;
      reader->at += ended;
    }
    if (ended) {
      reader->skipping = false;
      return;
    }
  }
  if (reader->at_end) reader->skipping = false;
}

static void begin_skipping(narr_stream_reader *reader) {
  if (reader->framer.kind == NARR_FRAME_ITEMS) {
    narr_framer_drop_item(&reader->framer);
    return;
  }
  reader->skipping = true;
  reader->after_cr = false;
  reader->passed = 0;
  narr_framer_init(&reader->framer, reader->framer.kind, reader->framer.delimiter);
}

/* Once, where the input ends inside a document. */
static bool find_cut(narr_stream_reader *reader, narr_stream_record *out) {
  if (!narr_framer_is_inside(&reader->framer)) return false;
  narr_framer_init_items(&reader->framer, reader->framer.items.array);
  *out = (narr_stream_record){.start = reader->at, .line = reader->line, .cut_off = true};
  return true;
}

/* Behind a record. */
static void note_place(narr_stream_reader *reader, narr_stream_record *record, const char *bytes,
                       size_t length) {
  narr_stream_place *place = &reader->place;
  place->records++;
  if (reader->digests)
    place->digest =
        narr_hash_mix(place->digest ^ narr_hash_bytes(bytes ? bytes : "", length, NARR_HASH_SEED),
                      NARR_HASH_SEED);
  record->behind = *place;
  record->behind.bytes = reader->bytes - (reader->pending.length - reader->at);
}

/* The next whole record of what is pending. */
static bool next_record(narr_stream_reader *reader, narr_stream_record *out) {
  if (reader->skipping) pass_over(reader);
  size_t available = reader->pending.length - reader->at;
  size_t limit = framing_limit(reader);
  if (!reader->skipping && available == 0 && reader->at_end && !reader->stopped)
    return find_cut(reader, out);
  if (reader->skipping || available == 0) return false;
  const char *bytes = reader->pending.data + reader->at;
  narr_record record;
  bool found = narr_frame_next(&reader->framer, bytes, available < limit ? available : limit,
                               reader->at_end && !reader->leave_rest && available < limit, &record);
  if (!found && available < limit) return false;
  *out = (narr_stream_record){.start = reader->at, .line = reader->line};
  out->too_long = !found || record.content > reader->max_record_bytes;
  if (!found) {
    begin_skipping(reader);
    note_place(reader, out, NULL, 0);
    return true;
  }
  if (!out->too_long) out->length = record.content;
  out->passed = record.passed;
  reader->at += record.length;
  reader->line += record.lines;
  if (!out->passed) note_place(reader, out, bytes, out->length);
  return true;
}

static bool frame_pending(narr_stream_reader *reader, narr_stream_chunk *chunk) {
  if (!reader->begun && !begin(reader)) return true;
  while (chunk->record_count < CHUNK_RECORDS) {
    void *records = chunk->records;
    if (!narr_grow(&records, &chunk->record_capacity, chunk->record_count + 1,
                   sizeof *chunk->records))
      return false;
    chunk->records = records;
    narr_stream_record *record = &chunk->records[chunk->record_count];
    if (!next_record(reader, record)) return true;
    chunk->record_count += !record->passed;
  }
  return true;
}

/* Gives the pending bytes to the chunk and keeps a copy of what is behind
 * its last record. */
static bool hand_over(narr_stream_reader *reader, narr_stream_chunk *chunk) {
  narr_buffer *pending = &reader->pending;
  narr_buffer rest = chunk->bytes;
  narr_buffer_clear(&rest);
  chunk->bytes = (narr_buffer)NARR_BUFFER_INIT;
  bool ok = narr_buffer_reserve(pending, NARR_JSON_PADDING);
  if (ok) {
    memset(pending->data + pending->length, 0, NARR_JSON_PADDING);
    narr_buffer_append(&rest, pending->data + reader->at, pending->length - reader->at);
    ok = !rest.failed;
  }
  if (!ok) {
    narr_buffer_free(&rest);
    return false;
  }
  chunk->bytes = *pending;
  *pending = rest;
  reader->at = 0;
  return true;
}

/* Enough to tell formats apart, if the first line is not over before. */
#define PEEK_BYTES 65536

static size_t skip_blanks(const char *bytes, size_t at, size_t length) {
  while (at < length && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == '\r')) at++;
  return at;
}

/* How much tells formats apart: the first line, but of a document that begins
 * with a bracket alone on it, more. 0: more than there is. Hangs on the bytes
 * alone, not on how many were read at once. */
static size_t telling(const char *bytes, size_t length) {
  if (length > PEEK_BYTES) length = PEEK_BYTES;
  size_t start = skip_blanks(bytes, 0, length);
  const char *end = memchr(bytes, '\n', length);
  bool bracket = start < length && (bytes[start] == '{' || bytes[start] == '[');
  bool document = end && bracket && bytes + skip_blanks(bytes, start + 1, length) == end;
  if (end && !document) return (size_t)(end - bytes) + 1;
  return length == PEEK_BYTES ? PEEK_BYTES : 0;
}

narr_status narr_stream_reader_peek(narr_stream_reader *reader, const char **bytes, size_t *length,
                                    narr_error *error) {
  for (;;) {
    bool begun = reader->begun || begin(reader);
    *bytes = reader->pending.data ? reader->pending.data + reader->at : "";
    *length = begun ? telling(*bytes, reader->pending.length - reader->at) : 0;
    if (*length) return NARR_OK;
    if (reader->at_end) break;
    narr_status status = read_more(reader, error);
    if (status) return status;
  }
  *length = reader->pending.length - reader->at;
  return NARR_OK;
}

narr_status narr_stream_reader_fill(narr_stream_reader *reader, narr_stream_chunk *chunk,
                                    narr_error *error) {
  chunk->record_count = 0;
  for (;;) {
    if (!frame_pending(reader, chunk)) break;
    if (chunk->record_count == 0 && reader->at_end) return NARR_OK;
    if (chunk->record_count > 0) {
      if (!hand_over(reader, chunk)) break;
      return NARR_OK;
    }
    narr_status status = read_more(reader, error);
    if (status) return status;
  }
  chunk->record_count = 0;
  return narr_fail_memory(error);
}
