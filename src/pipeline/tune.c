/* tune.c - trial after trial of training options, each judged out of fold.
 *
 * Labels, folds and, as long as trials have the same n-grams, the matrix are
 * shared by all. A trial learns a path of rising C, each machine beginning
 * where the last one ended; first on two folds, where most trials end, then on
 * the others. */
#include <math.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/status.h"
#include "narr/tune.h"
#include "pipeline/training.h"

#define EARLY_FOLDS 2
enum { COSTS_AT_MOST = 5 };

/* Differences of two trials' macro-F1 on n rows that are chance: about
 * sqrt(share of rows decided differently / n), and that share is mostly below
 * a tenth. A change must gain more than that, as the defaults were chosen on
 * more than this one corpus (on euvsdisinfo_2017_summaries changes that gained
 * half of it in every split into folds lost three times as much on dev); one
 * that loses as much on the first folds is given up. */
#define CHANCE 0.3

typedef enum knob { COST, FEATURES, MIN_DF, WEIGHTS, LOSS, CLASS_WEIGHT, KNOBS } knob;

static const char *const knob_names[KNOBS] = {"C",       "features", "min-df",
                                              "weights", "loss",     "class-weight"};

/* The matrix of a trial, and what it is made from. */
typedef struct feature_set {
  bool made;
  narr_train_options options;
  narr_vocabulary_builder vocabulary;
  narr_matrix matrix;
} feature_set;

typedef struct tuning {
  narr_training base; /* labels and folds; all trials borrow them */
  const narr_tune_options *how;
  bool searched[KNOBS];
  unsigned early;                 /* folds that are tried first */
  uint32_t *early_fold_of;        /* row_count: the others' rows are never tested */
  size_t early_rows, tested_rows; /* of the first folds, of all */
  struct timespec start;
  bool out_of_time;
  size_t trials;
  narr_train_options best;
  double best_score; /* -1: nothing was tried to its end */
  double best_early; /* its score on the first folds */
  feature_set best_features;
  feature_set own_features; /* of the trial at hand, unless they are the best's */
} tuning;

/* ---- Time ------------------------------------------------------------------------ */

static double seconds_since_start(const tuning *u) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)(now.tv_sec - u->start.tv_sec) + (double)(now.tv_nsec - u->start.tv_nsec) / 1e9;
}

static bool watch(void *context, const narr_progress *inner);

/* ---- Features ---------------------------------------------------------------------- */

static bool same_features(const narr_train_options *a, const narr_train_options *b) {
  return strcmp(a->features, b->features) == 0 && a->min_df == b->min_df &&
         a->sublinear_tf == b->sublinear_tf && a->use_idf == b->use_idf;
}

static void free_features(feature_set *set) {
  narr_vocabulary_builder_free(&set->vocabulary);
  narr_matrix_free(&set->matrix);
  *set = (feature_set){.made = false};
}

/* Lends the trial its matrix. */
static narr_status take_features(tuning *u, narr_training *t, narr_error *error) {
  feature_set *set = &u->best_features;
  if (!set->made || !same_features(&set->options, &t->options)) {
    set = &u->own_features;
    if (!set->made || !same_features(&set->options, &t->options)) {
      free_features(set);
      narr_status status = narr_training_vectorise(t, error);
      *set = (feature_set){!status, t->options, t->vocabulary, t->matrix};
      if (status) return status;
    }
  }
  t->vocabulary = set->vocabulary;
  t->matrix = set->matrix;
  return NARR_OK;
}

static void keep_features(tuning *u) {
  if (!u->own_features.made || !same_features(&u->own_features.options, &u->best)) return;
  free_features(&u->best_features);
  u->best_features = u->own_features;
  u->own_features = (feature_set){.made = false};
}

/* ---- A trial ----------------------------------------------------------------------- */

typedef struct path {
  size_t count;
  double costs[COSTS_AT_MOST]; /* rising */
  double scores[COSTS_AT_MOST];
  size_t best;
} path;

/* Learns from lists first .. end - 1 at costs low .. high - 1, then scores
 * these on all rows that `t` says are tested. */
static narr_status extend(narr_training *t, path *path, double *margins, size_t first, size_t end,
                          size_t low, size_t high, narr_error *error) {
  size_t cells = t->label_count * t->row_count;
  const narr_learning_plan plan = {.first = first,
                                   .end = end,
                                   .costs = path->costs + low,
                                   .cost_count = high - low,
                                   .margins = margins + low * cells};
  narr_status status = narr_training_learn(t, &plan, error);
  path->best = low;
  for (size_t c = low; c < high && !status; c++) {
    t->margins = margins + c * cells;
    status = narr_training_calibrate(t, error);
    if (!status) status = narr_training_macro_f1(t, &path->scores[c], error);
    narr_free(t->calibrations);
    t->calibrations = NULL;
    if (!status && path->scores[c] > path->scores[path->best]) path->best = c;
  }
  return status;
}

static double chance(size_t rows) {
  return CHANCE / sqrt((double)rows);
}

