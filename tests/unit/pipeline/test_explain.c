/* test_explain.c - why a text was flagged: terms, words, and where they
 * stand. */
#include "feature/ngram.h"
#include "model/score.h"
#include "pipeline/classifier.h"
#include "support/hand_model.h"
#include "support/toy_corpus.h"

static const char *const posts[] = {
    "Troops WITHDRAW from Kosovo, troops leave the base; soldiers say: troops!",
    "the referendum will split the entity #Independence #ReferendumNow",
    "see https://example.org/troops?x=1 and http://a.example/b via @withdraw @kosovo",
    "Повлачење и отцепљење",
    "  today\t\ttoday \n\n the\xC2\xA0news  ",
    "troops\xFFtroops \xF0\x9F\x98\x80\xF0\x9F\x98\x80 \xEF\xAC\x81 \xEF\xBC\xB4roops KOSOVO",
    "base water rain dam valley river parliament",
    "nothing known here qqq",
    ""};
enum { POSTS = sizeof posts / sizeof *posts };

static const narr_explanation *explain(narr_classifier *classifier, const size_t *labels,
                                       size_t label_count, size_t max_terms) {
  const narr_explanation *explanation;
  assert_ok(narr_explain(classifier, labels, label_count, max_terms, &explanation, NULL));
  return explanation;
}

static const narr_result *classify(narr_classifier *classifier, const char *text) {
  const narr_result *result;
  assert_ok(narr_classify(classifier, text, strlen(text), &result, NULL));
  return result;
}

typedef struct bench {
  narr_model *model;
  narr_classifier *classifier;
} bench;

static bench bench_new(narr_model *model) {
  bench b = {.model = model};
  assert_ok(narr_classifier_new(&b.classifier, model, NULL));
  return b;
}

static void bench_free(bench *b) {
  narr_classifier_free(b->classifier);
  narr_model_free(b->model);
}

static const size_t all_labels[TOY_LABELS] = {0, 1, 2};

/* ---- Sums ----------------------------------------------------------------------------- */

static void contributions_add_up_to_the_margin(void **state) {
  (void)state;
  static const char *const features[] = {"word=1", "word=1-2,char=2-4", "char_wb=1-3",
                                         "word=1-2,char=2-3,char_wb=2-3"};
  for (size_t f = 0; f < sizeof features / sizeof *features; f++) {
    bench b = bench_new(toy_model(TOY_EXCLUSIVE, NARR_KERNEL_LINEAR, features[f]));
    for (size_t i = 0; i < POSTS; i++) {
      const narr_result *result = classify(b.classifier, posts[i]);
      const narr_explanation *why = explain(b.classifier, all_labels, TOY_LABELS, 0);
      double sums[TOY_LABELS], sizes[TOY_LABELS];
      for (size_t l = 0; l < TOY_LABELS; l++) {
        sums[l] = b.model->decisions[l].bias;
        sizes[l] = fabs(sums[l]);
      }
      for (size_t t = 0; t < why->term_count; t++) {
        sums[why->terms[t].label] += why->terms[t].contribution;
        sizes[why->terms[t].label] += fabs(why->terms[t].contribution);
      }
      for (size_t l = 0; l < TOY_LABELS; l++)
        assert_near(sums[l], result->scores[l].margin, 1e-9 * sizes[l]);
    }
    bench_free(&b);
  }
}

static void a_kernel_models_terms_are_what_would_be_missing(void **state) {
  (void)state;
  for (int kind = NARR_KERNEL_POLY; kind <= NARR_KERNEL_SIGMOID; kind++) {
    bench b = bench_new(toy_model(TOY_EXCLUSIVE, (narr_kernel)kind, "word=1-2"));
    for (size_t i = 0; i < POSTS; i++) {
      const narr_result *result = classify(b.classifier, posts[i]);
      const narr_explanation *why = explain(b.classifier, all_labels, TOY_LABELS, 0);
      const narr_vector *vector = &b.classifier->vector;
      narr_entry *left = calloc(vector->count + 1, sizeof *left);
      narr_score_space space = {0};
      double margins[TOY_LABELS];
      size_t found = 0;
      for (size_t e = 0; e < vector->count; e++) {
        size_t count = 0;
        for (size_t k = 0; k < vector->count; k++)
          if (k != e) left[count++] = vector->items[k];
        assert_ok(narr_model_margins(b.model, left, count, &space, margins));
        narr_buffer name = NARR_BUFFER_INIT;
        narr_ngram_string(&vector->ngrams, &vector->ngrams.items[vector->items[e].item], &name);
        narr_buffer_byte(&name, '\0');
        for (size_t t = 0; t < why->term_count; t++) {
          if (strcmp(why->terms[t].term, name.data) != 0) continue;
          size_t l = why->terms[t].label;
          assert_near(why->terms[t].contribution, result->scores[l].margin - margins[l], 1e-9);
          found++;
        }
        narr_buffer_free(&name);
      }
      assert_int_equal(found, why->term_count);
      narr_score_space_free(&space);
      free(left);
    }
    bench_free(&b);
  }
}

