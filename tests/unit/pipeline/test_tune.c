/* test_tune.c - the search for options: what it finds, what it leaves alone,
 * how it ends. */
#include "base/alloc.h"
#include "narr/narr.h"
#include "support/toy_corpus.h"

enum { TRIALS_AT_MOST = 40 };

typedef struct seen {
  size_t count;
  struct {
    narr_train_options options;
    double macro_f1;
    unsigned folds;
    bool best;
  } trials[TRIALS_AT_MOST];
} seen;

static void see(void *context, const narr_trial *trial) {
  seen *seen = context;
  assert_in_range(seen->count, 0, TRIALS_AT_MOST - 1);
  seen->trials[seen->count].options = *trial->options;
  seen->trials[seen->count].macro_f1 = trial->macro_f1;
  seen->trials[seen->count].folds = trial->folds;
  seen->trials[seen->count].best = trial->best;
  assert_int_equal(trial->number, ++seen->count);
}

/* Posts of which some say too little: not all can be got right. */
static narr_dataset *hard(toy_kind kind, size_t rows) {
  narr_dataset *dataset = toy_dataset((toy_spec){.kind = kind, .rows = rows, .seed = 5});
  narr_prng prng = {17};
  for (size_t i = 0; i < rows / 3; i++) {
    char text[256];
    toy_text(text, sizeof text, (bool[TOY_LABELS]){false}, &prng);
    const char *label = toy_labels[i % TOY_LABELS];
    assert_ok(narr_dataset_add(dataset, text, strlen(text), label, NULL, NULL, 1, NULL));
  }
  return dataset;
}

static narr_train_options tune(const narr_dataset *dataset, narr_train_options options,
                               const char *what, seen *seen) {
  narr_tune_options how = NARR_TUNE_OPTIONS_INIT;
  narr_train_options found;
  narr_error error = NARR_ERROR_INIT;
  memset(seen, 0, sizeof *seen);
  how.what = what;
  how.trial = see;
  how.trial_context = seen;
  if (narr_tune(&found, dataset, &options, &how, &error)) fail_msg("%s", error.message);
  return found;
}

static void the_best_trial_is_what_is_found(void **state) {
  (void)state;
  for (int kind = TOY_MULTI; kind <= TOY_EXCLUSIVE; kind++) {
    narr_dataset *dataset = hard((toy_kind)kind, 120);
    narr_train_options options = toy_options();
    options.folds = 4;
    seen seen;
    narr_train_options found = tune(dataset, options, "all", &seen);
    size_t best = TRIALS_AT_MOST;
    for (size_t i = 0; i < seen.count; i++) {
      assert_true(seen.trials[i].folds == 4 || seen.trials[i].folds == 2);
      assert_true(!seen.trials[i].best || seen.trials[i].folds == 4);
      if (!seen.trials[i].best) continue;
      if (best < TRIALS_AT_MOST) assert_true(seen.trials[i].macro_f1 > seen.trials[best].macro_f1);
      best = i;
    }
    assert_true(seen.trials[0].best);
    assert_string_equal(found.features, seen.trials[best].options.features);
    assert_near(found.C, seen.trials[best].options.C, 0);
    assert_int_equal(found.loss, seen.trials[best].options.loss);
    assert_int_not_equal(found.loss, NARR_LOSS_AUTO);
    narr_report *report;
    narr_model_free(toy_train(dataset, &found, &report));
    assert_near(report->macro.f1, seen.trials[best].macro_f1, 0.03);
    narr_report_free(report);
    narr_dataset_free(dataset);
  }
}

static void jobs_make_no_difference(void **state) {
  (void)state;
  narr_dataset *dataset = hard(TOY_MULTI, 90);
  narr_train_options options = toy_options();
  seen one, three;
  tune(dataset, options, "all", &one);
  options.jobs = 3;
  tune(dataset, options, "all", &three);
  assert_int_equal(one.count, three.count);
  for (size_t i = 0; i < one.count; i++) {
    assert_near(one.trials[i].macro_f1, three.trials[i].macro_f1, 0);
    assert_near(one.trials[i].options.C, three.trials[i].options.C, 0);
  }
  narr_dataset_free(dataset);
}

static void only_what_is_named_is_searched(void **state) {
  (void)state;
  narr_dataset *dataset = hard(TOY_EXCLUSIVE, 90);
  seen seen;
  narr_train_options given = toy_options(), found = tune(dataset, given, "C,loss", &seen);
  bool hinge = false, squared = false;
  assert_string_equal(found.features, given.features);
  for (size_t i = 0; i < seen.count; i++) {
    narr_train_options tried = seen.trials[i].options;
    assert_string_equal(tried.features, given.features);
    assert_int_equal(tried.min_df, given.min_df);
    assert_int_equal(tried.use_ratios, given.use_ratios);
    assert_int_equal(tried.use_idf, given.use_idf);
    assert_int_equal(tried.sublinear_tf, given.sublinear_tf);
    assert_int_equal(tried.class_weight, given.class_weight);
    hinge |= tried.loss == NARR_LOSS_HINGE;
    squared |= tried.loss == NARR_LOSS_SQUARED_HINGE;
  }
  assert_true(hinge && squared);
  narr_dataset_free(dataset);
}

