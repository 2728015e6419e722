/* digest.c - a number that tells one corpus from another. */
#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "data/folds.h"

static uint64_t add_string(uint64_t hash, const char *string) {
  return narr_hash_bytes(string, strlen(string), hash);
}

/* Labels go in by name: their numbers depend on what else was read. */
static uint64_t add_example(uint64_t hash, const narr_dataset *dataset, narr_example example) {
  hash = narr_hash_bytes(example.text, example.text_length, hash);
  hash = narr_hash_mix(hash, example.label_count);
  for (size_t i = 0; i < example.label_count; i++)
    hash = add_string(hash, narr_dataset_label(dataset, example.labels[i]));
  hash = add_string(hash, example.lang);
  hash = narr_hash_bytes(&example.weight, sizeof example.weight, hash);
  hash = add_string(hash, example.group);
  /* What few corpora have: without it, the hash is what it always was. */
  for (size_t i = 0; i < example.unknown_count; i++)
    hash = narr_hash_mix(add_string(hash, narr_dataset_label(dataset, example.unknown[i])), i + 1);
  if (!isnan(example.time)) hash = narr_hash_bytes(&example.time, sizeof example.time, hash);
  return hash;
}

uint64_t narr_dataset_digest(const narr_dataset *dataset) {
  uint64_t hash = narr_hash_mix(NARR_HASH_SEED, narr_dataset_size(dataset));
  for (size_t i = 0; i < narr_dataset_size(dataset); i++)
    hash = add_example(hash, dataset, narr_dataset_get(dataset, i));
  return hash;
}
