/* normalize.c - repair, fold, reorder and compose.
 *
 * Most texts need only the first pass: ASCII by table, other characters by
 * page look-up. Only where a character was seen that combines with the one
 * before it does the second pass reorder marks and compose them with their
 * base. */
#include "text/normalize.h"

#include <stddef.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "text/html.h"

#define REPLACEMENT 0xFFFD
#define ZERO_WIDTH_JOINER 0x200D

/* The walk over the bytes. There is always room for a character for each byte
 * that is left, and for the two that end it: only what gives more than one
 * asks for more. */
typedef struct reading {
  narr_chars *chars;
  const char *text;
  size_t length;
  size_t at;
  bool html;
  bool compose; /* the second pass is needed */
} reading;

static bool make_room(reading *r, size_t extra) {
  narr_chars *chars = r->chars;
  void *items = chars->items, *briefs = chars->briefs, *lows = chars->lows;
  size_t count = chars->count + extra + (r->length - r->at) + 2;
  size_t bytes = count + NARR_CHARS_MARGIN;
  bool ok = narr_grow(&items, &chars->capacity, count, sizeof *chars->items);
  chars->items = items;
  ok = ok && narr_grow(&briefs, &chars->brief_capacity, bytes, 1);
  chars->briefs = briefs;
  ok = ok && narr_grow(&lows, &chars->low_capacity, bytes, 1);
  chars->lows = lows;
  return ok;
}

static void put(narr_chars *chars, uint32_t code, uint32_t start, uint32_t end,
                const narr_char_info *info) {
  chars->briefs[chars->count] = info->brief;
  chars->lows[chars->count] = (uint8_t)code;
  chars->items[chars->count++] =
      (narr_char){code, start, end, info->class, info->combining, info->traits};
}

/* Part of an emoji, in which no word is. */
static void put_joint(narr_chars *chars, uint32_t code, uint32_t start, uint32_t end,
                      narr_char_class class) {
  narr_char_info info = {.class = (uint8_t) class};
  put(chars, code, start, end, &info);
}

#define MOST_MARKS 4 /* that a letter has, where it matters */

/* The traits of the last letter, before its marks. */
static uint16_t base_traits(const narr_chars *chars) {
  const narr_char *base = &chars->items[chars->count - 1];
  for (size_t i = 0; i < MOST_MARKS && base > chars->items && base->class == NARR_CHAR_MARK; i++)
    base--;
  return base->traits;
}

/* An ignorable character is dropped; but a variation selector belongs to the
 * character before it, a joiner between emoji makes them one, and tags behind
 * a flag say whose it is. Within a word the character is remembered as hidden;
 * other scripts than these need joiners to be written well. */
static void ignore(narr_chars *chars, uint32_t code, uint32_t start, uint32_t end) {
  narr_char *last = chars->count ? &chars->items[chars->count - 1] : NULL;
  if (!last || last->end != start) return;
  bool after_emoji = last->class == NARR_CHAR_EMOJI || last->class == NARR_CHAR_MODIFIER;
  if (code == ZERO_WIDTH_JOINER && after_emoji) {
    put_joint(chars, code, start, end, NARR_CHAR_JOINER);
  } else if (code >= 0xE0020 && code <= 0xE007F && after_emoji) {
    put_joint(chars, code, start, end, NARR_CHAR_MODIFIER);
  } else if (after_emoji || last->class == NARR_CHAR_JOINER) {
    last->end = end;
  } else if (base_traits(chars) & (NARR_TRAIT_LATIN | NARR_TRAIT_CYRILLIC | NARR_TRAIT_GREEK)) {
    last->traits |= NARR_TRAIT_HIDDEN;
    chars->briefs[chars->count - 1] |= NARR_BRIEF_ASKS;
  }
}

/* Takes the last character apart, since what comes now joins it: parts may
 * have to change places with it. */
