/* ngram.c - two sequences, of words and of characters, and the n-grams of
 * both. A key is chained: that of "a b c" grows out of that of "a b", so each
 * further length costs one multiplication. */
#include "feature/ngram.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "text/disguise.h"

/* Stand-ins for whole tokens and for disguises, beyond Unicode: no text holds
 * them. */
#define STAND_IN 0x110000u

static const char *const stand_ins[] = {"<url>", "<mention>", "<retweet>", "<quote>"};

enum { STAND_INS = sizeof stand_ins / sizeof *stand_ins };

static const uint64_t block_seed[NARR_BLOCK_COUNT] = {
    UINT64_C(0x8EBC6AF09C88C6E3), UINT64_C(0x589965CC75374CC3), UINT64_C(0x1D8E4E27C47D124F),
    UINT64_C(0x2F1B5C9E6D3A7711)};

/* The stand-in of a token that only its kind tells apart; 0: it has its own
 * characters. */
static uint32_t stand_in(const narr_token *token) {
  switch ((narr_token_kind)token->kind) {
    case NARR_TOKEN_URL: return STAND_IN;
    case NARR_TOKEN_MENTION: return STAND_IN + 1;
    case NARR_TOKEN_RETWEET: return STAND_IN + 2;
    case NARR_TOKEN_QUOTE: return STAND_IN + 3;
    default: return 0;
  }
}

/* Room for `extra` more n-grams: where the next one goes; NULL: out of memory. */
static narr_ngram *reserve(narr_ngrams *ngrams, size_t extra) {
  void *items = ngrams->items;
  if (!narr_grow(&items, &ngrams->capacity, ngrams->count + extra + 1, sizeof *ngrams->items))
    return NULL;
  ngrams->items = items;
  return ngrams->items + ngrams->count;
}

/* ---- What a token is read as ------------------------------------------------ */

/* Letters that stand somewhere else, or the token's characters. */
typedef struct letters {
  const narr_letter *letters; /* NULL: chars */
  const narr_char *chars;
  size_t count;
} letters;

static letters letters_of(const narr_tokens *tokens, const narr_token *token, uint32_t aspect) {
  narr_slice slice = token->form;
  if (aspect == NARR_ASPECT_OTHER && token->other.count) slice = token->other;
  if (aspect == NARR_ASPECT_SPELLING) slice = token->spelling;
  if (slice.count) return (letters){tokens->letters + slice.first, NULL, slice.count};
  return (letters){NULL, tokens->chars.items + token->first, token->count};
}

static narr_letter letter_at(const letters *letters, size_t i) {
  if (letters->letters) return letters->letters[i];
  const narr_char *item = &letters->chars[i];
  return (narr_letter){item->code, item->start, item->end};
}

/* ---- Words ---------------------------------------------------------------- */

static uint64_t word_key(const narr_tokens *tokens, const narr_token *token, uint32_t aspect) {
  uint32_t whole = stand_in(token);
  if (aspect >= NARR_ASPECT_DISGUISE) return STAND_IN + STAND_INS + aspect - NARR_ASPECT_DISGUISE;
  if (whole) return whole;
  uint64_t key = NARR_HASH_SEED;
  letters letters = letters_of(tokens, token, aspect);
  if (letters.letters)
    for (size_t i = 0; i < letters.count; i++) key = narr_hash_mix(key, letters.letters[i].code);
  else
    for (size_t i = 0; i < letters.count; i++) key = narr_hash_mix(key, letters.chars[i].code);
  return key;
}

static bool add_word(narr_ngrams *ngrams, size_t token, uint32_t aspect) {
  if (ngrams->word_count == ngrams->word_capacity) {
    void *words = ngrams->words;
    if (!narr_grow(&words, &ngrams->word_capacity, ngrams->word_count + 1, sizeof *ngrams->words))
      return false;
    ngrams->words = words;
  }
  uint64_t key = word_key(&ngrams->tokens, &ngrams->tokens.items[token], aspect);
  ngrams->words[ngrams->word_count++] = (narr_word_unit){key, (uint32_t)token, aspect};
  return true;
}

