/* linear_solver.c - dual coordinate descent (Hsieh et al. 2008, section 3),
 * several machines in lockstep.
 *
 * The dual of an SVM has one variable alpha a row, 0 <= alpha <= upper. One
 * at a time is brought to its optimum with the others fixed, which takes one
 * pass over the row's terms, because w = sum of alpha * target * row is kept
 * up to date. Rows whose alpha sits at a bound, and whose gradient says by
 * more than any violation of the last pass that it will stay there, are left
 * out (shrinking). The squared hinge has no upper bound but a ridge on alpha.
 *
 * A visit serves all lanes that still want the row. The order of visits is a
 * permutation of all matrix rows that depends on the seed and the number of
 * the pass only, and every lane has its own shrinking and its own end: so no
 * lane notices the others.
 *
 * When to stop: as |w|^2 is the sum of alpha * target * <w, row>, the gap
 * between primal and dual objective is a sum over rows, none below 0, and each
 * visit knows its row's share under the weights of its moment. Where the sum
 * over a pass is small enough, and again in the next pass, over all rows, there
 * is little left to win. */
#include "svm/linear_solver.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cpu.h"
#include "base/prng.h"
#include "base/status.h"

#define DEFAULT_MAX_PASSES 1000
#define SMALLEST_GAP 1e-5 /* relative: 32-bit weights hold no less */
#define NUMBERS_A_LINE 16 /* of 32 bits in a cache line */
#define SMALLEST_GRADIENT 1e-12

/* One number a lane, side by side, so that loops over lanes become vector
 * instructions. */
typedef double per_lane[NARR_LANES];

typedef struct descent {
  const narr_matrix *matrix;
  const narr_problem *problems;
  const narr_linear_options *options;
  narr_lanes *lanes;
  const double *row_weights; /* NULL: all 1 */
  narr_prng prng;

  /* A matrix row's: */
  float *alphas;     /* NARR_LANES of them */
  float *sums;       /* with a Gram matrix: <weights, row> in each lane */
  double *norms;     /* <row, row> + 1 for the bias */
  uint8_t *members;  /* a bit a lane: the row is in its problem, at some cost */
  uint8_t *positive; /* the target is +1 */
  uint8_t *active;   /* members that are not shrunk */
  uint32_t *order;   /* of visits */

  /* A lane's: */
  unsigned running; /* a bit a lane */
  unsigned close;   /* its gap was closed, going by the last pass */
  size_t member_count[NARR_LANES];
  size_t shrunk[NARR_LANES];
  per_lane cost_positive, cost_negative;
  per_lane highest, lowest;           /* projected gradients of the last pass */
  per_lane seen_highest, seen_lowest; /* of this pass */
  per_lane alpha_sum;
  per_lane ridge_sum; /* of ridge * alpha^2 / 2 */
  per_lane gap;       /* of rows visited in this pass */
} descent;

/* What one visit knows. */
typedef struct visit {
  size_t row;
  float sums[NARR_LANES];
  float changes[NARR_LANES]; /* of alpha * target */
} visit;

/* ---- Setting up ------------------------------------------------------------------ */

/* Rows that cost nothing are left out: their alpha is 0. */
static void enlist(descent *self, size_t lane) {
  const narr_problem *problem = &self->problems[lane];
  uint8_t bit = (uint8_t)(1U << lane);
  self->cost_positive[lane] = problem->C * problem->positive_weight;
  self->cost_negative[lane] = problem->C * problem->negative_weight;
  for (size_t k = 0; k < problem->row_count; k++) {
    size_t row = problem->rows[k];
    if (!(narr_problem_cost(problem, row) > 0)) continue;
    self->members[row] |= bit;
    if (problem->targets[row] > 0) self->positive[row] |= bit;
    self->member_count[lane]++;
  }
}

static void activate(descent *self, size_t lane) {
  uint8_t bit = (uint8_t)(1U << lane);
  for (size_t row = 0; row < self->matrix->row_count; row++)
    self->active[row] |= self->members[row] & bit;
  self->shrunk[lane] = 0;
  self->highest[lane] = INFINITY;
  self->lowest[lane] = -INFINITY;
}

static double cost_of(const descent *self, size_t row, size_t lane) {
  double cost =
      self->positive[row] >> lane & 1U ? self->cost_positive[lane] : self->cost_negative[lane];
  return self->row_weights ? cost * self->row_weights[row] : cost;
}

static double ridge_of(const descent *self, double cost) {
  return self->options->loss == NARR_LOSS_HINGE ? 0 : 0.5 / cost;
}

