/* summary.c - counting a stream as it passes. */
#include "pipeline/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/status.h"

enum { SECONDS_BETWEEN_FILES = 10 };

static double now(void) {
  struct timespec moment;
  clock_gettime(CLOCK_MONOTONIC, &moment);
  return (double)moment.tv_sec + (double)moment.tv_nsec / 1e9;
}

/* ---- Set-up ------------------------------------------------------------------------ */

static narr_status take_alerts(narr_summary *summary, const narr_summary_options *options,
                               narr_error *error) {
  size_t labels = narr_model_label_count(summary->model);
  for (size_t l = 0; l < labels; l++) summary->alert_from[l] = INFINITY;
  for (size_t i = 0; i < options->alert_count; i++) {
    const narr_alert *alert = &options->alerts[i];
    bool known = alert->label == NULL;
    if (!isfinite(alert->surge) || alert->surge <= 0)
      return narr_fail(error, NARR_ERROR_ARGUMENT, "an alert's surge must be positive");
    for (size_t l = 0; l < labels; l++) {
      if (alert->label && strcmp(alert->label, narr_model_label(summary->model, l)) != 0) continue;
      summary->alert_from[l] = alert->surge;
      known = true;
    }
    if (!known)
      return narr_fail(error, NARR_ERROR_ARGUMENT, "the model has no label \"%s\"", alert->label);
  }
  return NARR_OK;
}

/* The value of a fact that is a number; 0 for another. */
static double number_of(const narr_fact *fact) {
  char text[32] = "";
  memcpy(text, fact->value,
         fact->value_length < sizeof text ? fact->value_length : sizeof text - 1);
  double value = strtod(text, NULL);
  return isfinite(value) && value > 0 ? value : 0;
}

/* What models that were made before there was a reference leave out is unknown. */
static void take_reference(narr_summary *summary) {
  narr_reference *reference = &summary->reference;
  narr_fact fact;
  reference->known = narr_model_fact(summary->model, "reference.unknown", &fact);
  if (!reference->known) return;
  reference->unknown = number_of(&fact);
  for (size_t i = 0; i < NARR_TIMELINE_SCORES; i++)
    if (narr_model_fact_member(summary->model, "reference.scores", i, &fact))
      reference->scores[i] = number_of(&fact);
  for (size_t i = 0; narr_model_fact_member(summary->model, "reference.languages", i, &fact); i++)
    reference->languages[narr_languages_add(&summary->languages, fact.name, fact.name_length)] +=
        number_of(&fact);
  reference->language_count = summary->languages.count;
}

static narr_status fill(narr_summary *summary, const narr_summary_options *options,
                        narr_error *error) {
  size_t labels = narr_model_label_count(summary->model);
  summary->options = *options;
  summary->options.alerts = NULL;
  summary->options.path = options->path ? narr_copy_string(options->path) : NULL;
  summary->timeline = (narr_timeline){.label_count = labels, .width = options->window};
  summary->alert_from = narr_alloc(labels, sizeof *summary->alert_from);
  summary->sources = narr_alloc_zero(labels, sizeof *summary->sources);
  summary->total = narr_window_new(labels);
  summary->copies = narr_copies_new();
  summary->written = now();
  if ((options->path && !summary->options.path) || !summary->alert_from || !summary->sources ||
      !summary->total || !summary->copies)
    return narr_fail_memory(error);
  take_reference(summary);
  return take_alerts(summary, options, error);
}

narr_status narr_summary_new(narr_summary **out, const narr_model *model,
                             const narr_summary_options *options, narr_error *error) {
  static const narr_summary_options defaults = NARR_SUMMARY_OPTIONS_INIT;
  if (!options) options = &defaults;
  *out = NULL;
  if (!isfinite(options->window) || options->window < 1)
    return narr_fail(error, NARR_ERROR_ARGUMENT, "a window has one second or more");
  narr_summary *summary = narr_alloc_zero(1, sizeof *summary);
  if (!summary) return narr_fail_memory(error);
  summary->model = model;
  narr_status status = fill(summary, options, error);
  if (status)
    narr_summary_free(summary);
  else
    *out = summary;
  return status;
}

void narr_summary_free(narr_summary *summary) {
  if (!summary) return;
  for (size_t l = 0; summary->sources && l < narr_model_label_count(summary->model); l++)
    narr_top_names_free(&summary->sources[l]);
  narr_free(summary->sources);
  narr_free(summary->alert_from);
  narr_free((char *)summary->options.path);
  narr_timeline_free(&summary->timeline);
  narr_window_free(summary->total);
  narr_copies_free(summary->copies);
  narr_free(summary);
}

/* ---- Counting ------------------------------------------------------------------------- */

static bool count_sources(narr_summary *summary, const narr_judged *post) {
  bool ok = true;
  for (size_t i = 0; i < post->label_count && post->source_length > 0 && ok; i++)
    ok = narr_top_names_add(&summary->sources[post->labels[i]], NARR_TOP_NAMES, post->source,
                            post->source_length);
  return ok;
}

static bool count_copies(narr_summary *summary, const narr_observation *seen, const char *bytes,
                         const narr_judged *post) {
  if (!seen->sketched) return true;
  const narr_posted posted = {.sketch = &seen->sketch,
                              .time = seen->time,
                              .author = post->source,
                              .author_length = post->source_length,
                              .id = bytes + seen->id,
                              .id_length = seen->id_length,
                              .text = bytes + seen->text,
                              .text_length = seen->text_length,
                              .labels = post->labels,
                              .label_count = post->label_count};
  return narr_copies_add(summary->copies, &posted);
}

