/* Near-duplicates: which pairs are, and that nothing is chained. */
#include "base/alloc.h"
#include "base/prng.h"
#include "data/clusters.h"
#include "support/check.h"

static narr_dataset *dataset_of(const char *const *texts, size_t count) {
  narr_dataset *dataset;
  assert_ok(narr_dataset_new(&dataset, NULL, NULL));
  for (size_t i = 0; i < count; i++)
    assert_ok(narr_dataset_add(dataset, texts[i], strlen(texts[i]), "a", NULL, NULL, 1, NULL));
  return dataset;
}

static bool are_near(const char *one, const char *two) {
  narr_dataset *dataset = dataset_of((const char *const[]){one, two}, 2);
  narr_near_duplicates found;
  size_t leader[2] = {0, 1};
  assert_true(narr_near_duplicates_find(leader, dataset, &found));
  assert_int_equal(leader[0], 0);
  assert_int_equal(found.groups, leader[1] == 0);
  assert_int_equal(found.texts, leader[1] == 0 ? 2 : 0);
  narr_dataset_free(dataset);
  return leader[1] == 0;
}

#define LONG "The last convoy left the base tonight and nobody tells us why they really go"

static void pairs(void **state) {
  (void)state;
  assert_true(are_near(LONG,
                       "the LAST convoy left the base tonight, and nobody tells us why -- "
                       "they really go!!"));
  assert_true(are_near(LONG, "RT @someone: " LONG " https://t.co/abc123"));
  assert_true(are_near(LONG " 12 of 40", LONG " 3 of 17"));
  assert_true(are_near(LONG, LONG " \xF0\x9F\x98\xA1"));
  assert_true(
      are_near(LONG, "The last convoy left the base tonight and nobody tells us why we really go"));
  assert_true(are_near("Војници су напустили базу и нико не говори истину о томе",
                       "ВОЈНИЦИ су напустили базу, и нико не говори истину о томе!"));
  assert_true(are_near("部队昨天晚上离开了基地没有人告诉我们真正的原因是什么呢朋友们",
                       "@x 部队昨天晚上离开了基地没有人告诉我们真正的原因是什么呢朋友们。"));
  assert_false(are_near(LONG,
                        "The first convoy came to the airport this morning and everybody "
                        "says who they really are"));
  assert_false(are_near(LONG, LONG " but that is what the propaganda says and it has been "
                                   "shown to be false by the people who were there"));
}

/* Short texts, and those that are nothing but links, say too little. */
static void too_little_to_say(void **state) {
  (void)state;
  assert_false(are_near("text 1", "text 2"));
  assert_false(
      are_near("https://t.co/aaaaaaaaaaaaaaaaaaaa", "https://t.co/bbbbbbbbbbbbbbbbbbbbbb"));
  assert_false(are_near("@one @two @three 1234", "@four @five 99"));
}

/* Each text is near the one before it, the last is far from the first. */
static void nothing_is_chained(void **state) {
  (void)state;
  enum { TEXTS = 60, WORDS = 40 };
  char texts[TEXTS][WORDS * 8];
  const char *list[TEXTS];
  for (size_t i = 0; i < TEXTS; i++) {
    size_t used = 0;
    for (size_t w = 0; w < WORDS; w++) {
      narr_prng prng = {i + w}; /* one word leaves, one comes */
      for (int c = 0; c < 6; c++) texts[i][used++] = (char)('a' + narr_prng_below(&prng, 26));
      texts[i][used++] = ' ';
    }
    texts[i][used] = '\0';
    list[i] = texts[i];
  }
  narr_dataset *dataset = dataset_of(list, TEXTS);
  narr_near_duplicates found;
  size_t leader[TEXTS], largest = 0;
  for (size_t i = 0; i < TEXTS; i++) leader[i] = i;
  assert_true(narr_near_duplicates_find(leader, dataset, &found));
  for (size_t i = 0; i < TEXTS; i++) {
    size_t size = 0;
    assert_int_equal(leader[leader[i]], leader[i]);
    assert_true(i - leader[i] <= 5); /* 35 of 45 words in common: 0.78 */
    for (size_t j = 0; j < TEXTS; j++) size += leader[j] == i;
    if (size > largest) largest = size;
  }
  assert_in_range(largest, 3, 6);
  assert_true(found.groups >= TEXTS / 6);
  narr_dataset_free(dataset);
}

