/* report_table.c - a narr_report as tables. */
#include "cli/report_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "cli/text_table.h"

/* A confusion table wider than this has numbers for column heads. Of what
 * --report lists in full, tables show this much. */
enum { CONFUSION_WIDTH = 100, PAIRS_SHOWN = 5, MISTAKES_SHOWN = 5, TEXT_SHOWN = 60 };

static void score_cells(narr_cli_table *table, narr_scores scores) {
  narr_cli_table_cell(table, "%.3f", scores.precision);
  narr_cli_table_cell(table, "%.3f", scores.recall);
  narr_cli_table_cell(table, "%.3f", scores.f1);
}

static void interval_cell(narr_cli_table *table, narr_interval interval) {
  narr_cli_table_cell(table, "%.3f-%.3f", interval.low, interval.high);
}

static void average_row(narr_cli_table *table, const char *name, narr_scores scores,
                        narr_interval interval) {
  narr_cli_table_cell(table, "%s", name);
  score_cells(table, scores);
  interval_cell(table, interval);
  narr_cli_table_blank(table);
}

static void head_row(narr_cli_table *table, const char *const *names, size_t count) {
  for (size_t i = 0; i < count; i++) narr_cli_table_cell(table, "%s", names[i]);
}

/* A test set can have labels that the model doesn't know. */
static void threshold_cell(narr_cli_table *table, const narr_label_report *label) {
  if (label->untrainable)
    narr_cli_table_cell(table, "untrainable");
  else if (label->threshold > 0)
    narr_cli_table_cell(table, "%.3f", label->threshold);
  else
    narr_cli_table_cell(table, "-");
}

static void print_labels(const narr_report *report, FILE *out) {
  static const char *const names[] = {"label",   "precision", "recall",     "F1",  "95% of F1",
                                      "support", "predicted", "avg. prec.", "ECE", "threshold"};
  size_t columns = report->exclusive ? 9 : 10;
  narr_cli_table table = NARR_CLI_TABLE_INIT(columns);
  head_row(&table, names, columns);
  for (size_t l = 0; l < report->label_count; l++) {
    const narr_label_report *label = &report->labels[l];
    narr_cli_table_cell(&table, "%s", label->name);
    score_cells(&table, label->scores);
    interval_cell(&table, label->f1_interval);
    narr_cli_table_cell(&table, "%zu", label->support);
    narr_cli_table_cell(&table, "%zu", label->predicted);
    narr_cli_table_cell(&table, "%.3f", label->average_precision);
    narr_cli_table_cell(&table, "%.3f", label->calibration.ece);
    if (!report->exclusive) threshold_cell(&table, label);
  }
  narr_cli_table_blank(&table);
  average_row(&table, "macro average", report->macro, report->macro_f1_interval);
  average_row(&table, "micro average", report->micro, report->micro_f1_interval);
  average_row(&table, "samples average", report->samples, report->samples_f1_interval);
  narr_cli_table_print(&table, out);
  narr_cli_table_free(&table);
}

static void print_totals(const narr_report *report, FILE *out) {
  fprintf(out, "\naccuracy (all labels of a row right): %.3f\n", report->accuracy);
  fprintf(out, "calibration error (ECE, 15 bins of equal width): %.3f; Brier score: %.3f\n",
          report->calibration.ece, report->calibration.brier);
  if (report->exclusive)
    fprintf(out, "calibration error of the chosen labels: %.3f\n", report->chosen.ece);
  if (report->none_rows > 0)
    fprintf(out, "rows without a label that were flagged: %zu of %zu (%.1f%%)\n",
            report->none_flagged, report->none_rows,
            100.0 * (double)report->none_flagged / (double)report->none_rows);
}

