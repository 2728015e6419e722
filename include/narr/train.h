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

/* What becomes of a label that can't be learned and measured: one with fewer
 * than two rows that have it or that have not (copies, near-copies and groups
 * counting as one), or, in time order, with none that could be tested. */
typedef enum narr_rare_labels {
  NARR_RARE_LABELS_REFUSE, /* an input error that names it */
  NARR_RARE_LABELS_KEEP    /* it stays among the model's labels, but is never
                              flagged: its threshold is 2. Rows that have it
                              still count against other labels, and as missed
                              in the report */
} narr_rare_labels;

/* Whether it is first judged if a text has any label at all. The labels are then
 * learned from the rows that have one, against each other, and a label's
 * probability is that of having any times its own (a hurdle model; the chain
 * rule, as with paths). What sets texts without a label apart, a denial or a
 * question, is the same for all labels, and is learned once from all rows. */
typedef enum narr_gate {
  NARR_GATE_AUTO, /* where several labels may hold, of 500 rows or more, a quarter having none */
  NARR_GATE_ON,   /* an error where that can't be learned */
  NARR_GATE_OFF   /* each label is learned against all rows without it */
} narr_gate;

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
  bool use_ratios;       /* and by how much a term tells labels apart */
  narr_kernel kernel;
  narr_solver solver;
  narr_loss loss;
  double C;     /* cost of a margin violation; 0: sqrt(1000 / rows), within 1/8..1 */
  double gamma; /* kernel parameter; 0: 1 / the sum of squared block weights */
  double coef0; /* kernel parameter */
  int degree;   /* of the polynomial kernel */
  narr_class_weight class_weight;
  narr_mode mode;
  const char *objective;      /* of thresholds, see narr_train() */
  unsigned folds;             /* 2 or more */
  uint64_t seed;              /* of the split into folds and of the solver */
  unsigned jobs;              /* threads; 0: one a processor */
  narr_progress_fn *progress; /* optional */
  void *progress_context;
  bool near_duplicates; /* rows with nearly the same text stay in one fold */
  narr_rare_labels rare_labels;
  uint64_t compact; /* bytes that the model may have: as many terms as get in, those that
                       make most of the margins, without their names; 0: all. Linear only */
  narr_gate gate;
} narr_train_options;

#define NARR_COMPACT_DEFAULT 5000000

#define NARR_TRAIN_OPTIONS_INIT                                                         \
  {                                                                                     \
    "word=1-2:0.7,char=2-5", "all=on", 2, 0, true, true, true, NARR_KERNEL_LINEAR,      \
        NARR_SOLVER_AUTO, NARR_LOSS_AUTO, 0.0, 0.0, 0.0, 3, NARR_CLASS_WEIGHT_BALANCED, \
        NARR_MODE_AUTO, "f1", 5, 1, 0, NULL, NULL, true, NARR_RARE_LABELS_REFUSE, 0,    \
        NARR_GATE_AUTO                                                                  \
  }

/* Precision, recall and F1 (0 where nothing was predicted or expected). */
typedef struct narr_scores {
  double precision;
  double recall;
  double f1;
} narr_scores;

/* Where 95 of 100 bootstrap resamples lie (percentiles; Efron 1979). Rows of
 * one group, or else with one text, are drawn together. */
typedef struct narr_interval {
  double low;
  double high;
} narr_interval;

/* Rows with a probability in one fifteenth of 0..1. */
typedef struct narr_reliability_bin {
  size_t rows;
  double probability; /* the mean */
  double share;       /* of rows that have the label */
} narr_reliability_bin;

enum { NARR_RELIABILITY_BINS = 15, NARR_CURVE_POINTS = 33, NARR_MISTAKES = 10 };

/* Whether probabilities mean what they say. `ece` is the expected calibration
 * error over `bins`, of equal width (Naeini et al. 2015); `brier` is the mean
 * square of probability minus outcome. */
typedef struct narr_calibration_report {
  double ece;
  double brier;
  narr_reliability_bin bins[NARR_RELIABILITY_BINS];
} narr_calibration_report;

/* What a threshold would have been worth. */
typedef struct narr_curve_point {
  double threshold;
  double precision;
  double recall;
} narr_curve_point;

/* A term of a mistake's text, as narr_explain() gives it. */
typedef struct narr_mistake_term {
  const char *block;
  const char *term;
  double contribution;
} narr_mistake_term;

/* A row that was flagged with a label that it doesn't have, or missed. */
typedef struct narr_mistake {
  size_t row; /* in the dataset, from 0 */
  const char *text;
  size_t text_length;     /* bytes */
  double probability;     /* of the label */
  const size_t *expected; /* labels of the row, rising */
  size_t expected_count;
  const size_t *predicted;
  size_t predicted_count;
  const narr_mistake_term *terms; /* the strongest five; narr_evaluate() only */
  size_t term_count;
} narr_mistake;

typedef struct narr_label_report {
  const char *name;
  size_t level;         /* 1, or 1 more than its parent's */
  bool untrainable;     /* kept by NARR_RARE_LABELS_KEEP, never flagged */
  bool against_all;     /* it has a parent, but was learned against all rows:
                           its parent has too few rows without it */
  size_t support;       /* rows that have the label */
  size_t predicted;     /* rows flagged with it */
  size_t true_positive; /* rows that are both */
  narr_scores scores;
  narr_interval f1_interval;
  double threshold;       /* on the probability; 0 in exclusive mode */
  bool objective_reached; /* by the threshold, on the rows that chose it */
  double average_precision;
  narr_calibration_report calibration;
  double ece_equal_mass;         /* over fifteen bins of equally many rows */
  const narr_curve_point *curve; /* falling thresholds, rising recall */
  size_t curve_count;
  const narr_mistake *false_positives; /* the most probable first */
  size_t false_positive_count;         /* NARR_MISTAKES at most */
  const narr_mistake *misses;          /* the least probable first */
  size_t miss_count;
} narr_label_report;

