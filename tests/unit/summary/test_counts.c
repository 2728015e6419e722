/* Counting in bounded memory: distinct things, top names, windows, surges,
 * divergences. */
#include "base/hash.h"
#include "summary/distinct.h"
#include "summary/divergence.h"
#include "summary/languages.h"
#include "summary/surge.h"
#include "summary/timeline.h"
#include "summary/top_names.h"
#include "support/check.h"

/* ---- Distinct things -------------------------------------------------------------- */

static uint64_t distinct_after(uint64_t things, unsigned times) {
  narr_distinct_count count = {.kept = 0};
  for (unsigned t = 0; t < times; t++)
    for (uint64_t i = 0; i < things; i++) narr_distinct_add(&count, narr_hash_mix(i, 12345));
  return narr_distinct_estimate(&count);
}

static void few_things_are_counted_exactly(void **state) {
  (void)state;
  for (uint64_t n = 0; n < NARR_DISTINCT_KEPT; n++) assert_int_equal(distinct_after(n, 3), n);
}

static void many_things_are_estimated(void **state) {
  (void)state;
  for (uint64_t n = 100; n <= 1000000; n *= 10) {
    double estimate = (double)distinct_after(n, n < 10000 ? 3 : 1);
    assert_near(estimate / (double)n, 1, 0.4); /* three standard deviations */
  }
}

/* ---- Top names --------------------------------------------------------------------- */

/* Returns the entry of that name or NULL. */
static const narr_top_name *find(const narr_top_names *top, const char *name) {
  for (size_t i = 0; i < top->count; i++)
    if (top->names[i].length == strlen(name) &&
        memcmp(top->names[i].name, name, top->names[i].length) == 0)
      return &top->names[i];
  return NULL;
}

static void frequent_names_outlast_rare_ones(void **state) {
  (void)state;
  narr_top_names top = {.count = 0};
  char name[32];
  for (int i = 0; i < 20000; i++) {
    snprintf(name, sizeof name, "rare%d", i);
    assert_true(narr_top_names_add(&top, NARR_TOP_NAMES, name, strlen(name)));
    if (i % 10 == 0) assert_true(narr_top_names_add(&top, NARR_TOP_NAMES, "often", 5));
    if (i % 40 == 0) assert_true(narr_top_names_add(&top, NARR_TOP_NAMES, "at times", 8));
  }
  assert_int_equal(top.count, NARR_TOP_NAMES);
  narr_top_names_sort(&top);
  const narr_top_name *often = find(&top, "often"), *at_times = find(&top, "at times");
  assert_ptr_equal(often, &top.names[0]);
  assert_ptr_equal(at_times, &top.names[1]);
  assert_in_range(2000, often->count - often->error, often->count);
  assert_in_range(500, at_times->count - at_times->error, at_times->count);
  narr_top_names_free(&top);
}

static void ties_are_in_order_of_names(void **state) {
  (void)state;
  static const char *const names[] = {"b", "ab", "a", "abc"};
  narr_top_names top = {.count = 0};
  for (size_t i = 0; i < 4; i++)
    assert_true(narr_top_names_add(&top, NARR_TOP_NAMES, names[i], strlen(names[i])));
  narr_top_names_sort(&top);
  static const char *const sorted[] = {"a", "ab", "abc", "b"};
  for (size_t i = 0; i < 4; i++) assert_ptr_equal(find(&top, sorted[i]), &top.names[i]);
  narr_top_names_free(&top);
}

static void long_names_are_cut_between_characters(void **state) {
  (void)state;
  char name[NARR_TOP_NAME_BYTES + 20];
  memset(name, 'x', sizeof name);
  memcpy(name + NARR_TOP_NAME_BYTES - 1, "ž", 2);
  narr_top_names top = {.count = 0};
  assert_true(narr_top_names_add(&top, NARR_TOP_NAMES, name, sizeof name));
  assert_int_equal(top.names[0].length, NARR_TOP_NAME_BYTES - 1);
  name[sizeof name - 1] = 'y'; /* another name, though it looks the same */
  assert_true(narr_top_names_add(&top, NARR_TOP_NAMES, name, sizeof name));
  assert_int_equal(top.count, 2);
  narr_top_names_free(&top);
}

/* ---- Surges ---------------------------------------------------------------------------- */

static double surge_over(uint64_t count, uint64_t usual, size_t windows) {
  uint64_t before[NARR_SURGE_BASELINE];
  for (size_t i = 0; i < windows; i++) before[i] = usual;
  return narr_surge_of(count, before, windows).value;
}

