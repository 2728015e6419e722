/* form.h - what a token is read as, so that one claim is one claim however it
 * is written:
 *
 *   canonical  Serbian, Montenegrin and Macedonian Cyrillic becomes Latin. The
 *              text decides: letters that only they have must show, and hardly
 *              any that they don't have. Other Cyrillic words, and those of
 *              which a short text doesn't tell, stay as they are, and are read
 *              in Latin letters beside that (narr_token.other): the same names
 *              and many of the same words occur in all of these languages
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