/* Adds a multiple of a row to the weights; with a Gram matrix, to what is
 * known of them. */
static inline __attribute__((always_inline)) void add_row(descent *self, size_t row,
                                                          const float factors[NARR_LANES]) {
  const float *gram = self->options->gram;
  size_t rows = self->matrix->row_count;
  if (gram)
    narr_lanes_add_dense(self->sums, gram + row * rows, rows, factors);
  else
    narr_lanes_add(self->lanes->weights, self->matrix, row, factors);
}

/* Takes over an earlier solution: its alphas, as far as they may stand, and
 * the weights that follow from them. */
static void warm_up(descent *self, float *const *duals) {
  for (size_t row = 0; row < self->matrix->row_count; row++) {
    float factors[NARR_LANES] = {0};
    bool any = false;
    for (size_t l = 0; l < self->lanes->count; l++) {
      float alpha = self->members[row] >> l & 1U ? duals[l][row] : 0;
      double cost = cost_of(self, row, l), ridge = ridge_of(self, cost);
      if (!(alpha > 0)) continue;
      if (self->options->loss == NARR_LOSS_HINGE && alpha > (float)cost) alpha = (float)cost;
      self->alphas[row * NARR_LANES + l] = alpha;
      factors[l] = self->positive[row] >> l & 1U ? alpha : -alpha;
      self->alpha_sum[l] += (double)alpha;
      self->ridge_sum[l] += ridge * (double)alpha * (double)alpha / 2;
      self->lanes->bias[l] += (double)factors[l];
      any = true;
    }
    if (any) add_row(self, row, factors);
  }
}

/* ---- Descending ------------------------------------------------------------------- */

/* One lane's part of a visit: its new alpha, or that the row is shrunk. */
static void step(descent *self, visit *visit, size_t lane) {
  size_t row = visit->row;
  bool hinge = self->options->loss == NARR_LOSS_HINGE;
  double target = self->positive[row] >> lane & 1U ? 1 : -1;
  double cost = cost_of(self, row, lane), ridge = ridge_of(self, cost);
  double upper = hinge ? (double)(float)cost : INFINITY;
  double curvature = self->norms[row] + ridge;
  float *alpha = &self->alphas[row * NARR_LANES + lane];
  double before = (double)*alpha;
  double slack = 1 - target * ((double)visit->sums[lane] + self->lanes->bias[lane]);
  double gradient = ridge * before - slack, projected = gradient;
  double loss = slack > 0 ? cost * (hinge ? slack : slack * slack) : 0;
  bool shrink = false;
  if (before <= 0) {
    shrink = gradient > self->highest[lane];
    projected = fmin(gradient, 0);
  } else if (before >= upper) {
    shrink = gradient < self->lowest[lane];
    projected = fmax(gradient, 0);
  }
  if (shrink && !self->options->no_shrinking) {
    self->active[row] &= (uint8_t) ~(1U << lane);
    self->shrunk[lane]++;
    return;
  }
  self->gap[lane] += fmax(loss - before * (slack - ridge * before / 2), 0);
  self->seen_highest[lane] = fmax(self->seen_highest[lane], projected);
  self->seen_lowest[lane] = fmin(self->seen_lowest[lane], projected);
  if (fabs(projected) <= SMALLEST_GRADIENT) return;
  *alpha = (float)fmin(fmax(before - gradient / curvature, 0), upper);
  double change = (double)*alpha - before;
  self->alpha_sum[lane] += change;
  self->ridge_sum[lane] += ridge * change * (before + change / 2);
  self->lanes->bias[lane] += change * target;
  visit->changes[lane] = (float)(change * target);
}

static inline __attribute__((always_inline)) void visit_row(descent *self, size_t row,
                                                            unsigned wanted) {
  visit visit = {.row = row};
  if (self->sums)
    memcpy(visit.sums, &self->sums[row * NARR_LANES], sizeof visit.sums);
  else
    narr_lanes_dot(self->lanes->weights, self->matrix, row, visit.sums);
  for (unsigned left = wanted; left; left &= left - 1)
    step(self, &visit, (size_t)__builtin_ctz(left));
  bool changed = false;
  for (size_t l = 0; l < NARR_LANES; l++) changed |= visit.changes[l] != 0;
  if (changed) add_row(self, row, visit.changes);
}

/* The position in the order, from k on, of a row that some lane wants. */
static size_t next_wanted(const descent *self, size_t k) {
  while (k < self->matrix->row_count && !(self->active[self->order[k]] & self->running)) k++;
  return k;
}

