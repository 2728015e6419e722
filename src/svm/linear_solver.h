/* linear_solver.h - linear SVMs by dual coordinate descent (Hsieh, Chang,
 * Lin, Keerthi & Sundararajan 2008) with shrinking: time grows with the
 * number of terms, not with the square of the number of texts.
 *
 * The bias is the weight of a constant feature 1, regularised like any
 * other, as in LIBLINEAR with -B 1. */
#ifndef NARR_SVM_LINEAR_SOLVER_H
#define NARR_SVM_LINEAR_SOLVER_H

#include "svm/machine.h"

typedef enum narr_loss {
  NARR_LOSS_HINGE,        /* L1: max(0, 1 - yf), as in C-SVC */
  NARR_LOSS_SQUARED_HINGE /* L2: its square */
} narr_loss;

/* Learns one machine; problem->kernel must be linear. Any number of threads
 * at once over one matrix. `max_iterations` passes at most (0: 1000); a
 * result that did not converge by then is still a valid machine. Errors:
 * argument, memory, input (only one class among the rows). */
NARR_MUST_CHECK narr_status narr_linear_train(narr_machine *out, const narr_problem *problem,
                                              narr_loss loss, size_t max_iterations,
                                              narr_error *error);

#endif
