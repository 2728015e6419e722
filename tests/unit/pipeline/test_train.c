/* test_train.c - learning: what is learned, what is refused, what can be
 * relied on. */
#include <fcntl.h>

#include "base/alloc.h"
#include "data/folds.h"
#include "feature/vocabulary_builder.h"
#include "model/model.h"
#include "narr/classify.h"
#include "support/json_check.h"
#include "support/toy_corpus.h"
#include "svm/linear_solver.h"
#include "svm/threshold.h"

static narr_dataset *multi(size_t rows) {
  return toy_dataset((toy_spec){.kind = TOY_MULTI, .rows = rows, .seed = 3});
}

static narr_dataset *exclusive(size_t rows) {
  return toy_dataset((toy_spec){.kind = TOY_EXCLUSIVE, .rows = rows, .seed = 3});
}

static double accuracy_of(const narr_model *model, toy_kind kind) {
  narr_dataset *fresh = toy_dataset((toy_spec){.kind = kind, .rows = 120, .seed = 99});
  narr_report *report;
  assert_ok(narr_evaluate(&report, model, fresh, NULL, 1, NULL));
  double accuracy = report->accuracy;
  narr_report_free(report);
  narr_dataset_free(fresh);
  return accuracy;
}

/* ---- What a model knows of its corpus ------------------------------------------------- */

static void a_model_knows_its_corpus(void **state) {
  (void)state;
  narr_dataset *dataset = multi(60);
  for (int i = 0; i < 3; i++)
    assert_ok(narr_dataset_add(dataset, "добрый вечер всем", 32, "none", NULL, NULL, 1, NULL));
  narr_report *report;
  for (unsigned jobs = 1; jobs <= 2; jobs++) {
    narr_train_options options = toy_options();
    options.jobs = jobs;
    narr_model *model = toy_train(dataset, &options, &report);
    narr_script_texts script = narr_model_script(model, 0), last = {0};
    size_t texts = 0;
    for (size_t i = 0; (script = narr_model_script(model, i)).name; i++) {
      texts += script.texts;
      last = script;
    }
    assert_int_equal(texts, 63);
    assert_string_equal(last.name, "Cyrillic");
    for (size_t l = 0; l < report->label_count; l++) {
      narr_label_counts counts = narr_model_label_counts(model, l);
      assert_int_equal(counts.support, report->labels[l].support);
      assert_int_equal(counts.predicted, report->labels[l].predicted);
      assert_int_equal(counts.true_positive, report->labels[l].true_positive);
      narr_model_term term;
      size_t count;
      assert_ok(narr_model_top_terms(model, l, false, &term, 1, &count, NULL));
      assert_int_equal(count, 1);
      /* no value is beyond the norm of its block, 1 */
      assert_true(term.influence > 0 && term.influence < term.weight);
    }
    narr_report_free(report);
    narr_model_free(model);
  }
  narr_dataset_free(dataset);
}

/* ---- What is learned ------------------------------------------------------------------ */

static void every_kernel_and_solver_learns(void **state) {
  (void)state;
  static const struct {
    narr_kernel kernel;
    narr_solver solver;
    double gamma, coef0;
    const char *solver_name;
  } cases[] = {{NARR_KERNEL_LINEAR, NARR_SOLVER_AUTO, 0, 0, "linear"},
               {NARR_KERNEL_LINEAR, NARR_SOLVER_LIBSVM, 0, 0, "libsvm"},
               {NARR_KERNEL_LINEAR, NARR_SOLVER_LINEAR, 0, 0, "linear"},
               {NARR_KERNEL_RBF, NARR_SOLVER_AUTO, 0, 0, "libsvm"},
               {NARR_KERNEL_RBF, NARR_SOLVER_LIBSVM, 0.5, 0, "libsvm"},
               {NARR_KERNEL_POLY, NARR_SOLVER_AUTO, 0, 1, "libsvm"},
               {NARR_KERNEL_SIGMOID, NARR_SOLVER_AUTO, 0.5, 0, "libsvm"}};
  static const char *const kernels[] = {"linear", "poly", "rbf", "sigmoid"};
  for (int kind = TOY_MULTI; kind <= TOY_EXCLUSIVE; kind++) {
    narr_dataset *dataset = toy_dataset((toy_spec){.kind = (toy_kind)kind, .rows = 120, .seed = 3});
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
      narr_train_options options = toy_options();
      options.kernel = cases[i].kernel;
      options.solver = cases[i].solver;
      options.gamma = cases[i].gamma;
      options.coef0 = cases[i].coef0;
      narr_report *report;
      narr_model *model = toy_train(dataset, &options, &report);
      if (!(accuracy_of(model, (toy_kind)kind) > 0.95) || !(report->accuracy > 0.9))
        fail_msg("case %zu: accuracy %g, out of fold %g", i, accuracy_of(model, (toy_kind)kind),
                 report->accuracy);
      const char *metadata = narr_model_metadata(model);
      assert_true(json_is(metadata, "options.kernel", kernels[cases[i].kernel]));
      assert_true(json_is(metadata, "options.solver", cases[i].solver_name));
      assert_int_equal(narr_model_is_exclusive(model), kind == TOY_EXCLUSIVE);
      narr_report_free(report);
      narr_model_free(model);
    }
    narr_dataset_free(dataset);
  }
}

static void labels_are_sorted_whatever_comes_first(void **state) {
  (void)state;
  narr_dataset *dataset = multi(40);
  assert_string_equal(narr_dataset_label(dataset, 0), "withdrawal");
  narr_train_options options = toy_options();
  narr_model *model = toy_train(dataset, &options, NULL);
  assert_int_equal(narr_model_label_count(model), 2);
  assert_string_equal(narr_model_label(model, 0), "secession");
  assert_string_equal(narr_model_label(model, 1), "withdrawal");
  narr_model_free(model);
  narr_dataset_free(dataset);
}