/* Rows come in random order: no processor foresees which is next. */
static void fetch(const descent *self, size_t k) {
  const narr_matrix *matrix = self->matrix;
  if (k >= matrix->row_count || self->sums) return;
  size_t row = self->order[k], end = matrix->starts[row + 1];
  __builtin_prefetch(&self->alphas[row * NARR_LANES]);
  __builtin_prefetch(&self->norms[row]);
  for (size_t i = matrix->starts[row]; i < end; i += NUMBERS_A_LINE) {
    __builtin_prefetch(&matrix->columns[i]);
    __builtin_prefetch(&matrix->values[i]);
  }
}

static inline __attribute__((always_inline)) void visit_rows(descent *self) {
  for (size_t k = next_wanted(self, 0), next; k < self->matrix->row_count; k = next) {
    next = next_wanted(self, k + 1);
    fetch(self, next);
    size_t row = self->order[k];
    visit_row(self, row, self->active[row] & self->running);
  }
}

/* The same code for wider registers. */
#ifdef __x86_64__
static __attribute__((target("avx2"))) void visit_rows_avx2(descent *self) {
  visit_rows(self);
}
#else
static void visit_rows_avx2(descent *self) {
  visit_rows(self);
}
#endif

static void shuffle(descent *self) {
  for (size_t i = self->matrix->row_count; i > 1; i--) {
    size_t j = (size_t)narr_prng_below(&self->prng, i);
    uint32_t swap = self->order[i - 1];
    self->order[i - 1] = self->order[j];
    self->order[j] = swap;
  }
}

static void pass(descent *self) {
  for (size_t l = 0; l < NARR_LANES; l++) {
    self->seen_highest[l] = -INFINITY;
    self->seen_lowest[l] = INFINITY;
    self->gap[l] = 0;
  }
  shuffle(self);
  if (narr_cpu() >= NARR_CPU_AVX2 && !self->options->plain)
    visit_rows_avx2(self);
  else
    visit_rows(self);
}

/* alpha * target of a row in each lane. */
static bool coefficients(const descent *self, size_t row, float out[NARR_LANES]) {
  bool any = false;
  for (size_t l = 0; l < NARR_LANES; l++) {
    float alpha = self->alphas[row * NARR_LANES + l];
    out[l] = self->positive[row] >> l & 1U ? alpha : -alpha;
    any |= alpha != 0;
  }
  return any;
}

/* |w|^2 / 2 of all lanes. Summed anew each time: what rounding adds to every
 * step would pile up. */
static void half_norms(const descent *self, per_lane halves) {
  const narr_lanes *lanes = self->lanes;
  for (size_t l = 0; l < NARR_LANES; l++) halves[l] = lanes->bias[l] * lanes->bias[l] / 2;
  for (size_t row = 0; self->sums && row < self->matrix->row_count; row++) {
    float factors[NARR_LANES];
    if (!coefficients(self, row, factors)) continue;
    for (size_t l = 0; l < NARR_LANES; l++)
      halves[l] += (double)factors[l] * (double)self->sums[row * NARR_LANES + l] / 2;
  }
  for (size_t c = 0; !self->sums && c < lanes->column_count; c++)
    for (size_t l = 0; l < NARR_LANES; l++) {
      double weight = (double)lanes->weights[c * NARR_LANES + l];
      halves[l] += weight * weight / 2;
    }
}

/* After a pass: is the lane done, or what is it to shrink in the next one? */
static void judge(descent *self, size_t lane, double half_norm, size_t passes) {
  double dual = self->alpha_sum[lane] - self->ridge_sum[lane] - half_norm;
  bool close = self->gap[lane] <= fmax(self->problems[lane].tolerance, SMALLEST_GAP) * dual;
  bool sure = close && self->close >> lane & 1U && self->shrunk[lane] == 0;
  self->close = close ? self->close | 1U << lane : self->close & ~(1U << lane);
  if (sure || passes == self->options->max_passes) {
    self->running &= ~(1U << lane);
    self->lanes->iterations[lane] = passes;
    self->lanes->objective[lane] = -dual;
  } else if (close) {
    activate(self, lane);
  } else {
    double highest = self->seen_highest[lane], lowest = self->seen_lowest[lane];
    self->highest[lane] = highest > 0 ? highest : INFINITY;
    self->lowest[lane] = lowest < 0 ? lowest : -INFINITY;
  }
}

static bool descend(descent *self) {
  for (size_t passes = 1; self->running; passes++) {
    per_lane halves;
    pass(self);
    half_norms(self, halves);
    for (unsigned left = self->running; left; left &= left - 1) {
      size_t lane = (size_t)__builtin_ctz(left);
      judge(self, lane, halves[lane], passes);
    }
    if (self->options->keep_going && !self->options->keep_going(self->options->context))
      return false;
  }
  return true;
}