/* Each byte of a word gets its part of every term that covers it. */
static void words_carry_the_terms_over_them(void **state) {
  (void)state;
  static const char *const features[] = {"word=1", "word=1-2,char=2-4", "char_wb=1-3"};
  for (size_t f = 0; f < sizeof features / sizeof *features; f++) {
    bench b = bench_new(toy_model(TOY_EXCLUSIVE, NARR_KERNEL_LINEAR, features[f]));
    for (size_t i = 0; i < POSTS; i++) {
      size_t length = strlen(posts[i]);
      classify(b.classifier, posts[i]);
      const narr_explanation *why = explain(b.classifier, all_labels, TOY_LABELS, 0);
      double *per_byte = calloc(TOY_LABELS * (length + 1), sizeof *per_byte);
      for (size_t t = 0; t < why->term_count; t++) {
        const narr_term *term = &why->terms[t];
        for (size_t s = 0; s < term->span_count; s++)
          for (size_t at = term->spans[s].start; at < term->spans[s].end; at++)
            per_byte[term->label * length + at] +=
                term->contribution / (double)term->span_count /
                (double)(term->spans[s].end - term->spans[s].start);
      }
      for (size_t w = 0; w < why->word_count; w++) {
        const narr_word *word = &why->words[w];
        double sum = 0;
        assert_true(word->span.start < word->span.end && word->span.end <= length);
        for (size_t at = word->span.start; at < word->span.end; at++) {
          sum += per_byte[word->label * length + at];
          per_byte[word->label * length + at] = 0; /* words don't overlap */
        }
        assert_near(word->contribution, sum, 1e-6);
        if (w > 0 && why->words[w - 1].label == word->label)
          assert_true(why->words[w - 1].span.end <= word->span.start);
        if (w > 0) assert_true(why->words[w - 1].label <= word->label);
      }
      /* what no word carries stands on white space, or is next to nothing */
      for (size_t l = 0; l < TOY_LABELS; l++) {
        double left = 0;
        for (size_t at = 0; at < length; at++) {
          bool space = strchr(" \t\n\xC2\xA0", posts[i][at]) != NULL;
          if (!space) left += fabs(per_byte[l * length + at]);
        }
        assert_near(left, 0, 1e-6);
      }
      free(per_byte);
    }
    bench_free(&b);
  }
}

/* Single words leave nothing on white space: two ways to count one thing. */
static void words_of_single_words_add_up_too(void **state) {
  (void)state;
  bench b = bench_new(toy_model(TOY_EXCLUSIVE, NARR_KERNEL_LINEAR, "word=1"));
  for (size_t i = 0; i < POSTS; i++) {
    classify(b.classifier, posts[i]);
    const narr_explanation *why = explain(b.classifier, all_labels, TOY_LABELS, 0);
    double difference[TOY_LABELS] = {0};
    for (size_t t = 0; t < why->term_count; t++)
      difference[why->terms[t].label] += why->terms[t].contribution;
    for (size_t w = 0; w < why->word_count; w++)
      difference[why->words[w].label] -= why->words[w].contribution;
    for (size_t l = 0; l < TOY_LABELS; l++) assert_near(difference[l], 0, 1e-8);
  }
  bench_free(&b);
}

/* ---- Where terms stand ----------------------------------------------------------------------- */

/* The n-gram that a piece of text is by itself. */
static bool is_ngram(const char *text, size_t length, const narr_term *term) {
  unsigned n = 1;
  for (const char *c = term->term; *c; c++) n += *c == ' ';
  narr_feature_options options = {
      {(uint8_t)n, 0, 0}, {(uint8_t)n, 0, 0}, 0, 0, NARR_TEXT_OPTIONS_ON, {0}, 0};
  narr_ngrams ngrams = {0};
  assert_true(narr_ngrams_extract(&ngrams, &options, text, length));
  bool found = false;
  for (size_t i = 0; i < ngrams.count; i++) {
    narr_buffer name = NARR_BUFFER_INIT;
    narr_ngram_string(&ngrams, &ngrams.items[i], &name);
    narr_buffer_byte(&name, '\0');
    found = found || strcmp(name.data, term->term) == 0;
    narr_buffer_free(&name);
  }
  narr_ngrams_free(&ngrams);
  return found;
}

