/* unicode.h - what the text room needs to know of a code point: its NFKC
 * case-folding (Unicode Standard Annex 15; NFKC_Casefold), combining class,
 * a class that follows the Word_Break property (Annex 29), traits that tell
 * which tokens need a second look, and its Latin letter without marks.
 *
 * utf8proc knows the first two, at some 50 ns a call. Here its answers are
 * kept in pages of 256 code points that are built when a page is first
 * needed: nothing to wait for at start, two loads a character after that.
 * Pages are shared by all threads and live as long as the process. */
#ifndef NARR_TEXT_UNICODE_H
#define NARR_TEXT_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum narr_char_class {
  NARR_CHAR_SPACE,     /* white space and controls */
  NARR_CHAR_LETTER,    /* ALetter, Hebrew_Letter */
  NARR_CHAR_DIGIT,     /* Numeric */
  NARR_CHAR_MARK,      /* Extend, Format */
  NARR_CHAR_CONNECTOR, /* ExtendNumLet: _ */
  NARR_CHAR_KATAKANA,
  NARR_CHAR_IDEOGRAPH,   /* a letter of a script that doesn't space its words:
                            Han, Hiragana, Thai, Lao, Khmer, Myanmar ... */
  NARR_CHAR_QUOTE,       /* Single_Quote: ' */
  NARR_CHAR_MID_BOTH,    /* MidNumLet: . and the typographic apostrophes */
  NARR_CHAR_MID_LETTER,  /* MidLetter, but not the colon */
  NARR_CHAR_MID_NUMBER,  /* MidNum: , ; */
  NARR_CHAR_PUNCTUATION, /* any other */
  NARR_CHAR_SYMBOL,      /* also private use and unassigned */
  NARR_CHAR_EMOJI,       /* pictographs that don't fold to letters */
  NARR_CHAR_REGIONAL,    /* half of a flag */
  NARR_CHAR_MODIFIER,    /* a skin tone; a tag of a flag */
  NARR_CHAR_JOINER       /* the zero width joiner inside an emoji sequence */
} narr_char_class;

/* Bits that are or-ed over a token. Of the scripts, only those that look
 * alike have a bit of their own: narr_unicode_script() knows all. */
enum {
  NARR_TRAIT_UPPER = 1 << 0,  /* an upper-case letter before folding */
  NARR_TRAIT_STYLED = 1 << 1, /* a full-width, mathematical, circled letter */
  NARR_TRAIT_HIDDEN = 1 << 2, /* an invisible character stood before it */
  NARR_TRAIT_FOLDS = 1 << 3,  /* narr_char_info.fold differs; or a j, for dj */
  NARR_TRAIT_LATIN = 1 << 4,  /* a letter of these scripts */
  NARR_TRAIT_CYRILLIC = 1 << 5,
  NARR_TRAIT_GREEK = 1 << 6,
  NARR_TRAIT_OTHER = 1 << 7, /* a letter of any other */
  NARR_TRAIT_DIGIT = 1 << 8,
  NARR_TRAIT_MARK = 1 << 9,
  NARR_TRAIT_INNER = 1 << 10,   /* a mark between letters: . ’ _ */
  NARR_TRAIT_SOUTH = 1 << 11,   /* Cyrillic of Serbian, Montenegrin, Macedonian only */
  NARR_TRAIT_NORTH = 1 << 12,   /* Cyrillic that these three don't have */
  NARR_TRAIT_STARTS = 1 << 13,  /* first of some canonical composition */
  NARR_TRAIT_FOLLOWS = 1 << 14, /* second of one */
  NARR_TRAIT_MARKUP = 1 << 15   /* & and <, which may begin HTML */
};

#define NARR_TRAIT_LETTER \
  (NARR_TRAIT_LATIN | NARR_TRAIT_CYRILLIC | NARR_TRAIT_GREEK | NARR_TRAIT_OTHER)

/* A character in a byte, for going over words eight characters at a time. */
enum {
  NARR_BRIEF_WORD = 0x80,       /* a letter, digit, mark or connector */
  NARR_BRIEF_ASKS = 0x40,       /* one that is not just a Latin letter: see its traits */
  NARR_BRIEF_JOINS = 0x04,      /* it may compose, or change places, with what is before it */
  NARR_BRIEF_DECOMPOSES = 0x02, /* it has a canonical decomposition */
  NARR_BRIEF_BOUNDS = 0x08,     /* it ends a link */
  NARR_BRIEF_ENDS = 0x01        /* white space or a mark behind which no word goes on */
};

/* Combining, class and traits are those of what it folds to, if that is one
 * code point; but UPPER and STYLED are its own. */
typedef struct narr_char_info {
  uint32_t mapping; /* what it folds to if length is 1, else an index into the
                       page's sequences */
  uint16_t fold[2]; /* a Latin letter without its marks: one or two letters,
                       0 for none; itself where it has none */
  uint8_t length;   /* code points it folds to; 0: it is ignorable */
  uint8_t brief;    /* NARR_BRIEF_... */
  uint8_t unused[2];
  uint8_t class;     /* narr_char_class */
  uint8_t combining; /* canonical combining class */
  uint16_t traits;
} narr_char_info;

typedef struct narr_unicode_page {
  narr_char_info info[256];
  uint32_t sequences[];
} narr_unicode_page;

#define NARR_UNICODE_PAGES 0x1100

/* The page of a code point below 0x110000; NULL when out of memory. Any
 * thread. */
const narr_unicode_page *narr_unicode_page_of(uint32_t code);

/* The brief of a folded code point with this class and these traits, but for
 * JOINS and DECOMPOSES, which matter while texts are normalised. */
uint8_t narr_unicode_brief(uint32_t code, narr_char_class class, unsigned traits);

#define NARR_DECOMPOSITION_MAX 4

/* The canonical decomposition of `code`; returns its length, 1 where there is
 * none. */
size_t narr_unicode_decompose(uint32_t code, uint32_t out[NARR_DECOMPOSITION_MAX]);

/* What `first` followed by `second` compose to canonically, or 0. */
uint32_t narr_unicode_compose(uint32_t first, uint32_t second);

/* The version of the Unicode data, e.g. "14.0.0". */
const char *narr_unicode_version(void);

#endif