/* Copies, near-copies and groups meet in one cluster. */
static void clusters_link_all(void **state) {
  (void)state;
  narr_dataset *dataset;
  assert_ok(narr_dataset_new(&dataset, NULL, NULL));
  static const char *const rows[][2] = {{LONG, "g"},
                                        {LONG " https://t.co/x", NULL},
                                        {"the   " LONG, NULL},
                                        {"something else", "g"},
                                        {LONG " HTTPS://t.co/x", NULL},
                                        {"alone", NULL}};
  for (size_t i = 0; i < 6; i++)
    assert_ok(narr_dataset_add(dataset, rows[i][0], strlen(rows[i][0]), i < 5 ? "a;b" : "a", NULL,
                               rows[i][1], 1, NULL));
  assert_ok(narr_dataset_add(dataset, "b has another text", 18, "b", NULL, NULL, 1, NULL));
  narr_near_duplicates found;
  size_t parent[7];
  assert_true(narr_clusters_join(parent, dataset, true, 2, &found));
  static const size_t near[7] = {0, 0, 0, 0, 0, 5, 6}, far[7] = {0, 1, 2, 0, 1, 5, 6};
  for (size_t i = 0; i < 7; i++) assert_int_equal(narr_cluster_root(parent, i), near[i]);
  assert_int_equal(found.groups, 1);
  assert_int_equal(found.texts, 3);
  assert_int_equal(found.split_labels, 0);
  assert_true(narr_clusters_join(parent, dataset, false, 2, &found));
  for (size_t i = 0; i < 7; i++) assert_int_equal(narr_cluster_root(parent, i), far[i]);
  assert_true(narr_clusters_join(parent, dataset, true, 5, &found)); /* 4 are too few */
  for (size_t i = 0; i < 7; i++) assert_int_equal(narr_cluster_root(parent, i), far[i]);
  narr_dataset_free(dataset);
}

/* A label that has nothing else can't be measured but on near-copies. */
static void lone_labels_are_split(void **state) {
  (void)state;
  narr_dataset *dataset;
  assert_ok(narr_dataset_new(&dataset, NULL, NULL));
  static const char *const rows[][2] = {{LONG " one", "lone"},     {LONG " two", "lone"},
                                        {LONG " three", "common"}, {LONG " four", "common"},
                                        {"far away", "common"},    {"nothing", "none"},
                                        {"nothing at all", "none"}};
  for (size_t i = 0; i < 7; i++)
    assert_ok(
        narr_dataset_add(dataset, rows[i][0], strlen(rows[i][0]), rows[i][1], NULL, NULL, 1, NULL));
  narr_near_duplicates found;
  size_t parent[7];
  assert_true(narr_clusters_join(parent, dataset, true, 2, &found));
  assert_int_equal(found.split_labels, 1);
  assert_true(narr_cluster_root(parent, 0) != narr_cluster_root(parent, 1));
  assert_int_equal(narr_cluster_root(parent, 2), narr_cluster_root(parent, 3));
  narr_dataset_free(dataset);
}

static void no_memory(void **state) {
  (void)state;
  static const char *const texts[] = {LONG, LONG " tonight", "other text that is not like it"};
  narr_dataset *dataset = dataset_of(texts, 3);
  for (size_t n = 1;; n++) {
    size_t parent[3];
    narr_near_duplicates found;
    narr_alloc_fail_at(n);
    bool done = narr_clusters_join(parent, dataset, true, 2, &found);
    narr_alloc_fail_at(0);
    if (!done) continue;
    assert_true(n > 8);
    break;
  }
  narr_dataset_free(dataset);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(pairs),
                                     cmocka_unit_test(too_little_to_say),
                                     cmocka_unit_test(nothing_is_chained),
                                     cmocka_unit_test(clusters_link_all),
                                     cmocka_unit_test(lone_labels_are_split),
                                     cmocka_unit_test(no_memory)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
