/* hash.h - 64-bit hashing of bytes and of hashes. Not for adversaries:
 * colliding inputs can be made. Values are the same on every machine; model
 * files depend on them. The mixing step is a 64x64 -> 128 bit multiplication
 * folded in half, as in wyhash (Wang Yi, public domain). */
#ifndef NARR_BASE_HASH_H
#define NARR_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "model files are mapped as they are: a little-endian machine is needed"
#endif

#define NARR_HASH_SEED UINT64_C(0x9E3779B97F4A7C15)

__extension__ typedef unsigned __int128 narr_uint128;

static inline uint64_t narr_hash_mix(uint64_t a, uint64_t b) {
  narr_uint128 product =
      (narr_uint128)(a ^ UINT64_C(0xA0761D6478BD642F)) * (b ^ UINT64_C(0xE7037ED1A0B428DB));
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* The hash of `length` bytes. */
uint64_t narr_hash_bytes(const void *bytes, size_t length, uint64_t seed);

#endif
