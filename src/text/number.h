/* number.h - numbers by order of magnitude: what a claim is about is hundreds
 * or thousands of soldiers, not 4,700 or 4,751. */
#ifndef NARR_TEXT_NUMBER_H
#define NARR_TEXT_NUMBER_H

#include "text/token.h"

/* Writes what a number of `count` characters is read as to `out` (room for
 * count + 2) and returns how many letters that is, or 0: as it is. Years
 * (1900 to 2099) stay; of others each digit becomes a 0, in whatever script
 * and without separators of thousands; of a fraction one digit is left; dates
 * and the like keep their separators. */
size_t narr_number_magnitude(const narr_char *number, size_t count, narr_letter *out);

#endif
