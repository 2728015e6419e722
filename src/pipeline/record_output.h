/* record_output.h - one output record of a stream, in any output format. */
#ifndef NARR_PIPELINE_RECORD_OUTPUT_H
#define NARR_PIPELINE_RECORD_OUTPUT_H

#include <stdbool.h>

#include "base/buffer.h"
#include "narr/classify.h"
#include "narr/stream.h"
#include "pipeline/stream_input.h"

/* What a thread needs to write records. */
typedef struct narr_record_writer {
  const narr_stream_options *options; /* borrowed */
  const narr_model *model;            /* borrowed */
  bool detailed;                      /* table: all scores, not just one line */
  narr_buffer cell;                   /* scratch */
} narr_record_writer;

void narr_record_writer_init(narr_record_writer *writer, const narr_model *model,
                             const narr_stream_options *options, bool single_text);
void narr_record_writer_free(narr_record_writer *writer);

/* All of these append to `out`, whose `failed` tells of a lack of memory. */

/* What stands before the first record; nothing in some formats. */
void narr_record_header(narr_record_writer *writer, narr_buffer *out);

/* `explanation` may be NULL. */
void narr_record_result(narr_record_writer *writer, narr_buffer *out, const narr_stream_item *item,
                        const narr_result *result, const narr_explanation *explanation);

void narr_record_error(narr_record_writer *writer, narr_buffer *out, const narr_stream_item *item,
                       const narr_error *why);

#endif
