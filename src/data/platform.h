/* platform.h - what the platforms that people watch call a post's text, id,
 * language, time and author: exports and streams, JSON and CSV. */
#ifndef NARR_DATA_PLATFORM_H
#define NARR_DATA_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>

#include "data/csv_record.h"
#include "narr/error.h"

typedef enum narr_platform {
  NARR_PLATFORM_NONE,
  NARR_PLATFORM_MASTODON,    /* statuses of the API */
  NARR_PLATFORM_BLUESKY,     /* Jetstream events */
  NARR_PLATFORM_X,           /* API v2: tweets and pages; v1.1: statuses */
  NARR_PLATFORM_TELEGRAM,    /* Telegram Desktop's result.json */
  NARR_PLATFORM_CROWDTANGLE, /* its CSV; its API's posts */
  NARR_PLATFORM_4CAT,        /* its CSV and NDJSON */
  NARR_PLATFORM_MCL,         /* Meta Content Library: CSV and JSON */
  NARR_PLATFORM_COUNT
} narr_platform;

/* How records lie in the input. */
typedef enum narr_shape {
  NARR_SHAPE_LINES, /* a JSON object a line */
  NARR_SHAPE_CSV,
  NARR_SHAPE_ITEMS /* objects in an array of one JSON document */
} narr_shape;

/* Guesses from the first bytes of an input that begins with '{' or '['. */
narr_platform narr_platform_guess(const char *bytes, size_t length);

/* Guesses from a CSV header. */
narr_platform narr_platform_guess_header(const narr_field *fields, size_t count);

/* How a platform's records lie in an input that begins so. `array` is set to
 * what the array of items is called (NULL: the document is it). The platform may
 * be NARR_PLATFORM_NONE. */
narr_shape narr_platform_shape(narr_platform platform, const char *bytes, size_t length,
                               const char **array);

/* Empty where it is not known. */
typedef struct narr_platform_post {
  const char *skipped; /* why it is no post to classify; NULL: it is one */
  narr_field text, id, lang, time, author;
  bool id_is_json; /* the id is JSON as it stood, not plain bytes */
} narr_platform_post;

/* A reader for one thread. */
typedef struct narr_platform_reader narr_platform_reader;

/* Errors: memory. */
NARR_MUST_CHECK narr_status narr_platform_reader_new(narr_platform_reader **out,
                                                     narr_platform platform, narr_error *error);
void narr_platform_reader_free(narr_platform_reader *reader);

/* Reads a JSON record, followed by NARR_JSON_PADDING readable bytes. What *post
 * points to lives until the next call. The id is set, if it can be, on failure
 * too. Errors: input (not JSON, no text), memory. */
NARR_MUST_CHECK narr_status narr_platform_read(narr_platform_reader *reader, const char *bytes,
                                               size_t length, narr_platform_post *post,
                                               narr_error *error);

/* Where a CSV has what; columns are those of a header. */
enum { NARR_PLATFORM_COLUMNS = 8 };
typedef struct narr_platform_columns {
  size_t columns[NARR_PLATFORM_COLUMNS]; /* with a role in platform.c each */
  int roles[NARR_PLATFORM_COLUMNS];
  size_t count;
} narr_platform_columns;

/* Finds them in a header. Errors: input (it has no text). */
NARR_MUST_CHECK narr_status narr_platform_find_columns(narr_platform_columns *out,
                                                       narr_platform platform,
                                                       const narr_field *fields, size_t count,
                                                       narr_error *error);

/* A CSV record's post. */
NARR_MUST_CHECK narr_status narr_platform_read_columns(narr_platform_reader *reader,
                                                       const narr_platform_columns *columns,
                                                       const narr_field *fields,
                                                       narr_platform_post *post, narr_error *error);

#endif
