/* test_classify.c - one text at a time: margins, probabilities, flags, and
 * texts in any condition. */
#include <pthread.h>

#include "feature/vector.h"
#include "support/hand_model.h"
#include "support/toy_corpus.h"

static narr_classifier *classifier_of(const narr_model *model) {
  narr_classifier *classifier;
  assert_ok(narr_classifier_new(&classifier, model, NULL));
  return classifier;
}

static const narr_result *classify(narr_classifier *classifier, const char *text) {
  const narr_result *result;
  assert_ok(narr_classify(classifier, text, strlen(text), &result, NULL));
  return result;
}

/* ---- Numbers that can be worked out -------------------------------------------------- */

static void scores_are_those_on_paper(void **state) {
  (void)state;
  narr_model *model = hand_model(NARR_KERNEL_LINEAR, false);
  narr_classifier *classifier = classifier_of(model);
  const narr_result *result = classify(classifier, "Alpha, beta! unknown ALPHA");
  /* alpha twice, beta once, without weighting: 2 and 1, to norm 1 */
  double alpha = 2 / sqrt(5), beta = 1 / sqrt(5);
  const double margins[2] = {0.5 + alpha * 1 + beta * 0.5, -0.25 - alpha + beta * 2};
  const double probabilities[2] = {1 / (1 + exp(-2 * margins[0] + 0.25)),
                                   1 / (1 + exp(-margins[1]))};
  assert_int_equal(result->score_count, 2);
  for (int l = 0; l < 2; l++) {
    assert_string_equal(result->scores[l].label, hand_labels[l]);
    assert_near(result->scores[l].margin, margins[l], 1e-6);
    assert_near(result->scores[l].probability, probabilities[l], 1e-6);
    assert_int_equal(result->scores[l].flagged, probabilities[l] >= hand_decisions[l].threshold);
  }
  assert_int_equal(result->flagged_count, 1);
  assert_int_equal(result->token_count, 6); /* two marks */
  assert_int_equal(result->term_count, 2);
  assert_int_equal(result->repaired, 0);
  narr_classifier_free(classifier);
  narr_model_free(model);
}

static void nothing_known_leaves_the_bias(void **state) {
  (void)state;
  static const char *const texts[] = {"", " \n\t", "epsilon zeta", "\xF0\x9F\x98\x80", "!!!"};
  for (int kind = NARR_KERNEL_LINEAR; kind <= NARR_KERNEL_POLY; kind++) {
    narr_model *model = hand_model((narr_kernel)kind, false);
    narr_classifier *classifier = classifier_of(model);
    double expected[2] = {0.5, -0.25};
    for (int l = 0; l < 2 && kind == NARR_KERNEL_POLY; l++)
      for (int s = 0; s < HAND_SUPPORT; s++)
        expected[l] += hand_coefficients[s][l] * 0.25 * 0.25 * 0.25;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
      const narr_result *result = classify(classifier, texts[i]);
      assert_int_equal(result->term_count, 0);
      assert_near(result->scores[0].margin, expected[0], 1e-12);
      assert_near(result->scores[1].margin, expected[1], 1e-12);
    }
    const narr_result *result;
    assert_ok(narr_classify(classifier, NULL, 0, &result, NULL));
    assert_near(result->scores[0].margin, expected[0], 1e-12);
    assert_int_equal(result->token_count, 0);
    narr_classifier_free(classifier);
    narr_model_free(model);
  }
}

static void probability_rises_with_the_margin(void **state) {
  (void)state;
  for (int kind = TOY_MULTI; kind <= TOY_EXCLUSIVE; kind++) {
    narr_model *model = toy_model((toy_kind)kind, NARR_KERNEL_LINEAR, "word=1-2");
    narr_classifier *classifier = classifier_of(model);
    narr_dataset *posts = toy_dataset((toy_spec){.kind = TOY_MULTI, .rows = 200, .seed = 17});
    narr_score *scores = calloc(200, sizeof *scores);
    for (size_t l = 0; l < narr_model_label_count(model); l++) {
      for (size_t i = 0; i < 200; i++) {
        narr_example example = narr_dataset_get(posts, i);
        const narr_result *result;
        assert_ok(narr_classify(classifier, example.text, example.text_length, &result, NULL));
        scores[i] = result->scores[l];
        assert_true(scores[i].probability > 0 && scores[i].probability < 1);
        assert_string_equal(scores[i].label, narr_model_label(model, l));
      }
      for (size_t i = 0; i < 200; i++)
        for (size_t j = 0; j < 200; j++)
          if (scores[i].margin < scores[j].margin)
            assert_true(scores[i].probability <= scores[j].probability);
    }
    free(scores);
    narr_dataset_free(posts);
    narr_classifier_free(classifier);
    narr_model_free(model);
  }
}

