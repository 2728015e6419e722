/* Folds: who stays together, how labels are spread; and the digest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/prng.h"
#include "data/folds.h"

static narr_dataset *new_dataset(void) {
  narr_dataset *dataset;
  assert_int_equal(narr_dataset_new(&dataset, NULL, NULL), NARR_OK);
  return dataset;
}

static void add(narr_dataset *dataset, const char *text, const char *labels, const char *group) {
  assert_int_equal(narr_dataset_add(dataset, text, strlen(text), labels, NULL, group, 1, NULL),
                   NARR_OK);
}

static void add_numbered(narr_dataset *dataset, size_t count, const char *labels) {
  for (size_t i = 0; i < count; i++) {
    char text[32];
    snprintf(text, sizeof text, "text %zu", narr_dataset_size(dataset));
    add(dataset, text, labels, NULL);
  }
}

static uint32_t *assign(const narr_dataset *dataset, unsigned folds, uint64_t seed) {
  uint32_t *fold_of = malloc(narr_dataset_size(dataset) * sizeof *fold_of);
  assert_non_null(fold_of);
  memset(fold_of, 0xAA, narr_dataset_size(dataset) * sizeof *fold_of);
  assert_int_equal(
      narr_folds_assign(fold_of, dataset, (narr_fold_plan){folds, seed, true}, NULL, NULL),
      NARR_OK);
  for (size_t i = 0; i < narr_dataset_size(dataset); i++) assert_true(fold_of[i] < folds);
  return fold_of;
}

static bool has_label(const narr_dataset *dataset, size_t row, size_t label) {
  narr_example example = narr_dataset_get(dataset, row);
  if (label == narr_dataset_label_count(dataset)) return example.label_count == 0;
  for (size_t i = 0; i < example.label_count; i++)
    if (example.labels[i] == label) return true;
  return false;
}

/* Rows of `fold` with the label; label SIZE_MAX: all. */
static size_t count_in(const narr_dataset *dataset, const uint32_t *fold_of, uint32_t fold,
                       size_t label) {
  size_t count = 0;
  for (size_t i = 0; i < narr_dataset_size(dataset); i++)
    count += fold_of[i] == fold && (label == SIZE_MAX || has_label(dataset, i, label));
  return count;
}

static void single_labels_are_spread_evenly(void **state) {
  (void)state;
  narr_dataset *dataset = new_dataset();
  add_numbered(dataset, 50, "common");
  add_numbered(dataset, 5, "rare");
  add_numbered(dataset, 102, "none");
  uint32_t *fold_of = assign(dataset, 5, 1);
  for (uint32_t fold = 0; fold < 5; fold++) {
    assert_int_equal(count_in(dataset, fold_of, fold, 0), 10);
    assert_int_equal(count_in(dataset, fold_of, fold, 1), 1);
    size_t none = count_in(dataset, fold_of, fold, 2);
    assert_true(none == 20 || none == 21);
  }
  free(fold_of);
  narr_dataset_free(dataset);
}

static void label_sets_are_spread_evenly(void **state) {
  (void)state;
  narr_dataset *dataset = new_dataset();
  narr_prng prng = {7};
  static const char *const cells[] = {"a", "a", "a;b", "b;c", "none", "none", "c;d;a", "b"};
  for (size_t i = 0; i < 800; i++) add_numbered(dataset, 1, cells[narr_prng_below(&prng, 8)]);
  uint32_t *fold_of = assign(dataset, 4, 3);
  for (size_t label = 0; label <= narr_dataset_label_count(dataset); label++) {
    size_t total = 0;
    for (uint32_t fold = 0; fold < 4; fold++) total += count_in(dataset, fold_of, fold, label);
    for (uint32_t fold = 0; fold < 4; fold++) {
      size_t here = count_in(dataset, fold_of, fold, label);
      assert_in_range(here * 4, total - 12, total + 12);
    }
  }
  free(fold_of);
  narr_dataset_free(dataset);
}

static void copies_and_groups_stay_together(void **state) {
  (void)state;
  narr_dataset *dataset = new_dataset();
  add(dataset, "NATO leaves Kosovo", "a", NULL);
  add(dataset, " nato  LEAVES\tkosovo\n", "a", "g1"); /* copy of row 0 */
  add(dataset, "other one", "none", "g1");            /* group of row 1 */
  add(dataset, "OTHER ONE", "none", "g2");            /* copy of row 2 */
  add(dataset, "last", "b", "g2");                    /* group of row 3 */
  add(dataset, "NATO leaves Kosova", "a", NULL);      /* nobody's */
  add(dataset, "natoleaveskosov", "a", NULL);         /* nobody's */
  add_numbered(dataset, 20, "a");
  for (uint64_t seed = 0; seed < 20; seed++) {
    uint32_t *fold_of = assign(dataset, 6, seed);
    for (size_t i = 1; i <= 4; i++) assert_int_equal(fold_of[i], fold_of[0]);
    free(fold_of);
  }
  /* 23 clusters: one of 5 rows and 22 of one row each. */
  uint32_t fold_of[27], seen = 0;
  assert_int_equal(narr_folds_assign(fold_of, dataset, (narr_fold_plan){23, 1, true}, NULL, NULL),
                   NARR_OK);
  for (size_t i = 4; i < 27; i++) seen |= UINT32_C(1) << fold_of[i];
  assert_int_equal(seen, (UINT32_C(1) << 23) - 1);
  assert_int_equal(narr_folds_assign(fold_of, dataset, (narr_fold_plan){24, 1, true}, NULL, NULL),
                   NARR_ERROR_INPUT);
  narr_dataset_free(dataset);
}

