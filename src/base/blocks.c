/* blocks.c - checksums a block. */
#include "base/blocks.h"

#include "base/alloc.h"
#include "base/hash.h"

uint64_t narr_blocks_sum(const unsigned char *data, size_t size, size_t index) {
  size_t start = index * NARR_BLOCK_SIZE;
  size_t length = size - start < NARR_BLOCK_SIZE ? size - start : NARR_BLOCK_SIZE;
  return narr_hash_bytes(data + start, length, index);
}

bool narr_blocks_init(narr_blocks *blocks, const void *data, size_t size, const uint64_t *sums) {
  blocks->data = data;
  blocks->size = size;
  blocks->sums = sums;
  blocks->state = narr_alloc_zero(narr_blocks_count(size), sizeof *blocks->state);
  atomic_init(&blocks->all_good, false);
  atomic_init(&blocks->damaged, false);
  return blocks->state != NULL;
}

void narr_blocks_free(narr_blocks *blocks) {
  narr_free((void *)blocks->state);
  blocks->state = NULL;
}

static bool check_block(narr_blocks *blocks, size_t index) {
  if (atomic_load_explicit(&blocks->state[index], memory_order_relaxed)) return true;
  if (narr_blocks_sum(blocks->data, blocks->size, index) != blocks->sums[index]) {
    atomic_store(&blocks->damaged, true);
    return false;
  }
  atomic_store_explicit(&blocks->state[index], 1, memory_order_relaxed);
  return true;
}

bool narr_blocks_check_range(narr_blocks *blocks, const void *at, size_t length) {
  if (!length) return true;
  size_t start = (size_t)((const unsigned char *)at - blocks->data);
  size_t last = (start + length - 1) / NARR_BLOCK_SIZE;
  for (size_t i = start / NARR_BLOCK_SIZE; i <= last; i++)
    if (!check_block(blocks, i)) return false;
  return true;
}

bool narr_blocks_check_all(narr_blocks *blocks) {
  if (atomic_load(&blocks->all_good)) return true;
  if (!narr_blocks_check_range(blocks, blocks->data, blocks->size)) return false;
  atomic_store(&blocks->all_good, true);
  return true;
}