static void the_mode_follows_the_labels(void **state) {
  (void)state;
  narr_dataset *datasets[2] = {multi(40), exclusive(42)};
  static const narr_mode modes[] = {NARR_MODE_AUTO, NARR_MODE_MULTI_LABEL};
  for (int partition = 0; partition < 2; partition++)
    for (int m = 0; m < 2; m++) {
      narr_train_options options = toy_options();
      options.mode = modes[m];
      narr_report *report;
      narr_model *model = toy_train(datasets[partition], &options, &report);
      bool expected = partition && modes[m] == NARR_MODE_AUTO;
      assert_int_equal(narr_model_is_exclusive(model), expected);
      assert_int_equal(report->exclusive, expected);
      assert_int_equal(report->confusion != NULL, expected);
      assert_true(json_is(narr_model_metadata(model), "options.mode",
                          expected ? "exclusive" : "multi-label"));
      for (size_t l = 0; l < narr_model_label_count(model); l++)
        assert_int_equal(narr_model_threshold(model, l) == 0, expected);
      narr_report_free(report);
      narr_model_free(model);
    }
  narr_train_options options = toy_options();
  options.mode = NARR_MODE_EXCLUSIVE;
  narr_model *model = toy_train(datasets[1], &options, NULL);
  assert_true(narr_model_is_exclusive(model));
  narr_model_free(model);
  narr_error error = NARR_ERROR_INIT;
  assert_fails(narr_train(&model, NULL, datasets[0], &options, &error), NARR_ERROR_INPUT, error,
               "exactly one on every row");
  assert_null(model);
  options.objective = "recall=0.9";
  assert_fails(narr_train(&model, NULL, datasets[1], &options, &error), NARR_ERROR_ARGUMENT, error,
               "no thresholds");
  assert_null(model);
  narr_dataset_free(datasets[0]);
  narr_dataset_free(datasets[1]);
}

/* A corpus whose labels can't be told for sure: half of "noisy" goes astray. */
static narr_dataset *noisy_dataset(size_t rows, bool with_none) {
  narr_dataset *dataset;
  assert_ok(narr_dataset_new(&dataset, NULL, NULL));
  narr_prng prng = {8};
  for (size_t i = 0; i < rows; i++) {
    char text[64];
    bool plain = narr_prng_below(&prng, 2), astray = narr_prng_below(&prng, 4) == 0;
    int length = snprintf(text, sizeof text, "%s %s number%zu", plain ? "dam" : "troops",
                          toy_fillers[narr_prng_below(&prng, TOY_FILLERS)], i);
    const char *other = with_none ? "none" : "calm";
    assert_ok(narr_dataset_add(dataset, text, (size_t)length, plain != astray ? other : "flood",
                               NULL, NULL, 1, NULL));
  }
  return dataset;
}

static void no_text_is_left_without_a_label_if_no_row_is(void **state) {
  (void)state;
  for (int with_none = 0; with_none < 2; with_none++) {
    narr_dataset *dataset = noisy_dataset(200, with_none);
    narr_train_options options = toy_options();
    options.mode = NARR_MODE_MULTI_LABEL;
    narr_report *report;
    narr_model *model = toy_train(dataset, &options, &report);
    const char *always = json_at(narr_model_metadata(model), "options.always_label");
    assert_int_equal(strncmp(always, "true", 4) == 0, !with_none);
    narr_classifier *classifier;
    const narr_result *result;
    assert_ok(narr_classifier_new(&classifier, model, NULL));
    assert_ok(narr_classify(classifier, "unknown", 7, &result, NULL));
    if (!with_none) assert_true(result->flagged_count > 0);
    narr_classifier_free(classifier);
    narr_report_free(report);
    narr_model_free(model);
    narr_dataset_free(dataset);
  }
}

static void thresholds_follow_the_objective(void **state) {
  (void)state;
  narr_dataset *dataset = noisy_dataset(400, true);
  static const char *const objectives[] = {"recall=0.95",       "f1",
                                           "precision=0.7",     "precision=1",
                                           "review-budget=100", "review-budget=300.5",
                                           "false-flags=0.05",  "false-flags=0.2"};
  enum { OBJECTIVES = sizeof objectives / sizeof *objectives };
  double flagged[OBJECTIVES], precision[OBJECTIVES], recall[OBJECTIVES], wrong[OBJECTIVES];
  bool reached[OBJECTIVES];
  for (int i = 0; i < OBJECTIVES; i++) {
    narr_train_options options = toy_options();
    options.objective = objectives[i];
    options.folds = 5;
    narr_report *report;
    narr_model *model = toy_train(dataset, &options, &report);
    assert_true(json_is(narr_model_metadata(model), "options.objective", objectives[i]));
    flagged[i] = (double)report->labels[0].predicted / 400;
    precision[i] = report->labels[0].scores.precision;
    recall[i] = report->labels[0].scores.recall;
    const narr_label_report *label = &report->labels[0];
    wrong[i] = (double)(label->predicted - label->true_positive) / (double)(400 - label->support);
    reached[i] = report->labels[0].objective_reached;
    narr_report_free(report);
    narr_model_free(model);
  }
  assert_true(recall[0] > 0.9 && recall[0] > recall[2]);
  assert_true(precision[2] > 0.6 && reached[2]);
  assert_false(reached[3]); /* a quarter has gone astray: nothing is for sure */
  assert_near(flagged[4], 0.1, 0.04);
  assert_near(flagged[5], 0.3, 0.04);
  assert_near(wrong[6], 0.05, 0.03); /* the only label: what has it not has none */
  assert_near(wrong[7], 0.2, 0.04);
  assert_true(reached[0] && reached[1] && reached[4]);
  narr_dataset_free(dataset);
}

/* Three kinds of texts, the first of which hardly ever has the label, the others
 * in 50 and 70 of 100: a sigmoid that is steep enough for the first is too
 * steep for the others. It is given up where there are rows enough. */
static void large_corpora_get_knots(void **state) {
  (void)state;
  static const size_t rows[] = {7000, 9000};
  static const char *const kinds[] = {"dam", "river", "valley"};
  static const uint64_t chances[] = {0, 50, 70};
  for (int i = 0; i < 2; i++) {
    narr_dataset *dataset;
    assert_ok(narr_dataset_new(&dataset, NULL, NULL));
    narr_prng prng = {8};
    for (size_t row = 0; row < rows[i]; row++) {
      char text[64];
      size_t kind = (size_t)narr_prng_below(&prng, 3);
      int length = snprintf(text, sizeof text, "%s text%zu", kinds[kind], row);
      bool positive = narr_prng_below(&prng, 100) < chances[kind];
      assert_ok(narr_dataset_add(dataset, text, (size_t)length, positive ? "flood" : "none", NULL,
                                 NULL, 1, NULL));
    }
    narr_train_options options = toy_options();
    options.min_df = 1000; /* one word tells all there is to know */
    options.near_duplicates = false;
    options.folds = 5;
    narr_report *report;
    narr_model *model = toy_train(dataset, &options, &report);
    double ece = report->labels[0].calibration.ece;
    assert_int_equal(model->decisions[0].knot_count > 0, rows[i] > 8000);
    assert_true(rows[i] > 8000 ? ece < 0.02 : ece > 0.02);
    narr_report_free(report);
    narr_model_free(model);
    narr_dataset_free(dataset);
  }
}

