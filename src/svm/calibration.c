/* calibration.c - Platt's sigmoid by Newton's method with backtracking (Lin,
 * Lin & Weng 2007, algorithm 1).
 *
 * Margins are centred and scaled to -1..1 first. That leaves the optimum
 * where it is, and makes step sizes and tolerances mean the same whatever
 * the margins' unit is. */
#include "svm/calibration.h"

#include <math.h>
#include <stdbool.h>

#define MAX_ITERATIONS 100
#define SMALLEST_STEP 1e-10
#define RIDGE 1e-12             /* keeps the Hessian positive definite */
#define GRADIENT_TOLERANCE 1e-9 /* a unit of weight */
#define SUFFICIENT_DECREASE 1e-4
#define FLATTEST_SLOPE (-1e-3) /* on the scaled margins */
#define SMALLEST_SPREAD 1e-9   /* of margins around their centre: else they are all the same */
#define LARGEST_MARGIN 1e100   /* beyond it, squares and differences overflow */

/* exp(-36) is still seen next to 1; exp(700) is still finite. */
#define LOWEST_EXPONENT (-36.0)
#define HIGHEST_EXPONENT 700.0

typedef struct calibration {
  const double *margins;
  const int8_t *targets;
  const double *weights;
  size_t count;
  double unit;            /* of weight: 1 / mean weight */
  double positive_weight; /* sums, in that unit */
  double negative_weight;
  double center; /* x = (margin - center) / scale */
  double scale;
} calibration;

typedef struct slope {
  double gradient_a, gradient_b;
  double hessian_aa, hessian_ab, hessian_bb;
} slope;

/* One expression for all exponents: a case distinction, though usual, would
 * break the rise by a rounding error where the cases meet. */
double narr_sigmoid_probability(narr_sigmoid sigmoid, double margin) {
  double exponent = sigmoid.a * margin + sigmoid.b;
  exponent = exponent < LOWEST_EXPONENT ? LOWEST_EXPONENT : exponent;
  exponent = exponent > HIGHEST_EXPONENT ? HIGHEST_EXPONENT : exponent;
  return 1 / (1 + exp(exponent));
}

/* The weight of a row; 0 if it can't be used. */
static double row_weight(const calibration *self, size_t i) {
  if (!(fabs(self->margins[i]) < LARGEST_MARGIN)) return 0;
  double weight = self->weights ? self->weights[i] : 1;
  return isfinite(weight) && weight > 0 ? weight * self->unit : 0;
}

/* The unit of weight and the sums in it; false if no row can be used. */
static bool weigh(calibration *self) {
  double heaviest = 0;
  double total = 0;
  double used = 0;
  self->unit = 1;
  for (size_t i = 0; i < self->count; i++) heaviest = fmax(heaviest, row_weight(self, i));
  self->unit = 1 / heaviest; /* for now, so that the sum can't overflow */
  if (!(heaviest > 0) || !isfinite(self->unit)) return false;
  for (size_t i = 0; i < self->count; i++) {
    double weight = row_weight(self, i);
    total += weight;
    used += weight > 0;
  }
  self->unit *= used / total;
  for (size_t i = 0; i < self->count; i++)
    *(self->targets[i] > 0 ? &self->positive_weight : &self->negative_weight) +=
        row_weight(self, i);
  return true;
}

/* Where the margins of the usable rows lie. */
static void measure(calibration *self) {
  double lowest = INFINITY;
  double highest = -INFINITY;
  for (size_t i = 0; i < self->count; i++) {
    if (!(row_weight(self, i) > 0)) continue;
    lowest = fmin(lowest, self->margins[i]);
    highest = fmax(highest, self->margins[i]);
  }
  self->center = lowest / 2 + highest / 2;
  self->scale = highest / 2 - lowest / 2;
}

static double scaled(const calibration *self, size_t i) {
  return (self->margins[i] - self->center) / self->scale;
}

/* Platt's targets: what a uniform prior makes of pure classes. */
static double smoothed_target(const calibration *self, size_t i) {
  return self->targets[i] > 0 ? (self->positive_weight + 1) / (self->positive_weight + 2)
                              : 1 / (self->negative_weight + 2);
}

