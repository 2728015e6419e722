/* cyrillic.h - Cyrillic in Latin letters: for Serbian, Montenegrin and
 * Macedonian the one direction in which nothing is ambiguous. */
#ifndef NARR_TEXT_CYRILLIC_H
#define NARR_TEXT_CYRILLIC_H

#include <stddef.h>
#include <stdint.h>

#define NARR_CYRILLIC_FIRST 0x430
#define NARR_CYRILLIC_COUNT 0x30

/* Up to two Latin letters; 0: none. */
typedef uint16_t narr_cyrillic_letter[2];

/* What the small letters of the Slavic languages, from NARR_CYRILLIC_FIRST on,
 * are in Latin; and the same without marks. */
extern const narr_cyrillic_letter narr_cyrillic_latin[NARR_CYRILLIC_COUNT];
extern const narr_cyrillic_letter narr_cyrillic_folded[NARR_CYRILLIC_COUNT];

/* The Latin letters for a code point; NULL: it is no such letter. */
static inline const uint16_t *narr_cyrillic_to_latin(uint32_t code) {
  uint32_t index = code - NARR_CYRILLIC_FIRST;
  return index < NARR_CYRILLIC_COUNT ? narr_cyrillic_latin[index] : NULL;
}

#endif