static void kernels_have_one_loss(void **state) {
  (void)state;
  narr_dataset *dataset = hard(TOY_MULTI, 60);
  narr_train_options options = toy_options();
  options.kernel = NARR_KERNEL_RBF;
  seen seen;
  narr_train_options found = tune(dataset, options, "C,loss,min-df", &seen);
  assert_int_equal(found.kernel, NARR_KERNEL_RBF);
  assert_true(seen.count > 1);
  for (size_t i = 0; i < seen.count; i++)
    assert_int_equal(seen.trials[i].options.loss, NARR_LOSS_HINGE);
  narr_dataset_free(dataset);
}

/* ---- How it ends ------------------------------------------------------------------ */

static void what_is_not_there_is_refused(void **state) {
  (void)state;
  narr_dataset *dataset = hard(TOY_MULTI, 30);
  const char *const wrong[] = {"gamma", "C,,loss", "", "C loss", "all,C"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    narr_tune_options how = NARR_TUNE_OPTIONS_INIT;
    narr_train_options found;
    narr_error error = NARR_ERROR_INIT;
    how.what = wrong[i];
    assert_int_equal(narr_tune(&found, dataset, NULL, &how, &error), NARR_ERROR_ARGUMENT);
    assert_non_null(strstr(error.message, "class-weight"));
  }
  narr_tune_options how = NARR_TUNE_OPTIONS_INIT;
  narr_train_options found;
  how.seconds = -1;
  assert_int_equal(narr_tune(&found, dataset, NULL, &how, NULL), NARR_ERROR_ARGUMENT);
  narr_train_options options = toy_options();
  options.features = "words";
  assert_int_equal(narr_tune(&found, dataset, &options, NULL, NULL), NARR_ERROR_ARGUMENT);
  narr_dataset_free(dataset);
}

static bool stop_at(void *context, const narr_progress *progress) {
  size_t *left = context;
  (void)progress;
  return *left == 0 || --*left > 0;
}

static void it_can_be_cancelled(void **state) {
  (void)state;
  narr_dataset *dataset = hard(TOY_MULTI, 60);
  narr_train_options options = toy_options(), found;
  options.progress = stop_at;
  for (size_t calls = 1; calls < 400; calls += 37) {
    size_t left = calls;
    options.progress_context = &left;
    narr_error error = NARR_ERROR_INIT;
    assert_int_equal(narr_tune(&found, dataset, &options, NULL, &error), NARR_ERROR_CANCELLED);
    assert_string_equal(error.message, "cancelled");
  }
  narr_dataset_free(dataset);
}

static void time_that_runs_out_leaves_the_best_so_far(void **state) {
  (void)state;
  narr_dataset *dataset = hard(TOY_MULTI, 60);
  narr_train_options options = toy_options(), found;
  narr_tune_options how = NARR_TUNE_OPTIONS_INIT;
  seen seen = {0};
  how.seconds = 1e-9;
  how.trial = see;
  how.trial_context = &seen;
  assert_ok(narr_tune(&found, dataset, &options, &how, NULL));
  assert_int_equal(seen.count, 0);
  assert_memory_equal(&found, &options, sizeof found);
  narr_dataset_free(dataset);
}

static void memory_that_runs_out_is_an_error(void **state) {
  (void)state;
  narr_dataset *dataset = hard(TOY_MULTI, 24);
  narr_train_options options = toy_options(), found;
  narr_tune_options how = NARR_TUNE_OPTIONS_INIT;
  how.what = "min-df,loss";
  size_t failures = 0;
  for (size_t nth = 1; nth < 3000; nth += 1 + nth / 9) {
    narr_error error = NARR_ERROR_INIT;
    narr_alloc_fail_at(nth);
    narr_status status = narr_tune(&found, dataset, &options, &how, &error);
    narr_alloc_fail_at(0);
    assert_true(status == NARR_OK || status == NARR_ERROR_MEMORY);
    failures += status != NARR_OK;
  }
  assert_true(failures > 20);
  narr_dataset_free(dataset);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_best_trial_is_what_is_found),
      cmocka_unit_test(jobs_make_no_difference),
      cmocka_unit_test(only_what_is_named_is_searched),
      cmocka_unit_test(kernels_have_one_loss),
      cmocka_unit_test(what_is_not_there_is_refused),
      cmocka_unit_test(it_can_be_cancelled),
      cmocka_unit_test(time_that_runs_out_leaves_the_best_so_far),
      cmocka_unit_test(memory_that_runs_out_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
