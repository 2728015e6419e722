/* dataset.c - storage of labelled texts.
 *
 * All texts lie in one arena and all label numbers in one array, so that
 * millions of rows cost a handful of allocations. A row is checked in full
 * before anything is stored. */
#include "narr/dataset.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/status.h"
#include "base/utf8.h"
#include "data/dataset_store.h"
#include "data/time_text.h"

static bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

static narr_field trimmed(narr_field field) {
  while (field.length && is_space(field.data[field.length - 1])) field.length--;
  while (field.length && is_space(*field.data)) field.data++, field.length--;
  return field;
}

static bool is_separator(char c) {
  return c > 0 && c != '"' && c != '\r' && c != '\n';
}

static narr_status check_options(const narr_dataset_options *options, narr_error *error) {
  const char *why = NULL;
  if (!options->text_column || !*options->text_column)
    why = "the text column has no name";
  else if (!options->label_column || !*options->label_column)
    why = "the label column has no name";
  else if (strcmp(options->text_column, options->label_column) == 0)
    why = "text and label can't be one column";
  else if (!is_separator(options->delimiter))
    why =
        "the delimiter has to be one ASCII character that is neither a quote nor a "
        "line end";
  else if (!is_separator(options->label_separator))
    why =
        "the label separator has to be one ASCII character that is neither a quote nor "
        "a line end";
  else if (!options->none_label || !*options->none_label)
    why = "the label for \"no narrative\" has no name";
  else if (strchr(options->none_label, options->label_separator))
    why = "the label for \"no narrative\" has the label separator in it";
  else if ((unsigned)options->label_paths > NARR_LABEL_PATHS_NONE)
    why = "no such way to read label paths";
  return why ? narr_fail(error, NARR_ERROR_ARGUMENT, "%s", why) : NARR_OK;
}

narr_status narr_dataset_new(narr_dataset **out, const narr_dataset_options *options,
                             narr_error *error) {
  static const narr_dataset_options defaults = NARR_DATASET_OPTIONS_INIT;
  *out = NULL;
  if (!options) options = &defaults;
  narr_status status = check_options(options, error);
  if (status) return status;
  narr_dataset *dataset = narr_alloc_zero(1, sizeof *dataset);
  if (!dataset) return narr_fail_memory(error);
  dataset->options = *options;
  *out = dataset;
  return NARR_OK;
}

void narr_dataset_free(narr_dataset *dataset) {
  if (!dataset) return;
  narr_free(dataset->rows);
  narr_buffer_free(&dataset->texts);
  narr_free(dataset->label_refs);
  narr_intern_free(&dataset->names);
  narr_free(dataset->label_of);
  narr_free(dataset->name_of);
  narr_intern_free(&dataset->langs);
  narr_intern_free(&dataset->groups);
  narr_free(dataset);
}

void narr_dataset_go_back(narr_dataset *dataset, narr_extent extent) {
  for (size_t label = extent.labels; label < dataset->extent.labels; label++)
    dataset->label_of[dataset->name_of[label]] = SIZE_MAX;
  dataset->texts.length = extent.texts;
  dataset->texts.failed = false;
  dataset->extent = extent;
}

/* ---- Label cells ------------------------------------------------------------ */

/* Takes the next label, trimmed, off the front of *cell. False at the end. */
static bool next_label(narr_field *cell, char separator, narr_field *label) {
  if (!cell->data) return false;
  const char *end = cell->length ? memchr(cell->data, separator, cell->length) : NULL;
  size_t length = end ? (size_t)(end - cell->data) : cell->length;
  *label = trimmed((narr_field){cell->data, length});
  *cell = end ? (narr_field){end + 1, cell->length - length - 1} : (narr_field){NULL, 0};
  return true;
}

static bool is_none(const narr_dataset *dataset, narr_field label) {
  const char *none = dataset->options.none_label;
  return strlen(none) == label.length && memcmp(none, label.data, label.length) == 0;
}

static bool has_control(narr_field field) {
  for (size_t i = 0; i < field.length; i++)
    if ((unsigned char)field.data[i] < 0x20 || field.data[i] == 0x7F) return true;
  return false;
}

/* Takes the '?' off the front of *label. */
static bool is_unknown(narr_field *label) {
  if (label->length == 0 || *label->data != '?') return false;
  *label = trimmed((narr_field){label->data + 1, label->length - 1});
  return true;
}

