/* top_names.c - a new name takes the place, and the count, of the rarest. */
#include "summary/top_names.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"

static narr_top_name *find(narr_top_names *top, uint64_t hash) {
  for (size_t i = 0; i < top->count; i++)
    if (top->names[i].hash == hash) return &top->names[i];
  return NULL;
}

static narr_top_name *rarest(narr_top_names *top) {
  narr_top_name *least = &top->names[0];
  for (size_t i = 1; i < top->count; i++)
    if (top->names[i].count < least->count) least = &top->names[i];
  return least;
}

static void set_name(narr_top_name *entry, const char *name, size_t length) {
  if (length > NARR_TOP_NAME_BYTES) {
    length = NARR_TOP_NAME_BYTES;
    while (length > 0 && ((unsigned char)name[length] & 0xC0) == 0x80) length--;
  }
  memcpy(entry->name, name, length);
  entry->length = length;
}

bool narr_top_names_add(narr_top_names *top, size_t most, const char *name, size_t length) {
  uint64_t hash = narr_hash_bytes(name, length, NARR_HASH_SEED);
  narr_top_name *entry = find(top, hash);
  if (entry) {
    entry->count++;
    return true;
  }
  uint64_t inherited = 0;
  if (top->count < most) {
    void *names = top->names;
    if (!narr_grow(&names, &top->capacity, top->count + 1, sizeof *top->names)) return false;
    top->names = names;
    entry = &top->names[top->count++];
  } else {
    entry = rarest(top);
    inherited = entry->count;
  }
  *entry = (narr_top_name){.hash = hash, .count = inherited + 1, .error = inherited};
  set_name(entry, name, length);
  return true;
}

static int by_count(const void *a, const void *b) {
  const narr_top_name *x = a, *y = b;
  if (x->count != y->count) return x->count < y->count ? 1 : -1;
  size_t length = x->length < y->length ? x->length : y->length;
  int order = memcmp(x->name, y->name, length);
  return order ? order : x->length < y->length ? -1 : x->length > y->length;
}

void narr_top_names_sort(narr_top_names *top) {
  if (top->count) qsort(top->names, top->count, sizeof *top->names, by_count);
}

void narr_top_names_free(narr_top_names *top) {
  narr_free(top->names);
  *top = (narr_top_names){0};
}
