/* top_names.h - the names seen most often, in bounded memory: Space-Saving
 * (Metwally, Agrawal & El Abbadi, 2005). Of `most` names that are kept, every one
 * that makes up more than 1/most of what was added is among them. */
#ifndef NARR_SUMMARY_TOP_NAMES_H
#define NARR_SUMMARY_TOP_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NARR_TOP_NAMES = 256 /* at most */, NARR_TOP_NAME_BYTES = 100 };

typedef struct narr_top_name {
  char name[NARR_TOP_NAME_BYTES]; /* cut off between characters if longer */
  size_t length;
  uint64_t hash;  /* of the whole name */
  uint64_t count; /* never less than the truth ... */
  uint64_t error; /* ... and more by this at most */
} narr_top_name;

/* Zero-initialised it is empty. Free with narr_top_names_free(). */
typedef struct narr_top_names {
  narr_top_name *names; /* in no order */
  size_t count;
  size_t capacity;
} narr_top_names;

/* `most`: 1 to NARR_TOP_NAMES, the same each time. False: out of memory. */
bool narr_top_names_add(narr_top_names *top, size_t most, const char *name, size_t length);

/* The most frequent first; ties by name. */
void narr_top_names_sort(narr_top_names *top);

void narr_top_names_free(narr_top_names *top);

#endif