/* A name in a message, cut to what is worth reading. */
#define SHOWN(label) (int)((label).length < 80 ? (label).length : 80), (label).data

static narr_status check_path(const narr_dataset *dataset, narr_field label, narr_error *error) {
  if (dataset->options.label_paths == NARR_LABEL_PATHS_NONE) return NARR_OK;
  const char *end = label.data + label.length, *part = label.data;
  for (const char *slash; (slash = memchr(part, '/', (size_t)(end - part))) != NULL;
       part = slash + 1) {
    narr_field parent = trimmed((narr_field){label.data, (size_t)(slash - label.data)});
    bool empty = trimmed((narr_field){part, (size_t)(slash - part)}).length == 0 ||
                 trimmed((narr_field){slash + 1, (size_t)(end - slash - 1)}).length == 0;
    if (empty)
      return narr_fail(error, NARR_ERROR_INPUT,
                       "nothing before or behind a '/' in the label \"%.*s\" (labels are paths; "
                       "with --label-paths none they are not)",
                       SHOWN(label));
    if (is_none(dataset, parent))
      return narr_fail(error, NARR_ERROR_INPUT, "the label \"%.*s\" is under \"%s\"", SHOWN(label),
                       dataset->options.none_label);
  }
  return NARR_OK;
}

static narr_status check_label(const narr_dataset *dataset, narr_field label, bool unknown,
                               narr_error *error) {
  if (label.length == 0)
    return unknown ? narr_fail(error, NARR_ERROR_INPUT, "a '?' without a label behind it")
                   : narr_fail(error, NARR_ERROR_INPUT, "an empty label before or behind a '%c'",
                               dataset->options.label_separator);
  if (has_control(label) || !narr_utf8_valid(label.data, label.length, NULL))
    return narr_fail(error, NARR_ERROR_INPUT,
                     "a label has a control character or invalid UTF-8 in it");
  if (*label.data == '?')
    return narr_fail(error, NARR_ERROR_INPUT, "a label can't begin with '?': \"%.*s\"",
                     SHOWN(label));
  if (unknown && is_none(dataset, label))
    return narr_fail(error, NARR_ERROR_INPUT,
                     "\"?%s\" says nothing of any label: name those that are unknown",
                     dataset->options.none_label);
  return check_path(dataset, label, error);
}

/* How many labels at most a cell names. */
typedef struct label_counts {
  size_t known;
  size_t unknown;
} label_counts;

/* Whether the cell can be stored. */
static narr_status check_labels(const narr_dataset *dataset, narr_field cell, label_counts *most,
                                narr_error *error) {
  const narr_dataset_options *options = &dataset->options;
  *most = (label_counts){0, 0};
  if (trimmed(cell).length == 0) {
    if (options->empty_is_none) return NARR_OK;
    return narr_fail(error, NARR_ERROR_INPUT,
                     "the label cell is empty (write \"%s\" for no narrative, or use "
                     "--empty-is-none)",
                     options->none_label);
  }
  bool none = false;
  narr_field label;
  while (next_label(&cell, options->label_separator, &label)) {
    bool unknown = is_unknown(&label);
    narr_status status = check_label(dataset, label, unknown, error);
    if (status) return status;
    if (unknown)
      most->unknown++;
    else if (is_none(dataset, label))
      none = true;
    else
      most->known++;
  }
  if (none && most->known > 0)
    return narr_fail(error, NARR_ERROR_INPUT, "the label \"%s\" together with another one",
                     options->none_label);
  return NARR_OK;
}

/* The number of the label, new or not; SIZE_MAX when there is no memory. */
static size_t add_label(narr_dataset *dataset, narr_field label) {
  size_t known = dataset->names.count;
  void *label_of = dataset->label_of, *name_of = dataset->name_of;
  if (!narr_grow(&label_of, &dataset->label_of_capacity, known + 1, sizeof(size_t)))
    return SIZE_MAX;
  dataset->label_of = label_of;
  if (!narr_grow(&name_of, &dataset->name_of_capacity, dataset->extent.labels + 1, sizeof(size_t)))
    return SIZE_MAX;
  dataset->name_of = name_of;
  size_t name = narr_intern_add(&dataset->names, label.data, label.length);
  if (name == NARR_INTERN_NONE) return SIZE_MAX;
  if (name == known) dataset->label_of[name] = SIZE_MAX;
  if (dataset->label_of[name] == SIZE_MAX) {
    dataset->label_of[name] = dataset->extent.labels;
    dataset->name_of[dataset->extent.labels++] = name;
  }
  return dataset->label_of[name];
}

