/* stream.c - classifying a stream of records on every processor, in order.
 *
 * The calling thread reads chunks of whole records into a ring of slots;
 * workers take slots in order, classify and format their records, and
 * whichever of them finishes the slot that is next to be written writes it,
 * and those behind it that are done. So nothing is reordered, a slow output
 * holds up the input through the ring, and memory is bounded by it. With a
 * single worker the calling thread does it all. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/parallel.h"
#include "base/status.h"
#include "pipeline/checkpoint.h"
#include "pipeline/record_worker.h"
#include "pipeline/stream_reader.h"
#include "pipeline/summary.h"

/* A chunk of the input and what became of it. */
typedef struct slot {
  narr_stream_chunk chunk;
  narr_buffer output;
  narr_stream_stats counts;
  narr_observations observations; /* for the summary */
  narr_status status;             /* not OK: the stream ends behind this output */
  narr_error error;
  bool done;
} slot;

struct engine;

typedef struct worker {
  struct engine *engine;
  narr_record_worker record;
  pthread_t thread;
} worker;

typedef struct engine {
  const narr_model *model;
  const narr_stream_options *options;
  const char *name;
  int out_fd;
  narr_stream_reader reader;
  narr_stream_layout layout;
  bool begun;             /* the layout is known and the header written */
  narr_stream_place from; /* what is before was answered in an earlier run */
  uint64_t rows_to_come;  /* of those that the last chunk header announced */
  uint64_t bad_header;    /* the line of a chunk header that is none; 0: none was met */
  worker *workers;
  size_t worker_count;
  slot *slots;
  size_t slot_count;
  int wake[2]; /* a pipe that ends the reader's waiting */

  pthread_mutex_t lock; /* of what follows */
  pthread_cond_t chunk_read;
  pthread_cond_t slot_written;
  uint64_t read, taken, written; /* slots so far */
  bool writing;                  /* a worker is */
  bool ended;                    /* nothing more is read */
  bool over;                     /* nothing more is written */

  narr_stream_stats stats; /* the writing worker's */
  narr_status status;
  narr_error error;
} engine;

/* ---- One slot ----------------------------------------------------------------------- */

static narr_status read_item(worker *self, const slot *here, const narr_stream_record *record,
                             narr_stream_item *item, narr_error *error) {
  const engine *stream = self->engine;
  if (record->cut_off) return narr_fail(error, NARR_ERROR_INPUT, "the document is cut off");
  if (record->too_long)
    return narr_fail(error, NARR_ERROR_INPUT, "record longer than %zu bytes",
                     stream->options->max_record_bytes);
  return narr_record_worker_read(&self->record, &stream->layout,
                                 here->chunk.bytes.data + record->start, record->length, item,
                                 error);
}

static narr_status process_record(worker *self, slot *here, const narr_stream_record *record) {
  narr_stream_item item = {.line = record->line};
  narr_status status = read_item(self, here, record, &item, &here->error);
  status = narr_record_worker_answer(&self->record, &item, status, &here->output, &here->counts,
                                     &here->error);
  if (status != NARR_ERROR_INPUT) return status;
  narr_error why = here->error; /* the input is to be strict */
  narr_fail(&here->error, status, "%s:%llu: %s", self->engine->name, (unsigned long long)item.line,
            why.message);
  here->error.line = (size_t)item.line;
  return status;
}

static void process_slot(worker *self, slot *here) {
  narr_stream_chunk *chunk = &here->chunk;
  narr_buffer_clear(&here->output);
  here->counts = (narr_stream_stats){0};
  here->status = NARR_OK;
  narr_observations_clear(&here->observations);
  self->record.observations = self->engine->options->summary ? &here->observations : NULL;
  for (size_t i = 0; i < chunk->record_count && !here->status; i++) {
    narr_stream_record *record = &chunk->records[i];
    here->status = process_record(self, here, record);
    record->end = here->output.length;
  }
}