static bool take_apart(reading *r) {
  narr_chars *chars = r->chars;
  uint32_t parts[NARR_DECOMPOSITION_MAX];
  narr_char whole = chars->items[chars->count - 1];
  size_t count = narr_unicode_decompose(whole.code, parts);
  if (!make_room(r, count)) return false;
  chars->count--;
  for (size_t i = 0; i < count; i++) {
    const narr_unicode_page *page = narr_unicode_page_of(parts[i]);
    if (!page) return false;
    const unsigned kept = NARR_TRAIT_UPPER | NARR_TRAIT_STYLED | NARR_TRAIT_HIDDEN;
    narr_char_info info = page->info[parts[i] & 0xFF];
    info.traits = (uint16_t)(info.traits | (whole.traits & kept));
    put(chars, parts[i], whole.start, whole.end, &info);
  }
  return true;
}

/* To be called before a character with this brief is put: sees to it that it
 * can join the one before it. False: out of memory. */
static inline bool before_joining(reading *r, uint8_t brief) {
  narr_chars *chars = r->chars;
  if (!(brief & NARR_BRIEF_JOINS)) return true;
  r->compose = true;
  if (!chars->count || !(chars->briefs[chars->count - 1] & NARR_BRIEF_DECOMPOSES)) return true;
  return take_apart(r);
}

/* Appends all that `code` folds to, if that is more than one. */
static bool put_sequence(reading *r, uint32_t start, const narr_unicode_page *page,
                         const narr_char_info *info) {
  unsigned own = info->traits & (NARR_TRAIT_UPPER | NARR_TRAIT_STYLED);
  if (!make_room(r, info->length)) return false;
  for (size_t i = 0; i < info->length; i++) {
    uint32_t code = page->sequences[info->mapping + i];
    const narr_unicode_page *other = narr_unicode_page_of(code);
    if (!other) return false;
    narr_char_info now = other->info[code & 0xFF];
    now.traits = (uint16_t)((now.traits & ~NARR_TRAIT_UPPER) | own);
    now.brief |= own & NARR_TRAIT_STYLED ? NARR_BRIEF_ASKS : 0;
    own &= ~(unsigned)NARR_TRAIT_UPPER;
    if (!before_joining(r, now.brief)) return false;
    put(r->chars, code, start, (uint32_t)r->at, &now);
  }
  return true;
}

/* Appends what `code` folds to; its bytes are start .. r->at. */
static inline bool put_folded(reading *r, uint32_t code, uint32_t start) {
  const narr_unicode_page *page = narr_unicode_page_of(code);
  if (!page) return false;
  const narr_char_info *info = &page->info[code & 0xFF];
  if (info->length == 1) {
    if (!before_joining(r, info->brief)) return false;
    put(r->chars, info->mapping, start, (uint32_t)r->at, info);
    return true;
  }
  if (info->length) return put_sequence(r, start, page, info);
  ignore(r->chars, code, start, (uint32_t)r->at);
  return true;
}

/* Reads the HTML at r->at, if there is any, else the '&' or '<' itself. */
static bool read_markup(reading *r) {
  uint32_t start = (uint32_t)r->at, code = 0;
  size_t length = r->html ? narr_html_read(r->text + start, r->length - start, &code) : 0;
  bool quotation = length && r->text[start] == '<' && code == '>';
  if (!length) code = (unsigned char)r->text[start];
  r->at += length ? length : 1;
  if (quotation && !put_folded(r, '\n', start)) return false;
  return !code || put_folded(r, code, start);
}

static bool read_character(reading *r) {
  uint32_t start = (uint32_t)r->at, code;
  r->at += narr_utf8_decode(r->text + r->at, r->length - r->at, &code);
  if (code == NARR_UTF8_INVALID) {
    code = REPLACEMENT;
    r->chars->repaired++;
  }
  return put_folded(r, code, start);
}

static bool is_continuation(unsigned char byte) {
  return (byte & 0xC0) == 0x80;
}

/* The length of the character at r->at if it is one of two or three bytes in
 * the usual form; 0: look closer. */
