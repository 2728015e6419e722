/* report.c - precision, recall and F1, over all rows and by language. */
#include "pipeline/report_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/status.h"

typedef struct counts {
  size_t support;
  size_t predicted;
  size_t both;
} counts;

static double ratio(size_t part, size_t whole) {
  return whole ? (double)part / (double)whole : 0;
}

static narr_scores scores_of(counts c) {
  return (narr_scores){ratio(c.both, c.predicted), ratio(c.both, c.support),
                       ratio(2 * c.both, c.support + c.predicted)};
}

/* Everything that is counted over a set of rows, and of labels. */
typedef struct tally {
  counts *labels;         /* label_count */
  size_t level;           /* only labels of this level count; 0: all */
  const size_t *level_of; /* a label each */
  size_t rows, exact, none_rows, none_flagged;
  narr_scores samples; /* sums */
} tally;

static void count_row(tally *tally, const narr_decisions *d, size_t row) {
  const uint8_t *expected = d->expected + row * d->label_count;
  const uint8_t *predicted = d->predicted + row * d->label_count;
  counts in_row = {0, 0, 0};
  bool unknown = false;
  for (size_t l = 0; l < d->label_count; l++) {
    if (tally->level && tally->level_of[l] != tally->level) continue;
    if (expected[l] == NARR_EXPECTED_UNKNOWN) {
      unknown = true;
      continue;
    }
    counts now = {expected[l], predicted[l], expected[l] & predicted[l]};
    tally->labels[l].support += now.support;
    tally->labels[l].predicted += now.predicted;
    tally->labels[l].both += now.both;
    in_row.support += now.support;
    in_row.predicted += now.predicted;
    in_row.both += now.both;
  }
  tally->rows++;
  tally->exact += in_row.both == in_row.support && in_row.both == in_row.predicted;
  bool none = in_row.support == 0 && !unknown;
  tally->none_rows += none;
  tally->none_flagged += none && in_row.predicted > 0;
  narr_scores row_scores = scores_of(in_row);
  if (in_row.support + in_row.predicted == 0) row_scores = (narr_scores){1, 1, 1};
  tally->samples.precision += row_scores.precision;
  tally->samples.recall += row_scores.recall;
  tally->samples.f1 += row_scores.f1;
}

static narr_scores divide(narr_scores sum, size_t count) {
  if (count == 0) return (narr_scores){0, 0, 0};
  double n = (double)count;
  return (narr_scores){sum.precision / n, sum.recall / n, sum.f1 / n};
}

static narr_scores macro_of(const tally *tally, size_t label_count) {
  narr_scores sum = {0, 0, 0};
  size_t seen = 0;
  for (size_t l = 0; l < label_count; l++) {
    if (tally->labels[l].support + tally->labels[l].predicted == 0) continue;
    narr_scores scores = scores_of(tally->labels[l]);
    sum.precision += scores.precision;
    sum.recall += scores.recall;
    sum.f1 += scores.f1;
    seen++;
  }
  return divide(sum, seen);
}

static narr_scores micro_of(const tally *tally, size_t label_count) {
  counts all = {0, 0, 0};
  for (size_t l = 0; l < label_count; l++) {
    all.support += tally->labels[l].support;
    all.predicted += tally->labels[l].predicted;
    all.both += tally->labels[l].both;
  }
  return scores_of(all);
}

static bool report_all(narr_owned_report *owned, const narr_decisions *d) {
  tally tally = {.labels = narr_alloc_zero(d->label_count, sizeof *tally.labels)};
  if (!tally.labels) return false;
  for (size_t row = 0; row < d->row_count; row++) count_row(&tally, d, row);
  for (size_t l = 0; l < d->label_count; l++) {
    counts c = tally.labels[l];
    double threshold = d->thresholds ? d->thresholds[l] : 0;
    owned->labels[l] = (narr_label_report){.name = owned->names.strings[l],
                                           .level = owned->level_of[l],
                                           .untrainable = threshold > 1,
                                           .against_all = d->against_all && d->against_all[l],
                                           .support = c.support,
                                           .predicted = c.predicted,
                                           .true_positive = c.both,
                                           .scores = scores_of(c),
                                           .threshold = threshold > 1 ? 0 : threshold,
                                           .objective_reached = !d->reached || d->reached[l]};
  }
  owned->report.macro = macro_of(&tally, d->label_count);
  owned->report.micro = micro_of(&tally, d->label_count);
  owned->report.samples = divide(tally.samples, tally.rows);
  owned->report.accuracy = ratio(tally.exact, tally.rows);
  owned->report.none_rows = tally.none_rows;
  owned->report.none_flagged = tally.none_flagged;
  narr_free(tally.labels);
  return true;
}

