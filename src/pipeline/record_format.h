/* record_format.h - what the output formats have in common, and the formats
 * themselves, for record_output.c to choose from. */
#ifndef NARR_PIPELINE_RECORD_FORMAT_H
#define NARR_PIPELINE_RECORD_FORMAT_H

#include "pipeline/record_output.h"

/* Appends the id as plain bytes: what a JSON string stands for, another JSON
 * value as it is, else the line number. */
void narr_record_plain_id(narr_buffer *out, const narr_stream_item *item);

/* The bytes as UTF-8, what is invalid as U+FFFD. */
void narr_record_repaired(narr_buffer *out, const char *bytes, size_t length);

/* A number with its sign, "+" too. */
void narr_record_signed(narr_buffer *out, double value, unsigned decimals);

/* "ok", "doubtful" or "abstained". */
const char *narr_record_status(const narr_result *result);

/* A share in 0..1 with two decimals: there is one in each record. */
void narr_record_share(narr_buffer *out, double share);

/* CSV and TSV. */
void narr_record_delimited_header(narr_record_writer *writer, narr_buffer *out);
void narr_record_delimited_result(narr_record_writer *writer, narr_buffer *out,
                                  const narr_stream_item *item, const narr_result *result,
                                  const narr_explanation *explanation);
void narr_record_delimited_error(narr_record_writer *writer, narr_buffer *out,
                                 const narr_stream_item *item, const narr_error *why);

/* For people. No control character of the input reaches `out`. */
void narr_record_table_header(narr_record_writer *writer, narr_buffer *out);
void narr_record_table_result(narr_record_writer *writer, narr_buffer *out,
                              const narr_stream_item *item, const narr_result *result,
                              const narr_explanation *explanation);
void narr_record_table_error(narr_record_writer *writer, narr_buffer *out,
                             const narr_stream_item *item, const narr_error *why);

/* The label that comes nearest to being flagged; 0 if there is none. */
size_t narr_record_nearest(const narr_result *result);

#endif