/* ---- Flags ------------------------------------------------------------------------------- */

static void thresholds_decide(void **state) {
  (void)state;
  narr_model *model = hand_model(NARR_KERNEL_LINEAR, false);
  narr_classifier *classifier = classifier_of(model);
  const narr_result *result = classify(classifier, "alpha");
  const double p[2] = {result->scores[0].probability, result->scores[1].probability};
  assert_true(result->scores[0].flagged && !result->scores[1].flagged);

  /* at the probability: flagged; just above: not */
  assert_ok(narr_classifier_set_threshold(classifier, "left", p[0], NULL));
  assert_true(classify(classifier, "alpha")->scores[0].flagged);
  assert_ok(narr_classifier_set_threshold(classifier, "left", nextafter(p[0], 1), NULL));
  result = classify(classifier, "alpha");
  assert_false(result->scores[0].flagged);
  assert_int_equal(result->flagged_count, 0);
  assert_near(result->scores[0].probability, p[0], 0);

  assert_ok(narr_classifier_set_threshold(classifier, "right/inner", p[1], NULL));
  result = classify(classifier, "alpha");
  assert_true(!result->scores[0].flagged && result->scores[1].flagged);

  assert_ok(narr_classifier_set_threshold(classifier, NULL, 0, NULL));
  assert_int_equal(classify(classifier, "gamma")->flagged_count, 2);
  assert_ok(narr_classifier_set_threshold(classifier, NULL, 1, NULL));
  assert_int_equal(classify(classifier, "alpha")->flagged_count, 0);

  /* the model and other classifiers don't change */
  assert_near(narr_model_threshold(model, 0), 0.6, 0);
  narr_classifier *other = classifier_of(model);
  assert_true(classify(other, "alpha")->scores[0].flagged);
  narr_classifier_free(other);
  narr_classifier_free(classifier);
  narr_model_free(model);
}

static void bad_thresholds_are_refused(void **state) {
  (void)state;
  narr_model *model = hand_model(NARR_KERNEL_LINEAR, false);
  narr_classifier *classifier = classifier_of(model);
  narr_error error = NARR_ERROR_INIT;
  static const double bad[] = {-0.001, 1.001, NAN, INFINITY, -INFINITY};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    assert_fails(narr_classifier_set_threshold(classifier, "left", bad[i], &error),
                 NARR_ERROR_ARGUMENT, error, "0..1");
    assert_fails(narr_classifier_set_threshold(classifier, NULL, bad[i], &error),
                 NARR_ERROR_ARGUMENT, error, "0..1");
  }
  assert_fails(narr_classifier_set_threshold(classifier, "right", 0.1, &error), NARR_ERROR_ARGUMENT,
               error, "no label \"right\"");
  assert_fails(narr_classifier_set_threshold(classifier, "", 0.1, &error), NARR_ERROR_ARGUMENT,
               error, "no label");
  assert_true(classify(classifier, "alpha")->scores[0].flagged); /* nothing has changed */
  narr_classifier_free(classifier);
  narr_model_free(model);
}

