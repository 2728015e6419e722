/* train_machines.c - for each label one machine a fold, whose margins of the
 * rows it has not seen are kept, and one on all rows, which is kept itself.
 *
 * What a term weighs depends on the list of rows that is learned from: all
 * but a fold, or all. The linear solver takes some labels of a list a task, as
 * many as descend in lockstep; libsvm one. Where inner products of all rows
 * are kept, lists come one by one, as that takes much memory for each, else
 * side by side. */
#include <math.h>
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
  const narr_learning_plan *plan;
  bool mirror;    /* the second label's machine is the first one's, mirrored */
  size_t learned; /* labels that need machines of their own */
  size_t width;   /* of them, those that a task learns */
  size_t groups;  /* tasks a list */
  bool by_list;   /* lists come one by one: */
  size_t list;    /* the one at hand, */
  narr_matrix view;
  narr_libsvm_data *libsvm;
  float *gram;
  atomic_size_t finished;     /* machines */
  atomic_size_t last_machine; /* list * learned + label, for the progress line */
  atomic_bool stopped;
} learning;

/* Where there are two labels and each row is known to have one, the second
 * machine is the first one with all signs turned. */
static bool has_mirror(const narr_training *t) {
  if (!t->exclusive || t->label_count != 2) return false;
  for (size_t i = 0; i < 2 * t->row_count; i++)
    if (t->targets[i] == 0) return false;
  return true;
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

static bool is_learnable(const narr_training *t, size_t list, size_t label) {
  return t->learnable[label * (t->options.folds + 1) + list];
}

/* Its rows are those of the list that are part of the label's problem (target
 * not 0); the caller frees them. False: out of memory. */
static bool pose(narr_problem *problem, const narr_training *t, const narr_matrix *view,
                 size_t list, size_t label) {
  const int8_t *targets = t->targets + label * t->row_count;
  size_t *rows = narr_alloc(t->fold_row_counts[list], sizeof *rows), count = 0;
  for (size_t k = 0; rows && k < t->fold_row_counts[list]; k++)
    if (targets[t->fold_rows[list][k]] != 0) rows[count++] = t->fold_rows[list][k];
  *problem = (narr_problem){.matrix = view,
                            .rows = rows,
                            .row_count = count,
                            .targets = targets,
                            .weights = t->weights,
                            .kernel = t->kernel,
                            .tolerance = t->use_libsvm ? LIBSVM_TOLERANCE : LINEAR_TOLERANCE,
                            .seed = t->options.seed};
  if (rows) set_class_weights(t, problem);
  return rows != NULL;
}

static void problem_free(narr_problem *problem) {
  narr_free((void *)(uintptr_t)problem->rows);
}

static void keep_margin(const learning *learning, size_t cost, size_t label, size_t row,
                        double margin) {
  const narr_training *t = learning->training;
  double *margins = learning->plan->margins + cost * t->label_count * t->row_count;
  margins[label * t->row_count + row] = margin;
  if (learning->mirror) margins[t->row_count + row] = -margin;
}

/* A fold that can't be learned says nothing of its rows. */
static void keep_no_margins(const learning *learning, size_t label, size_t list) {
  const narr_training *t = learning->training;
  for (size_t cost = 0; cost < learning->plan->cost_count; cost++)
    for (size_t i = 0; i < t->row_count; i++)
      if (t->fold_of[i] == list) keep_margin(learning, cost, label, i, NAN);
}

static narr_status keep_machine(const learning *learning, size_t label,
                                const narr_machine *machine) {
  const narr_training *t = learning->training;
  t->machines[label] = *machine;
  if (!learning->mirror) return NARR_OK;
  return narr_machine_mirror(&t->machines[1], machine, t->matrix.column_count, NULL);
}

/* Called between tasks and, on the calling thread, between passes. */
static int watch_learning(void *context, size_t done) {
  learning *learning = context;
  const narr_training *t = learning->training;
  size_t finished = atomic_load(&learning->finished);
  size_t machine = atomic_load(&learning->last_machine);
  size_t label = machine % learning->learned, list = machine / learning->learned;
  (void)done;
  if (atomic_load(&learning->stopped)) return NARR_ERROR_CANCELLED;
  int stop = narr_training_progress(t, "learn", finished ? t->labels[label] : "",
                                    finished && list < t->options.folds ? list + 1 : 0, finished,
                                    learning->learned * learning->plan->cost_count *
                                        (learning->plan->end - learning->plan->first));
  if (stop) atomic_store(&learning->stopped, true);
  return stop ? NARR_ERROR_CANCELLED : 0;
}

static void count_finished(learning *learning, size_t list, size_t label, size_t count) {
  atomic_store(&learning->last_machine, list * learning->learned + label);
  atomic_fetch_add(&learning->finished, count);
}

/* ---- libsvm ---------------------------------------------------------------------- */

static narr_status learn_at(learning *learning, const narr_problem *problem, size_t cost,
                            size_t label) {
  const narr_training *t = learning->training;
  narr_machine learned = NARR_MACHINE_INIT;
  narr_status status =
      narr_libsvm_train(&learned, learning->libsvm, problem, LIBSVM_CACHE_BYTES, NULL);
  if (status) return status;
  if (learning->list == t->options.folds) return keep_machine(learning, label, &learned);
  for (size_t i = 0; i < t->row_count; i++)
    if (t->fold_of[i] == learning->list)
      keep_margin(learning, cost, label, i, narr_libsvm_margin(learning->libsvm, &learned, i));
  narr_machine_free(&learned);
  return NARR_OK;
}

static int learn_one(void *context, size_t label, unsigned worker) {
  learning *learning = context;
  const narr_learning_plan *plan = learning->plan;
  narr_problem problem;
  narr_status status = NARR_OK;
  (void)worker;
  count_finished(learning, learning->list, label, plan->cost_count);
  if (!is_learnable(learning->training, learning->list, label)) {
    keep_no_margins(learning, label, learning->list);
    return NARR_OK;
  }
  if (!pose(&problem, learning->training, &learning->view, learning->list, label))
    return NARR_ERROR_MEMORY;
  for (size_t cost = 0; cost < plan->cost_count && !status; cost++) {
    problem.C = plan->costs[cost];
    status = learn_at(learning, &problem, cost, label);
  }
  problem_free(&problem);
  return (int)status;
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

/* The labels of a group that can be learned, a lane each. */
typedef struct group {
  const narr_matrix *view;
  size_t list;
  size_t count;
  size_t labels[NARR_LANES];
  narr_problem problems[NARR_LANES];
} group;

/* The margins of rows that the lanes have not seen, or the machines. */
static narr_status keep_lanes(const learning *learning, const narr_lanes *lanes, const group *group,
                              size_t cost) {
  const narr_training *t = learning->training;
  narr_status status = NARR_OK;
  for (size_t i = 0; i < t->row_count; i++) {
    if (t->fold_of[i] != group->list) continue;
    double margins[NARR_LANES];
    narr_lanes_margins(lanes, group->view, i, margins);
    for (size_t l = 0; l < group->count; l++)
      keep_margin(learning, cost, group->labels[l], i, margins[l]);
  }
  for (size_t l = 0; l < group->count && group->list == t->options.folds && !status; l++) {
    narr_machine learned;
    status = narr_lanes_machine(&learned, lanes, l, NULL);
    if (!status) status = keep_machine(learning, group->labels[l], &learned);
  }
  return status;
}

/* The costs one after the other, each from where the last one ended. */
static narr_status learn_path(learning *learning, group *group, float *const *duals,
                              unsigned worker) {
  lane_watch watch = {learning, worker};
  narr_linear_options options = {.loss = learning->training->loss,
                                 .gram = learning->gram,
                                 .keep_going = keep_going,
                                 .context = &watch};
  narr_status status = NARR_OK;
  for (size_t cost = 0; cost < learning->plan->cost_count && !status; cost++) {
    narr_lanes lanes;
    for (size_t l = 0; l < group->count; l++) group->problems[l].C = learning->plan->costs[cost];
    status = narr_linear_train_lanes(&lanes, group->problems, group->count, &options, duals, NULL);
    if (status) break;
    status = keep_lanes(learning, &lanes, group, cost);
    narr_lanes_free(&lanes);
  }
  return status;
}

static narr_status learn_lanes(learning *learning, group *group, unsigned worker) {
  if (group->count == 0) return NARR_OK;
  if (learning->plan->cost_count == 1) return learn_path(learning, group, NULL, worker);
  size_t rows = learning->training->row_count;
  float *duals[NARR_LANES];
  float *all = narr_alloc_zero(group->count * rows, sizeof *all);
  if (!all) return NARR_ERROR_MEMORY;
  for (size_t l = 0; l < group->count; l++) duals[l] = all + l * rows;
  narr_status status = learn_path(learning, group, duals, worker);
  narr_free(all);
  return status;
}

/* Labels from `first` on, as many as a task takes, of a list. */
static narr_status learn_labels(learning *learning, const narr_matrix *view, size_t list,
                                size_t first, unsigned worker) {
  const narr_training *t = learning->training;
  size_t end = first + learning->width;
  if (end > learning->learned) end = learning->learned;
  group group = {.view = view, .list = list};
  narr_status status = NARR_OK;
  for (size_t label = first; label < end && !status; label++) {
    if (!is_learnable(t, list, label)) {
      keep_no_margins(learning, label, list);
    } else if (pose(&group.problems[group.count], t, view, list, label)) {
      group.labels[group.count++] = label;
    } else {
      status = NARR_ERROR_MEMORY;
    }
  }
  if (!status) status = learn_lanes(learning, &group, worker);
  for (size_t l = 0; l < group.count; l++) problem_free(&group.problems[l]);
  if (!status) count_finished(learning, list, first, (end - first) * learning->plan->cost_count);
  return status;
}

static int learn_group(void *context, size_t task, unsigned worker) {
  learning *learning = context;
  const narr_training *t = learning->training;
  size_t first = task % learning->groups * learning->width;
  if (learning->by_list)
    return (int)learn_labels(learning, &learning->view, learning->list, first, worker);
  size_t list = learning->plan->first + task / learning->groups;
  narr_matrix view;
  if (!narr_training_view(t, list, &view)) return NARR_ERROR_MEMORY;
  narr_status status = learn_labels(learning, &view, list, first, worker);
  narr_training_view_free(t, &view);
  return (int)status;
}

/* ---- All of them ---------------------------------------------------------------------- */

static int learn_list(learning *learning, narr_error *error) {
  narr_training *t = learning->training;
  if (!narr_training_view(t, learning->list, &learning->view)) return NARR_ERROR_MEMORY;
  narr_status status =
      t->use_libsvm
          ? narr_libsvm_data_new(&learning->libsvm, &learning->view, &t->kernel, t->jobs, error)
          : narr_linear_gram(&learning->gram, &learning->view, t->jobs, error);
  int result = (int)status;
  if (!status)
    result =
        narr_parallel(t->use_libsvm ? learning->learned : learning->groups, t->jobs,
                      t->use_libsvm ? learn_one : learn_group, learning, watch_learning, learning);
  narr_libsvm_data_free(learning->libsvm);
  learning->libsvm = NULL;
  narr_free(learning->gram);
  learning->gram = NULL;
  narr_training_view_free(t, &learning->view);
  return result;
}

narr_status narr_training_learn(narr_training *t, const narr_learning_plan *plan,
                                narr_error *error) {
  learning learning = {.training = t, .plan = plan, .mirror = has_mirror(t), .list = plan->first};
  learning.learned = learning.mirror ? 1 : t->label_count;
  learning.groups = (learning.learned + NARR_LANES - 1) / NARR_LANES;
  learning.width = (learning.learned + learning.groups - 1) / learning.groups;
  if (plan->end > t->options.folds) {
    t->machines = narr_alloc_zero(t->label_count, sizeof *t->machines);
    if (!t->machines) return narr_fail_memory(error);
  }
  int result = 0;
  learning.by_list =
      t->use_libsvm || narr_linear_gram_pays(&t->matrix, learning.groups * plan->cost_count);
  if (learning.by_list)
    for (; learning.list < plan->end && !result; learning.list++)
      result = learn_list(&learning, error);
  else
    result = narr_parallel((plan->end - plan->first) * learning.groups, t->jobs, learn_group,
                           &learning, watch_learning, &learning);
  if (result == NARR_ERROR_CANCELLED) return narr_fail(error, NARR_ERROR_CANCELLED, "cancelled");
  if (result == NARR_ERROR_MEMORY) return narr_fail_memory(error);
  if (result) return narr_fail(error, (narr_status)result, "a machine could not be learned");
  return NARR_OK;
}
