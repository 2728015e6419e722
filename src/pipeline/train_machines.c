/* train_machines.c - for each label one machine a fold, whose margins of the
 * rows it has not seen are kept, and one on all rows, which is kept itself.
 *
 * What a term weighs depends on the list of rows that is learned from: all
 * but a fold, or all. The linear solver takes some labels of a list a task,
 * as many as descend in lockstep; libsvm takes the lists one by one, as it
 * needs much memory for each, and their labels side by side. As a machine
 * doesn't depend on those beside it, it is up to us how many they are. */
#include <stdatomic.h>

#include "base/alloc.h"
#include "base/parallel.h"
#include "base/status.h"
#include "pipeline/training.h"
#include "svm/libsvm_adapter.h"
#include "svm/linear_solver.h"

#define LIBSVM_TOLERANCE 1e-3 /* libsvm's default */
#define LIBSVM_CACHE_BYTES ((size_t)100 << 20)

#define LINEAR_TOLERANCE 1e-2

typedef struct learning {
  narr_training *training;
  size_t learned; /* labels that need machines of their own */
  size_t width;   /* of them, those that a task learns */
  size_t groups;  /* tasks a list */
  size_t list;    /* libsvm: the one at hand */
  narr_matrix view;
  narr_libsvm_data *libsvm;
  atomic_size_t finished;     /* machines */
  atomic_size_t last_machine; /* list * learned + label, for the progress line */
  atomic_bool stopped;
} learning;

/* Where there are two labels and each row has one, the second machine is the
 * first one with all signs turned. */
static bool has_mirror(const narr_training *t) {
  return t->exclusive && t->label_count == 2;
}

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

static narr_problem problem_of(const narr_training *t, const narr_matrix *view, size_t list,
                               size_t label) {
  narr_problem problem = {.matrix = view,
                          .rows = t->fold_rows[list],
                          .row_count = t->fold_row_counts[list],
                          .targets = t->targets + label * t->row_count,
                          .weights = t->weights,
                          .C = t->options.C,
                          .kernel = t->kernel,
                          .tolerance = t->use_libsvm ? LIBSVM_TOLERANCE : LINEAR_TOLERANCE,
                          .seed = t->options.seed};
  set_class_weights(t, &problem);
  return problem;
}

static void keep_margin(const narr_training *t, size_t label, size_t row, double margin) {
  t->margins[label * t->row_count + row] = margin;
  if (has_mirror(t)) t->margins[t->row_count + row] = -margin;
}

static narr_status keep_machine(const narr_training *t, size_t label, const narr_machine *machine) {
  t->machines[label] = *machine;
  return has_mirror(t) ? narr_machine_mirror(&t->machines[1], machine, t->matrix.column_count, NULL)
                       : NARR_OK;
}

/* Called between tasks and, on the calling thread, between passes. */
static int watch_learning(void *context, size_t done) {
  learning *learning = context;
  const narr_training *t = learning->training;
  size_t machine = atomic_load(&learning->last_machine), list = machine / learning->learned;
  (void)done;
  if (atomic_load(&learning->stopped)) return NARR_ERROR_CANCELLED;
  int stop = narr_training_progress(
      t, "learn", t->labels[machine % learning->learned], list < t->options.folds ? list + 1 : 0,
      atomic_load(&learning->finished), learning->learned * (t->options.folds + 1));
  if (stop) atomic_store(&learning->stopped, true);
  return stop ? NARR_ERROR_CANCELLED : 0;
}

static void count_finished(learning *learning, size_t list, size_t label, size_t count) {
  atomic_store(&learning->last_machine, list * learning->learned + label);
  atomic_fetch_add(&learning->finished, count);
}

/* ---- libsvm ---------------------------------------------------------------------- */

static int learn_one(void *context, size_t label, unsigned worker) {
  learning *learning = context;
  narr_training *t = learning->training;
  narr_problem problem = problem_of(t, &learning->view, learning->list, label);
  narr_machine learned = NARR_MACHINE_INIT;
  (void)worker;
  narr_status status =
      narr_libsvm_train(&learned, learning->libsvm, &problem, LIBSVM_CACHE_BYTES, NULL);
  if (status) return (int)status;
  count_finished(learning, learning->list, label, 1);
  if (learning->list == t->options.folds) return (int)keep_machine(t, label, &learned);
  for (size_t i = 0; i < t->row_count; i++)
    if (t->fold_of[i] == learning->list)
      keep_margin(t, label, i, narr_libsvm_margin(learning->libsvm, &learned, i));
  narr_machine_free(&learned);
  return NARR_OK;
}

