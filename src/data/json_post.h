/* json_post.h - the text of one JSON post, and what else is known of it, from
 * fields that the caller names. */
#ifndef NARR_DATA_JSON_POST_H
#define NARR_DATA_JSON_POST_H

#include "data/csv_record.h"
#include "data/json_fields.h"

/* A parser for one thread. */
typedef struct narr_json narr_json;

/* Dotted paths, see narr_json_path. All but `text` may be NULL. */
typedef struct narr_post_paths {
  const char *text;
  const char *id;
  const char *lang, *time, *author; /* also several with '|' between them: the first
                                       that is a string or a scalar counts */
} narr_post_paths;

typedef struct narr_post {
  const char *text; /* unescaped UTF-8, may hold NUL; until the next call */
  size_t text_length;
  const char *id; /* the JSON of the id as it stood, e.g. "\"a1\"" or "17";
                     NULL where there is none (or null, object, array);
                     lives as long as `text` and the bytes read */
  size_t id_length;
  narr_field lang, time, author; /* unescaped; of no length where there is none */
} narr_post;

/* Errors: argument (an empty path or path part, too many paths), memory. */
NARR_MUST_CHECK narr_status narr_json_new(narr_json **out, const narr_post_paths *paths,
                                          narr_error *error);
void narr_json_free(narr_json *json);

/* Reads one object, `bytes` being followed by NARR_JSON_PADDING readable
 * bytes. All but the text is set, if it can be, even where the text is missing.
 * Errors: those of narr_json_fields_read(), input (no such field, not a string). */
NARR_MUST_CHECK narr_status narr_json_read(narr_json *json, const char *bytes, size_t length,
                                           narr_post *post, narr_error *error);

/* The part of "a|b|c" that begins at `at`; sets *next to the beginning of the
 * one behind it, or to NULL. */
narr_field narr_field_alternative(const char *at, const char **next);

#endif
