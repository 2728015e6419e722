/* unicode.c - pages of character data, built from utf8proc on demand. What
 * utf8proc does not know is in tables here, and of scripts in script.h. */
#include "text/unicode.h"

#include <stdatomic.h>
#include <string.h>
#include <utf8proc.h>

#include "base/alloc.h"
#include "text/script.h"

static _Atomic(narr_unicode_page *) pages[NARR_UNICODE_PAGES];

#define LONGEST_FOLDING 32 /* the longest there is has 18 code points */

typedef struct range {
  uint32_t low, high;
} range;

static bool in_range(uint32_t code, uint32_t low, uint32_t high) {
  return code >= low && code <= high;
}

static bool in_ranges(uint32_t code, const range *ranges, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (in_range(code, ranges[i].low, ranges[i].high)) return true;
  return false;
}

#define IN(code, ranges) in_ranges(code, ranges, sizeof(ranges) / sizeof *(ranges))

/* ---- Classes: Word_Break (Annex 29), where the general category is not enough -- */

/* Scripts written without spaces between words (line break class SA of Annex
 * 14, and those whose words Annex 29 leaves to dictionaries). */
static const range unspaced[] = {
    {0x0E00, 0x0EFF},                       /* Thai, Lao */
    {0x1000, 0x109F},                       /* Myanmar */
    {0x1780, 0x17FF},                       /* Khmer */
    {0x1950, 0x19DF},                       /* Tai Le, New Tai Lue */
    {0x1A20, 0x1AAF},                       /* Tai Tham */
    {0x2E80, 0x2FDF},                       /* radicals */
    {0x3005, 0x3007},                       /* ideographic iteration, zero */
    {0x3021, 0x3029},                       /* Hangzhou numerals */
    {0x3038, 0x303B},                       /* and tens; iteration */
    {0x3041, 0x309A},                       /* Hiragana */
    {0x309D, 0x309F},   {0x3400, 0x4DBF},   /* Han */
    {0x4E00, 0x9FFF},   {0xA9E0, 0xA9FF},   /* Myanmar */
    {0xAA60, 0xAADF},                       /* Myanmar, Tai Viet */
    {0xF900, 0xFAFF},                       /* Han */
    {0x11700, 0x1174F},                     /* Ahom */
    {0x16FE0, 0x16FE3},                     /* Tangut, Nushu and old Chinese marks */
    {0x17000, 0x18CFF},                     /* Tangut */
    {0x18D00, 0x18D7F}, {0x1B001, 0x1B11F}, /* old Hiragana */
    {0x1B150, 0x1B152}, {0x1B170, 0x1B2FF}, /* Nushu */
    {0x20000, 0x3FFFD},                     /* Han */
};

static const range katakana[] = {{0x3031, 0x3035},   {0x309B, 0x309C},   {0x30A0, 0x30FA},
                                 {0x30FC, 0x30FF},   {0x31F0, 0x31FF},   {0xFF66, 0xFF9D},
                                 {0x1AFF0, 0x1AFFE}, {0x1B000, 0x1B000}, {0x1B120, 0x1B122},
                                 {0x1B164, 0x1B167}};

/* ALetter that are no letters by category. */
static const range letters[] = {
    {0x02C2, 0x02C5}, {0x02D2, 0x02D7}, {0x02DE, 0x02DF}, {0x02E5, 0x02EB}, {0x02ED, 0x02ED},
    {0x02EF, 0x02FF}, {0x055A, 0x055C}, {0x055E, 0x055E}, {0x058A, 0x058A}, {0x05F3, 0x05F3},
    {0xA708, 0xA716}, {0xA720, 0xA721}, {0xA789, 0xA78A}, {0xAB5B, 0xAB5B}};

static const range mid_letter[] = {
    {0xB7, 0xB7}, {0x387, 0x387}, {0x55F, 0x55F}, {0x5F4, 0x5F4}, {0x2027, 0x2027}};
static const range mid_both[] = {{'.', '.'}, {0x2018, 0x2019}, {0x2024, 0x2024}};
static const range mid_number[] = {{',', ','},     {';', ';'},      {0x37E, 0x37E},
                                   {0x589, 0x589}, {0x60C, 0x60D},  {0x66C, 0x66C},
                                   {0x7F8, 0x7F8}, {0x2044, 0x2044}};

