/* Normalising gives what utf8proc's NFKC_Casefold gives, which is far too
 * slow to be called for every text, and keeps track of bytes. */
#include "text/normalize.h"

#include <utf8proc.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/prng.h"
#include "base/utf8.h"
#include "support/check.h"

static narr_chars chars = NARR_CHARS_INIT;
static narr_buffer text = NARR_BUFFER_INIT;

static int free_workspace(void **state) {
  (void)state;
  narr_chars_free(&chars);
  narr_buffer_free(&text);
  return 0;
}

static void append_code(uint32_t code) {
  char bytes[4];
  narr_buffer_append(&text, bytes, narr_utf8_encode(code, bytes));
}

static void print_codes(const char *what, const char *bytes, size_t length) {
  uint32_t code;
  print_error("%s", what);
  for (size_t at = 0; at < length;) {
    at += narr_utf8_decode(bytes + at, length - at, &code);
    print_error(" %04X", code);
  }
  print_error("\n");
}

/* Whether the characters of `text` (no NUL in it) are the oracle's. */
static bool agrees_with_oracle(void) {
  narr_buffer_byte(&text, '\0');
  text.length--;
  assert_true(narr_normalize(&chars, text.data, text.length, false));
  utf8proc_uint8_t *oracle = utf8proc_NFKC_Casefold((const utf8proc_uint8_t *)text.data);
  assert_non_null(oracle);
  size_t length = strlen((const char *)oracle), at = 0, i = 0;
  uint32_t code = 0;
  bool same = true;
  for (; at < length && same; i++) {
    at += narr_utf8_decode((const char *)oracle + at, length - at, &code);
    same = i < chars.count && chars.items[i].code == code;
  }
  same = same && i == chars.count;
  if (!same) {
    print_codes("text  ", text.data, text.length);
    print_codes("oracle", (const char *)oracle, length);
    print_error("got   ");
    for (size_t c = 0; c < chars.count; c++) print_error(" %04X", chars.items[c].code);
    print_error("\n");
  }
  free(oracle);
  return same;
}

static bool is_assigned(uint32_t code) {
  utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
  return category != UTF8PROC_CATEGORY_CN && category != UTF8PROC_CATEGORY_CS;
}

/* ---- The oracle ----------------------------------------------------------------- */

static void every_code_point_alone(void **state) {
  (void)state;
  for (uint32_t code = 1; code < 0x110000; code++) {
    if (!is_assigned(code)) continue;
    narr_buffer_clear(&text);
    append_code(code);
    assert_true(agrees_with_oracle());
  }
}

/* Between two letters, and doubled: what composes with what is about it. */
static void every_code_point_between_others(void **state) {
  (void)state;
  for (uint32_t code = 1; code < 0x30000; code++) {
    if (!is_assigned(code)) continue;
    narr_buffer_clear(&text);
    narr_buffer_byte(&text, 'a');
    append_code(code);
    append_code(0x301);
    if (code != 0x200D) append_code(code);
    append_code(0x327);
    assert_true(agrees_with_oracle());
  }
}

typedef struct range {
  uint32_t low, high;
} range;

/* Two code points are left out: a joiner after an emoji is a documented
 * difference; and utf8proc 2.8 takes U+11A7, which comes before the first
 * trailing consonant, for one and drops it behind a syllable. */
static bool is_compared(uint32_t code) {
  return is_assigned(code) && code != 0x200D && code != 0x11A7;
}

/* Random strings from some of `ranges`. */
static void check_random(const range *ranges, size_t count, size_t rounds, uint64_t seed) {
  narr_prng prng = {seed};
  for (size_t round = 0; round < rounds; round++) {
    narr_buffer_clear(&text);
    for (size_t left = 1 + (size_t)narr_prng_below(&prng, 24); left > 0; left--) {
      const range *r = &ranges[narr_prng_below(&prng, count)];
      uint32_t code = r->low + (uint32_t)narr_prng_below(&prng, r->high - r->low + 1);
      if (is_compared(code)) append_code(code);
    }
    assert_true(agrees_with_oracle());
  }
}

