/* summary_json.c - a summary as JSON. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "data/time_text.h"
#include "pipeline/summary.h"
#include "summary/divergence.h"

static void add_count(narr_buffer *out, const char *name, uint64_t value) {
  narr_buffer_format(out, ",\"%s\":%llu", name, (unsigned long long)value);
}

static void add_number(narr_buffer *out, const char *name, double value, unsigned decimals) {
  narr_buffer_format(out, ",\"%s\":", name);
  narr_buffer_decimal(out, value, decimals);
}

static void add_time(narr_buffer *out, const char *name, double seconds) {
  char text[NARR_TIME_TEXT_SIZE];
  narr_buffer_format(out, ",\"%s\":\"%s\"", name, narr_time_format(seconds, text));
}

static void add_string(narr_buffer *out, const char *string) {
  narr_buffer_json_string(out, string, strlen(string));
}

static double start_of(const narr_summary *summary, int64_t index) {
  return (double)index * summary->timeline.width;
}

/* ---- Parts of windows and of the whole ---------------------------------------------- */

/* {"LABEL":POSTS,...} of those with posts. */
static void add_labels(narr_buffer *out, const narr_summary *summary, const uint32_t *counts) {
  bool first = true;
  narr_buffer_string(out, ",\"labels\":{");
  for (size_t l = 0; l < summary->timeline.label_count; l++) {
    if (!counts[l]) continue;
    if (!first) narr_buffer_byte(out, ',');
    first = false;
    add_string(out, narr_model_label(summary->model, l));
    narr_buffer_format(out, ":%lu", (unsigned long)counts[l]);
  }
  narr_buffer_byte(out, '}');
}

/* {"LANG":{"posts":N,"labels":{...}},...}. False: out of memory. */
static bool add_languages(narr_buffer *out, const narr_summary *summary,
                          const narr_window *window) {
  size_t labels = summary->timeline.label_count;
  uint32_t *counts = narr_alloc(labels + 1, sizeof *counts);
  if (!counts) return false;
  narr_buffer_string(out, ",\"languages\":{");
  for (size_t i = 0; i < window->cell_count;) {
    uint16_t lang = window->cells[i].lang;
    if (i > 0) narr_buffer_byte(out, ',');
    memset(counts, 0, (labels + 1) * sizeof *counts);
    for (; i < window->cell_count && window->cells[i].lang == lang; i++)
      counts[window->cells[i].label] = window->cells[i].posts;
    add_string(out, summary->languages.names[lang]);
    narr_buffer_format(out, ":{\"posts\":%lu", (unsigned long)counts[labels]);
    add_labels(out, summary, counts);
    narr_buffer_byte(out, '}');
  }
  narr_buffer_byte(out, '}');
  narr_free(counts);
  return true;
}

/* [{"source":NAME,"posts":N,"at_least":M},...]. False: out of memory. */
static bool add_sources(narr_buffer *out, const narr_top_names *names, size_t most) {
  narr_top_names sorted = *names;
  sorted.names = narr_alloc(names->count, sizeof *sorted.names);
  if (!sorted.names) return false;
  if (names->count) memcpy(sorted.names, names->names, names->count * sizeof *sorted.names);
  narr_top_names_sort(&sorted);
  narr_buffer_string(out, ",\"sources\":[");
  for (size_t i = 0; i < names->count && i < most; i++) {
    const narr_top_name *name = &sorted.names[i];
    narr_buffer_string(out, i ? ",{\"source\":" : "{\"source\":");
    narr_buffer_json_string(out, name->name, name->length);
    add_count(out, "posts", name->count);
    add_count(out, "at_least", name->count - name->error);
    narr_buffer_byte(out, '}');
  }
  narr_buffer_byte(out, ']');
  narr_free(sorted.names);
  return true;
}

/* ---- Drift ----------------------------------------------------------------------------- */

/* Of the posts and of training, by language; "und" and what has none are left out.
 * NAN: one side has none. */
static double language_shift(const narr_summary *summary, const narr_window *window) {
  const narr_reference *reference = &summary->reference;
  double here[NARR_LANGUAGES] = {0}, there[NARR_LANGUAGES] = {0}, posts = 0, texts = 0;
  for (size_t i = 0; i < window->cell_count; i++) {
    const narr_cell *cell = &window->cells[i];
    if (cell->label != summary->timeline.label_count ||
        strcmp(summary->languages.names[cell->lang], "und") == 0)
      continue;
    here[cell->lang] += cell->posts;
    posts += cell->posts;
  }
  for (size_t i = 0; i < reference->language_count; i++) {
    if (strcmp(summary->languages.names[i], "und") == 0) continue;
    there[i] = reference->languages[i];
    texts += there[i];
  }
  return posts > 0 && texts > 0 ? narr_divergence(here, there, NARR_LANGUAGES) : NAN;
}

