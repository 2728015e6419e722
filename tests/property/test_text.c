/* Laws of reading text that hold for any bytes. */
#include <utf8proc.h>

#include "base/alloc.h"
#include "support/check.h"
#include "support/tokens.h"
#include "support/tokens_ngrams.h"
#include "support/tokens_random.h"

enum { CASES = 6000 };

static void encode(const narr_chars *chars, narr_buffer *out) {
  narr_buffer_clear(out);
  narr_buffer_reserve(out, 1);
  for (size_t i = 0; i < chars->count; i++) random_append_code(out, chars->items[i].code);
}

static void print_text(const narr_buffer *text) {
  print_error("text: \"%.*s\"\nbytes:", (int)text->length, text->data);
  for (size_t i = 0; i < text->length; i++) print_error(" %02X", (unsigned char)text->data[i]);
  print_error("\n");
}

/* What has been normalised stays as it is. */
static void normalising_is_idempotent(void **state) {
  (void)state;
  narr_prng prng = {101};
  narr_chars once = NARR_CHARS_INIT, twice = NARR_CHARS_INIT;
  narr_buffer text = NARR_BUFFER_INIT, encoded = NARR_BUFFER_INIT;
  for (size_t i = 0; i < 3 * CASES; i++) {
    random_text(&prng, &text);
    assert_true(narr_normalize(&once, text.data, text.length, false));
    encode(&once, &encoded);
    assert_true(narr_normalize(&twice, encoded.data, encoded.length, false));
    assert_int_equal(twice.repaired, 0);
    bool same = once.count == twice.count;
    for (size_t c = 0; c < once.count && same; c++)
      same = once.items[c].code == twice.items[c].code;
    if (!same) print_text(&text);
    assert_true(same);
  }
  narr_chars_free(&once);
  narr_chars_free(&twice);
  narr_buffer_free(&text);
  narr_buffer_free(&encoded);
}

static void tokens_keep_the_laws(void **state) {
  (void)state;
  narr_prng prng = {102};
  narr_tokens tokens = NARR_TOKENS_INIT;
  narr_buffer text = NARR_BUFFER_INIT;
  for (size_t i = 0; i < 3 * CASES; i++) {
    random_text(&prng, &text);
    char *exact = narr_copy_bytes(text.data, text.length); /* so that a sanitizer sees */
    assert_non_null(exact);
    assert_true(narr_tokenize(&tokens, &tokens_all_on, exact, text.length));
    const char *broken = tokens_broken_law(&tokens, exact, text.length);
    if (broken) {
      print_text(&text);
      print_error("breaks the law on %s\n", broken);
    }
    assert_null(broken);
    narr_free(exact);
  }
  narr_tokens_free(&tokens);
  narr_buffer_free(&text);
}

/* Every byte that is not white space, or of an ignorable character, or of a
 * mark on white space, is in a token. */
static void no_byte_is_left_out(void **state) {
  (void)state;
  narr_prng prng = {103};
  narr_tokens tokens = NARR_TOKENS_INIT;
  narr_buffer text = NARR_BUFFER_INIT;
  for (size_t i = 0; i < CASES; i++) {
    random_text(&prng, &text);
    assert_true(narr_tokenize(&tokens, &tokens_plain, text.data, text.length));
    size_t covered = 0, t = 0;
    for (size_t at = 0; at < text.length;) {
      uint32_t code;
      size_t size = narr_utf8_decode(text.data + at, text.length - at, &code);
      for (; t < tokens.count && tokens.items[t].start <= at; t++)
        if (tokens.items[t].end > covered) covered = tokens.items[t].end;
      const narr_unicode_page *page =
          narr_unicode_page_of(code == NARR_UTF8_INVALID ? 0xFFFD : code);
      const narr_char_info *info = &page->info[(code == NARR_UTF8_INVALID ? 0xFFFD : code) & 0xFF];
      if (info->class != NARR_CHAR_SPACE && info->length > 0 && covered < at + size) {
        print_text(&text);
        fail_msg("U+%04X at byte %zu is in no token", code, at);
      }
      at += size;
    }
  }
  narr_tokens_free(&tokens);
  narr_buffer_free(&text);
}

