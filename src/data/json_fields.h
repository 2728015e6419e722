/* json_fields.h - some fields of one JSON object, by simdjson (behind
 * json_fields.cpp, the only C++ file and the only user of simdjson). */
#ifndef NARR_DATA_JSON_FIELDS_H
#define NARR_DATA_JSON_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "narr/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes behind a record that must be readable (their value is ignored). */
#define NARR_JSON_PADDING 64
/* As many fields can be asked for. */
#define NARR_JSON_FIELDS 24

/* A parser for one thread. */
typedef struct narr_json_fields narr_json_fields;

/* What is made of an array whose items are strings, or objects with a "text". */
typedef enum narr_json_arrays {
  NARR_JSON_ARRAYS_IGNORED,
  NARR_JSON_ARRAYS_JOINED, /* all of them, one behind the other */
  NARR_JSON_ARRAYS_FIRST
} narr_json_arrays;

/* `path` is dotted, e.g. "data.text"; a key that holds the whole path, dots and
 * all, is found first. */
typedef struct narr_json_path {
  const char *path;
  narr_json_arrays arrays;
} narr_json_path;

typedef enum narr_json_kind {
  NARR_JSON_ABSENT,
  NARR_JSON_STRING,
  NARR_JSON_SCALAR, /* a number or a boolean */
  NARR_JSON_JOINED, /* the strings of an array */
  NARR_JSON_OTHER   /* null, an object, an array that nobody wants */
} narr_json_kind;

typedef struct narr_json_value {
  narr_json_kind kind;
  const char *text; /* of strings: unescaped UTF-8, may hold NUL; until the next call */
  size_t text_length;
  const char *token; /* of strings and scalars: the JSON as it stood, e.g. "\"a1\"" or
                        "17"; lives as long as `text` and the bytes read */
  size_t token_length;
} narr_json_value;

/* Errors: argument (an empty path or path part), memory. */
NARR_MUST_CHECK narr_status narr_json_fields_new(narr_json_fields **out,
                                                 const narr_json_path *paths, size_t count,
                                                 narr_error *error);
void narr_json_fields_free(narr_json_fields *json);

/* Reads one object, `bytes` being followed by NARR_JSON_PADDING readable
 * bytes, and fills `values`, one a path; on failure as far as it came. Errors:
 * input (not JSON, not an object, cut off, text behind the object, invalid
 * UTF-8, nested too deep), memory. The message has no file or line: the caller
 * adds them. */
NARR_MUST_CHECK narr_status narr_json_fields_read(narr_json_fields *json, const char *bytes,
                                                  size_t length, narr_json_value *values,
                                                  narr_error *error);

#ifdef __cplusplus
}
#endif

#endif
