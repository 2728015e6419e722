/* record_worker.h - what one thread does with one record of a stream: parse,
 * classify, explain, write. */
#ifndef NARR_PIPELINE_RECORD_WORKER_H
#define NARR_PIPELINE_RECORD_WORKER_H

#include "narr/classify.h"
#include "pipeline/observe.h"
#include "pipeline/record_output.h"

typedef struct narr_record_worker {
  const narr_stream_options *options; /* borrowed */
  narr_classifier *classifier;
  narr_stream_input input;
  narr_record_writer writer;
  narr_observations *observations; /* where posts are to be noted; NULL: nowhere */
} narr_record_worker;

/* `single_text`: no input is parsed. What was initialised is to be freed on
 * failure too. Errors: argument, memory. */
NARR_MUST_CHECK narr_status narr_record_worker_init(narr_record_worker *worker,
                                                    const narr_model *model,
                                                    const narr_stream_options *options,
                                                    bool single_text, narr_error *error);
void narr_record_worker_free(narr_record_worker *worker);

/* Parses a record's `bytes`, followed by NARR_JSON_PADDING readable ones, to
 * *item, whose line is set. Errors: input, memory. */
NARR_MUST_CHECK narr_status narr_record_worker_read(narr_record_worker *worker,
                                                    const narr_stream_layout *layout,
                                                    const char *bytes, size_t length,
                                                    narr_stream_item *item, narr_error *error);

/* Appends to `output` what becomes of a record that was read with `status`, and
 * counts it. What is bad about a record is written, unless options are strict.
 * On failure nothing is appended. Errors: input (strict; the message has no file or
 * line), model, memory. */
NARR_MUST_CHECK narr_status narr_record_worker_answer(narr_record_worker *worker,
                                                      const narr_stream_item *item,
                                                      narr_status status, narr_buffer *output,
                                                      narr_stream_stats *counts, narr_error *error);

#endif
