/* record_output.c - choosing the format, what the formats share, and JSON
 * lines. */
#include "pipeline/record_output.h"

#include <string.h>

#include "base/utf8.h"
#include "pipeline/record_format.h"

enum { JSON_DECIMALS = 6 };

void narr_record_writer_init(narr_record_writer *writer, const narr_model *model,
                             const narr_stream_options *options, bool single_text) {
  *writer = (narr_record_writer){.options = options,
                                 .model = model,
                                 .detailed = single_text || options->explain,
                                 .cell = NARR_BUFFER_INIT};
}

void narr_record_writer_free(narr_record_writer *writer) {
  narr_buffer_free(&writer->cell);
}

/* ---- Shared by the formats ---------------------------------------------------- */

void narr_record_repaired(narr_buffer *out, const char *bytes, size_t length) {
  size_t done = 0, at = 0;
  while (at < length) {
    uint32_t code = 0;
    size_t size =
        (unsigned char)bytes[at] < 0x80 ? 1 : narr_utf8_decode(bytes + at, length - at, &code);
    if (code == NARR_UTF8_INVALID) {
      narr_buffer_append(out, bytes + done, at - done);
      narr_buffer_string(out, "\xEF\xBF\xBD");
      done = at + size;
    }
    at += size;
  }
  narr_buffer_append(out, bytes + done, at - done);
}

void narr_record_signed(narr_buffer *out, double value, unsigned decimals) {
  size_t start = out->length;
  narr_buffer_byte(out, '+');
  narr_buffer_decimal(out, value, decimals);
  if (!out->failed && out->data[start + 1] == '-') {
    out->length--;
    memmove(out->data + start, out->data + start + 1, out->length - start);
  }
}