static void letters_outside_ascii_are_told_apart(void **state) {
  (void)state;
  narr_dataset *dataset = new_dataset();
  add(dataset, "војска", "a", NULL);
  add(dataset, "ВОЈСКА", "a", NULL);
  uint32_t fold_of[2];
  assert_int_equal(narr_folds_assign(fold_of, dataset, (narr_fold_plan){2, 1, true}, NULL, NULL),
                   NARR_OK);
  assert_true(fold_of[0] != fold_of[1]);
  narr_dataset_free(dataset);
}

static void no_fold_is_empty(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 50; seed++) {
    narr_prng prng = {seed};
    narr_dataset *dataset = new_dataset();
    static const char *const cells[] = {"a", "b;c", "none", "a;d;e", "f"};
    size_t clusters = 0;
    for (size_t rows = 0; rows < 40; rows++) {
      char text[32];
      size_t number = narr_prng_below(&prng, 12) * narr_prng_below(&prng, 2);
      snprintf(text, sizeof text, "text %zu", number);
      bool fresh = true;
      for (size_t i = 0; i < narr_dataset_size(dataset); i++) {
        narr_example example = narr_dataset_get(dataset, i);
        if (example.text_length == strlen(text) && !memcmp(example.text, text, strlen(text)))
          fresh = false;
      }
      clusters += fresh;
      add(dataset, text, cells[narr_prng_below(&prng, 5)], NULL);
    }
    uint32_t *fold_of = assign(dataset, (unsigned)clusters, seed);
    for (uint32_t fold = 0; fold < clusters; fold++)
      assert_true(count_in(dataset, fold_of, fold, SIZE_MAX) > 0);
    free(fold_of);
    narr_dataset_free(dataset);
  }
}

static void same_seed_same_folds(void **state) {
  (void)state;
  narr_dataset *dataset = new_dataset();
  add_numbered(dataset, 60, "a");
  add_numbered(dataset, 60, "none");
  uint32_t *first = assign(dataset, 5, 11), *again = assign(dataset, 5, 11);
  uint32_t *other = assign(dataset, 5, 12);
  assert_memory_equal(first, again, 120 * sizeof *first);
  assert_memory_not_equal(first, other, 120 * sizeof *first);
  free(first);
  free(again);
  free(other);
  narr_dataset_free(dataset);
}

/* Neighbours in a file are often alike; they must not be kept apart (nor
 * together) as a rule. */
static void neighbours_are_split_by_lot(void **state) {
  (void)state;
  narr_dataset *dataset = new_dataset();
  add_numbered(dataset, 10, "a");
  size_t together = 0;
  for (uint64_t seed = 1; seed <= 60; seed++) {
    uint32_t *fold_of = assign(dataset, 2, seed);
    together += fold_of[0] == fold_of[1];
    free(fold_of);
  }
  assert_in_range(together, 10, 50);
  narr_dataset_free(dataset);
}

static void impossible_splits(void **state) {
  (void)state;
  narr_dataset *dataset = new_dataset();
  uint32_t fold_of[8];
  narr_error error = NARR_ERROR_INIT;
  assert_int_equal(narr_folds_assign(fold_of, dataset, (narr_fold_plan){2, 1, true}, NULL, &error),
                   NARR_ERROR_INPUT);
  for (size_t i = 0; i < 4; i++) add(dataset, "same", "a", NULL);
  add(dataset, "different", "a", NULL);
  assert_int_equal(narr_folds_assign(fold_of, dataset, (narr_fold_plan){1, 1, true}, NULL, &error),
                   NARR_ERROR_ARGUMENT);
  assert_int_equal(narr_folds_assign(fold_of, dataset, (narr_fold_plan){0, 1, true}, NULL, &error),
                   NARR_ERROR_ARGUMENT);
  assert_int_equal(narr_folds_assign(fold_of, dataset, (narr_fold_plan){3, 1, true}, NULL, &error),
                   NARR_ERROR_INPUT);
  assert_string_equal(error.message, "2 distinct texts or groups can't be split into 3 folds");
  assert_int_equal(narr_folds_assign(fold_of, dataset, (narr_fold_plan){2, 1, true}, NULL, &error),
                   NARR_OK);
  narr_dataset_free(dataset);
}

