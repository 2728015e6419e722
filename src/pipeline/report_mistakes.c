/* report_mistakes.c - the mistakes a label was surest of: rows flagged with a
 * high probability that don't have it, and rows that have it with a low one. */
#include <string.h>

#include "base/alloc.h"
#include "base/parallel.h"
#include "pipeline/report_parts.h"

/* A label's false positives lie before its misses. */
enum { PLACES = 2 * NARR_MISTAKES };

typedef struct searching {
  narr_owned_report *owned;
  const narr_decisions *decisions;
} searching;

/* Keeps the surest so far, the surest first; of equals the first row. With a
 * sign of 1 a high probability is sure, with -1 a low one. */
static void keep(narr_mistake *list, size_t *count, narr_mistake mistake, double sign) {
  size_t at = *count;
  while (at > 0 && sign * list[at - 1].probability < sign * mistake.probability) at--;
  if (at == NARR_MISTAKES) return;
  if (*count < NARR_MISTAKES) ++*count;
  memmove(list + at + 1, list + at, (*count - 1 - at) * sizeof *list);
  list[at] = mistake;
}

static int search_label(void *context, size_t l, unsigned worker) {
  searching *s = context;
  const narr_decisions *d = s->decisions;
  narr_label_report *label = &s->owned->labels[l];
  narr_mistake *wrong = s->owned->mistakes + l * PLACES, *missed = wrong + NARR_MISTAKES;
  (void)worker;
  for (size_t i = 0; i < d->row_count; i++) {
    size_t at = i * d->label_count + l;
    if (d->expected[at] == d->predicted[at] || d->expected[at] == NARR_EXPECTED_UNKNOWN) continue;
    narr_mistake mistake = {.row = i, .probability = d->probabilities[l * d->row_count + i]};
    if (d->predicted[at])
      keep(wrong, &label->false_positive_count, mistake, 1);
    else
      keep(missed, &label->miss_count, mistake, -1);
  }
  label->false_positives = wrong;
  label->misses = missed;
  return 0;
}

/* The mistake in a place, or NULL. */
static narr_mistake *mistake_at(const narr_owned_report *owned, size_t place) {
  const narr_label_report *label = &owned->labels[place / PLACES];
  size_t at = place % PLACES;
  bool is_one = at < NARR_MISTAKES ? at < label->false_positive_count
                                   : at - NARR_MISTAKES < label->miss_count;
  return is_one ? &owned->mistakes[place] : NULL;
}

static size_t count_labels(const uint8_t *flags, size_t label_count) {
  size_t count = 0;
  for (size_t l = 0; l < label_count; l++) count += flags[l] == 1;
  return count;
}

static size_t list_labels(size_t *out, const uint8_t *flags, size_t label_count) {
  size_t count = 0;
  for (size_t l = 0; l < label_count; l++)
    if (flags[l] == 1) out[count++] = l;
  return count;
}

/* Fills in what the row is and what it got, from `out` on; returns how many
 * labels that are. */
static size_t describe(narr_mistake *m, const narr_decisions *d, size_t *out) {
  const uint8_t *expected = d->expected + m->row * d->label_count;
  const uint8_t *predicted = d->predicted + m->row * d->label_count;
  m->expected = out;
  m->expected_count = list_labels(out, expected, d->label_count);
  m->predicted = out + m->expected_count;
  m->predicted_count = list_labels(out + m->expected_count, predicted, d->label_count);
  m->row = narr_decisions_row(d, m->row);
  return m->expected_count + m->predicted_count;
}

static bool take_text(narr_owned_report *owned, narr_mistake *m, const narr_decisions *d) {
  narr_example example = narr_dataset_get(d->dataset, m->row);
  size_t number = narr_intern_add(&owned->texts, example.text, example.text_length);
  if (number == NARR_INTERN_NONE) return false;
  m->text = owned->texts.strings[number];
  m->text_length = owned->texts.lengths[number];
  return true;
}

bool narr_report_mistakes(narr_owned_report *owned, const narr_decisions *d) {
  searching searching = {owned, d};
  size_t places = d->label_count * PLACES, total = 0, used = 0;
  owned->mistakes = narr_alloc_zero(places, sizeof *owned->mistakes);
  if (!owned->mistakes ||
      narr_parallel(d->label_count, d->jobs, search_label, &searching, NULL, NULL) != 0)
    return false;
  for (size_t p = 0; p < places; p++) {
    const narr_mistake *m = mistake_at(owned, p);
    if (!m) continue;
    total += count_labels(d->expected + m->row * d->label_count, d->label_count) +
             count_labels(d->predicted + m->row * d->label_count, d->label_count);
  }
  owned->mistake_labels = narr_alloc(total, sizeof *owned->mistake_labels);
  if (!owned->mistake_labels) return false;
  for (size_t p = 0; p < places; p++) {
    narr_mistake *m = mistake_at(owned, p);
    if (!m) continue;
    used += describe(m, d, owned->mistake_labels + used);
    if (!take_text(owned, m, d)) return false;
  }
  return true;
}
