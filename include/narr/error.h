/* error.h - how every narr function reports failure.
 *
 * A function that can fail returns a narr_status and takes, as its last
 * argument, an optional caller-owned narr_error that it fills in. Nothing is
 * ever printed. On failure an out-parameter is NULL, so that freeing it is
 * always right. */
#ifndef NARR_ERROR_H
#define NARR_ERROR_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define NARR_API __attribute__((visibility("default")))
#define NARR_MUST_CHECK __attribute__((warn_unused_result))
#else
#define NARR_API
#define NARR_MUST_CHECK
#endif

typedef enum narr_status {
  NARR_OK = 0,
  NARR_ERROR_ARGUMENT,  /* an option or argument has no meaning */
  NARR_ERROR_INPUT,     /* a corpus, post or record is not usable */
  NARR_ERROR_MODEL,     /* a model file is not usable */
  NARR_ERROR_SYSTEM,    /* the operating system refused: open, read, write */
  NARR_ERROR_MEMORY,    /* out of memory */
  NARR_ERROR_CANCELLED, /* a progress callback asked to stop */
} narr_status;

#define NARR_ERROR_MESSAGE_SIZE 512

/* Filled in on failure, untouched on success. `message` is one line of UTF-8
 * without a final newline that names the file where there is one; `row`
 * (1-based data record), `line` (1-based physical line) and `offset` (byte
 * in the file or text) are 0 where they mean nothing. */
typedef struct narr_error {
  narr_status status;
  size_t row;
  size_t line;
  size_t offset;
  char message[NARR_ERROR_MESSAGE_SIZE];
} narr_error;

#define NARR_ERROR_INIT \
  {                     \
    NARR_OK, 0, 0, 0, { \
      0                 \
    }                   \
  }

/* A short constant name for a status, e.g. "input". Never NULL. Any thread. */
NARR_API const char *narr_status_name(narr_status status);

#ifdef __cplusplus
}
#endif

#endif
