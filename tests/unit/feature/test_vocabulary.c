/* Which terms a vocabulary has, in which order, and what it knows of them;
 * the builder's answers are compared with a slow count over strings. */
#include "feature/vocabulary.h"

#include "support/check.h"
#include "support/tokens_corpus.h"
#include "support/tokens_ngrams.h"

static const narr_feature_options words_only = {{1, 0, 0}, {1, 0, 0}, 1, 1, {0}, {0}, 0};
static const narr_feature_options all_blocks = {{1, 2, 2}, {2, 3, 4}, 1, 1, {0}, {0}, 0};

static narr_vocabulary_builder build(const narr_corpus *corpus, uint32_t min_df,
                                     uint64_t max_terms) {
  narr_vocabulary_builder builder;
  assert_ok(narr_vocabulary_build(&builder, corpus, min_df, max_terms, NULL));
  assert_ok(narr_vocabulary_name_terms(&builder, corpus, NULL));
  return builder;
}

static double idf_of(size_t texts, size_t df) {
  return log((1.0 + (double)texts) / (1.0 + (double)df)) + 1;
}

/* Of an inverse document frequency in 16 bits. */
#define IDF_PRECISION 1e-4

/* ---- A corpus one can read ----------------------------------------------------- */

static const char *const readable[] = {"a b c d", "a b c", "a b", "a a a"};

/* The strings of all terms, column by column: "a|b|c". */
static void describe(const narr_vocabulary_builder *builder, narr_buffer *out) {
  narr_buffer_clear(out);
  for (uint32_t c = 0; c < builder->view.term_count; c++) {
    size_t length;
    const char *string = narr_vocabulary_string(&builder->view, builder->terms[c], &length);
    assert_int_equal(builder->columns[builder->terms[c]], c);
    if (c) narr_buffer_byte(out, '|');
    narr_buffer_append(out, string, length);
  }
  narr_buffer_byte(out, '\0');
}

static void check_terms(uint32_t min_df, uint64_t max_terms, const char *expected) {
  test_corpus texts = test_corpus_of(readable, 4);
  narr_corpus corpus = test_corpus_view(&texts, &words_only, 1);
  narr_vocabulary_builder builder = build(&corpus, min_df, max_terms);
  narr_buffer strings = NARR_BUFFER_INIT;
  describe(&builder, &strings);
  assert_string_equal(strings.data, expected);
  narr_buffer_free(&strings);
  narr_vocabulary_builder_free(&builder);
  test_corpus_free(&texts);
}

static void most_frequent_terms_come_first(void **state) {
  (void)state;
  check_terms(1, 0, "a|b|c|d");
  check_terms(0, 0, "a|b|c|d");
  check_terms(2, 0, "a|b|c");
  check_terms(4, 0, "a");
  check_terms(1, 2, "a|b");
  check_terms(1, 4, "a|b|c|d");
  check_terms(1, 100, "a|b|c|d");
  check_terms(3, 1, "a");
}

static void weights_are_smooth_idf(void **state) {
  (void)state;
  static const double expected[] = {1, 1.2231435513142097, 1.5108256237659907, 1.916290731874155};
  test_corpus texts = test_corpus_of(readable, 4);
  narr_corpus corpus = test_corpus_view(&texts, &words_only, 1);
  narr_vocabulary_builder builder = build(&corpus, 1, 0);
  for (size_t c = 0; c < 4; c++) {
    assert_near(narr_vocabulary_idf(&builder.view, builder.terms[c]), expected[c],
                IDF_PRECISION); /* ln(5 / (1 + df)) + 1 */
    assert_int_equal(builder.view.blocks[c], NARR_BLOCK_WORD);
  }
  narr_vocabulary_builder_free(&builder);
  test_corpus_free(&texts);
}

