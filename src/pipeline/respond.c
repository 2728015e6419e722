/* respond.c - a stream's answers for records that come one by one. */
#include <string.h>

#include "base/alloc.h"
#include "base/status.h"
#include "pipeline/record_worker.h"

struct narr_responder {
  narr_record_worker worker;
  narr_stream_options options;
  narr_stream_layout layout;
  bool begun; /* the layout is known */
  narr_buffer record, output;
  narr_response response;
  narr_error why; /* of an error record */
};

narr_status narr_responder_new(narr_responder **out, const narr_model *model,
                               const narr_stream_options *options, narr_error *error) {
  static const narr_stream_options defaults = NARR_STREAM_OPTIONS_INIT;
  *out = NULL;
  narr_responder *responder = narr_alloc_zero(1, sizeof *responder);
  if (!responder) return narr_fail_memory(error);
  responder->options = options ? *options : defaults;
  responder->options.strict = false;
  responder->options.summary = NULL;
  responder->options.checkpoint = NULL;
  narr_status status = narr_stream_options_check(&responder->options, error);
  if (!status && responder->options.input == NARR_INPUT_CSV)
    status = narr_fail(error, NARR_ERROR_ARGUMENT, "CSV has a header: it is for whole streams");
  if (!status)
    status = narr_record_worker_init(&responder->worker, model, &responder->options, false, error);
  if (status) {
    narr_responder_free(responder);
    return status;
  }
  *out = responder;
  return NARR_OK;
}

void narr_responder_free(narr_responder *responder) {
  if (!responder) return;
  narr_record_worker_free(&responder->worker);
  narr_buffer_free(&responder->record);
  narr_buffer_free(&responder->output);
  narr_free(responder);
}

/* Decides the format. */
static narr_status begin(narr_responder *responder, const char *bytes, size_t length,
                         narr_error *error) {
  const char *array;
  if (length == 0) return narr_fail(error, NARR_ERROR_INPUT, "empty record");
  if (narr_stream_input_begin(&responder->options, bytes, length, &responder->layout, &array) !=
      NARR_SHAPE_LINES)
    return narr_fail(error, NARR_ERROR_INPUT, "a record is one post, not a whole export");
  responder->begun = true;
  return NARR_OK;
}

static narr_status read_record(narr_responder *responder, size_t length, narr_stream_item *item,
                               narr_error *error) {
  const char *bytes = responder->record.data;
  if (length > responder->options.max_record_bytes)
    return narr_fail(error, NARR_ERROR_INPUT, "record longer than %zu bytes",
                     responder->options.max_record_bytes);
  narr_status status = NARR_OK;
  if (!responder->begun) status = begin(responder, bytes, length, error);
  if (status) return status;
  return narr_record_worker_read(&responder->worker, &responder->layout, bytes, length, item,
                                 error);
}

narr_status narr_respond(narr_responder *responder, const char *record, size_t length,
                         uint64_t number, const narr_response **out, narr_error *error) {
  *out = NULL;
  narr_buffer *bytes = &responder->record, *output = &responder->output;
  bool too_long = length > responder->options.max_record_bytes;
  narr_buffer_clear(bytes);
  narr_buffer_clear(output);
  if (!too_long) narr_buffer_append(bytes, record, length);
  if (!narr_buffer_reserve(bytes, NARR_JSON_PADDING)) return narr_fail_memory(error);
  memset(bytes->data + bytes->length, 0, NARR_JSON_PADDING);
  narr_stream_item item = {.line = number};
  narr_stream_stats counts = {0};
  narr_error *why = &responder->why;
  *why = (narr_error)NARR_ERROR_INIT;
  narr_status status = read_record(responder, length, &item, why);
  status = narr_record_worker_answer(&responder->worker, &item, status, output, &counts, why);
  if (status) {
    if (error) *error = *why;
    return status;
  }
  responder->response = (narr_response){.data = output->length ? output->data : "",
                                        .length = output->length,
                                        .failed = counts.errors > 0,
                                        .message = counts.errors > 0 ? why->message : "",
                                        .skipped = counts.skipped > 0,
                                        .flagged = counts.flagged > 0};
  *out = &responder->response;
  return NARR_OK;
}
