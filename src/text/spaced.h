/* spaced.h - words that are written l i k e  t h i s or l-i-k-e t.h.i.s. */
#ifndef NARR_TEXT_SPACED_H
#define NARR_TEXT_SPACED_H

#include "text/token.h"

/* From so many letters on they are taken for a word. Three may be an
 * enumeration, or words of one letter. */
#define NARR_SPACED_LEAST 4

/* Makes one token of each such run, in place. False: out of memory. */
bool narr_join_spaced(narr_tokens *tokens);

#endif
