/* utf8.h - decoding and encoding UTF-8 (RFC 3629, Unicode 15 section 3.9). */
#ifndef NARR_BASE_UTF8_H
#define NARR_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NARR_UTF8_INVALID UINT32_MAX

/* Decodes the character at `bytes` (`length` > 0) into *code and returns how
 * many bytes it takes. Where the bytes are not well-formed, *code is
 * NARR_UTF8_INVALID and the result is the length of the maximal subpart, the
 * run that Unicode recommends to replace by one U+FFFD. */
size_t narr_utf8_decode(const char *bytes, size_t length, uint32_t *code);

/* Writes `code` (a Unicode scalar value) into `out`, returns its 1..4 bytes. */
size_t narr_utf8_encode(uint32_t code, char out[4]);

/* Whether all of it is well-formed; if not, *offset (may be NULL) is where
 * the first invalid sequence begins. */
bool narr_utf8_valid(const char *bytes, size_t length, size_t *offset);

#endif
