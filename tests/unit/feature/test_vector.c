/* How a text becomes numbers: counts, weights and norms. */
#include "feature/vector.h"

#include "support/check.h"
#include "support/tokens_corpus.h"
#include "support/tokens_ngrams.h"

/* A vocabulary of a few texts, and a vector over it. */
typedef struct fixture {
  test_corpus texts;
  narr_feature_options options;
  narr_vocabulary_builder builder;
  narr_vector vector;
} fixture;

static fixture new_fixture(narr_feature_options options) {
  static const char *const texts[] = {"a b c d", "a b c", "a b", "a a a"};
  fixture f = {.texts = test_corpus_of(texts, 4), .options = options};
  narr_corpus corpus = test_corpus_view(&f.texts, &f.options, 1);
  assert_ok(narr_vocabulary_build(&f.builder, &corpus, 1, 0, NULL));
  assert_ok(narr_vocabulary_name_terms(&f.builder, &corpus, NULL));
  return f;
}

static void free_fixture(fixture *f) {
  narr_vector_free(&f->vector);
  narr_vocabulary_builder_free(&f->builder);
  test_corpus_free(&f->texts);
}

static void fill(fixture *f, const char *text) {
  assert_true(narr_vector_fill(&f->vector, &f->options, &f->builder.view, text, strlen(text)));
}

static const narr_entry *entry_of(const fixture *f, narr_block block, const char *term) {
  for (size_t i = 0; i < f->vector.count; i++) {
    size_t length;
    uint32_t number = f->vector.items[i].term;
    const char *string = narr_vocabulary_string(&f->builder.view, number, &length);
    if (f->builder.view.blocks[number] == block && length == strlen(term) &&
        memcmp(string, term, length) == 0)
      return &f->vector.items[i];
  }
  return NULL;
}

static double value_of(const fixture *f, const char *term) {
  const narr_entry *entry = entry_of(f, NARR_BLOCK_WORD, term);
  return entry ? (double)entry->value : 0;
}

/* ---- Weights ------------------------------------------------------------------ */

/* Frequencies have 16 bits. */
#define IDF_PRECISION 2e-5

static const double idf_a = 1, idf_b = 1.2231435513142097, idf_d = 1.916290731874155;

static void weights_are_tf_times_idf(void **state) {
  (void)state;
  fixture f = new_fixture((narr_feature_options){{1, 0, 0}, {1, 0, 0}, 0, 1, {0}, {0}, 0});
  fill(&f, "a b b d x x x"); /* x is not known */
  double norm = sqrt(idf_a * idf_a + 4 * idf_b * idf_b + idf_d * idf_d);
  assert_int_equal(f.vector.count, 3);
  assert_near(value_of(&f, "a"), idf_a / norm, IDF_PRECISION);
  assert_near(value_of(&f, "b"), 2 * idf_b / norm, IDF_PRECISION);
  assert_near(value_of(&f, "d"), idf_d / norm, IDF_PRECISION);
  free_fixture(&f);
}

static void sublinear_is_one_plus_log(void **state) {
  (void)state;
  fixture f = new_fixture((narr_feature_options){{1, 0, 0}, {1, 0, 0}, 1, 1, {0}, {0}, 0});
  fill(&f, "b b b a");
  double b = (1 + log(3)) * idf_b, norm = sqrt(idf_a * idf_a + b * b);
  assert_near(value_of(&f, "a"), idf_a / norm, IDF_PRECISION);
  assert_near(value_of(&f, "b"), b / norm, IDF_PRECISION);
  free_fixture(&f);
}

static void idf_can_be_off(void **state) {
  (void)state;
  fixture f = new_fixture((narr_feature_options){{1, 0, 0}, {1, 0, 0}, 0, 0, {0}, {0}, 0});
  fill(&f, "a a a d d d d");
  assert_near(value_of(&f, "a"), 0.6, 1e-7);
  assert_near(value_of(&f, "d"), 0.8, 1e-7);
  f.options.sublinear_tf = 1;
  fill(&f, "a a a d");
  double a = 1 + log(3), norm = sqrt(a * a + 1);
  assert_near(value_of(&f, "a"), a / norm, 1e-6);
  assert_near(value_of(&f, "d"), 1 / norm, 1e-6);
  free_fixture(&f);
}

