/* summary.h - what a stream tells: narratives over time and who pushes them,
 * surges, texts that many post, and how far the stream has drifted from what
 * the model learned. */
#ifndef NARR_SUMMARY_H
#define NARR_SUMMARY_H

#include <stddef.h>

#include "narr/error.h"
#include "narr/model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Counts of one stream or of several, one after the other, in memory that does
 * not grow with them: 32,768 windows, 65,536 texts, 256 sources a label. It
 * borrows the model. One thread at a time. */
typedef struct narr_summary narr_summary;

/* An alert is written where a label's count in a window stands out so far, once
 * a label and window. */
typedef struct narr_alert {
  const char *label; /* NULL: every label */
  double surge;      /* standard deviations, positive */
} narr_alert;

typedef struct narr_summary_options {
  double window;            /* seconds, 1 or more */
  size_t clusters;          /* near-duplicates: so many at most in the file */
  size_t sources;           /* a label */
  const char *path;         /* also written while a stream runs, at a window's end;
                               NULL: only by narr_summary_save() */
  const narr_alert *alerts; /* borrowed */
  size_t alert_count;
} narr_summary_options;

#define NARR_SUMMARY_OPTIONS_INIT \
  { 3600, 50, 10, NULL, NULL, 0 }

/* A new summary; give it to streams by their options. `options` NULL: the
 * defaults. Free it before the model. Errors: argument (a window or an alert that
 * makes no sense, an unknown label), memory. */
NARR_API NARR_MUST_CHECK narr_status narr_summary_new(narr_summary **out, const narr_model *model,
                                                      const narr_summary_options *options,
                                                      narr_error *error);
NARR_API void narr_summary_free(narr_summary *summary);

/* Writes to `fd`, as JSON lines, the alerts that could not be told while the
 * streams ran, because records did not come in the order of their times. Errors:
 * system, memory. */
NARR_API NARR_MUST_CHECK narr_status narr_summary_finish(narr_summary *summary, int fd,
                                                         narr_error *error);

/* Writes it all to a file, whole or not at all: one JSON object. Errors: system, memory. */
NARR_API NARR_MUST_CHECK narr_status narr_summary_save(const narr_summary *summary,
                                                       const char *path, narr_error *error);

#ifdef __cplusplus
}
#endif

#endif