static void spans_are_where_the_term_is(void **state) {
  (void)state;
  bench b = bench_new(toy_model(TOY_EXCLUSIVE, NARR_KERNEL_LINEAR, "word=1-2,char=2-4"));
  size_t seen = 0;
  for (size_t i = 0; i < POSTS; i++) {
    size_t length = strlen(posts[i]);
    classify(b.classifier, posts[i]);
    const narr_explanation *why = explain(b.classifier, all_labels, TOY_LABELS, 0);
    for (size_t t = 0; t < why->term_count; t++) {
      const narr_term *term = &why->terms[t];
      assert_true(!strcmp(term->block, "word") || !strcmp(term->block, "char") ||
                  !strcmp(term->block, "spelling"));
      assert_true(term->span_count > 0);
      for (size_t s = 0; s < term->span_count; s++) {
        narr_span span = term->spans[s];
        assert_true(span.start < span.end && span.end <= length);
        if (s > 0) assert_true(term->spans[s - 1].start < span.start);
        if (strcmp(term->block, "word") == 0 &&
            !is_ngram(posts[i] + span.start, span.end - span.start, term))
          fail_msg("\"%s\" is not at %zu..%zu of \"%s\"", term->term, span.start, span.end,
                   posts[i]);
        seen++;
      }
    }
  }
  assert_true(seen > 500);
  bench_free(&b);
}

static const narr_term *find_term(const narr_explanation *why, const char *block,
                                  const char *name) {
  for (size_t t = 0; t < why->term_count; t++)
    if (!strcmp(why->terms[t].block, block) && !strcmp(why->terms[t].term, name))
      return &why->terms[t];
  fail_msg("no term \"%s\"", name);
  return NULL;
}

static void assert_spans(const narr_term *term, size_t count, const narr_span *spans) {
  assert_int_equal(term->span_count, count);
  for (size_t s = 0; s < count; s++) {
    assert_int_equal(term->spans[s].start, spans[s].start);
    assert_int_equal(term->spans[s].end, spans[s].end);
  }
}

/* A model that knows a link, a mention and a hashtag. */
static narr_model *odd_model(void) {
  narr_dataset *dataset;
  assert_ok(narr_dataset_new(&dataset, NULL, NULL));
  for (int i = 0; i < 8; i++) {
    char text[128];
    snprintf(text, sizeof text, "%s more%d",
             i % 2 ? "https://a.example/%d @somebody #TroopsOut now" : "plain words", i);
    assert_ok(
        narr_dataset_add(dataset, text, strlen(text), i % 2 ? "odd" : "none", NULL, NULL, 1, NULL));
  }
  narr_train_options options = toy_options();
  narr_model *model = toy_train(dataset, &options, NULL);
  narr_dataset_free(dataset);
  return model;
}

static void repeats_links_and_hashtags_have_their_spans(void **state) {
  (void)state;
  bench b = bench_new(odd_model());
  const char *text = "NOW http://x.example/y now @other #troopsOut now";
  /*                  0   4                  23  27     34         45 */
  classify(b.classifier, text);
  const narr_explanation *why = explain(b.classifier, all_labels, 1, 0);
  assert_spans(find_term(why, "word", "now"), 3, (narr_span[]){{0, 3}, {23, 26}, {45, 48}});
  assert_spans(find_term(why, "word", "<url>"), 1, (narr_span[]){{4, 22}});
  assert_spans(find_term(why, "word", "<mention>"), 1, (narr_span[]){{27, 33}});
  assert_spans(find_term(why, "word", "#troopsout"), 1, (narr_span[]){{34, 44}});
  assert_spans(find_term(why, "word", "troops"), 1, (narr_span[]){{35, 41}});
  assert_spans(find_term(why, "word", "out"), 1, (narr_span[]){{41, 44}});
  /* a hashtag is one word, with what its own words carry */
  double hashtag = find_term(why, "word", "#troopsout")->contribution +
                   find_term(why, "word", "troops")->contribution +
                   find_term(why, "word", "out")->contribution;
  bool found = false;
  for (size_t w = 0; w < why->word_count; w++)
    if (why->words[w].span.start == 34) {
      assert_int_equal(why->words[w].span.end, 44);
      assert_near(why->words[w].contribution, hashtag, 1e-9);
      found = true;
    }
  assert_true(found);
  bench_free(&b);
}

