/* intern.h - strings kept once each and numbered in order of arrival. A NUL
 * is a byte like others; only who reads a string as a C string ends there. */
#ifndef NARR_BASE_INTERN_H
#define NARR_BASE_INTERN_H

#include <stddef.h>
#include <stdint.h>

#define NARR_INTERN_NONE SIZE_MAX

typedef struct narr_intern {
  char **strings; /* NUL-terminated, owned */
  size_t *lengths;
  size_t count;
  size_t capacity;
  size_t length_capacity;
  size_t *slots; /* 1 + index of a string; 0: free */
  size_t slot_count;
} narr_intern;

#define NARR_INTERN_INIT \
  { NULL, NULL, 0, 0, 0, NULL, 0 }

/* The number of the string, which is added if it is new; NARR_INTERN_NONE
 * when there is no memory. */
size_t narr_intern_add(narr_intern *intern, const char *bytes, size_t length);

/* The number of the string, or NARR_INTERN_NONE. */
size_t narr_intern_find(const narr_intern *intern, const char *bytes, size_t length);

void narr_intern_free(narr_intern *intern);

#endif