/* Balanced weights make up for a label's being rare. */
static void class_weights_matter(void **state) {
  (void)state;
  narr_dataset *dataset;
  assert_ok(narr_dataset_new(&dataset, NULL, NULL));
  for (int i = 0; i < 48; i++) {
    char text[64];
    snprintf(text, sizeof text, "%s word%d", i % 12 ? "common" : "rare", i);
    assert_ok(narr_dataset_add(dataset, text, strlen(text), i % 12 ? "none" : "rare", NULL, NULL, 1,
                               NULL));
  }
  static const narr_solver solvers[] = {NARR_SOLVER_LIBSVM, NARR_SOLVER_LINEAR};
  for (int s = 0; s < 2; s++) {
    double margins[2];
    for (int balanced = 0; balanced < 2; balanced++) {
      narr_train_options options = toy_options();
      options.solver = solvers[s];
      options.C = 0.1;
      options.class_weight = balanced ? NARR_CLASS_WEIGHT_BALANCED : NARR_CLASS_WEIGHT_NONE;
      narr_model *model = toy_train(dataset, &options, NULL);
      assert_true(json_is(narr_model_metadata(model), "options.class_weight",
                          balanced ? "balanced" : "none"));
      narr_classifier *classifier;
      const narr_result *result;
      assert_ok(narr_classifier_new(&classifier, model, NULL));
      assert_ok(narr_classify(classifier, "rare", 4, &result, NULL));
      margins[balanced] = result->scores[0].margin;
      narr_classifier_free(classifier);
      narr_model_free(model);
    }
    assert_true(margins[1] > margins[0] + 0.1);
  }
  narr_dataset_free(dataset);
}

/* A row that counts for very little does not pull. */
static void row_weights_matter(void **state) {
  (void)state;
  double margins[2];
  for (int heavy = 0; heavy < 2; heavy++) {
    narr_dataset *dataset = multi(40);
    for (int i = 0; i < 6; i++) {
      char text[64];
      snprintf(text, sizeof text, "disputed thing%d", i);
      assert_ok(narr_dataset_add(dataset, text, strlen(text), i % 2 ? "withdrawal" : "none", NULL,
                                 NULL, (i % 2) == heavy ? 10 : 0.01, NULL));
    }
    narr_train_options options = toy_options();
    options.C = 10;
    narr_model *model = toy_train(dataset, &options, NULL);
    assert_true(json_is(narr_model_metadata(model), "options.solver", "linear"));
    narr_classifier *classifier;
    const narr_result *result;
    assert_ok(narr_classifier_new(&classifier, model, NULL));
    assert_ok(narr_classify(classifier, "disputed", 8, &result, NULL));
    margins[heavy] = result->scores[1].margin;
    narr_classifier_free(classifier);
    narr_model_free(model);
    narr_dataset_free(dataset);
  }
  assert_true(margins[0] < 0 && margins[1] > 0);
}

static void the_loss_is_chosen(void **state) {
  (void)state;
  static const struct {
    toy_kind kind;
    narr_loss loss;
    const char *name;
  } cases[] = {{TOY_MULTI, NARR_LOSS_AUTO, "hinge"},
               {TOY_EXCLUSIVE, NARR_LOSS_AUTO, "squared_hinge"},
               {TOY_MULTI, NARR_LOSS_SQUARED_HINGE, "squared_hinge"},
               {TOY_EXCLUSIVE, NARR_LOSS_HINGE, "hinge"}};
  narr_model *models[4];
  for (size_t i = 0; i < 4; i++) {
    narr_dataset *dataset = toy_dataset((toy_spec){.kind = cases[i].kind, .rows = 60, .seed = 3});
    narr_train_options options = toy_options();
    options.loss = cases[i].loss;
    models[i] = toy_train(dataset, &options, NULL);
    assert_true(json_is(narr_model_metadata(models[i]), "options.loss", cases[i].name));
    narr_dataset_free(dataset);
  }
  assert_false(toy_same_bytes(models[0], models[2]));
  assert_false(toy_same_bytes(models[1], models[3]));
  for (size_t i = 0; i < 4; i++) narr_model_free(models[i]);
}

/* Of two labels of which each text has one, margins are mirror images. */
static void two_labels_are_one_question(void **state) {
  (void)state;
  for (int solver = NARR_SOLVER_LIBSVM; solver <= NARR_SOLVER_LINEAR; solver++) {
    narr_dataset *dataset;
    assert_ok(narr_dataset_new(&dataset, NULL, NULL));
    for (int i = 0; i < 60; i++) {
      char text[64];
      snprintf(text, sizeof text, "post %d %s %s", i, i % 3 ? "troops" : "vote",
               i % 5 ? "today" : "troops");
      assert_ok(narr_dataset_add(dataset, text, strlen(text), i % 3 ? "army" : "election", NULL,
                                 NULL, 1, NULL));
    }
    narr_train_options options = toy_options();
    options.solver = (narr_solver)solver;
    narr_report *report;
    narr_model *model = toy_train(dataset, &options, &report);
    assert_true(narr_model_is_exclusive(model));
    assert_true(report->accuracy > 0.9);
    narr_classifier *classifier;
    const narr_result *result;
    assert_ok(narr_classifier_new(&classifier, model, NULL));
    assert_ok(narr_classify(classifier, "vote today", 10, &result, NULL));
    assert_near(result->scores[0].margin, -result->scores[1].margin, 1e-12);
    assert_true(result->scores[1].margin > 0 && result->scores[1].flagged);
    narr_classifier_free(classifier);
    narr_report_free(report);
    narr_model_free(model);
    narr_dataset_free(dataset);
  }
}

static void terms_are_chosen_as_asked(void **state) {
  (void)state;
  narr_dataset *dataset = multi(40);
  narr_train_options options = toy_options();
  options.min_df = 1;
  narr_model *all = toy_train(dataset, &options, NULL);
  options.min_df = 12;
  narr_model *frequent = toy_train(dataset, &options, NULL);
  options.max_features = 5;
  narr_model *five = toy_train(dataset, &options, NULL);
  assert_true(narr_model_feature_count(all) > narr_model_feature_count(frequent));
  assert_true(narr_model_feature_count(frequent) > 5);
  assert_int_equal(narr_model_feature_count(five), 5);
  assert_near(json_real(narr_model_metadata(five), "terms"), 5, 0);
  assert_near(json_real(narr_model_metadata(five), "options.max_features"), 5, 0);
  assert_near(json_real(narr_model_metadata(five), "options.min_df"), 12, 0);
  narr_model_free(all);
  narr_model_free(frequent);
  narr_model_free(five);
  narr_dataset_free(dataset);
}

