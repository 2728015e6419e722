/* spaced.c - single letters in a row, with the same single character between
 * each two: a space, or a mark that is glued to both. */
#include "text/spaced.h"

#include "base/alloc.h"

static bool is_single_letter(const narr_token *token) {
  const uint32_t scripts = NARR_TRAIT_LATIN | NARR_TRAIT_CYRILLIC | NARR_TRAIT_GREEK;
  return token->kind == NARR_TOKEN_WORD && token->count == 1 && token->traits & scripts &&
         !(token->flags & NARR_TOKEN_IN_HASHTAG);
}

static uint32_t code_of(const narr_tokens *tokens, const narr_token *token) {
  return tokens->chars.items[token->first].code;
}

/* Tokens from letter `at` to the next letter of the run: 1 if there is one
 * character of white space between them, 2 if there is one mark; 0: there is
 * no next letter. */
static size_t stride(const narr_tokens *tokens, size_t at) {
  const narr_token *letter = &tokens->items[at];
  if (at + 1 == tokens->count) return 0;
  const narr_token *next = letter + 1;
  if (is_single_letter(next) && next->flags & NARR_TOKEN_SPACED)
    return next->first == letter->first + 2 ? 1 : 0;
  if (next->kind != NARR_TOKEN_PUNCTUATION || next->first != letter->first + 1 ||
      at + 2 == tokens->count)
    return 0;
  return is_single_letter(next + 1) && next[1].first == letter->first + 2 ? 2 : 0;
}

/* The last letter of the run that begins at `at`. *word: it is long enough
 * and has different letters. */
static size_t run_end(const narr_tokens *tokens, size_t at, bool *word) {
  size_t step = stride(tokens, at), letters = 1, last = at;
  bool differ = false;
  uint32_t between = tokens->chars.items[tokens->items[at].first + 1].code;
  while (step && stride(tokens, last) == step &&
         tokens->chars.items[tokens->items[last].first + 1].code == between) {
    last += step;
    letters++;
    differ |= code_of(tokens, &tokens->items[last]) != code_of(tokens, &tokens->items[at]);
  }
  *word = letters >= NARR_SPACED_LEAST && differ;
  return last;
}

/* One token of those from `first` to `last`. */
static narr_token join(const narr_token *first, const narr_token *last) {
  narr_token token = *first;
  token.count = last->first + last->count - first->first;
  token.end = last->end;
  token.disguise = NARR_DISGUISE_SPACED;
  for (const narr_token *t = first; t <= last; t++) token.traits |= t->traits;
  return token;
}

/* Tokens have other numbers now: all get a second look. */
static bool look_at_all(narr_tokens *tokens) {
  void *indices = tokens->second_looks;
  if (!narr_grow(&indices, &tokens->second_look_capacity, tokens->count,
                 sizeof *tokens->second_looks))
    return false;
  tokens->second_looks = indices;
  for (size_t t = 0; t < tokens->count; t++) tokens->second_looks[t] = (uint32_t)t;
  tokens->second_look_count = tokens->count;
  return true;
}

bool narr_join_spaced(narr_tokens *tokens) {
  narr_token *items = tokens->items;
  size_t kept = 0;
  for (size_t at = 0; at < tokens->count;) {
    bool word = false;
    size_t last = is_single_letter(&items[at]) ? run_end(tokens, at, &word) : at;
    if (word) {
      items[kept++] = join(&items[at], &items[last]);
      at = last + 1;
    } else {
      while (at <= last) items[kept++] = items[at++];
    }
  }
  tokens->count = kept;
  return look_at_all(tokens);
}
