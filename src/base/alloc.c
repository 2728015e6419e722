/* alloc.c - checked allocation. */
#define _DEFAULT_SOURCE /* madvise() */
#include "base/alloc.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define CACHE_LINE ((size_t)64)
#define LARGE_PAGE ((size_t)2 << 20)
#define LARGE_PAGES_FROM ((size_t)4 << 20) /* bytes; below, they aren't missed */

static atomic_size_t countdown; /* to the request that fails; 0: none */

static bool must_fail(void) {
  if (atomic_load_explicit(&countdown, memory_order_relaxed) == 0) return false;
  return atomic_fetch_sub(&countdown, 1) == 1;
}

void narr_alloc_fail_at(size_t nth) {
  atomic_store(&countdown, nth);
}

void *narr_alloc(size_t count, size_t size) {
  size_t total;
  if (__builtin_mul_overflow(count, size, &total) || must_fail()) return NULL;
  return malloc(total ? total : 1);
}

void *narr_alloc_zero(size_t count, size_t size) {
  if (must_fail()) return NULL;
  return calloc(count ? count : 1, size ? size : 1);
}

void narr_wish_large_pages(void *memory, size_t size) {
#ifdef MADV_HUGEPAGE
  long page = sysconf(_SC_PAGESIZE);
  if (page <= 0 || size < LARGE_PAGES_FROM) return;
  size_t skipped = (size_t)page - (uintptr_t)memory % (size_t)page; /* to the next page */
  size_t whole = (size - skipped) / (size_t)page * (size_t)page;
  (void)madvise((char *)memory + skipped, whole, MADV_HUGEPAGE);
#else
  (void)memory;
  (void)size;
#endif
}

void *narr_alloc_spread(size_t count, size_t size) {
  size_t total;
  if (__builtin_mul_overflow(count, size, &total) || total > SIZE_MAX - LARGE_PAGE || must_fail())
    return NULL;
  size_t alignment = total < LARGE_PAGES_FROM ? CACHE_LINE : LARGE_PAGE;
  void *memory = NULL;
  if (posix_memalign(&memory, alignment, total ? total : 1) != 0) return NULL;
  narr_wish_large_pages(memory, total);
  memset(memory, 0, total);
  return memory;
}

char *narr_copy_bytes(const char *bytes, size_t length) {
  if (length == SIZE_MAX) return NULL;
  char *copy = narr_alloc(length + 1, 1);
  if (!copy) return NULL;
  if (length) memcpy(copy, bytes, length);
  copy[length] = '\0';
  return copy;
}

char *narr_copy_string(const char *string) {
  return narr_copy_bytes(string, strlen(string));
}

void narr_free(void *pointer) {
  free(pointer);
}

bool narr_grow(void **items, size_t *capacity, size_t needed, size_t size) {
  if (needed <= *capacity) return true;
  size_t grown = *capacity + *capacity / 2;
  if (grown < needed) grown = needed;
  if (grown < 16) grown = 16;
  size_t total;
  if (__builtin_mul_overflow(grown, size, &total) || must_fail()) return false;
  void *moved = realloc(*items, total);
  if (!moved) return false;
  *items = moved;
  *capacity = grown;
  return true;
}
