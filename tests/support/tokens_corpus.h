/* tokens_corpus.h - a corpus of random posts, as the vocabulary builder wants
 * it, and the document frequencies in it counted the slow way. */
#ifndef TEST_SUPPORT_TOKENS_CORPUS_H
#define TEST_SUPPORT_TOKENS_CORPUS_H

#include "base/alloc.h"
#include "base/intern.h"
#include "feature/vocabulary_builder.h"
#include "support/check.h"
#include "support/tokens_random.h"

typedef struct test_corpus {
  narr_text *texts; /* owned, and their bytes */
  size_t count;
} test_corpus;

static inline void test_corpus_add(test_corpus *self, const char *bytes, size_t length) {
  char *copy = narr_copy_bytes(bytes, length);
  assert_non_null(copy);
  self->texts[self->count++] = (narr_text){copy, length};
}

static inline test_corpus test_corpus_of(const char *const *texts, size_t count) {
  test_corpus self = {narr_alloc(count, sizeof *self.texts), 0};
  assert_non_null(self.texts);
  for (size_t i = 0; i < count; i++) test_corpus_add(&self, texts[i], strlen(texts[i]));
  return self;
}

/* Up to `most_words` words of a small vocabulary: many terms are shared. */
static inline test_corpus test_corpus_of_words(size_t count, size_t most_words, uint64_t seed) {
  static const char *const words[] = {"NATO",  "troops", "leave",  "Kosovo", "никад", "!!!",
                                      "#KiM1", "@user",  "t.co/x", "😀",      "科",    "e\u0301"};
  test_corpus self = {narr_alloc(count, sizeof *self.texts), 0};
  narr_prng prng = {seed};
  narr_buffer text = NARR_BUFFER_INIT;
  assert_non_null(self.texts);
  while (self.count < count) {
    narr_buffer_clear(&text);
    for (size_t left = random_below(&prng, most_words + 1); left > 0; left--) {
      size_t word = random_below(&prng, sizeof words / sizeof *words);
      narr_buffer_string(&text, words[random_below(&prng, word + 1)]);
      narr_buffer_byte(&text, ' ');
      if (random_below(&prng, 4) == 0) narr_buffer_unsigned(&text, random_below(&prng, count));
    }
    assert_false(text.failed);
    test_corpus_add(&self, text.data, text.length);
  }
  narr_buffer_free(&text);
  return self;
}

/* Mutated posts, some of them not even UTF-8. Neither '<', for "<url>" is
 * how a link is written, nor what stands for it inside. */
static inline test_corpus test_corpus_of_posts(size_t count, uint64_t seed) {
  test_corpus self = {narr_alloc(count, sizeof *self.texts), 0};
  narr_prng prng = {seed};
  narr_buffer text = NARR_BUFFER_INIT;
  assert_non_null(self.texts);
  while (self.count < count) {
    random_text(&prng, &text);
    for (size_t i = 0; i < text.length; i++)
      if (text.data[i] == '<' || text.data[i] == '\xF3') text.data[i] = 'x';
    if (text.length) test_corpus_add(&self, text.data, text.length);
  }
  narr_buffer_free(&text);
  return self;
}

static inline void test_corpus_free(test_corpus *self) {
  for (size_t i = 0; i < self->count; i++) narr_free((void *)self->texts[i].data);
  narr_free(self->texts);
}

static inline narr_corpus test_corpus_view(const test_corpus *self,
                                           const narr_feature_options *options, unsigned jobs) {
  return (narr_corpus){
      .texts = self->texts, .count = self->count, .options = options, .jobs = jobs};
}

/* ---- Document frequencies, the slow way ------------------------------------------ */

/* Strings "B:term", B being the block's digit, and in how many texts each
 * is. No key or table of the code under test is made use of. */
typedef struct slow_count {
  narr_intern strings;
  size_t *df;
  size_t *last_text; /* 1 + index */
  size_t capacity;
} slow_count;

static inline void slow_count_see(slow_count *self, const narr_buffer *string, size_t text) {
  size_t before = self->strings.count;
  size_t number = narr_intern_add(&self->strings, string->data, string->length);
  assert_true(number < self->capacity);
  if (number == before) self->df[number] = self->last_text[number] = 0;
  if (self->last_text[number] == text + 1) return;
  self->last_text[number] = text + 1;
  self->df[number]++;
}

static inline slow_count slow_count_new(const test_corpus *corpus,
                                        const narr_feature_options *options, size_t capacity) {
  slow_count self = {NARR_INTERN_INIT, narr_alloc(capacity, sizeof(size_t)),
                     narr_alloc(capacity, sizeof(size_t)), capacity};
  narr_ngrams ngrams = {0};
  narr_buffer string = NARR_BUFFER_INIT;
  assert_true(self.df && self.last_text);
  for (size_t t = 0; t < corpus->count; t++) {
    const narr_text *text = &corpus->texts[t];
    assert_true(narr_ngrams_extract(&ngrams, options, text->data, text->length));
    for (size_t i = 0; i < ngrams.count; i++) {
      narr_buffer_clear(&string);
      narr_buffer_byte(&string, (char)('0' + ngrams.items[i].block));
      narr_buffer_byte(&string, ':');
      narr_ngram_string(&ngrams, &ngrams.items[i], &string);
      slow_count_see(&self, &string, t);
    }
  }
  narr_ngrams_free(&ngrams);
  narr_buffer_free(&string);
  return self;
}

/* How many texts have the term; 0: none. */
static inline size_t slow_count_df(const slow_count *self, narr_block block, const char *term,
                                   size_t length) {
  narr_buffer string = NARR_BUFFER_INIT;
  narr_buffer_byte(&string, (char)('0' + block));
  narr_buffer_byte(&string, ':');
  narr_buffer_append(&string, term, length);
  size_t number = narr_intern_find(&self->strings, string.data, string.length);
  narr_buffer_free(&string);
  return number == NARR_INTERN_NONE ? 0 : self->df[number];
}

static inline size_t slow_count_at_least(const slow_count *self, size_t min_df) {
  size_t count = 0;
  for (size_t i = 0; i < self->strings.count; i++) count += self->df[i] >= min_df;
  return count;
}

static inline void slow_count_free(slow_count *self) {
  narr_intern_free(&self->strings);
  narr_free(self->df);
  narr_free(self->last_text);
}

#endif
