/* record_delimited.c - output records as CSV (RFC 4180, but lines end in LF)
 * and as TSV, where tab, line ends and backslash are written \t \n \r \\. */
#include <string.h>

#include "pipeline/record_format.h"

enum { PROBABILITY_DECIMALS = 6, CONTRIBUTION_DECIMALS = 3 };

static void append_quoted(narr_buffer *out, const narr_buffer *cell) {
  narr_buffer_byte(out, '"');
  const char *at = cell->data, *end = cell->data + cell->length;
  for (const char *quote; (quote = memchr(at, '"', (size_t)(end - at))) != NULL; at = quote + 1) {
    narr_buffer_append(out, at, (size_t)(quote - at));
    narr_buffer_string(out, "\"\"");
  }
  narr_buffer_append(out, at, (size_t)(end - at));
  narr_buffer_byte(out, '"');
}

static bool needs_quotes(const narr_buffer *cell) {
  for (size_t i = 0; i < cell->length; i++) switch (cell->data[i]) {
      case ',':
      case '"':
      case '\r':
      case '\n': return true;
    }
  return false;
}

static void append_escaped(narr_buffer *out, const narr_buffer *cell) {
  for (size_t i = 0; i < cell->length; i++) switch (cell->data[i]) {
      case '\t': narr_buffer_string(out, "\\t"); break;
      case '\n': narr_buffer_string(out, "\\n"); break;
      case '\r': narr_buffer_string(out, "\\r"); break;
      case '\\': narr_buffer_string(out, "\\\\"); break;
      default: narr_buffer_byte(out, cell->data[i]);
    }
}

/* Appends the cell that was put together in the scratch buffer. */
static void flush_cell(narr_record_writer *writer, narr_buffer *out) {
  narr_buffer *cell = &writer->cell;
  if (cell->failed)
    out->failed = true;
  else if (writer->options->output == NARR_OUTPUT_TSV)
    append_escaped(out, cell);
  else if (needs_quotes(cell))
    append_quoted(out, cell);
  else
    narr_buffer_append(out, cell->data, cell->length);
  narr_buffer_clear(cell);
}

static void separate(const narr_record_writer *writer, narr_buffer *out) {
  narr_buffer_byte(out, writer->options->output == NARR_OUTPUT_TSV ? '\t' : ',');
}

static void string_cell(narr_record_writer *writer, narr_buffer *out, const char *string) {
  narr_buffer_string(&writer->cell, string);
  flush_cell(writer, out);
}

void narr_record_delimited_header(narr_record_writer *writer, narr_buffer *out) {
  const narr_stream_options *options = writer->options;
  string_cell(writer, out, "id");
  separate(writer, out);
  string_cell(writer, out, "labels");
  for (size_t i = 0; i < narr_model_label_count(writer->model); i++) {
    separate(writer, out);
    string_cell(writer, out, narr_model_label(writer->model, i));
  }
  if (narr_model_is_gated(writer->model)) {
    separate(writer, out);
    string_cell(writer, out, "any label");
  }
  static const char *const rest[] = {"status", "reason", "known", "error"};
  for (size_t i = 0; i < sizeof rest / sizeof *rest; i++) {
    separate(writer, out);
    string_cell(writer, out, rest[i]);
  }
  if (options->echo_text) {
    separate(writer, out);
    string_cell(writer, out, "text");
  }
  if (options->explain) {
    separate(writer, out);
    string_cell(writer, out, "terms");
    separate(writer, out);
    string_cell(writer, out, "disguised");
  }
  narr_buffer_byte(out, '\n');
}

static void terms_cell(narr_record_writer *writer, narr_buffer *out, const narr_result *result,
                       const narr_explanation *explanation) {
  for (size_t i = 0; explanation && i < explanation->term_count; i++) {
    const narr_term *term = &explanation->terms[i];
    if (i) narr_buffer_string(&writer->cell, " | ");
    narr_buffer_string(&writer->cell, result->scores[term->label].label);
    narr_buffer_byte(&writer->cell, ':');
    narr_buffer_string(&writer->cell, term->term);
    narr_buffer_byte(&writer->cell, ':');
    narr_record_signed(&writer->cell, term->contribution, CONTRIBUTION_DECIMALS);
  }
  flush_cell(writer, out);
}

static void disguised_cell(narr_record_writer *writer, narr_buffer *out,
                           const narr_explanation *explanation) {
  for (size_t i = 0; explanation && i < explanation->disguised_count; i++) {
    if (i) narr_buffer_string(&writer->cell, " | ");
    narr_buffer_string(&writer->cell, explanation->disguised[i].kind);
    narr_buffer_byte(&writer->cell, ':');
    narr_buffer_string(&writer->cell, explanation->disguised[i].reads);
  }
  flush_cell(writer, out);
}

static void id_cell(narr_record_writer *writer, narr_buffer *out, const narr_stream_item *item) {
  narr_record_plain_id(&writer->cell, item);
  flush_cell(writer, out);
}

static void standing_cells(narr_record_writer *writer, narr_buffer *out,
                           const narr_result *result) {
  separate(writer, out);
  narr_buffer_string(out, narr_record_status(result));
  separate(writer, out);
  narr_buffer_string(out, narr_doubt_name(result->doubt));
  separate(writer, out);
  narr_record_share(out, result->known);
}

void narr_record_delimited_result(narr_record_writer *writer, narr_buffer *out,
                                  const narr_stream_item *item, const narr_result *result,
                                  const narr_explanation *explanation) {
  id_cell(writer, out, item);
  separate(writer, out);
  for (size_t i = 0; i < result->score_count; i++) {
    if (!result->scores[i].flagged) continue;
    if (writer->cell.length) narr_buffer_byte(&writer->cell, ';');
    narr_buffer_string(&writer->cell, result->scores[i].label);
  }
  flush_cell(writer, out);
  for (size_t i = 0; i < result->score_count; i++) {
    separate(writer, out);
    narr_buffer_decimal(out, result->scores[i].probability, PROBABILITY_DECIMALS);
  }
  if (result->any) {
    separate(writer, out);
    narr_buffer_decimal(out, result->any->probability, PROBABILITY_DECIMALS);
  }
  standing_cells(writer, out, result);
  separate(writer, out); /* no error */
  if (writer->options->echo_text) {
    separate(writer, out);
    narr_record_repaired(&writer->cell, item->text, item->text_length);
    flush_cell(writer, out);
  }
  if (writer->options->explain) {
    separate(writer, out);
    terms_cell(writer, out, result, explanation);
    separate(writer, out);
    disguised_cell(writer, out, explanation);
  }
  narr_buffer_byte(out, '\n');
}

void narr_record_delimited_error(narr_record_writer *writer, narr_buffer *out,
                                 const narr_stream_item *item, const narr_error *why) {
  id_cell(writer, out, item);
  separate(writer, out);
  for (size_t i = 0; i < narr_model_label_count(writer->model); i++) separate(writer, out);
  if (narr_model_is_gated(writer->model)) separate(writer, out);
  for (int i = 0; i < 4; i++) separate(writer, out); /* no status, reason, known */
  narr_buffer_string(&writer->cell, "line ");
  narr_buffer_unsigned(&writer->cell, item->line);
  narr_buffer_string(&writer->cell, ": ");
  narr_buffer_string(&writer->cell, why->message);
  flush_cell(writer, out);
  if (writer->options->echo_text) separate(writer, out);
  if (writer->options->explain) {
    separate(writer, out);
    separate(writer, out);
  }
  narr_buffer_byte(out, '\n');
}
