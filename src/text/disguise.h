/* disguise.h - what was done to a word so that programs don't read it, and
 * reading it all the same. Plain words of any language are left alone: words
 * in two scripts that no look-alikes explain, h1n1, III, Schifffahrt. */
#ifndef NARR_TEXT_DISGUISE_H
#define NARR_TEXT_DISGUISE_H

#include "text/token.h"

/* The name of one of narr_disguise, such as "look-alike". */
const char *narr_disguise_name(unsigned disguise);

/* What to undo in a word. Zeroed: nothing. */
typedef struct narr_undoing {
  uint8_t found;      /* narr_disguise bits */
  narr_script script; /* whose letters look-alikes are; NONE: there are none */
  narr_script digits; /* whose letters digits are; NONE: they are digits */
  bool stretched;
  bool inner;     /* marks between letters go: U.S.A, s p a c e d */
  bool ambiguous; /* there is another reading */
  bool other;     /* set by who wants that one: nooow as noow, 1 as l */
} narr_undoing;

/* Fills in *undoing for a word or hashtag; without options->disguise only
 * `inner`, for initials. */
void narr_disguise_find(narr_undoing *undoing, const narr_tokens *tokens, const narr_token *token,
                        const narr_text_options *options);

/* Reads a word's characters one by one, with things undone. */
typedef struct narr_disguise_reader {
  const narr_char *at;
  size_t count;
  size_t next;
  size_t repeats; /* of `last` that are still to come */
  narr_letter last;
  size_t marks; /* in a row, so far */
  const narr_undoing *undoing;
} narr_disguise_reader;

void narr_disguise_begin(narr_disguise_reader *reader, const narr_tokens *tokens,
                         const narr_token *token, const narr_undoing *undoing);

/* False: that was all. */
bool narr_disguise_next(narr_disguise_reader *reader, narr_letter *letter);

#endif