static inline size_t decode_usual(const reading *r, uint32_t *code) {
  const unsigned char *at = (const unsigned char *)r->text + r->at;
  size_t left = r->length - r->at;
  if (left >= 2 && at[0] >= 0xC2 && at[0] <= 0xDF && is_continuation(at[1])) {
    *code = (at[0] & 0x1Fu) << 6 | (at[1] & 0x3Fu);
    return 2;
  }
  if (left >= 3 && at[0] >= 0xE0 && at[0] < 0xED && is_continuation(at[1]) &&
      is_continuation(at[2]) && (at[0] > 0xE0 || at[1] >= 0xA0)) {
    *code = (at[0] & 0xFu) << 12 | (at[1] & 0x3Fu) << 6 | (at[2] & 0x3Fu);
    return 3;
  }
  return 0;
}

/* The characters from r->at on, which are not ASCII but for single ones among
 * them; most are on the page of the one before. */
static bool read_others(reading *r, const narr_char_info *ascii) {
  const narr_unicode_page *page = NULL;
  uint32_t page_number = UINT32_MAX;
  const unsigned char *text = (const unsigned char *)r->text;
  while (r->at < r->length) {
    uint32_t code, start = (uint32_t)r->at;
    if (text[r->at] < 0x80) {
      const narr_char_info *info = &ascii[text[r->at]];
      bool alone = r->at + 1 < r->length && text[r->at + 1] >= 0x80;
      if (!alone || info->traits & NARR_TRAIT_MARKUP) return true;
      put(r->chars, info->mapping, start, start + 1, info);
      r->at++;
      continue;
    }
    size_t size = decode_usual(r, &code);
    if (size && code >> 8 != page_number) {
      page_number = code >> 8;
      page = narr_unicode_page_of(code);
      if (!page) return false;
    }
    const narr_char_info *info = size ? &page->info[code & 0xFF] : NULL;
    if (!info || info->length != 1) {
      if (!read_character(r)) return false;
      continue;
    }
    r->at += size;
    if (!before_joining(r, info->brief)) return false;
    put(r->chars, info->mapping, start, (uint32_t)r->at, info);
  }
  return true;
}

typedef uint32_t lanes __attribute__((vector_size(16)));

_Static_assert(sizeof(narr_char) == 16 && sizeof(narr_char_info) == 16, "one vector each");
_Static_assert(offsetof(narr_char, class) == 12 && offsetof(narr_char_info, class) == 12 &&
                   offsetof(narr_char, traits) == offsetof(narr_char_info, traits),
               "they begin and end alike");

/* Whether eight bytes are all ASCII and none is '&' or '<'. */
static bool is_plain_ascii(uint64_t bytes) {
  const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
  uint64_t amp = bytes ^ (ones * '&'), less = bytes ^ (ones * '<');
  return !((bytes | ((amp - ones) & ~amp) | ((less - ones) & ~less)) & tops);
}

/* Eight ASCII bytes with capitals made small. */
static uint64_t lower(uint64_t bytes) {
  const uint64_t ones = UINT64_C(0x0101010101010101);
  uint64_t from_a = bytes + ones * (0x80 - 'A'), behind_z = bytes + ones * (0x80 - 'Z' - 1);
  return bytes | ((from_a & ~behind_z & ones << 7) >> 2);
}

/* The ASCII characters from r->at on, eight at a time. A character is its
 * code's narr_char_info with start and end in the middle. */