/* Of "left" and "right/inner" only the more probable one is flagged. */
static void exclusive_mode_flags_the_most_probable(void **state) {
  (void)state;
  narr_model *model = hand_model(NARR_KERNEL_LINEAR, true);
  narr_classifier *classifier = classifier_of(model);
  assert_ok(narr_classifier_set_threshold(classifier, NULL, 0, NULL));
  static const struct {
    const char *text;
    size_t best;
  } cases[] = {{"alpha", 0},      {"beta", 1} /* a tie: the larger margin */,
               {"gamma", 1},      {"delta", 0},
               {"alpha beta", 0}, {"", 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const narr_result *result = classify(classifier, cases[i].text);
    size_t best = cases[i].best;
    assert_true(result->scores[best].probability >= result->scores[1 - best].probability);
    assert_int_equal(result->flagged_count, 1);
    assert_true(result->scores[best].flagged);
    assert_false(result->scores[1 - best].flagged);
  }
  /* a threshold can still keep the best one from being flagged */
  assert_ok(narr_classifier_set_threshold(classifier, "left", 1, NULL));
  assert_int_equal(classify(classifier, "alpha")->flagged_count, 0);
  assert_int_equal(classify(classifier, "beta")->flagged_count, 1);
  narr_classifier_free(classifier);
  narr_model_free(model);
}

/* Where the corpus had no unlabelled rows, a text that passes no threshold
 * gets its most probable label, unless the caller has set thresholds. */
static void a_text_can_always_have_a_label(void **state) {
  (void)state;
  narr_model *model = hand_model_of((hand_spec){.always_labelled = true});
  narr_model *plain = hand_model(NARR_KERNEL_LINEAR, false);
  narr_classifier *classifier = classifier_of(model), *other = classifier_of(plain);
  static const char *const texts[] = {"alpha",      "beta", "gamma",      "delta",
                                      "alpha beta", "",     "alpha gamma"};
  size_t rescued = 0;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    const narr_result *result = classify(classifier, texts[i]), *usual = classify(other, texts[i]);
    size_t best = result->scores[1].probability > result->scores[0].probability;
    assert_int_equal(result->flagged_count, usual->flagged_count ? usual->flagged_count : 1);
    for (size_t l = 0; l < 2; l++)
      assert_int_equal(result->scores[l].flagged,
                       usual->scores[l].flagged || (!usual->flagged_count && l == best));
    rescued += usual->flagged_count == 0;
  }
  assert_true(rescued > 0 && rescued < sizeof texts / sizeof *texts);
  assert_ok(narr_classifier_set_threshold(classifier, "left", 1, NULL));
  assert_int_equal(classify(classifier, "alpha")->flagged_count, 0);
  narr_classifier_free(classifier);
  narr_classifier_free(other);
  narr_model_free(model);
  narr_model_free(plain);
}

/* "right/inner" has knots; they, not its sigmoid, give the probability. */
static void knots_give_probabilities(void **state) {
  (void)state;
  narr_model *model = hand_model_of((hand_spec){.knotted = true});
  narr_classifier *classifier = classifier_of(model);
  /* margins: -1.25 lies before the first knot, 1.75 between the last two */
  const narr_result *result = classify(classifier, "alpha");
  assert_near(result->scores[1].margin, -1.25, 1e-6);
  assert_near(result->scores[1].probability, 1 / (1 + exp(2.25)), 1e-6);
  result = classify(classifier, "beta");
  assert_near(result->scores[1].margin, 1.75, 1e-6);
  assert_near(result->scores[1].probability, 1 / (1 + exp(-0.875)), 1e-6);
  /* the other label has its sigmoid */
  assert_near(result->scores[0].probability, 1 / (1 + exp(-2 * result->scores[0].margin + 0.25)),
              1e-6);
  narr_classifier_free(classifier);
  narr_model_free(model);
}

/* ---- Texts in any condition ------------------------------------------------------------------ */

static void invalid_utf8_is_repaired_and_counted(void **state) {
  (void)state;
  narr_model *model = hand_model(NARR_KERNEL_LINEAR, false);
  narr_classifier *classifier = classifier_of(model);
  static const struct {
    const char *text;
    size_t repaired;
  } cases[] = {{"alpha", 0},
               {"\xFF alpha", 1},
               {"alpha \xC0\xAF", 2},
               {"\x80\x80\x80 alpha \xE2\x82", 4},
               {"alpha \xF0\x9F\x98", 1},
               {"alpha \xED\xA0\x80", 3},
               {"alpha \xEF\xBF\xBD", 0}}; /* U+FFFD itself is fine */
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const narr_result *result = classify(classifier, cases[i].text);
    assert_int_equal(result->repaired, cases[i].repaired);
    assert_int_equal(result->term_count, 1);
    assert_near(result->scores[0].margin, 1.5, 1e-6);
  }
  narr_classifier_free(classifier);
  narr_model_free(model);
}

