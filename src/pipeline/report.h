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
  const size_t *parents;        /* label_count, no label's index: none, parents first;
                                   NULL: nobody has one */
  const bool *against_all;      /* label_count; NULL: all false */
  const double *thresholds;     /* label_count; NULL: 0; above 1: untrainable */
  const bool *reached;          /* label_count: the objective; NULL: by all */
  const uint8_t *expected;      /* row_count x label_count: 0, 1 or unknown */
  const uint8_t *predicted;     /* the same: 0 or 1 */
  const double *probabilities;  /* label_count x row_count; NULL: not known, and
                                   nothing that needs them is reported */
  const char *const *languages; /* a row each, "" where unknown; NULL: none */
  const narr_dataset *dataset;  /* NULL: no mistakes are listed, and each row is
                                   drawn by itself */
  const size_t *dataset_rows;   /* a row each; NULL: the dataset's one by one */
  const uint8_t *doubts;        /* row_count: narr_doubt; NULL: nobody looked */
  bool abstained;               /* doubtful rows got no labels */
  bool exclusive;
  bool time_ordered;
  narr_near_duplicates near_duplicates;
  uint64_t seed; /* of the resamples */
  unsigned jobs;
} narr_decisions;

static inline size_t narr_decisions_row(const narr_decisions *d, size_t row) {
  return d->dataset_rows ? d->dataset_rows[row] : row;
}

/* Errors: memory. */
NARR_MUST_CHECK narr_status narr_report_make(narr_report **out, const narr_decisions *decisions,
                                             narr_error *error);

/* Their macro-F1 alone. False: out of memory. */
bool narr_decisions_macro_f1(double *out, const narr_decisions *decisions);

/* Adds the strongest terms to the mistakes: those by which the model judges
 * their texts. Errors: memory, model. */
NARR_MUST_CHECK narr_status narr_report_explain(narr_report *report, const narr_model *model,
                                                narr_error *error);

/* Appends the report as a JSON object; `whole`: with bins, curves, mistakes,
 * and labels by language. */
void narr_report_json(narr_buffer *out, const narr_report *report, bool whole);

#endif
