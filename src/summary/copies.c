/* copies.c - sketches find candidates by bands, and sketches decide.
 *
 * The index maps a band to the last text that had it. It is never cleaned: what
 * it points to is compared anyway, and an entry that was given to another text
 * does not compare. */
#include "summary/copies.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"

enum {
  BUCKETS = 16 * NARR_COPIES_REMEMBERED, /* half full with 8 bands a text */
  ENTRY_BITS = 17,                       /* of 1 + the number of an entry */
  ENTRY_MASK = (1 << ENTRY_BITS) - 1
};

#define NONE UINT32_MAX

typedef struct entry {
  narr_sketch sketch;
  narr_cluster cluster;
  uint32_t newer, older; /* in the order in which they were last seen */
  char *origin;          /* author, NUL, id, NUL of the first copy, until there is a story; owned */
} entry;

struct narr_copies {
  entry *entries;
  size_t count;
  uint32_t newest, oldest;
  uint32_t *buckets; /* 1 + entry, and above it some bits of the band; 0: none */
  narr_cluster *over;
  size_t over_count;
};

narr_copies *narr_copies_new(void) {
  narr_copies *copies = narr_alloc_zero(1, sizeof *copies);
  if (!copies) return NULL;
  copies->entries = narr_alloc_zero(NARR_COPIES_REMEMBERED, sizeof *copies->entries);
  copies->buckets = narr_alloc_zero(BUCKETS, sizeof *copies->buckets);
  copies->over = narr_alloc_zero(NARR_COPIES_KEPT, sizeof *copies->over);
  copies->newest = copies->oldest = NONE;
  if (copies->entries && copies->buckets && copies->over) return copies;
  narr_copies_free(copies);
  return NULL;
}

static void free_story(narr_cluster_story *story) {
  if (!story) return;
  for (size_t i = 0; i < story->name_count; i++) narr_free(story->names[i]);
  narr_free(story->first_id);
  narr_free(story->example);
  narr_free(story->labels);
  narr_free(story);
}

void narr_copies_free(narr_copies *copies) {
  if (!copies) return;
  for (size_t i = 0; copies->entries && i < copies->count; i++) {
    free_story(copies->entries[i].cluster.story);
    narr_free(copies->entries[i].origin);
  }
  for (size_t i = 0; i < copies->over_count; i++) free_story(copies->over[i].story);
  narr_free(copies->entries);
  narr_free(copies->buckets);
  narr_free(copies->over);
  narr_free(copies);
}

/* ---- The order in which texts were last seen ---------------------------------- */

static void unlink_entry(narr_copies *copies, uint32_t at) {
  entry *e = &copies->entries[at];
  *(e->newer == NONE ? &copies->newest : &copies->entries[e->newer].older) = e->older;
  *(e->older == NONE ? &copies->oldest : &copies->entries[e->older].newer) = e->newer;
}

static void link_newest(narr_copies *copies, uint32_t at) {
  entry *e = &copies->entries[at];
  e->newer = NONE;
  e->older = copies->newest;
  if (copies->newest != NONE) copies->entries[copies->newest].newer = at;
  copies->newest = at;
  if (copies->oldest == NONE) copies->oldest = at;
}

/* ---- Stories -------------------------------------------------------------------- */

/* More authors, more copies, earlier: comes first. */
static int compare(const narr_cluster *a, const narr_cluster *b) {
  uint64_t x = narr_distinct_estimate(&a->story->authors);
  uint64_t y = narr_distinct_estimate(&b->story->authors);
  if (x != y) return x > y ? -1 : 1;
  if (a->copies != b->copies) return a->copies > b->copies ? -1 : 1;
  if (a->first != b->first) return a->first < b->first ? -1 : 1;
  return strcmp(a->story->example, b->story->example);
}

static bool is_worth_telling(const narr_cluster *cluster) {
  return cluster->copies >= NARR_COPIES_FEWEST && cluster->story;
}

/* Keeps a cluster that is over, or frees what it holds. */
static void retire(narr_copies *copies, narr_cluster *cluster) {
  if (!is_worth_telling(cluster)) {
    free_story(cluster->story);
  } else if (copies->over_count < NARR_COPIES_KEPT) {
    copies->over[copies->over_count++] = *cluster;
  } else {
    narr_cluster *last = &copies->over[0];
    for (size_t i = 1; i < copies->over_count; i++)
      if (compare(last, &copies->over[i]) < 0) last = &copies->over[i];
    bool better = compare(cluster, last) < 0;
    free_story(better ? last->story : cluster->story);
    if (better) *last = *cluster;
  }
  *cluster = (narr_cluster){0};
}

static size_t whole_characters(const char *text, size_t length, size_t limit) {
  if (length <= limit) return length;
  for (length = limit; length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80;) length--;
  return length;
}

static bool add_author(narr_cluster_story *story, const char *name, size_t length) {
  if (length == 0) return true;
  uint64_t before = story->authors.kept;
  narr_distinct_add(&story->authors, narr_hash_bytes(name, length, NARR_HASH_SEED));
  if (story->name_count == NARR_COPIES_AUTHORS || story->authors.kept == before) return true;
  story->names[story->name_count] = narr_copy_bytes(name, length);
  if (!story->names[story->name_count]) return false;
  story->name_count++;
  return true;
}

