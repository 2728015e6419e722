/* frame.c - where records end.
 *
 * The CSV scan goes through the states of libcsv's strict mode, so that both
 * always agree on which line end belongs to a quoted field. It is a scan of
 * its own because libcsv neither counts lines nor finds the next record
 * again after an error. */
#include "data/frame.h"

#include <string.h>

enum {
  FIELD_START, /* nothing of the field seen */
  UNQUOTED,    /* in a field without quotes */
  QUOTED,      /* behind an opening quote */
  AFTER_QUOTE, /* behind a quote in a quoted field: its end, or the first of two */
  MALFORMED    /* behind what libcsv refuses: only a line end counts */
};

static void begin_record(narr_framer *framer) {
  framer->state = FIELD_START;
  framer->scanned = framer->lines = framer->quote = 0;
}

void narr_framer_init(narr_framer *framer, narr_frame_kind kind, char delimiter) {
  framer->kind = kind;
  framer->delimiter = delimiter;
  begin_record(framer);
}

static bool end_record(narr_framer *framer, size_t content, size_t length, narr_record *record) {
  *record = (narr_record){.length = length, .content = content, .lines = framer->lines + 1};
  begin_record(framer);
  return true;
}

static bool next_line(narr_framer *framer, const char *bytes, size_t length, bool at_end,
                      narr_record *record) {
  size_t done = framer->scanned;
  const char *feed = length > done ? memchr(bytes + done, '\n', length - done) : NULL;
  if (!feed && (!at_end || length == 0)) {
    framer->scanned = length;
    return false;
  }
  size_t content = feed ? (size_t)(feed - bytes) : length;
  size_t end = feed ? content + 1 : length;
  if (content > 0 && bytes[content - 1] == '\r') content--;
  return end_record(framer, content, end, record);
}

static bool is_line_end(char c) {
  return c == '\n' || c == '\r';
}

/* The line ends in bytes[from .. to), CR, LF and CRLF being one each;
 * `from` is behind a quote, so there is a byte before it. */
static size_t count_line_ends(const char *bytes, size_t from, size_t to) {
  size_t count = 0;
  const char *end = bytes + to, *at = bytes + from;
  for (; (at = memchr(at, '\n', (size_t)(end - at))); at++) count += at[-1] != '\r';
  for (at = bytes + from; (at = memchr(at, '\r', (size_t)(end - at))); at++) count++;
  return count;
}

/* From `at` to the next quote; counts line ends on the way. */
static size_t skip_quoted(narr_framer *framer, const char *bytes, size_t at, size_t length) {
  const char *quote = memchr(bytes + at, '"', length - at);
  size_t end = quote ? (size_t)(quote - bytes) : length;
  framer->lines += count_line_ends(bytes, at, end);
  return end;
}

static size_t skip_unquoted(const char *bytes, size_t at, size_t length, char delimiter) {
  while (at < length && bytes[at] != delimiter && bytes[at] != '"' && !is_line_end(bytes[at])) at++;
  return at;
}

static size_t skip_line(const char *bytes, size_t at, size_t length) {
  while (at < length && !is_line_end(bytes[at])) at++;
  return at;
}

/* The state behind `c`, which is not a line end. */
static int step(const narr_framer *framer, int state, char c) {
  if (c == framer->delimiter) return FIELD_START;
  if (c != '"') return state == AFTER_QUOTE ? MALFORMED : UNQUOTED;
  return state == UNQUOTED ? MALFORMED : QUOTED; /* two quotes stand for one */
}

/* Goes on to the line end that ends the record: its place, or `length`. */
static size_t scan_csv(narr_framer *framer, const char *bytes, size_t length) {
  size_t at = framer->scanned;
  int state = framer->state;
  while (at < length) {
    if (state == QUOTED) {
      at = skip_quoted(framer, bytes, at, length);
      if (at == length) break;
      state = AFTER_QUOTE;
    } else {
      if (state == UNQUOTED) at = skip_unquoted(bytes, at, length, framer->delimiter);
      if (state == MALFORMED) at = skip_line(bytes, at, length);
      if (at == length || is_line_end(bytes[at])) break;
      if (state == FIELD_START && bytes[at] == '"') framer->quote = at;
      state = step(framer, state, bytes[at]);
    }
    at++;
  }
  framer->scanned = at;
  framer->state = state;
  return at;
}

/* An unclosed quote took the scan to the end of input: back to the end of
 * the line that it opens in. What is behind that holds at most doubled
 * quotes, so this happens once an input, not once a line. */
static size_t give_up_quote(narr_framer *framer, const char *bytes, size_t length) {
  size_t end = skip_line(bytes, framer->quote, length);
  framer->lines -= count_line_ends(bytes, end, length);
  return end;
}

static bool next_csv(narr_framer *framer, const char *bytes, size_t length, bool at_end,
                     narr_record *record) {
  size_t at = scan_csv(framer, bytes, length);
  if (at == length && (!at_end || length == 0)) return false;
  if (at == length && framer->state == QUOTED) at = give_up_quote(framer, bytes, length);
  if (at == length) return end_record(framer, at, at, record);
  bool pair = bytes[at] == '\r' && at + 1 < length && bytes[at + 1] == '\n';
  if (bytes[at] == '\r' && at + 1 == length && !at_end) return false; /* LF may follow */
  return end_record(framer, at, at + (pair ? 2 : 1), record);
}

bool narr_frame_next(narr_framer *framer, const char *bytes, size_t length, bool at_end,
                     narr_record *record) {
  switch (framer->kind) {
    case NARR_FRAME_LINES: return next_line(framer, bytes, length, at_end, record);
    case NARR_FRAME_CSV: return next_csv(framer, bytes, length, at_end, record);
    case NARR_FRAME_ITEMS: return narr_frame_next_item(framer, bytes, length, at_end, record);
  }
  return false;
}
