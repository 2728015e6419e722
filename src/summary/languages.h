/* languages.h - languages by number, as they appear. */
#ifndef NARR_SUMMARY_LANGUAGES_H
#define NARR_SUMMARY_LANGUAGES_H

#include <stddef.h>
#include <stdint.h>

enum {
  NARR_LANGUAGES = 256, /* at most; the last stands for all that came later */
  NARR_LANGUAGE_SIZE = 16
};

/* Zero-initialised it is empty. */
typedef struct narr_languages {
  char names[NARR_LANGUAGES][NARR_LANGUAGE_SIZE];
  size_t count;
} narr_languages;

/* The number of a language, from a tag or a name: in lower case, without script and
 * country ("sr-Latn-RS" is "sr"); "und" if there is nothing. */
uint16_t narr_languages_add(narr_languages *languages, const char *tag, size_t length);

#endif