/* The same label in the rows of one language. */
typedef struct narr_language_label {
  size_t support, predicted, true_positive;
} narr_language_label;

typedef struct narr_language_report {
  const char *name;
  size_t rows;
  narr_scores macro, micro, samples;
  narr_interval macro_f1_interval, micro_f1_interval;
  size_t none_rows, none_flagged;
  const narr_language_label *labels; /* label_count */
} narr_language_report;

/* The doubtful rows of an evaluation, and what decisions were worth on the
 * others. */
typedef struct narr_doubt_report {
  bool abstained;                /* the doubtful rows got no labels */
  size_t rows[NARR_DOUBT_COUNT]; /* by their doubt; of NARR_DOUBT_NONE: the others */
  narr_scores macro, micro, samples;
  double accuracy;
} narr_doubt_report;

/* The labels of one level of a taxonomy, 1 being those without a parent. */
typedef struct narr_level_report {
  size_t level;
  size_t label_count;
  narr_scores macro, micro, samples;
} narr_level_report;
/* Rows that should have had one label and got another instead. */
typedef struct narr_confused_pair {
  size_t expected;  /* index into labels: has it, was not flagged with it */
  size_t predicted; /* has it not, was flagged with it */
  size_t rows;
} narr_confused_pair;

/* What decisions were worth. Immutable; free with narr_report_free().
 * `macro` averages labels that occur in truth or decisions; `micro` pools
 * all decisions; `samples` averages rows, where a row without labels that
 * got none counts 1. `accuracy` is the share of rows with exactly the right
 * labels. Where nobody knows whether a row has a label, the row counts neither
 * for nor against that label; with paths, a row that has a label has its
 * parents. `rows` are those that were tested: in time order not the first
 * block. `levels` has the scores by level where there is more than one, else
 * `level_count` is 0. `near_duplicate_texts` texts in `near_duplicate_groups`
 * groups were found and not split (0 where that isn't done: in time order, on
 * a test set). `confusion[t * label_count + p]` counts rows of label t decided p
 * (exclusive mode; else NULL). `calibration` pools the probabilities of all
 * labels, `chosen` takes the most probable one of each row (exclusive mode;
 * else zeros). `confused` has the most frequent pairs first, 20 at most. A label
 * that the model doesn't know has probability 0. */
typedef struct narr_report {
  size_t rows;
  bool exclusive;
  size_t label_count;
  const narr_label_report *labels;
  narr_scores macro, micro, samples;
  narr_interval macro_f1_interval, micro_f1_interval, samples_f1_interval;
  size_t resamples; /* behind the intervals: 1,000, of large sets fewer */
  double accuracy;
  size_t none_rows;    /* rows without any label */
  size_t none_flagged; /* of them, rows that were flagged all the same */
  narr_calibration_report calibration, chosen;
  size_t language_count;
  const narr_language_report *languages;
  const size_t *confusion;
  const narr_doubt_report *doubts; /* NULL: nobody looked for them */
  size_t level_count;
  const narr_level_report *levels;
  bool time_ordered;
  size_t near_duplicate_groups;
  size_t near_duplicate_texts;
  size_t near_duplicate_labels; /* that have nearly the same texts only: there
                                   they count as different */
  const narr_confused_pair *confused;
  size_t confused_count;
} narr_report;

/* Learns a model. `features` is a comma-separated list of n-gram blocks:
 * "word=1-2" (sequences of one or two words, punctuation marks or emoji),
 * "char=2-5" (character sequences across word boundaries) and "char_wb=2-5"
 * (within words, padded with a space). Each block at most once, ranges in
 * 1..8. Each block of a text has the norm 1, or what is given: "word=1-2:0.7"
 * (0.01 to 1; what counts is its ratio to the other blocks'). `report`, which
 * may be NULL, receives the out-of-fold figures.
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
 * Labels that are paths (narr_label_paths) form a taxonomy. A label with a
 * parent is learned from the rows that have the parent only, against its
 * siblings and the parent alone; its probability is that of its machine times
 * its parent's (the chain rule), its threshold is chosen on that, and it is
 * flagged only if its parent is. `?label` rows are left out of that label's
 * learning, calibration, threshold and report.
 *
 * Where rows have times (narr_dataset_set_time(), all or none), out-of-fold is
 * in time order: rows are cut by time into folds + 1 blocks; each block but
 * the first is judged by machines that learned from all earlier blocks, and
 * calibration, thresholds and the report come from these. The model itself
 * learns from all rows.
 *
 * `objective` is what thresholds are chosen for, on out-of-fold probabilities:
 * "f1" (the best F1; labels with few rows lean on what suits all labels, and
 * where no row of the corpus is without a label, a text that passes no
 * threshold gets its most probable one), "precision=P" (the most flags of
 * which a share of P is right), "recall=R" (the fewest flags that find a share
 * of R), "review-budget=N" (one threshold for all labels, which N of 1,000
 * texts like those of the corpus pass) or "false-flags=S" (one which a share of
 * S of the texts without a label passes; 0.5 if there are none; of a gated model
 * the gate's, the labels' being those for the best F1 behind it). Exclusive
 * models have "f1" only.
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
 * by name; one the model doesn't know counts as always missed. What a row's
 * labels imply follows the model's taxonomy. A row that is abstained from
 * counts as one that got no label (`abstention` may be NULL: NARR_ABSTAIN_OFF).
 * The caller frees the report. Errors: argument, input (an empty dataset),
 * memory. */
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