static void no_term_is_an_input_error(void **state) {
  (void)state;
  test_corpus texts = test_corpus_of(readable, 4);
  narr_corpus corpus = test_corpus_view(&texts, &words_only, 1);
  narr_error error = NARR_ERROR_INIT;
  narr_vocabulary_builder builder;
  memset(&builder, 0xEE, sizeof builder);
  assert_fails(narr_vocabulary_build(&builder, &corpus, 5, 0, &error), NARR_ERROR_INPUT, error,
               "no term occurs in 5 texts or more");
  assert_null(builder.heads);
  assert_null(builder.hash.pilots);
  narr_vocabulary_builder_free(&builder);
  corpus.count = 0;
  assert_fails(narr_vocabulary_build(&builder, &corpus, 1, 0, &error), NARR_ERROR_INPUT, error,
               "no term occurs");
  static const char *const blank[] = {"", "  ", "\n"};
  test_corpus blanks = test_corpus_of(blank, 3);
  corpus = test_corpus_view(&blanks, &all_blocks, 2);
  assert_fails(narr_vocabulary_build(&builder, &corpus, 1, 0, &error), NARR_ERROR_INPUT, error,
               "no term occurs");
  test_corpus_free(&blanks);
  test_corpus_free(&texts);
}

static void blocks_keep_apart_what_looks_the_same(void **state) {
  (void)state;
  static const char *const texts_of[] = {"x"};
  static const narr_feature_options one_each = {{1, 1, 1}, {1, 1, 1}, 1, 1, {0}, {0}, 0};
  test_corpus texts = test_corpus_of(texts_of, 1);
  narr_corpus corpus = test_corpus_view(&texts, &one_each, 1);
  narr_vocabulary_builder builder = build(&corpus, 1, 0);
  bool seen[NARR_BLOCK_COUNT] = {false};
  assert_int_equal(builder.view.term_count, 3);
  for (uint32_t t = 0; t < 3; t++) {
    size_t length;
    assert_memory_equal(narr_vocabulary_string(&builder.view, t, &length), "x", 1);
    assert_int_equal(length, 1);
    assert_false(seen[builder.view.blocks[t]]);
    seen[builder.view.blocks[t]] = true;
  }
  narr_vocabulary_builder_free(&builder);
  test_corpus_free(&texts);
}

/* ---- Against the slow count -------------------------------------------------------- */

/* Every term is as frequent as its weight says, they fall in frequency, and
 * none that is frequent enough is missing. */
static void check_against(const slow_count *slow, const narr_vocabulary_builder *builder,
                          size_t texts, size_t min_df, size_t max_terms) {
  const narr_vocabulary *vocabulary = &builder->view;
  size_t wanted = slow_count_at_least(slow, min_df), last = SIZE_MAX;
  if (max_terms && wanted > max_terms) wanted = max_terms;
  assert_int_equal(vocabulary->term_count, wanted);
  for (uint32_t c = 0; c < wanted; c++) {
    uint32_t t = builder->terms[c];
    size_t length;
    const char *string = narr_vocabulary_string(vocabulary, t, &length);
    size_t df = slow_count_df(slow, (narr_block)vocabulary->blocks[t], string, length);
    if (df < min_df || df > last || df == 0)
      fail_msg("\"%.*s\" is in %zu texts", (int)length, string, df);
    assert_near(narr_vocabulary_idf(vocabulary, t), idf_of(texts, df), IDF_PRECISION);
    last = df;
  }
  if (max_terms) { /* none left out is more frequent than the last one */
    assert_true(slow_count_at_least(slow, last + 1) <= wanted);
  }
}

static void check_corpus(const test_corpus *texts, const narr_feature_options *options) {
  slow_count slow = slow_count_new(texts, options, 200000);
  static const size_t limits[][2] = {{1, 0}, {2, 0}, {3, 50}, {1, 100}, {7, 0}};
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
    narr_corpus corpus = test_corpus_view(texts, options, 1 + (unsigned)i % 3);
    narr_vocabulary_builder builder = build(&corpus, (uint32_t)limits[i][0], limits[i][1]);
    check_against(&slow, &builder, texts->count, limits[i][0], limits[i][1]);
    narr_vocabulary_builder_free(&builder);
  }
  slow_count_free(&slow);
}

static void counts_agree_with_a_slow_count(void **state) {
  (void)state;
  test_corpus posts = test_corpus_of_posts(300, 21);
  check_corpus(&posts, &all_blocks);
  test_corpus_free(&posts);
  test_corpus words = test_corpus_of_words(5000, 5, 22); /* more than a round */
  check_corpus(&words, &words_only);
  test_corpus_free(&words);
}