/* One character that folds to two letters is one place. */
static void a_place_is_told_once(void **state) {
  (void)state;
  narr_dataset *dataset;
  assert_ok(narr_dataset_new(&dataset, NULL, NULL));
  for (int i = 0; i < 8; i++) {
    char text[64];
    snprintf(text, sizeof text, "%s%d", i % 2 ? "ff" : "gh", i);
    assert_ok(
        narr_dataset_add(dataset, text, strlen(text), i % 2 ? "f" : "none", NULL, NULL, 1, NULL));
  }
  narr_train_options options = toy_options();
  options.features = "char=1";
  bench b = bench_new(toy_train(dataset, &options, NULL));
  narr_dataset_free(dataset);
  classify(b.classifier, "x\xEF\xAC\x80y"); /* the ligature ff */
  const narr_explanation *why = explain(b.classifier, all_labels, 1, 0);
  assert_spans(find_term(why, "char", "f"), 1, (narr_span[]){{1, 4}});
  bench_free(&b);
}

/* ---- What is asked for
 * --------------------------------------------------------------------------- */

static void the_strongest_come_first(void **state) {
  (void)state;
  bench b = bench_new(toy_model(TOY_EXCLUSIVE, NARR_KERNEL_LINEAR, "word=1-2"));
  classify(b.classifier, posts[0]);
  const narr_explanation *why = explain(b.classifier, (const size_t[]){2, 0}, 2, 0);
  size_t counts[2] = {0, 0};
  for (size_t t = 0; t < why->term_count; t++) {
    bool first = why->terms[t].label == 2;
    assert_true(first || why->terms[t].label == 0);
    assert_true(!first || counts[1] == 0); /* label by label, as they were asked for */
    if (counts[!first]++)
      assert_true(fabs(why->terms[t].contribution) <= fabs(why->terms[t - 1].contribution));
    assert_true(why->terms[t].contribution != 0);
  }
  assert_true(counts[0] > 5 && counts[1] > 5);
  narr_term top[3];
  memcpy(top, why->terms, sizeof top);
  why = explain(b.classifier, (const size_t[]){2}, 1, 3);
  assert_int_equal(why->term_count, 3);
  for (size_t t = 0; t < 3; t++) assert_near(why->terms[t].contribution, top[t].contribution, 0);
  /* words are all there, however few terms were asked for */
  size_t words = why->word_count;
  assert_int_equal(explain(b.classifier, (const size_t[]){2}, 1, 0)->word_count, words);
  assert_int_equal(explain(b.classifier, (const size_t[]){2}, 1, SIZE_MAX)->term_count, counts[0]);
  bench_free(&b);
}

static void no_labels_means_the_flagged_ones(void **state) {
  (void)state;
  bench b = bench_new(toy_model(TOY_MULTI, NARR_KERNEL_LINEAR, "word=1"));
  assert_ok(narr_classifier_set_threshold(b.classifier, NULL, 0.5, NULL));
  const narr_result *result = classify(b.classifier, "troops withdraw from kosovo base");
  assert_true(!result->scores[0].flagged && result->scores[1].flagged);
  const narr_explanation *why = explain(b.classifier, NULL, 0, 0);
  assert_true(why->term_count > 0 && why->word_count > 0);
  for (size_t t = 0; t < why->term_count; t++) assert_int_equal(why->terms[t].label, 1);
  for (size_t w = 0; w < why->word_count; w++) assert_int_equal(why->words[w].label, 1);

  result = classify(b.classifier, "troops withdraw referendum independence");
  assert_int_equal(result->flagged_count, 2);
  why = explain(b.classifier, NULL, 0, 1);
  assert_int_equal(why->term_count, 2);
  assert_int_equal(why->terms[0].label, 0);
  assert_int_equal(why->terms[1].label, 1);

  assert_ok(narr_classifier_set_threshold(b.classifier, NULL, 1, NULL));
  classify(b.classifier, "troops withdraw");
  why = explain(b.classifier, NULL, 0, 0);
  assert_int_equal(why->term_count, 0);
  assert_int_equal(why->word_count, 0);
  /* no labels at all, as against any: nothing */
  why = explain(b.classifier, all_labels, 0, 0);
  assert_int_equal(why->term_count, 0);
  bench_free(&b);
}

