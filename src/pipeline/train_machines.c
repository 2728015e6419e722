/* train_machines.c - for each label one machine a fold, whose margins of the
 * rows it has not seen are kept, and one on all rows, which is kept itself.
 * All of them are tasks that run side by side over one matrix. */
#include <math.h>

#include "base/alloc.h"
#include "base/parallel.h"
#include "base/status.h"
#include "pipeline/training.h"
#include "svm/libsvm_adapter.h"
#include "svm/linear_solver.h"

/* The defaults of libsvm and LIBLINEAR. A tighter one for the linear solver
 * took half as long again and changed no figure on three corpora. */
#define LIBSVM_TOLERANCE 1e-3
#define LINEAR_TOLERANCE 1e-1
#define LIBSVM_CACHE_BYTES ((size_t)100 << 20)

typedef struct learning {
  narr_training *training;
  narr_libsvm_data *libsvm; /* NULL: the linear solver */
} learning;

/* Balanced: as if both classes had the same number of rows. */
static void set_class_weights(const narr_training *t, narr_problem *problem) {
  problem->positive_weight = problem->negative_weight = 1;
  if (t->options.class_weight != NARR_CLASS_WEIGHT_BALANCED) return;
  size_t positive = 0;
  for (size_t k = 0; k < problem->row_count; k++)
    positive += problem->targets[problem->rows[k]] > 0;
  double rows = (double)problem->row_count;
  problem->positive_weight = rows / (2 * (double)positive);
  problem->negative_weight = rows / (2 * (rows - (double)positive));
}

/* The rows of a list that are part of the label's problem (target not 0). The
 * caller frees them; NULL: no memory. */
static size_t *problem_rows(const narr_training *t, size_t label, size_t list, size_t *count) {
  const int8_t *targets = t->targets + label * t->row_count;
  size_t *rows = narr_alloc(t->fold_row_counts[list], sizeof *rows);
  *count = 0;
  for (size_t k = 0; rows && k < t->fold_row_counts[list]; k++)
    if (targets[t->fold_rows[list][k]] != 0) rows[(*count)++] = t->fold_rows[list][k];
  return rows;
}

/* A fold that can't be learned says nothing of its rows. */
static void keep_no_margins(narr_training *t, size_t label, size_t fold) {
  for (size_t i = 0; i < t->row_count; i++)
    if (t->fold_of[i] == fold) t->margins[label * t->row_count + i] = NAN;
}

static void keep_margins(const learning *learning, size_t label, size_t fold,
                         const narr_machine *machine) {
  narr_training *t = learning->training;
  double *margins = t->margins + label * t->row_count;
  for (size_t i = 0; i < t->row_count; i++)
    if (t->fold_of[i] == fold)
      margins[i] = learning->libsvm ? narr_libsvm_margin(learning->libsvm, machine, i)
                                    : narr_machine_margin(machine, &t->kernel, &t->matrix, i);
}

/* Task: label * (folds + 1) + fold; the last "fold" has all rows. */
static int learn_one(void *context, size_t task, unsigned worker) {
  learning *learning = context;
  narr_training *t = learning->training;
  size_t lists = t->options.folds + 1, label = task / lists, fold = task % lists;
  (void)worker;
  if (!t->learnable[task]) {
    keep_no_margins(t, label, fold);
    return 0;
  }
  size_t row_count, *rows = problem_rows(t, label, fold, &row_count);
  if (!rows) return NARR_ERROR_MEMORY;
  narr_problem problem = {.matrix = &t->matrix,
                          .rows = rows,
                          .row_count = row_count,
                          .targets = t->targets + label * t->row_count,
                          .weights = t->weights,
                          .C = t->options.C,
                          .kernel = t->kernel,
                          .tolerance = learning->libsvm ? LIBSVM_TOLERANCE : LINEAR_TOLERANCE,
                          .seed = t->options.seed + task};
  set_class_weights(t, &problem);
  narr_machine machine = NARR_MACHINE_INIT;
  narr_status status =
      learning->libsvm
          ? narr_libsvm_train(&machine, learning->libsvm, &problem, LIBSVM_CACHE_BYTES, NULL)
          : narr_linear_train(&machine, &problem, NARR_LOSS_SQUARED_HINGE, 0, NULL);
  narr_free(rows);
  if (status) return (int)status;
  if (fold < t->options.folds) {
    keep_margins(learning, label, fold, &machine);
    narr_machine_free(&machine);
  } else {
    t->machines[label] = machine;
  }
  atomic_store(&t->last_task, task);
  return 0;
}

static int watch_learning(void *context, size_t done) {
  narr_training *t = ((learning *)context)->training;
  size_t lists = t->options.folds + 1, task = atomic_load(&t->last_task);
  size_t fold = task % lists < t->options.folds ? task % lists + 1 : 0;
  int stop = narr_training_progress(t, "learn", t->labels[task / lists], fold, done,
                                    t->label_count * lists);
  return stop ? NARR_ERROR_CANCELLED : 0;
}

narr_status narr_training_learn(narr_training *t, narr_error *error) {
  learning learning = {.training = t};
  t->margins = narr_alloc_zero(t->label_count * t->row_count, sizeof *t->margins);
  t->machines = narr_alloc_zero(t->label_count, sizeof *t->machines);
  if (!t->margins || !t->machines) return narr_fail_memory(error);
  narr_status status = NARR_OK;
  if (t->use_libsvm)
    status = narr_libsvm_data_new(&learning.libsvm, &t->matrix, &t->kernel, t->jobs, error);
  if (status) return status;
  int result = narr_parallel(t->label_count * (t->options.folds + 1), t->jobs, learn_one, &learning,
                             watch_learning, &learning);
  narr_libsvm_data_free(learning.libsvm);
  if (result == NARR_ERROR_CANCELLED) return narr_fail(error, NARR_ERROR_CANCELLED, "cancelled");
  if (result == NARR_ERROR_MEMORY) return narr_fail_memory(error);
  if (result) return narr_fail(error, (narr_status)result, "a machine could not be learned");
  return NARR_OK;
}
