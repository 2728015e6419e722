/* A corpus as a matrix: what each text's vector is, in order; and nothing
 * left behind when memory runs out on the way to it. */
#include "feature/matrix.h"

#include "support/check.h"
#include "support/tokens_corpus.h"

static const narr_feature_options options = {{1, 2, 2}, {2, 3, 4}, 1, 1, {0}, {0}, 0};

static narr_vocabulary_builder vocabulary_of(const narr_corpus *corpus) {
  narr_vocabulary_builder builder;
  assert_ok(narr_vocabulary_build(&builder, corpus, 2, 0, NULL));
  return builder;
}

static void check_row(const narr_matrix *matrix, size_t row, const narr_vector *vector,
                      const uint32_t *column_of) {
  size_t start = matrix->starts[row], end = matrix->starts[row + 1];
  assert_int_equal(end - start, vector->count);
  for (size_t e = start; e < end; e++) {
    const narr_entry *entry = vector->items;
    while (entry < vector->items + vector->count && column_of[entry->term] != matrix->columns[e])
      entry++;
    assert_true(entry < vector->items + vector->count);
    assert_true(entry->value == matrix->values[e]);
    assert_true(e == start || matrix->columns[e - 1] < matrix->columns[e]);
    assert_true(matrix->columns[e] < matrix->column_count);
  }
}

/* Whole chunks of texts, and one text more or less; blank texts too. */
static void rows_are_the_vectors(void **state) {
  (void)state;
  static const size_t counts[] = {20, 255, 256, 257, 600};
  for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
    test_corpus texts = test_corpus_of_words(counts[c], 8, 41 + c);
    narr_text first = texts.texts[0];
    texts.texts[0] = (narr_text){"  ", 2};
    narr_corpus corpus = test_corpus_view(&texts, &options, 2);
    narr_vocabulary_builder builder = vocabulary_of(&corpus);
    narr_matrix matrix;
    narr_vector vector = {0};
    assert_ok(narr_matrix_build(&matrix, &corpus, &builder, NULL));
    assert_int_equal(matrix.row_count, counts[c]);
    assert_int_equal(matrix.column_count, builder.view.term_count);
    assert_int_equal(matrix.starts[0], 0);
    for (size_t t = 0; t < texts.count; t++) {
      assert_true(narr_vector_fill(&vector, &options, &builder.view, texts.texts[t].data,
                                   texts.texts[t].length));
      check_row(&matrix, t, &vector, builder.columns);
    }
    texts.texts[0] = first;
    narr_vector_free(&vector);
    narr_matrix_free(&matrix);
    narr_vocabulary_builder_free(&builder);
    test_corpus_free(&texts);
  }
}

static void assert_same_matrix(const narr_matrix *a, const narr_matrix *b) {
  size_t total = a->starts[a->row_count];
  assert_int_equal(a->row_count, b->row_count);
  assert_int_equal(a->column_count, b->column_count);
  assert_memory_equal(a->starts, b->starts, (a->row_count + 1) * sizeof *a->starts);
  assert_memory_equal(a->columns, b->columns, total * sizeof *a->columns);
  assert_memory_equal(a->values, b->values, total * sizeof *a->values);
}

static void jobs_make_no_difference(void **state) {
  (void)state;
  test_corpus texts = test_corpus_of_words(1500, 8, 51);
  narr_corpus corpus = test_corpus_view(&texts, &options, 1);
  narr_vocabulary_builder builder = vocabulary_of(&corpus);
  narr_matrix expected, matrix;
  assert_ok(narr_matrix_build(&expected, &corpus, &builder, NULL));
  for (corpus.jobs = 2; corpus.jobs <= 4; corpus.jobs++) {
    assert_ok(narr_matrix_build(&matrix, &corpus, &builder, NULL));
    assert_same_matrix(&matrix, &expected);
    narr_matrix_free(&matrix);
  }
  narr_matrix_free(&expected);
  assert_null(expected.starts);
  narr_matrix_free(&expected);
  narr_vocabulary_builder_free(&builder);
  test_corpus_free(&texts);
}