#define CHECK_RANDOM(rounds, ...)                                                \
  do {                                                                           \
    static const range ranges[] = {__VA_ARGS__};                                 \
    check_random(ranges, sizeof ranges / sizeof *ranges, rounds, 7u + __LINE__); \
  } while (0)

static void random_strings_of_many_blocks(void **state) {
  (void)state;
  CHECK_RANDOM(20000, {0x20, 0x7E}, {0xA0, 0x24F}, {0x300, 0x36F}, {0x370, 0x3FF}, {0x400, 0x52F},
               {0x590, 0x6FF}, {0x900, 0xDFF}, {0xE00, 0xEFF}, {0xF00, 0xFFF}, {0x1100, 0x11FF},
               {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x1E00, 0x1FFF}, {0x2000, 0x20FF},
               {0x3000, 0x30FF}, {0xAC00, 0xD7A3}, {0xF900, 0xFDFF}, {0xFE20, 0xFEFF},
               {0xFF00, 0xFFEF}, {0x11000, 0x11FFF}, {0x1D100, 0x1D7FF}, {0x1F000, 0x1FAFF},
               {0x2F800, 0x2FA1F});
  CHECK_RANDOM(20000, {1, 0xD7FF}, {0xE000, 0x10FFFF});
}

static void marks_in_any_order(void **state) {
  (void)state;
  CHECK_RANDOM(20000, {'a', 'z'}, {'A', 'Z'}, {0x300, 0x362});
  CHECK_RANDOM(5000, {'e', 'e'}, {0x300, 0x304}, {0x31B, 0x32D});
  CHECK_RANDOM(5000, {0x3B1, 0x3C9}, {0x391, 0x3A9}, {0x300, 0x345}, {0x1F00, 0x1FFF});
  CHECK_RANDOM(5000, {0x410, 0x45F}, {0x300, 0x30F}); /* й, ё, ѓ, ќ */
  CHECK_RANDOM(5000, {0x1E00, 0x1EFF}, {0x300, 0x331});
}

static void long_runs_of_marks(void **state) {
  (void)state;
  narr_prng prng = {11};
  for (size_t run = 1; run < 3000; run += 1 + run / 2) {
    narr_buffer_clear(&text);
    narr_buffer_byte(&text, 'o');
    for (size_t i = 0; i < run; i++) append_code(0x300 + (uint32_t)narr_prng_below(&prng, 0x4F));
    narr_buffer_byte(&text, 'x');
    append_code(0x301);
    assert_true(agrees_with_oracle());
  }
}

static void hangul(void **state) {
  (void)state;
  CHECK_RANDOM(10000, {0x1100, 0x1112}, {0x1161, 0x1175}, {0x11A8, 0x11C2});
  CHECK_RANDOM(3000, {0xAC00, 0xD7A3}, {0x1161, 0x1175}, {0x11A8, 0x11C2}, {0x3131, 0x318E});
  for (uint32_t syllable = 0xAC00; syllable <= 0xD7A3; syllable++) { /* taken apart */
    uint32_t index = syllable - 0xAC00;
    narr_buffer_clear(&text);
    append_code(0x1100 + index / 588);
    append_code(0x1161 + index % 588 / 28);
    if (index % 28) append_code(0x11A7 + index % 28);
    assert_true(narr_normalize(&chars, text.data, text.length, false));
    assert_int_equal(chars.count, 1);
    assert_int_equal(chars.items[0].code, syllable);
    assert_int_equal(chars.items[0].end, text.length);
  }
}