static void nul_bytes_are_bytes(void **state) {
  (void)state;
  narr_model *model = hand_model(NARR_KERNEL_LINEAR, false);
  narr_classifier *classifier = classifier_of(model);
  const narr_result *result;
  assert_ok(narr_classify(classifier, "epsilon\0beta\0", 13, &result, NULL));
  assert_int_equal(result->term_count, 1);
  assert_near(result->scores[1].margin, 1.75, 1e-6);
  assert_ok(narr_classify(classifier, "\0\0\0", 3, &result, NULL));
  assert_int_equal(result->term_count, 0);
  narr_classifier_free(classifier);
  narr_model_free(model);
}

/* The text ends where its length says, with no byte read behind it. */
static void the_length_is_believed(void **state) {
  (void)state;
  narr_model *model = toy_model(TOY_MULTI, NARR_KERNEL_LINEAR, "word=1-2,char=2-4");
  narr_classifier *classifier = classifier_of(model);
  const char *text = "troops withdraw \xD0\xBF\xD0\xBE\xD0\xB2 \xF0\x9F\x98\x80 #Kosovo";
  for (size_t length = 0; length <= strlen(text); length++) {
    char *exact = malloc(length ? length : 1);
    memcpy(exact, text, length);
    const narr_result *result;
    assert_ok(narr_classify(classifier, exact, length, &result, NULL));
    free(exact);
    assert_true(isfinite(result->scores[0].margin));
  }
  narr_classifier_free(classifier);
  narr_model_free(model);
}

static void long_texts_are_fine(void **state) {
  (void)state;
  enum { LENGTH = 1 << 20 };
  char *text = malloc(LENGTH);
  narr_model *model = hand_model(NARR_KERNEL_LINEAR, false);
  narr_classifier *classifier = classifier_of(model);
  for (size_t i = 0; i < LENGTH; i++) text[i] = "alpha beta "[i % 11];
  const narr_result *result;
  assert_ok(narr_classify(classifier, text, LENGTH, &result, NULL));
  assert_int_equal(result->term_count, 2);
  assert_int_equal(result->token_count, LENGTH / 11 * 2 + 1);
  assert_near(result->scores[0].margin, 0.5 + 1.5 / sqrt(2), 1e-3);
  memset(text, 'a', LENGTH); /* one word */
  assert_ok(narr_classify(classifier, text, LENGTH, &result, NULL));
  assert_int_equal(result->token_count, 1);
  memset(text, 0xFF, LENGTH);
  assert_ok(narr_classify(classifier, text, LENGTH, &result, NULL));
  assert_int_equal(result->repaired, LENGTH);
  narr_classifier_free(classifier);
  narr_model_free(model);
  free(text);
}

static void too_long_a_text_is_refused_unread(void **state) {
  (void)state;
  narr_model *model = hand_model(NARR_KERNEL_LINEAR, false);
  narr_classifier *classifier = classifier_of(model);
  narr_error error = NARR_ERROR_INIT;
  static const size_t lengths[] = {((size_t)1 << 30) + 1, (size_t)1 << 32, SIZE_MAX};
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    const narr_result *result = (const narr_result *)lengths;
    assert_fails(narr_classify(classifier, "", lengths[i], &result, &error), NARR_ERROR_INPUT,
                 error, "1 GiB");
    assert_null(result);
  }
  assert_int_equal(classify(classifier, "alpha")->term_count, 1);
  narr_classifier_free(classifier);
  narr_model_free(model);
}

/* ---- Memory, damage, threads ----------------------------------------------------------------- */

