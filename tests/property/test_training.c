/* test_training.c - laws of learning that hold for any corpus and any
 * options: random ones, here. */
#include <float.h>

#include "support/json_check.h"
#include "support/toy_corpus.h"

enum { CORPORA = 60, LONGEST_CORPUS = 40, LABELS_AT_MOST = 4 };

/* Letters of several scripts, marks, blanks, things that fold and combine. */
static const char *const pieces[] = {"a",
                                     "b",
                                     "c",
                                     "E",
                                     "1",
                                     " ",
                                     " ",
                                     "  ",
                                     ".",
                                     "!",
                                     "\n",
                                     "\xC5\xBE",
                                     "\xC4\x90",
                                     "\xD0\x96",
                                     "\xD1\x98",
                                     "\xE4\xB8\xAD",
                                     "\xE0\xB8\x81",
                                     "\xD8\xA7",
                                     "\xF0\x9F\x98\x80",
                                     "\xCC\x81",
                                     "#x",
                                     "@y",
                                     "http://z.example ",
                                     "\xEF\xAC\x80",
                                     "\xE2\x80\x8D",
                                     "word ",
                                     "more "};

static size_t pick(narr_prng *prng, size_t bound) {
  return (size_t)narr_prng_below(prng, bound);
}

static void random_text(char *text, size_t size, narr_prng *prng) {
  size_t used = 0;
  *text = '\0';
  for (size_t n = 1 + pick(prng, 30); n > 0; n--) {
    const char *piece = pieces[pick(prng, sizeof pieces / sizeof *pieces)];
    if (used + strlen(piece) + 1 > size) break;
    strcpy(text + used, piece);
    used += strlen(piece);
  }
}

/* A random cell of labels, some of them paths, some unknown, each with a word that gives it away at
 * times. */
static void random_row(char *text, size_t size, char *cell, size_t labels, bool one,
                       narr_prng *prng) {
  static const char *const names[LABELS_AT_MOST] = {"alpha/two", "alpha/one", "b\xC5\xBE", "alpha"};
  static const char *const signs[LABELS_AT_MOST] = {" troops", " dam", " \xD0\x96\xD0\x96", " 99"};
  random_text(text, size / 2, prng);
  *cell = '\0';
  size_t only = pick(prng, labels);
  for (size_t l = 0; l < labels; l++) {
    if (one ? l != only : pick(prng, 3) > 0) continue;
    if (*cell) strcat(cell, ";");
    if (!one && pick(prng, 8) == 0) strcat(cell, "?");
    strcat(cell, names[l]);
    if (pick(prng, 4)) strcat(text, signs[l]);
  }
  if (!*cell) strcpy(cell, "none");
}

static narr_dataset *random_dataset(narr_prng *prng, bool weighted) {
  narr_dataset *dataset;
  assert_ok(narr_dataset_new(&dataset, NULL, NULL));
  size_t labels = 1 + pick(prng, LABELS_AT_MOST);
  bool one = pick(prng, 2), grouped = pick(prng, 3) == 0;
  for (size_t rows = pick(prng, LONGEST_CORPUS); rows > 0; rows--) {
    char text[512], cell[128], group[16];
    random_row(text, sizeof text, cell, labels, one, prng);
    snprintf(group, sizeof group, "%zu", pick(prng, 12));
    double weight = weighted ? 0.5 + (double)pick(prng, 4) : 1;
    narr_status status =
        narr_dataset_add(dataset, text, strlen(text), cell, pick(prng, 2) ? "sr" : NULL,
                         grouped ? group : NULL, weight, NULL);
    assert_true(status == NARR_OK || status == NARR_ERROR_INPUT); /* a blank text */
  }
  return dataset;
}

