/* alloc.h - the only way the library gets memory: sizes are checked for
 * overflow, and tests can make the Nth request fail. */
#ifndef NARR_BASE_ALLOC_H
#define NARR_BASE_ALLOC_H

#include <stdbool.h>
#include <stddef.h>

/* `count` items of `size` bytes, uninitialised or zeroed. NULL on failure or
 * overflow; never NULL for a count of 0. Free with narr_free(). */
void *narr_alloc(size_t count, size_t size);
void *narr_alloc_zero(size_t count, size_t size);

/* Zeroed, from the start of a cache line, and on large pages where it is large
 * and the system grants them: for what is read in no order. On small pages
 * half of the time would go into translating addresses. */
void *narr_alloc_spread(size_t count, size_t size);

/* Asks for large pages under memory that is there but not written yet. No more
 * than a wish. */
void narr_wish_large_pages(void *memory, size_t size);

/* Copies of bytes (a NUL is added) and of strings. */
char *narr_copy_bytes(const char *bytes, size_t length);
char *narr_copy_string(const char *string);

void narr_free(void *pointer);

/* Makes room for `needed` items in *items, growing by half at a time.
 * Returns false, changing nothing, when there is no memory. */
bool narr_grow(void **items, size_t *capacity, size_t needed, size_t size);

/* Tests only: the Nth request from now on fails, once (0: none does). */
void narr_alloc_fail_at(size_t nth);

#endif
