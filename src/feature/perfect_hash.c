/* perfect_hash.c - looking for pilots: large groups first, while there is room. */
#include "feature/perfect_hash.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define KEYS_A_GROUP 4
#define SPARE_SHARE 32 /* one place in so many is spare */
#define PILOTS ((unsigned)UINT16_MAX + 1)

/* The keys, group by group. */
typedef struct groups {
  size_t count;
  size_t *starts; /* count + 1 */
  uint64_t *keys;
  uint32_t *order; /* of groups: large ones first */
  uint64_t *taken; /* a bit a place */
} groups;

static int by_value(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return x < y ? -1 : x > y;
}

/* Sorts keys into groups, and groups by size. False: out of memory. */
static bool sort_groups(groups *g, const uint64_t *keys, size_t count) {
  size_t *starts = g->starts;
  for (size_t i = 0; i < count; i++) starts[narr_perfect_hash_group(g->count, keys[i]) + 1]++;
  size_t largest = 0;
  for (size_t i = 0; i < g->count; i++) {
    if (starts[i + 1] > largest) largest = starts[i + 1];
    starts[i + 1] += starts[i];
  }
  for (size_t i = count; i-- > 0;)
    g->keys[--starts[narr_perfect_hash_group(g->count, keys[i]) + 1]] = keys[i];
  /* Each start has moved to where its group begins: one further down. */
  memmove(starts, starts + 1, g->count * sizeof *starts);
  starts[g->count] = count;
  size_t *places = narr_alloc_zero(largest + 2, sizeof *places);
  if (!places) return false;
  for (size_t i = 0; i < g->count; i++) {
    qsort(g->keys + starts[i], starts[i + 1] - starts[i], sizeof *g->keys, by_value);
    places[largest - (starts[i + 1] - starts[i]) + 1]++;
  }
  for (size_t size = 0; size <= largest; size++) places[size + 1] += places[size];
  for (size_t i = 0; i < g->count; i++)
    g->order[places[largest - (starts[i + 1] - starts[i])]++] = (uint32_t)i;
  narr_free(places);
  return true;
}

static bool take(uint64_t *taken, size_t at) {
  uint64_t bit = UINT64_C(1) << (at & 63);
  if (taken[at >> 6] & bit) return false;
  taken[at >> 6] |= bit;
  return true;
}

static void give_back(uint64_t *taken, size_t at) {
  taken[at >> 6] &= ~(UINT64_C(1) << (at & 63));
}

/* Takes places for all keys with this pilot, or none. */
static bool take_all(uint64_t *taken, size_t range, const uint64_t *keys, size_t count,
                     uint16_t pilot) {
  for (size_t i = 0; i < count; i++) {
    if (take(taken, narr_perfect_hash_aim(range, keys[i], pilot))) continue;
    while (i-- > 0) give_back(taken, narr_perfect_hash_aim(range, keys[i], pilot));
    return false;
  }
  return true;
}

/* False: some group found no pilot. */
static bool find_pilots(uint16_t *pilots, const groups *g, size_t range) {
  for (size_t i = 0; i < g->count; i++) {
    size_t group = g->order[i], first = g->starts[group], count = g->starts[group + 1] - first;
    unsigned pilot = 0;
    while (pilot < PILOTS && !take_all(g->taken, range, g->keys + first, count, (uint16_t)pilot))
      pilot++;
    if (pilot == PILOTS) return false;
    pilots[group] = (uint16_t)pilot;
  }
  return true;
}

/* Gives free places to what is sent behind `count`. */
static void fill_spare(uint32_t *spare, const uint64_t *taken, size_t count, size_t range) {
  size_t free = 0;
  for (size_t at = count; at < range; at++) {
    spare[at - count] = 0;
    if (!(taken[at >> 6] >> (at & 63) & 1)) continue;
    while (taken[free >> 6] >> (free & 63) & 1) free++;
    spare[at - count] = (uint32_t)free++;
  }
}

static void free_groups(groups *g) {
  narr_free(g->starts);
  narr_free(g->keys);
  narr_free(g->order);
  narr_free(g->taken);
}

bool narr_perfect_hash_build(narr_perfect_hash_builder *out, const uint64_t *keys, size_t count) {
  *out = (narr_perfect_hash_builder){0};
  groups g = {.count = count / KEYS_A_GROUP + 1};
  g.starts = narr_alloc_zero(g.count + 1, sizeof *g.starts);
  g.keys = narr_alloc(count, sizeof *g.keys);
  g.order = narr_alloc(g.count, sizeof *g.order);
  out->pilots = narr_alloc_zero(g.count, sizeof *out->pilots);
  bool ok = g.starts && g.keys && g.order && out->pilots && sort_groups(&g, keys, count);
  /* Nearly always the first range will do. */
  size_t range = count + count / SPARE_SHARE + 1;
  for (bool found = false; ok && !found; range += found ? 0 : count / 8 + 1) {
    narr_free(g.taken);
    g.taken = narr_alloc_zero(range / 64 + 1, sizeof *g.taken);
    ok = g.taken != NULL;
    found = ok && find_pilots(out->pilots, &g, range);
  }
  out->spare = ok ? narr_alloc(range - count, sizeof *out->spare) : NULL;
  ok = ok && out->spare;
  if (ok) {
    fill_spare(out->spare, g.taken, count, range);
    out->view = (narr_perfect_hash){out->pilots, g.count, count, range, out->spare};
  } else {
    narr_perfect_hash_builder_free(out);
  }
  free_groups(&g);
  return ok;
}

void narr_perfect_hash_builder_free(narr_perfect_hash_builder *builder) {
  narr_free(builder->pilots);
  narr_free(builder->spare);
  *builder = (narr_perfect_hash_builder){0};
}