static double score_shift(const narr_summary *summary, const narr_window *window) {
  double scores[NARR_TIMELINE_SCORES];
  for (size_t i = 0; i < NARR_TIMELINE_SCORES; i++) scores[i] = window->scores[i];
  return summary->reference.known
             ? narr_divergence(scores, summary->reference.scores, NARR_TIMELINE_SCORES)
             : NAN;
}

static void add_drift(narr_buffer *out, const narr_summary *summary, const narr_window *window) {
  double posts = window->posts ? (double)window->posts : 1;
  narr_buffer_string(out, ",\"drift\":{\"unknown\":");
  narr_buffer_decimal(out, window->unknown / posts, 4);
  add_number(out, "doubtful", (double)window->doubtful / posts, 4);
  add_number(out, "abstained", (double)window->abstained / posts, 4);
  add_number(out, "languages", language_shift(summary, window), 4);
  add_number(out, "scores", score_shift(summary, window), 4);
  narr_buffer_byte(out, '}');
}

static void add_reference(narr_buffer *out, const narr_summary *summary) {
  const narr_reference *reference = &summary->reference;
  narr_buffer_string(out, ",\"training\":");
  if (!reference->known) {
    narr_buffer_string(out, "null");
    return;
  }
  narr_buffer_string(out, "{\"unknown\":");
  narr_buffer_decimal(out, reference->unknown, 4);
  narr_buffer_string(out, ",\"languages\":{");
  for (size_t i = 0; i < reference->language_count; i++) {
    if (i > 0) narr_buffer_byte(out, ',');
    add_string(out, summary->languages.names[i]);
    narr_buffer_format(out, ":%.0f", reference->languages[i]);
  }
  narr_buffer_string(out, "}}");
}

/* ---- Surges ------------------------------------------------------------------------------ */

void narr_summary_alert(narr_buffer *out, const narr_summary *summary, size_t at, size_t label,
                        const narr_surge *surge) {
  const narr_window *window = summary->timeline.windows[at];
  narr_buffer_string(out, "{\"alert\":\"surge\",\"label\":");
  add_string(out, narr_model_label(summary->model, label));
  add_time(out, "window", start_of(summary, window->index));
  add_number(out, "seconds", summary->timeline.width, 0);
  add_count(out, "flagged", window->labels[label]);
  add_number(out, "expected", surge->expected, 2);
  narr_buffer_string(out, ",\"statistic\":\"" NARR_SURGE_STATISTIC "\"");
  add_number(out, "value", surge->value, 2);
  add_number(out, "threshold", summary->alert_from[label], 2);
  narr_buffer_string(out, "}\n");
}

/* The surge of a label that begins in window number `at`, over all windows right
 * behind one another that are part of it. Returns the number of the next. */
static size_t add_surge(narr_buffer *out, const narr_summary *summary, size_t at, size_t label) {
  const narr_timeline *timeline = &summary->timeline;
  int64_t first = timeline->windows[at]->index, peak = first, end = first;
  narr_surge most = {.value = 0};
  double expected = 0;
  uint64_t posts = 0;
  for (; at < timeline->count && timeline->windows[at]->index == end; at++, end++) {
    narr_surge surge = narr_timeline_surge(timeline, at, label);
    if (surge.value < NARR_SUMMARY_SURGE) break;
    posts += timeline->windows[at]->labels[label];
    expected += surge.expected;
    if (surge.value <= most.value) continue;
    most = surge;
    peak = end;
  }
  narr_buffer_string(out, "{\"label\":");
  add_string(out, narr_model_label(summary->model, label));
  add_time(out, "from", start_of(summary, first));
  add_time(out, "to", start_of(summary, end));
  add_count(out, "posts", posts);
  add_number(out, "expected", expected, 2);
  add_time(out, "peak", start_of(summary, peak));
  add_number(out, "value", most.value, 2);
  narr_buffer_byte(out, '}');
  return at;
}

static void add_surges(narr_buffer *out, const narr_summary *summary) {
  const narr_timeline *timeline = &summary->timeline;
  bool first = true;
  narr_buffer_string(out, ",\"surges\":{\"statistic\":\"" NARR_SURGE_STATISTIC "\"");
  add_number(out, "threshold", NARR_SUMMARY_SURGE, 1);
  narr_buffer_string(out, ",\"found\":[");
  for (size_t label = 0; label < timeline->label_count; label++)
    for (size_t at = 0; at < timeline->count;) {
      if (narr_timeline_surge(timeline, at, label).value < NARR_SUMMARY_SURGE) {
        at++;
        continue;
      }
      if (!first) narr_buffer_byte(out, ',');
      first = false;
      at = add_surge(out, summary, at, label);
    }
  narr_buffer_string(out, "]}");
}

