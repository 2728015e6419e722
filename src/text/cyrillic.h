/* cyrillic.h - Serbian, Montenegrin and Macedonian Cyrillic in Latin letters:
 * the one direction in which nothing is ambiguous. */
#ifndef NARR_TEXT_CYRILLIC_H
#define NARR_TEXT_CYRILLIC_H

#include <stdbool.h>
#include <stdint.h>

/* One or two Latin letters (0: none) for a small Cyrillic one. False: these
 * languages don't have it. */
bool narr_cyrillic_to_latin(uint32_t code, uint16_t latin[2]);

#endif