static bool same_tokens(const narr_tokens *a, const narr_tokens *b) {
  if (a->count != b->count || a->chars.count != b->chars.count ||
      a->chars.repaired != b->chars.repaired)
    return false;
  for (size_t i = 0; i < a->count; i++) {
    const narr_token *x = &a->items[i], *y = &b->items[i];
    if (x->first != y->first || x->count != y->count || x->start != y->start || x->end != y->end ||
        x->kind != y->kind || x->flags != y->flags)
      return false;
  }
  for (size_t i = 0; i < a->chars.count; i++)
    if (a->chars.items[i].code != b->chars.items[i].code) return false;
  return true;
}

/* A workspace that has seen a long text gives what a new one gives. */
static void workspace_has_no_memory(void **state) {
  (void)state;
  narr_prng prng = {104};
  narr_tokens used = NARR_TOKENS_INIT;
  narr_ngrams used_ngrams = {0};
  narr_buffer text = NARR_BUFFER_INIT;
  for (size_t i = 0; i < CASES / 4; i++) {
    narr_buffer_clear(&text);
    for (size_t k = 0; i % 50 == 0 && k < 100; k++) random_mutated(&prng, &text);
    if (i % 50) random_text(&prng, &text);
    narr_tokens fresh = NARR_TOKENS_INIT;
    narr_ngrams fresh_ngrams = {0};
    assert_true(narr_tokenize(&used, &tokens_all_on, text.data, text.length));
    assert_true(narr_tokenize(&fresh, &tokens_all_on, text.data, text.length));
    assert_true(same_tokens(&used, &fresh));
    if (i % 50) {
      assert_true(narr_ngrams_extract(&used_ngrams, &ngrams_all_blocks, text.data, text.length));
      assert_true(narr_ngrams_extract(&fresh_ngrams, &ngrams_all_blocks, text.data, text.length));
      assert_true(ngrams_same(&used_ngrams, &fresh_ngrams));
    }
    narr_tokens_free(&fresh);
    narr_ngrams_free(&fresh_ngrams);
  }
  narr_tokens_free(&used);
  narr_ngrams_free(&used_ngrams);
  narr_buffer_free(&text);
}

/* ---- n-grams ------------------------------------------------------------------ */

static void ngrams_keep_the_laws(void **state) {
  (void)state;
  narr_prng prng = {105};
  narr_ngrams ngrams = {0};
  narr_buffer text = NARR_BUFFER_INIT, string = NARR_BUFFER_INIT;
  for (size_t i = 0; i < CASES; i++) {
    random_text(&prng, &text);
    assert_true(narr_ngrams_extract(&ngrams, &ngrams_all_blocks, text.data, text.length));
    const char *broken = ngrams_broken_law(&ngrams, &ngrams_all_blocks, text.data, text.length);
    if (broken) {
      print_text(&text);
      print_error("breaks the law on %s\n", broken);
    }
    assert_null(broken);
    for (size_t n = 0; n < ngrams.count; n += 7) {
      narr_buffer_clear(&string);
      narr_ngram_string(&ngrams, &ngrams.items[n], &string);
      assert_true(string.length > 0 && narr_utf8_valid(string.data, string.length, NULL));
    }
  }
  narr_ngrams_free(&ngrams);
  narr_buffer_free(&text);
  narr_buffer_free(&string);
}

/* Both texts have the same keys in the same order. */
static void assert_same_keys(const char *a, size_t a_length, const char *b, size_t b_length) {
  narr_ngrams x = {0}, y = {0};
  narr_feature_options options = ngrams_all_blocks;
  options.text.html = false; /* the names of entities are not folded */
  assert_true(narr_ngrams_extract(&x, &options, a, a_length));
  assert_true(narr_ngrams_extract(&y, &options, b, b_length));
  if (!ngrams_same(&x, &y)) {
    print_error("\"%.*s\"\n\"%.*s\"\n", (int)a_length, a, (int)b_length, b);
    fail_msg("different keys");
  }
  narr_ngrams_free(&x);
  narr_ngrams_free(&y);
}

static void equal_texts_equal_keys(void **state) {
  (void)state;
  narr_prng prng = {106};
  narr_buffer text = NARR_BUFFER_INIT;
  for (size_t i = 0; i < CASES / 3; i++) {
    random_text(&prng, &text);
    char *copy = narr_copy_bytes(text.data, text.length);
    assert_non_null(copy);
    assert_same_keys(text.data, text.length, copy, text.length);
    narr_free(copy);
  }
  narr_buffer_free(&text);
}

