/* fuzz_text.c - any bytes as a text: what is promised of tokens and n-grams
 * holds, and reading it twice gives the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "feature/vector.h"

#define REQUIRE(condition)     \
  do {                         \
    if (!(condition)) abort(); \
  } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const narr_feature_options all_blocks = {{1, 1, 1}, {3, 5, 6}, 1, 1, NARR_TEXT_OPTIONS_ON,
                                                {0},       0};

static void check_characters(const narr_chars *chars, size_t size) {
  REQUIRE(chars->repaired <= size);
  for (size_t i = 0; i < chars->count; i++) {
    const narr_char *item = &chars->items[i];
    REQUIRE(item->code < 0x110000 && (item->code < 0xD800 || item->code > 0xDFFF));
    REQUIRE(item->start < item->end && item->end <= size);
    if (i) REQUIRE(item->start >= chars->items[i - 1].start);
  }
}

/* Tokens come in order, and every character that is not white space is in
 * the bytes of one. */
static void check_tokens(const narr_tokens *tokens, size_t size) {
  const narr_chars *chars = &tokens->chars;
  size_t covered = 0, t = 0;
  for (size_t i = 0; i < chars->count; i++) {
    for (; t < tokens->count && tokens->items[t].start <= chars->items[i].start; t++)
      if (tokens->items[t].end > covered) covered = tokens->items[t].end;
    if (chars->items[i].class != NARR_CHAR_SPACE) REQUIRE(chars->items[i].end <= covered);
  }
  for (t = 0; t < tokens->count; t++) {
    const narr_token *token = &tokens->items[t];
    REQUIRE(token->start < token->end && token->end <= size);
    REQUIRE(token->count > 0 && (size_t)token->first + token->count <= chars->count);
    REQUIRE(token->kind <= NARR_TOKEN_QUOTE);
    if (t) REQUIRE(token->start >= tokens->items[t - 1].start);
  }
}

/* What a token is read as stands for bytes of the token, in order. */
static void check_slice(const narr_tokens *tokens, const narr_token *token, narr_slice slice) {
  REQUIRE((size_t)slice.first + slice.count <= tokens->letter_count);
  uint32_t last = token->start;
  for (size_t i = 0; i < slice.count; i++) {
    const narr_letter *letter = &tokens->letters[slice.first + i];
    REQUIRE(letter->code < 0x110000 && (letter->code < 0xD800 || letter->code > 0xDFFF));
    REQUIRE(letter->start >= last && letter->start < letter->end && letter->end <= token->end);
    last = letter->start;
  }
}

static void check_forms(const narr_tokens *tokens) {
  for (size_t t = 0; t < tokens->count; t++) {
    const narr_token *token = &tokens->items[t];
    check_slice(tokens, token, token->form);
    check_slice(tokens, token, token->other);
    check_slice(tokens, token, token->spelling);
    REQUIRE(token->script <= NARR_SCRIPT_OTHER);
    REQUIRE(token->disguise >> NARR_DISGUISE_COUNT == 0);
  }
}

static void check_ngrams(const narr_ngrams *ngrams, size_t size) {
  narr_buffer string = NARR_BUFFER_INIT;
  for (size_t i = 0; i < ngrams->count; i++) {
    const narr_ngram *item = &ngrams->items[i];
    REQUIRE(item->block < NARR_BLOCK_COUNT);
    bool spelling = item->block == NARR_BLOCK_SPELLING;
    REQUIRE(item->length >= (spelling ? 1 : all_blocks.min[item->block]));
    REQUIRE(item->length <= (spelling ? 1 : all_blocks.max[item->block]));
    REQUIRE(
        (size_t)item->first + item->length <=
        (item->block == NARR_BLOCK_WORD || spelling ? ngrams->word_count : ngrams->letter_count));
    narr_byte_range range = narr_ngram_range(ngrams, item);
    REQUIRE(range.start < range.end && range.end <= size);
    narr_buffer_clear(&string);
    narr_ngram_string(ngrams, item, &string);
    REQUIRE(string.length > 0 && narr_utf8_valid(string.data, string.length, NULL));
  }
  narr_buffer_free(&string);
}

static void require_same(const narr_vector *a, const narr_vector *b) {
  REQUIRE(a->ngrams.tokens.count == b->ngrams.tokens.count);
  REQUIRE(a->ngrams.count == b->ngrams.count);
  for (size_t i = 0; i < a->ngrams.count; i++) {
    const narr_ngram *x = &a->ngrams.items[i], *y = &b->ngrams.items[i];
    REQUIRE(x->key == y->key && x->first == y->first && x->length == y->length);
    REQUIRE(x->block == y->block);
  }
  REQUIRE(a->distinct_count == b->distinct_count);
  for (size_t i = 0; i < a->distinct_count; i++)
    REQUIRE(a->distinct[i].key == b->distinct[i].key && a->distinct[i].tf == b->distinct[i].tf);
}

/* What was normalised stays as it is. */
static void check_again(const narr_chars *chars) {
  narr_chars twice = NARR_CHARS_INIT;
  narr_buffer text = NARR_BUFFER_INIT;
  for (size_t i = 0; i < chars->count; i++) {
    char bytes[4];
    narr_buffer_append(&text, bytes, narr_utf8_encode(chars->items[i].code, bytes));
  }
  REQUIRE(!text.failed && narr_normalize(&twice, text.data, text.length, false));
  REQUIRE(twice.repaired == 0 && twice.count == chars->count);
  for (size_t i = 0; i < chars->count; i++) REQUIRE(twice.items[i].code == chars->items[i].code);
  narr_chars_free(&twice);
  narr_buffer_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static narr_vector used; /* by all the inputs before */
  narr_vector fresh = {0};
  const char *text = (const char *)data;
  REQUIRE(narr_vector_count(&used, &all_blocks, text, size));
  REQUIRE(narr_vector_count(&fresh, &all_blocks, text, size));
  check_characters(&fresh.ngrams.tokens.chars, size);
  check_tokens(&fresh.ngrams.tokens, size);
  check_forms(&fresh.ngrams.tokens);
  check_ngrams(&fresh.ngrams, size);
  require_same(&used, &fresh);
  check_again(&fresh.ngrams.tokens.chars);
  narr_vector_free(&fresh);
  return 0;
}
