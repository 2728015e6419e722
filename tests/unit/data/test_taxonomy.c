/* Which labels are paths, who is under whom, what that says of a row. */
#include "base/alloc.h"
#include "data/taxonomy.h"
#include "support/check.h"

static narr_dataset *dataset_of(const char *const *cells, size_t count, narr_label_paths paths) {
  narr_dataset_options options = NARR_DATASET_OPTIONS_INIT;
  narr_dataset *dataset;
  options.label_paths = paths;
  assert_ok(narr_dataset_new(&dataset, &options, NULL));
  for (size_t i = 0; i < count; i++)
    assert_ok(narr_dataset_add(dataset, "text", 4, cells[i], NULL, NULL, 1, NULL));
  return dataset;
}

/* "name<parent|...", in order. */
static void check_tree(const char *const *cells, size_t count, narr_label_paths paths,
                       const char *expected) {
  narr_dataset *dataset = dataset_of(cells, count, paths);
  narr_taxonomy t;
  char tree[512] = "";
  bool has_paths = false;
  assert_true(narr_taxonomy_build(&t, dataset));
  for (size_t l = 0; l < t.label_count; l++) {
    strcat(tree, t.labels[l]);
    if (t.parents[l] != NARR_NO_PARENT) {
      assert_true(t.parents[l] < l);
      strcat(strcat(tree, "<"), t.labels[t.parents[l]]);
      has_paths = true;
    }
    strcat(tree, "|");
  }
  assert_string_equal(tree, expected);
  assert_int_equal(t.has_paths, has_paths);
  for (size_t l = 0; l < narr_dataset_label_count(dataset); l++)
    assert_string_equal(t.labels[t.index_of[l]], narr_dataset_label(dataset, l));
  narr_taxonomy_free(&t);
  narr_dataset_free(dataset);
}

#define CHECK_TREE(paths, expected, ...)                                                   \
  do {                                                                                     \
    static const char *const cells[] = {__VA_ARGS__};                                      \
    check_tree(cells, sizeof cells / sizeof *cells, NARR_LABEL_PATHS_##paths, (expected)); \
  } while (0)

static void trees(void **state) {
  (void)state;
  CHECK_TREE(AUTO, "war|war/nuclear<war|war/opened<war|x|", "war/opened", "war/nuclear;x");
  CHECK_TREE(AUTO, "", "none");
}

static void a_slash_is_not_always_a_path(void **state) {
  (void)state;
  CHECK_TREE(AUTO, "Business|Sci/Tech|Sports|", "Sci/Tech", "Sports", "Business");
  CHECK_TREE(ALL, "Business|Sci|Sci/Tech<Sci|Sports|", "Sci/Tech", "Sports", "Business");
  CHECK_TREE(AUTO, "Sci|Sci/Tech<Sci|", "Sci/Tech", "Sci");
  CHECK_TREE(AUTO, "Sci|Sci/Tech<Sci|", "Sci/Tech", "none;?Sci");
  CHECK_TREE(AUTO, "a|a/b<a|a/c<a|", "a/b", "a/c");
  CHECK_TREE(NONE, "a|a/b|a/c|", "a/b", "a/c", "a");
  CHECK_TREE(NONE, "/a|a//b|", "/a", "a//b");
}

static void any_depth(void **state) {
  (void)state;
  CHECK_TREE(AUTO, "a|a/b<a|a/b/c<a/b|a/b/d<a/b|", "a/b/d", "a/b/c");
  /* "a/b" would have nothing but a/b/c, so that is under "a" itself */
  CHECK_TREE(AUTO, "a|a/b/c<a|a/d<a|", "a/b/c", "a/d");
  CHECK_TREE(ALL, "a|a/b<a|a/b/c<a/b|", "a/b/c");
  CHECK_TREE(AUTO, "a|a / b<a|a/c<a|ab|", "a / b", "a/c", "ab");
}

static void check_truth(const char *cell, const char *expected) {
  static const char *const all[] = {"a/b", "a/c/d", "a/c/e", "f"};
  narr_dataset *dataset = dataset_of(all, 4, NARR_LABEL_PATHS_AUTO);
  assert_ok(narr_dataset_add(dataset, "x", 1, cell, NULL, NULL, 1, NULL));
  narr_taxonomy t;
  int8_t truth[8];
  char seen[8] = "";
  assert_true(narr_taxonomy_build(&t, dataset));
  assert_int_equal(t.label_count, 6); /* a a/b a/c a/c/d a/c/e f */
  narr_truth_fill(truth, narr_dataset_get(dataset, 4), t.index_of, t.parents, t.label_count);
  for (size_t l = 0; l < t.label_count; l++) seen[l] = truth[l] > 0 ? '+' : truth[l] ? '-' : 'o';
  if (strcmp(seen, expected) != 0) fail_msg("%s: %s, not %s", cell, seen, expected);
  narr_taxonomy_free(&t);
  narr_dataset_free(dataset);
}

static void what_a_cell_says(void **state) {
  (void)state;
  check_truth("none", "------");
  check_truth("f", "-----+");
  check_truth("a/b", "++----");
  check_truth("a/c/d;f", "+-++-+");
  check_truth("none;?f", "-----o");
  check_truth("?f", "-----o");
  check_truth("?a/c/d", "o-oo--"); /* if so, then in a and a/c, too */
  check_truth("a/b;?a/c/d", "++oo--");
  check_truth("f;?a/b", "oo---+");
  static const char *const cells[] = {"a/b;f", "a", "?a", "a/b;?a", "a;?a/b"};
  static const char *const said[] = {"+++", "+--", "oo-", "++-", "+o-"};
  narr_dataset *dataset = dataset_of(cells, 5, NARR_LABEL_PATHS_AUTO);
  narr_taxonomy t;
  assert_true(narr_taxonomy_build(&t, dataset));
  for (size_t i = 0; i < 5; i++) {
    int8_t truth[3];
    narr_truth_fill(truth, narr_dataset_get(dataset, i), t.index_of, t.parents, 3);
    for (size_t l = 0; l < 3; l++)
      assert_int_equal(truth[l], said[i][l] == '+' ? 1 : said[i][l] == '-' ? -1 : 0);
  }
  narr_taxonomy_free(&t);
  narr_dataset_free(dataset);
}

static void no_memory(void **state) {
  (void)state;
  static const char *const cells[] = {"a/b", "a/c", "d"};
  narr_dataset *dataset = dataset_of(cells, 3, NARR_LABEL_PATHS_AUTO);
  for (size_t n = 1;; n++) {
    narr_taxonomy t;
    narr_alloc_fail_at(n);
    bool done = narr_taxonomy_build(&t, dataset);
    narr_alloc_fail_at(0);
    narr_taxonomy_free(&t);
    if (!done) continue;
    assert_true(n > 5);
    break;
  }
  narr_dataset_free(dataset);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(trees), cmocka_unit_test(a_slash_is_not_always_a_path),
      cmocka_unit_test(any_depth), cmocka_unit_test(what_a_cell_says), cmocka_unit_test(no_memory)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