/* Unicode 15 section 3.12: trailing consonants begin at U+11A8. */
static void base_of_trailing_consonants_is_none(void **state) {
  (void)state;
  static const char sample[] = "\uCEAC\u11A7\u11AB";
  assert_true(narr_normalize(&chars, sample, strlen(sample), false));
  assert_int_equal(chars.count, 3);
  assert_int_equal(chars.items[1].code, 0x11A7);
}

static void scripts_with_marks(void **state) {
  (void)state;
  CHECK_RANDOM(5000, {0x900, 0x97F});                                   /* Devanagari */
  CHECK_RANDOM(5000, {0x980, 0x9FF}, {0xB80, 0xBFF}, {0xD00, 0xD7F});   /* two-part vowels */
  CHECK_RANDOM(5000, {0x621, 0x65F}, {0x610, 0x61A}, {0xFE70, 0xFEFC}); /* Arabic */
  CHECK_RANDOM(5000, {0x5D0, 0x5EA}, {0x591, 0x5C7}, {0xFB1D, 0xFB4F}); /* Hebrew */
  CHECK_RANDOM(5000, {0xE01, 0xE4E}, {0xF40, 0xFBC}, {0x1000, 0x109F}); /* Thai ... */
  CHECK_RANDOM(5000, {0x3041, 0x30FF}, {0xFF61, 0xFF9F});               /* kana */
  CHECK_RANDOM(3000, {0x1D15E, 0x1D164}, {0x1D165, 0x1D172}, {0x1D1BB, 0x1D1C0});
}

/* ---- The test file of the Unicode Consortium ------------------------------------------ */

static FILE *open_test_file(void) {
  static const char path[] = "/usr/share/unicode/NormalizationTest.txt";
  FILE *file = fopen(path, "r");
  if (!file && access("/usr/share/unicode/NormalizationTest.txt.bz2", R_OK) == 0)
    file = popen("exec bzip2 -dc /usr/share/unicode/NormalizationTest.txt.bz2", "r");
  return file;
}

/* "0044 0307;1E0A;...": the next column into `text`; NULL: an unknown one. */
static const char *read_column(const char *at, bool *known) {
  narr_buffer_clear(&text);
  while (*at != ';') {
    char *end;
    uint32_t code = (uint32_t)strtoul(at, &end, 16);
    assert_true(end > at);
    *known &= is_assigned(code);
    append_code(code);
    at = *end == ' ' ? end + 1 : end;
  }
  return at + 1;
}

/* All five columns are spellings of the same, so all fold to the same; but
 * not where U+0345 is among the marks: it folds to a letter, and utf8proc
 * does so before it puts the marks in order. */
static bool check_test_line(const char *line) {
  bool same = !strstr(line, "0345");
  uint32_t first[64];
  size_t count = 0;
  for (size_t column = 0; column < 5; column++) {
    bool known = true;
    line = read_column(line, &known);
    if (!known) return false;
    assert_true(agrees_with_oracle());
    if (column == 0) count = chars.count;
    if (!same) continue;
    assert_true(count < 64 && chars.count == count);
    for (size_t i = 0; i < count; i++) {
      if (column == 0) first[i] = chars.items[i].code;
      assert_int_equal(chars.items[i].code, first[i]);
    }
  }
  return true;
}

static void consortiums_test_file(void **state) {
  (void)state;
  FILE *file = open_test_file();
  if (!file) {
    print_message("no NormalizationTest.txt here (Debian: unicode-data)\n");
    skip();
  }
  char line[2048];
  size_t checked = 0;
  while (fgets(line, sizeof line, file))
    if (*line != '#' && *line != '@' && *line != '\n') checked += check_test_line(line);
  fclose(file);
  assert_true(checked > 18000);
}

/* ---- Spellings -------------------------------------------------------------------------- */

