/* script.h - the script of a letter (Unicode Standard Annex 24), for the
 * scripts that posts are written in. */
#ifndef NARR_TEXT_SCRIPT_H
#define NARR_TEXT_SCRIPT_H

#include <stdint.h>

typedef enum narr_script {
  NARR_SCRIPT_NONE, /* digits, marks, emoji, and what stands for many scripts */
  NARR_SCRIPT_LATIN,
  NARR_SCRIPT_CYRILLIC,
  NARR_SCRIPT_GREEK,
  NARR_SCRIPT_ARMENIAN,
  NARR_SCRIPT_HEBREW,
  NARR_SCRIPT_ARABIC,
  NARR_SCRIPT_DEVANAGARI,
  NARR_SCRIPT_BENGALI,
  NARR_SCRIPT_GURMUKHI,
  NARR_SCRIPT_GUJARATI,
  NARR_SCRIPT_ORIYA,
  NARR_SCRIPT_TAMIL,
  NARR_SCRIPT_TELUGU,
  NARR_SCRIPT_KANNADA,
  NARR_SCRIPT_MALAYALAM,
  NARR_SCRIPT_SINHALA,
  NARR_SCRIPT_THAI,
  NARR_SCRIPT_LAO,
  NARR_SCRIPT_TIBETAN,
  NARR_SCRIPT_MYANMAR,
  NARR_SCRIPT_GEORGIAN,
  NARR_SCRIPT_HANGUL,
  NARR_SCRIPT_ETHIOPIC,
  NARR_SCRIPT_KHMER,
  NARR_SCRIPT_MONGOLIAN,
  NARR_SCRIPT_HIRAGANA,
  NARR_SCRIPT_KATAKANA,
  NARR_SCRIPT_HAN,
  NARR_SCRIPT_OTHER, /* a letter of any other script */
  NARR_SCRIPT_COUNT
} narr_script;

/* The script of a letter; of what is no letter, NARR_SCRIPT_OTHER or that of
 * the letters around it in the code charts. */
narr_script narr_unicode_script(uint32_t code);

/* Its English name, such as "Latin"; "none" and "other" for those two. */
const char *narr_script_name(narr_script script);

#endif
