/* json_post.c - one JSON post. */
#include "data/json_post.h"

#include <string.h>

#include "base/alloc.h"
#include "base/status.h"

typedef enum role { TEXT, ID, LANG, TIME, AUTHOR } role;

struct narr_json {
  narr_json_fields *fields;
  size_t count;
  role roles[NARR_JSON_FIELDS];
  char *names[NARR_JSON_FIELDS]; /* the paths; owned */
};

narr_field narr_field_alternative(const char *at, const char **next) {
  size_t length = strcspn(at, "|");
  *next = at[length] ? at + length + 1 : NULL;
  return (narr_field){at, length};
}

static narr_status add_path(narr_json *json, role role, narr_field path, narr_error *error) {
  if (json->count == NARR_JSON_FIELDS)
    return narr_fail(error, NARR_ERROR_ARGUMENT, "more than %d fields are named", NARR_JSON_FIELDS);
  char *name = narr_copy_bytes(path.data, path.length);
  if (!name) return narr_fail_memory(error);
  json->names[json->count] = name;
  json->roles[json->count++] = role;
  return NARR_OK;
}

static narr_status add_paths(narr_json *json, const narr_post_paths *paths, narr_error *error) {
  const char *const wanted[] = {
      [LANG] = paths->lang, [TIME] = paths->time, [AUTHOR] = paths->author};
  narr_status status = add_path(json, TEXT, (narr_field){paths->text, strlen(paths->text)}, error);
  if (!status && paths->id)
    status = add_path(json, ID, (narr_field){paths->id, strlen(paths->id)}, error);
  for (role role = LANG; role <= AUTHOR; role++)
    for (const char *at = wanted[role]; at && !status;)
      status = add_path(json, role, narr_field_alternative(at, &at), error);
  return status;
}

narr_status narr_json_new(narr_json **out, const narr_post_paths *paths, narr_error *error) {
  *out = NULL;
  narr_json *json = narr_alloc_zero(1, sizeof *json);
  if (!json) return narr_fail_memory(error);
  narr_json_path fields[NARR_JSON_FIELDS];
  narr_status status = add_paths(json, paths, error);
  for (size_t i = 0; i < json->count; i++)
    fields[i] = (narr_json_path){json->names[i], NARR_JSON_ARRAYS_IGNORED};
  if (!status) status = narr_json_fields_new(&json->fields, fields, json->count, error);
  if (status)
    narr_json_free(json);
  else
    *out = json;
  return status;
}

void narr_json_free(narr_json *json) {
  if (!json) return;
  narr_json_fields_free(json->fields);
  for (size_t i = 0; i < json->count; i++) narr_free(json->names[i]);
  narr_free(json);
}

/* Of a string what it stands for, of a scalar as it stood. */
static void take(narr_field *field, const narr_json_value *value) {
  if (field->length > 0) return;
  if (value->kind == NARR_JSON_STRING)
    *field = (narr_field){value->text, value->text_length};
  else if (value->kind == NARR_JSON_SCALAR)
    *field = (narr_field){value->token, value->token_length};
}

narr_status narr_json_read(narr_json *json, const char *bytes, size_t length, narr_post *post,
                           narr_error *error) {
  narr_json_value values[NARR_JSON_FIELDS] = {{.kind = NARR_JSON_ABSENT}};
  *post = (narr_post){0};
  narr_status status = narr_json_fields_read(json->fields, bytes, length, values, error);
  if (status) return status;
  for (size_t i = ID; i < json->count; i++) {
    switch (json->roles[i]) {
      case TEXT: break;
      case ID:
        post->id = values[i].token;
        post->id_length = values[i].token ? values[i].token_length : 0;
        break;
      case LANG: take(&post->lang, &values[i]); break;
      case TIME: take(&post->time, &values[i]); break;
      case AUTHOR: take(&post->author, &values[i]); break;
    }
  }
  const narr_json_value *text = &values[TEXT];
  if (text->kind == NARR_JSON_ABSENT)
    return narr_fail(error, NARR_ERROR_INPUT, "no field \"%s\"", json->names[TEXT]);
  if (text->kind != NARR_JSON_STRING)
    return narr_fail(error, NARR_ERROR_INPUT, "field \"%s\" is not a string", json->names[TEXT]);
  post->text = text->text;
  post->text_length = text->text_length;
  return NARR_OK;
}
