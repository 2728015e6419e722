/* frame.h - cutting a stream of bytes into records (lines, CSV records, which
 * may span lines, or the objects in an array of a JSON document), whatever
 * chunks it arrives in. */
#ifndef NARR_DATA_FRAME_H
#define NARR_DATA_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum narr_frame_kind {
  NARR_FRAME_LINES, /* ends at LF */
  NARR_FRAME_CSV,   /* ends at CR, LF or CRLF outside quotes */
  NARR_FRAME_ITEMS  /* an object in one of a document's arrays */
} narr_frame_kind;

/* Of a JSON document: where the scan is. */
typedef struct narr_items {
  const char *array;  /* objects in arrays of this name are records; NULL: in the
                         array that the document is */
  size_t depth;       /* brackets that are open */
  size_t array_depth; /* inside such an array; 0: not in one */
  bool in_item;
  bool dropping; /* the item: its bytes are passed over */
  bool in_string, escaped;
  bool named;        /* the value that comes has that name */
  size_t same;       /* bytes of the string at hand that are those of the name; SIZE_MAX:
                        it is another */
  bool last_is_name; /* the string before was the name */
} narr_items;

typedef struct narr_framer {
  narr_frame_kind kind;
  char delimiter; /* CSV */
  int state;      /* of the scan, see frame.c */
  size_t scanned; /* bytes of the current record already looked at */
  size_t lines;   /* line ends inside the current record so far */
  size_t quote;   /* where its last quoted field opens */
  narr_items items;
} narr_framer;

/* One record in the caller's buffer. */
typedef struct narr_record {
  size_t length;  /* bytes, with the line end */
  size_t content; /* bytes, without the line end */
  size_t lines;   /* physical lines it takes up, >= 1; of items: line ends in it */
  bool passed;    /* not a record: what lies between items, or was dropped */
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
 * that the records behind it are found again. At the end of input an item that
 * is cut off is a record. */
bool narr_frame_next(narr_framer *framer, const char *bytes, size_t length, bool at_end,
                     narr_record *record);

/* Records are the objects in arrays called `array` (NULL: in the array that the
 * document is) of a JSON document, or of several, one behind the other. */
void narr_framer_init_items(narr_framer *framer, const char *array);

/* Drops the item that the scan is in: its bytes are passed over. */
void narr_framer_drop_item(narr_framer *framer);

/* Whether a document has begun and is not over. */
bool narr_framer_is_inside(const narr_framer *framer);

/* For narr_frame_next(). */
bool narr_frame_next_item(narr_framer *framer, const char *bytes, size_t length, bool at_end,
                          narr_record *record);

#endif