static void spellings_are_the_same(void **state) {
  (void)state;
  static const char *const pairs[][2] = {
      {"\u00E9", "e\u0301"},
      {"\u0161", "s\u030C"},
      {"\u01C4", "D\u017D"},
      {"\u1E69", "s\u0307\u0323"},
      {"\u0457", "\u0456\u0308"},
      {"\u0453", "\u0433\u0301"},
      {"\u0453", "\u0413\u0301"},
      {"\uD55C", "\u1112\u1161\u11AB"},
      {"\u212B", "A\u030A"},
      {"\u0958", "\u0915\u093C"},
      {"\u0623", "\u0627\u0654"},
      {"\u304C", "\u304B\u3099"},
      {"\uFF76\uFF9E", "\u30AC"},
      {"\uFB03", "ffi"},
      {"ẞ", "ss"},
      {"\U0001D400", "a"},
      {"\u1100\uAC01", "\u1100\uAC00\u11A8"},
  };
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    narr_chars other = NARR_CHARS_INIT;
    assert_true(narr_normalize(&chars, pairs[i][0], strlen(pairs[i][0]), false));
    assert_true(narr_normalize(&other, pairs[i][1], strlen(pairs[i][1]), false));
    assert_int_equal(chars.count, other.count);
    for (size_t c = 0; c < chars.count; c++) {
      assert_int_equal(chars.items[c].code, other.items[c].code);
      assert_int_equal(chars.items[c].class, other.items[c].class);
    }
    narr_chars_free(&other);
  }
}

static void case_is_remembered(void **state) {
  (void)state;
  static const char sample[] = "aB\u0161\u0160E\u0301\u01C4\u0414\u0434";
  static const bool upper[] = {false, true, false, true, true, true, false, true, false};
  assert_true(narr_normalize(&chars, sample, strlen(sample), false));
  assert_int_equal(chars.count, 9);
  for (size_t i = 0; i < 9; i++)
    assert_int_equal((chars.items[i].traits & NARR_TRAIT_UPPER) != 0, upper[i]);
}

/* ---- Repair ------------------------------------------------------------------------------ */

typedef struct repair {
  const char *bytes;
  size_t length;
  size_t repaired;
  const uint32_t codes[10];
} repair;

static const repair repairs[] = {
    {"", 0, 0, {0}},
    {"ab", 2, 0, {'a', 'b'}},
    {"\xEF\xBF\xBD", 3, 0, {0xFFFD}}, /* was there before: no repair */
    {"\xC0\xAF", 2, 2, {0xFFFD, 0xFFFD}},
    {"\xE0\x80\xBF", 3, 3, {0xFFFD, 0xFFFD, 0xFFFD}},
    {"\xF0\x80\x80\x41", 4, 3, {0xFFFD, 0xFFFD, 0xFFFD, 'a'}},
    {"\xED\xA0\x80", 3, 3, {0xFFFD, 0xFFFD, 0xFFFD}},
    {"\xF4\x91\x92\x93\xFF\x41", 6, 5, {0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD, 'a'}},
    {"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", 9, 4, {0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD, 'a'}},
    {"e\xFF\xCC\x81", 4, 1, {'e', 0xFFFD, 0x301}},
    {"x\xC5", 2, 1, {'x', 0xFFFD}},
};

static void invalid_bytes_are_replaced_and_counted(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof repairs / sizeof *repairs; i++) {
    const repair *r = &repairs[i];
    char *exact = narr_copy_bytes(r->bytes, r->length);
    assert_non_null(exact);
    assert_true(narr_normalize(&chars, exact, r->length, false));
    narr_free(exact);
    assert_int_equal(chars.repaired, r->repaired);
    for (size_t c = 0; c < chars.count; c++) assert_int_equal(chars.items[c].code, r->codes[c]);
    assert_int_equal(r->codes[chars.count], 0);
  }
}

/* ---- Offsets ------------------------------------------------------------------------------ */

typedef struct placed {
  uint32_t code, start, end;
} placed;