static narr_train_options random_options(narr_prng *prng, bool weighted) {
  static const char *const features[] = {"word=1", "char=1-3", "word=1-2,char=2-3", "char_wb=2-8",
                                         "word=2,char_wb=1"};
  narr_train_options o = NARR_TRAIN_OPTIONS_INIT;
  o.features = features[pick(prng, sizeof features / sizeof *features)];
  o.min_df = (uint32_t)pick(prng, 4);
  o.max_features = pick(prng, 2) ? 0 : 1 + pick(prng, 30);
  o.sublinear_tf = pick(prng, 2);
  o.use_idf = pick(prng, 2);
  o.kernel = weighted ? NARR_KERNEL_LINEAR : (narr_kernel)pick(prng, 4);
  o.solver = o.kernel != NARR_KERNEL_LINEAR ? NARR_SOLVER_AUTO
             : weighted                     ? NARR_SOLVER_LINEAR
                                            : (narr_solver)pick(prng, 3);
  o.C = exp((double)pick(prng, 9) - 4);
  o.gamma = (double)pick(prng, 3);
  o.coef0 = (double)pick(prng, 3) - 1;
  o.degree = 1 + (int)pick(prng, 4);
  o.class_weight = (narr_class_weight)pick(prng, 2);
  o.mode = pick(prng, 4) ? NARR_MODE_AUTO : NARR_MODE_MULTI_LABEL;
  o.folds = 2 + (unsigned)pick(prng, 4);
  o.seed = narr_prng_next(prng);
  o.near_duplicates = pick(prng, 2);
  o.rare_labels = (narr_rare_labels)pick(prng, 2);
  o.gate = (narr_gate)pick(prng, 3);
  o.jobs = 1;
  return o;
}

static void in_unit_range(narr_scores scores) {
  assert_true(scores.precision >= 0 && scores.precision <= 1);
  assert_true(scores.recall >= 0 && scores.recall <= 1);
  assert_true(scores.f1 >= 0 && scores.f1 <= 1);
  assert_true(scores.f1 <= fmax(scores.precision, scores.recall) + 1e-12);
}

static bool dataset_has_unknown(const narr_dataset *dataset) {
  for (size_t i = 0; i < narr_dataset_size(dataset); i++)
    if (narr_dataset_get(dataset, i).unknown_count > 0) return true;
  return false;
}

static void check_report(const narr_report *report, const narr_model *model,
                         const narr_dataset *dataset) {
  size_t rows = narr_dataset_size(dataset), none = 0;
  assert_int_equal(report->rows, rows);
  assert_int_equal(report->label_count, narr_model_label_count(model));
  assert_int_equal(report->exclusive, narr_model_is_exclusive(model));
  for (size_t i = 0; i < rows; i++) {
    narr_example example = narr_dataset_get(dataset, i);
    none += example.label_count + example.unknown_count == 0;
  }
  assert_int_equal(report->none_rows, none);
  assert_true(report->none_flagged <= none);
  assert_true(report->accuracy >= 0 && report->accuracy <= 1);
  in_unit_range(report->macro);
  in_unit_range(report->micro);
  in_unit_range(report->samples);
  size_t predicted = 0, support = 0;
  for (size_t l = 0; l < report->label_count; l++) {
    const narr_label_report *label = &report->labels[l];
    assert_string_equal(label->name, narr_model_label(model, l));
    assert_true((label->untrainable ? 2 : label->threshold) == narr_model_threshold(model, l));
    assert_true(label->threshold >= 0 && label->threshold <= 1);
    if (label->untrainable) assert_int_equal(label->predicted, 0);
    assert_true(label->true_positive <= label->support);
    assert_true(label->true_positive <= label->predicted);
    if (!label->untrainable) assert_true(label->support >= 2 && label->support <= rows - 2);
    size_t parent = narr_model_parent(model, l);
    if (parent != SIZE_MAX) {
      assert_true(label->predicted <= report->labels[parent].predicted ||
                  dataset_has_unknown(dataset));
      assert_true(label->support <= report->labels[parent].support);
      assert_int_equal(label->level, report->labels[parent].level + 1);
    }
    in_unit_range(label->scores);
    if (l > 0) assert_true(strcmp(report->labels[l - 1].name, label->name) < 0);
    predicted += label->predicted;
    support += label->support;
  }
  if (report->exclusive) {
    assert_int_equal(predicted, rows);
    assert_int_equal(support, rows);
    size_t cells = 0;
    for (size_t i = 0; i < report->label_count * report->label_count; i++)
      cells += report->confusion[i];
    assert_int_equal(cells, rows);
  }
}

