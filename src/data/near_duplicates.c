/* near_duplicates.c - a sketch of each text finds candidates, and the texts
 * themselves decide.
 *
 * This room can't see the text room, and doesn't need it: letters are told
 * from the rest by their blocks, and a few lines of case folding do. What
 * they get wrong, they get wrong in both texts of a pair. */
#include "data/near_duplicates.h"

#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/utf8.h"

enum {
  SHINGLE = 5, /* characters */
  FEWEST_SHINGLES = 16,
  BANDS = 8, /* one that agrees makes a candidate */
  ROWS_A_BAND = 4,
  BINS = BANDS * ROWS_A_BAND
};

#define BIN_SHIFT 59 /* 64 - log2(BINS) */
#define NEAR_PERCENT 80
#define BASE UINT64_C(0x9E3779B97F4A7C15) /* of the rolling hash */
#define NOTHING UINT64_MAX

typedef struct shingles {
  uint64_t *hashes; /* in the order of the text, with repeats */
  size_t count, capacity;
} shingles;

/* A set of hashes and in which of two texts they are. */
typedef struct overlap {
  uint64_t *hashes;
  uint8_t *in; /* bit 0: the one, bit 1: the other; 0: a free slot */
  size_t capacity;
} overlap;

typedef struct bucket {
  uint32_t tag;   /* some bits of the key */
  uint32_t owner; /* 1 + row; 0: free */
} bucket;

typedef struct finder {
  const narr_dataset *dataset;
  bucket *buckets;
  size_t bucket_mask;
  uint64_t *digests; /* a row each, of all its shingles; leaders' only */
  shingles mine, theirs;
  overlap overlap;
} finder;

/* ---- What counts of a text -------------------------------------------------- */

static bool is_ascii_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static bool is_letter(uint32_t code) {
  if (code < 0xC0 || code == 0xD7 || code == 0xF7) return false;
  if (code >= 0x2000 && code < 0x2C00) return false; /* punctuation, symbols */
  if (code >= 0x3000 && code < 0x3040) return false; /* of East Asia */
  if (code >= 0xFE00 && code < 0xFE70) return false; /* variants, small forms */
  if (code >= 0xFF00 && code < 0xFF10) return false; /* full-width */
  return code < 0x1F000 || code >= 0x20000;          /* emoji */
}

static uint32_t lower(uint32_t code) {
  if (code < 0xE0) return code + 32;                   /* À-Þ */
  if (code >= 0x100 && code < 0x180) return code | 1;  /* pairs, roughly */
  if (code >= 0x391 && code < 0x3AC) return code + 32; /* Greek */
  if (code >= 0x400 && code < 0x410) return code + 80; /* Ѐ-Џ */
  if (code >= 0x410 && code < 0x430) return code + 32; /* А-Я */
  if (code >= 0x460 && code < 0x530) return code | 1;
  return code;
}

static bool starts_with(const char *at, const char *end, const char *word) {
  for (; *word; word++, at++)
    if (at == end || (is_ascii_letter(*at) ? *at | 0x20 : *at) != *word) return false;
  return true;
}

static bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/* What is behind the link or mention at `at`; NULL: there is none. */
static const char *skip_reference(const char *at, const char *end) {
  if (starts_with(at, end, "http://") || starts_with(at, end, "https://") ||
      starts_with(at, end, "www.")) {
    while (at < end && !is_blank(*at)) at++;
    return at;
  }
  if (*at != '@' || end - at < 2) return NULL;
  for (at++; at < end && (is_ascii_letter(*at) || is_digit(*at) || *at == '_');) at++;
  return at;
}

/* The next character that counts: a letter in lower case, ' ' for whatever is
 * between words, '0' for a number. 0 at the end. */
