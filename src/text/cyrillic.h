/* cyrillic.h - Cyrillic in Latin letters: for Serbian, Montenegrin and
 * Macedonian the one direction in which nothing is ambiguous. */
#ifndef NARR_TEXT_CYRILLIC_H
#define NARR_TEXT_CYRILLIC_H

#include <stdbool.h>
#include <stdint.h>

/* Up to two Latin letters (0: none) for a small Cyrillic one. False: it is
 * none of the Slavic languages'. */
bool narr_cyrillic_to_latin(uint32_t code, uint16_t latin[2]);

#endif
