/* intern.c - a hash table with open addressing over an array of strings. */
#include "base/intern.h"

#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"

static size_t *slot_of(const narr_intern *intern, const char *bytes, size_t length) {
  size_t mask = intern->slot_count - 1;
  size_t at = (size_t)narr_hash_bytes(bytes, length, 0) & mask;
  for (;; at = (at + 1) & mask) {
    size_t *slot = &intern->slots[at];
    if (!*slot) return slot;
    if (intern->lengths[*slot - 1] != length) continue;
    if (!length || memcmp(intern->strings[*slot - 1], bytes, length) == 0) return slot;
  }
}

static int grow_slots(narr_intern *intern) {
  size_t count = intern->slot_count ? 2 * intern->slot_count : 32;
  size_t *slots = narr_alloc_zero(count, sizeof *slots);
  if (!slots) return 0;
  narr_free(intern->slots);
  intern->slots = slots;
  intern->slot_count = count;
  for (size_t i = 0; i < intern->count; i++)
    *slot_of(intern, intern->strings[i], intern->lengths[i]) = i + 1;
  return 1;
}

size_t narr_intern_find(const narr_intern *intern, const char *bytes, size_t length) {
  if (!intern->slot_count) return NARR_INTERN_NONE;
  size_t *slot = slot_of(intern, bytes, length);
  return *slot ? *slot - 1 : NARR_INTERN_NONE;
}

size_t narr_intern_add(narr_intern *intern, const char *bytes, size_t length) {
  if (2 * (intern->count + 1) > intern->slot_count && !grow_slots(intern)) return NARR_INTERN_NONE;
  size_t *slot = slot_of(intern, bytes, length);
  if (*slot) return *slot - 1;
  void *strings = intern->strings, *lengths = intern->lengths;
  if (!narr_grow(&strings, &intern->capacity, intern->count + 1, sizeof *intern->strings))
    return NARR_INTERN_NONE;
  intern->strings = strings;
  if (!narr_grow(&lengths, &intern->length_capacity, intern->count + 1, sizeof *intern->lengths))
    return NARR_INTERN_NONE;
  intern->lengths = lengths;
  char *copy = narr_copy_bytes(bytes, length);
  if (!copy) return NARR_INTERN_NONE;
  intern->strings[intern->count] = copy;
  intern->lengths[intern->count++] = length;
  *slot = intern->count;
  return intern->count - 1;
}

void narr_intern_free(narr_intern *intern) {
  for (size_t i = 0; i < intern->count; i++) narr_free(intern->strings[i]);
  narr_free(intern->strings);
  narr_free(intern->lengths);
  narr_free(intern->slots);
  *intern = (narr_intern)NARR_INTERN_INIT;
}
