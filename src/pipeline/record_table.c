/* record_table.c - output records for people at a terminal. Texts are other
 * people's: nothing in them may steer the terminal, so control characters
 * and those that reverse the direction of writing are shown, not sent. */
#include <string.h>

#include "base/utf8.h"
#include "pipeline/record_format.h"

enum {
  ID_WIDTH = 12,
  LABELS_WIDTH = 36,
  TEXT_WIDTH = 60,
  BAR_WIDTH = 20,
  NUMBER_WIDTH = 11,
  DECIMALS = 3
};

/* ---- Text that is safe to show ------------------------------------------------- */

static bool steers_terminal(uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069);
}

/* Appends at most `columns` characters; returns how many bytes they were.
 * White space is shown as a space, or with `indent` a line end as a line
 * end. */
static size_t append_shown(narr_buffer *out, const char *bytes, size_t length, size_t columns,
                           const char *indent) {
  size_t at = 0;
  for (size_t shown = 0; at < length && shown < columns; shown++) {
    uint32_t code;
    size_t size = narr_utf8_decode(bytes + at, length - at, &code);
    if (code == NARR_UTF8_INVALID)
      narr_buffer_string(out, "\xEF\xBF\xBD");
    else if (code == '\n' && indent)
      narr_buffer_format(out, "\n%s", indent);
    else if (code == '\n' || code == '\t' || code == '\r')
      narr_buffer_byte(out, ' ');
    else if (steers_terminal(code) && code < 0x100)
      narr_buffer_format(out, "\\x%02x", (unsigned)code);
    else if (steers_terminal(code))
      narr_buffer_format(out, "\\u%04x", (unsigned)code);
    else
      narr_buffer_append(out, bytes + at, size);
    at += size;
  }
  return at;
}

static void append_shown_string(narr_buffer *out, const char *string) {
  append_shown(out, string, strlen(string), SIZE_MAX, NULL);
}

static size_t columns_from(const narr_buffer *out, size_t start) {
  size_t columns = 0;
  for (size_t i = start; i < out->length; i++)
    columns += ((unsigned char)out->data[i] & 0xC0) != 0x80;
  return columns;
}

/* Fills up with spaces what was appended since `start`. */
static void pad_right(narr_buffer *out, size_t start, size_t width) {
  for (size_t columns = columns_from(out, start); columns < width; columns++)
    narr_buffer_byte(out, ' ');
}

static void pad_left(narr_buffer *out, size_t start, size_t width) {
  size_t length = out->length - start, columns = columns_from(out, start);
  if (columns >= width || !narr_buffer_reserve(out, width - columns)) return;
  memmove(out->data + start + width - columns, out->data + start, length);
  memset(out->data + start, ' ', width - columns);
  out->length += width - columns;
}

static void append_number(narr_buffer *out, double value, size_t width) {
  size_t start = out->length;
  narr_buffer_decimal(out, value, DECIMALS);
  pad_left(out, start, width);
}

static void append_id(narr_record_writer *writer, narr_buffer *out, const narr_stream_item *item) {
  size_t start = out->length;
  narr_record_plain_id(&writer->cell, item);
  if (writer->cell.failed) out->failed = true;
  append_shown(out, writer->cell.data, writer->cell.length, SIZE_MAX, NULL);
  narr_buffer_clear(&writer->cell);
  pad_right(out, start, ID_WIDTH);
  narr_buffer_string(out, "  ");
}

/* ---- Labels and scores ------------------------------------------------------------ */

static const char *color(const narr_record_writer *writer, const char *code) {
  return writer->options->color ? code : "";
}

static void append_flagged(const narr_record_writer *writer, narr_buffer *out,
                           const narr_result *result, size_t width) {
  size_t columns = 0;
  for (size_t i = 0; i < result->score_count; i++) {
    if (!result->scores[i].flagged) continue;
    if (columns) narr_buffer_string(out, ", ");
    columns += columns ? 2 : 0;
    narr_buffer_string(out, color(writer, "\x1b[1m"));
    size_t start = out->length;
    append_shown_string(out, result->scores[i].label);
    columns += columns_from(out, start);
    narr_buffer_string(out, color(writer, "\x1b[0m"));
    start = out->length;
    narr_buffer_byte(out, ' ');
    narr_buffer_decimal(out, result->scores[i].probability, DECIMALS);
    columns += columns_from(out, start);
  }
  size_t start = out->length;
  if (!columns) narr_buffer_string(out, result->abstained ? "abstained" : "-");
  if (result->doubt != NARR_DOUBT_NONE)
    narr_buffer_format(out, "  (%s)", narr_doubt_name(result->doubt));
  for (columns += columns_from(out, start); columns < width; columns++) narr_buffer_byte(out, ' ');
}

/* The threshold that the classifiers were set up with. */
static double threshold_of(const narr_record_writer *writer, size_t label) {
  const narr_stream_options *options = writer->options;
  double threshold = narr_model_threshold(writer->model, label);
  if (threshold > 1) return threshold; /* was too rare to be learned */
  for (size_t i = 0; i < options->threshold_count; i++) {
    const char *name = options->thresholds[i].label;
    if (!name || strcmp(name, narr_model_label(writer->model, label)) == 0)
      threshold = options->thresholds[i].probability;
  }
  return threshold;
}

