/* The n-grams of small texts, worked out by hand. */
#include "feature/ngram.h"

#include "base/alloc.h"
#include "support/check.h"
#include "support/tokens_ngrams.h"

typedef struct ngram_example {
  const char *features;
  const char *text;
  const char *expected;
} ngram_example;

static narr_feature_options parse(const char *features) {
  narr_feature_options options = {{0}, {0}, 1, 1, {0}, {0}, 0};
  assert_ok(narr_feature_options_parse(&options, features, NULL));
  return options;
}

/* Only one block is on in `features`. */
static void check_examples(const ngram_example *examples, size_t count, narr_block block) {
  narr_ngrams ngrams = {0};
  narr_buffer description = NARR_BUFFER_INIT;
  bool good = true;
  for (size_t i = 0; i < count; i++) {
    const ngram_example *e = &examples[i];
    narr_feature_options options = parse(e->features);
    assert_true(narr_ngrams_extract(&ngrams, &options, e->text, strlen(e->text)));
    ngrams_describe(&ngrams, block, &description);
    good &= tokens_same(&description, &(token_example){e->text, e->expected});
    const char *broken = ngrams_broken_law(&ngrams, &options, e->text, strlen(e->text));
    if (broken) print_error("\"%s\" breaks the law on %s\n", e->text, broken);
    good &= !broken;
  }
  narr_ngrams_free(&ngrams);
  narr_buffer_free(&description);
  assert_true(good);
}

#define CHECK_EXAMPLES(block, examples) \
  check_examples((examples), sizeof(examples) / sizeof *(examples), (block))

static void words(void **state) {
  (void)state;
  static const ngram_example examples[] = {
      {"word=1", "", ""},
      {"word=1", " \n", ""},
      {"word=1", "The US left.", "the|us|left|."},
      {"word=1-2", "The US left.", "the|the us|us|us left|left|left .|."},
      {"word=2", "The US left.", "the us|us left|left ."},
      {"word=1-3", "a b c d", "a|a b|a b c|b|b c|b c d|c|c d|d"},
      {"word=3-8", "a b c", "a b c"},
      {"word=4-8", "a b c", ""},
      {"word=2", "a", ""},
      {"word=1", "a a", "a|a"}, /* repeats stay */
      {"word=1-2", "wow!!!!! 😀", "wow|wow !!!|!!!|!!! 😀|😀"},
      {"word=1-2", "科索沃", "科|科 索|索|索 沃|沃"},
      {"word=1-2", "КОСОВО Je", "косово|косово je|je"},
      {"word=1-2", "4,700 men", "4,700|4,700 men|men"},
  };
  CHECK_EXAMPLES(NARR_BLOCK_WORD, examples);
}

/* A link or a mention stands for its class. */
static void links_and_mentions(void **state) {
  (void)state;
  static const ngram_example words[] = {
      {"word=1-2", "see https://t.co/x @me", "see|see <url>|<url>|<url> <mention>|<mention>"},
      {"word=1", "t.co/a www.b.c", "<url>|<url>"},
      {"word=1", "@a @b", "<mention>|<mention>"},
  };
  static const ngram_example characters[] = {
      {"char=1", "a http://x.y b", "a|<url>|b"},
      {"char=2", "a http://x.y b", " a|a | <url>|<url> | b|b "},
      {"char=3", "@a,", " <mention>,|<mention>, "},
  };
  CHECK_EXAMPLES(NARR_BLOCK_WORD, words);
  CHECK_EXAMPLES(NARR_BLOCK_CHAR, characters);
}

/* The words of a hashtag stand in the row of words; the hashtag as a whole
 * comes behind, without neighbours. */
static void hashtags(void **state) {
  (void)state;
  static const ngram_example words[] = {
      {"word=1", "go #KosovoIsSerbia now", "go|kosovo|is|serbia|now|#kosovoisserbia"},
      {"word=2", "go #KosovoIsSerbia now", "go kosovo|kosovo is|is serbia|serbia now"},
      {"word=1", "#a #B", "a|b|#a|#b"},
      {"word=1", "#_", "#_"},
  };
  static const ngram_example characters[] = {
      {"char=3", "#AbCd e", " #a|#ab|abc|bcd|cd |d e| e "}, /* once, as it is written */
      {"char=2", "#_", " #|#_|_ "},
  };
  CHECK_EXAMPLES(NARR_BLOCK_WORD, words);
  CHECK_EXAMPLES(NARR_BLOCK_CHAR, characters);
}

