/* json_post.c - the text and id of one JSON post. */
#include "data/json_post.h"

#include "base/alloc.h"
#include "base/status.h"

enum { TEXT, ID, FIELDS };

struct narr_json {
  narr_json_fields *fields;
  char *text_path; /* for messages */
};

narr_status narr_json_new(narr_json **out, const char *text_path, const char *id_path,
                          narr_error *error) {
  const narr_json_path paths[FIELDS] = {[TEXT] = {.path = text_path}, [ID] = {.path = id_path}};
  *out = NULL;
  narr_json *json = narr_alloc_zero(1, sizeof *json);
  if (!json) return narr_fail_memory(error);
  narr_status status = narr_json_fields_new(&json->fields, paths, id_path ? FIELDS : ID, error);
  if (!status && !(json->text_path = narr_copy_string(text_path))) status = narr_fail_memory(error);
  if (status)
    narr_json_free(json);
  else
    *out = json;
  return status;
}

void narr_json_free(narr_json *json) {
  if (!json) return;
  narr_json_fields_free(json->fields);
  narr_free(json->text_path);
  narr_free(json);
}

narr_status narr_json_read(narr_json *json, const char *bytes, size_t length, narr_post *post,
                           narr_error *error) {
  narr_json_value values[FIELDS] = {{.kind = NARR_JSON_ABSENT}};
  *post = (narr_post){0};
  narr_status status = narr_json_fields_read(json->fields, bytes, length, values, error);
  if (status) return status;
  if (values[ID].token) {
    post->id = values[ID].token;
    post->id_length = values[ID].token_length;
  }
  if (values[TEXT].kind == NARR_JSON_ABSENT)
    return narr_fail(error, NARR_ERROR_INPUT, "no field \"%s\"", json->text_path);
  if (values[TEXT].kind != NARR_JSON_STRING)
    return narr_fail(error, NARR_ERROR_INPUT, "field \"%s\" is not a string", json->text_path);
  post->text = values[TEXT].text;
  post->text_length = values[TEXT].text_length;
  return NARR_OK;
}