bool narr_decisions_macro_f1(double *out, const narr_decisions *d) {
  tally tally = {.labels = narr_alloc_zero(d->label_count, sizeof *tally.labels)};
  if (!tally.labels) return false;
  for (size_t row = 0; row < d->row_count; row++) count_row(&tally, d, row);
  *out = macro_of(&tally, d->label_count).f1;
  narr_free(tally.labels);
  return true;
}

/* ---- Levels -------------------------------------------------------------------- */

/* Numbers the levels; returns how many there are. */
static size_t find_levels(const narr_owned_report *owned, const narr_decisions *d) {
  size_t deepest = 0;
  for (size_t l = 0; l < d->label_count; l++) {
    size_t parent = d->parents ? d->parents[l] : SIZE_MAX;
    owned->level_of[l] = parent >= d->label_count ? 1 : owned->level_of[parent] + 1;
    if (owned->level_of[l] > deepest) deepest = owned->level_of[l];
  }
  return deepest;
}

static bool report_level(const narr_owned_report *owned, const narr_decisions *d, size_t level) {
  tally tally = {.labels = narr_alloc_zero(d->label_count, sizeof *tally.labels),
                 .level = level,
                 .level_of = owned->level_of};
  if (!tally.labels) return false;
  size_t count = 0;
  for (size_t l = 0; l < d->label_count; l++) count += owned->level_of[l] == level;
  for (size_t row = 0; row < d->row_count; row++) count_row(&tally, d, row);
  owned->levels[level - 1] = (narr_level_report){.level = level,
                                                 .label_count = count,
                                                 .macro = macro_of(&tally, d->label_count),
                                                 .micro = micro_of(&tally, d->label_count),
                                                 .samples = divide(tally.samples, tally.rows)};
  narr_free(tally.labels);
  return true;
}

static bool report_levels(narr_owned_report *owned, const narr_decisions *d) {
  owned->level_of = narr_alloc(d->label_count, sizeof *owned->level_of);
  if (!owned->level_of) return false;
  size_t count = find_levels(owned, d);
  if (count < 2) return true;
  owned->levels = narr_alloc_zero(count, sizeof *owned->levels);
  if (!owned->levels) return false;
  for (size_t level = 1; level <= count; level++)
    if (!report_level(owned, d, level)) return false;
  owned->report.level_count = count;
  return true;
}

/* ---- Languages ----------------------------------------------------------------- */