static void every_failed_allocation_is_survived(void **state) {
  (void)state;
  for (int kind = NARR_KERNEL_LINEAR; kind <= NARR_KERNEL_RBF; kind += NARR_KERNEL_RBF) {
    narr_model *model = toy_model(TOY_MULTI, (narr_kernel)kind, "word=1-2,char=2-3");
    const char *text = "troops withdraw from kosovo and the referendum splits the entity";
    size_t nth = 0;
    bool done = false;
    while (!done) {
      narr_classifier *classifier;
      const narr_result *result = NULL;
      narr_error error = NARR_ERROR_INIT;
      narr_alloc_fail_at(++nth);
      narr_status status = narr_classifier_new(&classifier, model, &error);
      if (!status) status = narr_classify(classifier, text, strlen(text), &result, &error);
      narr_alloc_fail_at(0);
      done = status == NARR_OK;
      if (!done) {
        assert_int_equal(error.status, NARR_ERROR_MEMORY);
        assert_null(result);
        if (classifier) classify(classifier, text); /* it goes on */
      }
      narr_classifier_free(classifier);
    }
    assert_true(nth > 8);
    narr_model_free(model);
  }
}

static void damage_is_told_to_whoever_meets_it(void **state) {
  (void)state;
  narr_model *model = large_model();
  temp_path temp = temp_path_new("large.narr");
  assert_ok(narr_model_save(model, temp.path, NULL));
  size_t place = offset_of(model, narr_vocabulary_row(&model->vocabulary, large_terms[2]));
  size_t weight = place + sizeof(narr_term_head) + 14;
  narr_model_free(model);
  for (int which = 0; which < 2; which++) {
    flip_in_file(temp.path, which ? weight : place);
    assert_ok(narr_model_load(&model, temp.path, NULL));
    narr_classifier *classifier = classifier_of(model);
    assert_near(classify(classifier, "alpha")->scores[7].margin, 1, 0);
    assert_near(classify(classifier, "beta")->scores[7].margin, 2, 0);
    narr_error error = NARR_ERROR_INIT;
    const narr_result *result;
    assert_fails(narr_classify(classifier, "gamma", 5, &result, &error), NARR_ERROR_MODEL, error,
                 "damaged");
    assert_null(result);
    const narr_explanation *explanation;
    assert_fails(narr_explain(classifier, NULL, 0, 0, &explanation, &error), NARR_ERROR_ARGUMENT,
                 error, "no classified text");
    narr_classifier_free(classifier);
    narr_model_free(model);
    flip_in_file(temp.path, which ? weight : place);
  }
  temp_path_remove(&temp);
}

enum { THREADS = 4, POSTS = 120 };

typedef struct reader {
  const narr_model *model;
  const narr_dataset *posts;
  narr_score scores[POSTS][TOY_LABELS];
  bool failed;
} reader;

static void *read_posts(void *context) {
  reader *r = context;
  narr_classifier *classifier;
  r->failed = narr_classifier_new(&classifier, r->model, NULL) != NARR_OK;
  for (size_t i = 0; i < POSTS && !r->failed; i++) {
    narr_example example = narr_dataset_get(r->posts, i);
    const narr_result *result;
    const narr_explanation *explanation;
    r->failed = narr_classify(classifier, example.text, example.text_length, &result, NULL) ||
                narr_explain(classifier, NULL, 0, 3, &explanation, NULL);
    for (size_t l = 0; l < TOY_LABELS && !r->failed; l++) r->scores[i][l] = result->scores[l];
  }
  narr_classifier_free(classifier);
  return NULL;
}