static void default_options_are_used_for_null(void **state) {
  (void)state;
  narr_dataset *dataset = multi(40);
  narr_train_options options = NARR_TRAIN_OPTIONS_INIT;
  narr_model *one = toy_train(dataset, NULL, NULL);
  narr_model *two = toy_train(dataset, &options, NULL);
  assert_true(toy_same_bytes(one, two));
  narr_model_free(one);
  narr_model_free(two);
  narr_dataset_free(dataset);
}

/* ---- What can be relied on -------------------------------------------------------------- */

static void threads_do_not_show(void **state) {
  (void)state;
  static const struct {
    narr_kernel kernel;
    narr_solver solver;
  } cases[] = {{NARR_KERNEL_LINEAR, NARR_SOLVER_LIBSVM},
               {NARR_KERNEL_LINEAR, NARR_SOLVER_LINEAR},
               {NARR_KERNEL_RBF, NARR_SOLVER_AUTO}};
  narr_dataset *dataset =
      toy_dataset((toy_spec){.kind = TOY_MULTI, .rows = 80, .seed = 5, .languages = true});
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    narr_model *first = NULL;
    for (unsigned jobs = 1; jobs <= 4; jobs *= 2) {
      narr_train_options options = NARR_TRAIN_OPTIONS_INIT;
      options.kernel = cases[i].kernel;
      options.solver = cases[i].solver;
      options.jobs = jobs;
      options.folds = 3;
      narr_model *model = toy_train(dataset, &options, NULL);
      if (!first) {
        first = model;
        continue;
      }
      assert_true(toy_same_bytes(first, model));
      narr_model_free(model);
    }
    narr_model_free(first);
  }
  narr_dataset_free(dataset);
}

static void the_seed_is_kept_and_moves_the_folds(void **state) {
  (void)state;
  narr_dataset *dataset = multi(60);
  narr_train_options options = toy_options();
  narr_model *one = toy_train(dataset, &options, NULL);
  options.seed = 2;
  narr_model *two = toy_train(dataset, &options, NULL);
  assert_near(json_real(narr_model_metadata(one), "options.seed"), 1, 0);
  assert_near(json_real(narr_model_metadata(two), "options.seed"), 2, 0);
  assert_false(toy_same_bytes(one, two));
  assert_true(accuracy_of(two, TOY_MULTI) > 0.9);
  narr_model_free(one);
  narr_model_free(two);
  narr_dataset_free(dataset);
}

static void metadata_say_how_it_was_made(void **state) {
  (void)state;
  narr_dataset *dataset =
      toy_dataset((toy_spec){.kind = TOY_MULTI, .rows = 60, .seed = 5, .languages = true});
  narr_train_options options = toy_options();
  options.features = "char_wb=2-3,word=1-2";
  options.kernel = NARR_KERNEL_POLY;
  options.coef0 = 0.5;
  narr_report *report;
  narr_model *model = toy_train(dataset, &options, &report);
  const char *metadata = narr_model_metadata(model);
  assert_true(json_valid(metadata));
  char digest[32];
  snprintf(digest, sizeof digest, "%016llx", (unsigned long long)narr_dataset_digest(dataset));
  assert_true(json_is(metadata, "corpus.digest", digest));
  assert_near(json_real(metadata, "corpus.rows"), 60, 0);
  assert_near(json_real(metadata, "corpus.labels"), 2, 0);
  assert_true(json_is(metadata, "options.features", "word=1-2,char_wb=2-3"));
  assert_near(json_real(metadata, "options.gamma"), 0.5, 0); /* 1 / two blocks */
  assert_near(json_real(metadata, "options.coef0"), 0.5, 0);
  assert_near(json_real(metadata, "options.degree"), 3, 0);
  assert_near(json_real(metadata, "options.C"), 1, 0);
  assert_near(json_real(metadata, "options.folds"), 2, 0);
  assert_non_null(strstr(metadata, narr_version()));
  assert_near(json_real(metadata, "terms"), (double)narr_model_feature_count(model), 0);
  assert_near(json_real(metadata, "out_of_fold.macro.f1"), report->macro.f1, 1e-6);
  assert_near(json_real(metadata, "out_of_fold.labels.1.threshold"), report->labels[1].threshold,
              1e-6);
  assert_non_null(json_at(metadata, "out_of_fold.languages.1.rows"));
  /* nothing that changes from run to run */
  static const char *const never[] = {"date", "time", "host", "jobs", "path", "202", "\n"};
  for (size_t i = 0; i < sizeof never / sizeof *never; i++)
    if (strstr(metadata, never[i]) && !strstr(digest, never[i]))
      fail_msg("\"%s\" in %s", never[i], metadata);
  narr_report_free(report);
  narr_model_free(model);
  narr_dataset_free(dataset);
}

/* ---- The out-of-fold report against a plain recount ---------------------------------------- */

typedef struct recount {
  narr_dataset *dataset;
  narr_train_options options;
  narr_feature_options features;
  narr_vocabulary_builder vocabulary;
  narr_matrix matrix;
  size_t rows;
  uint32_t *fold_of;
} recount;

static recount recount_new(narr_dataset *dataset, narr_train_options options) {
  recount r = {.dataset = dataset, .options = options, .rows = narr_dataset_size(dataset)};
  assert_ok(narr_feature_options_parse(&r.features, options.features, NULL));
  assert_ok(narr_text_options_parse(&r.features.text, options.text, NULL));
  r.features.sublinear_tf = options.sublinear_tf;
  r.features.use_idf = options.use_idf;
  narr_text *texts = calloc(r.rows, sizeof *texts);
  for (size_t i = 0; i < r.rows; i++) {
    narr_example example = narr_dataset_get(dataset, i);
    texts[i] = (narr_text){example.text, example.text_length};
  }
  narr_corpus corpus = {texts, r.rows, &r.features, 1, NULL, NULL};
  assert_ok(narr_vocabulary_build(&r.vocabulary, &corpus, options.min_df, 0, NULL));
  assert_ok(narr_matrix_build(&r.matrix, &corpus, &r.vocabulary, NULL));
  r.fold_of = calloc(r.rows, sizeof *r.fold_of);
  assert_ok(narr_folds_assign(r.fold_of, dataset,
                              (narr_fold_plan){options.folds, options.seed, true}, NULL, NULL));
  free(texts);
  return r;
}