/* All words but whole hashtags, or only these. */
static bool collect_words(narr_ngrams *ngrams, uint32_t aspect, bool hashtags) {
  const narr_tokens *tokens = &ngrams->tokens;
  for (size_t t = 0; t < tokens->count; t++)
    if ((tokens->items[t].kind == NARR_TOKEN_HASHTAG) == hashtags && !add_word(ngrams, t, aspect))
      return false;
  return true;
}

static bool is_read_otherwise(const narr_ngrams *ngrams, size_t word) {
  const narr_word_unit *unit = &ngrams->words[word];
  return unit->aspect == NARR_ASPECT_OTHER && ngrams->tokens.items[unit->token].other.count > 0;
}

/* The n-grams of words first .. end - 1; `otherwise`: only those with a word
 * that is read otherwise. */
static bool extract_words(narr_ngrams *ngrams, size_t first, size_t end, unsigned min, unsigned max,
                          bool otherwise) {
  const narr_word_unit *words = ngrams->words;
  narr_ngram *out = reserve(ngrams, (end - first) * max);
  if (!out) return false;
  for (size_t i = first; i < end; i++) {
    uint64_t key = block_seed[NARR_BLOCK_WORD];
    bool wanted = !otherwise;
    for (unsigned n = 1; n <= max && n <= end - i; n++) {
      key = narr_hash_mix(key, words[i + n - 1].key);
      wanted = wanted || is_read_otherwise(ngrams, i + n - 1);
      if (n >= min && wanted) *out++ = (narr_ngram){key, (uint32_t)i, (uint16_t)n, NARR_BLOCK_WORD};
    }
  }
  ngrams->count = (size_t)(out - ngrams->items);
  return true;
}

/* Hashtags have no neighbours: their words have. */
static bool extract_hashtags(narr_ngrams *ngrams, uint32_t aspect, unsigned min) {
  size_t first = ngrams->word_count;
  if (!collect_words(ngrams, aspect, true)) return false;
  for (size_t i = first; i < ngrams->word_count && min == 1; i++)
    if (!extract_words(ngrams, i, i + 1, 1, 1, aspect == NARR_ASPECT_OTHER)) return false;
  return true;
}

static bool extract_reading(narr_ngrams *ngrams, narr_aspect aspect, unsigned min, unsigned max) {
  size_t first = ngrams->word_count;
  return collect_words(ngrams, aspect, false) &&
         extract_words(ngrams, first, ngrams->word_count, min, max, aspect == NARR_ASPECT_OTHER) &&
         extract_hashtags(ngrams, aspect, min);
}

/* ---- Spellings -------------------------------------------------------------- */

static bool add_aspect(narr_ngrams *ngrams, size_t token, uint32_t aspect) {
  if (!add_word(ngrams, token, aspect)) return false;
  size_t word = ngrams->word_count - 1;
  uint64_t key = narr_hash_mix(block_seed[NARR_BLOCK_SPELLING], ngrams->words[word].key);
  narr_ngram *out = reserve(ngrams, 1);
  if (!out) return false;
  *out = (narr_ngram){key, (uint32_t)word, 1, NARR_BLOCK_SPELLING};
  ngrams->count++;
  return true;
}

static bool extract_spellings(narr_ngrams *ngrams) {
  for (size_t t = 0; t < ngrams->tokens.count; t++) {
    const narr_token *token = &ngrams->tokens.items[t];
    if (token->flags & NARR_TOKEN_SPELLED && !add_aspect(ngrams, t, NARR_ASPECT_SPELLING))
      return false;
    for (unsigned k = 0; token->disguise >> k; k++)
      if (token->disguise >> k & 1 && !add_aspect(ngrams, t, NARR_ASPECT_DISGUISE + k))
        return false;
  }
  return true;
}

/* ---- Characters ------------------------------------------------------------- */

/* Room for `extra` more letters. */
static narr_letter *reserve_letters(narr_ngrams *ngrams, size_t extra) {
  void *letters = ngrams->letters;
  if (!narr_grow(&letters, &ngrams->letter_capacity, ngrams->letter_count + extra,
                 sizeof *ngrams->letters))
    return NULL;
  ngrams->letters = letters;
  return ngrams->letters + ngrams->letter_count;
}

/* What numbers and marks are read as is for words: characters are as they are. */
static uint32_t letters_aspect(const narr_token *token, uint32_t aspect) {
  bool word = token->kind == NARR_TOKEN_WORD || token->kind == NARR_TOKEN_HASHTAG;
  return word ? aspect : NARR_ASPECT_SPELLING;
}

