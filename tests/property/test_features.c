/* Laws of features that hold for any corpus, at any number of threads. */
#include "support/check.h"
#include "support/tokens_corpus.h"
#include "support/tokens_ngrams.h"

enum { CORPORA = 12, POSTS = 250 };

typedef struct learnt {
  narr_vocabulary_builder builder;
  narr_matrix matrix;
} learnt;

static narr_feature_options random_options(narr_prng *prng) {
  narr_feature_options options = {{0},
                                  {0},
                                  (uint8_t)random_below(prng, 2),
                                  (uint8_t)random_below(prng, 2),
                                  NARR_TEXT_OPTIONS_ON,
                                  {0},
                                  0};
  options.text.fold = (uint8_t)random_below(prng, 2);
  options.text.disguise = (uint8_t)random_below(prng, 2);
  while (!narr_feature_options_valid(&options))
    for (size_t b = 0; b < NARR_NGRAM_BLOCKS; b++) {
      options.min[b] = (uint8_t)random_below(prng, 4);
      options.max[b] = options.min[b] ? (uint8_t)(options.min[b] + random_below(prng, 3)) : 0;
      options.discount[b] = options.min[b] ? (uint8_t)random_below(prng, 100) : 0;
    }
  return options;
}

static learnt learn(const test_corpus *texts, const narr_feature_options *options, unsigned jobs,
                    uint32_t min_df, uint64_t max_terms) {
  learnt result;
  narr_corpus corpus = test_corpus_view(texts, options, jobs);
  assert_ok(narr_vocabulary_build(&result.builder, &corpus, min_df, max_terms, NULL));
  assert_ok(narr_vocabulary_name_terms(&result.builder, &corpus, NULL));
  assert_ok(narr_matrix_build(&result.matrix, &corpus, &result.builder, NULL));
  return result;
}

static void free_learnt(learnt *l) {
  narr_matrix_free(&l->matrix);
  narr_vocabulary_builder_free(&l->builder);
}

static void assert_same(const learnt *a, const learnt *b) {
  const narr_vocabulary *x = &a->builder.view, *y = &b->builder.view;
  const narr_matrix *m = &a->matrix, *n = &b->matrix;
  assert_int_equal(x->term_count, y->term_count);
  assert_int_equal(x->strings_size, y->strings_size);
  assert_int_equal(x->hash.pilot_count, y->hash.pilot_count);
  assert_memory_equal(x->hash.pilots, y->hash.pilots, x->hash.pilot_count * sizeof *x->hash.pilots);
  assert_memory_equal(x->rows, y->rows, x->term_count * x->row_size);
  assert_memory_equal(x->blocks, y->blocks, x->term_count);
  assert_memory_equal(x->strings, y->strings, x->strings_size);
  assert_memory_equal(m->starts, n->starts, (m->row_count + 1) * sizeof *m->starts);
  assert_memory_equal(m->columns, n->columns, m->starts[m->row_count] * sizeof *m->columns);
  assert_memory_equal(m->values, n->values, m->starts[m->row_count] * sizeof *m->values);
}

static void jobs_make_no_difference(void **state) {
  (void)state;
  narr_prng prng = {201};
  for (size_t c = 0; c < CORPORA; c++) {
    test_corpus texts = c % 3 ? test_corpus_of_posts(POSTS, c) : test_corpus_of_words(4200, 5, c);
    narr_feature_options options = random_options(&prng);
    uint32_t min_df = 1 + (uint32_t)random_below(&prng, 3);
    uint64_t max_terms = random_below(&prng, 2) ? 1 + random_below(&prng, 500) : 0;
    learnt one = learn(&texts, &options, 1, min_df, max_terms);
    for (unsigned jobs = 2; jobs <= 4; jobs += 2) {
      learnt many = learn(&texts, &options, jobs, min_df, max_terms);
      assert_same(&one, &many);
      free_learnt(&many);
    }
    free_learnt(&one);
    test_corpus_free(&texts);
  }
}

/* Every row: columns rise, values are positive, and the norms of blocks
 * are their weights. */
static void check_rows(const learnt *l, const narr_feature_options *options) {
  const narr_matrix *m = &l->matrix;
  for (size_t row = 0; row < m->row_count; row++) {
    double squares[NARR_BLOCK_COUNT] = {0};
    for (size_t e = m->starts[row]; e < m->starts[row + 1]; e++) {
      assert_true(m->columns[e] < m->column_count);
      assert_true(e == m->starts[row] || m->columns[e - 1] < m->columns[e]);
      double value = (double)m->values[e];
      assert_true(value > 0 && value <= 1.000001);
      squares[m->blocks[m->columns[e]]] += value * value;
    }
    for (narr_block b = 0; b < NARR_NGRAM_BLOCKS; b++)
      if (squares[b] > 0)
        assert_near(sqrt(squares[b]), narr_feature_options_weight(options, b), 1e-5);
  }
}

