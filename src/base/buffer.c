/* buffer.c - a growing run of bytes. */
#include "base/buffer.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"

bool narr_buffer_reserve(narr_buffer *buffer, size_t extra) {
  size_t needed;
  void *data = buffer->data;
  if (buffer->failed || __builtin_add_overflow(buffer->length, extra, &needed) ||
      !narr_grow(&data, &buffer->capacity, needed, 1)) {
    buffer->failed = true;
    return false;
  }
  buffer->data = data;
  return true;
}

void narr_buffer_append(narr_buffer *buffer, const void *bytes, size_t length) {
  if (!length || !narr_buffer_reserve(buffer, length)) return;
  memcpy(buffer->data + buffer->length, bytes, length);
  buffer->length += length;
}

void narr_buffer_string(narr_buffer *buffer, const char *string) {
  narr_buffer_append(buffer, string, strlen(string));
}

void narr_buffer_byte(narr_buffer *buffer, char byte) {
  if (!narr_buffer_reserve(buffer, 1)) return;
  buffer->data[buffer->length++] = byte;
}

void narr_buffer_unsigned(narr_buffer *buffer, uint64_t value) {
  char digits[20];
  size_t at = sizeof digits;
  do {
    digits[--at] = (char)('0' + value % 10);
    value /= 10;
  } while (value);
  narr_buffer_append(buffer, digits + at, sizeof digits - at);
}

/* The product, below 2^53, rounded half up: where its last bit was lost and
 * it looks like a half, the lost part decides. */
static uint64_t rounded_product(double a, double b) {
  double product = a * b;
  uint64_t down = (uint64_t)product;
  double over = product - (double)down;
  bool up = over == 0.5 ? fma(a, b, -product) >= 0 : over > 0.5;
  return down + up;
}

/* The digits of a whole number. printf() adds nothing of a locale to them. */
static void append_whole(narr_buffer *buffer, double whole) {
  if (whole < 0x1p63)
    narr_buffer_unsigned(buffer, (uint64_t)whole);
  else
    narr_buffer_format(buffer, "%.0f", whole);
}

void narr_buffer_decimal(narr_buffer *buffer, double value, unsigned decimals) {
  static const double power[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
  if (!isfinite(value)) {
    narr_buffer_string(buffer, "null");
    return;
  }
  double whole = trunc(fabs(value));
  uint64_t units = rounded_product(fabs(value) - whole, power[decimals]);
  if (units == (uint64_t)power[decimals]) {
    whole += 1;
    units = 0;
  }
  if (value < 0 && (whole > 0 || units)) narr_buffer_byte(buffer, '-');
  append_whole(buffer, whole);
  if (!decimals) return;
  char digits[9];
  for (unsigned i = decimals; i-- > 0; units /= 10) digits[i] = (char)('0' + units % 10);
  narr_buffer_byte(buffer, '.');
  narr_buffer_append(buffer, digits, decimals);
}

static void append_escape(narr_buffer *buffer, unsigned char c) {
  static const char hex[] = "0123456789abcdef";
  switch (c) {
    case '"': narr_buffer_append(buffer, "\\\"", 2); return;
    case '\\': narr_buffer_append(buffer, "\\\\", 2); return;
    case '\n': narr_buffer_append(buffer, "\\n", 2); return;
    case '\r': narr_buffer_append(buffer, "\\r", 2); return;
    case '\t': narr_buffer_append(buffer, "\\t", 2); return;
    default: {
      char code[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
      narr_buffer_append(buffer, code, sizeof code);
    }
  }
}

void narr_buffer_json_string(narr_buffer *buffer, const char *bytes, size_t length) {
  narr_buffer_byte(buffer, '"');
  size_t done = 0, at = 0;
  while (at < length) {
    unsigned char c = (unsigned char)bytes[at];
    if (c >= 0x20 && c < 0x7F && c != '"' && c != '\\') {
      at++;
      continue;
    }
    narr_buffer_append(buffer, bytes + done, at - done);
    if (c < 0x80) {
      append_escape(buffer, c);
      done = ++at;
      continue;
    }
    uint32_t code;
    size_t size = narr_utf8_decode(bytes + at, length - at, &code);
    if (code == NARR_UTF8_INVALID)
      narr_buffer_append(buffer, "\xEF\xBF\xBD", 3);
    else
      narr_buffer_append(buffer, bytes + at, size);
    done = at += size;
  }
  narr_buffer_append(buffer, bytes + done, at - done);
  narr_buffer_byte(buffer, '"');
}

void narr_buffer_format(narr_buffer *buffer, const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  int written = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  if (written < 0) return;
  if ((size_t)written < sizeof text) {
    narr_buffer_append(buffer, text, (size_t)written);
    return;
  }
  if (!narr_buffer_reserve(buffer, (size_t)written + 1)) return;
  va_start(arguments, format);
  vsnprintf(buffer->data + buffer->length, (size_t)written + 1, format, arguments);
  va_end(arguments);
  buffer->length += (size_t)written;
}

void narr_buffer_clear(narr_buffer *buffer) {
  buffer->length = 0;
  buffer->failed = false;
}

void narr_buffer_free(narr_buffer *buffer) {
  narr_free(buffer->data);
  *buffer = (narr_buffer)NARR_BUFFER_INIT;
}
