/* tune.h - search for the training options that suit a dataset.
 *
 * Each trial is judged out of fold, as narr_train() reports it: by macro-F1 at
 * the thresholds that the objective asks for, which have not seen the rows
 * they decide. */
#ifndef NARR_TUNE_H
#define NARR_TUNE_H

#include "narr/train.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Options that were tried. */
typedef struct narr_trial {
  const narr_train_options *options; /* with the best C of those tried, and no AUTO loss */
  double macro_f1;                   /* on the rows of the first `folds` folds */
  unsigned folds;                    /* fewer than options->folds: given up */
  bool best;                         /* better than all before */
  size_t number;                     /* from 1 */
  double seconds;                    /* since the search began */
} narr_trial;

/* Called from the thread that called narr_tune(), after each trial. The trial
 * is borrowed. */
typedef void narr_trial_fn(void *context, const narr_trial *trial);

typedef struct narr_tune_options {
  const char *what;     /* what is searched for, see narr_tune() */
  double seconds;       /* the search ends after this time; 0: when all is tried */
  narr_trial_fn *trial; /* optional */
  void *trial_context;
} narr_tune_options;

#define NARR_TUNE_OPTIONS_INIT \
  { "all", 0, NULL, NULL }

/* Finds good values, beginning with those of `options` (NULL: the defaults),
 * and one after the other: C, then n-grams, min_df, weights of terms, loss and
 * class weight, each with C around the best one so far. A change stays if it
 * gains more than chance would. After two folds a trial that falls behind is
 * given up, as are its values of C far from its best one.
 *
 * `what` is a comma-separated list of "C", "features", "min-df", "weights"
 * (tf, idf, ratios), "loss" and "class-weight", or "all". Options that it does
 * not name, and all others, stay as they are; C is always fitted. Kernels
 * other than the linear one have no other loss to try.
 *
 * *out receives `options` with the best values, for narr_train(): its strings
 * are those of `options` or constants. Out-of-fold figures of a model trained
 * with them flatter a little, as they chose the options; a test set tells. The
 * same dataset and options give the same result unless time runs out.
 * `options->progress` sees the stage "tune", with trials as units; `tune` may
 * be NULL. Errors: as narr_train(). */
NARR_API NARR_MUST_CHECK narr_status narr_tune(narr_train_options *out, const narr_dataset *dataset,
                                               const narr_train_options *options,
                                               const narr_tune_options *tune, narr_error *error);

#ifdef __cplusplus
}
#endif

#endif