/* A term's weight says in how many texts it is: as many rows have it. */
static void check_columns(const learnt *l, bool use_idf) {
  const narr_matrix *m = &l->matrix;
  size_t *df = narr_alloc_zero(m->column_count, sizeof *df);
  assert_non_null(df);
  for (size_t e = 0; e < m->starts[m->row_count]; e++) df[m->columns[e]]++;
  for (size_t c = 0; c < m->column_count; c++) {
    uint32_t term = l->builder.terms[c];
    double idf = log((1.0 + (double)m->row_count) / (1.0 + (double)df[c])) + 1;
    assert_near(narr_vocabulary_idf(&l->builder.view, term), use_idf ? idf : 1, 1e-4);
    assert_int_equal(m->blocks[c], l->builder.blocks[term]);
    if (c) assert_true(df[c] <= df[c - 1]);
  }
  narr_free(df);
}

static void matrix_and_vocabulary_agree(void **state) {
  (void)state;
  narr_prng prng = {202};
  for (size_t c = 0; c < CORPORA; c++) {
    test_corpus texts = test_corpus_of_posts(POSTS, 100 + c);
    narr_feature_options options = random_options(&prng);
    learnt l = learn(&texts, &options, 2, 1 + (uint32_t)random_below(&prng, 3), 0);
    check_rows(&l, &options);
    check_columns(&l, options.use_idf);
    free_learnt(&l);
    test_corpus_free(&texts);
  }
}

/* Columns that a smaller vocabulary has, the larger one has in the same order. */
static void smaller_vocabulary_is_a_beginning(void **state) {
  (void)state;
  test_corpus texts = test_corpus_of_posts(POSTS, 203);
  learnt large = learn(&texts, &ngrams_all_blocks, 2, 1, 0);
  for (uint64_t most = 1; most < large.builder.view.term_count; most = most * 3 + 1) {
    learnt small = learn(&texts, &ngrams_all_blocks, 1, 1, most);
    const narr_vocabulary *x = &small.builder.view, *y = &large.builder.view;
    assert_int_equal(x->term_count, most);
    for (uint32_t c = 0; c < most; c++) {
      uint32_t t = small.builder.terms[c], u = large.builder.terms[c];
      size_t length, expected;
      const char *string = narr_vocabulary_string(x, t, &length);
      const char *other = narr_vocabulary_string(y, u, &expected);
      assert_int_equal(length, expected);
      assert_memory_equal(string, other, length);
      assert_near(narr_vocabulary_idf(x, t), narr_vocabulary_idf(y, u), 1e-4);
    }
    free_learnt(&small);
  }
  free_learnt(&large);
  test_corpus_free(&texts);
}

/* Case and decomposition change neither rows nor terms. */
static void repeated_texts_have_equal_rows(void **state) {
  (void)state;
  static const char *const texts_of[] = {
      "Trupat AMERIKANE s'i\u00EBn më në Kosovë! https://t.co/a @x",
      "trupat amerikane S'I\u00CBN me\u0308 ne\u0308 KOSOVE\u0308!  t.co/Bcd @Somebody",
      "TRUPAT\tAmerikane s'ie\u0308n m\u00EB n\u00EB\nkosov\u00EB! www.x.y/z @y@z.w"};
  test_corpus texts = test_corpus_of(texts_of, 3);
  learnt l = learn(&texts, &ngrams_all_blocks, 1, 3, 0);
  const narr_matrix *m = &l.matrix;
  size_t count = m->starts[1];
  assert_true(count > 100);
  for (size_t row = 1; row < 3; row++) {
    assert_int_equal(m->starts[row + 1] - m->starts[row], count);
    assert_memory_equal(m->columns + m->starts[row], m->columns, count * sizeof *m->columns);
    assert_memory_equal(m->values + m->starts[row], m->values, count * sizeof *m->values);
  }
  free_learnt(&l);
  test_corpus_free(&texts);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(jobs_make_no_difference),
      cmocka_unit_test(matrix_and_vocabulary_agree),
      cmocka_unit_test(smaller_vocabulary_is_a_beginning),
      cmocka_unit_test(repeated_texts_have_equal_rows),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