/* Writes; false when nothing more can be written. */
static bool write_bytes(engine *stream, const char *bytes, size_t length) {
  int failure = length ? narr_file_write_all(stream->out_fd, bytes, length) : 0;
  if (failure == EPIPE)
    stream->stats.closed = true;
  else if (failure)
    stream->status = narr_fail_system(&stream->error, failure, "writing the results");
  return failure == 0;
}

static bool write_output(engine *stream, const slot *here) {
  const narr_stream_chunk *chunk = &here->chunk;
  if (!stream->options->flush_lines || chunk->record_count == 0)
    return write_bytes(stream, here->output.data, here->output.length);
  size_t records = (size_t)here->counts.records, start = 0;
  for (size_t i = 0; i < records; i++) {
    size_t end = chunk->records[i].end;
    if (!write_bytes(stream, here->output.data + start, end - start)) return false;
    start = end;
  }
  return true;
}

/* Counts a slot and writes its output, with alerts; false when nothing more can be
 * written. */
static bool sum_up(engine *stream, const slot *here) {
  narr_summary *summary = stream->options->summary;
  narr_buffer merged = NARR_BUFFER_INIT;
  if (!summary) return write_output(stream, here);
  narr_status status = narr_summary_take(summary, &here->counts, &here->observations, &here->output,
                                         &merged, &stream->error);
  bool ok = !status && merged.length > 0 ? write_bytes(stream, merged.data, merged.length)
                                         : write_output(stream, here);
  narr_buffer_free(&merged);
  if (status) stream->status = status;
  return ok && !status;
}

/* For a run that goes on from here. */
static bool note_place(engine *stream, const slot *here) {
  const narr_stream_chunk *chunk = &here->chunk;
  if (!stream->options->checkpoint || chunk->record_count == 0) return true;
  stream->status = narr_checkpoint_advance(
      stream->options->checkpoint, &chunk->records[chunk->record_count - 1].behind, &stream->error);
  return !stream->status;
}

/* Writes what became of a slot; false when it is the last. */
static bool write_slot(engine *stream, const slot *here) {
  stream->stats.records += here->counts.records;
  stream->stats.errors += here->counts.errors;
  stream->stats.skipped += here->counts.skipped;
  stream->stats.flagged += here->counts.flagged;
  for (int d = 0; d < NARR_DOUBT_COUNT; d++) stream->stats.doubts[d] += here->counts.doubts[d];
  if (!sum_up(stream, here)) return false;
  if (!here->status) return note_place(stream, here);
  stream->status = here->status;
  stream->error = here->error;
  if (here->status == NARR_ERROR_INPUT) stream->error.row = (size_t)stream->stats.records;
  return false;
}

/* ---- Reading --------------------------------------------------------------------------- */

static bool write_header(engine *stream) {
  narr_buffer header = NARR_BUFFER_INIT;
  narr_checkpoint *checkpoint = stream->options->checkpoint;
  if (stream->options->header && !(checkpoint && narr_checkpoint_header(checkpoint)))
    narr_record_header(&stream->workers[0].record.writer, &header);
  if (header.failed) stream->status = narr_fail_memory(&stream->error);
  bool written = !header.failed && write_bytes(stream, header.data, header.length);
  narr_buffer_free(&header);
  return written;
}

/* Takes the header of the CSV off the first chunk. */
static narr_status read_header(engine *stream, narr_stream_chunk *chunk, narr_error *error) {
  narr_error why = NARR_ERROR_INIT;
  narr_status status;
  if (chunk->record_count == 0) {
    if (stream->reader.stopped) return NARR_OK;
    status = narr_fail(&why, NARR_ERROR_INPUT, "no header: the input is empty");
  } else if (chunk->records[0].too_long) {
    status = narr_fail(&why, NARR_ERROR_INPUT, "the header is longer than %zu bytes",
                       stream->options->max_record_bytes);
  } else {
    status = narr_stream_input_header(&stream->workers[0].record.input,
                                      chunk->bytes.data + chunk->records[0].start,
                                      chunk->records[0].length, &stream->layout, &why);
  }
  if (status) {
    narr_fail(error, status, "%s:1: %s", stream->name, why.message);
    if (error) error->line = 1;
    return status;
  }
  chunk->record_count--;
  memmove(chunk->records, chunk->records + 1, chunk->record_count * sizeof *chunk->records);
  return NARR_OK;
}

