/* form.h - what a token is read as, so that one claim is one claim however it
 * is written:
 *
 *   canonical  Serbian, Montenegrin and Macedonian Cyrillic becomes Latin. The
 *              text decides: where only their letters or only other Cyrillic
 *              letters show, it is they or not; where neither do, a token is
 *              read both ways (narr_token.other)
 *   fold       Latin letters lose their marks; dj and đ are d; U.S.A is usa
 *   disguise   look-alike letters, digits for letters, spaced and stretched
 *              words and heaps of marks are undone, and noted
 *   numbers    a number is read as its order of magnitude; years stay
 *
 * The spelling is what the token would be read as without fold, disguise and
 * numbers. */
#ifndef NARR_TEXT_FORM_H
#define NARR_TEXT_FORM_H

#include "text/token.h"

/* Fills in form, other, spelling, script and disguise of all tokens. False:
 * out of memory. */
bool narr_form_tokens(narr_tokens *tokens, const narr_text_options *options);

#endif
