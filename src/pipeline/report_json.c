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

static void interval(narr_buffer *out, const char *name, narr_interval value) {
  narr_buffer_byte(out, ',');
  key(out, name);
  narr_buffer_byte(out, '[');
  narr_buffer_decimal(out, value.low, 6);
  narr_buffer_byte(out, ',');
  narr_buffer_decimal(out, value.high, 6);
  narr_buffer_byte(out, ']');
}

/* ---- Calibration and curves ----------------------------------------------------- */

static void reliability(narr_buffer *out, const narr_calibration_report *calibration) {
  narr_buffer_string(out, ",\"reliability\":[");
  for (size_t b = 0; b < NARR_RELIABILITY_BINS; b++) {
    const narr_reliability_bin *bin = &calibration->bins[b];
    narr_buffer_string(out, b ? ",{\"rows\":" : "{\"rows\":");
    narr_buffer_unsigned(out, bin->rows);
    number(out, "probability", bin->probability);
    number(out, "share", bin->share);
    narr_buffer_byte(out, '}');
  }
  narr_buffer_byte(out, ']');
}

static void calibration(narr_buffer *out, const char *name, const narr_calibration_report *value,
                        bool whole_report) {
  narr_buffer_byte(out, ',');
  key(out, name);
  narr_buffer_string(out, "{\"ece\":");
  narr_buffer_decimal(out, value->ece, 6);
  number(out, "brier", value->brier);
  if (whole_report) reliability(out, value);
  narr_buffer_byte(out, '}');
}

static void curve(narr_buffer *out, const narr_label_report *label) {
  narr_buffer_string(out, ",\"curve\":[");
  for (size_t p = 0; p < label->curve_count; p++) {
    const narr_curve_point *point = &label->curve[p];
    narr_buffer_string(out, p ? ",{\"threshold\":" : "{\"threshold\":");
    narr_buffer_decimal(out, point->threshold, 6);
    number(out, "precision", point->precision);
    number(out, "recall", point->recall);
    narr_buffer_byte(out, '}');
  }
  narr_buffer_byte(out, ']');
}

/* ---- Mistakes -------------------------------------------------------------------- */

static void label_names(narr_buffer *out, const char *name, const narr_report *report,
                        const size_t *labels, size_t count) {
  narr_buffer_byte(out, ',');
  key(out, name);
  narr_buffer_byte(out, '[');
  for (size_t i = 0; i < count; i++) {
    const char *label = report->labels[labels[i]].name;
    if (i) narr_buffer_byte(out, ',');
    narr_buffer_json_string(out, label, strlen(label));
  }
  narr_buffer_byte(out, ']');
}

static void terms(narr_buffer *out, const narr_mistake *mistake) {
  narr_buffer_string(out, ",\"terms\":[");
  for (size_t i = 0; i < mistake->term_count; i++) {
    const narr_mistake_term *term = &mistake->terms[i];
    narr_buffer_string(out, i ? ",{\"block\":" : "{\"block\":");
    narr_buffer_json_string(out, term->block, strlen(term->block));
    narr_buffer_string(out, ",\"term\":");
    narr_buffer_json_string(out, term->term, strlen(term->term));
    number(out, "contribution", term->contribution);
    narr_buffer_byte(out, '}');
  }
  narr_buffer_byte(out, ']');
}

static void mistakes(narr_buffer *out, const char *name, const narr_report *report,
                     const narr_mistake *items, size_t count) {
  narr_buffer_byte(out, ',');
  key(out, name);
  narr_buffer_byte(out, '[');
  for (size_t i = 0; i < count; i++) {
    const narr_mistake *mistake = &items[i];
    narr_buffer_string(out, i ? ",{\"row\":" : "{\"row\":");
    narr_buffer_unsigned(out, mistake->row + 1);
    number(out, "probability", mistake->probability);
    label_names(out, "expected", report, mistake->expected, mistake->expected_count);
    label_names(out, "predicted", report, mistake->predicted, mistake->predicted_count);
    narr_buffer_string(out, ",\"text\":");
    narr_buffer_json_string(out, mistake->text, mistake->text_length);
    if (mistake->terms) terms(out, mistake);
    narr_buffer_byte(out, '}');
  }
  narr_buffer_byte(out, ']');
}

