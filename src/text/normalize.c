/* normalize.c - repair, fold, reorder and compose.
 *
 * Most texts need only the first loop: ASCII by table, other characters by
 * page look-up. Only where a combining character was seen does the second
 * pass reorder marks and compose them with their base. */
#include "text/normalize.h"

#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"

#define REPLACEMENT 0xFFFD
#define ZERO_WIDTH_JOINER 0x200D

static bool append(narr_chars *chars, narr_char item) {
  if (chars->count == chars->capacity) {
    void *items = chars->items;
    if (!narr_grow(&items, &chars->capacity, chars->count + 1, sizeof *chars->items)) return false;
    chars->items = items;
  }
  chars->items[chars->count++] = item;
  return true;
}

/* An ignorable character is dropped; but a variation selector belongs to the
 * character before it, and a joiner between emoji makes them one. */
static bool ignore(narr_chars *chars, uint32_t code, uint32_t start, uint32_t end) {
  narr_char *last = chars->count ? &chars->items[chars->count - 1] : NULL;
  if (!last || last->end != start) return true;
  bool after_emoji = last->class == NARR_CHAR_EMOJI || last->class == NARR_CHAR_MODIFIER;
  if (code == ZERO_WIDTH_JOINER && after_emoji)
    return append(chars, (narr_char){code, start, end, NARR_CHAR_JOINER, 0, 0});
  if (after_emoji || last->class == NARR_CHAR_JOINER) last->end = end;
  return true;
}

/* Appends what `code` folds to. *combining is set if the second pass is
 * needed. */
static bool append_folded(narr_chars *chars, uint32_t code, uint32_t start, uint32_t end,
                          bool *combining) {
  const narr_unicode_page *page = narr_unicode_page_of(code);
  if (!page) return false;
  const narr_char_info *info = &page->info[code & 0xFF];
  if (info->length == 0) return ignore(chars, code, start, end);
  const uint32_t *folded = info->length == 1 ? &info->mapping : &page->sequences[info->mapping];
  uint8_t upper = info->flags & NARR_CHAR_UPPER;
  for (size_t i = 0; i < info->length; i++) {
    const narr_char_info *now = info;
    if (folded[i] != code) {
      const narr_unicode_page *other = narr_unicode_page_of(folded[i]);
      if (!other) return false;
      now = &other->info[folded[i] & 0xFF];
    }
    uint8_t flags = (uint8_t)((now->flags & NARR_CHAR_COMBINES) | upper);
    if (!append(chars, (narr_char){folded[i], start, end, now->class, flags, now->combining}))
      return false;
    upper = 0;
    if (now->combining || (code >= 0x300 && flags & NARR_CHAR_COMBINES)) *combining = true;
  }
  return true;
}

/* Runs of up to this many marks are sorted by insertion. Nothing but abuse has
 * longer ones. */
#define SHORT_RUN 32

static bool sort_by_insertion(narr_char *items, size_t count) {
  bool moved = false;
  for (size_t k = 1; k < count; k++) {
    narr_char item = items[k];
    size_t to = k;
    for (; to > 0 && items[to - 1].combining > item.combining; to--) items[to] = items[to - 1];
    items[to] = item;
    moved |= to != k;
  }
  return moved;
}

static void sort_by_counting(narr_char *items, size_t count, narr_char *scratch) {
  size_t place[256] = {0}, sum = 0;
  for (size_t k = 0; k < count; k++) place[items[k].combining]++;
  for (size_t class = 0; class < 256; class ++) {
    size_t here = place[class];
    place[class] = sum;
    sum += here;
  }
  memcpy(scratch, items, count * sizeof *items);
  for (size_t k = 0; k < count; k++) items[place[scratch[k].combining]++] = scratch[k];
}

