/* train.h - learn a model from a dataset, and measure it.
 *
 * Every label gets a binary support vector machine (Cortes & Vapnik 1995)
 * of its own. Margins of texts that a machine has not seen (out-of-fold)
 * calibrate its probability (Platt 1999, as corrected by Lin, Lin & Weng
 * 2007) and choose its threshold. */
#ifndef NARR_TRAIN_H
#define NARR_TRAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "narr/abstain.h"
#include "narr/dataset.h"
#include "narr/error.h"
#include "narr/model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum narr_kernel {
  NARR_KERNEL_LINEAR, /* <x, y> */
  NARR_KERNEL_POLY,   /* (gamma <x, y> + coef0) ^ degree */
  NARR_KERNEL_RBF,    /* exp(-gamma |x - y|^2) */
  NARR_KERNEL_SIGMOID /* tanh(gamma <x, y> + coef0) */
} narr_kernel;

typedef enum narr_solver {
  NARR_SOLVER_AUTO,   /* linear for the linear kernel, libsvm for the others */
  NARR_SOLVER_LIBSVM, /* sequential minimal optimisation, any kernel; hinge loss only */
  NARR_SOLVER_LINEAR  /* dual coordinate descent, linear kernel */
} narr_solver;

typedef enum narr_loss {
  NARR_LOSS_AUTO,         /* hinge for up to 2,000 rows with any number of labels, else squared */
  NARR_LOSS_HINGE,        /* of a margin m: max(0, 1 - m), as in C-SVC */
  NARR_LOSS_SQUARED_HINGE /* its square: far violations cost more, small ones less */
} narr_loss;

typedef enum narr_mode {
  NARR_MODE_AUTO,        /* exclusive where every row has just one label */
  NARR_MODE_MULTI_LABEL, /* each label is decided by its own threshold */
  NARR_MODE_EXCLUSIVE    /* each text gets the one most probable label */
} narr_mode;

typedef enum narr_class_weight {
  NARR_CLASS_WEIGHT_NONE,    /* C for both classes */
  NARR_CLASS_WEIGHT_BALANCED /* C * rows / (2 * rows of the class) */
} narr_class_weight;

/* Where training is. `stage` is a constant string; `label` is "" and `fold`
 * 0 outside the stage "learn". */
typedef struct narr_progress {
  const char *stage; /* "read", "count", "vectorise", "learn", "calibrate" */
  const char *label; /* the last label finished */
  size_t fold;       /* the last fold finished, 1-based; 0: the full data */
  size_t done;       /* units of this stage done, of `total` */
  size_t total;
} narr_progress;

/* Called from the thread that called narr_train(), now and then. Return
 * false to cancel. */
typedef bool narr_progress_fn(void *context, const narr_progress *progress);

typedef struct narr_train_options {
  const char *features;  /* n-gram blocks, see narr_train() */
  const char *text;      /* how words are read, see narr_train() */
  uint32_t min_df;       /* texts that a term must be in, at least */
  uint64_t max_features; /* keep the most frequent; 0: no limit */
  bool sublinear_tf;     /* 1 + ln(tf) instead of tf */
  bool use_idf;          /* weight by ln((1 + n) / (1 + df)) + 1 */
  narr_kernel kernel;
  narr_solver solver;
  narr_loss loss;
  double C;     /* cost of a margin violation, positive */
  double gamma; /* kernel parameter; 0: 1 / number of blocks */
  double coef0; /* kernel parameter */
  int degree;   /* of the polynomial kernel */
  narr_class_weight class_weight;
  narr_mode mode;
  unsigned folds;             /* 2 or more */
  uint64_t seed;              /* of the split into folds and of the solver */
  unsigned jobs;              /* threads; 0: one a processor */
  narr_progress_fn *progress; /* optional */
  void *progress_context;
} narr_train_options;

#define NARR_TRAIN_OPTIONS_INIT                                                                \
  {                                                                                            \
    "word=1-2,char=2-5", "all=on", 2, 0, true, true, NARR_KERNEL_LINEAR, NARR_SOLVER_AUTO,     \
        NARR_LOSS_AUTO, 1.0, 0.0, 0.0, 3, NARR_CLASS_WEIGHT_BALANCED, NARR_MODE_AUTO, 5, 1, 0, \
        NULL, NULL                                                                             \
  }

/* Precision, recall and F1 (0 where nothing was predicted or expected). */
typedef struct narr_scores {
  double precision;
  double recall;
  double f1;
} narr_scores;