static void recount_free(recount *r) {
  narr_vocabulary_builder_free(&r->vocabulary);
  narr_matrix_free(&r->matrix);
  free(r->fold_of);
}

static void targets_of(const recount *r, const char *label, int8_t *targets) {
  for (size_t i = 0; i < r->rows; i++) {
    narr_example example = narr_dataset_get(r->dataset, i);
    targets[i] = -1;
    for (size_t k = 0; k < example.label_count; k++)
      if (!strcmp(narr_dataset_label(r->dataset, example.labels[k]), label)) targets[i] = 1;
  }
}

/* The margin of each row by the machine that has not seen its fold. */
static void margins_out_of_fold(const recount *r, const int8_t *targets, double *margins) {
  for (unsigned fold = 0; fold < r->options.folds; fold++) {
    size_t *rows = calloc(r->rows, sizeof *rows), count = 0, positive = 0;
    for (size_t i = 0; i < r->rows; i++)
      if (r->fold_of[i] != fold) {
        positive += targets[i] > 0;
        rows[count++] = i;
      }
    narr_problem problem = {.matrix = &r->matrix,
                            .rows = rows,
                            .row_count = count,
                            .targets = targets,
                            .C = r->options.C,
                            .positive_weight = (double)count / 2 / (double)positive,
                            .negative_weight = (double)count / 2 / (double)(count - positive),
                            .kernel = {.kind = NARR_KERNEL_LINEAR, .gamma = 1, .degree = 3},
                            .tolerance = 1e-2, /* as train_machines.c has it */
                            .seed = r->options.seed};
    narr_machine machine;
    assert_ok(narr_linear_train(&machine, &problem, NARR_LOSS_SQUARED_HINGE, 0, NULL));
    for (size_t i = 0; i < r->rows; i++)
      if (r->fold_of[i] == fold)
        margins[i] = narr_machine_margin(&machine, &problem.kernel, &r->matrix, i);
    narr_machine_free(&machine);
    free(rows);
  }
}

/* Of the rows outside a fold: all labels, row by row. */
typedef struct outside {
  size_t rows, labels;
  int8_t *targets;
  double *probabilities; /* label by label */
} outside;

/* The sum of macro- and samples-F1 by these thresholds. */
static double worth_of(const outside *o, const double *thresholds) {
  double macro = 0, samples = 0;
  for (size_t l = 0; l < o->labels; l++) {
    double flags = 0, hits = 0, positives = 0;
    for (size_t i = l * o->rows; i < (l + 1) * o->rows; i++) {
      bool flag = o->probabilities[i] >= thresholds[l];
      flags += flag;
      positives += o->targets[i] > 0;
      hits += flag && o->targets[i] > 0;
    }
    macro += 2 * hits / (flags + positives) / (double)o->labels;
  }
  for (size_t i = 0; i < o->rows; i++) {
    double flags = 0, hits = 0, positives = 0;
    for (size_t l = 0; l < o->labels; l++) {
      bool flag = o->probabilities[l * o->rows + i] >= thresholds[l];
      flags += flag;
      positives += o->targets[l * o->rows + i] > 0;
      hits += flag && o->targets[l * o->rows + i] > 0;
    }
    samples += (flags + positives > 0 ? 2 * hits / (flags + positives) : 1) / (double)o->rows;
  }
  return macro + samples;
}

/* A label's own best threshold, drawn towards the one at the best shared rate
 * of flags to positives. */
static void choose_thresholds(const outside *o, double *thresholds) {
  double own[TOY_LABELS], at[TOY_LABELS], positives[TOY_LABELS] = {0}, best = -1;
  for (int step = 0; step < 25; step++) {
    double rate = 0.5 * pow(2, step / 8.0), now[TOY_LABELS];
    for (size_t l = 0; l < o->labels; l++) {
      narr_ranking ranking;
      assert_true(narr_ranking_new(&ranking, o->probabilities + l * o->rows,
                                   o->targets + l * o->rows, NULL, o->rows));
      positives[l] = ranking.positives;
      own[l] = narr_threshold_for_f1(&ranking, NULL);
      now[l] = narr_threshold_for_weight(&ranking, rate * positives[l]);
      narr_ranking_free(&ranking);
    }
    double worth = worth_of(o, now);
    if (worth > best + 1e-12) {
      best = worth;
      memcpy(at, now, sizeof at);
    }
  }
  for (size_t l = 0; l < o->labels; l++) {
    double share = positives[l] / (positives[l] + 60);
    double mean = share * log(own[l] / (1 - own[l])) + (1 - share) * log(at[l] / (1 - at[l]));
    thresholds[l] = 1 / (1 + exp(-mean));
  }
}

/* The probability of each row, and whether it is flagged, judged by sigmoids
 * and thresholds that were chosen without its fold. */
static void judge_out_of_fold(const recount *r, size_t labels, const int8_t *targets,
                              const double *margins, double *probabilities, uint8_t *flagged) {
  size_t n = r->rows;
  double *others = calloc(n, sizeof *others);
  outside o = {0, labels, calloc(labels * n, 1), calloc(labels * n, sizeof(double))};
  for (unsigned fold = 0; fold < r->options.folds; fold++) {
    narr_sigmoid sigmoids[TOY_LABELS];
    double thresholds[TOY_LABELS];
    o.rows = 0;
    for (size_t i = 0; i < n; i++) o.rows += r->fold_of[i] != fold;
    for (size_t l = 0; l < labels; l++) {
      int8_t *other_targets = o.targets + l * o.rows;
      size_t count = 0;
      for (size_t i = 0; i < n; i++)
        if (r->fold_of[i] != fold) {
          other_targets[count] = targets[l * n + i];
          others[count++] = margins[l * n + i];
        }
      sigmoids[l] = narr_sigmoid_fit(others, other_targets, NULL, count);
      for (size_t i = 0; i < count; i++)
        o.probabilities[l * o.rows + i] = narr_sigmoid_probability(sigmoids[l], others[i]);
    }
    choose_thresholds(&o, thresholds);
    for (size_t i = 0; i < labels * n; i++)
      if (r->fold_of[i % n] == fold) {
        probabilities[i] = narr_sigmoid_probability(sigmoids[i / n], margins[i]);
        flagged[i] = probabilities[i] >= thresholds[i / n];
      }
  }
  free(others);
  free(o.targets);
  free(o.probabilities);
}

