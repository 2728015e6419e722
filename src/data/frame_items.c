/* frame_items.c - the objects in an array of a JSON document.
 *
 * Only what tells where an object ends is looked at: strings and brackets. So an
 * item that is not valid JSON is still found, and is the JSON parser's to judge,
 * and a document of any size needs no more memory than its largest item. */
#include <stdint.h>
#include <string.h>

#include "data/frame.h"

void narr_framer_init_items(narr_framer *framer, const char *array) {
  *framer = (narr_framer){.kind = NARR_FRAME_ITEMS, .items = {.array = array}};
}

void narr_framer_drop_item(narr_framer *framer) {
  framer->items.dropping = framer->items.in_item;
}

bool narr_framer_is_inside(const narr_framer *framer) {
  return framer->kind == NARR_FRAME_ITEMS && framer->items.depth > 0;
}

static size_t count_line_ends(const char *bytes, size_t length) {
  size_t count = 0;
  const char *end = bytes + length;
  for (const char *at = bytes; (at = memchr(at, '\n', (size_t)(end - at))); at++) count++;
  return count;
}

static bool end_part(narr_framer *framer, const char *bytes, size_t length, bool passed,
                     narr_record *record) {
  *record = (narr_record){.length = length,
                          .content = passed ? 0 : length,
                          .lines = count_line_ends(bytes, length),
                          .passed = passed};
  framer->scanned = 0;
  return true;
}

/* Compares the strings outside of items with the name, byte by byte. */
static void see_byte(narr_items *items, char c) {
  if (items->same == SIZE_MAX) return;
  bool fits = items->array && items->same < strlen(items->array) && items->array[items->same] == c;
  items->same = fits ? items->same + 1 : SIZE_MAX;
}

/* A step inside a string; `look`: at what it says. */
static void step_in_string(narr_items *items, char c, bool look) {
  if (items->escaped) {
    items->escaped = false;
    items->same = SIZE_MAX; /* the names that are asked for have no escapes */
  } else if (c == '\\') {
    items->escaped = true;
  } else if (c == '"') {
    items->in_string = false;
    items->last_is_name = look && items->array && items->same == strlen(items->array);
  } else if (look) {
    see_byte(items, c);
  }
}

static void close_bracket(narr_items *items) {
  if (items->depth > 0) items->depth--;
  if (items->depth < items->array_depth) items->array_depth = 0;
}

/* A step outside of strings and items. True: an item begins. */
static bool step_between(narr_items *items, char c) {
  bool named = items->named;
  if (c == ' ' || c == '\t' || c == '\n' || c == '\r') return false;
  items->named = c == ':' && items->last_is_name;
  items->last_is_name = false;
  if (c == '"') {
    items->in_string = true;
    items->same = 0;
  } else if (c == '{' && items->array_depth > 0 && items->depth == items->array_depth) {
    return true;
  } else if (c == '{' || c == '[') {
    items->depth++;
    if (c == '[' && items->array_depth == 0 && (items->array ? named : items->depth == 1))
      items->array_depth = items->depth;
  } else if (c == '}' || c == ']') {
    close_bracket(items);
  }
  return false;
}

/* Up to the next item: its place, or `length`. */
static size_t scan_between(narr_items *items, const char *bytes, size_t length) {
  for (size_t at = 0; at < length; at++)
    if (items->in_string)
      step_in_string(items, bytes[at], true);
    else if (step_between(items, bytes[at]))
      return at;
  return length;
}

/* Up to behind the item; `length`: it is not over. */
static size_t scan_item(narr_items *items, const char *bytes, size_t at, size_t length) {
  while (at < length && items->in_item) {
    if (items->in_string && !items->escaped)
      while (at < length && bytes[at] != '"' && bytes[at] != '\\') at++;
    if (at == length) break;
    char c = bytes[at++];
    if (items->in_string) {
      step_in_string(items, c, false);
    } else if (c == '"') {
      items->in_string = true;
    } else if (c == '{' || c == '[') {
      items->depth++;
    } else if (c == '}' || c == ']') {
      items->depth--;
      items->in_item = items->depth > items->array_depth;
    }
  }
  return at;
}

bool narr_frame_next_item(narr_framer *framer, const char *bytes, size_t length, bool at_end,
                          narr_record *record) {
  narr_items *items = &framer->items;
  if (length == 0) return false;
  if (!items->in_item) {
    size_t before = scan_between(items, bytes, length);
    items->in_item = before < length;
    if (before > 0) return end_part(framer, bytes, before, true, record);
  }
  size_t at = scan_item(items, bytes, framer->scanned, length);
  if (items->in_item && !items->dropping && !at_end) {
    framer->scanned = at;
    return false;
  }
  bool dropped = items->dropping;
  if (items->in_item && at_end) *items = (narr_items){.array = items->array}; /* cut off */
  if (!items->in_item) items->dropping = false;
  return end_part(framer, bytes, at, dropped, record);
}
