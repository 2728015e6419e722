/* json_post.h - the text and id of one JSON post, by simdjson (behind
 * json_post.cpp, the only C++ file and the only user of simdjson). */
#ifndef NARR_DATA_JSON_POST_H
#define NARR_DATA_JSON_POST_H

#include <stdbool.h>
#include <stddef.h>

#include "narr/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes behind a record that must be readable (their value is ignored). */
#define NARR_JSON_PADDING 64

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

/* `text_path` and `id_path` are dotted, e.g. "data.text"; a key that holds
 * the whole path, dots and all, is found first. `id_path` may be NULL.
 * Errors: argument (an empty path or path part), memory. */
NARR_MUST_CHECK narr_status narr_json_new(narr_json **out, const char *text_path,
                                          const char *id_path, narr_error *error);
void narr_json_free(narr_json *json);

/* Reads one object, `bytes` being followed by NARR_JSON_PADDING readable
 * bytes. post->id is set, if it can be, even where the text is missing.
 * Errors: input (not JSON, not an object, cut off, text behind the object,
 * invalid UTF-8, no such field, not a string, nested too deep), memory. The
 * message has no file or line: the caller adds them. */
NARR_MUST_CHECK narr_status narr_json_read(narr_json *json, const char *bytes, size_t length,
                                           narr_post *post, narr_error *error);

#ifdef __cplusplus
}
#endif

#endif