static void print_doubts(const narr_doubt_report *doubts, size_t rows, FILE *out) {
  size_t doubtful = rows - doubts->rows[NARR_DOUBT_NONE];
  if (doubtful == 0) return;
  fprintf(out, "%s: %zu of %zu (%.1f%%;",
          doubts->abstained ? "rows abstained from" : "doubtful rows (see --abstain)", doubtful,
          rows, 100.0 * (double)doubtful / (double)rows);
  const char *separator = " ";
  for (narr_doubt d = NARR_DOUBT_NONE + 1; d < NARR_DOUBT_COUNT; d++) {
    if (doubts->rows[d] == 0) continue;
    fprintf(out, "%s%zu %s", separator, doubts->rows[d], narr_doubt_name(d));
    separator = ", ";
  }
  fprintf(out, "); F1 on the others: macro %.3f, micro %.3f, samples %.3f\n", doubts->macro.f1,
          doubts->micro.f1, doubts->samples.f1);
}

static void print_levels(const narr_report *report, FILE *out) {
  static const char *const names[] = {"level",    "labels",   "precision", "recall",
                                      "macro F1", "micro F1", "samples F1"};
  enum { COLUMNS = sizeof names / sizeof *names };
  narr_cli_table table = NARR_CLI_TABLE_INIT(COLUMNS);
  head_row(&table, names, COLUMNS);
  for (size_t i = 0; i < report->level_count; i++) {
    const narr_level_report *level = &report->levels[i];
    narr_cli_table_cell(&table, "%zu", level->level);
    narr_cli_table_cell(&table, "%zu", level->label_count);
    score_cells(&table, level->macro);
    narr_cli_table_cell(&table, "%.3f", level->micro.f1);
    narr_cli_table_cell(&table, "%.3f", level->samples.f1);
  }
  fprintf(out, "\nby level of the taxonomy (precision and recall: macro average)\n");
  narr_cli_table_print(&table, out);
  narr_cli_table_free(&table);
}

static void print_languages(const narr_report *report, FILE *out) {
  static const char *const names[] = {"language",  "rows",       "precision", "recall",
                                      "F1",        "samples F1", "macro F1",  "95% of macro F1",
                                      "none rows", "flagged"};
  enum { COLUMNS = sizeof names / sizeof *names };
  narr_cli_table table = NARR_CLI_TABLE_INIT(COLUMNS);
  head_row(&table, names, COLUMNS);
  for (size_t i = 0; i < report->language_count; i++) {
    const narr_language_report *language = &report->languages[i];
    narr_cli_table_cell(&table, "%s", language->name[0] ? language->name : "(unknown)");
    narr_cli_table_cell(&table, "%zu", language->rows);
    score_cells(&table, language->micro);
    narr_cli_table_cell(&table, "%.3f", language->samples.f1);
    narr_cli_table_cell(&table, "%.3f", language->macro.f1);
    interval_cell(&table, language->macro_f1_interval);
    narr_cli_table_cell(&table, "%zu", language->none_rows);
    narr_cli_table_cell(&table, "%zu", language->none_flagged);
  }
  fprintf(out,
          "\nby language (micro average; of the rows without a label, how many were flagged)\n");
  narr_cli_table_print(&table, out);
  narr_cli_table_free(&table);
}

static void fill_confusion(narr_cli_table *table, const narr_report *report, bool numbered) {
  size_t n = report->label_count;
  narr_cli_table_cell(table, "label");
  for (size_t p = 0; p < n; p++) {
    if (numbered)
      narr_cli_table_cell(table, "%zu", p + 1);
    else
      narr_cli_table_cell(table, "%s", report->labels[p].name);
  }
  for (size_t t = 0; t < n; t++) {
    if (numbered)
      narr_cli_table_cell(table, "%zu %s", t + 1, report->labels[t].name);
    else
      narr_cli_table_cell(table, "%s", report->labels[t].name);
    for (size_t p = 0; p < n; p++) narr_cli_table_cell(table, "%zu", report->confusion[t * n + p]);
  }
}

static void print_confusion(const narr_report *report, FILE *out) {
  narr_cli_table table = NARR_CLI_TABLE_INIT(report->label_count + 1);
  fill_confusion(&table, report, false);
  if (narr_cli_table_width(&table) > CONFUSION_WIDTH) {
    narr_cli_table_free(&table);
    fill_confusion(&table, report, true);
  }
  fprintf(out, "\nconfusion (a row is what a text is, a column what it was taken for)\n");
  narr_cli_table_print(&table, out);
  narr_cli_table_free(&table);
}

/* ---- What goes wrong ----------------------------------------------------------- */

