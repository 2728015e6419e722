/* linear_solver.c - dual coordinate descent (Hsieh et al. 2008, section 3).
 *
 * The dual of an SVM has one variable alpha a row, 0 <= alpha <= upper. One
 * at a time is brought to its optimum with the others fixed, which takes one
 * pass over the row's terms, because w = sum of alpha * target * row is kept
 * up to date. Rows whose alpha sits at a bound, and whose gradient says by
 * more than any violation of the last pass that it will stay there, are left
 * out (shrinking); before the solution is believed all rows are looked at
 * once more. The squared hinge has no upper bound but a ridge on alpha. */
#include "svm/linear_solver.h"

#include <math.h>
#include <stdbool.h>

#include "base/alloc.h"
#include "base/prng.h"
#include "base/status.h"

#define DEFAULT_MAX_ITERATIONS 1000
#define SMALLEST_GRADIENT 1e-12

/* What a step needs to know of its row, side by side in memory. */
typedef struct dual_variable {
  double alpha;
  double upper;
  double ridge;     /* added to the diagonal of the dual's quadratic form */
  double curvature; /* that diagonal: <row, row> + 1 for the bias + ridge */
  double target;
  size_t row;
} dual_variable;

/* Bounds on the projected gradients met in a pass. */
typedef struct gradient_range {
  double highest;
  double lowest;
} gradient_range;

typedef struct descent {
  const narr_matrix *matrix;
  dual_variable *duals;
  size_t count;
  size_t *order; /* of visits; the first `active` are not shrunk */
  size_t active;
  double *weights;
  double bias;
  gradient_range previous; /* of the last pass: beyond it, rows are shrunk */
  narr_prng prng;
} descent;

static const gradient_range shrink_nothing = {INFINITY, -INFINITY};

/* Rows that cost nothing are left out: their alpha is 0. */
static void set_up(descent *self, const narr_problem *problem, narr_loss loss) {
  for (size_t k = 0; k < problem->row_count; k++) {
    size_t row = problem->rows[k];
    double cost = narr_problem_cost(problem, row);
    if (!(cost > 0)) continue;
    double ridge = loss == NARR_LOSS_HINGE ? 0 : 0.5 / cost;
    self->duals[self->count] = (dual_variable){
        .upper = loss == NARR_LOSS_HINGE ? cost : INFINITY,
        .ridge = ridge,
        .curvature = narr_row_norm(problem->matrix, row) + 1 + ridge,
        .target = problem->targets[row],
        .row = row,
    };
    self->order[self->count] = self->count;
    self->count++;
  }
  self->active = self->count;
}

/* The exact minimum along one variable, cut off at its bounds. */
static void step(descent *self, dual_variable *dual, double gradient) {
  double before = dual->alpha;
  dual->alpha = fmin(fmax(before - gradient / dual->curvature, 0), dual->upper);
  double change = (dual->alpha - before) * dual->target;
  narr_row_add(self->matrix, dual->row, change, self->weights);
  self->bias += change;
}

/* Improves one variable, or returns false if it is to be shrunk. */
static bool visit(descent *self, dual_variable *dual, gradient_range *seen) {
  double margin = narr_row_dot(self->matrix, dual->row, self->weights) + self->bias;
  double gradient = dual->target * margin - 1 + dual->ridge * dual->alpha;
  double projected = gradient;
  if (dual->alpha <= 0) {
    if (gradient > self->previous.highest) return false;
    projected = fmin(gradient, 0);
  } else if (dual->alpha >= dual->upper) {
    if (gradient < self->previous.lowest) return false;
    projected = fmax(gradient, 0);
  }
  seen->highest = fmax(seen->highest, projected);
  seen->lowest = fmin(seen->lowest, projected);
  if (fabs(projected) > SMALLEST_GRADIENT) step(self, dual, gradient);
  return true;
}

/* Visits the active rows in random order. */
static gradient_range pass(descent *self) {
  gradient_range seen = {-INFINITY, INFINITY};
  narr_prng_shuffle(&self->prng, self->order, self->active);
  for (size_t k = 0; k < self->active;) {
    size_t visited = self->order[k];
    if (visit(self, &self->duals[visited], &seen)) {
      k++;
    } else {
      self->active--;
      self->order[k] = self->order[self->active];
      self->order[self->active] = visited;
    }
  }
  return seen;
}

/* Passes until the violation is within tolerance on all rows; returns their
 * number. */
static size_t descend(descent *self, double tolerance, size_t max_iterations) {
  self->previous = shrink_nothing;
  size_t passes = 0;
  while (passes < max_iterations) {
    gradient_range seen = pass(self);
    passes++;
    if (seen.highest - seen.lowest <= tolerance) {
      if (self->active == self->count) break;
      self->active = self->count;
      self->previous = shrink_nothing;
      continue;
    }
    self->previous.highest = seen.highest > 0 ? seen.highest : INFINITY;
    self->previous.lowest = seen.lowest < 0 ? seen.lowest : -INFINITY;
  }
  return passes;
}

static double dual_objective(const descent *self) {
  double sum = self->bias * self->bias;
  for (size_t c = 0; c < self->matrix->column_count; c++)
    sum += self->weights[c] * self->weights[c];
  for (size_t k = 0; k < self->count; k++) {
    const dual_variable *dual = &self->duals[k];
    sum += dual->alpha * (dual->alpha * dual->ridge - 2);
  }
  return sum / 2;
}

narr_status narr_linear_train(narr_machine *out, const narr_problem *problem, narr_loss loss,
                              size_t max_iterations, narr_error *error) {
  *out = (narr_machine)NARR_MACHINE_INIT;
  if (problem->kernel.kind != NARR_KERNEL_LINEAR)
    return narr_fail(error, NARR_ERROR_ARGUMENT, "the linear solver has the linear kernel only");
  narr_status status = narr_problem_check(problem, error);
  if (status) return status;
  descent self = {.matrix = problem->matrix, .prng = {problem->seed}};
  self.duals = narr_alloc(problem->row_count, sizeof *self.duals);
  self.order = narr_alloc(problem->row_count, sizeof *self.order);
  self.weights = narr_alloc_zero(problem->matrix->column_count, sizeof *self.weights);
  if (!self.duals || !self.order || !self.weights) {
    status = narr_fail_memory(error);
    goto out;
  }
  set_up(&self, problem, loss);
  out->iterations =
      descend(&self, problem->tolerance, max_iterations ? max_iterations : DEFAULT_MAX_ITERATIONS);
  out->objective = dual_objective(&self);
  out->bias = self.bias;
  out->weights = self.weights;
  self.weights = NULL;
out:
  narr_free(self.weights);
  narr_free(self.order);
  narr_free(self.duals);
  return status;
}