/* Each n-gram of each text is found under its own string. */
static void every_ngram_is_found(void **state) {
  (void)state;
  test_corpus texts = test_corpus_of_posts(100, 23);
  narr_corpus corpus = test_corpus_view(&texts, &all_blocks, 2);
  narr_vocabulary_builder builder = build(&corpus, 1, 0);
  narr_ngrams ngrams = {0};
  narr_buffer string = NARR_BUFFER_INIT;
  for (size_t t = 0; t < texts.count; t++) {
    assert_true(
        narr_ngrams_extract(&ngrams, &all_blocks, texts.texts[t].data, texts.texts[t].length));
    for (size_t i = 0; i < ngrams.count; i++) {
      size_t length;
      uint32_t term = narr_vocabulary_find(&builder.view, ngrams.items[i].key);
      assert_true(term < builder.view.term_count);
      narr_buffer_clear(&string);
      narr_ngram_string(&ngrams, &ngrams.items[i], &string);
      const char *name = narr_vocabulary_string(&builder.view, term, &length);
      assert_int_equal(length, string.length);
      assert_memory_equal(name, string.data, length);
      assert_int_equal(builder.view.blocks[term], ngrams.items[i].block);
    }
  }
  narr_ngrams_free(&ngrams);
  narr_buffer_free(&string);
  narr_vocabulary_builder_free(&builder);
  test_corpus_free(&texts);
}

/* With the keys none is; by tags alone all but one in 65,536. */
static void unknown_keys_are_not_found(void **state) {
  (void)state;
  test_corpus texts = test_corpus_of_words(50, 5, 24);
  narr_corpus corpus = test_corpus_view(&texts, &words_only, 1);
  narr_vocabulary_builder builder = build(&corpus, 1, 0);
  narr_prng prng = {25};
  narr_vocabulary tags = builder.view;
  tags.keys = NULL;
  size_t found = 0;
  for (size_t i = 0; i < 655360; i++) {
    uint64_t key = narr_prng_next(&prng);
    assert_int_equal(narr_vocabulary_find(&builder.view, key), NARR_TERM_NONE);
    found += narr_vocabulary_find(&tags, key) != NARR_TERM_NONE;
  }
  assert_true(found > 0 && found < 30);
  narr_vocabulary_builder_free(&builder);
  test_corpus_free(&texts);
}

/* ---- A part of it ---- */

/* What is kept is found as before, in the same order; the rest is gone. */
static void a_restricted_one_knows_what_is_kept(void **state) {
  (void)state;
  test_corpus texts = test_corpus_of_posts(60, 29);
  narr_corpus corpus = test_corpus_view(&texts, &all_blocks, 2);
  narr_vocabulary_builder whole = build(&corpus, 1, 0), part = build(&corpus, 1, 0);
  size_t count = whole.view.term_count, kept = 0, lost = 0;
  bool *keep = narr_alloc_zero(count, sizeof *keep);
  assert_non_null(keep);
  for (size_t c = 0; c < count; c += 3) keep[c] = true;
  assert_true(narr_vocabulary_restrict(&part, keep));
  assert_int_equal(part.view.term_count, (count + 2) / 3);
  for (size_t c = 0; c < count; c++) {
    uint32_t term = narr_vocabulary_find(&part.view, whole.keys[whole.terms[c]]);
    uint32_t old = whole.terms[c];
    if (!keep[c]) {
      lost += term == NARR_TERM_NONE;
      continue;
    }
    assert_true(term < part.view.term_count);
    assert_int_equal(part.columns[term], kept);
    assert_int_equal(part.terms[kept++], term);
    assert_int_equal(part.blocks[term], whole.blocks[old]);
    assert_near(narr_vocabulary_idf(&part.view, term), narr_vocabulary_idf(&whole.view, old), 0);
  }
  assert_int_equal(lost, count - kept);
  size_t length;
  assert_string_equal(narr_vocabulary_string(&part.view, 0, &length), "");
  narr_free(keep);
  narr_vocabulary_builder_free(&part);
  narr_vocabulary_builder_free(&whole);
  test_corpus_free(&texts);
}

/* ---- Determinism ---------------------------------------------------------------------- */