static size_t bar_position(double probability) {
  if (!(probability > 0)) return 0;
  if (probability >= 1) return BAR_WIDTH;
  return (size_t)(probability * BAR_WIDTH + 0.5);
}

static void append_bar(const narr_record_writer *writer, narr_buffer *out,
                       const narr_result *result, size_t label) {
  bool marked = !narr_model_is_exclusive(writer->model);
  size_t filled = bar_position(result->scores[label].probability);
  size_t mark = marked ? bar_position(threshold_of(writer, label)) : SIZE_MAX;
  narr_buffer_byte(out, '[');
  for (size_t i = 0; i <= BAR_WIDTH; i++) {
    if (i == mark) narr_buffer_byte(out, '|');
    if (i < BAR_WIDTH) narr_buffer_byte(out, i < filled ? '#' : '.');
  }
  narr_buffer_byte(out, ']');
}

static size_t label_width(const narr_record_writer *writer, narr_buffer *out) {
  size_t width = strlen("label"), start = out->length;
  for (size_t i = 0; i < narr_model_label_count(writer->model); i++) {
    append_shown_string(out, narr_model_label(writer->model, i));
    size_t columns = columns_from(out, start);
    if (columns > width) width = columns;
    out->length = start;
  }
  return width;
}

static void append_scores(const narr_record_writer *writer, narr_buffer *out,
                          const narr_result *result) {
  size_t width = label_width(writer, out), start = out->length;
  bool exclusive = narr_model_is_exclusive(writer->model);
  narr_buffer_string(out, "    label");
  pad_right(out, start, 4 + width);
  narr_buffer_string(out, "     margin  probability");
  narr_buffer_string(out, exclusive ? "\n" : "  threshold\n");
  for (size_t i = 0; i < result->score_count; i++) {
    const narr_score *score = &result->scores[i];
    narr_buffer_string(out, score->flagged ? "  * " : "    ");
    start = out->length;
    append_shown_string(out, score->label);
    pad_right(out, start, width);
    append_number(out, score->margin, NUMBER_WIDTH);
    append_number(out, score->probability, NUMBER_WIDTH + 2);
    if (!exclusive) append_number(out, threshold_of(writer, i), NUMBER_WIDTH);
    narr_buffer_string(out, "  ");
    append_bar(writer, out, result, i);
    narr_buffer_byte(out, '\n');
  }
}

/* ---- Why ---------------------------------------------------------------------------- */

static const char text_indent[] = "    ";

/* How a word is shown that carries `share` of what the strongest does. */
static const char *word_color(double share) {
  if (share >= 0.5) return "\x1b[1;30;42m";
  if (share >= 0.15) return "\x1b[32m";
  if (share <= -0.5) return "\x1b[1;30;41m";
  if (share <= -0.15) return "\x1b[31m";
  return NULL;
}

static double strongest_word(const narr_explanation *explanation, size_t label) {
  double strongest = 0;
  for (size_t i = 0; i < explanation->word_count; i++) {
    double strength = explanation->words[i].contribution;
    if (strength < 0) strength = -strength;
    if (explanation->words[i].label == label && strength > strongest) strongest = strength;
  }
  return strongest;
}

/* The text with the words coloured by what they do for the label. */
static void append_highlighted(narr_buffer *out, const narr_stream_item *item,
                               const narr_explanation *explanation, size_t label) {
  double strongest = strongest_word(explanation, label);
  size_t at = 0;
  narr_buffer_string(out, text_indent);
  for (size_t i = 0; i < explanation->word_count; i++) {
    const narr_word *word = &explanation->words[i];
    if (word->label != label || word->span.start < at) continue;
    const char *code = strongest > 0 ? word_color(word->contribution / strongest) : NULL;
    if (!code) continue;
    append_shown(out, item->text + at, word->span.start - at, SIZE_MAX, text_indent);
    narr_buffer_string(out, code);
    append_shown(out, item->text + word->span.start, word->span.end - word->span.start, SIZE_MAX,
                 text_indent);
    narr_buffer_string(out, "\x1b[0m");
    at = word->span.end;
  }
  append_shown(out, item->text + at, item->text_length - at, SIZE_MAX, text_indent);
  narr_buffer_byte(out, '\n');
}

/* The terms first..last-1, those that push towards the label if `up`. */
static void append_terms(const narr_record_writer *writer, narr_buffer *out,
                         const narr_explanation *explanation, size_t first, size_t last, bool up) {
  for (size_t i = first; i < last; i++) {
    const narr_term *term = &explanation->terms[i];
    if ((term->contribution >= 0) != up) continue;
    size_t start = out->length;
    narr_record_signed(out, term->contribution, DECIMALS);
    pad_left(out, start, NUMBER_WIDTH);
    narr_buffer_string(out, "  ");
    start = out->length;
    append_shown_string(out, term->block);
    pad_right(out, start, strlen("spelling"));
    narr_buffer_string(out, "  \"");
    narr_buffer_string(out, color(writer, up ? "\x1b[32m" : "\x1b[31m"));
    append_shown_string(out, term->term);
    narr_buffer_string(out, color(writer, "\x1b[0m"));
    narr_buffer_string(out, "\"\n");
  }
}

