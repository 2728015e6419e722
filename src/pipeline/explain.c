/* explain.c - which terms of the last text made its margins, and where they
 * stand in it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/status.h"
#include "model/contributions.h"
#include "pipeline/classifier.h"
#include "text/disguise.h"

/* narr_grow() for an array of any type. */
#define GROW(items, capacity, needed) \
  narr_grow((void **)&(items), &(capacity), needed, sizeof *(items))

typedef struct ranked {
  double strength;
  size_t entry;
} ranked;

static int stronger(const void *a, const void *b) {
  const ranked *x = a, *y = b;
  if (x->strength != y->strength) return x->strength > y->strength ? -1 : 1;
  return x->entry < y->entry ? -1 : x->entry > y->entry;
}

static int by_position(const void *a, const void *b) {
  const narr_span *x = a, *y = b;
  if (x->start != y->start) return x->start < y->start ? -1 : 1;
  return x->end < y->end ? -1 : x->end > y->end;
}

/* ---- Places: the n-grams of the text that are an entry's -------------------- */

/* The slot of the entry with this key, or a free one. */
static uint32_t *slot_of(const narr_classifier *c, size_t mask, uint64_t key) {
  const narr_vector *vector = &c->vector;
  uint32_t *slots = c->explain.slots;
  size_t at = (size_t)(key >> 20) & mask;
  while (slots[at] && vector->ngrams.items[vector->items[slots[at] - 1].item].key != key)
    at = (at + 1) & mask;
  return &slots[at];
}

/* Lists the places of all entries in one pass over the text. */
static bool find_places(narr_classifier *c) {
  explain_space *space = &c->explain;
  const narr_vector *vector = &c->vector;
  const narr_ngrams *ngrams = &vector->ngrams;
  size_t slot_count = 64, places = 0;
  while (slot_count < 2 * vector->count) slot_count *= 2;
  for (size_t e = 0; e < vector->count; e++) places += vector->items[e].tf;
  if (!GROW(space->slots, space->slot_capacity, slot_count) ||
      !GROW(space->places, space->place_capacity, places) ||
      !GROW(space->place_ends, space->place_end_capacity, vector->count))
    return false;
  memset(space->slots, 0, slot_count * sizeof *space->slots);
  places = 0;
  for (size_t e = 0; e < vector->count; e++) {
    *slot_of(c, slot_count - 1, ngrams->items[vector->items[e].item].key) = (uint32_t)e + 1;
    space->place_ends[e] = places; /* so far: none is listed */
    places += vector->items[e].tf;
  }
  for (size_t i = 0; i < ngrams->count; i++) {
    uint32_t entry = *slot_of(c, slot_count - 1, ngrams->items[i].key);
    if (entry) space->places[space->place_ends[entry - 1]++] = (uint32_t)i;
  }
  return true;
}

/* Place number k, below tf, of entry e. */
static narr_byte_range place_range(const narr_classifier *c, size_t e, size_t k) {
  const explain_space *space = &c->explain;
  const narr_ngrams *ngrams = &c->vector.ngrams;
  size_t first = space->place_ends[e] - c->vector.items[e].tf;
  return narr_ngram_range(ngrams, &ngrams->items[space->places[first + k]]);
}

/* ---- Terms -------------------------------------------------------------------- */

/* Appends where the term of entry e occurs, rising, each place once. */
static bool append_spans(narr_classifier *c, size_t e, size_t *count) {
  explain_space *space = &c->explain;
  size_t first = space->span_count, tf = c->vector.items[e].tf;
  if (!GROW(space->spans, space->span_capacity, first + tf)) return false;
  narr_span *spans = space->spans + first;
  for (size_t k = 0; k < tf; k++) {
    narr_byte_range range = place_range(c, e, k);
    spans[k] = (narr_span){range.start, range.end};
  }
  qsort(spans, tf, sizeof *spans, by_position);
  *count = 0;
  for (size_t k = 0; k < tf; k++)
    if (k == 0 || by_position(&spans[*count - 1], &spans[k]) != 0) spans[(*count)++] = spans[k];
  space->span_count = first + *count;
  return true;
}

