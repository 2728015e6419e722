/* utf8.c - decoding and encoding UTF-8. */
#include "base/utf8.h"

#include <string.h>

static bool is_continuation(char byte) {
  return ((unsigned char)byte & 0xC0) == 0x80;
}

/* Length 2 to 4 sequences. The second byte's range depends on the first:
 * that rules out overlong forms, surrogates and values over U+10FFFF. */
static size_t decode_multibyte(const char *bytes, size_t length, uint32_t *code) {
  unsigned char lead = (unsigned char)bytes[0];
  size_t need;
  unsigned char low = 0x80, high = 0xBF;
  uint32_t value;
  *code = NARR_UTF8_INVALID;
  if (lead >= 0xC2 && lead <= 0xDF) {
    need = 2;
    value = lead & 0x1Fu;
  } else if ((lead & 0xF0) == 0xE0) {
    need = 3;
    value = lead & 0x0Fu;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    need = 4;
    value = lead & 0x07u;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  } else {
    return 1;
  }
  if (length < 2 || (unsigned char)bytes[1] < low || (unsigned char)bytes[1] > high) return 1;
  value = value << 6 | ((unsigned char)bytes[1] & 0x3Fu);
  for (size_t i = 2; i < need; i++) {
    if (i >= length || !is_continuation(bytes[i])) return i;
    value = value << 6 | ((unsigned char)bytes[i] & 0x3Fu);
  }
  *code = value;
  return need;
}

size_t narr_utf8_decode(const char *bytes, size_t length, uint32_t *code) {
  unsigned char lead = (unsigned char)bytes[0];
  if (lead < 0x80) {
    *code = lead;
    return 1;
  }
  return decode_multibyte(bytes, length, code);
}

size_t narr_utf8_encode(uint32_t code, char out[4]) {
  if (code < 0x80) {
    out[0] = (char)code;
    return 1;
  }
  if (code < 0x800) {
    out[0] = (char)(0xC0 | code >> 6);
    out[1] = (char)(0x80 | (code & 0x3F));
    return 2;
  }
  if (code < 0x10000) {
    out[0] = (char)(0xE0 | code >> 12);
    out[1] = (char)(0x80 | (code >> 6 & 0x3F));
    out[2] = (char)(0x80 | (code & 0x3F));
    return 3;
  }
  out[0] = (char)(0xF0 | code >> 18);
  out[1] = (char)(0x80 | (code >> 12 & 0x3F));
  out[2] = (char)(0x80 | (code >> 6 & 0x3F));
  out[3] = (char)(0x80 | (code & 0x3F));
  return 4;
}

bool narr_utf8_valid(const char *bytes, size_t length, size_t *offset) {
  size_t at = 0;
  while (at < length) {
    uint64_t word;
    if (at + sizeof word <= length) {
      memcpy(&word, bytes + at, sizeof word);
      if (!(word & 0x8080808080808080u)) {
        at += sizeof word;
        continue;
      }
    }
    uint32_t code;
    size_t size = narr_utf8_decode(bytes + at, length - at, &code);
    if (code == NARR_UTF8_INVALID) {
      if (offset) *offset = at;
      return false;
    }
    at += size;
  }
  return true;
}