static void characters_across_words(void **state) {
  (void)state;
  static const ngram_example examples[] = {
      {"char=1", "", ""},
      {"char=2-3", "  \t", ""},
      {"char=1", "ab c", "a|b|c"}, /* a space alone says nothing */
      {"char=2", "ab c", " a|ab|b | c|c "},
      {"char=3", "ab c", " ab|ab |b c| c "},
      {"char=1-2", "ab", " a|a|ab|b|b "},
      {"char=5", "a b c", " a b |a b c| b c "},
      {"char=3", "a,b", " a,|a,b|,b "}, /* nothing between: no space */
      {"char=3", "  ab \n\n c ", " ab|ab |b c| c "},
      {"char=3", "wow!!!!!!!", " wo|wow|ow!|w!!|!!!|!! "},
      {"char=2", "科索", " 科|科索|索 "},
      {"char=2", "e\u0301A", " é|éa|a "},
      {"char=8", "ab", ""},
      {"char=4", "ab", " ab "},
  };
  CHECK_EXAMPLES(NARR_BLOCK_CHAR, examples);
}

static void characters_within_words(void **state) {
  (void)state;
  static const ngram_example examples[] = {
      {"char_wb=1", "ab c", "a|b|c"},
      {"char_wb=2", "ab c", " a|ab|b | c|c "},
      {"char_wb=3", "ab c", " ab|ab | c "},
      {"char_wb=4", "ab c", " ab "},
      {"char_wb=5", "ab c", ""},
      {"char_wb=2-4", "ab", " a| ab| ab |ab|ab |b "},
      {"char_wb=3", "a,b", " a,|a,b|,b "},
  };
  CHECK_EXAMPLES(NARR_BLOCK_CHAR_WB, examples);
}

static void blocks_come_one_after_the_other(void **state) {
  (void)state;
  static const char text[] = "Ab c";
  narr_ngrams ngrams = {0};
  narr_buffer description = NARR_BUFFER_INIT;
  narr_feature_options options = parse("word=1-2,char=2,char_wb=3");
  assert_true(narr_ngrams_extract(&ngrams, &options, text, sizeof text - 1));
  assert_int_equal(ngrams.count, 3 + 5 + 3);
  for (size_t i = 0; i < ngrams.count; i++)
    assert_int_equal(ngrams.items[i].block, i < 3   ? NARR_BLOCK_WORD
                                            : i < 8 ? NARR_BLOCK_CHAR
                                                    : NARR_BLOCK_CHAR_WB);
  ngrams_describe(&ngrams, NARR_BLOCK_WORD, &description);
  assert_string_equal(description.data, "ab|ab c|c");
  ngrams_describe(&ngrams, NARR_BLOCK_CHAR, &description);
  assert_string_equal(description.data, " a|ab|b | c|c ");
  ngrams_describe(&ngrams, NARR_BLOCK_CHAR_WB, &description);
  assert_string_equal(description.data, " ab|ab | c ");
  narr_ngrams_free(&ngrams);
  narr_buffer_free(&description);
}

/* ---- Keys ------------------------------------------------------------------------ */

static uint64_t key_of(const char *features, const char *text, size_t index) {
  narr_ngrams ngrams = {0};
  narr_feature_options options = parse(features);
  assert_true(narr_ngrams_extract(&ngrams, &options, text, strlen(text)));
  assert_true(index < ngrams.count);
  uint64_t key = ngrams.items[index].key;
  narr_ngrams_free(&ngrams);
  return key;
}

static void keys_differ_between_blocks(void **state) {
  (void)state;
  uint64_t word = key_of("word=1", "a", 0), character = key_of("char=1", "a", 0);
  uint64_t bounded = key_of("char_wb=1", "a", 0);
  assert_true(word != character && word != bounded && character != bounded);
}

static void keys_differ_by_order_and_length(void **state) {
  (void)state;
  assert_true(key_of("word=2", "a b", 0) != key_of("word=2", "b a", 0));
  assert_true(key_of("word=2", "a a", 0) != key_of("word=1", "a", 0));
  assert_true(key_of("word=2", "ab c", 0) != key_of("word=2", "a bc", 0));
  assert_true(key_of("word=1", "ab", 0) != key_of("word=1", "ba", 0));
  assert_true(key_of("word=1", "#ab", 1) != key_of("word=1", "ab", 0));
}

static void keys_are_of_the_normalised_text(void **state) {
  (void)state;
  assert_true(key_of("word=2", "NATO Écoles", 0) == key_of("word=2", "nato e\u0301COLES", 0));
  assert_true(key_of("word=1", "http://a", 0) == key_of("word=1", "t.co/b", 0));
  assert_true(key_of("word=1", "@a", 0) == key_of("word=1", "@b@c", 0));
  assert_true(key_of("word=1", "!!!", 0) == key_of("word=1", "!!!!!!", 0));
  assert_true(key_of("word=1", "!!", 0) != key_of("word=1", "!!!", 0));
}