/* Appends one term. Its pointers are offsets until everything stands still:
 * see fix_pointers(). */
static bool append_term(narr_classifier *c, size_t label, size_t e, double contribution) {
  explain_space *space = &c->explain;
  const narr_ngrams *ngrams = &c->vector.ngrams;
  const narr_ngram *item = &ngrams->items[c->vector.items[e].item];
  size_t span_count;
  size_t first_span = space->span_count, first_char = space->strings.length;
  if (!GROW(space->terms, space->term_capacity, space->term_count + 1) ||
      !append_spans(c, e, &span_count))
    return false;
  narr_ngram_string(ngrams, item, &space->strings);
  narr_buffer_byte(&space->strings, '\0');
  space->terms[space->term_count++] = (narr_term){.label = label,
                                                  .block = narr_block_name((narr_block)item->block),
                                                  .term = (const char *)(uintptr_t)first_char,
                                                  .contribution = contribution,
                                                  .spans = (const narr_span *)(uintptr_t)first_span,
                                                  .span_count = span_count};
  return !space->strings.failed;
}

static void fix_pointers(explain_space *space) {
  for (size_t i = 0; i < space->term_count; i++) {
    narr_term *term = &space->terms[i];
    term->term = space->strings.data + (uintptr_t)term->term;
    term->spans = space->spans + (uintptr_t)term->spans;
  }
  for (size_t i = 0; i < space->disguised_count; i++)
    space->disguised[i].reads = space->strings.data + (uintptr_t)space->disguised[i].reads;
}

/* The strongest terms of one label. `contributions` has a column for it. */
static bool explain_terms(narr_classifier *c, size_t label, const double *contributions,
                          size_t stride, size_t max_terms) {
  const narr_vector *vector = &c->vector;
  ranked *order = narr_alloc(vector->count, sizeof *order);
  if (!order) return false;
  for (size_t i = 0; i < vector->count; i++)
    /* fmax: what is not a number (a hostile model) must not upset qsort */
    order[i] = (ranked){fmax(fabs(contributions[i * stride]), 0), i};
  qsort(order, vector->count, sizeof *order, stronger);
  bool ok = true;
  for (size_t i = 0; ok && i < vector->count && (!max_terms || i < max_terms); i++) {
    if (!(order[i].strength > 0)) break;
    size_t entry = order[i].entry;
    ok = append_term(c, label, entry, contributions[entry * stride]);
  }
  narr_free(order);
  return ok;
}

/* ---- Words -------------------------------------------------------------------- */

/* Spreads each term's share over the bytes of all its occurrences, as
 * differences between neighbours: per_byte[i] - what byte i has more than
 * byte i - 1. */
static void spread(narr_classifier *c, const double *contributions, size_t stride) {
  const narr_vector *vector = &c->vector;
  double *per_byte = c->explain.per_byte;
  memset(per_byte, 0, (c->text_length + 1) * sizeof *per_byte);
  for (size_t e = 0; e < vector->count; e++) {
    uint32_t tf = vector->items[e].tf;
    for (size_t k = 0; k < tf; k++) {
      narr_byte_range range = place_range(c, e, k);
      if (range.end <= range.start) continue;
      double share = contributions[e * stride] / tf / (range.end - range.start);
      per_byte[range.start] += share;
      per_byte[range.end] -= share;
    }
  }
}

static bool explain_words(narr_classifier *c, size_t label, const double *contributions,
                          size_t stride) {
  explain_space *space = &c->explain;
  const narr_tokens *tokens = &c->vector.ngrams.tokens;
  if (!GROW(space->per_byte, space->per_byte_capacity, c->text_length + 1)) return false;
  spread(c, contributions, stride);
  double level = 0;
  size_t byte = 0;
  for (size_t t = 0; t < tokens->count; t++) {
    const narr_token *token = &tokens->items[t];
    if (token->flags & NARR_TOKEN_IN_HASHTAG || token->start < byte) continue;
    for (; byte < token->start; byte++) level += space->per_byte[byte];
    double sum = 0;
    for (; byte < token->end; byte++) sum += level += space->per_byte[byte];
    if (fabs(sum) < 1e-9) continue;
    if (!GROW(space->words, space->word_capacity, space->word_count + 1)) return false;
    space->words[space->word_count++] = (narr_word){label, {token->start, token->end}, sum};
  }
  return true;
}