typedef struct narr_label_report {
  const char *name;
  size_t support;       /* rows that have the label */
  size_t predicted;     /* rows flagged with it */
  size_t true_positive; /* rows that are both */
  narr_scores scores;
  double threshold; /* on the probability; 0 in exclusive mode */
} narr_label_report;

typedef struct narr_language_report {
  const char *name;
  size_t rows;
  narr_scores macro, micro, samples;
  size_t none_rows, none_flagged;
} narr_language_report;

/* The doubtful rows of an evaluation, and what decisions were worth on the
 * others. */
typedef struct narr_doubt_report {
  bool abstained;                /* the doubtful rows got no labels */
  size_t rows[NARR_DOUBT_COUNT]; /* by their doubt; of NARR_DOUBT_NONE: the others */
  narr_scores macro, micro, samples;
  double accuracy;
} narr_doubt_report;

/* What decisions were worth. Immutable; free with narr_report_free().
 * `macro` averages labels that occur in truth or decisions; `micro` pools
 * all decisions; `samples` averages rows, where a row without labels that
 * got none counts 1. `accuracy` is the share of rows with exactly the right
 * labels. `confusion[t * label_count + p]` counts rows of label t decided p
 * (exclusive mode; else NULL). */
typedef struct narr_report {
  size_t rows;
  bool exclusive;
  size_t label_count;
  const narr_label_report *labels;
  narr_scores macro, micro, samples;
  double accuracy;
  size_t none_rows;    /* rows without any label */
  size_t none_flagged; /* of them, rows that were flagged all the same */
  size_t language_count;
  const narr_language_report *languages;
  const size_t *confusion;
  const narr_doubt_report *doubts; /* NULL: nobody looked for them */
} narr_report;

/* Learns a model. `features` is a comma-separated list of n-gram blocks:
 * "word=1-2" (sequences of one or two words, punctuation marks or emoji),
 * "char=2-5" (character sequences across word boundaries) and "char_wb=2-5"
 * (within words, padded with a space). Each block at most once, ranges in
 * 1..8. `report`, which may be NULL, receives the out-of-fold figures.
 *
 * `text` is a comma-separated list of what is undone before n-grams are cut,
 * each =on or =off, on if it is not named, "all" for all of them:
 * "canonical" (Serbian, Montenegrin and Macedonian Cyrillic is read as Latin),
 * "fold" (Latin letters are read without their marks), "disguise" (look-alike
 * letters, digits for letters, s p a c e d and streeetched words), "numbers"
 * (read as orders of magnitude), "social" (retweet prefixes, quoted lines) and
 * "html" (entities and tags). How a word is really spelled stays a term of its
 * own. Both lists are kept in the model: scoring reads texts the same way.
 *
 * The same dataset, options and seed give a byte-identical model whatever
 * `jobs` is. `options` may be NULL. The caller frees both results. Errors:
 * argument, input (a single class, a label with too few rows), memory,
 * cancelled. Calls may run side by side in several threads. */
NARR_API NARR_MUST_CHECK narr_status narr_train(narr_model **out, narr_report **report,
                                                const narr_dataset *dataset,
                                                const narr_train_options *options,
                                                narr_error *error);

/* Classifies every row of a labelled dataset on `jobs` threads (0: one a
 * processor) and reports what the decisions were worth. Labels are matched
 * by name; one the model doesn't know counts as always missed. A row that is
 * abstained from counts as one that got no label (`abstention` may be NULL:
 * NARR_ABSTAIN_OFF). The caller frees the report. Errors: argument, input (an
 * empty dataset), memory. */
NARR_API NARR_MUST_CHECK narr_status narr_evaluate(narr_report **out, const narr_model *model,
                                                   const narr_dataset *dataset,
                                                   const narr_abstention *abstention, unsigned jobs,
                                                   narr_error *error);

/* Writes what is known of a model's worth as one JSON document, whole or not
 * at all: its metadata, the out-of-fold report and the report on a test set,
 * each of which may be NULL. Errors: system, memory. */
NARR_API NARR_MUST_CHECK narr_status narr_report_save(const char *path, const narr_model *model,
                                                      const narr_report *out_of_fold,
                                                      const narr_report *test, narr_error *error);

NARR_API void narr_report_free(narr_report *report);

#ifdef __cplusplus
}
#endif

#endif
