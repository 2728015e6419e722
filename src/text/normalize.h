/* normalize.h - bytes in any condition -> NFKC case-folded code points, each
 * of which knows the bytes it came from. */
#ifndef NARR_TEXT_NORMALIZE_H
#define NARR_TEXT_NORMALIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/unicode.h"

typedef struct narr_char {
  uint32_t code;
  uint32_t start; /* bytes of the original text: start < end */
  uint32_t end;
  uint8_t class; /* narr_char_class */
  uint8_t combining;
  uint16_t traits; /* NARR_TRAIT_...; HIDDEN: an invisible character stands behind it */
} narr_char;

/* A text after normalisation; a workspace that is used again and again.
 * Behind the last character there are two more of white space, at the end of
 * the text, that are not counted. */
typedef struct narr_chars {
  narr_char *items;
  uint8_t *briefs; /* NARR_BRIEF_... of each and of those two, then some zeros */
  uint8_t *lows;   /* the low eight bits of each code, likewise */
  size_t count;
  size_t capacity;
  size_t brief_capacity;
  size_t low_capacity;
  size_t repaired; /* invalid sequences, each now one U+FFFD */
} narr_chars;

#define NARR_CHARS_MARGIN 16

#define NARR_CHARS_INIT \
  { NULL, NULL, NULL, 0, 0, 0, 0, 0 }

/* Longer texts are refused: offsets have 32 bits. */
#define NARR_TEXT_MAX ((size_t)1 << 30)

/* Normalises `length` <= NARR_TEXT_MAX bytes into *chars, replacing what it
 * held. The code points are those of utf8proc's NFKC_Casefold, except that
 * each invalid sequence (a maximal subpart, Unicode 15 section 3.9) gives
 * U+FFFD and that joiners and tags inside emoji sequences stay. With `html`,
 * entities and tags are read as what they stand for. False: out of memory. */
bool narr_normalize(narr_chars *chars, const char *text, size_t length, bool html);

void narr_chars_free(narr_chars *chars);

#endif
