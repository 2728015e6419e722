/* A flipped bit in any block is found when that block is used, and only
 * there. */
#include "base/blocks.h"

#include "base/alloc.h"
#include "base/prng.h"
#include "support/check.h"

typedef struct checked {
  unsigned char *data;
  size_t size;
  uint64_t *sums;
  narr_blocks blocks;
} checked;

static checked new_checked(size_t size) {
  checked c = {narr_alloc(size, 1), size, NULL, {0}};
  narr_prng prng = {size};
  size_t count = narr_blocks_count(size);
  c.sums = narr_alloc(count, sizeof *c.sums);
  assert_true(c.data && c.sums);
  for (size_t i = 0; i < size; i++) c.data[i] = (unsigned char)narr_prng_next(&prng);
  for (size_t b = 0; b < count; b++) c.sums[b] = narr_blocks_sum(c.data, size, b);
  assert_true(narr_blocks_init(&c.blocks, c.data, size, c.sums));
  return c;
}

/* Forgets which blocks are known to be good. */
static void forget(checked *c) {
  narr_blocks_free(&c->blocks);
  assert_true(narr_blocks_init(&c->blocks, c->data, c->size, c->sums));
}

static void free_checked(checked *c) {
  narr_blocks_free(&c->blocks);
  narr_free(c->data);
  narr_free(c->sums);
}

static void count_rounds_up(void **state) {
  (void)state;
  assert_int_equal(narr_blocks_count(0), 0);
  assert_int_equal(narr_blocks_count(1), 1);
  assert_int_equal(narr_blocks_count(NARR_BLOCK_SIZE), 1);
  assert_int_equal(narr_blocks_count(NARR_BLOCK_SIZE + 1), 2);
  assert_int_equal(narr_blocks_count(SIZE_MAX), SIZE_MAX / NARR_BLOCK_SIZE + 1);
}

static void whole_data_is_good(void **state) {
  (void)state;
  static const size_t sizes[] = {0,
                                 1,
                                 NARR_BLOCK_SIZE - 1,
                                 NARR_BLOCK_SIZE,
                                 NARR_BLOCK_SIZE + 1,
                                 3 * NARR_BLOCK_SIZE,
                                 3 * NARR_BLOCK_SIZE + 100};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    checked c = new_checked(sizes[i]);
    assert_true(narr_blocks_check(&c.blocks, c.data, c.size));
    assert_true(narr_blocks_check_all(&c.blocks));
    assert_true(c.blocks.all_good);
    assert_true(narr_blocks_check_all(&c.blocks));
    assert_false(c.blocks.damaged);
    free_checked(&c);
  }
}

static void nothing_to_check(void **state) {
  (void)state;
  assert_true(narr_blocks_check(NULL, "x", 1));
  checked c = new_checked(10);
  c.data[0] ^= 1;
  assert_true(narr_blocks_check_range(&c.blocks, c.data, 0));
  free_checked(&c);
}

/* The byte at `at` is changed: its block is bad, its neighbours are not. */
static void check_damage(checked *c, size_t at) {
  size_t bad = at / NARR_BLOCK_SIZE;
  c->data[at] ^= 0x10;
  forget(c);
  for (size_t b = 0; b < narr_blocks_count(c->size); b++) {
    assert_int_equal(narr_blocks_check(&c->blocks, c->data + b * NARR_BLOCK_SIZE, 1), b != bad);
    if (b == 0) assert_int_equal(c->blocks.damaged, bad == 0);
  }
  assert_true(c->blocks.damaged);
  assert_false(narr_blocks_check_range(&c->blocks, c->data + at, 1));
  assert_false(narr_blocks_check_range(&c->blocks, c->data, c->size));
  assert_false(narr_blocks_check_all(&c->blocks));
  assert_false(c->blocks.all_good);
  c->data[at] ^= 0x10;
  assert_true(narr_blocks_check_all(&c->blocks));
}

static void flipped_bit_is_found_in_any_block(void **state) {
  (void)state;
  checked c = new_checked(3 * NARR_BLOCK_SIZE + 100);
  for (size_t b = 0; b < 4; b++) {
    size_t start = b * NARR_BLOCK_SIZE;
    size_t length = b < 3 ? NARR_BLOCK_SIZE : 100;
    check_damage(&c, start);
    check_damage(&c, start + length / 2);
    check_damage(&c, start + length - 1);
  }
  free_checked(&c);
}

static void range_over_a_boundary_checks_both_blocks(void **state) {
  (void)state;
  checked c = new_checked(3 * NARR_BLOCK_SIZE);
  c.data[2 * NARR_BLOCK_SIZE - 1] ^= 1; /* the middle block */
  forget(&c);
  assert_true(narr_blocks_check(&c.blocks, c.data + NARR_BLOCK_SIZE - 1, 1));
  assert_false(narr_blocks_check(&c.blocks, c.data + NARR_BLOCK_SIZE - 1, 2));
  assert_false(narr_blocks_check(&c.blocks, c.data + 2 * NARR_BLOCK_SIZE - 1, 2));
  assert_true(narr_blocks_check(&c.blocks, c.data + 2 * NARR_BLOCK_SIZE, NARR_BLOCK_SIZE));
  free_checked(&c);
}

/* Blocks that changed places are damage too. */
static void place_is_part_of_the_sum(void **state) {
  (void)state;
  checked c = new_checked(2 * NARR_BLOCK_SIZE);
  memcpy(c.data, c.data + NARR_BLOCK_SIZE, NARR_BLOCK_SIZE);
  c.sums[0] = c.sums[1];
  forget(&c);
  assert_false(narr_blocks_check(&c.blocks, c.data, 1));
  free_checked(&c);
}

static void block_is_checked_once(void **state) {
  (void)state;
  checked c = new_checked(2 * NARR_BLOCK_SIZE);
  assert_true(narr_blocks_check(&c.blocks, c.data, 1));
  c.data[0] ^= 1;
  assert_true(narr_blocks_check(&c.blocks, c.data, 1)); /* believed by now */
  c.data[NARR_BLOCK_SIZE] ^= 1;
  assert_false(narr_blocks_check(&c.blocks, c.data + NARR_BLOCK_SIZE, 1));
  free_checked(&c);
}

static void no_memory(void **state) {
  (void)state;
  narr_blocks blocks;
  uint64_t sum = 0;
  narr_alloc_fail_at(1);
  assert_false(narr_blocks_init(&blocks, "x", 1, &sum));
  narr_alloc_fail_at(0);
  narr_blocks_free(&blocks);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(count_rounds_up),
      cmocka_unit_test(whole_data_is_good),
      cmocka_unit_test(nothing_to_check),
      cmocka_unit_test(flipped_bit_is_found_in_any_block),
      cmocka_unit_test(range_over_a_boundary_checks_both_blocks),
      cmocka_unit_test(place_is_part_of_the_sum),
      cmocka_unit_test(block_is_checked_once),
      cmocka_unit_test(no_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