/* Whether a line is a number, which it sets. */
static bool parse_count(const char *bytes, size_t length, uint64_t *count) {
  *count = 0;
  for (size_t i = 0; i < length; i++) {
    if (bytes[i] < '0' || bytes[i] > '9') return false;
    if (__builtin_mul_overflow(*count, (uint64_t)10, count) ||
        __builtin_add_overflow(*count, (uint64_t)(bytes[i] - '0'), count))
      return false;
  }
  return length > 0;
}

/* Takes chunk headers out of the records. At a line that should be one and is
 * not, the chunk ends: what came before is still answered. */
static void take_chunk_headers(engine *stream, narr_stream_chunk *chunk) {
  size_t kept = 0;
  for (size_t i = 0; i < chunk->record_count; i++) {
    narr_stream_record *record = &chunk->records[i];
    if (stream->rows_to_come > 0) {
      stream->rows_to_come--;
      chunk->records[kept++] = *record;
    } else if (record->too_long || !parse_count(chunk->bytes.data + record->start, record->length,
                                                &stream->rows_to_come)) {
      stream->bad_header = record->line;
      break;
    }
  }
  chunk->record_count = kept;
}

static narr_status fill_chunk(engine *stream, narr_stream_chunk *chunk, narr_error *error) {
  chunk->record_count = 0;
  while (!stream->bad_header) {
    narr_status status = narr_stream_reader_fill(&stream->reader, chunk, error);
    if (status || chunk->record_count == 0 || !stream->options->chunk_headers) return status;
    take_chunk_headers(stream, chunk);
    if (chunk->record_count > 0) return NARR_OK;
  }
  narr_fail(error, NARR_ERROR_INPUT, "%s:%llu: a chunk header is the number of rows that follow",
            stream->name, (unsigned long long)stream->bad_header);
  if (error) error->line = (size_t)stream->bad_header;
  return NARR_ERROR_INPUT;
}

/* Learns from the first bytes how records lie. */
static narr_status choose_layout(engine *stream, narr_error *error) {
  const narr_stream_options *options = stream->options;
  const char *bytes, *array;
  size_t length;
  if (options->chunk_headers || options->input == NARR_INPUT_LINES ||
      options->input == NARR_INPUT_TSV || options->input == NARR_INPUT_CSV)
    return NARR_OK;
  narr_status status = narr_stream_reader_peek(&stream->reader, &bytes, &length, error);
  if (status) return status;
  narr_framer *framer = &stream->reader.framer;
  switch (narr_stream_input_begin(options, bytes, length, &stream->layout, &array)) {
    case NARR_SHAPE_LINES: break;
    case NARR_SHAPE_CSV: narr_framer_init(framer, NARR_FRAME_CSV, options->delimiter); break;
    case NARR_SHAPE_ITEMS: narr_framer_init_items(framer, array); break;
  }
  return NARR_OK;
}

/* The same where the input begins with a chunk header: from the first record,
 * which is a line. */
static narr_status begin_behind_header(engine *stream, const narr_stream_record *record,
                                       const char *bytes, narr_error *error) {
  const char *array;
  if (narr_stream_input_begin(stream->options, bytes + record->start, record->length,
                              &stream->layout, &array) == NARR_SHAPE_LINES)
    return NARR_OK;
  return narr_fail(error, NARR_ERROR_INPUT, "%s: behind chunk headers, records are lines",
                   stream->name);
}

/* Learns from the first chunk what all records look like. */
static narr_status begin(engine *stream, narr_stream_chunk *chunk, narr_error *error) {
  narr_stream_layout *layout = &stream->layout;
  narr_status status = NARR_OK;
  stream->begun = true;
  if (layout->format == NARR_INPUT_CSV) status = read_header(stream, chunk, error);
  if (stream->options->chunk_headers && chunk->record_count > 0)
    status = begin_behind_header(stream, &chunk->records[0], chunk->bytes.data, error);
  if (!status && !write_header(stream))
    chunk->record_count = 0;
  else if (!status && chunk->record_count == 0)
    status = fill_chunk(stream, chunk, error);
  return status;
}