/* ---- Clusters ------------------------------------------------------------------------------ */

static void add_cluster(narr_buffer *out, const narr_summary *summary,
                        const narr_cluster *cluster) {
  const narr_cluster_story *story = cluster->story;
  narr_buffer_format(out, "{\"copies\":%llu", (unsigned long long)cluster->copies);
  add_count(out, "authors", narr_distinct_estimate(&story->authors));
  add_time(out, "first", cluster->first);
  add_time(out, "last", cluster->last);
  narr_buffer_string(out, ",\"first_id\":");
  add_string(out, story->first_id);
  narr_buffer_string(out, ",\"first_authors\":[");
  for (size_t i = 0; i < story->name_count; i++) {
    if (i > 0) narr_buffer_byte(out, ',');
    add_string(out, story->names[i]);
  }
  narr_buffer_string(out, "],\"labels\":[");
  for (size_t i = 0; i < story->label_count; i++) {
    if (i > 0) narr_buffer_byte(out, ',');
    add_string(out, narr_model_label(summary->model, story->labels[i]));
  }
  narr_buffer_string(out, "],\"example\":");
  add_string(out, story->example);
  narr_buffer_byte(out, '}');
}

static bool add_clusters(narr_buffer *out, const narr_summary *summary) {
  size_t count;
  const narr_cluster **list = narr_copies_list(summary->copies, &count);
  if (!list) return false;
  narr_buffer_string(out, ",\"clusters\":[");
  for (size_t i = 0; i < count && i < summary->options.clusters; i++) {
    narr_buffer_string(out, i ? ",\n" : "\n");
    add_cluster(out, summary, list[i]);
  }
  narr_buffer_byte(out, ']');
  narr_free(list);
  return true;
}

/* ---- All ------------------------------------------------------------------------------------- */

/* "posts", "labels" and so on, behind a first member. */
static bool add_window(narr_buffer *out, const narr_summary *summary, const narr_window *window) {
  add_count(out, "posts", window->posts);
  add_count(out, "flagged", window->flagged);
  add_labels(out, summary, window->labels);
  bool ok = add_languages(out, summary, window);
  add_drift(out, summary, window);
  return ok;
}

static bool add_windows(narr_buffer *out, const narr_summary *summary) {
  const narr_timeline *timeline = &summary->timeline;
  size_t most = summary->options.sources;
  bool ok = true;
  narr_buffer_string(out, ",\"windows\":[");
  for (size_t i = 0; i < timeline->count && ok; i++) {
    const narr_window *window = timeline->windows[i];
    char start[NARR_TIME_TEXT_SIZE];
    narr_buffer_format(out, "%s{\"start\":\"%s\"", i ? ",\n" : "\n",
                       narr_time_format(start_of(summary, window->index), start));
    ok = add_window(out, summary, window) && add_sources(out, &window->sources, most);
    narr_buffer_byte(out, '}');
  }
  narr_buffer_byte(out, ']');
  return ok;
}

static bool add_label_sources(narr_buffer *out, const narr_summary *summary) {
  bool ok = true;
  narr_buffer_string(out, ",\"narratives\":[");
  for (size_t l = 0; l < summary->timeline.label_count && ok; l++) {
    narr_buffer_string(out, l ? ",\n{\"label\":" : "\n{\"label\":");
    add_string(out, narr_model_label(summary->model, l));
    add_count(out, "posts", summary->total->labels[l]);
    ok = add_sources(out, &summary->sources[l], summary->options.sources);
    narr_buffer_byte(out, '}');
  }
  narr_buffer_byte(out, ']');
  return ok;
}

bool narr_summary_json(narr_buffer *out, const narr_summary *summary) {
  narr_buffer_format(out, "{\"window_seconds\":%.0f", summary->timeline.width);
  add_count(out, "records", summary->records);
  add_count(out, "errors", summary->errors);
  add_count(out, "skipped", summary->skipped);
  add_count(out, "untimed", summary->untimed);
  add_count(out, "windows_dropped", summary->timeline.dropped);
  add_count(out, "posts_too_early", summary->too_early);
  if (summary->total->posts > 0) {
    add_time(out, "first", summary->first);
    add_time(out, "last", summary->last);
  }
  bool ok = add_window(out, summary, summary->total);
  add_reference(out, summary);
  ok = ok && add_label_sources(out, summary);
  add_surges(out, summary);
  ok = ok && add_clusters(out, summary) && add_windows(out, summary);
  narr_buffer_string(out, "}\n");
  return ok && !out->failed;
}