static void assert_same_vocabulary(const narr_vocabulary *a, const narr_vocabulary *b) {
  assert_int_equal(a->hash.pilot_count, b->hash.pilot_count);
  assert_int_equal(a->term_count, b->term_count);
  assert_int_equal(a->strings_size, b->strings_size);
  assert_memory_equal(a->hash.pilots, b->hash.pilots, a->hash.pilot_count * sizeof *a->hash.pilots);
  assert_memory_equal(a->rows, b->rows, a->term_count * a->row_size);
  assert_memory_equal(a->blocks, b->blocks, a->term_count);
  assert_memory_equal(a->string_starts, b->string_starts,
                      (a->term_count + 1) * sizeof *a->string_starts);
  assert_memory_equal(a->strings, b->strings, a->strings_size);
}

static void jobs_make_no_difference(void **state) {
  (void)state;
  test_corpus texts = test_corpus_of_words(4500, 6, 26);
  narr_corpus one = test_corpus_view(&texts, &all_blocks, 1);
  narr_vocabulary_builder expected = build(&one, 2, 700); /* the limit cuts ties */
  for (unsigned jobs = 2; jobs <= 4; jobs += 2) {
    narr_corpus many = test_corpus_view(&texts, &all_blocks, jobs);
    narr_vocabulary_builder builder = build(&many, 2, 700);
    assert_same_vocabulary(&builder.view, &expected.view);
    narr_vocabulary_builder_free(&builder);
  }
  narr_vocabulary_builder_free(&expected);
  test_corpus_free(&texts);
}

/* Ties are broken by what the terms are, not by where they were first. */
static void order_of_texts_makes_no_difference(void **state) {
  (void)state;
  test_corpus texts = test_corpus_of_words(400, 6, 27);
  narr_corpus corpus = test_corpus_view(&texts, &all_blocks, 2);
  narr_vocabulary_builder expected = build(&corpus, 1, 300);
  for (size_t i = 0; i < texts.count / 2; i++) {
    narr_text swap = texts.texts[i];
    texts.texts[i] = texts.texts[texts.count - 1 - i];
    texts.texts[texts.count - 1 - i] = swap;
  }
  narr_vocabulary_builder builder = build(&corpus, 1, 300);
  assert_same_vocabulary(&builder.view, &expected.view);
  narr_vocabulary_builder_free(&builder);
  narr_vocabulary_builder_free(&expected);
  test_corpus_free(&texts);
}

/* ---- Damaged views ------------------------------------------------------------------------ */

static void strings_out_of_bounds_are_empty(void **state) {
  (void)state;
  static const uint64_t starts[] = {0, 3, 2, 9, UINT64_MAX};
  narr_vocabulary vocabulary = {
      .term_count = 4, .string_starts = starts, .strings = "abcde", .strings_size = 5};
  size_t length;
  assert_memory_equal(narr_vocabulary_string(&vocabulary, 0, &length), "abc", 3);
  assert_int_equal(length, 3);
  for (uint32_t t = 1; t < 4; t++) {
    length = 99;
    assert_string_equal(narr_vocabulary_string(&vocabulary, t, &length), "");
    assert_int_equal(length, 0);
  }
}

static void no_strings_are_empty(void **state) {
  (void)state;
  narr_vocabulary vocabulary = {.term_count = 4};
  size_t length = 99;
  assert_string_equal(narr_vocabulary_string(&vocabulary, 3, &length), "");
  assert_int_equal(length, 0);
}

static void damaged_blocks_are_not_believed(void **state) {
  (void)state;
  const uint64_t key = UINT64_C(0x1234) << 48 | 1;
  struct {
    narr_term_head heads[2];
    uint64_t starts[3];
    char strings[8];
  } file = {.heads = {{0x1234, 1}, {0x1234, 1}}, .starts = {0, 2, 4}, .strings = "abcd"};
  const uint16_t pilot = 0;
  const uint32_t spare[2] = {0, 0};
  narr_blocks blocks;
  uint64_t sum = narr_blocks_sum((const unsigned char *)&file, sizeof file, 0);
  assert_true(narr_blocks_init(&blocks, &file, sizeof file, &sum));
  narr_vocabulary vocabulary = {.hash = {&pilot, 1, 2, 4, spare},
                                .term_count = 2,
                                .rows = (const unsigned char *)file.heads,
                                .row_size = sizeof *file.heads,
                                .string_starts = file.starts,
                                .strings = file.strings,
                                .strings_size = 4,
                                .checked = &blocks};
  size_t length;
  sum ^= 1;
  assert_int_equal(narr_vocabulary_find(&vocabulary, key), NARR_TERM_NONE);
  assert_string_equal(narr_vocabulary_string(&vocabulary, 1, &length), "");
  assert_int_equal(length, 0);
  sum ^= 1;
  assert_true(narr_vocabulary_find(&vocabulary, key) < 2);
  assert_memory_equal(narr_vocabulary_string(&vocabulary, 1, &length), "cd", 2);
  narr_blocks_free(&blocks);
}