static void there_must_be_something_to_explain(void **state) {
  (void)state;
  bench b = bench_new(toy_model(TOY_MULTI, NARR_KERNEL_LINEAR, "word=1"));
  narr_error error = NARR_ERROR_INIT;
  const narr_explanation *why = (const narr_explanation *)&b;
  assert_fails(narr_explain(b.classifier, NULL, 0, 0, &why, &error), NARR_ERROR_ARGUMENT, error,
               "no classified text");
  assert_null(why);
  classify(b.classifier, "troops");
  assert_fails(narr_explain(b.classifier, (const size_t[]){0, 2}, 2, 0, &why, &error),
               NARR_ERROR_ARGUMENT, error, "no label number 2");
  assert_null(why);
  explain(b.classifier, NULL, 0, 0);
  const narr_result *result;
  assert_int_equal(narr_classify(b.classifier, "", SIZE_MAX, &result, NULL), NARR_ERROR_INPUT);
  assert_fails(narr_explain(b.classifier, NULL, 0, 0, &why, &error), NARR_ERROR_ARGUMENT, error,
               "no classified text");
  bench_free(&b);
}

/* Explanations don't wear off, and don't change scores. */
static void it_can_be_asked_again(void **state) {
  (void)state;
  bench b = bench_new(toy_model(TOY_EXCLUSIVE, NARR_KERNEL_RBF, "word=1-2"));
  const narr_result *result = classify(b.classifier, posts[0]);
  narr_score scores[TOY_LABELS];
  memcpy(scores, result->scores, sizeof scores);
  double first = explain(b.classifier, all_labels, 3, 0)->terms[0].contribution;
  explain(b.classifier, NULL, 0, 1);
  assert_near(explain(b.classifier, all_labels, 3, 0)->terms[0].contribution, first, 0);
  for (size_t l = 0; l < TOY_LABELS; l++)
    assert_near(result->scores[l].margin, scores[l].margin, 0);
  bench_free(&b);
}

/* A long text takes time in proportion to its length. */
static void long_texts_are_explained(void **state) {
  (void)state;
  enum { LENGTH = 1 << 18 };
  bench b = bench_new(toy_model(TOY_EXCLUSIVE, NARR_KERNEL_LINEAR, "word=1-2,char=2-4"));
  char *text = malloc(LENGTH + 256);
  size_t length = 0;
  for (narr_prng prng = {7}; length < LENGTH; text[length++] = ' ') {
    toy_text(text + length, 256, (const bool[]){true, false, true}, &prng);
    length += strlen(text + length);
  }
  const narr_result *result;
  assert_ok(narr_classify(b.classifier, text, length, &result, NULL));
  const narr_explanation *why = explain(b.classifier, all_labels, TOY_LABELS, 0);
  double sum = b.model->decisions[1].bias;
  size_t spans = 0;
  for (size_t t = 0; t < why->term_count; t++) {
    if (why->terms[t].label == 1) sum += why->terms[t].contribution;
    spans += why->terms[t].span_count;
  }
  assert_near(sum, result->scores[1].margin, 1e-9);
  assert_true(spans > LENGTH);
  free(text);
  bench_free(&b);
}

static void every_failed_allocation_is_survived(void **state) {
  (void)state;
  for (int kind = NARR_KERNEL_LINEAR; kind <= NARR_KERNEL_RBF; kind += NARR_KERNEL_RBF) {
    narr_model *model = toy_model(TOY_MULTI, (narr_kernel)kind, "word=1,char=2");
    size_t nth = 0;
    for (bool done = false; !done;) {
      narr_classifier *classifier;
      assert_ok(narr_classifier_new(&classifier, model, NULL));
      classify(classifier, posts[0]);
      narr_error error = NARR_ERROR_INIT;
      const narr_explanation *why;
      narr_alloc_fail_at(++nth);
      narr_status status =
          narr_explain(classifier, nth % 2 ? NULL : all_labels, 2, 0, &why, &error);
      narr_alloc_fail_at(0);
      done = status == NARR_OK;
      if (!done) {
        assert_int_equal(error.status, NARR_ERROR_MEMORY);
        assert_null(why);
        explain(classifier, all_labels, 2, 0);
      }
      narr_classifier_free(classifier);
    }
    assert_true(nth > 6);
    narr_model_free(model);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(contributions_add_up_to_the_margin),
      cmocka_unit_test(a_kernel_models_terms_are_what_would_be_missing),
      cmocka_unit_test(words_carry_the_terms_over_them),
      cmocka_unit_test(words_of_single_words_add_up_too),
      cmocka_unit_test(spans_are_where_the_term_is),
      cmocka_unit_test(repeats_links_and_hashtags_have_their_spans),
      cmocka_unit_test(a_place_is_told_once),
      cmocka_unit_test(the_strongest_come_first),
      cmocka_unit_test(no_labels_means_the_flagged_ones),
      cmocka_unit_test(there_must_be_something_to_explain),
      cmocka_unit_test(it_can_be_asked_again),
      cmocka_unit_test(long_texts_are_explained),
      cmocka_unit_test(every_failed_allocation_is_survived),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
