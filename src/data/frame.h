/* frame.h - cutting a stream of bytes into records (lines, or CSV records,
 * which may span lines), whatever chunks it arrives in. */
#ifndef NARR_DATA_FRAME_H
#define NARR_DATA_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum narr_frame_kind {
  NARR_FRAME_LINES, /* ends at LF */
  NARR_FRAME_CSV    /* ends at CR, LF or CRLF outside quotes */
} narr_frame_kind;

typedef struct narr_framer {
  narr_frame_kind kind;
  char delimiter; /* CSV */
  int state;      /* of the scan, see frame.c */
  size_t scanned; /* bytes of the current record already looked at */
  size_t lines;   /* line ends inside the current record so far */
  size_t quote;   /* where its last quoted field opens */
} narr_framer;

/* One record in the caller's buffer. */
typedef struct narr_record {
  size_t length;  /* bytes, with the line end */
  size_t content; /* bytes, without the line end */
  size_t lines;   /* physical lines it takes up, >= 1 */
} narr_record;

void narr_framer_init(narr_framer *framer, narr_frame_kind kind, char delimiter);

/* Looks for the end of the record that begins at `bytes`. True: *record is
 * set, and the next call begins behind it. False: more bytes are needed; the
 * next call passes the same record again with more behind it, and what was
 * scanned is not scanned again. `at_end`: no more bytes will come, so that
 * the last record needs no line end (false then means that `length` is 0).
 *
 * A CSV record that is malformed (text behind a closing quote) ends at the
 * next line end, so that the records behind it are found again; whether it
 * is well-formed is for the CSV parser to say. At the end of input, a record
 * with an unclosed quote ends with the line in which that quote opens, so
 * that the records behind it are found again. */
bool narr_frame_next(narr_framer *framer, const char *bytes, size_t length, bool at_end,
                     narr_record *record);

#endif
