/* explain.c - which terms of the last text made its margins, and where they
 * stand in it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/status.h"
#include "model/contributions.h"
#include "pipeline/classifier.h"

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

/* Appends where the term of `entry` occurs, rising, each place once. */
static bool append_spans(narr_classifier *c, const narr_entry *entry, size_t *count) {
  const narr_ngrams *ngrams = &c->vector.ngrams;
  explain_space *space = &c->explain;
  uint64_t key = ngrams->items[entry->item].key;
  size_t first = space->span_count;
  for (size_t i = entry->item, left = entry->tf; left > 0; i++) {
    if (ngrams->items[i].key != key) continue;
    left--;
    narr_byte_range range = narr_ngram_range(ngrams, &ngrams->items[i]);
    if (!GROW(space->spans, space->span_capacity, space->span_count + 1)) return false;
    space->spans[space->span_count++] = (narr_span){range.start, range.end};
  }
  qsort(space->spans + first, space->span_count - first, sizeof *space->spans, by_position);
  size_t kept = first;
  for (size_t i = first; i < space->span_count; i++)
    if (kept == first || by_position(&space->spans[kept - 1], &space->spans[i]) != 0)
      space->spans[kept++] = space->spans[i];
  space->span_count = kept;
  *count = kept - first;
  return true;
}

/* Appends one term. Its pointers are offsets until everything stands still:
 * see fix_pointers(). */
static bool append_term(narr_classifier *c, size_t label, const narr_entry *entry,
                        double contribution) {
  explain_space *space = &c->explain;
  const narr_ngrams *ngrams = &c->vector.ngrams;
  const narr_ngram *item = &ngrams->items[entry->item];
  size_t span_count;
  size_t first_span = space->span_count, first_char = space->strings.length;
  if (!GROW(space->terms, space->term_capacity, space->term_count + 1) ||
      !append_spans(c, entry, &span_count))
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
}

/* The strongest terms of one label. `contributions` has a column for it. */
static bool explain_terms(narr_classifier *c, size_t label, const double *contributions,
                          size_t stride, size_t max_terms) {
  const narr_vector *vector = &c->vector;
  ranked *order = narr_alloc(vector->count, sizeof *order);
  if (!order) return false;
  for (size_t i = 0; i < vector->count; i++)
    order[i] = (ranked){fabs(contributions[i * stride]), i};
  qsort(order, vector->count, sizeof *order, stronger);
  bool ok = true;
  for (size_t i = 0; ok && i < vector->count && (!max_terms || i < max_terms); i++) {
    if (!(order[i].strength > 0)) break;
    size_t entry = order[i].entry;
    ok = append_term(c, label, &vector->items[entry], contributions[entry * stride]);
  }
  narr_free(order);
  return ok;
}

/* Spreads each term's share over the bytes of all its occurrences, as
 * differences between neighbours: per_byte[i] - what byte i has more than
 * byte i - 1. */
static void spread(narr_classifier *c, const double *contributions, size_t stride) {
  const narr_vector *vector = &c->vector;
  const narr_ngrams *ngrams = &vector->ngrams;
  double *per_byte = c->explain.per_byte;
  memset(per_byte, 0, (c->text_length + 1) * sizeof *per_byte);
  for (size_t e = 0; e < vector->count; e++) {
    const narr_entry *entry = &vector->items[e];
    uint64_t key = ngrams->items[entry->item].key;
    for (size_t i = entry->item, left = entry->tf; left > 0; i++) {
      if (ngrams->items[i].key != key) continue;
      left--;
      narr_byte_range range = narr_ngram_range(ngrams, &ngrams->items[i]);
      if (range.end <= range.start) continue;
      double share = contributions[e * stride] / entry->tf / (range.end - range.start);
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

static narr_status explain_labels(narr_classifier *c, const size_t *labels, size_t label_count,
                                  size_t max_terms) {
  explain_space *space = &c->explain;
  const narr_vector *vector = &c->vector;
  if (!GROW(space->contributions, space->contribution_capacity, vector->count * label_count + 1))
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
  space->term_count = space->span_count = space->word_count = 0;
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
      (narr_explanation){space->terms, space->term_count, space->words, space->word_count};
  *out = &space->explanation;
  return NARR_OK;
}

void narr_explain_space_free(explain_space *space) {
  narr_free(space->contributions);
  narr_free(space->per_byte);
  narr_free(space->terms);
  narr_free(space->spans);
  narr_free(space->words);
  narr_buffer_free(&space->strings);
}
