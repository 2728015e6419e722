/* timeline.c - windows in order of time, each with its counts. */
#include "summary/timeline.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"

void narr_window_free(narr_window *window) {
  if (!window) return;
  narr_free(window->labels);
  narr_free(window->alerted);
  narr_free(window->cells);
  narr_top_names_free(&window->sources);
  narr_free(window);
}

void narr_timeline_free(narr_timeline *timeline) {
  for (size_t i = 0; i < timeline->count; i++) narr_window_free(timeline->windows[i]);
  narr_free(timeline->windows);
  *timeline = (narr_timeline){0};
}

/* The first window that is not earlier; mostly the last one, or none. */
size_t narr_timeline_find(const narr_timeline *timeline, int64_t index) {
  size_t low = 0, high = timeline->count;
  if (high && timeline->windows[high - 1]->index < index) return high;
  if (high && timeline->windows[high - 1]->index == index) return high - 1;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (timeline->windows[middle]->index < index)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

narr_window *narr_window_new(size_t label_count) {
  narr_window *window = narr_alloc_zero(1, sizeof *window);
  if (!window) return NULL;
  window->labels = narr_alloc_zero(label_count, sizeof *window->labels);
  window->alerted = narr_alloc_zero(label_count, sizeof *window->alerted);
  if (window->labels && window->alerted) return window;
  narr_window_free(window);
  return NULL;
}

narr_window *narr_timeline_at(narr_timeline *timeline, double time, bool *too_early) {
  int64_t index = (int64_t)floor(time / timeline->width);
  size_t at = narr_timeline_find(timeline, index);
  *too_early = false;
  if (at < timeline->count && timeline->windows[at]->index == index) return timeline->windows[at];
  bool full = timeline->count == NARR_TIMELINE_WINDOWS;
  *too_early = full && at == 0;
  if (*too_early) return NULL;
  void *windows = timeline->windows;
  if (!full &&
      !narr_grow(&windows, &timeline->capacity, timeline->count + 1, sizeof *timeline->windows))
    return NULL;
  timeline->windows = windows;
  narr_window *window = narr_window_new(timeline->label_count);
  if (!window) return NULL;
  window->index = index;
  if (full) {
    narr_window_free(timeline->windows[0]);
    timeline->dropped++;
    timeline->count--;
    at--;
    memmove(timeline->windows, timeline->windows + 1, timeline->count * sizeof *timeline->windows);
  }
  memmove(timeline->windows + at + 1, timeline->windows + at,
          (timeline->count - at) * sizeof *timeline->windows);
  timeline->windows[at] = window;
  timeline->count++;
  return window;
}

static bool count_cell(narr_window *window, uint16_t lang, uint16_t label) {
  size_t low = 0, high = window->cell_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    const narr_cell *cell = &window->cells[middle];
    if (cell->lang < lang || (cell->lang == lang && cell->label < label))
      low = middle + 1;
    else
      high = middle;
  }
  if (low < window->cell_count && window->cells[low].lang == lang &&
      window->cells[low].label == label) {
    window->cells[low].posts++;
    return true;
  }
  void *cells = window->cells;
  if (!narr_grow(&cells, &window->cell_capacity, window->cell_count + 1, sizeof *window->cells))
    return false;
  window->cells = cells;
  memmove(window->cells + low + 1, window->cells + low,
          (window->cell_count - low) * sizeof *window->cells);
  window->cells[low] = (narr_cell){lang, label, 1};
  window->cell_count++;
  return true;
}

size_t narr_timeline_bin(double probability) {
  size_t bin = (size_t)(probability * NARR_TIMELINE_SCORES);
  return bin < NARR_TIMELINE_SCORES ? bin : NARR_TIMELINE_SCORES - 1;
}

bool narr_window_add(narr_window *window, size_t label_count, const narr_judged *post) {
  window->posts++;
  window->flagged += post->label_count > 0;
  window->doubtful += post->doubtful;
  window->abstained += post->abstained;
  window->unknown += post->unknown;
  window->scores[narr_timeline_bin(post->probability)]++;
  bool ok = count_cell(window, post->lang, (uint16_t)label_count);
  if (post->label_count > 0 && post->source_length > 0)
    ok = ok && narr_top_names_add(&window->sources, NARR_TIMELINE_SOURCES, post->source,
                                  post->source_length);
  for (size_t i = 0; i < post->label_count; i++) {
    window->labels[post->labels[i]]++;
    ok = ok && count_cell(window, post->lang, post->labels[i]);
  }
  return ok;
}

narr_surge narr_timeline_surge(const narr_timeline *timeline, size_t at, size_t label) {
  uint64_t before[NARR_SURGE_BASELINE];
  size_t count = 0;
  const narr_window *here = timeline->windows[at];
  for (size_t i = at; i-- > 0 && count < NARR_SURGE_BASELINE;) {
    const narr_window *window = timeline->windows[i];
    if (here->index - window->index > NARR_SURGE_REACH) break;
    if (window->posts > 0) before[count++] = window->labels[label];
  }
  return narr_surge_of(here->labels[label], before, count);
}