static void the_report_is_out_of_fold(void **state) {
  (void)state;
  for (int kind = TOY_MULTI; kind <= TOY_EXCLUSIVE; kind++) {
    narr_dataset *dataset = toy_dataset((toy_spec){.kind = (toy_kind)kind, .rows = 50, .seed = 11});
    /* noise, so that there is something to get wrong */
    for (int i = 0; i < 12; i++) {
      char text[64];
      snprintf(text, sizeof text, "troops and referendum number%d %s", i, i % 3 ? "dam" : "river");
      assert_ok(narr_dataset_add(dataset, text, strlen(text), i % 2 ? "withdrawal" : "secession",
                                 NULL, NULL, 1, NULL));
    }
    narr_train_options options = toy_options();
    options.solver = NARR_SOLVER_LINEAR;
    options.loss = NARR_LOSS_SQUARED_HINGE;
    options.features = "word=1-2";
    options.folds = 4;
    narr_report *report;
    narr_model *model = toy_train(dataset, &options, &report);
    recount r = recount_new(dataset, options);
    size_t n = r.rows, labels = report->label_count;
    int8_t *targets = calloc(labels * n, 1);
    double *margins = calloc(labels * n, sizeof *margins);
    double *probabilities = calloc(labels * n, sizeof *probabilities);
    uint8_t *flagged = calloc(labels * n, 1);
    for (size_t l = 0; l < labels; l++) {
      targets_of(&r, report->labels[l].name, targets + l * n);
      margins_out_of_fold(&r, targets + l * n, margins + l * n);
    }
    judge_out_of_fold(&r, labels, targets, margins, probabilities, flagged);
    size_t exact = 0, wrong = 0;
    for (size_t i = 0; i < n; i++) {
      size_t best = 0;
      for (size_t l = 1; l < labels; l++)
        if (probabilities[l * n + i] > probabilities[best * n + i]) best = l;
      bool right = true;
      for (size_t l = 0; l < labels; l++) {
        if (kind == TOY_EXCLUSIVE) flagged[l * n + i] = l == best;
        right = right && flagged[l * n + i] == (targets[l * n + i] > 0);
      }
      exact += right;
      wrong += !right;
    }
    assert_true(wrong > 0);
    for (size_t l = 0; l < labels; l++) {
      size_t support = 0, predicted = 0, both = 0;
      for (size_t i = l * n; i < (l + 1) * n; i++) {
        support += targets[i] > 0;
        predicted += flagged[i];
        both += flagged[i] && targets[i] > 0;
      }
      assert_int_equal(report->labels[l].support, support);
      assert_int_equal(report->labels[l].predicted, predicted);
      assert_int_equal(report->labels[l].true_positive, both);
      assert_near(report->labels[l].scores.f1, 2 * (double)both / (double)(support + predicted),
                  1e-12);
    }
    assert_int_equal(report->rows, n);
    assert_near(report->accuracy, (double)exact / (double)n, 1e-12);
    free(targets);
    free(margins);
    free(probabilities);
    free(flagged);
    recount_free(&r);
    narr_report_free(report);
    narr_model_free(model);
    narr_dataset_free(dataset);
  }
}

/* C falls with the square root of rows, between 1/8 and 1. */
static void the_usual_C_follows_the_rows(void **state) {
  (void)state;
  static const struct {
    size_t rows;
    const char *C;
  } cases[] = {{60, "1.000000000"}, {4000, "0.500000000"}};
  for (size_t i = 0; i < 2; i++) {
    narr_dataset *dataset =
        toy_dataset((toy_spec){.kind = TOY_MULTI, .rows = cases[i].rows, .seed = 4});
    narr_train_options options = toy_options();
    options.C = 0;
    narr_model *model = toy_train(dataset, &options, NULL);
    assert_non_null(strstr(narr_model_metadata(model), cases[i].C));
    narr_model_free(model);
    narr_dataset_free(dataset);
  }
}

/* Terms that labels share count less: the machines differ, and what the model
 * keeps is what the out-of-fold margins were made with. */
static void ratios_scale_what_terms_weigh(void **state) {
  (void)state;
  double weights[2];
  for (int ratios = 0; ratios < 2; ratios++) {
    narr_dataset *dataset = toy_dataset((toy_spec){.kind = TOY_MULTI, .rows = 90, .seed = 5});
    narr_train_options options = toy_options();
    options.use_ratios = ratios;
    narr_model *model = toy_train(dataset, &options, NULL);
    double largest = 0, smallest = (double)INFINITY;
    for (size_t t = 0; t < model->vocabulary.term_count; t++) {
      double weight = narr_vocabulary_idf(&model->vocabulary, (uint32_t)t);
      largest = fmax(largest, weight);
      smallest = fmin(smallest, weight);
    }
    weights[ratios] = largest / smallest;
    narr_model_free(model);
    narr_dataset_free(dataset);
  }
  assert_true(weights[1] > 1.5 * weights[0]);
}

/* ---- What is refused ---------------------------------------------------------------------- */

static void refuse(const narr_dataset *dataset, const narr_train_options *options,
                   narr_status expected, const char *part) {
  narr_error error = NARR_ERROR_INIT;
  narr_model *model = (narr_model *)&error;
  narr_report *report = (narr_report *)&error;
  assert_fails(narr_train(&model, &report, dataset, options, &error), expected, error, part);
  assert_null(model);
  assert_null(report);
}

