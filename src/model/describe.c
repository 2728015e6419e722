/* describe.c - all that is known of a model, for programs: a line of JSON. */
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/status.h"
#include "model/model.h"

enum { DECIMALS = 6 };

static void string(narr_buffer *out, const char *before, const char *value, size_t length) {
  narr_buffer_string(out, before);
  narr_buffer_json_string(out, value, length);
}

static void whole(narr_buffer *out, const char *before, size_t value) {
  narr_buffer_string(out, before);
  narr_buffer_unsigned(out, value);
}

static void number(narr_buffer *out, const char *before, double value) {
  narr_buffer_string(out, before);
  narr_buffer_decimal(out, value, DECIMALS);
}

static void scripts(narr_buffer *out, const narr_model *model) {
  narr_buffer_string(out, ",\"scripts\":{");
  narr_script_texts script;
  for (size_t i = 0; (script = narr_model_script(model, i)).name; i++) {
    string(out, i ? "," : "", script.name, strlen(script.name));
    whole(out, ":", script.texts);
  }
  narr_buffer_byte(out, '}');
}

static narr_status terms(narr_buffer *out, const narr_model *model, size_t label, bool against,
                         narr_model_term *space, size_t top, narr_error *error) {
  size_t count;
  narr_status status = narr_model_top_terms(model, label, against, space, top, &count, error);
  narr_buffer_string(out, against ? "],\"against\":[" : ",\"for\":[");
  for (size_t i = 0; i < count; i++) {
    string(out, i ? ",{\"block\":" : "{\"block\":", space[i].block, strlen(space[i].block));
    string(out, ",\"term\":", space[i].term, space[i].term_length);
    number(out, ",\"share\":", space[i].share);
    number(out, ",\"weight\":", space[i].weight);
    number(out, ",\"influence\":", space[i].influence);
    narr_buffer_byte(out, '}');
  }
  if (against) narr_buffer_byte(out, ']');
  return status;
}

static narr_status both_terms(narr_buffer *out, const narr_model *model, size_t label,
                              narr_model_term *space, size_t top, narr_error *error) {
  if (!narr_model_names_terms(model)) return NARR_OK;
  narr_status status = terms(out, model, label, false, space, top, error);
  return status ? status : terms(out, model, label, true, space, top, error);
}

static narr_status gate(narr_buffer *out, const narr_model *model, narr_model_term *space,
                        size_t top, narr_error *error) {
  if (!narr_model_is_gated(model)) return NARR_OK;
  number(out, ",\"any\":{\"threshold\":", narr_model_threshold(model, NARR_ANY_LABEL));
  narr_status status = both_terms(out, model, NARR_ANY_LABEL, space, top, error);
  narr_buffer_byte(out, '}');
  return status;
}

static narr_status label(narr_buffer *out, const narr_model *model, size_t index,
                         narr_model_term *space, size_t top, narr_error *error) {
  const char *name = narr_model_label(model, index);
  narr_label_counts counts = narr_model_label_counts(model, index);
  string(out, index ? ",{\"name\":" : "{\"name\":", name, strlen(name));
  number(out, ",\"threshold\":", narr_model_threshold(model, index));
  whole(out, ",\"support\":", counts.support);
  whole(out, ",\"predicted\":", counts.predicted);
  whole(out, ",\"true_positive\":", counts.true_positive);
  narr_status status = both_terms(out, model, index, space, top, error);
  narr_buffer_byte(out, '}');
  return status;
}

/* The metadata as they are, but open at their end. */
static void begin(narr_buffer *out, const narr_model *model) {
  narr_fact all;
  if (narr_model_fact(model, "", &all) && all.value[0] == '{' && all.value_length > 2) {
    narr_buffer_append(out, all.value, all.value_length - 1);
    narr_buffer_byte(out, ',');
  } else {
    narr_buffer_byte(out, '{');
  }
}

narr_status narr_model_describe(const narr_model *model, size_t top, int out_fd,
                                narr_error *error) {
  narr_buffer out = NARR_BUFFER_INIT;
  if (top > narr_model_feature_count(model)) top = narr_model_feature_count(model);
  narr_model_term *space = narr_alloc(top, sizeof *space);
  narr_status status = space ? NARR_OK : narr_fail_memory(error);
  begin(&out, model);
  narr_buffer_string(&out, model->exclusive ? "\"model\":{\"mode\":\"exclusive\""
                                            : "\"model\":{\"mode\":\"multi-label\"");
  narr_buffer_string(&out, narr_model_is_linear(model) ? ",\"linear\":true" : ",\"linear\":false");
  whole(&out, ",\"terms\":", narr_model_feature_count(model));
  scripts(&out, model);
  if (!status) status = gate(&out, model, space, top, error);
  narr_buffer_string(&out, ",\"labels\":[");
  for (size_t l = 0; l < model->label_count && !status; l++)
    status = label(&out, model, l, space, top, error);
  narr_buffer_string(&out, "]}}\n");
  narr_free(space);
  if (!status && out.failed) status = narr_fail_memory(error);
  int failure = status ? 0 : narr_file_write_all(out_fd, out.data, out.length);
  if (failure && failure != EPIPE)
    status = narr_fail_system(error, failure, "writing the description");
  narr_buffer_free(&out);
  return status;
}