/* The four hexadecimal digits of a \u escape; -1: there are none. */
static long hex4(const char *at, const char *end) {
  long value = 0;
  if (end - at < 4) return -1;
  for (int i = 0; i < 4; i++) {
    char c = at[i];
    int digit = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

/* Appends the character of the \u escape whose digits begin at `at`; returns
 * what is behind it. A surrogate without its other half becomes U+FFFD. */
static const char *append_unicode_escape(narr_buffer *out, const char *at, const char *end) {
  long code = hex4(at, end);
  at += code < 0 ? 0 : 4;
  if (code >= 0xD800 && code < 0xDC00 && end - at >= 6 && at[0] == '\\' && at[1] == 'u') {
    long low = hex4(at + 2, end);
    if (low >= 0xDC00 && low < 0xE000) {
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      at += 6;
    }
  }
  if (code < 0 || (code >= 0xD800 && code < 0xE000)) code = 0xFFFD;
  char encoded[4];
  narr_buffer_append(out, encoded, narr_utf8_encode((uint32_t)code, encoded));
  return at;
}

/* What a JSON string (RFC 8259), its quotes taken off, stands for. */
static void append_unescaped(narr_buffer *out, const char *at, const char *end) {
  static const char escapes[] = "bfnrt", meant[] = "\b\f\n\r\t";
  while (at < end) {
    const char *backslash = memchr(at, '\\', (size_t)(end - at));
    if (!backslash || end - backslash < 2) {
      narr_record_repaired(out, at, (size_t)(end - at));
      return;
    }
    narr_record_repaired(out, at, (size_t)(backslash - at));
    char kind = backslash[1];
    at = backslash + 2;
    const char *known = kind ? strchr(escapes, kind) : NULL;
    if (kind == 'u')
      at = append_unicode_escape(out, at, end);
    else
      narr_buffer_byte(out, known ? meant[known - escapes] : kind);
  }
}

void narr_record_plain_id(narr_buffer *out, const narr_stream_item *item) {
  if (!item->id)
    narr_buffer_unsigned(out, item->line);
  else if (item->id_is_json && item->id_length >= 2 && item->id[0] == '"')
    append_unescaped(out, item->id + 1, item->id + item->id_length - 1);
  else
    narr_record_repaired(out, item->id, item->id_length);
}

size_t narr_record_nearest(const narr_result *result) {
  size_t best = 0;
  for (size_t i = 1; i < result->score_count; i++)
    if (result->scores[i].probability > result->scores[best].probability) best = i;
  return best;
}

void narr_record_share(narr_buffer *out, double share) {
  unsigned percent = (unsigned)(100 * share + 0.5);
  char digits[] = {(char)('0' + percent / 100), '.', (char)('0' + percent / 10 % 10),
                   (char)('0' + percent % 10)};
  narr_buffer_append(out, digits, sizeof digits);
}

const char *narr_record_status(const narr_result *result) {
  if (result->abstained) return "abstained";
  return result->doubt == NARR_DOUBT_NONE ? "ok" : "doubtful";
}

/* ---- JSON lines ------------------------------------------------------------------ */

static void json_c_string(narr_buffer *out, const char *string) {
  narr_buffer_json_string(out, string, strlen(string));
}

static void json_id(narr_buffer *out, const narr_stream_item *item) {
  narr_buffer_string(out, "\"id\":");
  if (!item->id)
    narr_buffer_unsigned(out, item->line);
  else if (item->id_is_json)
    narr_buffer_append(out, item->id, item->id_length);
  else
    narr_buffer_json_string(out, item->id, item->id_length);
}

static void json_scores(narr_buffer *out, const narr_result *result) {
  bool first = true;
  narr_buffer_string(out, ",\"labels\":[");
  for (size_t i = 0; i < result->score_count; i++) {
    if (!result->scores[i].flagged) continue;
    if (!first) narr_buffer_byte(out, ',');
    first = false;
    json_c_string(out, result->scores[i].label);
  }
  narr_buffer_byte(out, ']');
  if (result->any) {
    narr_buffer_string(out, ",\"any\":");
    narr_buffer_decimal(out, result->any->probability, JSON_DECIMALS);
  }
  narr_buffer_string(out, ",\"scores\":[");
  for (size_t i = 0; i < result->score_count; i++) {
    const narr_score *score = &result->scores[i];
    narr_buffer_string(out, i ? ",{\"label\":" : "{\"label\":");
    json_c_string(out, score->label);
    narr_buffer_string(out, ",\"margin\":");
    narr_buffer_decimal(out, score->margin, JSON_DECIMALS);
    narr_buffer_string(out, ",\"probability\":");
    narr_buffer_decimal(out, score->probability, JSON_DECIMALS);
    narr_buffer_string(out, score->flagged ? ",\"flagged\":true}" : ",\"flagged\":false}");
  }
  narr_buffer_byte(out, ']');
}

/* What a record says of how far its text is known. */
static void json_standing(narr_buffer *out, const narr_result *result) {
  if (result->doubt == NARR_DOUBT_NONE)
    narr_buffer_string(out, ",\"status\":\"ok\",\"known\":");
  else
    narr_buffer_format(out, ",\"status\":\"%s\",\"reason\":\"%s\",\"known\":",
                       narr_record_status(result), narr_doubt_name(result->doubt));
  narr_record_share(out, result->known);
}

static void json_terms(narr_buffer *out, const narr_result *result,
                       const narr_explanation *explanation) {
  narr_buffer_string(out, ",\"terms\":[");
  for (size_t i = 0; i < explanation->term_count; i++) {
    const narr_term *term = &explanation->terms[i];
    narr_buffer_string(out, i ? ",{\"label\":" : "{\"label\":");
    json_c_string(out, result->scores[term->label].label);
    narr_buffer_string(out, ",\"block\":");
    json_c_string(out, term->block);
    narr_buffer_string(out, ",\"term\":");
    json_c_string(out, term->term);
    narr_buffer_string(out, ",\"contribution\":");
    narr_buffer_decimal(out, term->contribution, JSON_DECIMALS);
    narr_buffer_string(out, ",\"spans\":[");
    for (size_t s = 0; s < term->span_count; s++) {
      narr_buffer_string(out, s ? ",[" : "[");
      narr_buffer_unsigned(out, term->spans[s].start);
      narr_buffer_byte(out, ',');
      narr_buffer_unsigned(out, term->spans[s].end);
      narr_buffer_byte(out, ']');
    }
    narr_buffer_string(out, "]}");
  }
  narr_buffer_string(out, "],\"disguised\":[");
  for (size_t i = 0; i < explanation->disguised_count; i++) {
    const narr_disguised *word = &explanation->disguised[i];
    narr_buffer_string(out, i ? ",{\"kind\":" : "{\"kind\":");
    json_c_string(out, word->kind);
    narr_buffer_format(out, ",\"span\":[%zu,%zu],\"reads\":", word->span.start, word->span.end);
    json_c_string(out, word->reads);
    narr_buffer_byte(out, '}');
  }
  narr_buffer_byte(out, ']');
}

/* What is known of a platform's post. */
static void json_field(narr_buffer *out, const char *name, narr_field field) {
  if (!field.length) return;
  narr_buffer_format(out, ",\"%s\":", name);
  narr_buffer_json_string(out, field.data, field.length);
}

static void json_result(const narr_record_writer *writer, narr_buffer *out,
                        const narr_stream_item *item, const narr_result *result,
                        const narr_explanation *explanation) {
  narr_buffer_byte(out, '{');
  json_id(out, item);
  json_field(out, "lang", item->lang);
  json_field(out, "time", item->time);
  json_field(out, "author", item->author);
  if (writer->options->echo_text) {
    narr_buffer_string(out, ",\"text\":");
    narr_buffer_json_string(out, item->text, item->text_length);
  }
  json_scores(out, result);
  json_standing(out, result);
  if (writer->options->explain) {
    static const narr_explanation nothing;
    json_terms(out, result, explanation ? explanation : &nothing);
  }
  if (result->repaired > 0) {
    narr_buffer_string(out, ",\"repaired\":");
    narr_buffer_unsigned(out, result->repaired);
  }
  narr_buffer_string(out, "}\n");
}

static void json_error(narr_buffer *out, const narr_stream_item *item, const narr_error *why) {
  narr_buffer_byte(out, '{');
  if (item->id) {
    json_id(out, item);
    narr_buffer_byte(out, ',');
  }
  narr_buffer_string(out, "\"line\":");
  narr_buffer_unsigned(out, item->line);
  narr_buffer_string(out, ",\"error\":");
  json_c_string(out, narr_status_name(why->status));
  narr_buffer_string(out, ",\"message\":");
  json_c_string(out, why->message);
  narr_buffer_string(out, "}\n");
}

/* ---- Choosing -------------------------------------------------------------------- */

void narr_record_header(narr_record_writer *writer, narr_buffer *out) {
  switch (writer->options->output) {
    case NARR_OUTPUT_JSONL: return;
    case NARR_OUTPUT_CSV:
    case NARR_OUTPUT_TSV: narr_record_delimited_header(writer, out); return;
    case NARR_OUTPUT_TABLE: narr_record_table_header(writer, out); return;
  }
}

void narr_record_result(narr_record_writer *writer, narr_buffer *out, const narr_stream_item *item,
                        const narr_result *result, const narr_explanation *explanation) {
  switch (writer->options->output) {
    case NARR_OUTPUT_JSONL: json_result(writer, out, item, result, explanation); return;
    case NARR_OUTPUT_CSV:
    case NARR_OUTPUT_TSV:
      narr_record_delimited_result(writer, out, item, result, explanation);
      return;
    case NARR_OUTPUT_TABLE:
      narr_record_table_result(writer, out, item, result, explanation);
      return;
  }
}

void narr_record_error(narr_record_writer *writer, narr_buffer *out, const narr_stream_item *item,
                       const narr_error *why) {
  switch (writer->options->output) {
    case NARR_OUTPUT_JSONL: json_error(out, item, why); return;
    case NARR_OUTPUT_CSV:
    case NARR_OUTPUT_TSV: narr_record_delimited_error(writer, out, item, why); return;
    case NARR_OUTPUT_TABLE: narr_record_table_error(writer, out, item, why); return;
  }
}
