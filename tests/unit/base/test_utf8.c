/* UTF-8 as in Unicode 15 section 3.9: tables 3-7 (what is well-formed) and
 * 3-8 to 3-11 (how many replacement characters ill-formed bytes give). */
#include "base/utf8.h"

#include "base/alloc.h"
#include "support/check.h"

static bool is_scalar(uint32_t code) {
  return code < 0xD800 || (code > 0xDFFF && code < 0x110000);
}

static void every_scalar_value_comes_back(void **state) {
  (void)state;
  for (uint32_t code = 0; code < 0x110000; code++) {
    if (!is_scalar(code)) continue;
    char bytes[5] = {0, 0, 0, 0, 'x'};
    uint32_t decoded;
    size_t length = narr_utf8_encode(code, bytes);
    assert_int_equal(length, code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4);
    assert_int_equal(narr_utf8_decode(bytes, length, &decoded), length);
    assert_int_equal(decoded, code);
    assert_true(narr_utf8_valid(bytes, length, NULL));
    for (size_t cut = 1; cut < length; cut++) {
      assert_int_equal(narr_utf8_decode(bytes, cut, &decoded), cut);
      assert_int_equal(decoded, NARR_UTF8_INVALID);
    }
  }
}

static void surrogates_are_invalid(void **state) {
  (void)state;
  for (uint32_t code = 0xD800; code <= 0xDFFF; code++) {
    char bytes[4];
    uint32_t decoded;
    assert_int_equal(narr_utf8_encode(code, bytes), 3); /* encodes what it is given */
    assert_int_equal(narr_utf8_decode(bytes, 3, &decoded), 1);
    assert_int_equal(decoded, NARR_UTF8_INVALID);
    assert_false(narr_utf8_valid(bytes, 3, NULL));
  }
}

/* ---- The examples of the standard ------------------------------------------------- */

typedef struct example {
  const char *bytes;
  size_t length;
  const char *parts; /* a digit a step: its length; '!' after it: invalid */
} example;

static const example examples[] = {
    {"\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", 9, "1!1!1!1!1!1!1!1!1"}, /* 3-8: not shortest */
    {"\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", 9, "1!1!1!1!1!1!1!1!1"}, /* 3-9: surrogates */
    {"\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", 9, "1!1!1!1!1!11!1!1"},  /* 3-10: others */
    {"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", 9, "2!1!3!2!1"},         /* 3-11: truncated */
    {"\xC0\xAF", 2, "1!1!"},
    {"\xE0\x80\xBF", 3, "1!1!1!"},
    {"\xF0\x80\x80\x41", 4, "1!1!1!1"},
    {"\xED\xA0\x80", 3, "1!1!1!"},
    {"\xF0\x9F\x98", 3, "3!"},
    {"\xF0\x9F\x98\x41", 4, "3!1"},
    {"\xC5\xC5\xA1", 3, "1!2"},
    {"\xF5\x80\x80\x80", 4, "1!1!1!1!"},
    {"\xE2\x82\xAC\xE2\x82", 5, "32!"},
    {"\xFE\xFF", 2, "1!1!"},
};

static void check_example(const example *e) {
  size_t at = 0, first_invalid = SIZE_MAX, offset = 0;
  for (const char *part = e->parts; *part; part++) {
    uint32_t code;
    bool invalid = part[1] == '!';
    char *exact = narr_copy_bytes(e->bytes + at, e->length - at); /* so that a sanitizer sees */
    assert_non_null(exact);
    assert_int_equal(narr_utf8_decode(exact, e->length - at, &code), *part - '0');
    narr_free(exact);
    assert_int_equal(code == NARR_UTF8_INVALID, invalid);
    if (invalid && first_invalid == SIZE_MAX) first_invalid = at;
    at += (size_t)(*part - '0');
    part += invalid;
  }
  assert_int_equal(at, e->length);
  assert_false(narr_utf8_valid(e->bytes, e->length, &offset));
  assert_int_equal(offset, first_invalid);
}

static void maximal_subparts(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) check_example(&examples[i]);
}

/* ---- Table 3-7, word by word --------------------------------------------------------- */