static uint32_t next_character(const char **at, const char *end, uint32_t last) {
  while (*at < end) {
    char c = **at;
    bool in_word = last != ' ' && last != '0';
    const char *behind = in_word ? NULL : skip_reference(*at, end);
    uint32_t code = ' ';
    if (behind) {
      *at = behind;
    } else if (c >= 0) {
      (*at)++;
      if (is_ascii_letter(c)) return (uint32_t)(c | 0x20);
      if (is_digit(c)) code = '0';
    } else {
      *at += narr_utf8_decode(*at, (size_t)(end - *at), &code);
      if (is_letter(code)) return lower(code);
      code = ' ';
    }
    if (code != last) return code;
  }
  return 0;
}

static bool add_shingle(shingles *s, uint64_t hash) {
  void *hashes = s->hashes;
  if (s->count == s->capacity && !narr_grow(&hashes, &s->capacity, s->count + 1, sizeof *s->hashes))
    return false;
  s->hashes = hashes;
  s->hashes[s->count++] = narr_hash_mix(hash, BASE);
  return true;
}

static bool cut(shingles *s, narr_example example) {
  static const uint64_t oldest = BASE * BASE * BASE * BASE * BASE;
  const char *at = example.text, *end = at + example.text_length;
  uint32_t window[SHINGLE] = {0}, last = ' ';
  uint64_t hash = 0;
  size_t length = 0;
  s->count = 0;
  for (uint32_t code; (code = next_character(&at, end, last)) != 0; last = code) {
    uint32_t *slot = &window[length % SHINGLE];
    hash = hash * BASE + code - *slot * oldest;
    *slot = code;
    if (++length >= SHINGLE && !add_shingle(s, hash)) return false;
  }
  return true;
}

/* ---- How alike two texts are ----------------------------------------------------- */

static bool overlap_clear(overlap *o, size_t hashes) {
  size_t slots = 64;
  while (slots < 2 * hashes) slots *= 2;
  if (o->capacity < slots) {
    narr_free(o->hashes);
    narr_free(o->in);
    o->capacity = 0;
    o->hashes = narr_alloc(slots, sizeof *o->hashes);
    o->in = narr_alloc(slots, 1);
    if (!o->hashes || !o->in) return false;
    o->capacity = slots;
  }
  memset(o->in, 0, o->capacity);
  return true;
}

/* Returns in which texts the hash was before. */
static uint8_t overlap_add(overlap *o, uint64_t hash, uint8_t text) {
  size_t slot = (size_t)hash & (o->capacity - 1);
  while (o->in[slot] && o->hashes[slot] != hash) slot = (slot + 1) & (o->capacity - 1);
  uint8_t before = o->in[slot];
  o->hashes[slot] = hash;
  o->in[slot] |= text;
  return before;
}

/* Whether the text in `mine` is near that of `row`. False in *ok: no memory. */
static bool is_near(finder *f, size_t row, bool *ok) {
  size_t either = 0, both = 0;
  *ok = cut(&f->theirs, narr_dataset_get(f->dataset, row)) &&
        overlap_clear(&f->overlap, f->mine.count + f->theirs.count);
  if (!*ok) return false;
  for (size_t i = 0; i < f->mine.count; i++)
    either += overlap_add(&f->overlap, f->mine.hashes[i], 1) == 0;
  for (size_t i = 0; i < f->theirs.count; i++) {
    uint8_t before = overlap_add(&f->overlap, f->theirs.hashes[i], 2);
    either += before == 0;
    both += before == 1;
  }
  return both * 100 >= either * NEAR_PERCENT;
}

/* ---- Sketches ---------------------------------------------------------------------- */

/* The smallest hash of each bin; an empty bin gets that of the next that
 * isn't, changed by how far it came. */
static void sketch(uint64_t bins[BINS], const shingles *s) {
  uint64_t filled[BINS];
  for (size_t b = 0; b < BINS; b++) filled[b] = NOTHING;
  for (size_t i = 0; i < s->count; i++) {
    uint64_t *bin = &filled[s->hashes[i] >> BIN_SHIFT];
    if (s->hashes[i] < *bin) *bin = s->hashes[i];
  }
  for (size_t b = 0; b < BINS; b++) {
    size_t far = 0;
    while (filled[(b + far) % BINS] == NOTHING) far++;
    bins[b] = filled[(b + far) % BINS] + far * BASE;
  }
}

