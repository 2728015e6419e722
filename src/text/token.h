/* token.h - a text as words, numbers, marks and emoji, and what each of them
 * stands for.
 *
 * Words end where Unicode Standard Annex 29 ends them, with differences that
 * posts ask for: a link or a mention is one token that stands for its class;
 * a hashtag is a token and then gives its words as further tokens; equal
 * marks in a row are one token; a colon joins no letters, a full stop only
 * single ones (U.S.A). Letters of scripts without spaces are a token each,
 * glued to their neighbours. No character that is not white space is left
 * out.
 *
 * A token is its characters as they stand in the text, case-folded, and, if
 * that is something else, a form: what it is read as once its script,
 * spelling and disguise are undone (form.h). */
#ifndef NARR_TEXT_TOKEN_H
#define NARR_TEXT_TOKEN_H

#include "text/normalize.h"
#include "text/script.h"
#include "text/text_options.h"

typedef enum narr_token_kind {
  NARR_TOKEN_WORD,
  NARR_TOKEN_NUMBER,
  NARR_TOKEN_URL,
  NARR_TOKEN_MENTION,
  NARR_TOKEN_HASHTAG,     /* with its '#' */
  NARR_TOKEN_EMOJI,       /* a whole sequence */
  NARR_TOKEN_PUNCTUATION, /* also symbols; equal ones in a row are one token */
  NARR_TOKEN_RETWEET,     /* "RT @name:" */
  NARR_TOKEN_QUOTE        /* ">" before a line that quotes, or "\"@name:" */
} narr_token_kind;

enum {
  NARR_TOKEN_SPACED = 1, /* white space before it, or the text's beginning */
  NARR_TOKEN_IN_HASHTAG = 2,
  NARR_TOKEN_SPELLED = 4 /* its spelling says more than its form */
};

/* How a word was disguised: bits. */
typedef enum narr_disguise {
  NARR_DISGUISE_INVISIBLE = 1,  /* invisible characters inside */
  NARR_DISGUISE_STYLED = 2,     /* full-width, mathematical, circled letters */
  NARR_DISGUISE_LOOK_ALIKE = 4, /* letters of another script */
  NARR_DISGUISE_DIGITS = 8,     /* digits for letters */
  NARR_DISGUISE_SPACED = 16,    /* s p a c e d */
  NARR_DISGUISE_STRETCHED = 32, /* streeetched */
  NARR_DISGUISE_STACKED = 64    /* marks in a heap */
} narr_disguise;

enum { NARR_DISGUISE_COUNT = 7 };

/* A character of a form. */
typedef struct narr_letter {
  uint32_t code;
  uint32_t start; /* bytes of the original text */
  uint32_t end;
} narr_letter;

/* A run of narr_tokens.letters; a count of 0: none. */
typedef struct narr_slice {
  uint32_t first;
  uint32_t count;
} narr_slice;

typedef struct narr_token {
  uint32_t first; /* index of its first character */
  uint32_t count; /* characters that tell it apart: of a long run of one mark
                     only the first three */
  uint32_t start; /* bytes of the original text */
  uint32_t end;
  narr_slice form;     /* what it is read as; none: its characters */
  narr_slice other;    /* what else it may be read as */
  narr_slice spelling; /* if NARR_TOKEN_SPELLED: how it is spelled; none: its
                          characters */
  uint32_t traits;     /* NARR_TRAIT_..., or-ed over its characters */
  uint8_t kind;        /* narr_token_kind */
  uint8_t flags;
  uint8_t script;   /* narr_script of its first letter, once it is read */
  uint8_t disguise; /* narr_disguise */
} narr_token;

/* A trait that only a token can have: three equal characters in a row. */
#define NARR_TRAIT_TRIPLE (1u << 16)

/* How many words of a text have which letters. */
typedef struct narr_script_counts {
  size_t latin, cyrillic, greek; /* and of no other of these */
  size_t south, north;           /* Cyrillic: see unicode.h */
  size_t unspaced;               /* of East Asian scripts */
} narr_script_counts;

/* A text's tokens; a workspace that is used again and again. */
typedef struct narr_tokens {
  narr_chars chars;
  narr_token *items;
  size_t count;
  size_t capacity;
  uint32_t *second_looks; /* indices of tokens that may have a form */
  size_t second_look_count;
  size_t second_look_capacity;
  narr_letter *letters; /* of forms */
  size_t letter_count;
  size_t letter_capacity;
  narr_script_counts scripts;
} narr_tokens;

/* A zeroed narr_tokens is empty. */
#define NARR_TOKENS_INIT \
  { .chars = NARR_CHARS_INIT }

/* Whether it is a word with letters, and not a whole hashtag. */
static inline bool narr_token_is_word(const narr_token *token) {
  return token->kind == NARR_TOKEN_WORD && token->script != NARR_SCRIPT_NONE;
}

/* Normalises and tokenises `length` <= NARR_TEXT_MAX bytes, replacing what
 * *tokens held. False: out of memory. */
bool narr_tokenize(narr_tokens *tokens, const narr_text_options *options, const char *text,
                   size_t length);

void narr_tokens_free(narr_tokens *tokens);

#endif