/* The cross-entropy of targets and probabilities. */
static double objective(const calibration *self, narr_sigmoid s) {
  double sum = 0;
  for (size_t i = 0; i < self->count; i++) {
    double weight = row_weight(self, i);
    if (!(weight > 0)) continue;
    double target = smoothed_target(self, i);
    double exponent = s.a * scaled(self, i) + s.b;
    sum += weight * (exponent >= 0 ? target * exponent + log1p(exp(-exponent))
                                   : (target - 1) * exponent + log1p(exp(exponent)));
  }
  return sum;
}

static slope derivatives(const calibration *self, narr_sigmoid s) {
  slope d = {0, 0, RIDGE, 0, RIDGE};
  for (size_t i = 0; i < self->count; i++) {
    double weight = row_weight(self, i);
    if (!(weight > 0)) continue;
    double x = scaled(self, i);
    double e = exp(-fabs(s.a * x + s.b));
    double p = (s.a * x + s.b >= 0 ? e : 1) / (1 + e);
    double first = weight * (smoothed_target(self, i) - p);
    double second = weight * e / ((1 + e) * (1 + e));
    d.gradient_a += first * x;
    d.gradient_b += first;
    d.hessian_aa += second * x * x;
    d.hessian_ab += second * x;
    d.hessian_bb += second;
  }
  return d;
}

/* Moves *s along the Newton direction as far as it lowers the objective. */
static bool newton_step(const calibration *self, narr_sigmoid *s, double *value, const slope *d) {
  double determinant = d->hessian_aa * d->hessian_bb - d->hessian_ab * d->hessian_ab;
  double direction_a =
      -(d->hessian_bb * d->gradient_a - d->hessian_ab * d->gradient_b) / determinant;
  double direction_b =
      -(d->hessian_aa * d->gradient_b - d->hessian_ab * d->gradient_a) / determinant;
  double descent = d->gradient_a * direction_a + d->gradient_b * direction_b;
  double step = 1;
  while (step >= SMALLEST_STEP) {
    narr_sigmoid next = {s->a + step * direction_a, s->b + step * direction_b};
    double lowered = objective(self, next);
    if (lowered < *value + SUFFICIENT_DECREASE * step * descent) {
      *s = next;
      *value = lowered;
      return true;
    }
    step /= 2;
  }
  return false;
}

static narr_sigmoid fit_scaled(const calibration *self, double prior) {
  narr_sigmoid s = {0, prior};
  double value = objective(self, s);
  double tolerance = GRADIENT_TOLERANCE * (self->positive_weight + self->negative_weight);
  for (int i = 0; i < MAX_ITERATIONS; i++) {
    slope d = derivatives(self, s);
    if (fabs(d.gradient_a) < tolerance && fabs(d.gradient_b) < tolerance) break;
    if (!newton_step(self, &s, &value, &d)) break;
  }
  return s;
}

/* What is known of a text's probability before its margin is. */
static narr_sigmoid flat(double prior, double center, double scale) {
  double a = FLATTEST_SLOPE / fmax(fmax(fabs(center), scale), 1);
  return (narr_sigmoid){a, prior - a * center};
}

narr_sigmoid narr_sigmoid_fit(const double *margins, const int8_t *targets, const double *weights,
                              size_t count) {
  calibration self = {.margins = margins, .targets = targets, .weights = weights, .count = count};
  if (!weigh(&self)) return flat(0, 0, 1);
  measure(&self);
  double prior = log((self.negative_weight + 1) / (self.positive_weight + 1));
  if (self.scale <= SMALLEST_SPREAD * fabs(self.center) || !(self.positive_weight > 0) ||
      !(self.negative_weight > 0))
    return flat(prior, self.center, self.scale);
  narr_sigmoid s = fit_scaled(&self, prior);
  double a = s.a / self.scale;
  double b = s.b - a * self.center;
  if (!(s.a < FLATTEST_SLOPE) || !isfinite(a) || !isfinite(b))
    return flat(prior, self.center, self.scale);
  return (narr_sigmoid){a, b};
}