static void check_places(const char *sample, const placed *expected, size_t count) {
  assert_true(narr_normalize(&chars, sample, strlen(sample), false));
  assert_int_equal(chars.count, count);
  for (size_t i = 0; i < count; i++) {
    assert_int_equal(chars.items[i].code, expected[i].code);
    assert_int_equal(chars.items[i].start, expected[i].start);
    assert_int_equal(chars.items[i].end, expected[i].end);
  }
}

#define CHECK_PLACES(sample, ...)                                       \
  do {                                                                  \
    static const placed expected[] = {__VA_ARGS__};                     \
    check_places(sample, expected, sizeof expected / sizeof *expected); \
  } while (0)

static void characters_know_their_bytes(void **state) {
  (void)state;
  CHECK_PLACES("aŠ\xFF", {'a', 0, 1}, {0x161, 1, 3}, {0xFFFD, 3, 4});
  CHECK_PLACES("xﬁy", {'x', 0, 1}, {'f', 1, 4}, {'i', 1, 4}, {'y', 4, 5});
  CHECK_PLACES("e\u0301x", {0xE9, 0, 3}, {'x', 3, 4});
  CHECK_PLACES("\u1112\u1161\u11AB", {0xD55C, 0, 9});
  /* marks that changed places share their bytes */
  CHECK_PLACES("q\u0301\u0316x", {'q', 0, 1}, {0x316, 1, 5}, {0x301, 1, 5}, {'x', 5, 6});
  CHECK_PLACES("q\u0316\u0301x", {'q', 0, 1}, {0x316, 1, 3}, {0x301, 3, 5}, {'x', 5, 6});
  /* a mark composes over another one, which is then within its bytes */
  CHECK_PLACES("a\u0316\u0301x", {0xE1, 0, 5}, {0x316, 1, 5}, {'x', 5, 6});
  /* what is ignorable has gone, except from an emoji */
  CHECK_PLACES("a\u200Bb", {'a', 0, 1}, {'b', 4, 5});
  CHECK_PLACES("❤\uFE0F!", {0x2764, 0, 6}, {'!', 6, 7});
  CHECK_PLACES("👨\u200D👩", {0x1F468, 0, 4}, {0x200D, 4, 7}, {0x1F469, 7, 11});
  CHECK_PLACES("❤ \uFE0F", {0x2764, 0, 3}, {' ', 3, 4});
}

static void workspace_is_used_again(void **state) {
  (void)state;
  narr_buffer_clear(&text);
  for (size_t i = 0; i < 5000; i++) narr_buffer_string(&text, "e\u0301\xFF");
  assert_true(narr_normalize(&chars, text.data, text.length, false));
  assert_int_equal(chars.count, 10000);
  assert_int_equal(chars.repaired, 5000);
  CHECK_PLACES("b", {'b', 0, 1});
  assert_int_equal(chars.repaired, 0);
  assert_true(narr_normalize(&chars, "", 0, false));
  assert_int_equal(chars.count, 0);
}

static void unicode_version_is_utf8procs(void **state) {
  (void)state;
  assert_string_equal(narr_unicode_version(), utf8proc_unicode_version());
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_code_point_alone),
      cmocka_unit_test(every_code_point_between_others),
      cmocka_unit_test(random_strings_of_many_blocks),
      cmocka_unit_test(marks_in_any_order),
      cmocka_unit_test(long_runs_of_marks),
      cmocka_unit_test(hangul),
      cmocka_unit_test(base_of_trailing_consonants_is_none),
      cmocka_unit_test(scripts_with_marks),
      cmocka_unit_test(consortiums_test_file),
      cmocka_unit_test(spellings_are_the_same),
      cmocka_unit_test(case_is_remembered),
      cmocka_unit_test(invalid_bytes_are_replaced_and_counted),
      cmocka_unit_test(characters_know_their_bytes),
      cmocka_unit_test(workspace_is_used_again),
      cmocka_unit_test(unicode_version_is_utf8procs),
  };
  return cmocka_run_group_tests(tests, NULL, free_workspace);
}
