/* report_table.c - a narr_report as tables. */
#include "cli/report_table.h"

#include <stdio.h>

#include "cli/text_table.h"

/* A confusion table wider than this has numbers for column heads. */
enum { CONFUSION_WIDTH = 100 };

static void score_cells(narr_cli_table *table, narr_scores scores) {
  narr_cli_table_cell(table, "%.3f", scores.precision);
  narr_cli_table_cell(table, "%.3f", scores.recall);
  narr_cli_table_cell(table, "%.3f", scores.f1);
}

static void average_row(narr_cli_table *table, const char *name, narr_scores scores) {
  narr_cli_table_cell(table, "%s", name);
  score_cells(table, scores);
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
  static const char *const names[] = {"label",   "precision", "recall",   "F1",
                                      "support", "predicted", "threshold"};
  size_t columns = report->exclusive ? 6 : 7;
  narr_cli_table table = NARR_CLI_TABLE_INIT(columns);
  head_row(&table, names, columns);
  for (size_t l = 0; l < report->label_count; l++) {
    const narr_label_report *label = &report->labels[l];
    narr_cli_table_cell(&table, "%s", label->name);
    score_cells(&table, label->scores);
    narr_cli_table_cell(&table, "%zu", label->support);
    narr_cli_table_cell(&table, "%zu", label->predicted);
    if (!report->exclusive) threshold_cell(&table, label);
  }
  narr_cli_table_blank(&table);
  average_row(&table, "macro average", report->macro);
  average_row(&table, "micro average", report->micro);
  average_row(&table, "samples average", report->samples);
  narr_cli_table_print(&table, out);
  narr_cli_table_free(&table);
}

static void print_totals(const narr_report *report, FILE *out) {
  fprintf(out, "\naccuracy (all labels of a row right): %.3f\n", report->accuracy);
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
  static const char *const names[] = {"language", "rows",       "precision", "recall",
                                      "F1",       "samples F1", "none rows", "flagged"};
  enum { COLUMNS = sizeof names / sizeof *names };
  narr_cli_table table = NARR_CLI_TABLE_INIT(COLUMNS);
  head_row(&table, names, COLUMNS);
  for (size_t i = 0; i < report->language_count; i++) {
    const narr_language_report *language = &report->languages[i];
    narr_cli_table_cell(&table, "%s", language->name[0] ? language->name : "(unknown)");
    narr_cli_table_cell(&table, "%zu", language->rows);
    score_cells(&table, language->micro);
    narr_cli_table_cell(&table, "%.3f", language->samples.f1);
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

void narr_cli_print_report(const narr_report *report, const char *title, FILE *out) {
  fprintf(out, "%s: %zu row%s\n\n", title, report->rows, report->rows == 1 ? "" : "s");
  print_labels(report, out);
  print_totals(report, out);
  if (report->doubts) print_doubts(report->doubts, report->rows, out);
  if (report->level_count > 0) print_levels(report, out);
  if (report->language_count > 0) print_languages(report, out);
  if (report->confusion) print_confusion(report, out);
}