static inline void read_ascii(reading *r, const narr_char_info *ascii) {
  const lanes outer = {UINT32_MAX, 0, 0, UINT32_MAX}, one = {0, 1, 1, 0};
  const unsigned char *text = (const unsigned char *)r->text;
  narr_chars *chars = r->chars;
  size_t at = r->at, count = chars->count;
  lanes place = {0, (uint32_t)at, (uint32_t)at + 1, 0};
  for (; at + 8 <= r->length; at += 8, count += 8) {
    uint64_t bytes;
    memcpy(&bytes, text + at, sizeof bytes);
    if (!is_plain_ascii(bytes)) break;
    narr_char *items = chars->items + count;
    uint8_t *briefs = chars->briefs + count, *lows = chars->lows + count;
    bytes = lower(bytes);
    memcpy(lows, &bytes, sizeof bytes);
    for (size_t k = 0; k < 8; k++, place += one) {
      const narr_char_info *info = &ascii[text[at + k]];
      lanes item;
      memcpy(&item, info, sizeof item);
      item = (item & outer) | place;
      memcpy(&items[k], &item, sizeof item);
      briefs[k] = info->brief;
    }
  }
  chars->count = count;
  for (; at < r->length && text[at] < 0x80; at++) {
    const narr_char_info *info = &ascii[text[at]];
    if (info->traits & NARR_TRAIT_MARKUP) break;
    put(chars, info->mapping, (uint32_t)at, (uint32_t)at + 1, info);
  }
  r->at = at;
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
  if (!(starter->traits & NARR_TRAIT_STARTS) || !(mark->traits & NARR_TRAIT_FOLLOWS)) return false;
  uint32_t code = narr_unicode_compose(starter->code, mark->code);
  const narr_unicode_page *page = code ? narr_unicode_page_of(code) : NULL;
  if (!page) return false;
  const narr_char_info *info = &page->info[code & 0xFF];
  unsigned kept = starter->traits & (NARR_TRAIT_UPPER | NARR_TRAIT_STYLED | NARR_TRAIT_HIDDEN);
  kept |= mark->traits & NARR_TRAIT_HIDDEN;
  starter->code = code;
  starter->class = info->class;
  starter->traits = (uint16_t)((info->traits & ~NARR_TRAIT_UPPER) | kept);
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

/* Briefs and lows, after characters have moved. */
static void fill_bytes(narr_chars *chars) {
  for (size_t i = 0; i < chars->count; i++) {
    const narr_char *item = &chars->items[i];
    chars->briefs[i] = narr_unicode_brief(item->code, (narr_char_class)item->class, item->traits);
    chars->lows[i] = (uint8_t)item->code;
  }
}

/* Whether nothing changes places or composes: marks stand in order, and none
 * of them meets a letter that it could compose with. */
static bool is_composed(const narr_chars *chars) {
  bool starts = false; /* the last starter may compose */
  for (size_t i = 0; i < chars->count; i++) {
    const narr_char *item = &chars->items[i];
    if (chars->briefs[i] & NARR_BRIEF_JOINS) {
      if (starts && item->traits & NARR_TRAIT_FOLLOWS) return false;
      if (item->combining && i > 0 && chars->items[i - 1].combining > item->combining) return false;
    }
    if (!item->combining) starts = item->traits & NARR_TRAIT_STARTS;
  }
  return true;
}

bool narr_normalize(narr_chars *chars, const char *text, size_t length, bool html) {
  chars->count = chars->repaired = 0;
  reading r = {.chars = chars, .text = text, .length = length, .html = html};
  const narr_unicode_page *ascii = narr_unicode_page_of(0);
  if (!ascii || !make_room(&r, 0)) return false;
  while (r.at < length) {
    unsigned char byte = (unsigned char)text[r.at];
    if (byte < 0x80 && !(ascii->info[byte].traits & NARR_TRAIT_MARKUP))
      read_ascii(&r, ascii->info);
    else if (!(byte < 0x80 ? read_markup(&r) : read_others(&r, ascii->info)))
      return false;
  }
  if (r.compose && !is_composed(chars)) {
    if (!reorder(chars)) return false;
    chars->count = compose(chars->items, chars->count);
    fill_bytes(chars);
  }
  for (int i = 0; i < 2; i++)
    put(chars, ' ', (uint32_t)length, (uint32_t)length, &ascii->info[' ']);
  memset(chars->briefs + chars->count, 0, NARR_CHARS_MARGIN);
  memset(chars->lows + chars->count, 0, NARR_CHARS_MARGIN);
  chars->count -= 2;
  return true;
}

void narr_chars_free(narr_chars *chars) {
  narr_free(chars->items);
  narr_free(chars->briefs);
  narr_free(chars->lows);
  *chars = (narr_chars)NARR_CHARS_INIT;
}