static void tell(tuning *u, const narr_train_options *options, double score, unsigned folds,
                 bool best) {
  const narr_trial trial = {options, score, folds, best, ++u->trials, seconds_since_start(u)};
  if (u->how->trial) u->how->trial(u->how->trial_context, &trial);
}

static void judge(tuning *u, narr_train_options options, const path *path, double early,
                  unsigned folds) {
  double score = path->scores[path->best];
  double needed = u->best_score < 0 ? -1 : u->best_score + chance(u->tested_rows);
  bool best = folds == options.folds && score > needed;
  options.C = path->costs[path->best];
  if (best) {
    u->best = options;
    u->best_score = score;
    u->best_early = early;
    keep_features(u);
  }
  tell(u, &options, score, folds, best);
}

/* The path on the first folds and, if it keeps up, its best part on all. */
static narr_status run_path(tuning *u, narr_training *t, path *path, narr_error *error) {
  const narr_train_options options = t->options;
  double *margins = narr_alloc_zero(path->count * t->label_count * t->row_count, sizeof *margins);
  if (!margins) return narr_fail_memory(error);
  t->fold_of = u->early_fold_of;
  narr_status status = extend(t, path, margins, 0, u->early, 0, path->count, error);
  double early = path->scores[path->best];
  bool promising = u->best_score < 0 || early > u->best_early - chance(u->early_rows);
  if (!status && promising && u->early < options.folds) {
    size_t low = path->best > 0 ? path->best - 1 : 0;
    size_t high = path->best + 2 < path->count ? path->best + 2 : path->count;
    t->fold_of = u->base.fold_of;
    status = extend(t, path, margins, u->early, options.folds, low, high, error);
  }
  if (!status) judge(u, options, path, early, promising ? options.folds : u->early);
  narr_free(margins);
  return status;
}

static narr_status try_options(tuning *u, const narr_train_options *options, path path,
                               narr_error *error) {
  narr_training t = u->base;
  t.options = *options;
  t.options.C = path.costs[0];
  narr_status status = narr_training_take_options(&t, error);
  if (!status) status = narr_training_choose_solver(&t, error);
  if (!status) status = take_features(u, &t, error);
  if (!status) status = narr_training_weigh(&t, error);
  if (!status) status = run_path(u, &t, &path, error);
  narr_free(t.factors);
  return status;
}

/* ---- The search -------------------------------------------------------------------- */

static const char *const feature_lists[] = {
    "word=1-2,char=2-5",
    "word=1-2:0.5,char=2-5",
    "word=1-2:0.7,char=2-6",
    "word=1-3:0.7,char=1-5",
    "word=1-2:0.7,char_wb=2-5",
    "word=1-2:0.7,char=1-4",
    "word=1-2",
};
static const uint32_t min_dfs[] = {1, 2, 3};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A change of one option, and C around the best one. */
static narr_status try_change(tuning *u, const narr_train_options *changed, narr_error *error) {
  double C = u->best.C;
  return try_options(u, changed, (path){.count = 3, .costs = {C / 2, C, 2 * C}}, error);
}

static narr_status search_features(tuning *u, narr_error *error) {
  narr_status status = NARR_OK;
  for (size_t i = 0; i < COUNT(feature_lists) && !status; i++) {
    narr_train_options changed = u->best;
    changed.features = feature_lists[i];
    if (!same_features(&changed, &u->best)) status = try_change(u, &changed, error);
  }
  return status;
}

static narr_status search_min_df(tuning *u, narr_error *error) {
  narr_status status = NARR_OK;
  for (size_t i = 0; i < COUNT(min_dfs) && !status; i++) {
    narr_train_options changed = u->best;
    changed.min_df = min_dfs[i];
    if (!same_features(&changed, &u->best)) status = try_change(u, &changed, error);
  }
  return status;
}

static narr_status search_weights(tuning *u, narr_error *error) {
  narr_train_options changed = u->best;
  changed.use_ratios = !changed.use_ratios;
  narr_status status = try_change(u, &changed, error);
  changed = u->best;
  changed.use_idf = !changed.use_idf;
  if (!status) status = try_change(u, &changed, error);
  changed = u->best;
  changed.sublinear_tf = !changed.sublinear_tf;
  if (!status) status = try_change(u, &changed, error);
  return status;
}

static narr_status search_loss(tuning *u, narr_error *error) {
  narr_train_options changed = u->best;
  if (u->base.use_libsvm) return NARR_OK;
  changed.loss = u->best.loss == NARR_LOSS_HINGE ? NARR_LOSS_SQUARED_HINGE : NARR_LOSS_HINGE;
  return try_change(u, &changed, error);
}

static narr_status search_class_weight(tuning *u, narr_error *error) {
  narr_train_options changed = u->best;
  changed.class_weight = u->best.class_weight == NARR_CLASS_WEIGHT_NONE ? NARR_CLASS_WEIGHT_BALANCED
                                                                        : NARR_CLASS_WEIGHT_NONE;
  return try_change(u, &changed, error);
}