static void bad_options_are_refused(void **state) {
  (void)state;
  narr_dataset *dataset = multi(24);
  narr_train_options options;
#define REFUSE_OPTION(part, change)                       \
  do {                                                    \
    options = toy_options();                              \
    change;                                               \
    refuse(dataset, &options, NARR_ERROR_ARGUMENT, part); \
  } while (0)
  REFUSE_OPTION("C must not be", options.C = -1);
  REFUSE_OPTION("C must not be", options.C = NAN);
  REFUSE_OPTION("C must not be", options.C = INFINITY);
  REFUSE_OPTION("gamma", options.gamma = -0.1);
  REFUSE_OPTION("gamma", options.gamma = NAN);
  REFUSE_OPTION("gamma", options.gamma = INFINITY);
  REFUSE_OPTION("coef0", options.coef0 = NAN);
  REFUSE_OPTION("coef0", options.coef0 = -INFINITY);
  REFUSE_OPTION("degree", options.degree = 0);
  REFUSE_OPTION("degree", options.degree = 21);
  REFUSE_OPTION("folds", options.folds = 0);
  REFUSE_OPTION("folds", options.folds = 1);
  REFUSE_OPTION("folds", options.folds = 101);
  REFUSE_OPTION("linear solver",
                (options.solver = NARR_SOLVER_LINEAR, options.kernel = NARR_KERNEL_RBF));
  REFUSE_OPTION("kernel", options.kernel = (narr_kernel)4);
  REFUSE_OPTION("solver", options.solver = (narr_solver)3);
  REFUSE_OPTION("loss", options.loss = (narr_loss)3);
  REFUSE_OPTION("hinge",
                (options.solver = NARR_SOLVER_LIBSVM, options.loss = NARR_LOSS_SQUARED_HINGE));
  REFUSE_OPTION("hinge",
                (options.kernel = NARR_KERNEL_RBF, options.loss = NARR_LOSS_SQUARED_HINGE));
  REFUSE_OPTION("mode", options.mode = (narr_mode)3);
  REFUSE_OPTION("class weight", options.class_weight = (narr_class_weight)2);
  static const char *const features[] = {
      "",        "word",    "word=",         "word=0",    "word=9", "word=2-1", "word=1-9",
      "word=1,", "char=1 ", "word=1,word=2", "words=1-2", "1-2",    ",word=1",  "word=1-2-3"};
  for (size_t i = 0; i < sizeof features / sizeof *features; i++)
    REFUSE_OPTION("features \"", options.features = features[i]);
  static const char *const objectives[] = {"",
                                           "F1",
                                           "precision",
                                           "precision=",
                                           "precision=0",
                                           "precision=1.1",
                                           "precision=x",
                                           "recall=-0.5",
                                           "recall=0.5.5",
                                           "recall=1e-1",
                                           "review-budget=1001",
                                           "review-budget=0.0000000000000000001",
                                           "false-flags=0",
                                           "false-flags=1.5"};
  for (size_t i = 0; i < sizeof objectives / sizeof *objectives; i++)
    REFUSE_OPTION("objective \"", options.objective = objectives[i]);
#undef REFUSE_OPTION
  narr_dataset_free(dataset);
}

typedef struct tiny_row {
  const char *text;
  const char *labels;
  double weight;
} tiny_row;

static narr_dataset *dataset_of(const tiny_row *rows, size_t count) {
  narr_dataset *dataset;
  assert_ok(narr_dataset_new(&dataset, NULL, NULL));
  for (size_t i = 0; i < count; i++)
    assert_ok(narr_dataset_add(dataset, rows[i].text, strlen(rows[i].text), rows[i].labels, NULL,
                               NULL, rows[i].weight, NULL));
  return dataset;
}

static void refuse_rows(const tiny_row *rows, size_t count, narr_status expected,
                        const char *part) {
  narr_dataset *dataset = dataset_of(rows, count);
  narr_train_options options = toy_options();
  options.min_df = 1;
  refuse(dataset, &options, expected, part);
  narr_dataset_free(dataset);
}

#define REFUSE_ROWS(expected, part, ...)                           \
  do {                                                             \
    const tiny_row rows[] = {__VA_ARGS__};                         \
    refuse_rows(rows, sizeof rows / sizeof *rows, expected, part); \
  } while (0)

static void what_can_not_be_learned_is_refused(void **state) {
  (void)state;
  const narr_status bad = NARR_ERROR_INPUT;
  refuse_rows(NULL, 0, bad, "no rows");
  REFUSE_ROWS(bad, "nothing to learn", {"one", "none", 1}, {"two", "none", 1}, {"three", "none", 1},
              {"four", "none", 1});
  REFUSE_ROWS(bad, "label \"a\" has 1 row", {"one", "a", 1}, {"two", "none", 1},
              {"three", "none", 1}, {"four", "none", 1});
  REFUSE_ROWS(bad, "label \"a\" is on 4 of 4 rows", {"one", "a", 1}, {"two", "a", 1},
              {"three", "a", 1}, {"four", "a", 1});
  REFUSE_ROWS(bad, "label \"a\" is on 3 of 4 rows", {"one", "a", 1}, {"two", "a", 1},
              {"three", "a", 1}, {"four", "none", 1});
  REFUSE_ROWS(bad, "all rows with label \"a\" have the same text", {"one", "a", 1},
              {"ONE ", "a", 1}, {"two", "none", 1}, {"three", "none", 1});
  REFUSE_ROWS(bad, "all rows without label \"a\" have the same text", {"one", "a", 1},
              {"two", "a", 1}, {"three", "none", 1}, {"three", "none", 1});
  REFUSE_ROWS(bad, "can't be split into 2 folds", {"one", "a", 1}, {"one", "a", 1},
              {"one", "none", 1}, {"one", "none", 1});
}

static void terms_too_rare_are_refused(void **state) {
  (void)state;
  narr_dataset *dataset = multi(24);
  narr_train_options options = toy_options();
  options.min_df = 25;
  refuse(dataset, &options, NARR_ERROR_INPUT, "no term occurs in 25 texts");
  narr_dataset_free(dataset);
}

static void row_weights_need_the_linear_solver(void **state) {
  (void)state;
  narr_dataset *dataset =
      toy_dataset((toy_spec){.kind = TOY_MULTI, .rows = 24, .seed = 3, .weighted = true});
  narr_train_options options = toy_options();
  options.solver = NARR_SOLVER_LIBSVM;
  refuse(dataset, &options, NARR_ERROR_ARGUMENT, "row weights");
  options.solver = NARR_SOLVER_AUTO;
  options.kernel = NARR_KERNEL_RBF;
  refuse(dataset, &options, NARR_ERROR_ARGUMENT, "row weights");
  options.kernel = NARR_KERNEL_LINEAR;
  narr_model *model = toy_train(dataset, &options, NULL);
  assert_true(json_is(narr_model_metadata(model), "options.solver", "linear"));
  narr_model_free(model);
  narr_dataset_free(dataset);
}

/* ---- Progress and cancelling ----------------------------------------------------------------- */

typedef struct watcher {
  size_t calls;
  size_t stop_at; /* 0: never */
  char stages[128];
  bool sane;
} watcher;

static bool watch(void *context, const narr_progress *progress) {
  watcher *w = context;
  w->sane = w->sane && progress->stage && progress->label && progress->total > 0 &&
            progress->done <= progress->total &&
            (!strcmp(progress->stage, "learn") || (!*progress->label && !progress->fold));
  const char *last = strrchr(w->stages, ' ');
  if (strcmp(last ? last + 1 : w->stages, progress->stage) != 0) {
    if (*w->stages) strcat(w->stages, " ");
    strcat(w->stages, progress->stage);
  }
  return ++w->calls != w->stop_at;
}

