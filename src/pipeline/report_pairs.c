/* report_pairs.c - labels that are taken for one another: rows that should
 * have had one and got the other instead. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "pipeline/report_parts.h"

enum { MOST_PAIRS = 20 };

/* Most of the possible pairs never occur: those that do are numbered. */
typedef struct pairs {
  narr_intern numbers; /* of the pairs' two labels, as bytes */
  narr_confused_pair *items;
  size_t capacity;
} pairs;

static bool count_pair(pairs *pairs, size_t expected, size_t predicted) {
  size_t both[2] = {expected, predicted};
  size_t known = pairs->numbers.count;
  size_t number = narr_intern_add(&pairs->numbers, (const char *)both, sizeof both);
  if (number == NARR_INTERN_NONE) return false;
  if (number == known) {
    if (!narr_grow((void **)&pairs->items, &pairs->capacity, known + 1, sizeof *pairs->items))
      return false;
    pairs->items[number] = (narr_confused_pair){expected, predicted, 0};
  }
  pairs->items[number].rows++;
  return true;
}

static bool count_row(pairs *pairs, const narr_decisions *d, size_t row) {
  const uint8_t *expected = d->expected + row * d->label_count;
  const uint8_t *predicted = d->predicted + row * d->label_count;
  for (size_t e = 0; e < d->label_count; e++) {
    if (expected[e] != 1 || predicted[e]) continue;
    for (size_t p = 0; p < d->label_count; p++)
      if (predicted[p] && !expected[p] && !count_pair(pairs, e, p)) return false;
  }
  return true;
}

static int by_rows(const void *a, const void *b) {
  const narr_confused_pair *x = a, *y = b;
  if (x->rows != y->rows) return x->rows > y->rows ? -1 : 1;
  if (x->expected != y->expected) return x->expected < y->expected ? -1 : 1;
  return (x->predicted > y->predicted) - (x->predicted < y->predicted);
}

bool narr_report_pairs(narr_owned_report *owned, const narr_decisions *d) {
  pairs pairs = {.numbers = NARR_INTERN_INIT};
  bool ok = true;
  for (size_t i = 0; ok && i < d->row_count; i++) ok = count_row(&pairs, d, i);
  size_t count = pairs.numbers.count;
  narr_intern_free(&pairs.numbers);
  if (ok && count) qsort(pairs.items, count, sizeof *pairs.items, by_rows);
  owned->pairs = pairs.items;
  owned->report.confused = pairs.items;
  owned->report.confused_count = count < MOST_PAIRS ? count : MOST_PAIRS;
  return ok;
}
