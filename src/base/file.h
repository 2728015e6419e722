/* file.h - whole files: read, mapped, and written so that they appear whole
 * or not at all. */
#ifndef NARR_BASE_FILE_H
#define NARR_BASE_FILE_H

#include <stddef.h>

#include "base/buffer.h"
#include "narr/error.h"

/* A read-only mapping. `data` is NULL for an empty file. */
typedef struct narr_mapping {
  const unsigned char *data;
  size_t size;
} narr_mapping;

/* Maps the regular file at `path`. Errors: system. */
NARR_MUST_CHECK narr_status narr_file_map(narr_mapping *out, const char *path, narr_error *error);
void narr_file_unmap(narr_mapping *mapping);

/* Appends all that is left of `fd` to `content`. `name` is for messages.
 * Errors: system, memory. */
NARR_MUST_CHECK narr_status narr_file_read_all(int fd, const char *name, narr_buffer *content,
                                               narr_error *error);

/* Writes `size` bytes to `fd`, however many calls it takes. Returns 0 or the
 * errno of the failure. */
int narr_file_write_all(int fd, const void *data, size_t size);

/* Replaces the file at `path` by `data`: a temporary file beside it is
 * written, synced and renamed. Errors: system. */
NARR_MUST_CHECK narr_status narr_file_write_atomic(const char *path, const void *data, size_t size,
                                                   narr_error *error);

/* Removes the temporary files beside `path` of processes that were killed while they
 * replaced it. What can't be removed stays. */
void narr_file_sweep(const char *path);

#endif
