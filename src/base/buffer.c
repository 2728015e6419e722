/* buffer.c - a growing run of bytes. */
#include "base/buffer.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/utf8.h"

bool narr_buffer_grow(narr_buffer *buffer, size_t extra) {
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

static const char pairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
    "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
    "8081828384858687888990919293949596979899";

/* Writes the digits of a number so that they end before `end`, two at a time;
 * returns the first. */
static char *write_digits(char *end, uint64_t value) {
  for (; value >= 10; value /= 100) memcpy(end -= 2, pairs + value % 100 * 2, 2);
  if (value) *--end = (char)('0' + value);
  return end;
}

void narr_buffer_unsigned(narr_buffer *buffer, uint64_t value) {
  char digits[20], *end = digits + sizeof digits, *first = write_digits(end, value);
  if (first == end) *--first = '0';
  narr_buffer_append(buffer, first, (size_t)(end - first));
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

/* The digits of a number that has at most so many, with zeros before them. */
static char *write_padded(char *end, uint64_t value, unsigned digits) {
  for (; digits >= 2; digits -= 2, value /= 100) memcpy(end -= 2, pairs + value % 100 * 2, 2);
  if (digits) *--end = (char)('0' + value % 10);
  return end;
}

void narr_buffer_decimal(narr_buffer *buffer, double value, unsigned decimals) {
  static const double power[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
  double size = fabs(value);
  if (!isfinite(value)) {
    narr_buffer_string(buffer, "null");
    return;
  }
  if (size >= 0x1p63) { /* printf() adds nothing of a locale to a whole number */
    narr_buffer_format(buffer, "%.0f", value);
    if (decimals) narr_buffer_byte(buffer, '.');
    narr_buffer_append(buffer, "000000000", decimals);
    return;
  }
  uint64_t whole = (uint64_t)size;
  uint64_t units = rounded_product(size - (double)whole, power[decimals]);
  if (units == (uint64_t)power[decimals]) {
    whole++;
    units = 0;
  }
  char digits[32], *end = digits + sizeof digits, *first = end;
  if (decimals) {
    first = write_padded(first, units, decimals);
    *--first = '.';
  }
  first = whole < 10 ? write_padded(first, whole, 1) : write_digits(first, whole);
  if (value < 0 && (whole || units)) *--first = '-';
  narr_buffer_append(buffer, first, (size_t)(end - first));
}

/* How many characters from `at` on stand for themselves in JSON. */
static size_t plain_length(const char *at, size_t length) {
  const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
  size_t done = 0;
  for (; length - done >= 8; done += 8) {
    uint64_t word;
    memcpy(&word, at + done, sizeof word);
    uint64_t quote = word ^ ones * '"', backslash = word ^ ones * '\\', delete = word ^ ones * 0x7F;
    uint64_t special =
        word | (word - ones * 0x20) | (quote - ones) | (backslash - ones) | (delete - ones);
    if (special & high) break; /* or perhaps: the loop below knows */
  }
  while (done < length) {
    unsigned char c = (unsigned char)at[done];
    if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\') break;
    done++;
  }
  return done;
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
    at += plain_length(bytes + at, length - at);
    if (at == length) break;
    unsigned char c = (unsigned char)bytes[at];
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