static int by_name(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool report_language(narr_language_report *out, narr_language_label *labels,
                            const narr_decisions *d, const char *name) {
  tally tally = {.labels = narr_alloc_zero(d->label_count, sizeof *tally.labels)};
  if (!tally.labels) return false;
  for (size_t row = 0; row < d->row_count; row++)
    if (strcmp(d->languages[row], name) == 0) count_row(&tally, d, row);
  for (size_t l = 0; l < d->label_count; l++)
    labels[l] = (narr_language_label){tally.labels[l].support, tally.labels[l].predicted,
                                      tally.labels[l].both};
  *out = (narr_language_report){.name = name,
                                .rows = tally.rows,
                                .macro = macro_of(&tally, d->label_count),
                                .micro = micro_of(&tally, d->label_count),
                                .samples = divide(tally.samples, tally.rows),
                                .none_rows = tally.none_rows,
                                .none_flagged = tally.none_flagged,
                                .labels = labels};
  narr_free(tally.labels);
  return true;
}

static bool report_languages(narr_owned_report *owned, const narr_decisions *d) {
  narr_intern *seen = &owned->language_names;
  for (size_t row = 0; row < d->row_count; row++) {
    const char *name = d->languages[row];
    if (*name && narr_intern_add(seen, name, strlen(name)) == NARR_INTERN_NONE) return false;
  }
  owned->languages = narr_alloc_zero(seen->count, sizeof *owned->languages);
  owned->language_labels =
      narr_alloc_zero(seen->count * d->label_count, sizeof *owned->language_labels);
  if (!owned->languages || !owned->language_labels) return false;
  /* The table of names is not looked into again, so it may be sorted. */
  if (seen->count) qsort(seen->strings, seen->count, sizeof *seen->strings, by_name);
  for (size_t i = 0; i < seen->count; i++)
    if (!report_language(&owned->languages[i], owned->language_labels + i * d->label_count, d,
                         seen->strings[i]))
      return false;
  owned->report.language_count = seen->count;
  return true;
}

/* ---- Confusion -------------------------------------------------------------------- */

static size_t first_set(const uint8_t *flags, size_t count) {
  for (size_t l = 0; l < count; l++)
    if (flags[l] == 1) return l;
  return count;
}

static bool report_confusion(narr_owned_report *owned, const narr_decisions *d) {
  size_t n = d->label_count;
  owned->confusion = narr_alloc_zero(n * n, sizeof *owned->confusion);
  if (!owned->confusion) return false;
  for (size_t row = 0; row < d->row_count; row++) {
    size_t expected = first_set(d->expected + row * n, n);
    size_t predicted = first_set(d->predicted + row * n, n);
    if (expected < n && predicted < n) owned->confusion[expected * n + predicted]++;
  }
  return true;
}

/* ---- Doubts ----------------------------------------------------------------------- */

static bool report_doubts(narr_owned_report *owned, const narr_decisions *d) {
  narr_doubt_report *doubts = &owned->doubts;
  tally tally = {.labels = narr_alloc_zero(d->label_count, sizeof *tally.labels)};
  if (!tally.labels) return false;
  for (size_t row = 0; row < d->row_count; row++) {
    doubts->rows[d->doubts[row]]++;
    if (d->doubts[row] == NARR_DOUBT_NONE) count_row(&tally, d, row);
  }
  doubts->abstained = d->abstained;
  doubts->macro = macro_of(&tally, d->label_count);
  doubts->micro = micro_of(&tally, d->label_count);
  doubts->samples = divide(tally.samples, tally.rows);
  doubts->accuracy = ratio(tally.exact, tally.rows);
  owned->report.doubts = doubts;
  narr_free(tally.labels);
  return true;
}

narr_status narr_report_make(narr_report **out, const narr_decisions *d, narr_error *error) {
  *out = NULL;
  narr_owned_report *owned = narr_alloc_zero(1, sizeof *owned);
  if (!owned) return narr_fail_memory(error);
  bool ok = true;
  for (size_t l = 0; ok && l < d->label_count; l++)
    ok = narr_intern_add(&owned->names, d->labels[l], strlen(d->labels[l])) == l;
  owned->labels = narr_alloc_zero(d->label_count, sizeof *owned->labels);
  ok = ok && owned->labels && report_levels(owned, d) && report_all(owned, d) &&
       (!d->languages || report_languages(owned, d)) &&
       (!d->exclusive || report_confusion(owned, d)) && (!d->doubts || report_doubts(owned, d)) &&
       narr_report_pairs(owned, d) && narr_report_intervals(owned, d) &&
       (!d->probabilities || d->row_count == 0 ||
        (narr_report_calibration(owned, d) && narr_report_curves(owned, d) &&
         (!d->dataset || narr_report_mistakes(owned, d))));
  owned->report.rows = d->row_count;
  owned->report.exclusive = d->exclusive;
  owned->report.label_count = d->label_count;
  owned->report.labels = owned->labels;
  owned->report.languages = owned->languages;
  owned->report.confusion = owned->confusion;
  owned->report.levels = owned->levels;
  owned->report.time_ordered = d->time_ordered;
  owned->report.near_duplicate_groups = d->near_duplicates.groups;
  owned->report.near_duplicate_texts = d->near_duplicates.texts;
  owned->report.near_duplicate_labels = d->near_duplicates.split_labels;
  if (!ok) {
    narr_report_free(&owned->report);
    return narr_fail_memory(error);
  }
  *out = &owned->report;
  return NARR_OK;
}

void narr_report_free(narr_report *report) {
  if (!report) return;
  narr_owned_report *owned = (narr_owned_report *)report; /* its first member */
  narr_free(owned->labels);
  narr_free(owned->languages);
  narr_free(owned->language_labels);
  narr_free(owned->confusion);
  narr_free(owned->levels);
  narr_free(owned->level_of);
  narr_free(owned->points);
  narr_free(owned->mistakes);
  narr_free(owned->mistake_labels);
  narr_free(owned->terms);
  narr_free(owned->pairs);
  narr_intern_free(&owned->names);
  narr_intern_free(&owned->language_names);
  narr_intern_free(&owned->texts);
  narr_intern_free(&owned->term_strings);
  narr_free(owned);
}
