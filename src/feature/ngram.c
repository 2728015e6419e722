/* ngram.c - two sequences, of words and of characters, and the n-grams of
 * both. A key is chained: that of "a b c" grows out of that of "a b", so each
 * further length costs one multiplication. */
#include "feature/ngram.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "base/utf8.h"

/* Stand-ins in the character sequence, beyond Unicode: no text holds them. */
#define LETTER_URL 0x110000u
#define LETTER_MENTION 0x110001u

static const uint64_t block_seed[NARR_BLOCK_COUNT] = {
    UINT64_C(0x8EBC6AF09C88C6E3), UINT64_C(0x589965CC75374CC3), UINT64_C(0x1D8E4E27C47D124F)};

static bool add(narr_ngrams *ngrams, narr_ngram item) {
  if (ngrams->count == ngrams->capacity) {
    void *items = ngrams->items;
    if (!narr_grow(&items, &ngrams->capacity, ngrams->count + 1, sizeof item)) return false;
    ngrams->items = items;
  }
  ngrams->items[ngrams->count++] = item;
  return true;
}

/* ---- Words ---------------------------------------------------------------- */

static uint64_t token_key(const narr_tokens *tokens, const narr_token *token) {
  if (token->kind == NARR_TOKEN_URL) return LETTER_URL;
  if (token->kind == NARR_TOKEN_MENTION) return LETTER_MENTION;
  uint64_t key = NARR_HASH_SEED;
  const narr_char *at = tokens->chars.items + token->first;
  for (size_t i = 0; i < token->count; i++) key = narr_hash_mix(key, at[i].code);
  return key;
}

/* The words in a row, then the hashtags, which have no neighbours: their
 * words have. */
static bool collect_words(narr_ngrams *ngrams) {
  const narr_tokens *tokens = &ngrams->tokens;
  void *words = ngrams->words;
  if (!narr_grow(&words, &ngrams->word_capacity, tokens->count, sizeof *ngrams->words))
    return false;
  ngrams->words = words;
  size_t count = 0;
  for (int hashtags = 0; hashtags < 2; hashtags++) {
    for (size_t t = 0; t < tokens->count; t++)
      if ((tokens->items[t].kind == NARR_TOKEN_HASHTAG) == hashtags)
        ngrams->words[count++] =
            (narr_word_unit){token_key(tokens, &tokens->items[t]), (uint32_t)t};
    if (!hashtags) ngrams->word_count = count;
  }
  ngrams->unit_count = count;
  return true;
}

static bool extract_words(narr_ngrams *ngrams, unsigned min, unsigned max) {
  for (size_t i = 0; i < ngrams->unit_count; i++) {
    size_t left = i < ngrams->word_count ? ngrams->word_count - i : 1;
    uint64_t key = block_seed[NARR_BLOCK_WORD];
    for (unsigned n = 1; n <= max && n <= left; n++) {
      key = narr_hash_mix(key, ngrams->words[i + n - 1].key);
      if (n >= min && !add(ngrams, (narr_ngram){key, (uint32_t)i, (uint16_t)n, NARR_BLOCK_WORD}))
        return false;
    }
  }
  return true;
}

/* ---- Characters ------------------------------------------------------------- */

static bool add_letter(narr_ngrams *ngrams, uint32_t code, uint32_t start, uint32_t end) {
  if (ngrams->letter_count == ngrams->letter_capacity) {
    void *letters = ngrams->letters;
    if (!narr_grow(&letters, &ngrams->letter_capacity, ngrams->letter_count + 1,
                   sizeof *ngrams->letters))
      return false;
    ngrams->letters = letters;
  }
  ngrams->letters[ngrams->letter_count++] = (narr_letter){code, start, end};
  return true;
}

static bool add_token_letters(narr_ngrams *ngrams, const narr_token *token) {
  if (token->kind == NARR_TOKEN_URL)
    return add_letter(ngrams, LETTER_URL, token->start, token->end);
  if (token->kind == NARR_TOKEN_MENTION)
    return add_letter(ngrams, LETTER_MENTION, token->start, token->end);
  const narr_char *at = ngrams->tokens.chars.items + token->first;
  for (size_t i = 0; i < token->count; i++)
    if (!add_letter(ngrams, at[i].code, at[i].start, at[i].end)) return false;
  return true;
}

