/* summary.h - what a summary holds, for summary.c, which counts, and
 * summary_json.c, which tells. */
#ifndef NARR_PIPELINE_SUMMARY_H
#define NARR_PIPELINE_SUMMARY_H

#include "base/buffer.h"
#include "narr/stream.h"
#include "narr/summary.h"
#include "pipeline/observe.h"
#include "summary/copies.h"
#include "summary/languages.h"
#include "summary/timeline.h"

/* Standard deviations from which a surge is listed. */
#define NARR_SUMMARY_SURGE 3.0

/* What the model says of its training corpus. */
typedef struct narr_reference {
  bool known; /* an old model says nothing */
  double unknown;
  double scores[NARR_TIMELINE_SCORES];
  double languages[NARR_LANGUAGES]; /* by the summary's numbers */
  size_t language_count;
} narr_reference;

struct narr_summary {
  const narr_model *model;
  narr_summary_options options; /* strings and lists are owned */
  double *alert_from;           /* a label; infinite: no alert */
  narr_reference reference;
  narr_languages languages;
  narr_timeline timeline;
  narr_window *total;
  narr_top_names *sources; /* a label */
  narr_copies *copies;
  uint64_t records, errors, skipped;
  uint64_t untimed;   /* posts that count at the time of their arrival */
  uint64_t too_early; /* posts for which there was no window any more */
  double first, last; /* times of posts */
  double written;     /* when the file was, on the monotonic clock */
};

/* Whether it may write alerts. */
bool narr_summary_has_alerts(const narr_summary *summary);

/* Adds what a chunk of a stream came to, in the stream's order. Where there are
 * alerts, they and the chunk's `output` are appended to `merged`, each alert behind
 * the post that tipped over. A file that is due is written. Errors: system, memory. */
NARR_MUST_CHECK narr_status narr_summary_take(narr_summary *summary,
                                              const narr_stream_stats *counts,
                                              const narr_observations *observations,
                                              const narr_buffer *output, narr_buffer *merged,
                                              narr_error *error);

/* Appends the alert for a label in window number `at`, a line of JSON. */
void narr_summary_alert(narr_buffer *out, const narr_summary *summary, size_t at, size_t label,
                        const narr_surge *surge);

/* Appends it all. False: out of memory. */
bool narr_summary_json(narr_buffer *out, const narr_summary *summary);

#endif