static bool add_token_letters(narr_ngrams *ngrams, const narr_token *token, uint32_t aspect,
                              uint32_t last_end) {
  letters letters = letters_of(&ngrams->tokens, token, letters_aspect(token, aspect));
  narr_letter *out = reserve_letters(ngrams, letters.count + 2), *first = out;
  uint32_t whole = stand_in(token);
  if (!out) return false;
  if (token->flags & NARR_TOKEN_SPACED) *out++ = (narr_letter){' ', last_end, token->start};
  if (whole)
    *out++ = (narr_letter){whole, token->start, token->end};
  else
    for (size_t i = 0; i < letters.count; i++) *out++ = letter_at(&letters, i);
  ngrams->letter_count += (size_t)(out - first);
  return true;
}

static bool add_other(narr_ngrams *ngrams, size_t first) {
  void *others = ngrams->others;
  if (!narr_grow(&others, &ngrams->other_capacity, ngrams->other_count + 1, sizeof *ngrams->others))
    return false;
  ngrams->others = others;
  ngrams->others[ngrams->other_count++] =
      (narr_slice){(uint32_t)first, (uint32_t)(ngrams->letter_count - first)};
  return true;
}

static bool collect_letters(narr_ngrams *ngrams, narr_aspect aspect) {
  size_t begin = ngrams->letter_count;
  uint32_t end = 0;
  for (size_t t = 0; t < ngrams->tokens.count; t++) {
    const narr_token *token = &ngrams->tokens.items[t];
    if (token->flags & NARR_TOKEN_IN_HASHTAG) continue; /* the hashtag has them */
    size_t first = ngrams->letter_count;
    if (!add_token_letters(ngrams, token, aspect, end)) return false;
    if (aspect == NARR_ASPECT_OTHER && token->other.count && !add_other(ngrams, first))
      return false;
    end = token->end;
  }
  if (ngrams->letter_count == begin) return true;
  narr_letter *last = reserve_letters(ngrams, 1);
  if (!last) return false;
  *last = (narr_letter){' ', end, end};
  ngrams->letter_count++;
  return true;
}

/* n-grams of letters first .. end - 1; of a second sequence only those with
 * letters of `others`. CHAR_WB: a space may only be first or last. */
static bool extract_letters(narr_ngrams *ngrams, size_t first, size_t end, narr_block block,
                            unsigned min, unsigned max) {
  const narr_letter *letters = ngrams->letters;
  narr_ngram *out = reserve(ngrams, (end - first) * max);
  if (!out) return false;
  bool second = first > 0, within_words = block == NARR_BLOCK_CHAR_WB;
  for (size_t i = first, o = 0; i < end; i++) {
    uint64_t key = block_seed[block];
    size_t most = max < end - i ? max : end - i, least = min;
    if (second) {
      while (o < ngrams->other_count && ngrams->others[o].first + ngrams->others[o].count <= i) o++;
      if (o == ngrams->other_count) break;
      size_t wanted = ngrams->others[o].first >= i ? ngrams->others[o].first - i + 1 : 0;
      if (wanted > least) least = wanted;
    }
    if (least == 1 && letters[i].code == ' ') least = 2; /* a space alone says nothing */
    size_t n = 1;
    for (; n < least && n <= most; n++) {
      uint32_t code = letters[i + n - 1].code;
      key = narr_hash_mix(key, code);
      if (within_words && code == ' ' && n > 1) most = 0; /* it ends before `least` */
    }
    for (; n <= most; n++) {
      uint32_t code = letters[i + n - 1].code;
      key = narr_hash_mix(key, code);
      *out++ = (narr_ngram){key, (uint32_t)i, (uint16_t)n, (uint16_t)block};
      if (within_words && code == ' ' && n > 1) break;
    }
  }
  ngrams->count = (size_t)(out - ngrams->items);
  return true;
}