static void pairs(narr_buffer *out, const narr_report *report) {
  narr_buffer_string(out, ",\"confused\":[");
  for (size_t i = 0; i < report->confused_count; i++) {
    const narr_confused_pair *pair = &report->confused[i];
    const char *expected = report->labels[pair->expected].name;
    const char *predicted = report->labels[pair->predicted].name;
    narr_buffer_string(out, i ? ",{\"expected\":" : "{\"expected\":");
    narr_buffer_json_string(out, expected, strlen(expected));
    narr_buffer_string(out, ",\"predicted\":");
    narr_buffer_json_string(out, predicted, strlen(predicted));
    whole(out, "rows", pair->rows);
    narr_buffer_byte(out, '}');
  }
  narr_buffer_byte(out, ']');
}

/* ---- Tables ----------------------------------------------------------------------- */

static void label_details(narr_buffer *out, const narr_report *report,
                          const narr_label_report *label) {
  curve(out, label);
  mistakes(out, "false_positives", report, label->false_positives, label->false_positive_count);
  mistakes(out, "misses", report, label->misses, label->miss_count);
}

static void labels(narr_buffer *out, const narr_report *report, bool whole_report) {
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
    interval(out, "f1_interval", label->f1_interval);
    number(out, "threshold", label->threshold);
    if (!label->objective_reached) narr_buffer_string(out, ",\"objective_reached\":false");
    number(out, "average_precision", label->average_precision);
    calibration(out, "calibration", &label->calibration, whole_report);
    number(out, "ece_equal_mass", label->ece_equal_mass);
    if (whole_report) label_details(out, report, label);
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

static void language_labels(narr_buffer *out, const narr_report *report,
                            const narr_language_report *language) {
  narr_buffer_string(out, ",\"labels\":[");
  bool first = true;
  for (size_t l = 0; l < report->label_count; l++) {
    const narr_language_label *label = &language->labels[l];
    if (label->support + label->predicted == 0) continue;
    if (!first) narr_buffer_byte(out, ',');
    first = false;
    name_member(out, report->labels[l].name);
    whole(out, "support", label->support);
    whole(out, "predicted", label->predicted);
    whole(out, "true_positive", label->true_positive);
    narr_buffer_byte(out, '}');
  }
  narr_buffer_byte(out, ']');
}

static void languages(narr_buffer *out, const narr_report *report, bool whole_report) {
  narr_buffer_string(out, ",\"languages\":[");
  for (size_t i = 0; i < report->language_count; i++) {
    const narr_language_report *language = &report->languages[i];
    if (i) narr_buffer_byte(out, ',');
    name_member(out, language->name);
    whole(out, "rows", language->rows);
    average(out, "macro", language->macro);
    average(out, "micro", language->micro);
    average(out, "samples", language->samples);
    interval(out, "macro_f1_interval", language->macro_f1_interval);
    interval(out, "micro_f1_interval", language->micro_f1_interval);
    whole(out, "none_rows", language->none_rows);
    whole(out, "none_flagged", language->none_flagged);
    if (whole_report) language_labels(out, report, language);
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

void narr_report_json(narr_buffer *out, const narr_report *report, bool whole_report) {
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
  whole(out, "resamples", report->resamples);
  interval(out, "macro_f1_interval", report->macro_f1_interval);
  interval(out, "micro_f1_interval", report->micro_f1_interval);
  interval(out, "samples_f1_interval", report->samples_f1_interval);
  number(out, "accuracy", report->accuracy);
  whole(out, "none_rows", report->none_rows);
  whole(out, "none_flagged", report->none_flagged);
  calibration(out, "calibration", &report->calibration, whole_report);
  if (report->exclusive) calibration(out, "chosen", &report->chosen, whole_report);
  labels(out, report, whole_report);
  if (report->level_count) levels(out, report);
  if (report->language_count) languages(out, report, whole_report);
  if (report->confusion) confusion(out, report);
  pairs(out, report);
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
    narr_report_json(&out, out_of_fold, true);
  else
    narr_buffer_string(&out, "null");
  narr_buffer_string(&out, ",\n\"test\":");
  if (test)
    narr_report_json(&out, test, true);
  else
    narr_buffer_string(&out, "null");
  narr_buffer_string(&out, "}\n");
  narr_status status = out.failed ? narr_fail_memory(error)
                                  : narr_file_write_atomic(path, out.data, out.length, error);
  narr_buffer_free(&out);
  return status;
}