/* Characters that changed places share the bytes of all that did. */
static void share_bytes(narr_char *items, size_t count) {
  uint32_t low = UINT32_MAX, high = 0;
  for (size_t k = 0; k < count; k++) {
    if (items[k].start < low) low = items[k].start;
    if (items[k].end > high) high = items[k].end;
  }
  for (size_t k = 0; k < count; k++) items[k].start = low, items[k].end = high;
}

/* Canonical ordering (D108): marks by combining class, stably. False: out of
 * memory. */
static bool reorder(narr_chars *chars) {
  for (size_t i = 0, end; i < chars->count; i = end) {
    end = i;
    while (end < chars->count && chars->items[end].combining) end++;
    size_t run = end - i;
    bool moved = true;
    if (run <= SHORT_RUN) {
      moved = sort_by_insertion(chars->items + i, run);
    } else {
      void *items = chars->items;
      if (!narr_grow(&items, &chars->capacity, chars->count + run, sizeof *chars->items))
        return false;
      chars->items = items;
      sort_by_counting(chars->items + i, run, chars->items + chars->count);
    }
    if (moved) share_bytes(chars->items + i, run);
    if (!run) end++;
  }
  return true;
}

/* Composes `mark` into the starter if the pair has a canonical composite. */
static bool compose_pair(narr_char *starter, const narr_char *mark) {
  if (!(starter->flags & mark->flags & NARR_CHAR_COMBINES)) return false;
  uint32_t code = narr_unicode_compose(starter->code, mark->code);
  const narr_unicode_page *page = code ? narr_unicode_page_of(code) : NULL;
  if (!page) return false;
  const narr_char_info *info = &page->info[code & 0xFF];
  starter->code = code;
  starter->class = info->class;
  starter->flags =
      (uint8_t)((starter->flags & NARR_CHAR_UPPER) | (info->flags & NARR_CHAR_COMBINES));
  if (mark->end > starter->end) starter->end = mark->end;
  return true;
}

/* Canonical composition (D117), in place. */
static size_t compose(narr_char *items, size_t count) {
  size_t kept = 0, starter = SIZE_MAX;
  for (size_t i = 0; i < count; i++) {
    narr_char item = items[i];
    if (starter != SIZE_MAX) {
      uint8_t before = items[kept - 1].combining;
      bool adjacent = kept == starter + 1;
      if ((adjacent || before < item.combining) && compose_pair(&items[starter], &item)) {
        for (size_t k = starter + 1; k < kept; k++) /* marks that it went over */
          if (items[k].end < item.end) items[k].end = item.end;
        continue;
      }
    }
    items[kept] = item;
    if (!item.combining) starter = kept;
    kept++;
  }
  return kept;
}

bool narr_normalize(narr_chars *chars, const char *text, size_t length) {
  chars->count = chars->repaired = 0;
  const narr_unicode_page *ascii = narr_unicode_page_of(0);
  void *items = chars->items;
  if (!ascii || !narr_grow(&items, &chars->capacity, length + 1, sizeof *chars->items))
    return false;
  chars->items = items;
  bool combining = false;
  for (size_t at = 0; at < length;) {
    unsigned char byte = (unsigned char)text[at];
    uint32_t start = (uint32_t)at;
    if (byte < 0x80) {
      const narr_char_info *info = &ascii->info[byte];
      if (!append(chars, (narr_char){info->mapping, start, start + 1, info->class, info->flags, 0}))
        return false;
      at++;
      continue;
    }
    uint32_t code;
    at += narr_utf8_decode(text + at, length - at, &code);
    if (code == NARR_UTF8_INVALID) {
      code = REPLACEMENT;
      chars->repaired++;
    }
    if (!append_folded(chars, code, start, (uint32_t)at, &combining)) return false;
  }
  if (combining) {
    if (!reorder(chars)) return false;
    chars->count = compose(chars->items, chars->count);
  }
  return true;
}

void narr_chars_free(narr_chars *chars) {
  narr_free(chars->items);
  *chars = (narr_chars)NARR_CHARS_INIT;
}