static void surges_stand_out(void **state) {
  (void)state;
  /* 2 sqrt(20.375) - 2 sqrt(4.375): by hand */
  assert_near(surge_over(20, 4, 10), 4.8445, 0.0005);
  assert_near(surge_over(4, 4, 10), 0, 0);        /* too few to tell */
  assert_near(surge_over(100, 100, 10), 0, 1e-9); /* as ever */
  assert_true(surge_over(5, 0, 6) > 3);
  assert_true(surge_over(130, 100, 24) < 3); /* chance has a variance of 1 */
  assert_true(surge_over(140, 100, 24) > 3);
  assert_near(surge_over(1000, 0, NARR_SURGE_FEWEST_WINDOWS - 1), 0, 0);
}

static void an_unsteady_baseline_counts(void **state) {
  (void)state;
  const uint64_t steady[8] = {25, 25, 25, 25, 25, 25, 25, 25};
  const uint64_t unsteady[8] = {1, 64, 1, 64, 1, 64, 1, 64};
  narr_surge a = narr_surge_of(70, steady, 8), b = narr_surge_of(70, unsteady, 8);
  assert_true(a.value > 5 && b.value < 2);
  assert_near(a.expected, 25, 1e-12);
  assert_near(b.expected, 32.5, 1e-12);
  assert_int_equal(b.windows, 8);
}

/* ---- Windows --------------------------------------------------------------------------- */

static void add(narr_timeline *timeline, double time, uint16_t lang, size_t labels) {
  static const uint16_t all[] = {0, 1};
  bool too_early;
  narr_window *window = narr_timeline_at(timeline, time, &too_early);
  assert_non_null(window);
  narr_judged post = {.time = time,
                      .lang = lang,
                      .unknown = 0.25,
                      .probability = 1,
                      .labels = all,
                      .label_count = labels};
  assert_true(narr_window_add(window, timeline->label_count, &post));
}

static void windows_are_in_order_of_time(void **state) {
  (void)state;
  static const double times[] = {7199, 3600, 0, -1, 10800, 3599.5};
  static const struct {
    int64_t index;
    uint64_t posts;
  } expected[] = {{-1, 1}, {0, 2}, {1, 2}, {3, 1}};
  narr_timeline timeline = {.label_count = 2, .width = 3600};
  for (size_t i = 0; i < sizeof times / sizeof *times; i++) add(&timeline, times[i], 0, i % 3);
  assert_int_equal(timeline.count, 4);
  for (size_t i = 0; i < 4; i++) {
    assert_int_equal(timeline.windows[i]->index, expected[i].index);
    assert_int_equal(timeline.windows[i]->posts, expected[i].posts);
    assert_int_equal(narr_timeline_find(&timeline, expected[i].index), i);
  }
  assert_int_equal(narr_timeline_find(&timeline, 2), 3);
  assert_int_equal(narr_timeline_find(&timeline, 4), 4);
  narr_timeline_free(&timeline);
}

static void windows_count_what_they_are_given(void **state) {
  (void)state;
  narr_timeline timeline = {.label_count = 2, .width = 60};
  for (size_t i = 0; i < 12; i++) add(&timeline, 1, i % 4 == 0, i % 3);
  const narr_window *window = timeline.windows[0];
  assert_int_equal(window->posts, 12);
  assert_int_equal(window->flagged, 8);
  assert_int_equal(window->labels[0], 8);
  assert_int_equal(window->labels[1], 4);
  assert_int_equal(window->scores[NARR_TIMELINE_SCORES - 1], 12);
  assert_near(window->unknown, 3, 1e-12);
  uint64_t posts[3] = {0}, of_lang_1[3] = {0};
  for (size_t i = 0; i < window->cell_count; i++) {
    const narr_cell *cell = &window->cells[i];
    posts[cell->label] += cell->posts;
    if (cell->lang == 1) of_lang_1[cell->label] += cell->posts;
  }
  assert_int_equal(posts[0], 8);
  assert_int_equal(posts[1], 4);
  assert_int_equal(posts[2], 12);
  assert_int_equal(of_lang_1[0], 2); /* posts 4 and 8; 0 has no label */
  assert_int_equal(of_lang_1[2], 3);
  narr_timeline_free(&timeline);
}

static void the_earliest_window_gives_way(void **state) {
  (void)state;
  narr_timeline timeline = {.label_count = 1, .width = 1};
  for (int i = 0; i < NARR_TIMELINE_WINDOWS + 3; i++) add(&timeline, i, 0, 0);
  assert_int_equal(timeline.count, NARR_TIMELINE_WINDOWS);
  assert_int_equal(timeline.dropped, 3);
  assert_int_equal(timeline.windows[0]->index, 3);
  bool too_early;
  assert_null(narr_timeline_at(&timeline, 2, &too_early));
  assert_true(too_early);
  assert_non_null(narr_timeline_at(&timeline, 3, &too_early));
  assert_false(too_early);
  narr_timeline_free(&timeline);
}