static void print_pairs(const narr_report *report, FILE *out) {
  narr_cli_table table = NARR_CLI_TABLE_INIT(3);
  static const char *const names[] = {"label", "taken for", "rows"};
  head_row(&table, names, 3);
  for (size_t i = 0; i < report->confused_count && i < PAIRS_SHOWN; i++) {
    const narr_confused_pair *pair = &report->confused[i];
    narr_cli_table_cell(&table, "%s", report->labels[pair->expected].name);
    narr_cli_table_cell(&table, "%s", report->labels[pair->predicted].name);
    narr_cli_table_cell(&table, "%zu", pair->rows);
  }
  fputc('\n', out);
  narr_cli_table_print(&table, out);
  narr_cli_table_free(&table);
}

/* A mistake and whose it is. */
typedef struct shown_mistake {
  const narr_mistake *mistake;
  const char *label;
} shown_mistake;

static int falling(const void *a, const void *b) {
  double x = ((const shown_mistake *)a)->mistake->probability;
  double y = ((const shown_mistake *)b)->mistake->probability;
  return (x < y) - (x > y);
}

static int rising(const void *a, const void *b) {
  return falling(b, a);
}

/* The beginning of a text, on one line, without runs of spaces. */
static void text_cell(narr_cli_table *table, const narr_mistake *mistake) {
  char start[4 * TEXT_SHOWN + 1];
  size_t length = 0, characters = 0, at = 0;
  for (; at < mistake->text_length; at++) {
    char byte = mistake->text[at];
    bool space = byte >= 0 && byte <= ' ';
    if (space && (length == 0 || start[length - 1] == ' ')) continue;
    bool begins = (byte & 0xC0) != 0x80;
    if (begins && characters == TEXT_SHOWN) break;
    start[length++] = space ? ' ' : byte;
    characters += begins;
  }
  narr_cli_table_cell(table, "%.*s%s", (int)length, start, at < mistake->text_length ? "..." : "");
}

/* The surest ones of all labels; false without memory. */
static bool print_mistakes(const narr_report *report, bool missed, FILE *out) {
  shown_mistake *all = malloc((report->label_count * NARR_MISTAKES + 1) * sizeof *all);
  size_t count = 0;
  if (!all) return false;
  for (size_t l = 0; l < report->label_count; l++) {
    const narr_label_report *label = &report->labels[l];
    const narr_mistake *mistakes = missed ? label->misses : label->false_positives;
    size_t mistake_count = missed ? label->miss_count : label->false_positive_count;
    for (size_t i = 0; i < mistake_count; i++)
      all[count++] = (shown_mistake){&mistakes[i], label->name};
  }
  qsort(all, count, sizeof *all, missed ? rising : falling);
  narr_cli_table table = NARR_CLI_TABLE_INIT(4);
  const char *const names[] = {missed ? "surest misses" : "surest false flags", "label", "row",
                               "probability"};
  head_row(&table, names, 4);
  for (size_t i = 0; i < count && i < MISTAKES_SHOWN; i++) {
    text_cell(&table, all[i].mistake);
    narr_cli_table_cell(&table, "%s", all[i].label);
    narr_cli_table_cell(&table, "%zu", all[i].mistake->row + 1);
    narr_cli_table_cell(&table, "%.3f", all[i].mistake->probability);
  }
  if (count) {
    fputc('\n', out);
    narr_cli_table_print(&table, out);
  }
  narr_cli_table_free(&table);
  free(all);
  return true;
}

void narr_cli_print_report(const narr_report *report, const char *title, FILE *out) {
  fprintf(out, "%s: %zu row%s\n\n", title, report->rows, report->rows == 1 ? "" : "s");
  print_labels(report, out);
  print_totals(report, out);
  if (report->doubts) print_doubts(report->doubts, report->rows, out);
  if (report->level_count > 0) print_levels(report, out);
  if (report->language_count > 0) print_languages(report, out);
  if (report->confusion)
    print_confusion(report, out);
  else if (report->confused_count > 0)
    print_pairs(report, out);
  if (!print_mistakes(report, false, out) || !print_mistakes(report, true, out))
    narr_cli_error("out of memory");
}
