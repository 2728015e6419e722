/* unicode.h - what the tokenizer needs to know of a code point: its NFKC
 * case-folding (Unicode Standard Annex 15; NFKC_Casefold), combining class
 * and a coarse class.
 *
 * utf8proc knows all that, at some 50 ns a call. Here its answers are kept
 * in pages of 256 code points that are built when a page is first needed:
 * nothing to wait for at start, two loads a character after that. Pages are
 * shared by all threads and live as long as the process. */
#ifndef NARR_TEXT_UNICODE_H
#define NARR_TEXT_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum narr_char_class {
  NARR_CHAR_SPACE, /* white space and controls */
  NARR_CHAR_LETTER,
  NARR_CHAR_IDEOGRAPH, /* a letter of a script that doesn't space its words:
                          Han, Hiragana, Thai, Lao, Khmer, Myanmar ... */
  NARR_CHAR_MARK,
  NARR_CHAR_DIGIT,
  NARR_CHAR_PUNCTUATION,
  NARR_CHAR_SYMBOL,   /* also private use and unassigned */
  NARR_CHAR_EMOJI,    /* pictographs that don't fold to letters */
  NARR_CHAR_REGIONAL, /* half of a flag */
  NARR_CHAR_MODIFIER, /* a skin tone */
  NARR_CHAR_JOINER    /* the zero width joiner inside an emoji sequence */
} narr_char_class;

enum {
  NARR_CHAR_UPPER = 1,   /* an upper-case letter before folding */
  NARR_CHAR_COMBINES = 2 /* part of some canonical composition */
};

typedef struct narr_char_info {
  uint32_t mapping;  /* what it folds to if length is 1, else an index into
                        the page's sequences */
  uint8_t length;    /* code points it folds to; 0: it is ignorable */
  uint8_t combining; /* canonical combining class */
  uint8_t class;     /* narr_char_class, of the code point as it is */
  uint8_t flags;
} narr_char_info;

typedef struct narr_unicode_page {
  narr_char_info info[256];
  uint32_t sequences[];
} narr_unicode_page;

#define NARR_UNICODE_PAGES 0x1100

/* The page of a code point below 0x110000; NULL when out of memory. Any
 * thread. */
const narr_unicode_page *narr_unicode_page_of(uint32_t code);

/* What `first` followed by `second` compose to canonically, or 0. */
uint32_t narr_unicode_compose(uint32_t first, uint32_t second);

/* The version of the Unicode data, e.g. "14.0.0". */
const char *narr_unicode_version(void);

#endif