/* With the second copy. */
static bool begin_story(entry *e, const narr_posted *post) {
  narr_cluster_story *story = narr_alloc_zero(1, sizeof *story);
  if (!story) return false;
  const char *author = e->origin, *id = author + strlen(author) + 1;
  size_t length = whole_characters(post->text, post->text_length, NARR_COPIES_EXAMPLE_BYTES);
  story->first_id = narr_copy_string(id);
  story->example = narr_copy_bytes(post->text, length);
  story->labels = narr_alloc(post->label_count, sizeof *story->labels);
  story->label_count = story->labels ? post->label_count : 0;
  if (!story->first_id || !story->example || !story->labels ||
      !add_author(story, author, strlen(author))) {
    free_story(story);
    return false;
  }
  if (post->label_count)
    memcpy(story->labels, post->labels, post->label_count * sizeof *story->labels);
  e->cluster.story = story;
  narr_free(e->origin);
  e->origin = NULL;
  return true;
}

/* ---- Finding and joining ----------------------------------------------------------- */

/* The bands of a text: their buckets, all asked of memory at once, and hashes. */
typedef struct bands {
  uint32_t *buckets[NARR_SKETCH_BANDS];
  uint32_t tags[NARR_SKETCH_BANDS]; /* where the entry's number goes there is 0 */
  size_t count;
} bands;

static bands find_bands(const narr_copies *copies, const narr_sketch *sketch) {
  bands found = {.count = 0};
  for (size_t band = 0; band < NARR_SKETCH_BANDS; band++) {
    uint64_t hash;
    if (!narr_sketch_band(sketch, band, &hash)) continue;
    found.buckets[found.count] = &copies->buckets[hash & (BUCKETS - 1)];
    found.tags[found.count] = (uint32_t)(hash >> 32) & ~(uint32_t)ENTRY_MASK;
    __builtin_prefetch(found.buckets[found.count++]);
  }
  return found;
}

static uint32_t find_most_alike(const narr_copies *copies, const narr_sketch *sketch,
                                const bands *known) {
  uint32_t best = NONE;
  double most = 0;
  for (size_t i = 0; i < known->count; i++) {
    uint32_t bucket = *known->buckets[i], at = bucket & ENTRY_MASK;
    if (at == 0 || at - 1 == best || (bucket & ~(uint32_t)ENTRY_MASK) != known->tags[i]) continue;
    double alike = narr_sketch_similarity(sketch, &copies->entries[at - 1].sketch);
    if (alike < NARR_COPIES_SIMILARITY || alike <= most) continue;
    most = alike;
    best = at - 1;
  }
  return best;
}

static bool join(narr_copies *copies, uint32_t at, const narr_posted *post) {
  entry *e = &copies->entries[at];
  narr_cluster *cluster = &e->cluster;
  if (!cluster->story && !begin_story(e, post)) return false;
  if (!add_author(cluster->story, post->author, post->author_length)) return false;
  cluster->copies++;
  if (post->time < cluster->first) cluster->first = post->time;
  if (post->time > cluster->last) cluster->last = post->time;
  unlink_entry(copies, at);
  link_newest(copies, at);
  return true;
}

/* Author and id up to their first NUL, behind one another. */
static char *origin_of(const narr_posted *post) {
  size_t author = post->author_length ? strnlen(post->author, post->author_length) : 0;
  size_t id = post->id_length ? strnlen(post->id, post->id_length) : 0;
  char *origin = narr_alloc(author + id + 2, 1);
  if (!origin) return NULL;
  if (author) memcpy(origin, post->author, author);
  origin[author] = '\0';
  if (id) memcpy(origin + author + 1, post->id, id);
  origin[author + 1 + id] = '\0';
  return origin;
}

static bool begin_cluster(narr_copies *copies, const narr_posted *post, const bands *known) {
  char *origin = origin_of(post);
  if (!origin) return false;
  uint32_t at;
  if (copies->count < NARR_COPIES_REMEMBERED) {
    at = (uint32_t)copies->count++;
  } else {
    at = copies->oldest;
    unlink_entry(copies, at);
    retire(copies, &copies->entries[at].cluster);
    narr_free(copies->entries[at].origin);
  }
  copies->entries[at] = (entry){
      .sketch = *post->sketch, .cluster = {1, post->time, post->time, NULL}, .origin = origin};
  link_newest(copies, at);
  for (size_t i = 0; i < known->count; i++) *known->buckets[i] = known->tags[i] | (at + 1);
  return true;
}

bool narr_copies_add(narr_copies *copies, const narr_posted *post) {
  bands known = find_bands(copies, post->sketch);
  uint32_t at = find_most_alike(copies, post->sketch, &known);
  return at == NONE ? begin_cluster(copies, post, &known) : join(copies, at, post);
}

static int by_spread(const void *a, const void *b) {
  return compare(*(const narr_cluster *const *)a, *(const narr_cluster *const *)b);
}

const narr_cluster **narr_copies_list(const narr_copies *copies, size_t *count) {
  size_t found = 0;
  for (size_t i = 0; i < copies->count; i++) found += is_worth_telling(&copies->entries[i].cluster);
  const narr_cluster **list = narr_alloc(found + copies->over_count, sizeof *list);
  *count = 0;
  if (!list) return NULL;
  for (size_t i = 0; i < copies->count; i++)
    if (is_worth_telling(&copies->entries[i].cluster))
      list[(*count)++] = &copies->entries[i].cluster;
  for (size_t i = 0; i < copies->over_count; i++) list[(*count)++] = &copies->over[i];
  qsort(list, *count, sizeof *list, by_spread);
  return list;
}