static narr_status search(tuning *u, narr_error *error) {
  static narr_status (*const searches[KNOBS])(tuning *, narr_error *) = {
      [FEATURES] = search_features,
      [MIN_DF] = search_min_df,
      [WEIGHTS] = search_weights,
      [LOSS] = search_loss,
      [CLASS_WEIGHT] = search_class_weight};
  double C = u->best.C;
  narr_status status =
      try_options(u, &u->best, (path){.count = 5, .costs = {C / 4, C / 2, C, 2 * C, 4 * C}}, error);
  for (size_t k = 0; k < KNOBS && !status; k++)
    if (u->searched[k] && searches[k]) status = searches[k](u, error);
  return status;
}

/* ---- All of it ---------------------------------------------------------------------- */

/* Trials of a search, about; for the progress line. */
static size_t planned(const tuning *u) {
  return 1 + u->searched[FEATURES] * COUNT(feature_lists) +
         u->searched[MIN_DF] * (COUNT(min_dfs) - 1) + 3u * u->searched[WEIGHTS] +
         u->searched[LOSS] + u->searched[CLASS_WEIGHT];
}

static bool watch(void *context, const narr_progress *inner) {
  tuning *u = context;
  const narr_train_options *given = &u->base.options;
  narr_progress progress = {"tune", inner->label, inner->fold, u->trials, planned(u)};
  u->out_of_time = u->how->seconds > 0 && seconds_since_start(u) >= u->how->seconds;
  return !u->out_of_time &&
         (!given->progress || given->progress(given->progress_context, &progress));
}

static narr_status take_what(tuning *u, narr_error *error) {
  if (!(u->how->seconds >= 0) || !isfinite(u->how->seconds))
    return narr_fail(error, NARR_ERROR_ARGUMENT, "seconds to tune must not be negative");
  if (strcmp(u->how->what, "all") == 0) {
    for (size_t k = 0; k < KNOBS; k++) u->searched[k] = true;
    return NARR_OK;
  }
  for (const char *item = u->how->what;;) {
    size_t length = strcspn(item, ","), k = 0;
    while (k < KNOBS &&
           (strlen(knob_names[k]) != length || memcmp(knob_names[k], item, length) != 0))
      k++;
    if (k == KNOBS)
      return narr_fail(
          error, NARR_ERROR_ARGUMENT,
          "there is no \"%.*s\" to tune: there are C, features, min-df, weights, loss, "
          "class-weight and all",
          (int)(length < 40 ? length : 40), item);
    u->searched[k] = true;
    item += length;
    if (*item++ == '\0') return NARR_OK;
  }
}

static narr_status prepare(tuning *u, narr_error *error) {
  narr_training *t = &u->base;
  narr_status status = take_what(u, error);
  if (!status) status = narr_training_take_options(t, error);
  if (!status) status = narr_training_take_labels(t, error);
  if (!status) status = narr_training_split(t, error);
  if (status) return status;
  u->early = t->options.folds < EARLY_FOLDS ? t->options.folds : EARLY_FOLDS;
  u->early_fold_of = narr_alloc(t->row_count, sizeof *u->early_fold_of);
  if (!u->early_fold_of) return narr_fail_memory(error);
  for (size_t i = 0; i < t->row_count; i++) {
    bool tested = t->fold_of[i] < u->early;
    u->early_fold_of[i] = tested ? t->fold_of[i] : NARR_FOLD_NEVER;
    u->early_rows += tested;
    u->tested_rows += t->fold_of[i] != NARR_FOLD_NEVER;
  }
  u->best = t->options;
  u->best.loss = t->loss;
  u->best.C = exp2(round(log2(t->options.C))); /* short to write, and so are its multiples */
  u->best.progress = watch;
  u->best.progress_context = u;
  u->best_score = -1;
  return NARR_OK;
}

narr_status narr_tune(narr_train_options *out, const narr_dataset *dataset,
                      const narr_train_options *options, const narr_tune_options *how,
                      narr_error *error) {
  static const narr_tune_options usual = NARR_TUNE_OPTIONS_INIT;
  const narr_train_options given = options ? *options : (narr_train_options)NARR_TRAIN_OPTIONS_INIT;
  tuning u = {.base = {.dataset = dataset, .options = given, .jobs = narr_jobs(given.jobs)},
              .how = how ? how : &usual};
  clock_gettime(CLOCK_MONOTONIC, &u.start);
  *out = given;
  narr_status status = prepare(&u, error);
  if (!status) status = search(&u, error);
  if (status == NARR_ERROR_CANCELLED && u.out_of_time) status = NARR_OK;
  if (!status && u.best_score >= 0) {
    *out = u.best;
    out->progress = given.progress;
    out->progress_context = given.progress_context;
  }
  free_features(&u.best_features);
  free_features(&u.own_features);
  narr_free(u.early_fold_of);
  narr_training_free(&u.base);
  return status;
}
