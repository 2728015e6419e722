/* train.c - from labelled texts to a model: labels, terms, machines,
 * decisions. */
#include "base/alloc.h"
#include "base/status.h"
#include "pipeline/training.h"

int narr_training_progress(const narr_training *training, const char *stage, const char *label,
                           size_t fold, size_t done, size_t total) {
  const narr_train_options *options = &training->options;
  narr_progress progress = {stage, label, fold, done < total ? done : total, total};
  return options->progress && !options->progress(options->progress_context, &progress);
}

/* All folds and the model itself. */
static narr_status learn_all(narr_training *t, narr_error *error) {
  t->margins = narr_alloc_zero(t->label_count * t->row_count, sizeof *t->margins);
  if (!t->margins) return narr_fail_memory(error);
  const narr_learning_plan plan = {
      .end = t->options.folds + 1, .costs = &t->options.C, .cost_count = 1, .margins = t->margins};
  return narr_training_learn(t, &plan, error);
}

narr_status narr_train(narr_model **out, narr_report **report, const narr_dataset *dataset,
                       const narr_train_options *options, narr_error *error) {
  *out = NULL;
  if (report) *report = NULL;
  narr_training training = {
      .dataset = dataset,
      .options = options ? *options : (narr_train_options)NARR_TRAIN_OPTIONS_INIT};
  training.jobs = narr_jobs(training.options.jobs);
  narr_status status = narr_training_take_options(&training, error);
  if (!status) status = narr_training_take_labels(&training, error);
  if (!status) status = narr_training_split(&training, error);
  if (!status) status = narr_training_vectorise(&training, error);
  if (!status) status = narr_training_weigh(&training, error);
  if (!status) status = narr_training_compact(&training, error);
  if (!status) status = learn_all(&training, error);
  if (!status) narr_training_settle(&training);
  if (!status) status = narr_training_calibrate(&training, error);
  if (!status) status = narr_training_judge(&training, error);
  if (!status) status = narr_training_assemble(&training, out, error);
  if (!status && report) {
    *report = training.report;
    training.report = NULL;
  }
  narr_training_free(&training);
  return status;
}

void narr_training_free(narr_training *training) {
  narr_free(training->texts);
  narr_free(training->weights);
  narr_taxonomy_free(&training->taxonomy);
  narr_free(training->truth);
  narr_free(training->targets);
  narr_free(training->untrainable);
  narr_free(training->against_all);
  narr_vocabulary_builder_free(&training->vocabulary);
  narr_matrix_free(&training->matrix);
  narr_free(training->factors);
  narr_free(training->fold_of);
  for (size_t f = 0; training->fold_rows && f <= training->options.folds; f++)
    narr_free(training->fold_rows[f]);
  narr_free(training->fold_rows);
  narr_free(training->fold_row_counts);
  narr_free(training->learnable);
  narr_free(training->margins);
  for (size_t l = 0; training->machines && l < training->label_count; l++)
    narr_machine_free(&training->machines[l]);
  narr_free(training->machines);
  narr_free(training->calibrations);
  narr_free(training->decisions);
  narr_free(training->knots);
  narr_report_free(training->report);
}