/* Model files depend on them: a change makes every model useless. */
static void keys_are_what_files_hold(void **state) {
  (void)state;
  assert_int_equal(key_of("word=1", "kosovo", 0), UINT64_C(0x887DF30638C27C9B));
  assert_int_equal(key_of("word=2", "kosovo 科", 0), UINT64_C(0xD13891E7D8985758));
  assert_int_equal(key_of("word=1", "http://a", 0), UINT64_C(0x57F32991B0E0929F));
  assert_int_equal(key_of("word=1", "@a", 0), UINT64_C(0x653950249CB637A3));
  assert_int_equal(key_of("char=3", "ab", 0), UINT64_C(0x4BBB2C14E0BC407D));
  assert_int_equal(key_of("char=2", "http://a", 0), UINT64_C(0xD12FAEF36A8DFBA1));
  assert_int_equal(key_of("char_wb=3", "ab", 0), UINT64_C(0xB1695DF3107C7614));
}

/* ---- Places ------------------------------------------------------------------------- */

/* Each n-gram's bytes, with '|' between them. */
static void describe_ranges(const narr_ngrams *ngrams, const char *text, narr_buffer *out) {
  narr_buffer_clear(out);
  for (size_t i = 0; i < ngrams->count; i++) {
    narr_byte_range range = narr_ngram_range(ngrams, &ngrams->items[i]);
    if (i) narr_buffer_byte(out, '|');
    narr_buffer_append(out, text + range.start, range.end - range.start);
  }
  narr_buffer_byte(out, '\0');
}

static void ngrams_know_their_bytes(void **state) {
  (void)state;
  static const ngram_example examples[] = {
      {"word=1-2", "Go  HOME!!!!", "Go|Go  HOME|HOME|HOME!!!!|!!!!"},
      {"word=1", "#GoHome x", "Go|Home|x|#GoHome"},
      {"word=2", "see https://t.co/X, no", "see https://t.co/X|https://t.co/X,|, no"},
      {"char=2", "Ab  c", "A|Ab|b|c|c"},
      {"char=3", "Ab  c", "Ab|Ab|b  c|c"},
      {"char_wb=3", " \u0160b c ", "\u0160b|\u0160b|c"},
      {"char=2", "x https://t.co/X", "x|x|https://t.co/X|https://t.co/X"},
      {"char=2", "e\u0301x", "e\u0301|e\u0301x|x"},
      {"char=2", "#GoH", "#|#G|Go|oH|H"},
  };
  narr_ngrams ngrams = {0};
  narr_buffer ranges = NARR_BUFFER_INIT;
  bool good = true;
  for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
    const ngram_example *e = &examples[i];
    narr_feature_options options = parse(e->features);
    assert_true(narr_ngrams_extract(&ngrams, &options, e->text, strlen(e->text)));
    describe_ranges(&ngrams, e->text, &ranges);
    good &= tokens_same(&ranges, &(token_example){e->text, e->expected});
  }
  assert_true(good);
  narr_ngrams_free(&ngrams);
  narr_buffer_free(&ranges);
}

/* ---- Out of memory ---------------------------------------------------------------------- */

static void no_memory_is_reported(void **state) {
  (void)state;
  static const char text[] = "Go #HomeNow, see https://t.co/x @you!";
  narr_ngrams ngrams = {0};
  assert_true(narr_ngrams_extract(&ngrams, &ngrams_all_blocks, text, sizeof text - 1));
  narr_ngrams_free(&ngrams);
  size_t nth = 1;
  for (;; nth++) {
    narr_alloc_fail_at(nth);
    bool ok = narr_ngrams_extract(&ngrams, &ngrams_all_blocks, text, sizeof text - 1);
    narr_alloc_fail_at(0);
    narr_ngrams_free(&ngrams);
    if (ok) break;
  }
  assert_true(nth > 4);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(words),
      cmocka_unit_test(links_and_mentions),
      cmocka_unit_test(hashtags),
      cmocka_unit_test(characters_across_words),
      cmocka_unit_test(characters_within_words),
      cmocka_unit_test(blocks_come_one_after_the_other),
      cmocka_unit_test(keys_differ_between_blocks),
      cmocka_unit_test(keys_differ_by_order_and_length),
      cmocka_unit_test(keys_are_of_the_normalised_text),
      cmocka_unit_test(keys_are_what_files_hold),
      cmocka_unit_test(ngrams_know_their_bytes),
      cmocka_unit_test(no_memory_is_reported),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