static void band_keys(uint64_t keys[BANDS], const shingles *s) {
  uint64_t bins[BINS];
  sketch(bins, s);
  for (size_t band = 0; band < BANDS; band++) {
    keys[band] = narr_hash_mix(NARR_HASH_SEED, band);
    for (size_t r = 0; r < ROWS_A_BAND; r++)
      keys[band] = narr_hash_mix(keys[band], bins[band * ROWS_A_BAND + r]);
  }
}

static bucket *find_bucket(const finder *f, uint64_t key) {
  uint32_t tag = (uint32_t)(key >> 32);
  size_t slot = (size_t)key & f->bucket_mask;
  while (f->buckets[slot].owner && f->buckets[slot].tag != tag) slot = (slot + 1) & f->bucket_mask;
  f->buckets[slot].tag = tag; /* of a free one, for whom will own it */
  return &f->buckets[slot];
}

/* The leader that the text in `mine` is near, or the row itself, which then
 * leads where nobody does. */
static size_t find_leader(finder *f, size_t row, bool *ok) {
  uint64_t keys[BANDS];
  size_t refused = SIZE_MAX;
  band_keys(keys, &f->mine);
  for (size_t band = 0; band < BANDS; band++) {
    const bucket *place = find_bucket(f, keys[band]);
    if (place->owner == 0) continue;
    size_t leader = place->owner - 1;
    if (leader == refused) continue;
    if (f->digests[leader] == f->digests[row] || is_near(f, leader, ok)) return leader;
    if (!*ok) return row;
    refused = leader;
  }
  for (size_t band = 0; band < BANDS; band++) {
    bucket *place = find_bucket(f, keys[band]);
    if (place->owner == 0) place->owner = (uint32_t)row + 1;
  }
  return row;
}

static uint64_t digest(const shingles *s) {
  return narr_hash_bytes(s->hashes, s->count * sizeof *s->hashes, NARR_HASH_SEED);
}

static bool find_all(finder *f, size_t *leader, uint8_t *has_followers,
                     narr_near_duplicates *found) {
  size_t rows = narr_dataset_size(f->dataset);
  for (size_t row = 0; row < rows; row++) {
    bool ok = true;
    if (leader[row] != row) continue;
    if (!cut(&f->mine, narr_dataset_get(f->dataset, row))) return false;
    if (f->mine.count < FEWEST_SHINGLES) continue;
    f->digests[row] = digest(&f->mine);
    leader[row] = find_leader(f, row, &ok);
    if (!ok) return false;
    if (leader[row] == row) continue;
    found->groups += !has_followers[leader[row]];
    found->texts += 1 + !has_followers[leader[row]];
    has_followers[leader[row]] = 1;
  }
  return true;
}

bool narr_near_duplicates_find(size_t *leader, const narr_dataset *dataset,
                               narr_near_duplicates *found) {
  finder f = {.dataset = dataset};
  size_t rows = narr_dataset_size(dataset), slots = 64;
  *found = (narr_near_duplicates){0, 0, 0};
  while (slots < rows * BANDS + rows * BANDS / 2) slots *= 2;
  f.bucket_mask = slots - 1;
  f.buckets = narr_alloc_zero(slots, sizeof *f.buckets);
  f.digests = narr_alloc(rows, sizeof *f.digests);
  uint8_t *has_followers = narr_alloc_zero(rows, 1);
  bool ok = f.buckets && f.digests && has_followers && find_all(&f, leader, has_followers, found);
  narr_free(f.buckets);
  narr_free(f.digests);
  narr_free(has_followers);
  narr_free(f.mine.hashes);
  narr_free(f.theirs.hashes);
  narr_free(f.overlap.hashes);
  narr_free(f.overlap.in);
  return ok;
}