/* Classes of single code points and small sets; NARR_CHAR_SPACE: none. */
static narr_char_class special_class(uint32_t code) {
  if (code == '\'') return NARR_CHAR_QUOTE;
  if (code == 0x66B) return NARR_CHAR_DIGIT; /* the Arabic decimal separator */
  if (code == 0x202F) return NARR_CHAR_CONNECTOR;
  if (IN(code, mid_both)) return NARR_CHAR_MID_BOTH;
  if (IN(code, mid_letter)) return NARR_CHAR_MID_LETTER;
  if (IN(code, mid_number)) return NARR_CHAR_MID_NUMBER;
  if (IN(code, katakana)) return NARR_CHAR_KATAKANA;
  if (IN(code, letters)) return NARR_CHAR_LETTER;
  if (in_range(code, 0x1F3FB, 0x1F3FF) || in_range(code, 0xE0020, 0xE007F))
    return NARR_CHAR_MODIFIER;
  return NARR_CHAR_SPACE;
}

static narr_char_class class_of(uint32_t code, const utf8proc_property_t *property) {
  narr_char_class special = special_class(code);
  if (special != NARR_CHAR_SPACE) return special;
  if (property->boundclass == UTF8PROC_BOUNDCLASS_REGIONAL_INDICATOR) return NARR_CHAR_REGIONAL;
  if (property->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC && code >= 0x2190)
    return NARR_CHAR_EMOJI;
  switch ((utf8proc_category_t)property->category) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_NL: return IN(code, unspaced) ? NARR_CHAR_IDEOGRAPH : NARR_CHAR_LETTER;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CF: return NARR_CHAR_MARK;
    case UTF8PROC_CATEGORY_ND: return NARR_CHAR_DIGIT;
    case UTF8PROC_CATEGORY_PC: return NARR_CHAR_CONNECTOR;
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

/* ---- Traits ------------------------------------------------------------------- */

/* Letters drawn in another style, that fold to plain ones: not ligatures,
 * letter-like signs with a meaning of their own, or digits in circles. */
static bool is_styled(uint32_t code) {
  static const range styled[] = {{0x210A, 0x2113},   {0x211B, 0x211D},   {0x2124, 0x2124},
                                 {0x2128, 0x2128},   {0x212C, 0x2134},   {0x24B6, 0x24E9},
                                 {0xFF21, 0xFF3A},   {0xFF41, 0xFF5A},   {0x1D400, 0x1D7CB},
                                 {0x1F130, 0x1F149}, {0x1F150, 0x1F169}, {0x1F170, 0x1F189}};
  return IN(code, styled);
}

static unsigned composition_traits(uint32_t code, const utf8proc_property_t *property) {
  if (in_range(code, 0x1100, 0x1112)) return NARR_TRAIT_STARTS; /* Hangul: by arithmetic */
  if (in_range(code, 0x1161, 0x1175) || in_range(code, 0x11A8, 0x11C2)) return NARR_TRAIT_FOLLOWS;
  if (in_range(code, 0xAC00, 0xD7A3)) return NARR_TRAIT_STARTS;
  if (property->comb_index == UINT16_MAX) return 0;
  return property->comb_index < 0x8000 ? NARR_TRAIT_STARTS : NARR_TRAIT_FOLLOWS;
}

static unsigned cyrillic_traits(uint32_t code) {
  static const range south[] = {{0x452, 0x453}, {0x455, 0x455}, {0x458, 0x45C}, {0x45F, 0x45F}};
  static const range north[] = {{0x439, 0x439}, {0x449, 0x44F}, {0x451, 0x451}, {0x454, 0x454},
                                {0x456, 0x457}, {0x45E, 0x45E}, {0x460, 0x52F}, {0xA640, 0xA69F}};
  if (IN(code, south)) return NARR_TRAIT_CYRILLIC | NARR_TRAIT_SOUTH;
  return NARR_TRAIT_CYRILLIC | (IN(code, north) ? NARR_TRAIT_NORTH : 0u);
}

static unsigned letter_traits(uint32_t code) {
  switch (narr_unicode_script(code)) {
    case NARR_SCRIPT_LATIN: return NARR_TRAIT_LATIN;
    case NARR_SCRIPT_CYRILLIC: return cyrillic_traits(code);
    case NARR_SCRIPT_GREEK: return NARR_TRAIT_GREEK;
    default: return NARR_TRAIT_OTHER;
  }
}

static unsigned traits_of(uint32_t code, narr_char_class class,
                          const utf8proc_property_t *property) {
  unsigned traits = composition_traits(code, property);
  if (code == '&' || code == '<') traits |= NARR_TRAIT_MARKUP;
  switch (class) {
    case NARR_CHAR_LETTER: return traits | letter_traits(code);
    case NARR_CHAR_DIGIT: return traits | NARR_TRAIT_DIGIT;
    case NARR_CHAR_MARK: return traits | NARR_TRAIT_MARK;
    case NARR_CHAR_IDEOGRAPH:
    case NARR_CHAR_KATAKANA: return traits | NARR_TRAIT_OTHER;
    case NARR_CHAR_MID_BOTH:
    case NARR_CHAR_CONNECTOR: return traits | NARR_TRAIT_INNER;
    default: return traits;
  }
}

/* ---- Latin letters without marks ------------------------------------------------ */

/* Those that have no decomposition, and small capitals. */
static void fold_special(uint32_t code, uint16_t fold[2]) {
  static const struct {
    uint16_t code;
    char as[3];
  } table[] = {
      {0xE6, "ae"},  {0xF0, "d"},   {0xF8, "o"},   {0xFE, "th"},  {0x111, "d"},  {0x127, "h"},
      {0x131, "i"},  {0x138, "k"},  {0x142, "l"},  {0x14B, "n"},  {0x153, "oe"}, {0x167, "t"},
      {0x180, "b"},  {0x192, "f"},  {0x1DD, "e"},  {0x1E5, "g"},  {0x23C, "c"},  {0x247, "e"},
      {0x249, "j"},  {0x24D, "r"},  {0x24F, "y"},  {0x253, "b"},  {0x254, "o"},  {0x256, "d"},
      {0x257, "d"},  {0x259, "e"},  {0x25B, "e"},  {0x260, "g"},  {0x262, "g"},  {0x268, "i"},
      {0x269, "i"},  {0x26A, "i"},  {0x26B, "l"},  {0x272, "n"},  {0x274, "n"},  {0x275, "o"},
      {0x280, "r"},  {0x289, "u"},  {0x28F, "y"},  {0x299, "b"},  {0x29C, "h"},  {0x29F, "l"},
      {0x1D00, "a"}, {0x1D04, "c"}, {0x1D05, "d"}, {0x1D07, "e"}, {0x1D0A, "j"}, {0x1D0B, "k"},
      {0x1D0D, "m"}, {0x1D0F, "o"}, {0x1D18, "p"}, {0x1D1B, "t"}, {0x1D1C, "u"}, {0x1D20, "v"},
      {0x1D21, "w"}, {0x1D22, "z"}, {0xA730, "f"}, {0xA731, "s"}};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    if (table[i].code == code) {
      fold[0] = (uint16_t)table[i].as[0];
      fold[1] = (uint16_t)table[i].as[1];
    }
}

/* `code` is lower case: it has been case-folded. */
static void fold_latin(uint32_t code, uint16_t fold[2]) {
  utf8proc_int32_t buffer[LONGEST_FOLDING];
  int boundary = UTF8PROC_BOUNDCLASS_START;
  fold[0] = fold[1] = 0;
  if (narr_unicode_script(code) != NARR_SCRIPT_LATIN) return;
  utf8proc_ssize_t length =
      utf8proc_decompose_char((utf8proc_int32_t)code, buffer, LONGEST_FOLDING,
                              UTF8PROC_STABLE | UTF8PROC_DECOMPOSE, &boundary);
  uint32_t base = length > 0 ? (uint32_t)buffer[0] : code;
  if (base > UINT16_MAX) return;
  fold[0] = (uint16_t)base;
  fold_special(base, fold);
}

/* ---- Pages ------------------------------------------------------------------------ */

/* The folding of one code point into `out`, composed. Marks that utf8proc calls
 * ignorable give none at all. */
static size_t casefold(uint32_t code, uint32_t out[LONGEST_FOLDING]) {
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
  if (length > 1)
    length = utf8proc_normalize_utf32(buffer, length, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  for (utf8proc_ssize_t i = 0; i < length; i++) out[i] = (uint32_t)buffer[i];
  return (size_t)length;
}

/* What is known of `code` once it is folded. */
static narr_char_info describe(uint32_t code) {
  const utf8proc_property_t *property = utf8proc_get_property((utf8proc_int32_t)code);
  narr_char_class class = class_of(code, property);
  narr_char_info info = {.class = (uint8_t) class, .combining = (uint8_t)property->combining_class};
  unsigned traits = traits_of(code, class, property);
  fold_latin(code, info.fold);
  if ((info.fold[0] && info.fold[0] != code) || code == 'j') traits |= NARR_TRAIT_FOLDS;
  info.traits = (uint16_t)traits;
  return info;
}

uint8_t narr_unicode_brief(uint32_t code, narr_char_class class, unsigned traits) {
  const unsigned plain = NARR_TRAIT_LATIN | NARR_TRAIT_UPPER | NARR_TRAIT_STARTS;
  bool asks = traits & ~plain || !(traits & NARR_TRAIT_LATIN);
  unsigned bounds = code == '<' || code == '>' || code == '"' ? NARR_BRIEF_BOUNDS : 0;
  switch (class) {
    case NARR_CHAR_LETTER:
    case NARR_CHAR_DIGIT:
    case NARR_CHAR_MARK:
    case NARR_CHAR_CONNECTOR: return NARR_BRIEF_WORD | (asks ? NARR_BRIEF_ASKS : 0);
    case NARR_CHAR_PUNCTUATION:
      return (uint8_t)(code == ':' || code == '-' ? 0 : NARR_BRIEF_ENDS | bounds);
    case NARR_CHAR_SPACE:
    case NARR_CHAR_EMOJI: return NARR_BRIEF_ENDS | NARR_BRIEF_BOUNDS;
    case NARR_CHAR_MID_NUMBER: return NARR_BRIEF_ENDS;
    case NARR_CHAR_IDEOGRAPH: return NARR_BRIEF_BOUNDS;
    default: return (uint8_t)bounds;
  }
}

/* The same, and what only normalising needs. */
static uint8_t whole_brief(uint32_t code, const narr_char_info *info) {
  uint32_t parts[NARR_DECOMPOSITION_MAX];
  unsigned brief = narr_unicode_brief(code, (narr_char_class)info->class, info->traits);
  if (info->combining || info->traits & NARR_TRAIT_FOLLOWS) brief |= NARR_BRIEF_JOINS;
  if (code >= 0x80 && narr_unicode_decompose(code, parts) > 1) brief |= NARR_BRIEF_DECOMPOSES;
  return (uint8_t)brief;
}

static narr_char_info info_of(uint32_t code, const uint32_t *folded, size_t length) {
  const utf8proc_property_t *property = utf8proc_get_property((utf8proc_int32_t)code);
  narr_char_info info = describe(length == 1 ? folded[0] : code);
  bool upper =
      property->category == UTF8PROC_CATEGORY_LU || property->category == UTF8PROC_CATEGORY_LT;
  info.traits |=
      (uint16_t)((upper ? NARR_TRAIT_UPPER : 0) | (is_styled(code) ? NARR_TRAIT_STYLED : 0));
  info.length = (uint8_t)length;
  info.brief = whole_brief(length == 1 ? folded[0] : code, &info);
  return info;
}

static narr_unicode_page *build(uint32_t number) {
  uint32_t scratch[LONGEST_FOLDING];
  void *longer = NULL; /* foldings of more than one code point */
  size_t capacity = 0, used = 0;
  narr_char_info info[256];
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t code = number << 8 | i;
    size_t length = casefold(code, scratch);
    info[i] = info_of(code, scratch, length);
    info[i].mapping = length == 1 ? scratch[0] : (uint32_t)used;
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

size_t narr_unicode_decompose(uint32_t code, uint32_t out[NARR_DECOMPOSITION_MAX]) {
  utf8proc_int32_t buffer[NARR_DECOMPOSITION_MAX];
  int boundary = UTF8PROC_BOUNDCLASS_START;
  utf8proc_ssize_t length =
      utf8proc_decompose_char((utf8proc_int32_t)code, buffer, NARR_DECOMPOSITION_MAX,
                              UTF8PROC_STABLE | UTF8PROC_DECOMPOSE, &boundary);
  if (length < 1 || length > NARR_DECOMPOSITION_MAX) {
    out[0] = code;
    return 1;
  }
  for (utf8proc_ssize_t i = 0; i < length; i++) out[i] = (uint32_t)buffer[i];
  return (size_t)length;
}

uint32_t narr_unicode_compose(uint32_t first, uint32_t second) {
  utf8proc_int32_t pair[2] = {(utf8proc_int32_t)first, (utf8proc_int32_t)second};
  utf8proc_ssize_t length = utf8proc_normalize_utf32(pair, 2, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  return length == 1 ? (uint32_t)pair[0] : 0;
}

const char *narr_unicode_version(void) {
  return utf8proc_unicode_version();
}
