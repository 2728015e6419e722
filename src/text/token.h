/* token.h - a normalised text as words, numbers, marks and emoji.
 *
 * Words are runs of letters, marks, digits and underscores, with apostrophes
 * between letters. A link or a mention is one token that stands for its
 * class; a hashtag is a token and then gives its words as further tokens.
 * Letters of scripts without spaces are a token each, glued to their
 * neighbours. No character that is not white space is left out. */
#ifndef NARR_TEXT_TOKEN_H
#define NARR_TEXT_TOKEN_H

#include "text/normalize.h"

typedef enum narr_token_kind {
  NARR_TOKEN_WORD,
  NARR_TOKEN_NUMBER,
  NARR_TOKEN_URL,
  NARR_TOKEN_MENTION,
  NARR_TOKEN_HASHTAG,    /* with its '#' */
  NARR_TOKEN_EMOJI,      /* a whole sequence */
  NARR_TOKEN_PUNCTUATION /* also symbols; equal ones in a row are one token */
} narr_token_kind;

enum {
  NARR_TOKEN_SPACED = 1, /* white space before it, or the text's beginning */
  NARR_TOKEN_IN_HASHTAG = 2
};

typedef struct narr_token {
  uint32_t first; /* index of its first character */
  uint32_t count; /* characters that tell it apart: of a long run of one mark
                     only the first three */
  uint32_t start; /* bytes of the original text */
  uint32_t end;
  uint8_t kind; /* narr_token_kind */
  uint8_t flags;
} narr_token;

/* A text's tokens; a workspace that is used again and again. */
typedef struct narr_tokens {
  narr_chars chars;
  narr_token *items;
  size_t count;
  size_t capacity;
} narr_tokens;

#define NARR_TOKENS_INIT \
  { NARR_CHARS_INIT, NULL, 0, 0 }

/* Normalises and tokenises `length` <= NARR_TEXT_MAX bytes, replacing what
 * *tokens held. False: out of memory. */
bool narr_tokenize(narr_tokens *tokens, const char *text, size_t length);

void narr_tokens_free(narr_tokens *tokens);

#endif