/* Takes out of the chunk what an earlier run has answered. *found: all of it was met. */
static narr_status drop_answered(engine *stream, narr_stream_chunk *chunk, bool *found,
                                 narr_error *error) {
  const narr_stream_place *from = &stream->from;
  size_t answered = 0;
  while (answered < chunk->record_count && chunk->records[answered].behind.records <= from->records)
    answered++;
  if (answered == 0) return NARR_OK;
  const narr_stream_place *last = &chunk->records[answered - 1].behind;
  *found = last->records == from->records;
  if (*found && (last->bytes != from->bytes || last->digest != from->digest))
    return narr_fail(error, NARR_ERROR_INPUT, "%s is not what it was when its checkpoint was made",
                     stream->name);
  chunk->record_count -= answered;
  memmove(chunk->records, chunk->records + answered, chunk->record_count * sizeof *chunk->records);
  return NARR_OK;
}

/* Goes on behind the checkpoint. */
static narr_status catch_up(engine *stream, narr_stream_chunk *chunk, narr_error *error) {
  bool found = false;
  narr_status status = NARR_OK;
  while (!status && !found && chunk->record_count > 0) {
    status = drop_answered(stream, chunk, &found, error);
    if (!status && chunk->record_count == 0) status = fill_chunk(stream, chunk, error);
  }
  if (!status && !found && !stream->reader.stopped)
    status =
        narr_fail(error, NARR_ERROR_INPUT, "%s is shorter than its checkpoint says", stream->name);
  stream->from.records = 0;
  return status;
}

/* Fills `chunk`; without records when the stream has ended or failed. */
static narr_status read_chunk(engine *stream, narr_stream_chunk *chunk, narr_error *error) {
  chunk->record_count = 0;
  narr_status status = stream->begun ? NARR_OK : choose_layout(stream, error);
  if (!status) status = fill_chunk(stream, chunk, error);
  if (!status && !stream->begun) status = begin(stream, chunk, error);
  if (!status && stream->from.records > 0) status = catch_up(stream, chunk, error);
  if (status) chunk->record_count = 0;
  return status;
}

static narr_status run_alone(engine *stream, narr_error *error) {
  slot *here = &stream->slots[0];
  for (;;) {
    narr_status status = read_chunk(stream, &here->chunk, error);
    if (status || here->chunk.record_count == 0) return status;
    process_slot(&stream->workers[0], here);
    if (!write_slot(stream, here)) return NARR_OK;
  }
}

/* ---- Threads ------------------------------------------------------------------------------ */

static slot *slot_at(engine *stream, uint64_t number) {
  return &stream->slots[number % stream->slot_count];
}

/* Under the lock: nothing more is to be read, classified or written. */
static void end_stream(engine *stream) {
  stream->over = true;
  pthread_cond_broadcast(&stream->chunk_read);
  pthread_cond_broadcast(&stream->slot_written);
  ssize_t put;
  do {
    put = write(stream->wake[1], "", 1);
  } while (put < 0 && errno == EINTR);
}

/* Under the lock: writes what is next, unless another worker is at it, which
 * will then find this slot done. */
static void write_in_order(engine *stream) {
  if (stream->writing) return;
  stream->writing = true;
  while (!stream->over && stream->written < stream->taken &&
         slot_at(stream, stream->written)->done) {
    slot *here = slot_at(stream, stream->written);
    pthread_mutex_unlock(&stream->lock);
    bool more = write_slot(stream, here);
    pthread_mutex_lock(&stream->lock);
    here->done = false;
    stream->written++;
    if (!more) end_stream(stream);
    pthread_cond_signal(&stream->slot_written);
  }
  stream->writing = false;
}