/* Decomposed and composed spellings; but not with U+0345, which folds to a
 * letter before marks are put in order, or letters that decompose to it. */
static bool has_iota_subscript(const char *text) {
  utf8proc_uint8_t *nfd = utf8proc_NFD((const utf8proc_uint8_t *)text);
  assert_non_null(nfd);
  bool has = strstr((const char *)nfd, "\xCD\x85") != NULL;
  free(nfd);
  return has;
}

static void spellings_have_equal_keys(void **state) {
  (void)state;
  narr_prng prng = {107};
  narr_buffer text = NARR_BUFFER_INIT;
  size_t checked = 0;
  for (size_t i = 0; i < CASES / 2; i++) {
    random_text(&prng, &text);
    narr_buffer_byte(&text, '\0');
    if (!narr_utf8_valid(text.data, text.length, NULL) || has_iota_subscript(text.data)) continue;
    utf8proc_uint8_t *nfd = utf8proc_NFD((const utf8proc_uint8_t *)text.data);
    utf8proc_uint8_t *nfc = utf8proc_NFC((const utf8proc_uint8_t *)text.data);
    assert_true(nfd && nfc);
    const char *d = (const char *)nfd, *c = (const char *)nfc;
    assert_same_keys(text.data, strlen(text.data), d, strlen(d));
    assert_same_keys(text.data, strlen(text.data), c, strlen(c));
    free(nfd);
    free(nfc);
    checked++;
  }
  assert_true(checked > CASES / 6);
  narr_buffer_free(&text);
}

/* The character in the other case, if it folds to the same. */
static uint32_t other_case(uint32_t code) {
  utf8proc_int32_t now = (utf8proc_int32_t)code, other = utf8proc_toupper(now);
  if (other == now) other = utf8proc_tolower(now);
  char a[5] = {0}, b[5] = {0};
  narr_utf8_encode(code, a);
  narr_utf8_encode((uint32_t)other, b);
  utf8proc_uint8_t *x = utf8proc_NFKC_Casefold((const utf8proc_uint8_t *)a);
  utf8proc_uint8_t *y = utf8proc_NFKC_Casefold((const utf8proc_uint8_t *)b);
  assert_true(x && y);
  bool same = strcmp((const char *)x, (const char *)y) == 0;
  free(x);
  free(y);
  return same ? (uint32_t)other : code;
}

/* Case matters in hashtags only, whose words it shows. */
static void case_makes_no_difference(void **state) {
  (void)state;
  narr_prng prng = {108};
  narr_buffer text = NARR_BUFFER_INIT, other = NARR_BUFFER_INIT;
  size_t changed = 0;
  for (size_t i = 0; i < CASES / 2; i++) {
    random_text(&prng, &text);
    for (size_t at = 0; at < text.length; at++)
      if (text.data[at] == '#') text.data[at] = '+';
    if (!narr_utf8_valid(text.data, text.length, NULL)) continue;
    narr_buffer_clear(&other);
    narr_buffer_reserve(&other, 1);
    bool hashtag = false;
    for (size_t at = 0; at < text.length;) {
      uint32_t code;
      at += narr_utf8_decode(text.data + at, text.length - at, &code);
      hashtag |= code == 0xFF03 || code == 0xFE5F; /* fold to # */
      uint32_t changed_code = random_below(&prng, 2) && code ? other_case(code) : code;
      changed += changed_code != code;
      random_append_code(&other, changed_code);
    }
    if (!hashtag) assert_same_keys(text.data, text.length, other.data, other.length);
  }
  assert_true(changed > CASES);
  narr_buffer_free(&text);
  narr_buffer_free(&other);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(normalising_is_idempotent), cmocka_unit_test(tokens_keep_the_laws),
      cmocka_unit_test(no_byte_is_left_out),       cmocka_unit_test(workspace_has_no_memory),
      cmocka_unit_test(ngrams_keep_the_laws),      cmocka_unit_test(equal_texts_equal_keys),
      cmocka_unit_test(spellings_have_equal_keys), cmocka_unit_test(case_makes_no_difference),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
