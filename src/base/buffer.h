/* buffer.h - a growing run of bytes that remembers a failed allocation, so
 * that a writer checks once at the end instead of at every byte. */
#ifndef NARR_BASE_BUFFER_H
#define NARR_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct narr_buffer {
  char *data; /* owned; free with narr_buffer_free() */
  size_t length;
  size_t capacity;
  bool failed; /* an append found no memory: the content is incomplete */
} narr_buffer;

#define NARR_BUFFER_INIT \
  { NULL, 0, 0, false }

/* Makes room for `extra` more bytes; false (and `failed`): there is none. */
bool narr_buffer_grow(narr_buffer *buffer, size_t extra);

/* The same where there mostly is room. */
static inline bool narr_buffer_reserve(narr_buffer *buffer, size_t extra) {
  return (extra <= buffer->capacity - buffer->length && !buffer->failed) ||
         narr_buffer_grow(buffer, extra);
}

static inline void narr_buffer_append(narr_buffer *buffer, const void *bytes, size_t length) {
  if (!length || !narr_buffer_reserve(buffer, length)) return;
  memcpy(buffer->data + buffer->length, bytes, length);
  buffer->length += length;
}

static inline void narr_buffer_string(narr_buffer *buffer, const char *string) {
  narr_buffer_append(buffer, string, strlen(string));
}

static inline void narr_buffer_byte(narr_buffer *buffer, char byte) {
  if (narr_buffer_reserve(buffer, 1)) buffer->data[buffer->length++] = byte;
}

void narr_buffer_unsigned(narr_buffer *buffer, uint64_t value);

/* A decimal number with `decimals` (0..9) digits after the point, rounded
 * half away from zero, the same in every locale. Not finite: "null". */
void narr_buffer_decimal(narr_buffer *buffer, double value, unsigned decimals);

/* A JSON string with its quotes. Invalid UTF-8 becomes U+FFFD. */
void narr_buffer_json_string(narr_buffer *buffer, const char *bytes, size_t length);

__attribute__((format(printf, 2, 3))) void narr_buffer_format(narr_buffer *buffer,
                                                              const char *format, ...);

void narr_buffer_clear(narr_buffer *buffer);
void narr_buffer_free(narr_buffer *buffer);

#endif