static void progress_is_told_in_order(void **state) {
  (void)state;
  narr_dataset *dataset = multi(40);
  for (unsigned jobs = 1; jobs <= 2; jobs++) {
    watcher w = {.sane = true};
    narr_train_options options = toy_options();
    options.jobs = jobs;
    options.progress = watch;
    options.progress_context = &w;
    narr_model_free(toy_train(dataset, &options, NULL));
    assert_true(w.sane);
    assert_true(w.calls > 3);
    assert_string_equal(w.stages, "count vectorise learn calibrate");
  }
  narr_dataset_free(dataset);
}

static void it_can_be_cancelled_at_any_time(void **state) {
  (void)state;
  narr_dataset *dataset = multi(40);
  static const narr_solver solvers[] = {NARR_SOLVER_LINEAR, NARR_SOLVER_LIBSVM};
  for (int s = 0; s < 2; s++) {
    size_t calls = 0;
    for (size_t stop_at = 1; stop_at <= calls + 1; stop_at++) {
      watcher w = {.stop_at = stop_at, .sane = true};
      narr_train_options options = toy_options();
      options.solver = solvers[s];
      options.progress = watch;
      options.progress_context = &w;
      narr_error error = NARR_ERROR_INIT;
      narr_model *model;
      narr_report *report;
      narr_status status = narr_train(&model, &report, dataset, &options, &error);
      if (status == NARR_OK) {
        assert_true(w.calls < stop_at); /* it was not asked again */
        narr_model_free(model);
        narr_report_free(report);
        break;
      }
      assert_int_equal(w.calls, stop_at); /* "no" is final */
      assert_fails(status, NARR_ERROR_CANCELLED, error, "cancelled");
      assert_null(model);
      assert_null(report);
      calls = stop_at;
    }
    assert_true(calls > 3);
  }
  narr_dataset_free(dataset);
}

/* ---- Memory
 * -------------------------------------------------------------------------------------- */

static void sweep(const narr_dataset *dataset, const narr_train_options *options) {
  narr_model *reference = toy_train(dataset, options, NULL);
  size_t failures = 0, in_a_row = 0;
  for (size_t nth = 1; in_a_row < 32; nth++) {
    narr_model *model;
    narr_report *report;
    narr_error error = NARR_ERROR_INIT;
    narr_alloc_fail_at(nth);
    narr_status status = narr_train(&model, &report, dataset, options, &error);
    narr_alloc_fail_at(0);
    if (status == NARR_OK) {
      assert_true(toy_same_bytes(model, reference));
      in_a_row++;
    } else {
      if (status != NARR_ERROR_MEMORY || error.status != status)
        fail_msg("request %zu: %s: %s", nth, narr_status_name(status), error.message);
      assert_null(model);
      assert_null(report);
      failures++;
      in_a_row = 0;
    }
    narr_model_free(model);
    narr_report_free(report);
  }
  assert_true(failures > 100);
  narr_model_free(reference);
}

static void every_failed_allocation_is_survived(void **state) {
  (void)state;
  narr_dataset *dataset =
      toy_dataset((toy_spec){.kind = TOY_EXCLUSIVE, .rows = 9, .seed = 1, .languages = true});
  narr_train_options options = toy_options();
  options.solver = NARR_SOLVER_LINEAR;
  options.max_features = 20;
  sweep(dataset, &options);
  options.solver = NARR_SOLVER_AUTO;
  options.kernel = NARR_KERNEL_RBF;
  options.features = "word=1,char=1";
  sweep(dataset, &options);
  narr_dataset_free(dataset);
}

/* The library never prints, and leaves the C library's random numbers alone. */
static void nothing_is_printed_and_rand_is_left_alone(void **state) {
  (void)state;
  narr_dataset *dataset = multi(24);
  narr_train_options options = toy_options();
  srand(5);
  int expected = rand();
  srand(5);
  fflush(stdout);
  fflush(stderr);
  temp_path temp = temp_path_new("output");
  int file = open(temp.path, O_RDWR | O_CREAT, 0600), out = dup(1), err = dup(2);
  assert_true(file >= 0 && out >= 0 && err >= 0);
  dup2(file, 1);
  dup2(file, 2);
  narr_model *models[2];
  for (int s = 0; s < 2; s++) {
    options.solver = s ? NARR_SOLVER_LINEAR : NARR_SOLVER_LIBSVM;
    if (narr_train(&models[s], NULL, dataset, &options, NULL)) models[s] = NULL;
  }
  fflush(stdout);
  fflush(stderr);
  dup2(out, 1);
  dup2(err, 2);
  assert_true(models[0] && models[1]);
  assert_int_equal(lseek(file, 0, SEEK_END), 0);
  assert_int_equal(rand(), expected);
  close(file);
  close(out);
  close(err);
  narr_model_free(models[0]);
  narr_model_free(models[1]);
  narr_dataset_free(dataset);
  temp_path_remove(&temp);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_model_knows_its_corpus),
      cmocka_unit_test(every_kernel_and_solver_learns),
      cmocka_unit_test(the_loss_is_chosen),
      cmocka_unit_test(two_labels_are_one_question),
      cmocka_unit_test(the_usual_C_follows_the_rows),
      cmocka_unit_test(ratios_scale_what_terms_weigh),
      cmocka_unit_test(the_loss_is_chosen),
      cmocka_unit_test(two_labels_are_one_question),
      cmocka_unit_test(labels_are_sorted_whatever_comes_first),
      cmocka_unit_test(the_mode_follows_the_labels),
      cmocka_unit_test(no_text_is_left_without_a_label_if_no_row_is),
      cmocka_unit_test(thresholds_follow_the_objective),
      cmocka_unit_test(large_corpora_get_knots),
      cmocka_unit_test(class_weights_matter),
      cmocka_unit_test(row_weights_matter),
      cmocka_unit_test(terms_are_chosen_as_asked),
      cmocka_unit_test(default_options_are_used_for_null),
      cmocka_unit_test(threads_do_not_show),
      cmocka_unit_test(the_seed_is_kept_and_moves_the_folds),
      cmocka_unit_test(metadata_say_how_it_was_made),
      cmocka_unit_test(the_report_is_out_of_fold),
      cmocka_unit_test(bad_options_are_refused),
      cmocka_unit_test(what_can_not_be_learned_is_refused),
      cmocka_unit_test(terms_too_rare_are_refused),
      cmocka_unit_test(row_weights_need_the_linear_solver),
      cmocka_unit_test(progress_is_told_in_order),
      cmocka_unit_test(it_can_be_cancelled_at_any_time),
      cmocka_unit_test(every_failed_allocation_is_survived),
      cmocka_unit_test(nothing_is_printed_and_rand_is_left_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
