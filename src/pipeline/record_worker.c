/* record_worker.c - parse, classify, explain, write. */
#include "pipeline/record_worker.h"

#include "base/status.h"
#include "pipeline/record_format.h"

static narr_status new_classifier(narr_record_worker *worker, const narr_model *model,
                                  narr_error *error) {
  const narr_stream_options *options = worker->options;
  narr_status status = narr_classifier_new(&worker->classifier, model, error);
  if (!status)
    status = narr_classifier_set_abstention(worker->classifier, &options->abstention, error);
  for (size_t i = 0; i < options->threshold_count && !status; i++)
    status = narr_classifier_set_threshold(worker->classifier, options->thresholds[i].label,
                                           options->thresholds[i].probability, error);
  return status;
}

narr_status narr_record_worker_init(narr_record_worker *worker, const narr_model *model,
                                    const narr_stream_options *options, bool single_text,
                                    narr_error *error) {
  *worker = (narr_record_worker){.options = options};
  narr_record_writer_init(&worker->writer, model, options, single_text);
  narr_status status = new_classifier(worker, model, error);
  if (!status && !single_text) status = narr_stream_input_init(&worker->input, options, error);
  return status;
}

void narr_record_worker_free(narr_record_worker *worker) {
  narr_classifier_free(worker->classifier);
  narr_stream_input_free(&worker->input);
  narr_record_writer_free(&worker->writer);
}

narr_status narr_record_worker_read(narr_record_worker *worker, const narr_stream_layout *layout,
                                    const char *bytes, size_t length, narr_stream_item *item,
                                    narr_error *error) {
  return narr_stream_input_read(&worker->input, layout, bytes, length, item, error);
}

/* The terms of the flagged labels; in a table, where there is somebody who
 * wonders, without such of the label that comes nearest. */
static narr_status explain(narr_record_worker *worker, const narr_result *result,
                           const narr_explanation **explanation, narr_error *error) {
  const narr_stream_options *options = worker->options;
  size_t nearest = narr_record_nearest(result);
  if (result->flagged_count > 0 || options->output != NARR_OUTPUT_TABLE || !result->score_count)
    return narr_explain(worker->classifier, NULL, 0, options->explain_terms, explanation, error);
  return narr_explain(worker->classifier, &nearest, 1, options->explain_terms, explanation, error);
}

static narr_status classify(narr_record_worker *worker, const narr_stream_item *item,
                            narr_buffer *output, narr_stream_stats *counts, narr_error *error) {
  const narr_stream_options *options = worker->options;
  const narr_result *result;
  if (item->skipped) {
    counts->skipped++;
    return NARR_OK;
  }
  const narr_explanation *explanation = NULL;
  const char *text = item->text ? item->text : "";
  narr_status status = narr_classify(worker->classifier, text, item->text_length, &result, error);
  if (status) return status;
  if (worker->observations && !narr_observe(worker->observations, item, worker->classifier, result))
    return narr_fail_memory(error);
  bool flagged = result->flagged_count > 0;
  counts->doubts[result->doubt]++;
  if (!flagged && options->only_flagged) return NARR_OK;
  if (options->explain) status = explain(worker, result, &explanation, error);
  if (status) return status;
  counts->flagged += flagged;
  narr_record_result(&worker->writer, output, item, result, explanation);
  return NARR_OK;
}

static size_t noted_so_far(const narr_record_worker *worker) {
  return worker->observations ? worker->observations->count : 0;
}

narr_status narr_record_worker_answer(narr_record_worker *worker, const narr_stream_item *item,
                                      narr_status status, narr_buffer *output,
                                      narr_stream_stats *counts, narr_error *error) {
  size_t before = output->length, noted = noted_so_far(worker);
  counts->records++;
  if (!status) status = classify(worker, item, output, counts, error);
  if (status == NARR_ERROR_INPUT) {
    counts->errors++;
    if (!worker->options->strict) {
      narr_record_error(&worker->writer, output, item, error);
      status = NARR_OK;
    }
  }
  if (!status && output->failed) status = narr_fail_memory(error);
  if (status) output->length = before;
  if (noted < noted_so_far(worker)) worker->observations->items[noted].end = output->length;
  return status;
}