/* What a post tips over, while nothing later is known: an alert that comes now. */
static void check_alerts(narr_summary *summary, narr_window *window, const narr_judged *post,
                         narr_buffer *alerts) {
  const narr_timeline *timeline = &summary->timeline;
  size_t last = timeline->count - 1;
  if (timeline->windows[last] != window) return;
  for (size_t i = 0; i < post->label_count; i++) {
    size_t label = post->labels[i];
    if (window->alerted[label] || isinf(summary->alert_from[label])) continue;
    narr_surge surge = narr_timeline_surge(timeline, last, label);
    if (surge.value < summary->alert_from[label]) continue;
    window->alerted[label] = true;
    narr_summary_alert(alerts, summary, last, label, &surge);
  }
}

static void count_time(narr_summary *summary, const narr_observation *seen) {
  bool begun = summary->total->posts > 0;
  if (!begun || seen->time < summary->first) summary->first = seen->time;
  if (!begun || seen->time > summary->last) summary->last = seen->time;
  summary->untimed += !seen->timed;
}

static bool take_post(narr_summary *summary, const narr_observations *all,
                      const narr_observation *seen, narr_buffer *alerts) {
  const char *bytes = all->bytes.data ? all->bytes.data : "";
  size_t labels = summary->timeline.label_count;
  const narr_judged post = {
      .time = seen->time,
      .lang = narr_languages_add(&summary->languages, bytes + seen->lang, seen->lang_length),
      .unknown = seen->unknown,
      .probability = seen->probability,
      .doubtful = seen->doubtful,
      .abstained = seen->abstained,
      .labels = all->labels + seen->first_label,
      .label_count = seen->label_count,
      .source = bytes + seen->author,
      .source_length = seen->author_length};
  count_time(summary, seen);
  bool too_early, ok = narr_window_add(summary->total, labels, &post) &&
                       count_sources(summary, &post) && count_copies(summary, seen, bytes, &post);
  narr_window *window = ok ? narr_timeline_at(&summary->timeline, post.time, &too_early) : NULL;
  if (!window) {
    if (ok) summary->too_early += too_early;
    return ok && too_early;
  }
  if (!narr_window_add(window, labels, &post)) return false;
  check_alerts(summary, window, &post, alerts);
  return true;
}

static narr_status write_if_due(narr_summary *summary, bool new_window, narr_error *error) {
  if (!summary->options.path || !new_window || now() - summary->written < SECONDS_BETWEEN_FILES)
    return NARR_OK;
  narr_status status = narr_summary_save(summary, summary->options.path, error);
  summary->written = now();
  return status;
}

static int64_t last_window(const narr_summary *summary) {
  const narr_timeline *timeline = &summary->timeline;
  return timeline->count ? timeline->windows[timeline->count - 1]->index : INT64_MIN;
}

narr_status narr_summary_take(narr_summary *summary, const narr_stream_stats *counts,
                              const narr_observations *observations, const narr_buffer *output,
                              narr_buffer *merged, narr_error *error) {
  int64_t before = last_window(summary);
  narr_buffer alerts = NARR_BUFFER_INIT;
  size_t merged_to = 0; /* of the output */
  bool ok = true;
  summary->records += counts->records;
  summary->errors += counts->errors;
  summary->skipped += counts->skipped;
  for (size_t i = 0; i < observations->count && ok; i++) {
    const narr_observation *seen = &observations->items[i];
    ok = take_post(summary, observations, seen, &alerts);
    if (alerts.length == 0) continue;
    narr_buffer_append(merged, output->data + merged_to, seen->end - merged_to);
    narr_buffer_append(merged, alerts.data, alerts.length);
    merged_to = seen->end;
    narr_buffer_clear(&alerts);
  }
  if (merged->length > 0)
    narr_buffer_append(merged, output->data + merged_to, output->length - merged_to);
  ok = ok && !alerts.failed && !merged->failed;
  narr_buffer_free(&alerts);
  if (!ok) return narr_fail_memory(error);
  return write_if_due(summary, last_window(summary) != before, error);
}

bool narr_summary_has_alerts(const narr_summary *summary) {
  for (size_t l = 0; l < summary->timeline.label_count; l++)
    if (!isinf(summary->alert_from[l])) return true;
  return false;
}

/* ---- The end ----------------------------------------------------------------------------- */

narr_status narr_summary_finish(narr_summary *summary, int fd, narr_error *error) {
  const narr_timeline *timeline = &summary->timeline;
  narr_buffer alerts = NARR_BUFFER_INIT;
  for (size_t at = 0; at < timeline->count; at++)
    for (size_t label = 0; label < timeline->label_count; label++) {
      narr_window *window = timeline->windows[at];
      if (window->alerted[label] || isinf(summary->alert_from[label])) continue;
      narr_surge surge = narr_timeline_surge(timeline, at, label);
      if (surge.value < summary->alert_from[label]) continue;
      window->alerted[label] = true;
      narr_summary_alert(&alerts, summary, at, label, &surge);
    }
  narr_status status = alerts.failed ? narr_fail_memory(error) : NARR_OK;
  int failure = status || !alerts.length ? 0 : narr_file_write_all(fd, alerts.data, alerts.length);
  if (failure) status = narr_fail_system(error, failure, "writing the alerts");
  narr_buffer_free(&alerts);
  return status;
}

narr_status narr_summary_save(const narr_summary *summary, const char *path, narr_error *error) {
  narr_buffer json = NARR_BUFFER_INIT;
  narr_status status = NARR_OK;
  if (!narr_summary_json(&json, summary))
    status = narr_fail_memory(error);
  else
    status = narr_file_write_atomic(path, json.data, json.length, error);
  narr_buffer_free(&json);
  return status;
}
