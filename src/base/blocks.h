/* blocks.h - bytes with a checksum a block, verified on first use: a large
 * mapped file can be opened without reading it, and yet no byte of it is
 * believed before it was checked. */
#ifndef NARR_BASE_BLOCKS_H
#define NARR_BASE_BLOCKS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NARR_BLOCK_SIZE ((size_t)65536)

typedef struct narr_blocks {
  const unsigned char *data; /* borrowed */
  size_t size;
  const uint64_t *sums;   /* one a block, borrowed */
  _Atomic uint8_t *state; /* one a block: 0 unknown, 1 good; owned */
  _Atomic bool all_good;
  _Atomic bool damaged; /* a check has failed, some time */
} narr_blocks;

/* How many blocks `size` bytes have. */
static inline size_t narr_blocks_count(size_t size) {
  return size / NARR_BLOCK_SIZE + (size % NARR_BLOCK_SIZE != 0);
}

/* The checksum of block `index` of `size` bytes. */
uint64_t narr_blocks_sum(const unsigned char *data, size_t size, size_t index);

/* False: out of memory. */
bool narr_blocks_init(narr_blocks *blocks, const void *data, size_t size, const uint64_t *sums);
void narr_blocks_free(narr_blocks *blocks);

/* Checks the blocks under `length` bytes at `at`, which lie within the data.
 * Any thread. */
bool narr_blocks_check_range(narr_blocks *blocks, const void *at, size_t length);

/* Checks all of them, once and for all. */
bool narr_blocks_check_all(narr_blocks *blocks);

/* Whether all of them have been checked. `blocks` may be NULL, here and below:
 * bytes of our own making. */
static inline bool narr_blocks_all_good(const narr_blocks *blocks) {
  return !blocks || atomic_load_explicit(&blocks->all_good, memory_order_relaxed);
}

/* The same as narr_blocks_check_range() on a hot path: nothing to do once all
 * are known to be good. */
static inline bool narr_blocks_check(narr_blocks *blocks, const void *at, size_t length) {
  return narr_blocks_all_good(blocks) || narr_blocks_check_range(blocks, at, length);
}

#endif
