/* unicode.c - pages of character data, built from utf8proc on demand. */
#include "text/unicode.h"

#include <stdatomic.h>
#include <string.h>
#include <utf8proc.h>

#include "base/alloc.h"

static _Atomic(narr_unicode_page *) pages[NARR_UNICODE_PAGES];

#define LONGEST_FOLDING 32 /* the longest there is has 18 code points */

static bool in_range(uint32_t code, uint32_t low, uint32_t high) {
  return code >= low && code <= high;
}

/* Scripts written without spaces between words (UAX 14 class SA, and the
 * ones whose words UAX 29 leaves to dictionaries). */
static bool is_unspaced(uint32_t code) {
  return in_range(code, 0x0E00, 0x0EFF) || /* Thai, Lao */
         in_range(code, 0x1000, 0x109F) || /* Myanmar */
         in_range(code, 0x1780, 0x17FF) || /* Khmer */
         in_range(code, 0x1950, 0x19DF) || /* Tai Le, New Tai Lue */
         in_range(code, 0x1A20, 0x1AAF) || /* Tai Tham */
         in_range(code, 0x2E80, 0x2FDF) || /* radicals */
         in_range(code, 0x3005, 0x3007) || /* ideographic iteration, zero */
         in_range(code, 0x3041, 0x309F) || /* Hiragana */
         in_range(code, 0x3400, 0x4DBF) || /* Han */
         in_range(code, 0x4E00, 0x9FFF) || /* Han */
         in_range(code, 0xA9E0, 0xA9FF) || /* Myanmar */
         in_range(code, 0xAA60, 0xAADF) || /* Myanmar, Tai Viet */
         in_range(code, 0xF900, 0xFAFF) || /* Han */
         in_range(code, 0x20000, 0x3FFFD); /* Han */
}

static narr_char_class letter_class(uint32_t code) {
  return is_unspaced(code) ? NARR_CHAR_IDEOGRAPH : NARR_CHAR_LETTER;
}

static narr_char_class class_of(uint32_t code, const utf8proc_property_t *property) {
  if (in_range(code, 0x1F3FB, 0x1F3FF)) return NARR_CHAR_MODIFIER;
  if (property->boundclass == UTF8PROC_BOUNDCLASS_REGIONAL_INDICATOR) return NARR_CHAR_REGIONAL;
  if (property->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC && code >= 0x2190)
    return NARR_CHAR_EMOJI;
  switch ((utf8proc_category_t)property->category) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO: return letter_class(code);
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME: return NARR_CHAR_MARK;
    case UTF8PROC_CATEGORY_ND: return NARR_CHAR_DIGIT;
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO: return NARR_CHAR_PUNCTUATION;
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC: return NARR_CHAR_SPACE;
    default: return NARR_CHAR_SYMBOL;
  }
}

static uint8_t flags_of(const utf8proc_property_t *property) {
  unsigned flags = 0;
  if (property->category == UTF8PROC_CATEGORY_LU || property->category == UTF8PROC_CATEGORY_LT)
    flags |= NARR_CHAR_UPPER;
  if (property->comb_index != UINT16_MAX) flags |= NARR_CHAR_COMBINES;
  return (uint8_t)flags;
}

/* Hangul syllables compose by arithmetic, so utf8proc has no index for them. */
static bool is_hangul(uint32_t code) {
  return in_range(code, 0x1100, 0x1175) || in_range(code, 0x11A8, 0x11C2) ||
         in_range(code, 0xAC00, 0xD7A3);
}

/* The folding of one code point into `out`. Marks that utf8proc calls
 * ignorable give none at all. */
static size_t fold(uint32_t code, uint32_t out[LONGEST_FOLDING]) {
  utf8proc_int32_t buffer[LONGEST_FOLDING];
  int boundary = UTF8PROC_BOUNDCLASS_START;
  utf8proc_ssize_t length = utf8proc_decompose_char(
      (utf8proc_int32_t)code, buffer, LONGEST_FOLDING,
      UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE,
      &boundary);
  if (length < 0 || length > LONGEST_FOLDING) {
    out[0] = code;
    return 1;
  }
  for (utf8proc_ssize_t i = 0; i < length; i++) out[i] = (uint32_t)buffer[i];
  return (size_t)length;
}

static narr_unicode_page *build(uint32_t number) {
  uint32_t scratch[LONGEST_FOLDING];
  void *longer = NULL; /* foldings of more than one code point */
  size_t capacity = 0, used = 0;
  narr_char_info info[256];
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t code = number << 8 | i;
    const utf8proc_property_t *property = utf8proc_get_property((utf8proc_int32_t)code);
    size_t length = fold(code, scratch);
    info[i] = (narr_char_info){.mapping = length == 1 ? scratch[0] : (uint32_t)used,
                               .length = (uint8_t)length,
                               .combining = (uint8_t)property->combining_class,
                               .class = (uint8_t)class_of(code, property),
                               .flags = flags_of(property)};
    if (is_hangul(code)) info[i].flags |= NARR_CHAR_COMBINES;
    if (length < 2) continue;
    if (!narr_grow(&longer, &capacity, used + length, sizeof *scratch)) {
      narr_free(longer);
      return NULL;
    }
    memcpy((uint32_t *)longer + used, scratch, length * sizeof *scratch);
    used += length;
  }
  narr_unicode_page *page = narr_alloc(1, sizeof *page + used * sizeof *page->sequences);
  if (page) {
    memcpy(page->info, info, sizeof info);
    if (used) memcpy(page->sequences, longer, used * sizeof *page->sequences);
  }
  narr_free(longer);
  return page;
}

const narr_unicode_page *narr_unicode_page_of(uint32_t code) {
  _Atomic(narr_unicode_page *) *place = &pages[code >> 8];
  narr_unicode_page *page = atomic_load_explicit(place, memory_order_acquire);
  if (page) return page;
  narr_unicode_page *fresh = build(code >> 8);
  if (!fresh) return NULL;
  if (atomic_compare_exchange_strong(place, &page, fresh)) return fresh;
  narr_free(fresh); /* another thread was first */
  return page;
}

uint32_t narr_unicode_compose(uint32_t first, uint32_t second) {
  utf8proc_int32_t pair[2] = {(utf8proc_int32_t)first, (utf8proc_int32_t)second};
  utf8proc_ssize_t length = utf8proc_normalize_utf32(pair, 2, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  return length == 1 ? (uint32_t)pair[0] : 0;
}

const char *narr_unicode_version(void) {
  return utf8proc_unicode_version();
}
