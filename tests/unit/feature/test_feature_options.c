/* "word=1-2,char=2-5" to ranges and back; what makes no sense is refused with
 * a message that says what would. */
#include "feature/feature_options.h"

#include "support/check.h"

static void check_ranges(const narr_feature_options *options, const uint8_t expected[6]) {
  for (size_t b = 0; b < NARR_NGRAM_BLOCKS; b++) {
    assert_int_equal(options->min[b], expected[2 * b]);
    assert_int_equal(options->max[b], expected[2 * b + 1]);
  }
}

typedef struct list {
  const char *text;
  const char *written; /* how it is written back */
  uint8_t ranges[6];   /* of word, char, char_wb */
} list;

static const list lists[] = {
    {"word=1-2,char=2-5", "word=1-2,char=2-5", {1, 2, 2, 5, 0, 0}},
    {"word=1", "word=1-1", {1, 1, 0, 0, 0, 0}},
    {"char=8", "char=8-8", {0, 0, 8, 8, 0, 0}},
    {"char_wb=1-8", "char_wb=1-8", {0, 0, 0, 0, 1, 8}},
    {"char_wb=3-3,word=2-4", "word=2-4,char_wb=3-3", {2, 4, 0, 0, 3, 3}},
    {"char=1,char_wb=2,word=3", "word=3-3,char=1-1,char_wb=2-2", {3, 3, 1, 1, 2, 2}},
    {"word=1-2:0.7,char=2-5", "word=1-2:0.7,char=2-5", {1, 2, 2, 5, 0, 0}},
    {"char=2:0.05,word=1:1", "word=1-1,char=2-2:0.05", {1, 1, 2, 2, 0, 0}},
    {"char_wb=2:0.50,word=1:1.0", "word=1-1,char_wb=2-2:0.5", {1, 1, 0, 0, 2, 2}},
};

static void lists_are_read_and_written(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    narr_feature_options options = {{9, 9, 9}, {9, 9, 9}, 1, 0, {0}, {0}, 0},
                         again = {{0}, {0}, 0, 0, {0}, {0}, 0};
    char text[NARR_FEATURE_TEXT_SIZE];
    assert_ok(narr_feature_options_parse(&options, lists[i].text, NULL));
    check_ranges(&options, lists[i].ranges);
    assert_int_equal(options.sublinear_tf, 1); /* not part of the list */
    assert_int_equal(options.use_idf, 0);
    assert_true(narr_feature_options_valid(&options));
    narr_feature_options_format(&options, text);
    assert_string_equal(text, lists[i].written);
    assert_ok(narr_feature_options_parse(&again, text, NULL));
    check_ranges(&again, lists[i].ranges);
  }
}

static void every_weight_is_read_and_written(void **state) {
  (void)state;
  for (unsigned weight = 0; weight <= 120; weight++) {
    char text[32], written[NARR_FEATURE_TEXT_SIZE];
    narr_feature_options options;
    snprintf(text, sizeof text, "char=2:%u.%02u", weight / 100, weight % 100);
    bool good = weight >= 1 && weight <= 100;
    assert_int_equal(narr_feature_options_parse(&options, text, NULL),
                     good ? NARR_OK : NARR_ERROR_ARGUMENT);
    if (!good) continue;
    assert_near(narr_feature_options_weight(&options, NARR_BLOCK_CHAR), weight / 100.0, 0);
    narr_feature_options_format(&options, written);
    assert_ok(narr_feature_options_parse(&options, written, NULL));
    assert_near(narr_feature_options_weight(&options, NARR_BLOCK_CHAR), weight / 100.0, 0);
  }
}

static void every_range_is_read_and_written(void **state) {
  (void)state;
  for (unsigned min = 0; min <= 9; min++)
    for (unsigned max = 0; max <= 9; max++) {
      char text[32], written[NARR_FEATURE_TEXT_SIZE];
      narr_feature_options options;
      snprintf(text, sizeof text, "char=%u-%u", min, max);
      bool good = min >= 1 && min <= max && max <= NARR_NGRAM_MAX;
      narr_status status = narr_feature_options_parse(&options, text, NULL);
      assert_int_equal(status, good ? NARR_OK : NARR_ERROR_ARGUMENT);
      if (!good) continue;
      narr_feature_options_format(&options, written);
      assert_string_equal(written, text);
    }
}

typedef struct bad_list {
  const char *text;
  const char *message;
} bad_list;

static const bad_list bad_lists[] = {
    {"", "features \"\": \"\" is no kind of n-gram (word, char, char_wb)"},
    {"words=1", "features \"words=1\": \"words\" is no kind of n-gram (word, char, char_wb)"},
    {"wor=1", "\"wor\" is no kind"},
    {"Word=1", "\"Word\" is no kind"},
    {" word=1", "\" word\" is no kind"},
    {"word=1, char=2", "\" char\" is no kind"},
    {"word=1,", "\"\" is no kind"},
    {",word=1", "\"\" is no kind"},
    {"=1", "\"\" is no kind"},
    {"word=1,word=2", "features \"word=1,word=2\": word is there twice"},
    {"char=1,char_wb=1,char=1", "char is there twice"},
    {"word", "features \"word\": word needs a range within 1-8, such as word=1-2"},
    {"char_wb=", "char_wb needs a range within 1-8, such as char_wb=1-2"},
    {"word=0", "word needs a range"},
    {"word=0-2", "word needs a range"},
    {"word=9", "word needs a range"},
    {"word=1-9", "word needs a range"},
    {"word=3-2", "word needs a range"},
    {"word=12", "word needs a range"},
    {"word=1-", "word needs a range"},
    {"word=-2", "word needs a range"},
    {"word=1-2-3", "word needs a range"},
    {"word=1 ", "word needs a range"},
    {"word=a", "word needs a range"},
    {"word=1=2", "word needs a range"},
    {"word=1:", "the weight of word is not within 0.01 and 1, such as :0.7"},
    {"word=1:0", "the weight of word"},
    {"word=1:0.", "the weight of word"},
    {"word=1:.7", "the weight of word"},
    {"char=1:-0.5", "the weight of char"},
    {"word=1:0.705", "the weight of word"},
    {"word=1:1.1", "the weight of word"},
    {"word=1:2", "the weight of word"},
    {"word=1:0.7:0.7", "the weight of word"},
    {"word=1:0.7 ", "the weight of word"},
};

