/* training.h - what the steps of narr_train() hand on to each other. */
#ifndef NARR_PIPELINE_TRAINING_H
#define NARR_PIPELINE_TRAINING_H

#include "feature/vocabulary_builder.h"
#include "model/model.h"
#include "narr/train.h"

typedef struct narr_training {
  const narr_dataset *dataset;
  narr_train_options options;
  narr_feature_options features;
  narr_kernel_params kernel;
  unsigned jobs;

  /* From the dataset: train_labels.c */
  size_t row_count;
  narr_text *texts; /* row_count */
  double *weights;  /* row_count; NULL: all 1 */
  size_t label_count;
  const char **labels; /* by name */
  int8_t *targets;     /* label_count x row_count: +1 or -1 */
  bool exclusive;
  bool use_libsvm; /* which solver learns */
  narr_loss loss;  /* never NARR_LOSS_AUTO */

  /* Features */
  narr_vocabulary_builder vocabulary;
  narr_matrix matrix;

  /* Learning: train_machines.c */
  uint32_t *fold_of;       /* row_count */
  size_t **fold_rows;      /* folds + 1 lists of rows to learn from: all but
                              a fold's; the last has all */
  size_t *fold_row_counts; /* folds + 1 */
  double *margins;         /* label_count x row_count, out of fold */
  narr_machine *machines;  /* label_count, on all rows */

  /* Judging: train_decisions.c */
  narr_decision *decisions; /* label_count */
  narr_report *report;      /* out of fold */
} narr_training;

/* Each step fails with a message; what it made is freed by
 * narr_training_free(), also after a failure. */
NARR_MUST_CHECK narr_status narr_training_take_labels(narr_training *training, narr_error *error);
NARR_MUST_CHECK narr_status narr_training_split(narr_training *training, narr_error *error);
NARR_MUST_CHECK narr_status narr_training_learn(narr_training *training, narr_error *error);
NARR_MUST_CHECK narr_status narr_training_judge(narr_training *training, narr_error *error);
NARR_MUST_CHECK narr_status narr_training_assemble(narr_training *training, narr_model **out,
                                                   narr_error *error);

/* Calls the progress callback; nonzero: it asked to stop. */
int narr_training_progress(const narr_training *training, const char *stage, const char *label,
                           size_t fold, size_t done, size_t total);

void narr_training_free(narr_training *training);

#endif
