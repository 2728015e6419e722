/* timeline.h - what was counted in each window of time. */
#ifndef NARR_SUMMARY_TIMELINE_H
#define NARR_SUMMARY_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "summary/surge.h"
#include "summary/top_names.h"

enum {
  NARR_TIMELINE_WINDOWS = 32768, /* at most; the earliest give way */
  NARR_TIMELINE_SCORES = 10,     /* bins of the highest probability of a post */
  NARR_TIMELINE_SOURCES = 16     /* names that a window keeps */
};

/* Posts of a language that have a label; of the label number label_count: of any
 * or none. */
typedef struct narr_cell {
  uint16_t lang, label;
  uint32_t posts;
} narr_cell;

typedef struct narr_window {
  int64_t index; /* start / width */
  uint64_t posts, flagged, doubtful, abstained;
  double unknown; /* sum of the posts' shares of unknown n-grams */
  uint32_t scores[NARR_TIMELINE_SCORES];
  uint32_t *labels; /* label_count posts flagged; owned */
  bool *alerted;    /* label_count; owned */
  narr_cell *cells; /* owned, by language, then label */
  size_t cell_count, cell_capacity;
  narr_top_names sources; /* of posts that are flagged */
} narr_window;

typedef struct narr_timeline {
  size_t label_count;
  double width;          /* seconds */
  narr_window **windows; /* rising; owned */
  size_t count, capacity;
  uint64_t dropped; /* windows that gave way */
} narr_timeline;

/* A post that was judged. */
typedef struct narr_judged {
  double time;
  uint16_t lang;
  double unknown;     /* share of its n-grams */
  double probability; /* of its most probable label */
  bool doubtful, abstained;
  const uint16_t *labels;
  size_t label_count;
  const char *source; /* source_length bytes, which may be 0 */
  size_t source_length;
} narr_judged;

/* A window by itself. NULL: out of memory. */
narr_window *narr_window_new(size_t label_count);
void narr_window_free(narr_window *window);

/* The window with that time, made if need be; NULL: there is no memory, or
 * all windows are later and there is no room (*too_early). */
narr_window *narr_timeline_at(narr_timeline *timeline, double time, bool *too_early);

/* False: out of memory. */
bool narr_window_add(narr_window *window, size_t label_count, const narr_judged *post);

/* How far the label's count in window number `at` stands out. */
narr_surge narr_timeline_surge(const narr_timeline *timeline, size_t at, size_t label);

/* The bin of a probability. */
size_t narr_timeline_bin(double probability);

/* The number of a window. */
size_t narr_timeline_find(const narr_timeline *timeline, int64_t index);

void narr_timeline_free(narr_timeline *timeline);

#endif
