/* dataset.h - labelled texts: what a model learns from and is measured on. */
#ifndef NARR_DATASET_H
#define NARR_DATASET_H

#include <stdbool.h>
#include <stddef.h>

#include "narr/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A growing collection of labelled texts. Not thread-safe while it grows;
 * any number of threads may read it once it no longer does. */
typedef struct narr_dataset narr_dataset;

/* Called for each row that `lenient` skips. `why` lives until it returns. */
typedef void narr_skip_fn(void *context, const narr_error *why);

/* Whether a '/' in a label's name makes it a path, "parent/child", of any
 * depth: who has the child has the parent, too. */
typedef enum narr_label_paths {
  NARR_LABEL_PATHS_AUTO, /* where the parent is a label of some row itself or has
                            several children; so "Sci/Tech" alone is one name */
  NARR_LABEL_PATHS_ALL,  /* every '/' */
  NARR_LABEL_PATHS_NONE  /* a '/' is a letter like others */
} narr_label_paths;

/* How a labelled CSV is read. Strings are borrowed for the dataset's life. */
typedef struct narr_dataset_options {
  const char *text_column;   /* required to be in the header */
  const char *label_column;  /* required to be in the header */
  const char *lang_column;   /* NULL: "lang" where the header has it */
  const char *weight_column; /* example weight, a positive number; NULL: 1 */
  const char *group_column;  /* rows of one group stay in one fold; NULL: the
                                rows with one and the same text do */
  const char *time_column;   /* when a row was written, see narr_dataset_set_time();
                                NULL: unknown */
  const char *none_label;    /* the label that means "no narrative" */
  char delimiter;            /* ',', ';', '\t', ... */
  char label_separator;      /* between the labels of one cell */
  bool empty_is_none;        /* an empty label cell means no narrative */
  narr_label_paths label_paths;
  bool lenient;          /* skip and count bad rows */
  narr_skip_fn *on_skip; /* optional */
  void *on_skip_context;
} narr_dataset_options;

#define NARR_DATASET_OPTIONS_INIT                                                            \
  {                                                                                          \
    "text", "label", NULL, NULL, NULL, NULL, "none", ',', ';', false, NARR_LABEL_PATHS_AUTO, \
        false, NULL, NULL                                                                    \
  }

/* One row. `labels` are indices below narr_dataset_label_count(), rising,
 * without repeats; none at all, and nothing unknown, means "no narrative".
 * They are as they were written: parents that paths imply are not among them.
 * `unknown`, of the same kind, are those of which nobody knows whether the
 * row has them ("?label"): it counts neither for nor against them, in
 * learning and in evaluation. Texts are UTF-8, not NUL-terminated. Borrowed
 * from the dataset. */
typedef struct narr_example {
  const char *text;
  size_t text_length; /* bytes */
  const size_t *labels;
  size_t label_count;
  const size_t *unknown;
  size_t unknown_count;
  const char *lang;  /* "" where unknown */
  const char *group; /* "" where none was given */
  double weight;
  double time; /* seconds since 1970 in UTC; NaN where unknown */
} narr_example;

/* A new, empty dataset; `options` may be NULL for the defaults. The caller
 * frees it with narr_dataset_free(). Errors: argument, memory. */
NARR_API NARR_MUST_CHECK narr_status narr_dataset_new(narr_dataset **out,
                                                      const narr_dataset_options *options,
                                                      narr_error *error);

/* Reads a CSV with a header (RFC 4180; a byte order mark and LF or CRLF line
 * ends are fine) and adds its rows. "-" is standard input. Call it once a
 * file. On failure the dataset holds what it held before. Errors: input (the
 * message has file, line and what to do), system, memory. */
NARR_API NARR_MUST_CHECK narr_status narr_dataset_read_csv(narr_dataset *dataset, const char *path,
                                                           narr_error *error);

/* Adds one row. `labels` is a label cell such as "secession;war-imminent" or
 * "none;?secession" (nothing else, but secession is not decided);
 * `lang` and `group` may be NULL; `weight` is positive. Everything is
 * copied. Errors: input, memory. */
NARR_API NARR_MUST_CHECK narr_status narr_dataset_add(narr_dataset *dataset, const char *text,
                                                      size_t text_length, const char *labels,
                                                      const char *lang, const char *group,
                                                      double weight, narr_error *error);

/* Says when row `index` was written. `time` is an ISO 8601 date ("2025-03-09",
 * also "2025-03" or "20250309"), date and time ("2025-03-09T14:05:00.5+02:00";
 * a space for the T is fine; UTC without a zone), or seconds since 1970.
 * Errors: argument (no such row), input (not such a time). */
NARR_API NARR_MUST_CHECK narr_status narr_dataset_set_time(narr_dataset *dataset, size_t index,
                                                           const char *time, narr_error *error);

/* Rows, rows skipped by `lenient`, and distinct labels without "none". */
NARR_API size_t narr_dataset_size(const narr_dataset *dataset);
NARR_API size_t narr_dataset_skipped(const narr_dataset *dataset);
NARR_API size_t narr_dataset_label_count(const narr_dataset *dataset);

/* The name of label `index`, in the order of first appearance. Borrowed. */
NARR_API const char *narr_dataset_label(const narr_dataset *dataset, size_t index);

/* Row `index`, below narr_dataset_size(). */
NARR_API narr_example narr_dataset_get(const narr_dataset *dataset, size_t index);

/* Whether any row names its language; whether any row has a time. */
NARR_API bool narr_dataset_has_languages(const narr_dataset *dataset);
NARR_API bool narr_dataset_has_times(const narr_dataset *dataset);

NARR_API void narr_dataset_free(narr_dataset *dataset);

#ifdef __cplusplus
}
#endif

#endif
