/* report_json.c - reports as JSON, in a model's metadata and in files. */
#include <string.h>

#include "base/file.h"
#include "base/status.h"
#include "pipeline/report.h"

static void key(narr_buffer *out, const char *name) {
  narr_buffer_json_string(out, name, strlen(name));
  narr_buffer_byte(out, ':');
}

/* `,"name":value`; the comma is for all members but the first. */
static void number(narr_buffer *out, const char *name, double value) {
  narr_buffer_byte(out, ',');
  key(out, name);
  narr_buffer_decimal(out, value, 6);
}

static void whole(narr_buffer *out, const char *name, size_t value) {
  narr_buffer_byte(out, ',');
  key(out, name);
  narr_buffer_unsigned(out, value);
}

static void name_member(narr_buffer *out, const char *value) {
  narr_buffer_byte(out, '{');
  key(out, "name");
  narr_buffer_json_string(out, value, strlen(value));
}

static void scores(narr_buffer *out, narr_scores value) {
  number(out, "precision", value.precision);
  number(out, "recall", value.recall);
  number(out, "f1", value.f1);
}

static void average(narr_buffer *out, const char *name, narr_scores value) {
  narr_buffer_byte(out, ',');
  key(out, name);
  narr_buffer_byte(out, '{');
  narr_buffer inner = NARR_BUFFER_INIT;
  scores(&inner, value);
  if (inner.length) narr_buffer_append(out, inner.data + 1, inner.length - 1);
  out->failed |= inner.failed;
  narr_buffer_free(&inner);
  narr_buffer_byte(out, '}');
}

static void labels(narr_buffer *out, const narr_report *report) {
  narr_buffer_string(out, ",\"labels\":[");
  for (size_t l = 0; l < report->label_count; l++) {
    const narr_label_report *label = &report->labels[l];
    if (l) narr_buffer_byte(out, ',');
    name_member(out, label->name);
    if (report->level_count) whole(out, "level", label->level);
    if (label->untrainable) narr_buffer_string(out, ",\"untrainable\":true");
    if (label->against_all) narr_buffer_string(out, ",\"against_all\":true");
    whole(out, "support", label->support);
    whole(out, "predicted", label->predicted);
    whole(out, "true_positive", label->true_positive);
    scores(out, label->scores);
    number(out, "threshold", label->threshold);
    narr_buffer_byte(out, '}');
  }
  narr_buffer_byte(out, ']');
}

static void levels(narr_buffer *out, const narr_report *report) {
  narr_buffer_string(out, ",\"levels\":[");
  for (size_t i = 0; i < report->level_count; i++) {
    const narr_level_report *level = &report->levels[i];
    narr_buffer_string(out, i ? ",{\"level\":" : "{\"level\":");
    narr_buffer_unsigned(out, level->level);
    whole(out, "labels", level->label_count);
    average(out, "macro", level->macro);
    average(out, "micro", level->micro);
    average(out, "samples", level->samples);
    narr_buffer_byte(out, '}');
  }
  narr_buffer_byte(out, ']');
}

static void languages(narr_buffer *out, const narr_report *report) {
  narr_buffer_string(out, ",\"languages\":[");
  for (size_t i = 0; i < report->language_count; i++) {
    const narr_language_report *language = &report->languages[i];
    if (i) narr_buffer_byte(out, ',');
    name_member(out, language->name);
    whole(out, "rows", language->rows);
    average(out, "macro", language->macro);
    average(out, "micro", language->micro);
    average(out, "samples", language->samples);
    whole(out, "none_rows", language->none_rows);
    whole(out, "none_flagged", language->none_flagged);
    narr_buffer_byte(out, '}');
  }
  narr_buffer_byte(out, ']');
}

static void confusion(narr_buffer *out, const narr_report *report) {
  size_t n = report->label_count;
  narr_buffer_string(out, ",\"confusion\":[");
  for (size_t t = 0; t < n; t++) {
    narr_buffer_string(out, t ? ",[" : "[");
    for (size_t p = 0; p < n; p++) {
      if (p) narr_buffer_byte(out, ',');
      narr_buffer_unsigned(out, report->confusion[t * n + p]);
    }
    narr_buffer_byte(out, ']');
  }
  narr_buffer_byte(out, ']');
}

static void doubts(narr_buffer *out, const narr_doubt_report *report) {
  narr_buffer_string(out, report->abstained ? ",\"doubts\":{\"abstained\":true"
                                            : ",\"doubts\":{\"abstained\":false");
  for (narr_doubt d = NARR_DOUBT_NONE + 1; d < NARR_DOUBT_COUNT; d++)
    whole(out, narr_doubt_name(d), report->rows[d]);
  whole(out, "others", report->rows[NARR_DOUBT_NONE]);
  average(out, "macro", report->macro);
  average(out, "micro", report->micro);
  average(out, "samples", report->samples);
  number(out, "accuracy", report->accuracy);
  narr_buffer_byte(out, '}');
}

void narr_report_json(narr_buffer *out, const narr_report *report) {
  narr_buffer_string(out, "{\"rows\":");
  narr_buffer_unsigned(out, report->rows);
  narr_buffer_string(out, report->exclusive ? ",\"exclusive\":true" : ",\"exclusive\":false");
  if (report->time_ordered) narr_buffer_string(out, ",\"time_ordered\":true");
  if (report->near_duplicate_groups) {
    whole(out, "near_duplicate_groups", report->near_duplicate_groups);
    whole(out, "near_duplicate_texts", report->near_duplicate_texts);
  }
  average(out, "macro", report->macro);
  average(out, "micro", report->micro);
  average(out, "samples", report->samples);
  number(out, "accuracy", report->accuracy);
  whole(out, "none_rows", report->none_rows);
  whole(out, "none_flagged", report->none_flagged);
  labels(out, report);
  if (report->level_count) levels(out, report);
  if (report->language_count) languages(out, report);
  if (report->confusion) confusion(out, report);
  if (report->doubts) doubts(out, report->doubts);
  narr_buffer_byte(out, '}');
}

narr_status narr_report_save(const char *path, const narr_model *model,
                             const narr_report *out_of_fold, const narr_report *test,
                             narr_error *error) {
  narr_buffer out = NARR_BUFFER_INIT;
  narr_buffer_string(&out, "{\"model\":");
  narr_buffer_string(&out, model ? narr_model_metadata(model) : "null");
  narr_buffer_string(&out, ",\n\"out_of_fold\":");
  if (out_of_fold)
    narr_report_json(&out, out_of_fold);
  else
    narr_buffer_string(&out, "null");
  narr_buffer_string(&out, ",\n\"test\":");
  if (test)
    narr_report_json(&out, test);
  else
    narr_buffer_string(&out, "null");
  narr_buffer_string(&out, "}\n");
  narr_status status = out.failed ? narr_fail_memory(error)
                                  : narr_file_write_atomic(path, out.data, out.length, error);
  narr_buffer_free(&out);
  return status;
}
