/* display_width.c - columns of a terminal.
 *
 * wcwidth() needs a locale, which is not there in a container or under cron,
 * where tables would then be crooked. Labels are names in any script; for
 * them the ranges below are enough: East Asian wide characters (Unicode
 * Standard Annex #11) take two columns, marks that combine none. */
#include "cli/display_width.h"

#include <stdint.h>

typedef struct range {
  uint32_t first, last;
} range;

static const range wide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x23E9, 0x23F3},   {0x2E80, 0x303E},
    {0x3041, 0xA4CF},   {0xA960, 0xA97C},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x1F1E6, 0x1F1FF},
    {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1FAFF}, {0x20000, 0x3FFFD}};

static const range combining[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x05BF, 0x05BF}, {0x05C1, 0x05C5},
    {0x0610, 0x061A}, {0x064B, 0x065F}, {0x0670, 0x0670}, {0x06D6, 0x06DC}, {0x06DF, 0x06E4},
    {0x0900, 0x0902}, {0x093A, 0x093A}, {0x093C, 0x093C}, {0x0941, 0x0948}, {0x094D, 0x094D},
    {0x0981, 0x0981}, {0x09BC, 0x09BC}, {0x09C1, 0x09C4}, {0x09CD, 0x09CD}, {0x0E31, 0x0E31},
    {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200F},
    {0x202A, 0x202E}, {0x2060, 0x2064}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}};

static int is_in(const range *ranges, size_t count, uint32_t code) {
  for (size_t i = 0; i < count && ranges[i].first <= code; i++)
    if (code <= ranges[i].last) return 1;
  return 0;
}

static size_t columns_of(uint32_t code) {
  if (is_in(wide, sizeof wide / sizeof *wide, code)) return 2;
  return !is_in(combining, sizeof combining / sizeof *combining, code);
}

/* The character at `bytes`; a byte that begins none stands for itself. */
static size_t decode(const unsigned char *bytes, uint32_t *code) {
  size_t size = *bytes >= 0xF0 ? 4 : *bytes >= 0xE0 ? 3 : *bytes >= 0xC0 ? 2 : 1;
  *code = size == 1 ? *bytes : *bytes & (0x7Fu >> size);
  for (size_t i = 1; i < size; i++) {
    if ((bytes[i] & 0xC0) != 0x80) {
      *code = *bytes;
      return 1;
    }
    *code = *code << 6 | (bytes[i] & 0x3Fu);
  }
  return size;
}

static size_t measure(const char *string, size_t limit, size_t *columns) {
  const unsigned char *bytes = (const unsigned char *)string;
  size_t at = 0;
  *columns = 0;
  while (bytes[at]) {
    uint32_t code;
    size_t size = decode(bytes + at, &code), width = columns_of(code);
    if (*columns + width > limit) break;
    *columns += width;
    at += size;
  }
  return at;
}

size_t narr_cli_display_width(const char *string) {
  size_t columns;
  measure(string, SIZE_MAX, &columns);
  return columns;
}

size_t narr_cli_display_fit(const char *string, size_t columns) {
  size_t used;
  return measure(string, columns, &used);
}