static int learn_list(learning *learning, narr_error *error) {
  narr_training *t = learning->training;
  if (!narr_training_view(t, learning->list, &learning->view)) return NARR_ERROR_MEMORY;
  int result =
      (int)narr_libsvm_data_new(&learning->libsvm, &learning->view, &t->kernel, t->jobs, error);
  if (!result)
    result =
        narr_parallel(learning->learned, t->jobs, learn_one, learning, watch_learning, learning);
  narr_libsvm_data_free(learning->libsvm);
  narr_training_view_free(t, &learning->view);
  return result;
}

/* ---- The linear solver ------------------------------------------------------------- */

typedef struct lane_watch {
  learning *learning;
  unsigned worker;
} lane_watch;

/* Only worker 0 is the thread that may call back. */
static bool keep_going(void *context) {
  lane_watch *watch = context;
  if (watch->worker == 0) watch_learning(watch->learning, 0);
  return !atomic_load(&watch->learning->stopped);
}

/* The margins of rows that the lanes have not seen, or the machines. */
static narr_status keep_lanes(const learning *learning, const narr_lanes *lanes,
                              const narr_matrix *view, size_t list, size_t first) {
  const narr_training *t = learning->training;
  narr_status status = NARR_OK;
  for (size_t i = 0; i < t->row_count; i++) {
    if (t->fold_of[i] != list) continue;
    double margins[NARR_LANES];
    narr_lanes_margins(lanes, view, i, margins);
    for (size_t l = 0; l < lanes->count; l++) keep_margin(t, first + l, i, margins[l]);
  }
  for (size_t l = 0; l < lanes->count && list == t->options.folds && !status; l++) {
    narr_machine learned;
    status = narr_lanes_machine(&learned, lanes, l, NULL);
    if (!status) status = keep_machine(t, first + l, &learned);
  }
  return status;
}

static narr_status learn_lanes(learning *learning, const narr_matrix *view, size_t list,
                               size_t first, size_t count, unsigned worker) {
  narr_problem problems[NARR_LANES];
  for (size_t l = 0; l < count; l++)
    problems[l] = problem_of(learning->training, view, list, first + l);
  lane_watch watch = {learning, worker};
  narr_linear_options options = {
      .loss = NARR_LOSS_SQUARED_HINGE, .keep_going = keep_going, .context = &watch};
  narr_lanes lanes;
  narr_status status = narr_linear_train_lanes(&lanes, problems, count, &options, NULL, NULL);
  if (status) return status;
  status = keep_lanes(learning, &lanes, view, list, first);
  narr_lanes_free(&lanes);
  return status;
}

static int learn_group(void *context, size_t task, unsigned worker) {
  learning *learning = context;
  size_t list = task / learning->groups, first = task % learning->groups * learning->width;
  size_t count = learning->learned - first;
  if (count > learning->width) count = learning->width;
  narr_matrix view;
  if (!narr_training_view(learning->training, list, &view)) return NARR_ERROR_MEMORY;
  narr_status status = learn_lanes(learning, &view, list, first, count, worker);
  narr_training_view_free(learning->training, &view);
  if (!status) count_finished(learning, list, first, count);
  return (int)status;
}

/* ---- All of them ---------------------------------------------------------------------- */

narr_status narr_training_learn(narr_training *t, narr_error *error) {
  learning learning = {.training = t, .learned = has_mirror(t) ? 1 : t->label_count};
  size_t lists = t->options.folds + 1;
  learning.groups = (learning.learned + NARR_LANES - 1) / NARR_LANES;
  learning.width = (learning.learned + learning.groups - 1) / learning.groups;
  t->margins = narr_alloc_zero(t->label_count * t->row_count, sizeof *t->margins);
  t->machines = narr_alloc_zero(t->label_count, sizeof *t->machines);
  if (!t->margins || !t->machines) return narr_fail_memory(error);
  int result = 0;
  if (t->use_libsvm)
    for (; learning.list < lists && !result; learning.list++) result = learn_list(&learning, error);
  else
    result = narr_parallel(lists * learning.groups, t->jobs, learn_group, &learning, watch_learning,
                           &learning);
  if (result == NARR_ERROR_CANCELLED) return narr_fail(error, NARR_ERROR_CANCELLED, "cancelled");
  if (result == NARR_ERROR_MEMORY) return narr_fail_memory(error);
  if (result) return narr_fail(error, (narr_status)result, "a machine could not be learned");
  return NARR_OK;
}
