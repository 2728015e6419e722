/* Near-duplicates: sketches of sets of n-grams, and clusters of texts. */
#include "base/alloc.h"
#include "base/hash.h"
#include "summary/copies.h"
#include "support/check.h"

/* Of the n-grams `first` to `last` - 1 of text number `seed`. */
static narr_sketch sketch_of(uint64_t seed, uint64_t first, uint64_t last) {
  narr_sketch sketch;
  narr_sketch_init(&sketch);
  for (uint64_t i = first; i < last; i++)
    narr_sketch_add(&sketch, narr_hash_mix(narr_hash_mix(seed, i), i));
  return sketch;
}

static void similarity_is_jaccards(void **state) {
  (void)state;
  /* 200 n-grams, of which two texts share 0, 50, 100, 160, 190, 200. */
  static const uint64_t shared[] = {0, 50, 100, 160, 190, 200};
  for (size_t s = 0; s < sizeof shared / sizeof *shared; s++) {
    double sum = 0, truth = (double)shared[s] / (double)(400 - shared[s]);
    for (uint64_t seed = 1; seed <= 300; seed++) {
      narr_sketch a = sketch_of(seed, 0, 200);
      narr_sketch b = sketch_of(seed, 200 - shared[s], 400 - shared[s]);
      sum += narr_sketch_similarity(&a, &b);
    }
    assert_near(sum / 300, truth, 0.03);
  }
}

static void empty_sketches_are_not_alike(void **state) {
  (void)state;
  narr_sketch a = sketch_of(1, 0, 0), b = sketch_of(2, 0, 0);
  uint64_t hash;
  assert_near(narr_sketch_similarity(&a, &b), 0, 0);
  for (size_t band = 0; band < NARR_SKETCH_BANDS; band++)
    assert_false(narr_sketch_band(&a, band, &hash));
}

/* ---- Clusters ------------------------------------------------------------------------ */

static narr_posted posted(const narr_sketch *sketch, double time, const char *author,
                          const char *id, const char *text) {
  return (narr_posted){.sketch = sketch,
                       .time = time,
                       .author = author,
                       .author_length = strlen(author),
                       .id = id,
                       .id_length = strlen(id),
                       .text = text,
                       .text_length = strlen(text)};
}

static void add(narr_copies *copies, uint64_t seed, uint64_t changed, double time,
                const char *author, const char *id) {
  static const uint16_t labels[] = {3, 5};
  narr_sketch sketch = sketch_of(seed, changed, 300 + changed);
  narr_posted post = posted(&sketch, time, author, id, "The text of a post");
  post.labels = labels;
  post.label_count = 2;
  assert_true(narr_copies_add(copies, &post));
}

static void copies_make_a_cluster(void **state) {
  (void)state;
  narr_copies *copies = narr_copies_new();
  char author[16], id[16];
  for (int i = 0; i < 12; i++) {
    snprintf(author, sizeof author, "author%d", i % 7);
    snprintf(id, sizeof id, "id%d", i);
    add(copies, 1, (uint64_t)(i % 3), 1000 - i, author, id); /* nearly the same texts */
    add(copies, 100 + (uint64_t)i, 0, i, author, id);        /* others */
  }
  add(copies, 2, 0, 5, "x", "y");
  add(copies, 2, 0, 6, "x", "z"); /* two copies are none to tell of */
  size_t count;
  const narr_cluster **list = narr_copies_list(copies, &count);
  assert_int_equal(count, 1);
  const narr_cluster *cluster = list[0];
  assert_int_equal(cluster->copies, 12);
  assert_near(cluster->first, 989, 0);
  assert_near(cluster->last, 1000, 0);
  const narr_cluster_story *story = cluster->story;
  assert_int_equal(narr_distinct_estimate(&story->authors), 7);
  assert_int_equal(story->name_count, NARR_COPIES_AUTHORS);
  for (int i = 0; i < NARR_COPIES_AUTHORS; i++) {
    snprintf(author, sizeof author, "author%d", i);
    assert_string_equal(story->names[i], author);
  }
  assert_string_equal(story->first_id, "id0");
  assert_string_equal(story->example, "The text of a post");
  assert_int_equal(story->label_count, 2);
  assert_int_equal(story->labels[1], 5);
  narr_free(list);
  narr_copies_free(copies);
}