static void no_texts_no_rows(void **state) {
  (void)state;
  test_corpus texts = test_corpus_of_words(10, 8, 52);
  narr_corpus corpus = test_corpus_view(&texts, &options, 2);
  narr_vocabulary_builder builder = vocabulary_of(&corpus);
  narr_matrix matrix;
  corpus.count = 0;
  assert_ok(narr_matrix_build(&matrix, &corpus, &builder, NULL));
  assert_int_equal(matrix.row_count, 0);
  assert_int_equal(matrix.starts[0], 0);
  narr_matrix_free(&matrix);
  narr_vocabulary_builder_free(&builder);
  test_corpus_free(&texts);
}

/* ---- Watching --------------------------------------------------------------------- */

typedef struct watcher {
  size_t calls;
  size_t stop_at;
  size_t last;
} watcher;

static int watch(void *context, size_t done) {
  watcher *w = context;
  assert_true(done >= w->last);
  w->last = done;
  return ++w->calls == w->stop_at;
}

static void watcher_sees_texts_and_can_cancel(void **state) {
  (void)state;
  test_corpus texts = test_corpus_of_words(1000, 4, 53);
  narr_corpus corpus = test_corpus_view(&texts, &options, 1);
  narr_vocabulary_builder builder = vocabulary_of(&corpus);
  narr_matrix matrix;
  watcher w = {0};
  corpus.watch = watch;
  corpus.watch_context = &w;
  assert_ok(narr_matrix_build(&matrix, &corpus, &builder, NULL));
  assert_int_equal(w.last, 1000);
  narr_matrix_free(&matrix);
  for (size_t call = 1; call <= w.calls; call++) {
    watcher stopper = {.stop_at = call};
    narr_error error = NARR_ERROR_INIT;
    corpus.watch_context = &stopper;
    assert_fails(narr_matrix_build(&matrix, &corpus, &builder, &error), NARR_ERROR_CANCELLED, error,
                 "cancelled");
    assert_null(matrix.starts);
    assert_null(matrix.columns);
  }
  narr_vocabulary_builder_free(&builder);
  test_corpus_free(&texts);
}

/* ---- Out of memory ------------------------------------------------------------------ */

/* From texts to matrix; anything but success or a memory error is wrong. */
static narr_status build_all(const narr_corpus *corpus) {
  narr_vocabulary_builder builder;
  narr_matrix matrix = NARR_MATRIX_INIT;
  narr_error error = NARR_ERROR_INIT;
  narr_status status = narr_vocabulary_build(&builder, corpus, 1, 0, &error);
  if (status) assert_null(builder.heads);
  if (!status) status = narr_vocabulary_name_terms(&builder, corpus, &error);
  if (!status) status = narr_matrix_build(&matrix, corpus, &builder, &error);
  if (status) {
    assert_null(matrix.starts);
    assert_int_equal(error.status, status);
    assert_string_equal(error.message, "out of memory");
  }
  narr_matrix_free(&matrix);
  narr_vocabulary_builder_free(&builder);
  return status;
}

/* Each request fails in turn; the sanitizers see what is lost or misused. */
static void every_failed_request_is_reported(void **state) {
  (void)state;
  static const char *const sample[] = {"NATO troops leave Kosovo! #KiM",
                                       "Kosovo: @you https://t.co/x", "", "Косово 😀 troops"};
  test_corpus texts = test_corpus_of(sample, 4);
  narr_corpus corpus = test_corpus_view(&texts, &options, 1);
  assert_ok(build_all(&corpus)); /* pages of Unicode data are there now */
  size_t nth = 1;
  for (;; nth++) {
    narr_alloc_fail_at(nth);
    narr_status status = build_all(&corpus);
    narr_alloc_fail_at(0);
    if (!status) break;
    assert_int_equal(status, NARR_ERROR_MEMORY);
  }
  assert_true(nth > 100);
  test_corpus_free(&texts);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_are_the_vectors),
      cmocka_unit_test(jobs_make_no_difference),
      cmocka_unit_test(no_texts_no_rows),
      cmocka_unit_test(watcher_sees_texts_and_can_cancel),
      cmocka_unit_test(every_failed_request_is_reported),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