typedef struct well_formed {
  unsigned char range[4][2];
  size_t length;
} well_formed;

static const well_formed table[] = {
    {{{0x00, 0x7F}}, 1},
    {{{0xC2, 0xDF}, {0x80, 0xBF}}, 2},
    {{{0xE0, 0xE0}, {0xA0, 0xBF}, {0x80, 0xBF}}, 3},
    {{{0xE1, 0xEC}, {0x80, 0xBF}, {0x80, 0xBF}}, 3},
    {{{0xED, 0xED}, {0x80, 0x9F}, {0x80, 0xBF}}, 3},
    {{{0xEE, 0xEF}, {0x80, 0xBF}, {0x80, 0xBF}}, 3},
    {{{0xF0, 0xF0}, {0x90, 0xBF}, {0x80, 0xBF}, {0x80, 0xBF}}, 4},
    {{{0xF1, 0xF3}, {0x80, 0xBF}, {0x80, 0xBF}, {0x80, 0xBF}}, 4},
    {{{0xF4, 0xF4}, {0x80, 0x8F}, {0x80, 0xBF}, {0x80, 0xBF}}, 4},
};

/* The length of the longest prefix that a row of the table begins with. */
static size_t by_the_table(const unsigned char *bytes, size_t length, bool *whole) {
  size_t longest = 0;
  *whole = false;
  for (size_t r = 0; r < sizeof table / sizeof *table; r++) {
    size_t n = 0;
    while (n < length && n < table[r].length && bytes[n] >= table[r].range[n][0] &&
           bytes[n] <= table[r].range[n][1])
      n++;
    if (n > longest) {
      longest = n;
      *whole = n == table[r].length;
    }
  }
  return longest ? longest : 1;
}

static void four_bytes_at_the_borders(void **state) {
  (void)state;
  static const unsigned char border[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF,
                                         0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
                                         0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF};
  enum { BORDERS = sizeof border };
  for (size_t i = 0; i < (size_t)BORDERS * BORDERS * BORDERS * BORDERS; i++) {
    unsigned char bytes[4] = {border[i % BORDERS], border[i / BORDERS % BORDERS],
                              border[i / BORDERS / BORDERS % BORDERS],
                              border[i / BORDERS / BORDERS / BORDERS]};
    bool whole;
    uint32_t code;
    size_t expected = by_the_table(bytes, 4, &whole);
    if (narr_utf8_decode((const char *)bytes, 4, &code) != expected ||
        (code != NARR_UTF8_INVALID) != whole)
      fail_msg("%02X %02X %02X %02X", bytes[0], bytes[1], bytes[2], bytes[3]);
  }
}

/* ---- Whole texts --------------------------------------------------------------------- */

static void invalid_byte_is_found_anywhere(void **state) {
  (void)state;
  char text[40];
  for (size_t length = 0; length <= sizeof text; length++) {
    memset(text, 'a', sizeof text);
    assert_true(narr_utf8_valid(text, length, NULL));
    for (size_t at = 0; at < length; at++) {
      size_t offset = SIZE_MAX;
      text[at] = '\xC5';
      assert_false(narr_utf8_valid(text, length, &offset));
      assert_int_equal(offset, at);
      text[at] = 'a';
    }
  }
}

static void character_may_cross_any_boundary(void **state) {
  (void)state;
  for (size_t lead = 0; lead < 20; lead++) {
    char text[32];
    memset(text, 'a', sizeof text);
    memcpy(text + lead, "\xF0\x9F\x98\x80", 4);
    assert_true(narr_utf8_valid(text, sizeof text, NULL));
    assert_true(narr_utf8_valid(text, lead + 4, NULL));
    for (size_t cut = 1; cut < 4; cut++) {
      size_t offset = 0;
      assert_false(narr_utf8_valid(text, lead + cut, &offset));
      assert_int_equal(offset, lead);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_scalar_value_comes_back),
      cmocka_unit_test(surrogates_are_invalid),
      cmocka_unit_test(maximal_subparts),
      cmocka_unit_test(four_bytes_at_the_borders),
      cmocka_unit_test(invalid_byte_is_found_anywhere),
      cmocka_unit_test(character_may_cross_any_boundary),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