static bool extract_blocks(narr_ngrams *ngrams, const narr_feature_options *options, bool others) {
  const uint8_t *min = options->min, *max = options->max;
  ngrams->block_ends[NARR_BLOCK_CHAR] = ngrams->block_ends[NARR_BLOCK_CHAR_WB] = ngrams->count;
  if (!min[NARR_BLOCK_CHAR] && !min[NARR_BLOCK_CHAR_WB]) return true;
  if (!collect_letters(ngrams, NARR_ASPECT_FORM)) return false;
  size_t first = ngrams->letter_count;
  if (others && !collect_letters(ngrams, NARR_ASPECT_OTHER)) return false;
  for (narr_block b = NARR_BLOCK_CHAR; b <= NARR_BLOCK_CHAR_WB; b++) {
    if (min[b] && (!extract_letters(ngrams, 0, first, b, min[b], max[b]) ||
                   !extract_letters(ngrams, first, ngrams->letter_count, b, min[b], max[b])))
      return false;
    ngrams->block_ends[b] = ngrams->count;
  }
  return true;
}

bool narr_ngrams_extract(narr_ngrams *ngrams, const narr_feature_options *options, const char *text,
                         size_t length) {
  ngrams->count = ngrams->word_count = ngrams->letter_count = ngrams->other_count = 0;
  if (!narr_tokenize(&ngrams->tokens, &options->text, text, length)) return false;
  bool others = false;
  for (size_t t = 0; t < ngrams->tokens.count; t++) others |= ngrams->tokens.items[t].other.count;
  unsigned min = options->min[NARR_BLOCK_WORD], max = options->max[NARR_BLOCK_WORD];
  if (min && !extract_reading(ngrams, NARR_ASPECT_FORM, min, max)) return false;
  if (min && others && !extract_reading(ngrams, NARR_ASPECT_OTHER, min, max)) return false;
  ngrams->block_ends[NARR_BLOCK_WORD] = ngrams->count;
  if (!extract_blocks(ngrams, options, others) || !extract_spellings(ngrams)) return false;
  ngrams->block_ends[NARR_BLOCK_SPELLING] = ngrams->count;
  return true;
}

/* ---- What an n-gram is -------------------------------------------------------- */

static bool is_of_words(const narr_ngram *item) {
  return item->block == NARR_BLOCK_WORD || item->block == NARR_BLOCK_SPELLING;
}

narr_byte_range narr_ngram_range(const narr_ngrams *ngrams, const narr_ngram *item) {
  size_t first = item->first, last = first + item->length - 1;
  if (is_of_words(item)) {
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
  if (code >= STAND_IN) {
    narr_buffer_string(out, stand_ins[code - STAND_IN]);
  } else {
    char bytes[4];
    narr_buffer_append(out, bytes, narr_utf8_encode(code, bytes));
  }
}

static void append_word(const narr_ngrams *ngrams, const narr_word_unit *word, narr_buffer *out) {
  const narr_token *token = &ngrams->tokens.items[word->token];
  if (word->aspect >= NARR_ASPECT_DISGUISE) {
    const char *name = narr_disguise_name(1u << (word->aspect - NARR_ASPECT_DISGUISE));
    narr_buffer_format(out, "<%s>", name);
    return;
  }
  if (stand_in(token)) {
    append_code(out, stand_in(token));
    return;
  }
  letters letters = letters_of(&ngrams->tokens, token, word->aspect);
  for (size_t i = 0; i < letters.count; i++) append_code(out, letter_at(&letters, i).code);
}

void narr_token_string(const narr_ngrams *ngrams, size_t token, narr_buffer *out) {
  append_word(ngrams, &(narr_word_unit){0, (uint32_t)token, NARR_ASPECT_FORM}, out);
}

void narr_ngram_string(const narr_ngrams *ngrams, const narr_ngram *item, narr_buffer *out) {
  for (size_t i = item->first; i < (size_t)item->first + item->length; i++) {
    if (!is_of_words(item)) {
      append_code(out, ngrams->letters[i].code);
      continue;
    }
    if (i > item->first) narr_buffer_byte(out, ' ');
    append_word(ngrams, &ngrams->words[i], out);
  }
}

void narr_ngrams_free(narr_ngrams *ngrams) {
  narr_tokens_free(&ngrams->tokens);
  narr_free(ngrams->words);
  narr_free(ngrams->letters);
  narr_free(ngrams->others);
  narr_free(ngrams->items);
  *ngrams = (narr_ngrams){0};
}
