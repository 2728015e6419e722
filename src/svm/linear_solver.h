/* linear_solver.h - linear SVMs by dual coordinate descent (Hsieh, Chang,
 * Lin, Keerthi & Sundararajan 2008) with shrinking: time grows with the
 * number of terms, not with the square of the number of texts.
 *
 * Up to NARR_LANES machines descend in lockstep: a row is read once for all
 * of them. What a machine becomes depends on its own problem only, to the
 * last bit: not on the machines beside it, nor on their number.
 *
 * The bias is the weight of a constant feature 1, regularised like any
 * other, as in LIBLINEAR with -B 1. */
#ifndef NARR_SVM_LINEAR_SOLVER_H
#define NARR_SVM_LINEAR_SOLVER_H

#include "svm/lanes.h"
#include "svm/machine.h"

typedef struct narr_linear_options {
  narr_loss loss;
  /* From narr_linear_gram(); NULL: rows are read term by term. */
  const float *gram;
  size_t max_passes; /* over the rows, at most; 0: 1000 */
  bool no_shrinking; /* look at every row in every pass */
  bool plain;        /* no instructions that not every processor has; same bits */
  /* Called after every pass; false ends the descent. May be NULL. */
  bool (*keep_going)(void *context);
  void *context;
} narr_linear_options;

/* Inner products of all pairs of rows, row_count x row_count, to be shared by
 * all problems about the matrix. `jobs` threads. The caller frees them with
 * narr_free(). Errors: memory. */
NARR_MUST_CHECK narr_status narr_linear_gram(float **out, const narr_matrix *matrix, unsigned jobs,
                                             narr_error *error);

/* Few long rows have fewer inner products than terms: whether keeping those
 * saves time when lanes are trained so many times from the matrix. */
bool narr_linear_gram_pays(const narr_matrix *matrix, size_t descents);

/* Learns `count` machines, 1..NARR_LANES, one a lane of *out. The problems
 * have one matrix and one array of row weights (or none); the first one's
 * seed is that of all. Their tolerance is on the duality gap, relative to the
 * dual objective; less than 1e-5, which 32-bit weights can't hold, is taken
 * for that. A machine that is not there after `max_passes` is a valid one still.
 *
 * `duals`, which may be NULL, is the warm start of each problem: an array of
 * one number a *matrix* row, which holds any earlier solution (of other costs,
 * of other rows; zeros: none), and receives this one's: alpha of each row,
 * 0 for rows that are not in the problem. A path along rising C begins each
 * step where the last one ended.
 *
 * Any number of threads at once over one matrix. The caller frees *out.
 * Errors: argument, memory, input (only one class among the rows), cancelled
 * (`keep_going` said so). */
NARR_MUST_CHECK narr_status narr_linear_train_lanes(narr_lanes *out, const narr_problem *problems,
                                                    size_t count,
                                                    const narr_linear_options *options,
                                                    float *const *duals, narr_error *error);

/* The same for one machine. */
NARR_MUST_CHECK narr_status narr_linear_train(narr_machine *out, const narr_problem *problem,
                                              narr_loss loss, size_t max_passes, narr_error *error);

#endif
