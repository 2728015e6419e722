/* look_alike.h - letters of one script that are drawn like those of another
 * (Unicode Technical Standard 39), and digits that stand for letters. */
#ifndef NARR_TEXT_LOOK_ALIKE_H
#define NARR_TEXT_LOOK_ALIKE_H

#include <stdbool.h>
#include <stdint.h>

#include "text/script.h"

/* The letter of `script` (Latin, Cyrillic or Greek) that a letter of another
 * one looks like, both case-folded; 0: none. `upper`: it was a capital. */
uint32_t narr_look_alike(uint32_t code, bool upper, narr_script script);

/* The letter of `script` that a digit is written for ("tr00ps"); 0: none.
 * `other`: the second best guess, where there is one. */
uint32_t narr_digit_letter(uint32_t digit, narr_script script, bool other);

#endif
