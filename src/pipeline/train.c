/* train.c - from labelled texts to a model: labels, terms, machines,
 * decisions. */
#include <math.h>

#include "base/alloc.h"
#include "base/status.h"
#include "pipeline/training.h"

int narr_training_progress(const narr_training *training, const char *stage, const char *label,
                           size_t fold, size_t done, size_t total) {
  const narr_train_options *options = &training->options;
  narr_progress progress = {stage, label, fold, done < total ? done : total, total};
  return options->progress && !options->progress(options->progress_context, &progress);
}

/* Numbers that name a choice: a caller may have made them from anything. */
static narr_status check_choices(const narr_train_options *o, narr_error *error) {
  narr_status bad = NARR_ERROR_ARGUMENT;
  if ((unsigned)o->kernel > NARR_KERNEL_SIGMOID) return narr_fail(error, bad, "no such kernel");
  if ((unsigned)o->solver > NARR_SOLVER_LINEAR) return narr_fail(error, bad, "no such solver");
  if ((unsigned)o->loss > NARR_LOSS_SQUARED_HINGE) return narr_fail(error, bad, "no such loss");
  if ((unsigned)o->mode > NARR_MODE_EXCLUSIVE) return narr_fail(error, bad, "no such mode");
  if ((unsigned)o->class_weight > NARR_CLASS_WEIGHT_BALANCED)
    return narr_fail(error, bad, "no such class weight");
  if ((unsigned)o->rare_labels > NARR_RARE_LABELS_KEEP)
    return narr_fail(error, bad, "no such way with rare labels");
  if (o->solver == NARR_SOLVER_LINEAR && o->kernel != NARR_KERNEL_LINEAR)
    return narr_fail(error, bad, "the linear solver has the linear kernel only");
  if (o->loss == NARR_LOSS_SQUARED_HINGE &&
      (o->solver == NARR_SOLVER_LIBSVM || o->kernel != NARR_KERNEL_LINEAR))
    return narr_fail(error, bad, "libsvm has the hinge loss only");
  return NARR_OK;
}

/* The best C falls as rows are added, about with their square root: the loss is
 * a sum over rows and what the weights cost is not. The constant suits corpora
 * of 1,000 to 15,000 rows (models/README.md has the figures). */
static double usual_C(size_t row_count) {
  return fmin(fmax(sqrt(1000 / (double)row_count), 0.125), 1);
}

static narr_status check_options(narr_training *training, narr_error *error) {
  const narr_train_options *o = &training->options;
  narr_status bad = NARR_ERROR_ARGUMENT;
  narr_status status = narr_feature_options_parse(&training->features, o->features, error);
  if (!status) status = narr_text_options_parse(&training->features.text, o->text, error);
  if (!status) status = check_choices(o, error);
  if (!status) status = narr_objective_parse(&training->objective, o->objective, error);
  if (status) return status;
  if (!(o->C >= 0) || !isfinite(o->C)) return narr_fail(error, bad, "C must not be negative");
  if (!(o->gamma >= 0) || !isfinite(o->gamma))
    return narr_fail(error, bad, "gamma must not be negative");
  if (!isfinite(o->coef0)) return narr_fail(error, bad, "coef0 must be a number");
  if (o->folds < 2 || o->folds > 100) return narr_fail(error, bad, "folds must be within 2..100");
  if (o->degree < 1 || o->degree > 20) return narr_fail(error, bad, "degree must be within 1..20");
  if (narr_dataset_size(training->dataset) == 0)
    return narr_fail(error, NARR_ERROR_INPUT, "the corpus has no rows");
  if (narr_dataset_size(training->dataset) > UINT32_MAX)
    return narr_fail(error, NARR_ERROR_INPUT, "the corpus has more than 2^32 rows");
  if (o->C == 0) training->options.C = usual_C(narr_dataset_size(training->dataset));
  training->features.sublinear_tf = o->sublinear_tf;
  training->features.use_idf = o->use_idf;
  double blocks = narr_feature_options_blocks(&training->features);
  training->kernel =
      (narr_kernel_params){o->kernel, o->gamma > 0 ? o->gamma : 1 / blocks, o->coef0, o->degree};
  return NARR_OK;
}

static int watch_counting(void *context, size_t done) {
  const narr_training *training = context;
  return narr_training_progress(training, "count", "", 0, done, training->row_count);
}

static int watch_vectorising(void *context, size_t done) {
  const narr_training *training = context;
  return narr_training_progress(training, "vectorise", "", 0, done, training->row_count);
}

static narr_status make_features(narr_training *training, narr_error *error) {
  narr_corpus corpus = {.texts = training->texts,
                        .count = training->row_count,
                        .options = &training->features,
                        .jobs = training->jobs,
                        .watch = watch_counting,
                        .watch_context = training};
  narr_status status =
      narr_vocabulary_build(&training->vocabulary, &corpus, training->options.min_df,
                            training->options.max_features, error);
  corpus.watch = watch_vectorising;
  if (!status) status = narr_vocabulary_name_terms(&training->vocabulary, &corpus, error);
  if (!status)
    status = narr_matrix_build(&training->matrix, &corpus, &training->vocabulary.view, error);
  return status;
}

narr_status narr_train(narr_model **out, narr_report **report, const narr_dataset *dataset,
                       const narr_train_options *options, narr_error *error) {
  *out = NULL;
  if (report) *report = NULL;
  narr_training training = {
      .dataset = dataset,
      .options = options ? *options : (narr_train_options)NARR_TRAIN_OPTIONS_INIT};
  training.jobs = narr_jobs(training.options.jobs);
  narr_status status = check_options(&training, error);
  if (!status) status = narr_training_take_labels(&training, error);
  if (!status) status = narr_training_split(&training, error);
  if (!status) status = make_features(&training, error);
  if (!status) status = narr_training_weigh(&training, error);
  if (!status) status = narr_training_learn(&training, error);
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
