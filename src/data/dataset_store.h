/* dataset_store.h - what the files of this room know of a dataset that its
 * users don't: rows with lengths, and going back to an earlier state. */
#ifndef NARR_DATA_DATASET_STORE_H
#define NARR_DATA_DATASET_STORE_H

#include <stddef.h>

#include "base/buffer.h"
#include "base/intern.h"
#include "data/csv_record.h"
#include "narr/dataset.h"

/* A row at rest. Texts and labels are runs of two arrays. */
typedef struct narr_row {
  size_t text;
  size_t text_length;
  size_t labels;
  size_t label_count;
  size_t unknown_count; /* behind the labels */
  size_t lang;          /* in `langs`, or NARR_INTERN_NONE */
  size_t group;         /* in `groups`, or NARR_INTERN_NONE */
  double weight;
  double time;
} narr_row;

/* How much of everything there is: taken before a change, gone back to when
 * it fails. */
typedef struct narr_extent {
  size_t rows;
  size_t texts;
  size_t label_refs;
  size_t labels;
  size_t rows_with_lang;
  size_t rows_with_time;
  size_t skipped;
} narr_extent;

/* Interned strings stay when a change is taken back; so that a label of a
 * failed file does not count, labels have numbers of their own. */
struct narr_dataset {
  narr_dataset_options options;
  narr_row *rows;
  size_t row_capacity;
  narr_buffer texts;
  size_t *label_refs; /* the labels of all rows */
  size_t label_ref_capacity;
  narr_intern names; /* label names */
  size_t *label_of;  /* a name's label, or SIZE_MAX */
  size_t label_of_capacity;
  size_t *name_of; /* a label's name */
  size_t name_of_capacity;
  narr_intern langs;
  narr_intern groups;
  narr_extent extent;
};

/* A row to be added. An absent lang or group has length 0. */
typedef struct narr_new_row {
  narr_field text;
  bool is_utf8;      /* the text is known to be UTF-8 without NUL */
  narr_field labels; /* a label cell */
  narr_field lang;
  narr_field group;
  double weight;
  double time; /* NaN: unknown */
} narr_new_row;

/* Checks and adds a row; on failure nothing has changed. The message is
 * without file or row. Errors: input, memory. */
NARR_MUST_CHECK narr_status narr_dataset_add_row(narr_dataset *dataset, const narr_new_row *row,
                                                 narr_error *error);

/* The label of that name; SIZE_MAX: no row has it. */
size_t narr_dataset_find_label(const narr_dataset *dataset, narr_field name);

void narr_dataset_go_back(narr_dataset *dataset, narr_extent extent);

/* narr_dataset_read_csv() for content that is in memory. */
NARR_MUST_CHECK narr_status narr_dataset_read_bytes(narr_dataset *dataset, const char *name,
                                                    const char *bytes, size_t length,
                                                    narr_error *error);

#endif