/* ---- Cancelling ------------------------------------------------------------------------------ */

typedef struct watcher {
  size_t calls;
  size_t stop_at; /* call; 0: never */
  size_t last;
  size_t most;
  bool falling;
} watcher;

static int watch(void *context, size_t done) {
  watcher *w = context;
  w->falling |= done < w->last;
  w->last = done;
  if (done > w->most) w->most = done;
  return ++w->calls == w->stop_at; /* 1, as any other number */
}

static void watcher_sees_texts_done(void **state) {
  (void)state;
  test_corpus texts = test_corpus_of_words(4100, 3, 28);
  for (unsigned jobs = 1; jobs <= 2; jobs++) {
    watcher w = {0};
    narr_corpus corpus = test_corpus_view(&texts, &words_only, jobs);
    narr_vocabulary_builder builder;
    corpus.watch = watch;
    corpus.watch_context = &w;
    assert_ok(narr_vocabulary_build(&builder, &corpus, 1, 0, NULL));
    assert_true(w.calls > 0 && !w.falling);
    assert_int_equal(w.last, texts.count); /* all are done in the end */
    w = (watcher){0};
    assert_ok(narr_vocabulary_name_terms(&builder, &corpus, NULL));
    assert_true(w.most <= texts.count && !w.falling);
    narr_vocabulary_builder_free(&builder);
  }
  test_corpus_free(&texts);
}

static void watcher_can_cancel(void **state) {
  (void)state;
  test_corpus texts = test_corpus_of_words(100, 3, 29);
  for (unsigned jobs = 1; jobs <= 2; jobs++) {
    watcher w = {.stop_at = 1};
    narr_error error = NARR_ERROR_INIT;
    narr_corpus corpus = test_corpus_view(&texts, &words_only, jobs);
    narr_vocabulary_builder builder;
    corpus.watch = watch;
    corpus.watch_context = &w;
    assert_fails(narr_vocabulary_build(&builder, &corpus, 1, 0, &error), NARR_ERROR_CANCELLED,
                 error, "cancelled");
    assert_null(builder.heads);
    assert_ok(narr_vocabulary_build(&builder, &corpus, 1, 0, &error));
    w = (watcher){.stop_at = 1};
    narr_status status = narr_vocabulary_name_terms(&builder, &corpus, &error);
    if (w.calls) assert_fails(status, NARR_ERROR_CANCELLED, error, "cancelled");
    narr_vocabulary_builder_free(&builder);
  }
  test_corpus_free(&texts);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(most_frequent_terms_come_first),
      cmocka_unit_test(weights_are_smooth_idf),
      cmocka_unit_test(no_term_is_an_input_error),
      cmocka_unit_test(blocks_keep_apart_what_looks_the_same),
      cmocka_unit_test(counts_agree_with_a_slow_count),
      cmocka_unit_test(every_ngram_is_found),
      cmocka_unit_test(unknown_keys_are_not_found),
      cmocka_unit_test(a_restricted_one_knows_what_is_kept),
      cmocka_unit_test(jobs_make_no_difference),
      cmocka_unit_test(order_of_texts_makes_no_difference),
      cmocka_unit_test(strings_out_of_bounds_are_empty),
      cmocka_unit_test(no_strings_are_empty),
      cmocka_unit_test(damaged_blocks_are_not_believed),
      cmocka_unit_test(watcher_sees_texts_done),
      cmocka_unit_test(watcher_can_cancel),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
