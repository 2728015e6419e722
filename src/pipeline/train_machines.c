/* train_machines.c - for each label one machine a fold, whose margins of the
 * rows it has not seen are kept, and one on all rows, which is kept itself.
 *
 * Machines are numbered fold * labels + label; the last "fold" has all rows.
 * Tasks that run side by side over one matrix take some of them each: libsvm
 * one, the linear solver as many as descend in lockstep. As a machine doesn't
 * depend on those beside it, the number of threads may decide how many. */
#include <stdatomic.h>

#include "base/alloc.h"
#include "base/parallel.h"
#include "base/status.h"
#include "pipeline/training.h"
#include "svm/libsvm_adapter.h"
#include "svm/linear_solver.h"

#define LIBSVM_TOLERANCE 1e-3 /* libsvm's default */
#define LIBSVM_CACHE_BYTES ((size_t)100 << 20)

/* Of the duality gap; the dual objective is then within 2e-3 of the optimum.
 * Closing it ten times further took two to three times as long and changed
 * out-of-fold F1 up and down by less than another seed does. */
#define LINEAR_TOLERANCE 1e-2

typedef struct learning {
  narr_training *training;
  narr_libsvm_data *libsvm; /* NULL: the linear solver */
  float *gram;              /* for the linear solver, where it pays */
  size_t learned;           /* labels that need machines of their own */
  size_t machine_count;
  size_t width;               /* machines a task */
  atomic_size_t finished;     /* machines */
  atomic_size_t last_machine; /* for the progress line */
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

static narr_problem problem_of(const learning *learning, size_t machine) {
  const narr_training *t = learning->training;
  size_t label = machine % learning->learned, fold = machine / learning->learned;
  narr_problem problem = {.matrix = &t->matrix,
                          .rows = t->fold_rows[fold],
                          .row_count = t->fold_row_counts[fold],
                          .targets = t->targets + label * t->row_count,
                          .weights = t->weights,
                          .C = t->options.C,
                          .kernel = t->kernel,
                          .tolerance = learning->libsvm ? LIBSVM_TOLERANCE : LINEAR_TOLERANCE,
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
  size_t machine = atomic_load(&learning->last_machine),
         finished = atomic_load(&learning->finished);
  size_t label = machine % learning->learned, fold = machine / learning->learned;
  (void)done;
  if (atomic_load(&learning->stopped)) return NARR_ERROR_CANCELLED;
  int stop = narr_training_progress(t, "learn", finished ? t->labels[label] : "",
                                    finished && fold < t->options.folds ? fold + 1 : 0, finished,
                                    learning->machine_count);
  if (stop) atomic_store(&learning->stopped, true);
  return stop ? NARR_ERROR_CANCELLED : 0;
}

/* ---- libsvm ---------------------------------------------------------------------- */

static narr_status learn_one(learning *learning, size_t machine) {
  narr_training *t = learning->training;
  size_t label = machine % learning->learned, fold = machine / learning->learned;
  narr_problem problem = problem_of(learning, machine);
  narr_machine learned = NARR_MACHINE_INIT;
  narr_status status =
      narr_libsvm_train(&learned, learning->libsvm, &problem, LIBSVM_CACHE_BYTES, NULL);
  if (status) return status;
  if (fold == t->options.folds) return keep_machine(t, label, &learned);
  for (size_t i = 0; i < t->row_count; i++)
    if (t->fold_of[i] == fold)
      keep_margin(t, label, i, narr_libsvm_margin(learning->libsvm, &learned, i));
  narr_machine_free(&learned);
  return NARR_OK;
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

/* The margins that lanes have of rows they have not seen. */
static void keep_margins(const learning *learning, const narr_lanes *lanes, size_t first) {
  const narr_training *t = learning->training;
  size_t last_fold = (first + lanes->count - 1) / learning->learned;
  for (size_t i = 0; i < t->row_count; i++) {
    if (t->fold_of[i] < first / learning->learned || t->fold_of[i] > last_fold) continue;
    double margins[NARR_LANES];
    narr_lanes_margins(lanes, &t->matrix, i, margins);
    for (size_t l = 0; l < lanes->count; l++)
      if (t->fold_of[i] == (first + l) / learning->learned)
        keep_margin(t, (first + l) % learning->learned, i, margins[l]);
  }
}

static narr_status keep_lanes(const learning *learning, const narr_lanes *lanes, size_t first) {
  const narr_training *t = learning->training;
  narr_status status = NARR_OK;
  keep_margins(learning, lanes, first);
  for (size_t l = 0; l < lanes->count && !status; l++) {
    size_t machine = first + l;
    narr_machine learned;
    if (machine / learning->learned < t->options.folds) continue;
    status = narr_lanes_machine(&learned, lanes, l, NULL);
    if (!status) status = keep_machine(t, machine % learning->learned, &learned);
  }
  return status;
}

static narr_status learn_lanes(learning *learning, size_t first, size_t count, unsigned worker) {
  const narr_training *t = learning->training;
  narr_problem problems[NARR_LANES];
  for (size_t l = 0; l < count; l++) problems[l] = problem_of(learning, first + l);
  lane_watch watch = {learning, worker};
  narr_linear_options options = {
      .loss = t->loss, .gram = learning->gram, .keep_going = keep_going, .context = &watch};
  narr_lanes lanes;
  narr_status status = narr_linear_train_lanes(&lanes, problems, count, &options, NULL, NULL);
  if (status) return status;
  status = keep_lanes(learning, &lanes, first);
  narr_lanes_free(&lanes);
  return status;
}

/* As few rounds of tasks as there must be, and tasks as small as that allows. */
static size_t lanes_a_task(size_t machines, unsigned jobs) {
  size_t rounds = (machines + (size_t)jobs * NARR_LANES - 1) / ((size_t)jobs * NARR_LANES);
  return (machines + rounds * jobs - 1) / (rounds * jobs);
}

/* ---- All of them ---------------------------------------------------------------------- */

static int learn_some(void *context, size_t task, unsigned worker) {
  learning *learning = context;
  size_t first = task * learning->width, count = learning->machine_count - first;
  if (count > learning->width) count = learning->width;
  narr_status status =
      learning->libsvm ? learn_one(learning, first) : learn_lanes(learning, first, count, worker);
  atomic_store(&learning->last_machine, first + count - 1);
  atomic_fetch_add(&learning->finished, count);
  return (int)status;
}

narr_status narr_training_learn(narr_training *t, narr_error *error) {
  learning learning = {.training = t, .learned = has_mirror(t) ? 1 : t->label_count};
  learning.machine_count = learning.learned * (t->options.folds + 1);
  learning.width = t->use_libsvm ? 1 : lanes_a_task(learning.machine_count, t->jobs);
  t->margins = narr_alloc_zero(t->label_count * t->row_count, sizeof *t->margins);
  t->machines = narr_alloc_zero(t->label_count, sizeof *t->machines);
  if (!t->margins || !t->machines) return narr_fail_memory(error);
  narr_status status = NARR_OK;
  if (t->use_libsvm)
    status = narr_libsvm_data_new(&learning.libsvm, &t->matrix, &t->kernel, t->jobs, error);
  else
    status = narr_linear_gram(&learning.gram, &t->matrix, t->jobs, error);
  if (status) return status;
  size_t tasks = (learning.machine_count + learning.width - 1) / learning.width;
  int result = narr_parallel(tasks, t->jobs, learn_some, &learning, watch_learning, &learning);
  narr_libsvm_data_free(learning.libsvm);
  narr_free(learning.gram);
  if (result == NARR_ERROR_CANCELLED) return narr_fail(error, NARR_ERROR_CANCELLED, "cancelled");
  if (result == NARR_ERROR_MEMORY) return narr_fail_memory(error);
  if (result) return narr_fail(error, (narr_status)result, "a machine could not be learned");
  return NARR_OK;
}