static void bad_lists_are_refused(void **state) {
  (void)state;
  narr_error error = NARR_ERROR_INIT;
  for (size_t i = 0; i < sizeof bad_lists / sizeof *bad_lists; i++) {
    narr_feature_options options;
    assert_fails(narr_feature_options_parse(&options, bad_lists[i].text, &error),
                 NARR_ERROR_ARGUMENT, error, bad_lists[i].message);
    assert_int_equal(narr_feature_options_parse(&options, bad_lists[i].text, NULL),
                     NARR_ERROR_ARGUMENT);
  }
}

/* Options that come from a file. */
static void options_that_make_no_sense_are_not_valid(void **state) {
  (void)state;
  static const narr_feature_options bad[] = {
      {{0, 0, 0}, {0, 0, 0}, 0, 0, {0}, {0}, 0},
      {{0, 0, 0}, {1, 0, 0}, 0, 0, {0}, {0}, 0},
      {{2, 0, 0}, {1, 0, 0}, 0, 0, {0}, {0}, 0},
      {{1, 0, 0}, {9, 0, 0}, 0, 0, {0}, {0}, 0},
      {{1, 0, 9}, {1, 0, 9}, 0, 0, {0}, {0}, 0},
      {{1, 255, 0}, {1, 255, 0}, 0, 0, {0}, {0}, 0},
      {{1, 0, 0}, {1, 0, 0}, 2, 0, {0}, {0}, 0},
      {{1, 0, 0}, {1, 0, 0}, 0, 2, {0}, {0}, 0},
      {{1, 0, 0}, {1, 0, 0}, 255, 255, {0}, {0}, 0},
      {{1, 0, 0}, {1, 0, 0}, 0, 0, {0}, {100, 0, 0}, 0},
      {{1, 0, 0}, {1, 0, 0}, 0, 0, {0}, {255, 0, 0}, 0},
      {{1, 0, 0}, {1, 0, 0}, 0, 0, {0}, {0, 1, 0}, 0},
      {{1, 0, 0}, {1, 0, 0}, 0, 0, {0}, {0, 0, 0}, 1},
  };
  static const narr_feature_options good[] = {{{1, 0, 0}, {1, 0, 0}, 0, 0, {0}, {0}, 0},
                                              {{0, 8, 0}, {0, 8, 0}, 1, 0, {0}, {0}, 0},
                                              {{1, 1, 1}, {8, 8, 8}, 1, 1, {0}, {99, 1, 50}, 0}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_false(narr_feature_options_valid(&bad[i]));
  for (size_t i = 0; i < sizeof good / sizeof *good; i++)
    assert_true(narr_feature_options_valid(&good[i]));
}

static void text_fits_whatever_the_options(void **state) {
  (void)state;
  narr_feature_options options = {{255, 255, 255}, {255, 255, 255}, 0, 0, {0}, {99, 88, 77}, 0};
  char text[NARR_FEATURE_TEXT_SIZE + 1];
  memset(text, 'x', sizeof text);
  narr_feature_options_format(&options, text);
  assert_string_equal(text, "word=255-255:0.01,char=255-255:0.12,char_wb=255-255:0.23");
  assert_int_equal(text[NARR_FEATURE_TEXT_SIZE], 'x');
  options = (narr_feature_options){{0}, {0}, 0, 0, {0}, {0}, 0};
  narr_feature_options_format(&options, text);
  assert_string_equal(text, "");
}

static void blocks_have_names_and_weights(void **state) {
  (void)state;
  assert_string_equal(narr_block_name(NARR_BLOCK_WORD), "word");
  assert_string_equal(narr_block_name(NARR_BLOCK_CHAR), "char");
  assert_string_equal(narr_block_name(NARR_BLOCK_CHAR_WB), "char_wb");
  for (unsigned on = 0; on < 8; on++) {
    narr_feature_options options = {{on & 1, on >> 1 & 1, on >> 2}, {0}, 0, 0, {0}, {50, 0, 0}, 0};
    assert_near(narr_feature_options_square(&options), 0.25 * (on & 1) + (on >> 1 & 1) + (on >> 2),
                1e-15);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lists_are_read_and_written),
      cmocka_unit_test(every_range_is_read_and_written),
      cmocka_unit_test(every_weight_is_read_and_written),
      cmocka_unit_test(bad_lists_are_refused),
      cmocka_unit_test(options_that_make_no_sense_are_not_valid),
      cmocka_unit_test(text_fits_whatever_the_options),
      cmocka_unit_test(blocks_have_names_and_weights),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
