/* unpack.h - what is read from a descriptor, unpacked if its first bytes say
 * that it is gzip (RFC 1952) or Zstandard (RFC 8878). */
#ifndef NARR_BASE_UNPACK_H
#define NARR_BASE_UNPACK_H

#include <stdbool.h>
#include <stddef.h>

#include "narr/error.h"

typedef struct narr_unpacker narr_unpacker;

/* Borrows `fd` and `name`, which is for messages. Errors: memory. */
NARR_MUST_CHECK narr_status narr_unpacker_new(narr_unpacker **out, int fd, const char *name,
                                              narr_error *error);
void narr_unpacker_free(narr_unpacker *unpacker);

/* Whether narr_unpack() has something to go on without reading `fd`. */
bool narr_unpack_has_more(const narr_unpacker *unpacker);

/* After the end: the descriptor may have more by now. False: it is packed, and an
 * end is an end. */
bool narr_unpack_again(narr_unpacker *unpacker);

/* As read() with up to `size` bytes, one read() of the descriptor at most: sets
 * *got, which is 0 where nothing is known yet, and *at_end. Packed files may
 * lie one behind the other. Errors: system, memory, input (damaged, or cut
 * off). */
NARR_MUST_CHECK narr_status narr_unpack(narr_unpacker *unpacker, char *bytes, size_t size,
                                        size_t *got, bool *at_end, narr_error *error);

#endif
