/* model_info.c - what is known of a model, for people. Options and corpus are
 * listed as the metadata have them: what later versions add is shown, too. */
#include "cli/model_info.h"

#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "cli/text_table.h"

enum { NAME_WIDTH = 14 };

int narr_cli_fact_length(const narr_fact *fact) {
  size_t length = fact->value_length;
  if (fact->value[0] == '"') return (int)length - 2;
  if (!memchr(fact->value, '.', length)) return (int)length;
  while (fact->value[length - 1] == '0') length--;
  return (int)(length - (fact->value[length - 1] == '.'));
}

const char *narr_cli_fact_text(const narr_fact *fact) {
  return fact->value + (fact->value[0] == '"');
}

/* ---- How it was made ------------------------------------------------------------ */

static void print_name(const char *name, size_t length, FILE *out) {
  fprintf(out, "%.*s%*s", (int)length, name, length < NAME_WIDTH ? (int)(NAME_WIDTH - length) : 1,
          "");
}

static void print_line(const char *name, const char *text, FILE *out) {
  print_name(name, strlen(name), out);
  fprintf(out, "%s\n", text);
}

/* A line with all plain members of an object. */
static void print_members(const narr_model *model, const char *path, FILE *out) {
  narr_fact fact;
  if (!narr_model_fact(model, path, &fact)) return;
  print_name(path, strlen(path), out);
  const char *separator = "";
  for (size_t i = 0; narr_model_fact_member(model, path, i, &fact); i++) {
    if (fact.value[0] == '{' || fact.value[0] == '[') continue;
    fprintf(out, "%s%.*s %.*s", separator, (int)fact.name_length, fact.name,
            narr_cli_fact_length(&fact), narr_cli_fact_text(&fact));
    separator = ", ";
  }
  fputc('\n', out);
}

static void print_scripts(const narr_model *model, FILE *out) {
  narr_script_texts script;
  print_name("scripts", strlen("scripts"), out);
  for (size_t i = 0; (script = narr_model_script(model, i)).name; i++)
    fprintf(out, "%s%s %zu", i ? ", " : "", script.name, script.texts);
  fprintf(out, " (texts mainly in them)\n");
}

static void print_languages(const narr_model *model, FILE *out) {
  static const char list[] = "out_of_fold.languages";
  narr_fact language, name, rows;
  size_t i = 0;
  for (; narr_model_fact_member(model, list, i, &language); i++) {
    if (!narr_fact_find(&language, "name", &name) || !narr_fact_find(&language, "rows", &rows))
      break;
    if (i == 0) print_name("languages", strlen("languages"), out);
    fprintf(out, "%s%.*s %.*s", i ? ", " : "", narr_cli_fact_length(&name),
            narr_cli_fact_text(&name), narr_cli_fact_length(&rows), narr_cli_fact_text(&rows));
  }
  if (i > 0) fprintf(out, " (rows)\n");
}

static void print_origin(const narr_model *model, const char *path, FILE *out) {
  narr_fact fact;
  print_line("model", path, out);
  if (narr_model_fact(model, "tool", &fact)) {
    print_name("made by", strlen("made by"), out);
    fprintf(out, "%.*s\n", narr_cli_fact_length(&fact), narr_cli_fact_text(&fact));
  }
  print_line("mode", narr_model_is_exclusive(model) ? "exclusive" : "multi-label", out);
  print_name("vocabulary", strlen("vocabulary"), out);
  fprintf(out, "%zu terms\n", narr_model_feature_count(model));
  print_members(model, "corpus", out);
  print_scripts(model, out);
  print_languages(model, out);
  fprintf(out, "\noptions\n");
  for (size_t i = 0; narr_model_fact_member(model, "options", i, &fact); i++) {
    fprintf(out, "  ");
    print_name(fact.name, fact.name_length, out);
    fprintf(out, "%.*s\n", narr_cli_fact_length(&fact), narr_cli_fact_text(&fact));
  }
}

/* ---- What its labels are worth --------------------------------------------------- */

static double ratio(size_t part, size_t whole) {
  return whole ? (double)part / (double)whole : 0;
}

static void label_row(narr_cli_table *table, const narr_model *model, size_t label) {
  narr_label_counts counts = narr_model_label_counts(model, label);
  narr_cli_table_cell(table, "%s", narr_model_label(model, label));
  narr_cli_table_cell(table, "%.3f", ratio(counts.true_positive, counts.predicted));
  narr_cli_table_cell(table, "%.3f", ratio(counts.true_positive, counts.support));
  narr_cli_table_cell(table, "%.3f",
                      ratio(2 * counts.true_positive, counts.support + counts.predicted));
  narr_cli_table_cell(table, "%zu", counts.support);
  narr_cli_table_cell(table, "%zu", counts.predicted);
  double threshold = narr_model_threshold(model, label);
  if (narr_model_is_exclusive(model)) return;
  if (threshold > 1)
    narr_cli_table_cell(table, "untrainable");
  else
    narr_cli_table_cell(table, "%.3f", threshold);
}