/* One model, opened from a file, under many classifiers at once. */
static void threads_share_a_model(void **state) {
  (void)state;
  temp_path temp = temp_path_new("shared.narr");
  narr_dataset *posts = toy_dataset((toy_spec){.kind = TOY_MULTI, .rows = POSTS, .seed = 23});
  for (int kind = NARR_KERNEL_LINEAR; kind <= NARR_KERNEL_RBF; kind += NARR_KERNEL_RBF) {
    narr_model *model = toy_model(TOY_EXCLUSIVE, (narr_kernel)kind, "word=1-2,char=2-3");
    assert_ok(narr_model_save(model, temp.path, NULL));
    narr_model_free(model);
    assert_ok(narr_model_load(&model, temp.path, NULL));
    reader *readers = calloc(THREADS + 1, sizeof *readers);
    for (int t = 0; t <= THREADS; t++) readers[t] = (reader){.model = model, .posts = posts};
    pthread_t threads[THREADS];
    for (int t = 0; t < THREADS; t++)
      assert_int_equal(pthread_create(&threads[t], NULL, read_posts, &readers[t]), 0);
    for (int t = 0; t < THREADS; t++) pthread_join(threads[t], NULL);
    read_posts(&readers[THREADS]);
    assert_false(readers[THREADS].failed);
    for (int t = 0; t < THREADS; t++) {
      assert_false(readers[t].failed);
      for (size_t i = 0; i < POSTS; i++)
        for (size_t l = 0; l < TOY_LABELS; l++) {
          const narr_score *a = &readers[t].scores[i][l], *b = &readers[THREADS].scores[i][l];
          assert_true(a->margin == b->margin && a->probability == b->probability &&
                      a->flagged == b->flagged && a->label == b->label);
        }
    }
    free(readers);
    narr_model_free(model);
  }
  narr_dataset_free(posts);
  temp_path_remove(&temp);
}

/* The same, where blocks are checked on first use. */
static void *read_large(void *context) {
  reader *r = context;
  narr_classifier *classifier;
  r->failed = narr_classifier_new(&classifier, r->model, NULL) != NARR_OK;
  for (size_t w = 0; w < HAND_WORDS && !r->failed; w++) {
    const narr_result *result;
    r->failed =
        narr_classify(classifier, hand_words[w], strlen(hand_words[w]), &result, NULL) != NARR_OK;
    if (!r->failed) r->scores[w][0] = result->scores[63];
  }
  narr_classifier_free(classifier);
  return NULL;
}

static void threads_share_a_large_model(void **state) {
  (void)state;
  temp_path temp = temp_path_new("large.narr");
  narr_model *model = large_model();
  assert_ok(narr_model_save(model, temp.path, NULL));
  narr_model_free(model);
  assert_ok(narr_model_load(&model, temp.path, NULL));
  reader *readers = calloc(THREADS, sizeof *readers);
  pthread_t threads[THREADS];
  for (int t = 0; t < THREADS; t++) {
    readers[t].model = model;
    assert_int_equal(pthread_create(&threads[t], NULL, read_large, &readers[t]), 0);
  }
  assert_ok(narr_model_verify(model, NULL));
  for (int t = 0; t < THREADS; t++) {
    pthread_join(threads[t], NULL);
    assert_false(readers[t].failed);
    for (size_t w = 0; w < HAND_WORDS; w++)
      assert_near(readers[t].scores[w][0].margin, (double)w + 1, 0);
  }
  free(readers);
  narr_model_free(model);
  temp_path_remove(&temp);
}

static void freeing_nothing_is_fine(void **state) {
  (void)state;
  narr_classifier_free(NULL);
  narr_model_free(NULL);
  narr_report_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(scores_are_those_on_paper),
      cmocka_unit_test(nothing_known_leaves_the_bias),
      cmocka_unit_test(probability_rises_with_the_margin),
      cmocka_unit_test(thresholds_decide),
      cmocka_unit_test(bad_thresholds_are_refused),
      cmocka_unit_test(exclusive_mode_flags_the_most_probable),
      cmocka_unit_test(a_text_can_always_have_a_label),
      cmocka_unit_test(knots_give_probabilities),
      cmocka_unit_test(invalid_utf8_is_repaired_and_counted),
      cmocka_unit_test(nul_bytes_are_bytes),
      cmocka_unit_test(the_length_is_believed),
      cmocka_unit_test(long_texts_are_fine),
      cmocka_unit_test(too_long_a_text_is_refused_unread),
      cmocka_unit_test(every_failed_allocation_is_survived),
      cmocka_unit_test(damage_is_told_to_whoever_meets_it),
      cmocka_unit_test(threads_share_a_model),
      cmocka_unit_test(threads_share_a_large_model),
      cmocka_unit_test(freeing_nothing_is_fine),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