static void *work(void *argument) {
  worker *self = argument;
  engine *stream = self->engine;
  pthread_mutex_lock(&stream->lock);
  for (;;) {
    while (!stream->over && !stream->ended && stream->taken == stream->read)
      pthread_cond_wait(&stream->chunk_read, &stream->lock);
    if (stream->over || stream->taken == stream->read) break;
    slot *here = slot_at(stream, stream->taken++);
    pthread_mutex_unlock(&stream->lock);
    process_slot(self, here);
    pthread_mutex_lock(&stream->lock);
    here->done = true;
    write_in_order(stream);
  }
  pthread_mutex_unlock(&stream->lock);
  return NULL;
}

/* The next slot to read into; NULL when the stream is over. */
static slot *wait_for_slot(engine *stream) {
  pthread_mutex_lock(&stream->lock);
  while (!stream->over && stream->read - stream->written == stream->slot_count)
    pthread_cond_wait(&stream->slot_written, &stream->lock);
  slot *here = stream->over ? NULL : slot_at(stream, stream->read);
  pthread_mutex_unlock(&stream->lock);
  return here;
}

static narr_status feed_workers(engine *stream, narr_error *error) {
  narr_status status = NARR_OK;
  for (slot *here; (here = wait_for_slot(stream)) != NULL;) {
    status = read_chunk(stream, &here->chunk, error);
    if (status || here->chunk.record_count == 0) break;
    pthread_mutex_lock(&stream->lock);
    stream->read++;
    pthread_cond_signal(&stream->chunk_read);
    pthread_mutex_unlock(&stream->lock);
  }
  pthread_mutex_lock(&stream->lock);
  stream->ended = true;
  pthread_cond_broadcast(&stream->chunk_read);
  pthread_mutex_unlock(&stream->lock);
  return status;
}

static narr_status run_on_threads(engine *stream, narr_error *error) {
  if (pipe(stream->wake) != 0) return narr_fail_system(error, errno, "pipe");
  fcntl(stream->wake[0], F_SETFD, FD_CLOEXEC);
  fcntl(stream->wake[1], F_SETFD, FD_CLOEXEC);
  stream->reader.wake_fd = stream->wake[0];
  pthread_mutex_init(&stream->lock, NULL);
  pthread_cond_init(&stream->chunk_read, NULL);
  pthread_cond_init(&stream->slot_written, NULL);
  size_t started = 0;
  while (started < stream->worker_count && pthread_create(&stream->workers[started].thread, NULL,
                                                          work, &stream->workers[started]) == 0)
    started++;
  narr_status status = started ? feed_workers(stream, error) : run_alone(stream, error);
  for (size_t i = 0; i < started; i++) pthread_join(stream->workers[i].thread, NULL);
  pthread_cond_destroy(&stream->slot_written);
  pthread_cond_destroy(&stream->chunk_read);
  pthread_mutex_destroy(&stream->lock);
  close(stream->wake[0]);
  close(stream->wake[1]);
  return status;
}

/* ---- Set-up ---------------------------------------------------------------------------------- */

/* `single_text`: no input is read. */
static narr_status open_engine(engine *stream, const narr_model *model, int out_fd,
                               const narr_stream_options *options, bool single_text,
                               narr_error *error) {
  static const narr_stream_options defaults = NARR_STREAM_OPTIONS_INIT;
  *stream = (engine){.model = model, .out_fd = out_fd, .wake = {-1, -1}};
  stream->options = options ? options : &defaults;
  stream->layout.format = stream->options->input;
  stream->name = stream->options->name ? stream->options->name : "<stream>";
  narr_status status = narr_stream_options_check(stream->options, error);
  const narr_summary *summary = stream->options->summary;
  if (!status && summary && stream->options->output != NARR_OUTPUT_JSONL &&
      narr_summary_has_alerts(summary))
    status = narr_fail(error, NARR_ERROR_ARGUMENT, "alerts are JSON lines: the output must be");
  if (status) return status;
  size_t jobs = single_text ? 1 : narr_jobs(stream->options->jobs);
  stream->slot_count = jobs == 1 ? 1 : 2 * jobs + 2;
  stream->workers = narr_alloc_zero(jobs, sizeof *stream->workers);
  stream->slots = narr_alloc_zero(stream->slot_count, sizeof *stream->slots);
  if (!stream->workers || !stream->slots) return narr_fail_memory(error);
  for (; stream->worker_count < jobs && !status; stream->worker_count++) {
    worker *self = &stream->workers[stream->worker_count];
    self->engine = stream;
    status = narr_record_worker_init(&self->record, model, stream->options, single_text, error);
  }
  return status;
}