static void unlike_texts_do_not_join(void **state) {
  (void)state;
  narr_copies *copies = narr_copies_new();
  for (uint64_t i = 0; i < 20; i++) add(copies, 1, i * 150, 0, "a", "b"); /* a third in common */
  size_t count;
  const narr_cluster **list = narr_copies_list(copies, &count);
  assert_int_equal(count, 0);
  narr_free(list);
  narr_copies_free(copies);
}

static void clusters_with_many_authors_come_first(void **state) {
  (void)state;
  narr_copies *copies = narr_copies_new();
  static const char *const authors[] = {"a", "b", "c", "d"};
  for (int i = 0; i < 9; i++) add(copies, 1, 0, i, "one", "id");
  for (int i = 0; i < 4; i++) add(copies, 2, 0, i, authors[i], "id");
  for (int i = 0; i < 5; i++) add(copies, 3, 0, i, "", "id"); /* nobody knows who */
  size_t count;
  const narr_cluster **list = narr_copies_list(copies, &count);
  assert_int_equal(count, 3);
  assert_int_equal(list[0]->copies, 4);
  assert_int_equal(list[1]->copies, 9);
  assert_int_equal(list[2]->copies, 5);
  assert_int_equal(list[2]->story->name_count, 0);
  narr_free(list);
  narr_copies_free(copies);
}

/* What was not seen for long is over; it is kept all the same, and begins anew. */
static void what_is_over_is_kept(void **state) {
  (void)state;
  narr_copies *copies = narr_copies_new();
  for (int i = 0; i < 4; i++) add(copies, 1, 0, i, "a", "b");
  for (uint64_t i = 0; i < NARR_COPIES_REMEMBERED; i++) {
    narr_sketch sketch = sketch_of(1000 + i, 0, 100);
    narr_posted post = posted(&sketch, 10, "", "", "");
    assert_true(narr_copies_add(copies, &post));
    if (i % 1000 == 0) add(copies, 2, 0, 20, "c", "d"); /* goes on */
  }
  for (int i = 0; i < 3; i++) add(copies, 1, 0, 30 + i, "a", "b");
  size_t count;
  const narr_cluster **list = narr_copies_list(copies, &count);
  assert_int_equal(count, 3);
  assert_int_equal(list[0]->copies, 66);
  assert_int_equal(list[1]->copies, 4);
  assert_near(list[1]->last, 3, 0);
  assert_int_equal(list[2]->copies, 3);
  assert_near(list[2]->first, 30, 0);
  narr_free(list);
  narr_copies_free(copies);
}

static void an_example_is_cut_between_characters(void **state) {
  (void)state;
  char text[NARR_COPIES_EXAMPLE_BYTES + 10];
  memset(text, 'x', sizeof text);
  memcpy(text + NARR_COPIES_EXAMPLE_BYTES - 2, "\xE2\x82\xAC", 3);
  text[sizeof text - 1] = '\0';
  narr_sketch sketch = sketch_of(1, 0, 100);
  narr_posted post = posted(&sketch, 0, "a\n", "b", text);
  narr_copies *copies = narr_copies_new();
  for (int i = 0; i < 3; i++) assert_true(narr_copies_add(copies, &post));
  size_t count;
  const narr_cluster **list = narr_copies_list(copies, &count);
  assert_int_equal(count, 1);
  assert_int_equal(strlen(list[0]->story->example), NARR_COPIES_EXAMPLE_BYTES - 2);
  narr_free(list);
  narr_copies_free(copies);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(similarity_is_jaccards),
      cmocka_unit_test(empty_sketches_are_not_alike),
      cmocka_unit_test(copies_make_a_cluster),
      cmocka_unit_test(unlike_texts_do_not_join),
      cmocka_unit_test(clusters_with_many_authors_come_first),
      cmocka_unit_test(what_is_over_is_kept),
      cmocka_unit_test(an_example_is_cut_between_characters),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
