/* stream_reader.h - from a file descriptor, unpacked if it is packed, to chunks
 * of whole records.
 *
 * A chunk is what one read() returned, so a slow pipe is answered at once
 * and a fast one is read in large pieces. Where a record begins and ends
 * depends on the bytes alone, never on how they were cut into reads. */
#ifndef NARR_PIPELINE_STREAM_READER_H
#define NARR_PIPELINE_STREAM_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/unpack.h"
#include "data/frame.h"
#include "narr/error.h"

/* How far a stream has come. */
typedef struct narr_stream_place {
  uint64_t records; /* a header is one */
  uint64_t bytes;   /* unpacked, up to the end of the last of them */
  uint64_t digest;  /* of them all */
} narr_stream_place;

typedef struct narr_stream_record {
  size_t start;             /* in the chunk's bytes */
  size_t length;            /* without the line end */
  uint64_t line;            /* 1-based physical line that it begins in */
  bool too_long;            /* not kept: length is 0 */
  bool cut_off;             /* nothing: the document ends before its end */
  bool passed;              /* for the reader: this is no record */
  size_t end;               /* for the engine: where its output ends */
  narr_stream_place behind; /* this record */
} narr_stream_record;

/* Zero-initialised; free with narr_stream_chunk_free(). The last record is
 * followed by NARR_JSON_PADDING readable bytes. */
typedef struct narr_stream_chunk {
  narr_buffer bytes;
  narr_stream_record *records;
  size_t record_count;
  size_t record_capacity;
} narr_stream_chunk;

typedef struct narr_stream_reader {
  int in_fd;
  int stop_fd;             /* readable: as if the input ended here; -1: none */
  int wake_fd;             /* readable: nobody wants more; -1: none */
  const char *name;        /* of the input */
  const char *follow;      /* the path of the input, which may grow; NULL: it does not */
  bool digests;            /* are wanted */
  narr_unpacker *unpacker; /* NULL: nothing was read yet */
  narr_framer framer;
  size_t max_record_bytes;
  narr_buffer pending; /* read, not handed over */
  size_t at;           /* what of it has been framed */
  uint64_t line;       /* that the next record begins in */
  uint64_t bytes;      /* read in all, unpacked */
  uint64_t passed;     /* of the over-long record that is being skipped */
  bool skipping;
  bool after_cr; /* while skipping */
  bool begun;    /* a byte order mark was looked for */
  bool at_end;
  bool stopped;            /* by stop_fd */
  bool leave_rest;         /* then, what has no line end is no record */
  bool suspect;            /* another file is at the path, but this one may still have grown */
  bool replaced;           /* it is over: another file is there, or it was cut off */
  narr_stream_place place; /* what was framed; `bytes` is not kept up */
} narr_stream_reader;

void narr_stream_reader_init(narr_stream_reader *reader, int in_fd, const char *name,
                             narr_frame_kind kind, char delimiter, size_t max_record_bytes);
void narr_stream_reader_free(narr_stream_reader *reader);

/* Before the first fill: waits for the first line, or as much of it as tells
 * formats apart (behind a line of a bracket alone: up to 64 KiB), and borrows
 * that. Errors: as narr_stream_reader_fill(). */
NARR_MUST_CHECK narr_status narr_stream_reader_peek(narr_stream_reader *reader, const char **bytes,
                                                    size_t *length, narr_error *error);

/* Waits for whole records and fills `chunk` with them; with none at the end
 * of the stream. A record over max_record_bytes is passed over up to the
 * next line end and leaves an entry with `too_long`. At the end of the input the
 * last record needs no line end; where a file is stopped at, it does. Errors: system,
 * memory, input (packed data that are damaged, or that are followed); no whole record
 * that was read is lost by them. */
NARR_MUST_CHECK narr_status narr_stream_reader_fill(narr_stream_reader *reader,
                                                    narr_stream_chunk *chunk, narr_error *error);

void narr_stream_chunk_free(narr_stream_chunk *chunk);

#endif
