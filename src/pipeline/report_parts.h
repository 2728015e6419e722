/* report_parts.h - a report and what it points to; its parts are made in a
 * file each. */
#ifndef NARR_PIPELINE_REPORT_PARTS_H
#define NARR_PIPELINE_REPORT_PARTS_H

#include "base/intern.h"
#include "pipeline/report.h"

enum { NARR_MISTAKE_TERMS = 5 };

typedef struct narr_owned_report {
  narr_report report; /* first, so that one is found by the other */
  narr_label_report *labels;
  narr_language_report *languages;
  narr_language_label *language_labels; /* language_count runs of label_count */
  size_t *confusion;
  narr_doubt_report doubts;
  narr_level_report *levels;
  size_t *level_of;         /* a label each */
  narr_curve_point *points; /* NARR_CURVE_POINTS a label */
  narr_mistake *mistakes;   /* a label: NARR_MISTAKES false positives and misses */
  size_t *mistake_labels;   /* what the mistakes' rows have and were given */
  narr_mistake_term *terms; /* NARR_MISTAKE_TERMS a mistake */
  narr_confused_pair *pairs;
  narr_intern names; /* of labels, in their order */
  narr_intern language_names;
  narr_intern texts; /* of mistakes */
  narr_intern term_strings;
} narr_owned_report;

/* Each fills in its part of the report; false: out of memory. */
bool narr_report_curves(narr_owned_report *owned, const narr_decisions *decisions);
bool narr_report_calibration(narr_owned_report *owned, const narr_decisions *decisions);
bool narr_report_intervals(narr_owned_report *owned, const narr_decisions *decisions);
bool narr_report_mistakes(narr_owned_report *owned, const narr_decisions *decisions);
bool narr_report_pairs(narr_owned_report *owned, const narr_decisions *decisions);

#endif