/* ---- In and out -------------------------------------------------------------------- */

static narr_status check(const narr_problem *problems, size_t count, narr_error *error) {
  if (count < 1 || count > NARR_LANES)
    return narr_fail(error, NARR_ERROR_ARGUMENT, "%zu machines at once, not 1 to %d", count,
                     NARR_LANES);
  for (size_t i = 0; i < count; i++) {
    if (problems[i].kernel.kind != NARR_KERNEL_LINEAR)
      return narr_fail(error, NARR_ERROR_ARGUMENT, "the linear solver has the linear kernel only");
    if (problems[i].matrix != problems[0].matrix || problems[i].weights != problems[0].weights)
      return narr_fail(error, NARR_ERROR_ARGUMENT, "problems of different matrices or row weights");
    narr_status status = narr_problem_check(&problems[i], error);
    if (status) return status;
  }
  return NARR_OK;
}

static bool set_up(descent *self, float *const *duals) {
  size_t rows = self->matrix->row_count;
  self->alphas = narr_alloc_zero(rows, NARR_LANES * sizeof *self->alphas);
  self->norms = narr_alloc(rows, sizeof *self->norms);
  self->members = narr_alloc_zero(rows, 1);
  self->positive = narr_alloc_zero(rows, 1);
  self->active = narr_alloc_zero(rows, 1);
  self->order = narr_alloc(rows, sizeof *self->order);
  if (self->options->gram) self->sums = narr_alloc_spread(rows, NARR_LANES * sizeof *self->sums);
  if ((self->options->gram && !self->sums) || !self->alphas || !self->norms || !self->members ||
      !self->positive || !self->active || !self->order)
    return false;
  for (size_t row = 0; row < rows; row++) {
    self->norms[row] = narr_row_norm(self->matrix, row) + 1;
    self->order[row] = (uint32_t)row;
  }
  for (size_t l = 0; l < self->lanes->count; l++) {
    enlist(self, l);
    activate(self, l);
    self->running |= 1U << l;
  }
  if (duals) warm_up(self, duals);
  return true;
}

/* After a descent over a Gram matrix: the weights that the alphas stand for. */
static void unfold(descent *self) {
  for (size_t row = 0; row < self->matrix->row_count; row++) {
    float factors[NARR_LANES];
    if (coefficients(self, row, factors))
      narr_lanes_add(self->lanes->weights, self->matrix, row, factors);
  }
}

static void hand_back(const descent *self, float *const *duals) {
  for (size_t l = 0; l < self->lanes->count; l++)
    for (size_t row = 0; row < self->matrix->row_count; row++)
      duals[l][row] = self->alphas[row * NARR_LANES + l];
}

narr_status narr_linear_train_lanes(narr_lanes *out, const narr_problem *problems, size_t count,
                                    const narr_linear_options *options, float *const *duals,
                                    narr_error *error) {
  *out = (narr_lanes){0};
  narr_status status = check(problems, count, error);
  if (status) return status;
  narr_linear_options choices = *options;
  if (!choices.max_passes) choices.max_passes = DEFAULT_MAX_PASSES;
  descent self = {.matrix = problems->matrix,
                  .problems = problems,
                  .options = &choices,
                  .lanes = out,
                  .row_weights = problems->weights,
                  .prng = {problems->seed}};
  if (!narr_lanes_init(out, count, self.matrix->column_count) || !set_up(&self, duals))
    status = narr_fail_memory(error);
  else if (!descend(&self))
    status = narr_fail(error, NARR_ERROR_CANCELLED, "cancelled");
  else if (duals)
    hand_back(&self, duals);
  if (!status && self.sums) unfold(&self);
  narr_free(self.alphas);
  narr_free(self.sums);
  narr_free(self.norms);
  narr_free(self.members);
  narr_free(self.positive);
  narr_free(self.active);
  narr_free(self.order);
  if (status) narr_lanes_free(out);
  return status;
}

narr_status narr_linear_train(narr_machine *out, const narr_problem *problem, narr_loss loss,
                              size_t max_passes, narr_error *error) {
  *out = (narr_machine)NARR_MACHINE_INIT;
  narr_lanes lanes;
  narr_linear_options options = {.loss = loss, .max_passes = max_passes};
  narr_status status = narr_linear_train_lanes(&lanes, problem, 1, &options, NULL, error);
  if (status) return status;
  status = narr_lanes_machine(out, &lanes, 0, error);
  narr_lanes_free(&lanes);
  return status;
}