static void append_explanation(const narr_record_writer *writer, narr_buffer *out,
                               const narr_stream_item *item, const narr_result *result,
                               const narr_explanation *explanation) {
  for (size_t first = 0, last; first < explanation->term_count; first = last) {
    size_t label = explanation->terms[first].label;
    for (last = first; last < explanation->term_count; last++)
      if (explanation->terms[last].label != label) break;
    narr_buffer_string(out,
                       result->scores[label].flagged ? "\n  why " : "\n  not flagged; nearest: ");
    append_shown_string(out, result->scores[label].label);
    narr_buffer_byte(out, '\n');
    if (writer->options->color) append_highlighted(out, item, explanation, label);
    append_terms(writer, out, explanation, first, last, true);
    append_terms(writer, out, explanation, first, last, false);
  }
}

static void append_disguised(narr_buffer *out, const narr_stream_item *item,
                             const narr_explanation *explanation) {
  if (explanation->disguised_count) narr_buffer_string(out, "\n  disguised words\n");
  for (size_t i = 0; i < explanation->disguised_count; i++) {
    const narr_disguised *word = &explanation->disguised[i];
    size_t start = out->length;
    narr_buffer_string(out, text_indent);
    narr_buffer_string(out, word->kind);
    pad_right(out, start, strlen(text_indent) + strlen("look-alike") + 2);
    append_shown(out, item->text + word->span.start, word->span.end - word->span.start, SIZE_MAX,
                 NULL);
    narr_buffer_string(out, "  read as \"");
    append_shown_string(out, word->reads);
    narr_buffer_string(out, "\"\n");
  }
}

static void append_standing(narr_buffer *out, const narr_result *result) {
  narr_buffer_format(out, "%s%zu word%s, ", text_indent, result->word_count,
                     result->word_count == 1 ? "" : "s");
  narr_buffer_decimal(out, 100 * result->known, 0);
  narr_buffer_string(out, "% known");
  if (result->doubt != NARR_DOUBT_NONE) narr_buffer_format(out, ": %s", narr_record_status(result));
  narr_buffer_byte(out, '\n');
}

/* ---- Records -------------------------------------------------------------------------- */

static void append_block(narr_record_writer *writer, narr_buffer *out, const narr_stream_item *item,
                         const narr_result *result, const narr_explanation *explanation) {
  const narr_stream_options *options = writer->options;
  append_flagged(writer, out, result, 0);
  narr_buffer_byte(out, '\n');
  bool explained = explanation && explanation->term_count > 0;
  if (options->echo_text || (options->explain && !(options->color && explained))) {
    narr_buffer_string(out, text_indent);
    append_shown(out, item->text, item->text_length, SIZE_MAX, text_indent);
    narr_buffer_byte(out, '\n');
  }
  append_standing(out, result);
  append_scores(writer, out, result);
  if (explanation) {
    append_explanation(writer, out, item, result, explanation);
    append_disguised(out, item, explanation);
  }
  narr_buffer_byte(out, '\n');
}

static void append_beginning(narr_buffer *out, const narr_stream_item *item) {
  while (out->length > 0 && item->text_length == 0 && out->data[out->length - 1] == ' ')
    out->length--;
  size_t shown = append_shown(out, item->text, item->text_length, TEXT_WIDTH, NULL);
  if (shown < item->text_length) narr_buffer_string(out, "…");
  narr_buffer_byte(out, '\n');
}

void narr_record_table_header(narr_record_writer *writer, narr_buffer *out) {
  if (writer->detailed) return;
  size_t start = out->length;
  narr_buffer_string(out, "ID");
  pad_right(out, start, ID_WIDTH + 2);
  narr_buffer_string(out, "LABELS");
  pad_right(out, start, ID_WIDTH + 2 + LABELS_WIDTH + 2);
  narr_buffer_string(out, "TEXT\n");
}

void narr_record_table_result(narr_record_writer *writer, narr_buffer *out,
                              const narr_stream_item *item, const narr_result *result,
                              const narr_explanation *explanation) {
  append_id(writer, out, item);
  if (writer->detailed) {
    append_block(writer, out, item, result, explanation);
    return;
  }
  append_flagged(writer, out, result, LABELS_WIDTH);
  narr_buffer_string(out, "  ");
  append_beginning(out, item);
}

void narr_record_table_error(narr_record_writer *writer, narr_buffer *out,
                             const narr_stream_item *item, const narr_error *why) {
  append_id(writer, out, item);
  narr_buffer_string(out, color(writer, "\x1b[31m"));
  narr_buffer_format(out, "error in line %llu: ", (unsigned long long)item->line);
  append_shown_string(out, why->message);
  narr_buffer_string(out, color(writer, "\x1b[0m"));
  narr_buffer_string(out, writer->detailed ? "\n\n" : "\n");
}