/* Each block is normalised on its own: many characters don't drown words. */
static void the_norm_of_each_block_is_its_weight(void **state) {
  (void)state;
  static const double weights[NARR_NGRAM_BLOCKS] = {0.7, 1, 0.05};
  fixture f = new_fixture((narr_feature_options){{1, 1, 2}, {2, 3, 3}, 1, 1, {0}, {30, 0, 95}, 0});
  fill(&f, "a b c x d d a");
  double squares[NARR_BLOCK_COUNT] = {0};
  for (size_t i = 0; i < f.vector.count; i++) {
    double value = (double)f.vector.items[i].value;
    assert_true(value > 0);
    squares[f.builder.view.blocks[f.vector.items[i].term]] += value * value;
  }
  for (size_t b = 0; b < NARR_NGRAM_BLOCKS; b++) assert_near(sqrt(squares[b]), weights[b], 1e-6);
  fill(&f, "d"); /* no pair of words is known */
  assert_near((double)entry_of(&f, NARR_BLOCK_WORD, "d")->value, 0.7, 1e-7);
  free_fixture(&f);
}

static void unknown_text_is_empty(void **state) {
  (void)state;
  fixture f = new_fixture((narr_feature_options){{1, 0, 0}, {2, 0, 0}, 1, 1, {0}, {0}, 0});
  static const char *const unknown[] = {"", "   ", "xx yy", "!", "\xFF"};
  for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
    fill(&f, "a b");
    assert_int_equal(f.vector.count, 3);
    fill(&f, unknown[i]);
    assert_int_equal(f.vector.count, 0);
  }
  free_fixture(&f);
}

/* ---- Counting -------------------------------------------------------------------- */

static void entries_know_their_first_place(void **state) {
  (void)state;
  fixture f = new_fixture((narr_feature_options){{1, 0, 0}, {2, 0, 0}, 1, 1, {0}, {0}, 0});
  fill(&f, "x b a b a b"); /* known: b, a, a b */
  assert_int_equal(f.vector.count, 3);
  static const char *const terms[] = {"b", "a", "a b"};
  static const uint32_t tf[] = {3, 2, 2}, start[] = {2, 4, 4}, end[] = {3, 5, 7};
  for (size_t i = 0; i < 3; i++) {
    const narr_entry *entry = &f.vector.items[i]; /* in order of first occurrence */
    assert_ptr_equal(entry, entry_of(&f, NARR_BLOCK_WORD, terms[i]));
    assert_int_equal(entry->tf, tf[i]);
    narr_byte_range range = narr_ngram_range(&f.vector.ngrams, &f.vector.ngrams.items[entry->item]);
    assert_int_equal(range.start, start[i]);
    assert_int_equal(range.end, end[i]);
  }
  free_fixture(&f);
}

/* Against a comparison of each n-gram with each. */
static void check_counts(const narr_vector *vector) {
  const narr_ngram *items = vector->ngrams.items;
  size_t distinct = 0;
  for (size_t i = 0; i < vector->ngrams.count; i++) {
    size_t first = 0;
    while (items[first].key != items[i].key) first++;
    if (first < i) continue;
    uint32_t tf = 0;
    for (size_t k = i; k < vector->ngrams.count; k++) tf += items[k].key == items[i].key;
    assert_true(distinct < vector->distinct_count);
    assert_true(vector->distinct[distinct].key == items[i].key);
    assert_int_equal(vector->distinct[distinct].item, i);
    assert_int_equal(vector->distinct[distinct].tf, tf);
    distinct++;
  }
  assert_int_equal(vector->distinct_count, distinct);
}

static void distinct_ngrams_are_counted(void **state) {
  (void)state;
  narr_vector vector = {0};
  test_corpus posts = test_corpus_of_posts(300, 31);
  for (size_t t = 0; t < posts.count; t++) {
    assert_true(
        narr_vector_count(&vector, &ngrams_all_blocks, posts.texts[t].data, posts.texts[t].length));
    check_counts(&vector);
  }
  narr_vector_free(&vector);
  test_corpus_free(&posts);
}

static void no_memory_is_reported(void **state) {
  (void)state;
  static const char text[] = "a b c d a b c d";
  fixture f = new_fixture((narr_feature_options){{1, 2, 2}, {2, 3, 3}, 1, 1, {0}, {0}, 0});
  size_t nth = 1;
  for (;; nth++) {
    narr_vector vector = {0};
    narr_alloc_fail_at(nth);
    bool ok = narr_vector_fill(&vector, &f.options, &f.builder.view, text, sizeof text - 1);
    narr_alloc_fail_at(0);
    narr_vector_free(&vector);
    if (ok) break;
  }
  assert_true(nth > 6);
  free_fixture(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(weights_are_tf_times_idf),
      cmocka_unit_test(sublinear_is_one_plus_log),
      cmocka_unit_test(idf_can_be_off),
      cmocka_unit_test(the_norm_of_each_block_is_its_weight),
      cmocka_unit_test(unknown_text_is_empty),
      cmocka_unit_test(entries_know_their_first_place),
      cmocka_unit_test(distinct_ngrams_are_counted),
      cmocka_unit_test(no_memory_is_reported),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