/* Puts `label` into its place among `count` rising ones, once. */
static size_t insert_label(size_t *labels, size_t count, size_t label) {
  size_t at = count;
  while (at > 0 && labels[at - 1] > label) at--;
  if (at > 0 && labels[at - 1] == label) return count;
  memmove(labels + at + 1, labels + at, (count - at) * sizeof *labels);
  labels[at] = label;
  return count + 1;
}

/* Appends those labels of a checked cell that are unknown, or those that
 * are not, and counts them. False when there is no memory. */
static bool store_labels(narr_dataset *dataset, narr_field cell, bool unknown, size_t *count) {
  narr_field name;
  while (next_label(&cell, dataset->options.label_separator, &name)) {
    if (is_unknown(&name) != unknown || is_none(dataset, name)) continue;
    size_t label = add_label(dataset, name);
    if (label == SIZE_MAX) return false;
    *count = insert_label(dataset->label_refs + dataset->extent.label_refs, *count, label);
  }
  dataset->extent.label_refs += *count;
  return true;
}

static bool store_cell(narr_dataset *dataset, narr_field cell, label_counts most, narr_row *row) {
  void *refs = dataset->label_refs;
  row->labels = dataset->extent.label_refs;
  row->label_count = row->unknown_count = 0;
  if (most.known + most.unknown == 0) return true;
  if (!narr_grow(&refs, &dataset->label_ref_capacity, row->labels + most.known + most.unknown,
                 sizeof(size_t)))
    return false;
  dataset->label_refs = refs;
  return store_labels(dataset, cell, false, &row->label_count) &&
         store_labels(dataset, cell, true, &row->unknown_count);
}

/* A label that the row has and of which it doesn't know whether it has it;
 * SIZE_MAX: there is none. */
static size_t contradiction(const narr_dataset *dataset, const narr_row *row) {
  if (row->unknown_count == 0) return SIZE_MAX; /* there may be no labels at all yet */
  const size_t *known = dataset->label_refs + row->labels, *unknown = known + row->label_count;
  for (size_t k = 0, u = 0; k < row->label_count && u < row->unknown_count;) {
    if (known[k] == unknown[u]) return known[k];
    if (known[k] < unknown[u])
      k++;
    else
      u++;
  }
  return SIZE_MAX;
}

/* ---- Rows ------------------------------------------------------------------- */

static narr_status check_text(narr_field text, bool is_utf8, narr_error *error) {
  if (trimmed(text).length == 0) return narr_fail(error, NARR_ERROR_INPUT, "the text is empty");
  if (is_utf8) return NARR_OK;
  if (memchr(text.data, '\0', text.length))
    return narr_fail(error, NARR_ERROR_INPUT, "the text has a NUL byte in it");
  size_t offset;
  if (narr_utf8_valid(text.data, text.length, &offset)) return NARR_OK;
  narr_status status =
      narr_fail(error, NARR_ERROR_INPUT, "the text is not UTF-8 at its byte %zu", offset);
  if (error) error->offset = offset;
  return status;
}

static bool intern_optional(narr_intern *intern, narr_field field, size_t *number) {
  *number = NARR_INTERN_NONE;
  if (field.length == 0) return true;
  *number = narr_intern_add(intern, field.data, field.length);
  return *number != NARR_INTERN_NONE;
}

static bool store_row(narr_dataset *dataset, const narr_new_row *new_row, label_counts most) {
  narr_extent *extent = &dataset->extent;
  void *rows = dataset->rows;
  narr_row row = {.text = extent->texts,
                  .text_length = new_row->text.length,
                  .weight = new_row->weight,
                  .time = new_row->time};
  if (!narr_grow(&rows, &dataset->row_capacity, extent->rows + 1, sizeof row)) return false;
  dataset->rows = rows;
  narr_buffer_append(&dataset->texts, new_row->text.data, new_row->text.length);
  if (dataset->texts.failed || !intern_optional(&dataset->langs, new_row->lang, &row.lang) ||
      !intern_optional(&dataset->groups, new_row->group, &row.group) ||
      !store_cell(dataset, new_row->labels, most, &row))
    return false;
  extent->texts = dataset->texts.length;
  extent->rows_with_lang += row.lang != NARR_INTERN_NONE;
  extent->rows_with_time += !isnan(row.time);
  dataset->rows[extent->rows++] = row;
  return true;
}