/* What was read back says the same as what was learned, of every row. */
static void check_scores(const narr_model *model, const narr_dataset *dataset) {
  size_t size, labels = narr_model_label_count(model);
  const void *bytes = narr_model_bytes(model, &size);
  void *copy = malloc(size);
  memcpy(copy, bytes, size);
  narr_model *again;
  assert_ok(narr_model_from_memory(&again, copy, size, NULL));
  narr_classifier *one, *two;
  assert_ok(narr_classifier_new(&one, model, NULL));
  assert_ok(narr_classifier_new(&two, again, NULL));
  for (size_t i = 0; i < narr_dataset_size(dataset); i++) {
    narr_example example = narr_dataset_get(dataset, i);
    const narr_result *a, *b;
    assert_ok(narr_classify(one, example.text, example.text_length, &a, NULL));
    assert_ok(narr_classify(two, example.text, example.text_length, &b, NULL));
    if (narr_model_is_exclusive(model)) assert_int_equal(a->flagged_count, 1);
    for (size_t l = 0; l < labels; l++) {
      assert_true(isfinite(a->scores[l].margin));
      assert_true(a->scores[l].probability > 0 && a->scores[l].probability < 1);
      assert_true(a->scores[l].margin == b->scores[l].margin);
      assert_true(a->scores[l].probability == b->scores[l].probability);
      assert_int_equal(a->scores[l].flagged, b->scores[l].flagged);
      size_t parent = narr_model_parent(model, l);
      if (a->any && parent == SIZE_MAX) {
        assert_true(a->any->flagged || !a->scores[l].flagged);
        assert_true(a->scores[l].probability <= a->any->probability);
      }
      if (parent == SIZE_MAX) continue;
      assert_true(a->scores[parent].flagged || !a->scores[l].flagged);
      assert_true(a->scores[l].probability <= a->scores[parent].probability);
    }
  }
  narr_classifier_free(one);
  narr_classifier_free(two);
  narr_model_free(again);
  free(copy);
}

static void any_corpus_is_learned_or_refused(void **state) {
  (void)state;
  narr_prng prng = {31};
  size_t learned = 0, refused = 0;
  for (size_t i = 0; i < CORPORA; i++) {
    bool weighted = pick(&prng, 4) == 0;
    narr_dataset *dataset = random_dataset(&prng, weighted);
    narr_train_options options = random_options(&prng, weighted);
    narr_model *model, *again;
    narr_report *report;
    narr_error error = NARR_ERROR_INIT;
    narr_status status = narr_train(&model, &report, dataset, &options, &error);
    options.jobs = 3;
    narr_status second = narr_train(&again, NULL, dataset, &options, NULL);
    assert_int_equal(second, status);
    if (status) {
      if (status != NARR_ERROR_INPUT || !*error.message || model || report)
        fail_msg("corpus %zu: %s: %s", i, narr_status_name(status), error.message);
      refused++;
    } else {
      assert_true(toy_same_bytes(model, again));
      assert_true(json_valid(narr_model_metadata(model)));
      check_report(report, model, dataset);
      check_scores(model, dataset);
      learned++;
    }
    narr_model_free(model);
    narr_model_free(again);
    narr_report_free(report);
    narr_dataset_free(dataset);
  }
  assert_true(learned > CORPORA / 3 && refused > 3);
}

/* A model learned from rows that came out of a file in any order of files is
 * the same: the labels' order of appearance does not show. */
static void the_order_of_labels_does_not_show(void **state) {
  (void)state;
  narr_model *models[2];
  for (int swapped = 0; swapped < 2; swapped++) {
    narr_dataset *dataset;
    assert_ok(narr_dataset_new(&dataset, NULL, NULL));
    for (int i = 0; i < 12; i++) {
      char text[64];
      snprintf(text, sizeof text, "%s number%d", i % 2 ? "dam" : "troops", i);
      const char *cell = i < 2 ? "a;b" : i % 2 ? "a" : i % 4 ? "none" : "b";
      if (i < 2 && swapped) cell = "b;a";
      assert_ok(narr_dataset_add(dataset, text, strlen(text), cell, NULL, NULL, 1, NULL));
    }
    narr_train_options options = toy_options();
    models[swapped] = toy_train(dataset, &options, NULL);
    narr_dataset_free(dataset);
  }
  size_t labels = narr_model_label_count(models[0]);
  assert_int_equal(narr_model_label_count(models[1]), labels);
  narr_classifier *one, *two;
  assert_ok(narr_classifier_new(&one, models[0], NULL));
  assert_ok(narr_classifier_new(&two, models[1], NULL));
  static const char *const texts[] = {"dam", "troops", "dam troops number3", ""};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    const narr_result *a, *b;
    assert_ok(narr_classify(one, texts[i], strlen(texts[i]), &a, NULL));
    assert_ok(narr_classify(two, texts[i], strlen(texts[i]), &b, NULL));
    for (size_t l = 0; l < labels; l++) {
      assert_string_equal(a->scores[l].label, b->scores[l].label);
      assert_true(a->scores[l].margin == b->scores[l].margin);
    }
  }
  narr_classifier_free(one);
  narr_classifier_free(two);
  narr_model_free(models[0]);
  narr_model_free(models[1]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(any_corpus_is_learned_or_refused),
      cmocka_unit_test(the_order_of_labels_does_not_show),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