/* The baseline is of windows with posts, the nearest ones, none too far back. */
static void the_baseline_is_what_came_before(void **state) {
  (void)state;
  narr_timeline timeline = {.label_count = 2, .width = 1};
  for (int i = 0; i < 40; i++) add(&timeline, i, 0, i < 10 ? 2 : 0);
  for (int i = 0; i < 9; i++) add(&timeline, 100, 0, 1);
  size_t at = narr_timeline_find(&timeline, 100);
  narr_surge surge = narr_timeline_surge(&timeline, at, 0);
  assert_int_equal(surge.windows, NARR_SURGE_BASELINE);
  assert_near(surge.expected, 0, 0); /* the ten flagged lie before it */
  assert_true(surge.value > 4);
  assert_near(narr_timeline_surge(&timeline, at, 1).value, 0, 0);
  add(&timeline, 36 + NARR_SURGE_REACH, 0, 1); /* 36 to 39, and 100 */
  surge = narr_timeline_surge(&timeline, narr_timeline_find(&timeline, 36 + NARR_SURGE_REACH), 0);
  assert_int_equal(surge.windows, 5);
  assert_near(surge.expected, 9 / 5.0, 1e-12);
  narr_timeline_free(&timeline);
}

/* ---- Languages ----------------------------------------------------------------------- */

static void languages_are_short(void **state) {
  (void)state;
  static const char *const tags[][2] = {{"sr-Latn-RS", "sr"},
                                        {"SR_cyrl", "sr"},
                                        {"sr", "sr"},
                                        {"", "und"},
                                        {"\xFF\n\"", "und"},
                                        {"Serbo Croatian!", "serbocroatian"},
                                        {"averyveryverylongone", "averyveryverylo"}};
  narr_languages *languages = calloc(1, sizeof *languages);
  assert_non_null(languages);
  for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
    uint16_t number = narr_languages_add(languages, tags[i][0], strlen(tags[i][0]));
    assert_string_equal(languages->names[number], tags[i][1]);
  }
  assert_int_equal(languages->count, 4);
  char tag[8];
  for (int i = 0; i < 1000; i++) {
    snprintf(tag, sizeof tag, "x%d", i);
    assert_int_equal(narr_languages_add(languages, tag, strlen(tag)),
                     i < NARR_LANGUAGES - 5 ? 4 + i : NARR_LANGUAGES - 1);
  }
  assert_string_equal(languages->names[NARR_LANGUAGES - 1], "others");
  assert_int_equal(narr_languages_add(languages, "x0", 2), 4);
  free(languages);
}

/* ---- Divergences ---------------------------------------------------------------------- */

static void divergence_is_in_bits(void **state) {
  (void)state;
  static const double a[] = {1, 1, 0, 0}, b[] = {0, 0, 3, 1}, c[] = {50, 50, 0, 0};
  static const double d[] = {3, 1, 0, 0}, none[] = {0, 0, 0, 0};
  assert_near(narr_divergence(a, b, 4), 1, 1e-12);
  assert_near(narr_divergence(a, c, 4), 0, 1e-12);
  assert_near(narr_divergence(a, none, 4), 0, 0);
  /* entropy of (5/8, 3/8) less the mean of those of (1/2, 1/2) and (3/4, 1/4) */
  assert_near(narr_divergence(a, d, 4), 0.9544340 - (1 + 0.8112781) / 2, 1e-6);
  assert_near(narr_divergence(a, d, 4), narr_divergence(d, a, 4), 1e-15);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(few_things_are_counted_exactly),
      cmocka_unit_test(many_things_are_estimated),
      cmocka_unit_test(frequent_names_outlast_rare_ones),
      cmocka_unit_test(ties_are_in_order_of_names),
      cmocka_unit_test(long_names_are_cut_between_characters),
      cmocka_unit_test(surges_stand_out),
      cmocka_unit_test(an_unsteady_baseline_counts),
      cmocka_unit_test(windows_are_in_order_of_time),
      cmocka_unit_test(windows_count_what_they_are_given),
      cmocka_unit_test(the_earliest_window_gives_way),
      cmocka_unit_test(the_baseline_is_what_came_before),
      cmocka_unit_test(languages_are_short),
      cmocka_unit_test(divergence_is_in_bits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
