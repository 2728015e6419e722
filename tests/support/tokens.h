/* tokens.h - texts and their tokens as strings that a test can compare and a
 * reader can read. */
#ifndef TEST_SUPPORT_TOKENS_H
#define TEST_SUPPORT_TOKENS_H

#include "base/buffer.h"
#include "base/utf8.h"
#include "support/check.h"
#include "text/token.h"

/* Texts as they stand, and with all that may be undone. */
static const narr_text_options tokens_plain = {0};
static const narr_text_options tokens_all_on = NARR_TEXT_OPTIONS_ON;

/* "W:don't~P:, N:5": kind and characters of each token, with a space before
 * it if it is spaced, else '~'. Kinds: W)ord N)umber U)RL M)ention H)ashtag
 * E)moji P)unctuation R)etweet Q)uote; a small letter is a token in a hashtag. */
static inline void tokens_describe(const narr_tokens *tokens, narr_buffer *out) {
  static const char kinds[] = "WNUMHEPRQ";
  narr_buffer_clear(out);
  for (size_t t = 0; t < tokens->count; t++) {
    const narr_token *token = &tokens->items[t];
    char kind = kinds[token->kind];
    if (token->flags & NARR_TOKEN_IN_HASHTAG) kind = (char)(kind - 'A' + 'a');
    if (t) narr_buffer_byte(out, token->flags & NARR_TOKEN_SPACED ? ' ' : '~');
    narr_buffer_byte(out, kind);
    narr_buffer_byte(out, ':');
    for (size_t i = 0; i < token->count; i++) {
      char bytes[4];
      size_t size = narr_utf8_encode(tokens->chars.items[token->first + i].code, bytes);
      narr_buffer_append(out, bytes, size);
    }
  }
  narr_buffer_byte(out, '\0');
}

/* The bytes of each token as they stand in the text, with '|' between them. */
static inline void tokens_slices(const narr_tokens *tokens, const char *text, narr_buffer *out) {
  narr_buffer_clear(out);
  for (size_t t = 0; t < tokens->count; t++) {
    const narr_token *token = &tokens->items[t];
    if (t) narr_buffer_byte(out, '|');
    narr_buffer_append(out, text + token->start, token->end - token->start);
  }
  narr_buffer_byte(out, '\0');
}

/* What the header promises of any text's tokens; NULL or what is broken. */
static inline const char *tokens_broken_law(const narr_tokens *tokens, const char *text,
                                            size_t length) {
  const narr_chars *chars = &tokens->chars;
  size_t covered = 0; /* bytes up to here are in a token or white space */
  const narr_token *last = NULL;
  for (size_t c = 0; c < chars->count; c++) {
    const narr_char *item = &chars->items[c];
    if (item->start >= item->end || item->end > length) return "a character's bytes";
    if (c && item->start < chars->items[c - 1].start) return "the order of characters";
  }
  size_t next = 0;
  for (size_t t = 0; t < tokens->count; t++) {
    const narr_token *token = &tokens->items[t];
    if (token->start >= token->end || token->end > length) return "a token's bytes";
    if (last && token->start < last->start) return "the order of tokens";
    if (!token->count || (size_t)token->first + token->count > chars->count)
      return "a token's characters";
    if (token->kind > NARR_TOKEN_QUOTE) return "a token's kind";
    for (; next < chars->count && next < token->first; next++) {
      const narr_char *item = &chars->items[next];
      if (item->class != NARR_CHAR_SPACE && item->end > covered) return "a character left out";
    }
    if (token->end > covered) covered = token->end;
    for (size_t i = 0; i < token->count; i++)
      if (chars->items[token->first + i].end > covered) return "a character behind its token";
    if (next < token->first + token->count) next = token->first + token->count;
    last = token;
  }
  for (; next < chars->count; next++)
    if (chars->items[next].class != NARR_CHAR_SPACE && chars->items[next].end > covered)
      return "a character left out at the end";
  (void)text;
  return NULL;
}

typedef struct token_example {
  const char *text;
  const char *expected;
} token_example;

static inline bool tokens_same(const narr_buffer *got, const token_example *example) {
  if (strcmp(got->data, example->expected) == 0) return true;
  print_error("text     %s\ngot      %s\nexpected %s\n", example->text, got->data,
              example->expected);
  return false;
}

#define assert_token_examples(examples) \
  tokens_check_all((examples), sizeof(examples) / sizeof *(examples), __FILE__, __LINE__)

/* Reports all that differ, then fails. */
static inline void tokens_check_all(const token_example *examples, size_t count, const char *file,
                                    int line) {
  narr_tokens tokens = NARR_TOKENS_INIT;
  narr_buffer description = NARR_BUFFER_INIT;
  bool good = true;
  for (size_t i = 0; i < count; i++) {
    size_t length = strlen(examples[i].text);
    assert_true(narr_tokenize(&tokens, &tokens_plain, examples[i].text, length));
    tokens_describe(&tokens, &description);
    good &= tokens_same(&description, &examples[i]);
    const char *broken = tokens_broken_law(&tokens, examples[i].text, length);
    if (broken) print_error("text     %s\nbreaks the law on %s\n", examples[i].text, broken);
    good &= !broken;
  }
  narr_tokens_free(&tokens);
  narr_buffer_free(&description);
  if (!good) _fail(file, line);
}

#endif