static void blocks_of_time(void **state) {
  (void)state;
  narr_dataset *dataset = new_dataset();
  uint32_t fold_of[12];
  narr_error error = NARR_ERROR_INIT;
  add_numbered(dataset, 12, "a");
  for (size_t i = 0; i < 12; i++) {
    char time[32];
    snprintf(time, sizeof time, "2025-01-%02zu", 12 - i); /* the last row is the first */
    assert_false(i == 0 && narr_dataset_has_times(dataset));
    assert_int_equal(narr_dataset_set_time(dataset, i, time, NULL), NARR_OK);
  }
  assert_true(narr_dataset_has_times(dataset));
  assert_int_equal(narr_folds_assign_by_time(fold_of, dataset, 3, NULL), NARR_OK);
  static const uint32_t expected[12] = {
      2, 2, 2, 1, 1, 1, 0, 0, 0, NARR_FOLD_NEVER, NARR_FOLD_NEVER, NARR_FOLD_NEVER};
  assert_memory_equal(fold_of, expected, sizeof expected);
  /* one moment is not cut: rows 6 to 9 are of one day */
  for (size_t i = 6; i < 10; i++)
    assert_int_equal(narr_dataset_set_time(dataset, i, "2025-01-04", NULL), NARR_OK);
  assert_int_equal(narr_folds_assign_by_time(fold_of, dataset, 3, NULL), NARR_ERROR_INPUT);
  assert_int_equal(narr_folds_assign_by_time(fold_of, dataset, 2, NULL), NARR_OK);
  for (size_t i = 7; i < 10; i++) assert_int_equal(fold_of[i], fold_of[6]);
  add_numbered(dataset, 1, "a");
  assert_int_equal(narr_folds_assign_by_time(fold_of, dataset, 2, &error), NARR_ERROR_INPUT);
  assert_string_equal(error.message, "row 13 has no time, but others have");
  assert_int_equal(narr_folds_assign_by_time(fold_of, dataset, 1, &error), NARR_ERROR_ARGUMENT);
  assert_int_equal(narr_dataset_set_time(dataset, 13, "2025", &error), NARR_ERROR_ARGUMENT);
  assert_int_equal(narr_dataset_set_time(dataset, 12, "soon", &error), NARR_ERROR_INPUT);
  narr_dataset_free(dataset);
}

static void no_memory(void **state) {
  (void)state;
  narr_dataset *dataset = new_dataset();
  add_numbered(dataset, 10, "a");
  uint32_t fold_of[10];
  for (size_t n = 1;; n++) {
    narr_alloc_fail_at(n);
    narr_status status =
        narr_folds_assign(fold_of, dataset, (narr_fold_plan){2, 1, true}, NULL, NULL);
    narr_alloc_fail_at(0);
    if (!status) {
      assert_true(n > 10);
      break;
    }
    assert_int_equal(status, NARR_ERROR_MEMORY);
  }
  narr_dataset_free(dataset);
}

static uint64_t digest_of(const char *text, const char *labels, const char *lang, const char *group,
                          double weight) {
  narr_dataset *dataset = new_dataset();
  add(dataset, "first", "x;y", NULL);
  assert_int_equal(narr_dataset_add(dataset, text, strlen(text), labels, lang, group, weight, NULL),
                   NARR_OK);
  uint64_t digest = narr_dataset_digest(dataset);
  narr_dataset_free(dataset);
  return digest;
}

static void digest_tells_corpora_apart(void **state) {
  (void)state;
  uint64_t digest = digest_of("text", "y;z", "en", "g", 2);
  assert_true(digest == digest_of("text", " z ; y ", "en", "g", 2));
  assert_true(digest != digest_of("texT", "y;z", "en", "g", 2));
  assert_true(digest != digest_of("text", "y", "en", "g", 2));
  assert_true(digest != digest_of("text", "y;w", "en", "g", 2));
  assert_true(digest != digest_of("text", "y;z", "de", "g", 2));
  assert_true(digest != digest_of("text", "y;z", "en", "h", 2));
  assert_true(digest != digest_of("text", "y;z", "en", "g", 3));
  assert_true(digest != digest_of("text", "y;z", "g", "en", 2));
  narr_dataset *empty = new_dataset();
  assert_true(narr_dataset_digest(empty) != digest);
  narr_dataset_free(empty);
}

static void digest_depends_on_order(void **state) {
  (void)state;
  narr_dataset *one = new_dataset(), *two = new_dataset();
  add(one, "a", "x", NULL);
  add(one, "b", "x", NULL);
  add(two, "b", "x", NULL);
  add(two, "a", "x", NULL);
  assert_true(narr_dataset_digest(one) != narr_dataset_digest(two));
  narr_dataset_free(one);
  narr_dataset_free(two);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(single_labels_are_spread_evenly),
      cmocka_unit_test(label_sets_are_spread_evenly),
      cmocka_unit_test(copies_and_groups_stay_together),
      cmocka_unit_test(letters_outside_ascii_are_told_apart),
      cmocka_unit_test(no_fold_is_empty),
      cmocka_unit_test(same_seed_same_folds),
      cmocka_unit_test(neighbours_are_split_by_lot),
      cmocka_unit_test(impossible_splits),
      cmocka_unit_test(blocks_of_time),
      cmocka_unit_test(no_memory),
      cmocka_unit_test(digest_tells_corpora_apart),
      cmocka_unit_test(digest_depends_on_order),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