static void average_row(narr_cli_table *table, const narr_model *model, const char *name) {
  static const char *const figures[] = {"precision", "recall", "f1"};
  char path[64];
  narr_fact fact;
  snprintf(path, sizeof path, "out_of_fold.%s", name);
  if (!narr_model_fact(model, path, &fact)) return;
  narr_cli_table_cell(table, "%s average", name);
  for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
    snprintf(path, sizeof path, "out_of_fold.%s.%s", name, figures[i]);
    if (narr_model_fact(model, path, &fact)) /* a number ends at what follows it */
      narr_cli_table_cell(table, "%.3f", strtod(fact.value, NULL));
    else
      narr_cli_table_cell(table, "-");
  }
  narr_cli_table_blank(table);
}

static void print_labels(const narr_model *model, FILE *out) {
  static const char *const names[] = {"label",   "precision", "recall",   "F1",
                                      "support", "predicted", "threshold"};
  size_t columns = narr_model_is_exclusive(model) ? 6 : 7;
  narr_cli_table table = NARR_CLI_TABLE_INIT(columns);
  for (size_t i = 0; i < columns; i++) narr_cli_table_cell(&table, "%s", names[i]);
  for (size_t l = 0; l < narr_model_label_count(model); l++) label_row(&table, model, l);
  narr_cli_table_blank(&table);
  average_row(&table, model, "macro");
  average_row(&table, model, "micro");
  average_row(&table, model, "samples");
  fprintf(out, "\nout of fold (each row judged by machines that have not seen it)\n");
  narr_cli_table_print(&table, out);
  narr_cli_table_free(&table);
  if (narr_model_is_gated(model))
    fprintf(out, "nothing is flagged unless any label is as probable as %.3f\n",
            narr_model_threshold(model, NARR_ANY_LABEL));
}

/* ---- What they hang on ------------------------------------------------------------ */

static void print_term(const narr_model_term *term, FILE *out) {
  fprintf(out, "    %+8.3f  %6.2f%%  %-8s  \"", term->influence, 100 * term->share, term->block);
  for (size_t i = 0; i < term->term_length; i++) {
    unsigned char c = (unsigned char)term->term[i];
    fputc(c < 0x20 || c == 0x7F ? '?' : c, out);
  }
  fputs("\"\n", out);
}

static narr_status print_top(const narr_model *model, size_t label, narr_model_term *terms,
                             size_t top, FILE *out, narr_error *error) {
  fprintf(out, "  %s\n",
          label == NARR_ANY_LABEL ? "(any label at all)" : narr_model_label(model, label));
  for (int against = 0; against < 2; against++) {
    size_t count;
    narr_status status = narr_model_top_terms(model, label, against, terms, top, &count, error);
    if (status) return status;
    for (size_t i = 0; i < count; i++) print_term(&terms[i], out);
  }
  return NARR_OK;
}

static int print_terms(const narr_model *model, size_t top, FILE *out) {
  if (!narr_model_is_linear(model)) {
    fprintf(out, "\nterms have no weights of their own in a model with this kernel\n");
    return NARR_CLI_FINE;
  }
  if (!narr_model_names_terms(model)) {
    fprintf(out, "\na compact model does not know its terms' names\n");
    return NARR_CLI_FINE;
  }
  if (top > narr_model_feature_count(model)) top = narr_model_feature_count(model);
  if (top == 0) return NARR_CLI_FINE;
  narr_model_term *terms = calloc(top, sizeof *terms);
  if (!terms) {
    narr_cli_error("out of memory");
    return NARR_CLI_SYSTEM;
  }
  narr_error error = NARR_ERROR_INIT;
  narr_status status = NARR_OK;
  fprintf(out,
          "\nstrongest terms (what a term adds to the margin of a text that has it, and how many "
          "texts have it)\n");
  if (narr_model_is_gated(model))
    status = print_top(model, NARR_ANY_LABEL, terms, top, out, &error);
  for (size_t l = 0; l < narr_model_label_count(model) && !status; l++)
    status = print_top(model, l, terms, top, out, &error);
  free(terms);
  return status ? narr_cli_fail(&error) : NARR_CLI_FINE;
}

int narr_cli_print_model(const narr_model *model, const char *path, size_t top, FILE *out) {
  print_origin(model, path, out);
  print_labels(model, out);
  return print_terms(model, top, out);
}
