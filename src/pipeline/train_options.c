/* train_options.c - whether the options make sense, and what those mean that
 * leave the choice to the program. */
#include <math.h>

#include "base/status.h"
#include "pipeline/training.h"

/* Measured out of fold on subsets of five corpora: with more rows the losses
 * are worth the same, with fewer the hinge finds rare labels better, but not
 * where each text has exactly one of them. */
#define HINGE_ROWS_AT_MOST 2000

/* Numbers that name a choice: a caller may have made them from anything. */
static narr_status check_choices(const narr_train_options *o, narr_error *error) {
  narr_status bad = NARR_ERROR_ARGUMENT;
  if ((unsigned)o->kernel > NARR_KERNEL_SIGMOID) return narr_fail(error, bad, "no such kernel");
  if ((unsigned)o->solver > NARR_SOLVER_LINEAR) return narr_fail(error, bad, "no such solver");
  if ((unsigned)o->loss > NARR_LOSS_SQUARED_HINGE) return narr_fail(error, bad, "no such loss");
  if ((unsigned)o->mode > NARR_MODE_EXCLUSIVE) return narr_fail(error, bad, "no such mode");
  if ((unsigned)o->class_weight > NARR_CLASS_WEIGHT_BALANCED)
    return narr_fail(error, bad, "no such class weight");
  if ((unsigned)o->gate > NARR_GATE_OFF) return narr_fail(error, bad, "no such gate");
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

narr_status narr_training_take_options(narr_training *training, narr_error *error) {
  const narr_train_options *o = &training->options;
  narr_status bad = NARR_ERROR_ARGUMENT;
  narr_status status = narr_feature_options_parse(&training->features, o->features, error);
  if (!status) status = narr_text_options_parse(&training->features.text, o->text, error);
  if (!status) status = check_choices(o, error);
  if (!status) status = narr_objective_parse(&training->objective, o->objective, error);
  if (status) return status;
  if (o->compact && o->kernel != NARR_KERNEL_LINEAR)
    return narr_fail(error, bad, "a compact model has the linear kernel only");
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
  double square = narr_feature_options_square(&training->features);
  training->kernel =
      (narr_kernel_params){o->kernel, o->gamma > 0 ? o->gamma : 1 / square, o->coef0, o->degree};
  return NARR_OK;
}

narr_status narr_training_choose_solver(narr_training *t, narr_error *error) {
  narr_loss loss = t->options.loss;
  t->use_libsvm = t->options.solver == NARR_SOLVER_LIBSVM || t->kernel.kind != NARR_KERNEL_LINEAR;
  if (loss == NARR_LOSS_AUTO)
    loss = t->use_libsvm || (!t->exclusive && t->row_count <= HINGE_ROWS_AT_MOST)
               ? NARR_LOSS_HINGE
               : NARR_LOSS_SQUARED_HINGE;
  t->loss = loss;
  if (t->use_libsvm && t->weights)
    return narr_fail(error, NARR_ERROR_ARGUMENT,
                     "row weights need the linear kernel and the linear solver: libsvm has none");
  return NARR_OK;
}
