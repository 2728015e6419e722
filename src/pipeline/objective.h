/* objective.h - what thresholds are chosen for, as a text such as
 * "precision=0.9". */
#ifndef NARR_PIPELINE_OBJECTIVE_H
#define NARR_PIPELINE_OBJECTIVE_H

#include "narr/error.h"

typedef enum narr_objective_kind {
  NARR_OBJECTIVE_F1,
  NARR_OBJECTIVE_PRECISION,
  NARR_OBJECTIVE_RECALL,
  NARR_OBJECTIVE_REVIEW_BUDGET,
  NARR_OBJECTIVE_FALSE_FLAGS
} narr_objective_kind;

typedef struct narr_objective {
  narr_objective_kind kind;
  double value; /* precision, recall and false flags: in 0..1; budget: texts of 1000 */
} narr_objective;

/* Errors: argument. */
NARR_MUST_CHECK narr_status narr_objective_parse(narr_objective *out, const char *text,
                                                 narr_error *error);

#endif
