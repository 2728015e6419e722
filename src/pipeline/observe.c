/* observe.c - one post's entry for the summary. */
#include "pipeline/observe.h"

#include <time.h>

#include "base/alloc.h"
#include "data/time_text.h"
#include "pipeline/classifier.h"
#include "pipeline/record_format.h"
#include "summary/copies.h"

enum {
  DAY = 86400,
  FEWEST_WORDS = 5 /* of a text whose copies are worth counting */
};

/* Of a post without a time, or with one that can't be, the present. */
static void take_time(narr_observation *observation, const narr_stream_item *item) {
  double now = (double)time(NULL);
  observation->timed = item->time.length &&
                       narr_time_parse(item->time.data, item->time.length, &observation->time) &&
                       observation->time < now + DAY;
  if (!observation->timed) observation->time = now;
}

static size_t keep(narr_buffer *bytes, const char *data, size_t length) {
  size_t start = bytes->length;
  narr_buffer_append(bytes, data, length);
  return start;
}

static void take_strings(narr_observations *all, narr_observation *observation,
                         const narr_stream_item *item) {
  narr_buffer *bytes = &all->bytes;
  observation->author_length = item->author.length;
  observation->author = keep(bytes, item->author.data, item->author.length);
  observation->lang_length = item->lang.length;
  observation->lang = keep(bytes, item->lang.data, item->lang.length);
  observation->id = bytes->length;
  narr_record_plain_id(bytes, item);
  observation->id_length = bytes->length - observation->id;
  observation->text_length = item->text_length < NARR_COPIES_EXAMPLE_BYTES + 4
                                 ? item->text_length
                                 : NARR_COPIES_EXAMPLE_BYTES + 4;
  observation->text = keep(bytes, item->text, observation->text_length);
}

/* Of what is read of the text, how it is spelled aside: those n-grams come last. */
static void take_sketch(narr_observation *observation, const narr_vector *vector,
                        const narr_result *result) {
  narr_sketch_init(&observation->sketch);
  observation->sketched = result->word_count >= FEWEST_WORDS;
  if (!observation->sketched) return;
  size_t spellings = vector->ngrams.block_ends[NARR_BLOCK_SPELLING - 1];
  for (size_t i = 0; i < vector->distinct_count && vector->distinct[i].item < spellings; i++)
    narr_sketch_add(&observation->sketch, vector->distinct[i].key);
}

static bool take_labels(narr_observations *all, narr_observation *observation,
                        const narr_result *result) {
  void *labels = all->labels;
  if (!narr_grow(&labels, &all->label_capacity, all->label_count + result->flagged_count,
                 sizeof *all->labels))
    return false;
  all->labels = labels;
  observation->first_label = all->label_count;
  observation->label_count = result->flagged_count;
  for (size_t l = 0; l < result->score_count; l++) {
    const narr_score *score = &result->scores[l];
    if (score->flagged) all->labels[all->label_count++] = (uint16_t)l;
    if (score->probability > observation->probability)
      observation->probability = score->probability;
  }
  return true;
}

bool narr_observe(narr_observations *all, const narr_stream_item *item,
                  const narr_classifier *classifier, const narr_result *result) {
  const narr_vector *vector = &classifier->vector;
  void *items = all->items;
  if (!narr_grow(&items, &all->capacity, all->count + 1, sizeof *all->items)) return false;
  all->items = items;
  narr_observation *observation = &all->items[all->count];
  *observation = (narr_observation){.doubtful = result->doubt != NARR_DOUBT_NONE,
                                    .abstained = result->abstained};
  if (vector->distinct_count > 0)
    observation->unknown = 1 - (double)vector->count / (double)vector->distinct_count;
  take_time(observation, item);
  take_strings(all, observation, item);
  take_sketch(observation, vector, result);
  if (!take_labels(all, observation, result) || all->bytes.failed) return false;
  all->count++;
  return true;
}

void narr_observations_clear(narr_observations *all) {
  all->count = all->label_count = 0;
  narr_buffer_clear(&all->bytes);
}

void narr_observations_free(narr_observations *all) {
  narr_free(all->items);
  narr_free(all->labels);
  narr_buffer_free(&all->bytes);
  *all = (narr_observations){0};
}