static bool collect_letters(narr_ngrams *ngrams) {
  ngrams->letter_count = 0;
  uint32_t end = 0;
  for (size_t t = 0; t < ngrams->tokens.count; t++) {
    const narr_token *token = &ngrams->tokens.items[t];
    if (token->flags & NARR_TOKEN_IN_HASHTAG) continue; /* the hashtag has them */
    if (token->flags & NARR_TOKEN_SPACED && !add_letter(ngrams, ' ', end, token->start))
      return false;
    if (!add_token_letters(ngrams, token)) return false;
    end = token->end;
  }
  return ngrams->letter_count == 0 || add_letter(ngrams, ' ', end, end);
}

/* n-grams of the letters; `bounded`: a space may only be first or last. */
static bool extract_letters(narr_ngrams *ngrams, narr_block block, unsigned min, unsigned max,
                            bool bounded) {
  const narr_letter *letters = ngrams->letters;
  for (size_t i = 0; i < ngrams->letter_count; i++) {
    size_t left = ngrams->letter_count - i;
    uint64_t key = block_seed[block];
    for (unsigned n = 1; n <= max && n <= left; n++) {
      uint32_t code = letters[i + n - 1].code;
      key = narr_hash_mix(key, code);
      if (n == 1 && code == ' ') continue; /* a space alone says nothing */
      if (n >= min && !add(ngrams, (narr_ngram){key, (uint32_t)i, (uint16_t)n, (uint16_t)block}))
        return false;
      if (bounded && code == ' ') break;
    }
  }
  return true;
}

bool narr_ngrams_extract(narr_ngrams *ngrams, const narr_feature_options *options, const char *text,
                         size_t length) {
  ngrams->count = 0;
  if (!narr_tokenize(&ngrams->tokens, text, length)) return false;
  const uint8_t *min = options->min, *max = options->max;
  if (min[NARR_BLOCK_WORD] && (!collect_words(ngrams) ||
                               !extract_words(ngrams, min[NARR_BLOCK_WORD], max[NARR_BLOCK_WORD])))
    return false;
  if (!min[NARR_BLOCK_CHAR] && !min[NARR_BLOCK_CHAR_WB]) return true;
  if (!collect_letters(ngrams)) return false;
  for (narr_block b = NARR_BLOCK_CHAR; b <= NARR_BLOCK_CHAR_WB; b++)
    if (min[b] && !extract_letters(ngrams, b, min[b], max[b], b == NARR_BLOCK_CHAR_WB))
      return false;
  return true;
}

narr_byte_range narr_ngram_range(const narr_ngrams *ngrams, const narr_ngram *item) {
  size_t first = item->first, last = first + item->length - 1;
  if (item->block == NARR_BLOCK_WORD) {
    const narr_token *tokens = ngrams->tokens.items;
    return (narr_byte_range){tokens[ngrams->words[first].token].start,
                             tokens[ngrams->words[last].token].end};
  }
  const narr_letter *letters = ngrams->letters;
  while (first < last && letters[first].code == ' ') first++;
  while (last > first && letters[last].code == ' ') last--;
  return (narr_byte_range){letters[first].start, letters[last].end};
}

static void append_code(narr_buffer *out, uint32_t code) {
  if (code == LETTER_URL) {
    narr_buffer_string(out, "<url>");
  } else if (code == LETTER_MENTION) {
    narr_buffer_string(out, "<mention>");
  } else {
    char bytes[4];
    narr_buffer_append(out, bytes, narr_utf8_encode(code, bytes));
  }
}

static void append_token(const narr_ngrams *ngrams, const narr_token *token, narr_buffer *out) {
  if (token->kind == NARR_TOKEN_URL) {
    append_code(out, LETTER_URL);
  } else if (token->kind == NARR_TOKEN_MENTION) {
    append_code(out, LETTER_MENTION);
  } else {
    const narr_char *at = ngrams->tokens.chars.items + token->first;
    for (size_t i = 0; i < token->count; i++) append_code(out, at[i].code);
  }
}

void narr_ngram_string(const narr_ngrams *ngrams, const narr_ngram *item, narr_buffer *out) {
  for (size_t i = item->first; i < (size_t)item->first + item->length; i++) {
    if (item->block != NARR_BLOCK_WORD) {
      append_code(out, ngrams->letters[i].code);
      continue;
    }
    if (i > item->first) narr_buffer_byte(out, ' ');
    append_token(ngrams, &ngrams->tokens.items[ngrams->words[i].token], out);
  }
}

void narr_ngrams_free(narr_ngrams *ngrams) {
  narr_tokens_free(&ngrams->tokens);
  narr_free(ngrams->words);
  narr_free(ngrams->letters);
  narr_free(ngrams->items);
  *ngrams = (narr_ngrams){0};
}
