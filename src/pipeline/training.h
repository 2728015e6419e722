/* training.h - what the steps of narr_train() hand on to each other. */
#ifndef NARR_PIPELINE_TRAINING_H
#define NARR_PIPELINE_TRAINING_H

#include "data/folds.h"
#include "data/taxonomy.h"
#include "feature/vocabulary_builder.h"
#include "model/model.h"
#include "narr/train.h"
#include "pipeline/objective.h"
#include "svm/isotonic.h"

/* From a label's margins to its probabilities. */
typedef struct narr_calibration {
  narr_sigmoid sigmoid;
  size_t knot_count; /* 0: the sigmoid alone */
  narr_knot knots[NARR_KNOTS_AT_MOST];
} narr_calibration;

typedef struct narr_training {
  const narr_dataset *dataset;
  narr_train_options options;
  narr_feature_options features;
  narr_kernel_params kernel;
  narr_objective objective;
  unsigned jobs;

  /* From the dataset: train_labels.c */
  size_t row_count;
  narr_text *texts;    /* row_count */
  double *weights;     /* row_count; NULL: all 1 */
  size_t label_count;  /* machines: one a label; the last is the gate's, if gated */
  const char **labels; /* by name; the taxonomy's */
  narr_taxonomy taxonomy;
  int8_t *truth;     /* label_count x row_count: +1, -1 or, unknown, 0 */
  int8_t *targets;   /* the same; but 0 also where a row is no part of the
                        label's problem, because it hasn't the label's parent */
  bool *untrainable; /* label_count; never flagged */
  bool *against_all; /* label_count; its siblings were too few */
  bool exclusive;
  bool always_labelled; /* no row is without a label: no text will be */
  bool use_libsvm;      /* which solver learns */
  narr_loss loss;       /* never NARR_LOSS_AUTO */

  /* Features */
  narr_vocabulary_builder vocabulary;
  narr_matrix matrix;
  float *factors; /* folds + 1 lists of one a term; NULL: all 1 */

  /* Learning: train_machines.c */
  bool time_ordered;
  narr_near_duplicates near_duplicates;
  uint32_t *fold_of;       /* row_count */
  size_t **fold_rows;      /* folds + 1 lists of rows to learn from: all but
                              a fold's, or all before it; the last has all */
  size_t *fold_row_counts; /* folds + 1 */
  bool *learnable;         /* label_count x (folds + 1): both sides are there */
  double *margins;         /* label_count x row_count, out of fold; NaN where
                              the fold was not learnable */
  narr_machine *machines;  /* label_count, on all rows */

  /* Probabilities: train_calibration.c */
  narr_calibration *calibrations; /* folds + 1 runs of label_count: without a
                                     fold's rows; the last is of all rows */

  /* Judging: train_decisions.c */
  narr_decision *decisions; /* label_count */
  narr_knot *knots;         /* of all decisions, knot_count */
  size_t knot_count;
  narr_report *report; /* out of fold */
} narr_training;

/* What to learn: machines from the lists `first` .. `end` - 1 of fold_rows, at
 * each of the costs C, which rise. */
typedef struct narr_learning_plan {
  size_t first, end;
  const double *costs;
  size_t cost_count; /* 1 if the last list, all rows, is among them */
  double *margins;   /* out: a run of label_count x row_count for each cost */
} narr_learning_plan;

/* Labels that have names, which leaves out the gate. */
static inline size_t narr_training_named(const narr_training *training) {
  return training->label_count - training->taxonomy.gated;
}

/* Each step fails with a message; what it made is freed by
 * narr_training_free(), also after a failure. */
NARR_MUST_CHECK narr_status narr_training_take_options(narr_training *training, narr_error *error);
NARR_MUST_CHECK narr_status narr_training_take_labels(narr_training *training, narr_error *error);
NARR_MUST_CHECK narr_status narr_training_split(narr_training *training, narr_error *error);
NARR_MUST_CHECK narr_status narr_training_vectorise(narr_training *training, narr_error *error);
NARR_MUST_CHECK narr_status narr_training_fill_matrix(narr_training *training, narr_error *error);
NARR_MUST_CHECK narr_status narr_training_weigh(narr_training *training, narr_error *error);
NARR_MUST_CHECK narr_status narr_training_compact(narr_training *training, narr_error *error);
NARR_MUST_CHECK narr_status narr_training_learn(narr_training *training,
                                                const narr_learning_plan *plan, narr_error *error);
NARR_MUST_CHECK narr_status narr_training_calibrate(narr_training *training, narr_error *error);
NARR_MUST_CHECK narr_status narr_training_judge(narr_training *training, narr_error *error);
NARR_MUST_CHECK narr_status narr_training_macro_f1(narr_training *training, double *out,
                                                   narr_error *error);
NARR_MUST_CHECK narr_status narr_training_assemble(narr_training *training, narr_model **out,
                                                   narr_error *error);

/* Solver and loss, once options and labels are known. A part of take_labels; again after other
 * options were taken. */
NARR_MUST_CHECK narr_status narr_training_choose_solver(narr_training *training, narr_error *error);

/* The matrix as one list of rows sees it: its terms scaled by what these rows
 * tell. False: out of memory. Free with narr_training_view_free(). */
bool narr_training_view(const narr_training *training, size_t list, narr_matrix *view);
void narr_training_view_free(const narr_training *training, narr_matrix *view);

/* Scales the matrix itself and the vocabulary's weights as all rows see them:
 * what the model is made from. Once, after learning. */
void narr_training_settle(narr_training *training);

/* The calibration of a label that has not seen the rows of fold `without`;
 * the number of folds: that of the model. */
const narr_calibration *narr_training_calibration(const narr_training *training, size_t label,
                                                  size_t without);
double narr_calibration_probability(const narr_calibration *calibration, double margin);

/* Whether the row has a margin for the label, out of fold. */
bool narr_training_tested(const narr_training *training, size_t label, size_t row);

/* The probability that a row has a label, by calibrations without a fold; 0,
 * which no calibration gives, where the row was not tested. */
double narr_training_probability(const narr_training *training, size_t label, size_t without,
                                 size_t row);

/* Whether the row is flagged with the label by these thresholds (label_count;
 * those of the label and its ancestors are looked at). */
bool narr_training_flags(const narr_training *training, const double *thresholds, size_t label,
                         size_t without, size_t row);

/* The thresholds of all labels for the objective, chosen without the rows of
 * fold `without` (the number of folds: on all rows). reached[label] is false
 * where no threshold gets there. Errors: memory. */
NARR_MUST_CHECK narr_status narr_training_thresholds(const narr_training *training, size_t without,
                                                     double *thresholds, bool *reached,
                                                     narr_error *error);

/* Calls the progress callback; nonzero: it asked to stop. */
int narr_training_progress(const narr_training *training, const char *stage, const char *label,
                           size_t fold, size_t done, size_t total);

void narr_training_free(narr_training *training);

#endif