/* ---- Disguises ------------------------------------------------------------------ */

/* Lists them all; `reads` is an offset until fix_pointers(). */
static bool find_disguised(narr_classifier *c) {
  explain_space *space = &c->explain;
  const narr_ngrams *ngrams = &c->vector.ngrams;
  for (size_t t = 0; t < ngrams->tokens.count; t++) {
    const narr_token *token = &ngrams->tokens.items[t];
    for (unsigned bit = 1; bit <= token->disguise; bit <<= 1) {
      if (!(token->disguise & bit) || token->kind == NARR_TOKEN_HASHTAG) continue;
      if (!GROW(space->disguised, space->disguised_capacity, space->disguised_count + 1))
        return false;
      space->disguised[space->disguised_count++] =
          (narr_disguised){narr_disguise_name(bit),
                           {token->start, token->end},
                           (const char *)(uintptr_t)space->strings.length};
      narr_token_string(ngrams, t, &space->strings);
      narr_buffer_byte(&space->strings, '\0');
    }
  }
  return !space->strings.failed;
}

static narr_status explain_labels(narr_classifier *c, const size_t *labels, size_t label_count,
                                  size_t max_terms) {
  explain_space *space = &c->explain;
  const narr_vector *vector = &c->vector;
  if (!GROW(space->contributions, space->contribution_capacity, vector->count * label_count + 1) ||
      !find_places(c))
    return NARR_ERROR_MEMORY;
  narr_status status = narr_model_contributions(c->model, vector->items, vector->count, labels,
                                                label_count, space->contributions);
  if (status) return status;
  for (size_t k = 0; k < label_count; k++) {
    const double *column = space->contributions + k;
    if (!explain_terms(c, labels[k], column, label_count, max_terms) ||
        !explain_words(c, labels[k], column, label_count))
      return NARR_ERROR_MEMORY;
  }
  if (!find_disguised(c)) return NARR_ERROR_MEMORY;
  fix_pointers(space);
  return NARR_OK;
}

narr_status narr_explain(narr_classifier *classifier, const size_t *labels, size_t label_count,
                         size_t max_terms, const narr_explanation **out, narr_error *error) {
  *out = NULL;
  if (!classifier->has_text)
    return narr_fail(error, NARR_ERROR_ARGUMENT, "there is no classified text to explain");
  size_t all = classifier->model->label_count;
  for (size_t i = 0; labels && i < label_count; i++)
    if (labels[i] >= all)
      return narr_fail(error, NARR_ERROR_ARGUMENT, "there is no label number %zu", labels[i]);
  explain_space *space = &classifier->explain;
  space->term_count = space->span_count = space->word_count = space->disguised_count = 0;
  narr_buffer_clear(&space->strings);
  size_t *flagged = NULL;
  if (!labels) {
    labels = flagged = narr_alloc(all, sizeof *flagged);
    if (!flagged) return narr_fail_memory(error);
    label_count = 0;
    for (size_t l = 0; l < all; l++)
      if (classifier->scores[l].flagged) flagged[label_count++] = l;
  }
  narr_status status = explain_labels(classifier, labels, label_count, max_terms);
  narr_free(flagged);
  if (status == NARR_ERROR_MODEL)
    return narr_fail(error, NARR_ERROR_MODEL, "the model file is damaged (checksum)");
  if (status) return narr_fail_memory(error);
  space->explanation =
      (narr_explanation){space->terms,      space->term_count, space->words,
                         space->word_count, space->disguised,  space->disguised_count};
  *out = &space->explanation;
  return NARR_OK;
}

void narr_explain_space_free(explain_space *space) {
  narr_free(space->contributions);
  narr_free(space->places);
  narr_free(space->place_ends);
  narr_free(space->slots);
  narr_free(space->per_byte);
  narr_free(space->terms);
  narr_free(space->spans);
  narr_free(space->words);
  narr_free(space->disguised);
  narr_buffer_free(&space->strings);
}
