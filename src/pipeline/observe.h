/* observe.h - what a summary wants to know of each record: taken by the thread
 * that has it, added to the summary in the order of the stream. */
#ifndef NARR_PIPELINE_OBSERVE_H
#define NARR_PIPELINE_OBSERVE_H

#include "narr/classify.h"
#include "pipeline/stream_input.h"
#include "summary/sketch.h"

/* Lengths and places are in the `bytes` of the observations. */
typedef struct narr_observation {
  double time; /* seconds since 1970 */
  bool timed;  /* the record's own time; else that of its arrival */
  bool doubtful, abstained;
  bool sketched;      /* long enough to be told from others */
  double unknown;     /* share of the text's n-grams */
  double probability; /* the highest */
  narr_sketch sketch;
  size_t author, id, lang, text;
  size_t author_length, id_length, lang_length, text_length;
  size_t first_label, label_count; /* that it is flagged with, in `labels` */
  size_t end;                      /* of the chunk's output, behind this post's */
} narr_observation;

/* Of one chunk of a stream. Zero-initialised it is empty. */
typedef struct narr_observations {
  narr_observation *items;
  size_t count, capacity;
  uint16_t *labels;
  size_t label_count, label_capacity;
  narr_buffer bytes;
} narr_observations;

/* Adds a post that `classifier` has just judged. False: out of memory. */
bool narr_observe(narr_observations *observations, const narr_stream_item *item,
                  const narr_classifier *classifier, const narr_result *result);

void narr_observations_clear(narr_observations *observations);
void narr_observations_free(narr_observations *observations);

#endif