narr_status narr_dataset_add_row(narr_dataset *dataset, const narr_new_row *row,
                                 narr_error *error) {
  label_counts most;
  narr_status status = check_text(row->text, row->is_utf8, error);
  if (!status) status = check_labels(dataset, row->labels, &most, error);
  if (status) return status;
  if (!isfinite(row->weight) || row->weight <= 0)
    return narr_fail(error, NARR_ERROR_INPUT, "the weight is not a positive number");
  narr_extent before = dataset->extent;
  if (!store_row(dataset, row, most)) {
    narr_dataset_go_back(dataset, before);
    return narr_fail_memory(error);
  }
  size_t label = contradiction(dataset, &dataset->rows[before.rows]);
  if (label == SIZE_MAX) return NARR_OK;
  const char *name = narr_dataset_label(dataset, label);
  status = narr_fail(error, NARR_ERROR_INPUT,
                     "the label \"%.80s\" is both there and unknown (\"?\")", name);
  narr_dataset_go_back(dataset, before);
  return status;
}

static narr_field whole(const char *string) {
  return string ? (narr_field){string, strlen(string)} : (narr_field){"", 0};
}

narr_status narr_dataset_add(narr_dataset *dataset, const char *text, size_t text_length,
                             const char *labels, const char *lang, const char *group, double weight,
                             narr_error *error) {
  narr_new_row row = {.text = {text, text_length},
                      .labels = whole(labels),
                      .lang = whole(lang),
                      .group = whole(group),
                      .weight = weight,
                      .time = NAN};
  return narr_dataset_add_row(dataset, &row, error);
}

narr_status narr_dataset_set_time(narr_dataset *dataset, size_t index, const char *time,
                                  narr_error *error) {
  if (index >= dataset->extent.rows)
    return narr_fail(error, NARR_ERROR_ARGUMENT, "there is no row %zu", index);
  double seconds;
  if (!narr_time_parse(time, strlen(time), &seconds))
    return narr_fail(error, NARR_ERROR_INPUT, "\"%.40s\" is neither an ISO 8601 date nor seconds",
                     time);
  double *slot = &dataset->rows[index].time;
  dataset->extent.rows_with_time += isnan(*slot);
  *slot = seconds;
  return NARR_OK;
}

/* ---- Reading ---------------------------------------------------------------- */

size_t narr_dataset_size(const narr_dataset *dataset) {
  return dataset->extent.rows;
}

size_t narr_dataset_skipped(const narr_dataset *dataset) {
  return dataset->extent.skipped;
}

size_t narr_dataset_label_count(const narr_dataset *dataset) {
  return dataset->extent.labels;
}

size_t narr_dataset_find_label(const narr_dataset *dataset, narr_field name) {
  size_t number = narr_intern_find(&dataset->names, name.data, name.length);
  return number == NARR_INTERN_NONE ? SIZE_MAX : dataset->label_of[number];
}

const char *narr_dataset_label(const narr_dataset *dataset, size_t index) {
  return dataset->names.strings[dataset->name_of[index]];
}

narr_example narr_dataset_get(const narr_dataset *dataset, size_t index) {
  const narr_row *row = &dataset->rows[index];
  const size_t *refs = dataset->label_refs ? dataset->label_refs + row->labels : NULL;
  return (narr_example){
      .text = dataset->texts.data + row->text,
      .text_length = row->text_length,
      .labels = row->label_count ? refs : NULL,
      .label_count = row->label_count,
      .unknown = row->unknown_count ? refs + row->label_count : NULL,
      .unknown_count = row->unknown_count,
      .lang = row->lang == NARR_INTERN_NONE ? "" : dataset->langs.strings[row->lang],
      .group = row->group == NARR_INTERN_NONE ? "" : dataset->groups.strings[row->group],
      .weight = row->weight,
      .time = row->time,
  };
}

bool narr_dataset_has_languages(const narr_dataset *dataset) {
  return dataset->extent.rows_with_lang > 0;
}

bool narr_dataset_has_times(const narr_dataset *dataset) {
  return dataset->extent.rows_with_time > 0;
}
