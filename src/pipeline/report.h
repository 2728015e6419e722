/* report.h - counting decisions against the truth, and writing the counts
 * down. */
#ifndef NARR_PIPELINE_REPORT_H
#define NARR_PIPELINE_REPORT_H

#include "base/buffer.h"
#include "data/near_duplicates.h"
#include "narr/train.h"

/* Nobody knows whether the row has the label: it isn't counted. */
#define NARR_EXPECTED_UNKNOWN 2

/* What was decided about each row, borrowed. */
typedef struct narr_decisions {
  size_t row_count;
  size_t label_count;
  const char *const *labels;
  const size_t *parents;        /* label_count, SIZE_MAX: none, parents first;
                                   NULL: nobody has one */
  const bool *against_all;      /* label_count; NULL: all false */
  const double *thresholds;     /* label_count; NULL: 0; above 1: untrainable */
  const uint8_t *expected;      /* row_count x label_count: 0, 1 or unknown */
  const uint8_t *predicted;     /* the same: 0 or 1 */
  const char *const *languages; /* a row each, "" where unknown; NULL: none */
  const uint8_t *doubts;        /* row_count: narr_doubt; NULL: nobody looked */
  bool abstained;               /* doubtful rows got no labels */
  bool exclusive;
  bool time_ordered;
  narr_near_duplicates near_duplicates;
} narr_decisions;

/* Errors: memory. */
NARR_MUST_CHECK narr_status narr_report_make(narr_report **out, const narr_decisions *decisions,
                                             narr_error *error);

/* Appends the report as a JSON object. */
void narr_report_json(narr_buffer *out, const narr_report *report);

#endif
