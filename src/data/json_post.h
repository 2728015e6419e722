/* json_post.h - the text and id of one JSON post, from fields that the caller
 * names. */
#ifndef NARR_DATA_JSON_POST_H
#define NARR_DATA_JSON_POST_H

#include "data/json_fields.h"

/* A parser for one thread. */
typedef struct narr_json narr_json;

typedef struct narr_post {
  const char *text; /* unescaped UTF-8, may hold NUL; until the next call */
  size_t text_length;
  const char *id; /* the JSON of the id as it stood, e.g. "\"a1\"" or "17";
                     NULL where there is none (or null, object, array);
                     lives as long as `text` and the bytes read */
  size_t id_length;
} narr_post;

/* `text_path` and `id_path` are dotted, see narr_json_path. `id_path` may be
 * NULL. Errors: argument (an empty path or path part), memory. */
NARR_MUST_CHECK narr_status narr_json_new(narr_json **out, const char *text_path,
                                          const char *id_path, narr_error *error);
void narr_json_free(narr_json *json);

/* Reads one object, `bytes` being followed by NARR_JSON_PADDING readable
 * bytes. post->id is set, if it can be, even where the text is missing.
 * Errors: those of narr_json_fields_read(), input (no such field, not a string). */
NARR_MUST_CHECK narr_status narr_json_read(narr_json *json, const char *bytes, size_t length,
                                           narr_post *post, narr_error *error);

#endif