static void close_engine(engine *stream) {
  for (size_t i = 0; i < stream->worker_count; i++)
    narr_record_worker_free(&stream->workers[i].record);
  for (size_t i = 0; stream->slots && i < stream->slot_count; i++) {
    narr_stream_chunk_free(&stream->slots[i].chunk);
    narr_buffer_free(&stream->slots[i].output);
    narr_observations_free(&stream->slots[i].observations);
  }
  narr_free(stream->workers);
  narr_free(stream->slots);
  narr_stream_reader_free(&stream->reader);
}

/* The outcome: a failure of what came first in the stream counts. */
static narr_status outcome(const engine *stream, narr_status status, narr_stream_stats *stats,
                           narr_error *error) {
  if (stats) {
    *stats = stream->stats;
    stats->stopped = stream->reader.stopped;
    stats->replaced = stream->reader.replaced;
  }
  if (!stream->status) return status;
  if (error) *error = stream->error;
  return stream->status;
}

static narr_status run(engine *stream, narr_error *error) {
  return stream->worker_count > 1 ? run_on_threads(stream, error) : run_alone(stream, error);
}

/* With a checkpoint, which is also saved where the run ends, whatever ends it. */
static narr_status run_on(engine *stream, narr_error *error) {
  narr_checkpoint *checkpoint = stream->options->checkpoint;
  narr_error why = NARR_ERROR_INIT;
  bool done;
  narr_checkpoint_begin(checkpoint, &stream->from, &done);
  if (done) return NARR_OK;
  stream->reader.digests = true;
  narr_status status = run(stream, error), saved = narr_checkpoint_save(checkpoint, &why);
  if (status || stream->status || !saved) return status;
  if (error) *error = why;
  return saved;
}

narr_status narr_classify_stream(const narr_model *model, int in_fd, int out_fd,
                                 const narr_stream_options *options, narr_stream_stats *stats,
                                 narr_error *error) {
  engine stream;
  narr_status status = open_engine(&stream, model, out_fd, options, false, error);
  const narr_stream_options *chosen = stream.options;
  narr_stream_reader_init(&stream.reader, in_fd, stream.name,
                          chosen->input == NARR_INPUT_CSV ? NARR_FRAME_CSV : NARR_FRAME_LINES,
                          chosen->delimiter, chosen->max_record_bytes);
  stream.reader.stop_fd = chosen->stop_fd;
  stream.reader.follow = chosen->follow;
  if (!status && in_fd < 0) status = narr_fail(error, NARR_ERROR_ARGUMENT, "in_fd is negative");
  if (!status) status = chosen->checkpoint ? run_on(&stream, error) : run(&stream, error);
  stream.stats.bytes = stream.reader.bytes;
  status = outcome(&stream, status, stats, error);
  close_engine(&stream);
  return status;
}

narr_status narr_classify_text(const narr_model *model, const char *text, size_t length, int out_fd,
                               const narr_stream_options *options, narr_stream_stats *stats,
                               narr_error *error) {
  engine stream;
  narr_status status = open_engine(&stream, model, out_fd, options, true, error);
  if (!status && write_header(&stream)) {
    slot *here = &stream.slots[0];
    narr_stream_item item = {.line = 1, .text = text, .text_length = length};
    here->status = narr_record_worker_answer(&stream.workers[0].record, &item, NARR_OK,
                                             &here->output, &here->counts, &here->error);
    stream.stats.bytes = length;
    write_slot(&stream, here);
  }
  status = outcome(&stream, status, stats, error);
  close_engine(&stream);
  return status;
}
