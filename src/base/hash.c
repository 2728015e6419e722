/* hash.c - hashing bytes, four independent lanes at a time so that checking
 * a model file runs at the speed of memory. */
#include "base/hash.h"

static uint64_t load64(const unsigned char *at) {
  uint64_t value;
  memcpy(&value, at, sizeof value);
  return value;
}

static uint64_t load_tail(const unsigned char *at, size_t length) {
  uint64_t value = 0;
  memcpy(&value, at, length);
  return value;
}

uint64_t narr_hash_bytes(const void *bytes, size_t length, uint64_t seed) {
  const unsigned char *at = bytes;
  size_t left = length;
  uint64_t hash = seed ^ NARR_HASH_SEED;
  if (left >= 64) {
    uint64_t lane[4] = {hash, hash + 1, hash + 2, hash + 3};
    for (; left >= 64; left -= 64, at += 64)
      for (size_t i = 0; i < 4; i++)
        lane[i] = narr_hash_mix(load64(at + 16 * i) ^ lane[i], load64(at + 16 * i + 8));
    hash = narr_hash_mix(lane[0] ^ lane[2], lane[1]) ^ narr_hash_mix(lane[3], lane[2]);
  }
  for (; left >= 8; left -= 8, at += 8) hash = narr_hash_mix(hash ^ load64(at), hash + left);
  if (left) hash = narr_hash_mix(hash ^ load_tail(at, left), hash + left);
  return narr_hash_mix(hash, length);
}
