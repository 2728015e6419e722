/* Words end where Unicode Standard Annex 29 ends them: against its own test
 * file (Debian: unicode-data), but for the differences that are listed here.
 * On real posts, scripts/bench_word_breaks.py compares with libunistring. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/utf8.h"
#include "support/check.h"
#include "support/tokens.h"

enum { MOST_CODES = 64 };

/* A line of the file: code points, and whether there is a break before each. */
typedef struct sample {
  uint32_t codes[MOST_CODES];
  size_t starts[MOST_CODES + 1]; /* bytes */
  bool breaks[MOST_CODES + 1];
  size_t count;
  narr_buffer text;
} sample;

static bool read_sample(sample *s, const char *line) {
  s->count = 0;
  narr_buffer_clear(&s->text);
  if (strncmp(line, "÷", 2) != 0) return false;
  for (const char *at = line; *at && *at != '#';) {
    bool is_break = strncmp(at, "÷", 2) == 0;
    if (!is_break && strncmp(at, "×", 2) != 0) {
      at++;
      continue;
    }
    at += 2;
    s->starts[s->count] = s->text.length;
    s->breaks[s->count] = is_break;
    char *end;
    uint32_t code = (uint32_t)strtoul(at, &end, 16);
    if (end == at || *at == '\t') break;
    char bytes[4];
    narr_buffer_append(&s->text, bytes, narr_utf8_encode(code, bytes));
    s->codes[s->count++] = code;
    assert_true(s->count < MOST_CODES);
    at = end;
  }
  return true;
}

static narr_char_class class_of(uint32_t code) {
  return (narr_char_class)narr_unicode_page_of(code)->info[code & 0xFF].class;
}

static bool is_ignorable(uint32_t code) {
  return narr_unicode_page_of(code)->info[code & 0xFF].length == 0;
}

/* Why a break before code i may differ from the standard's; NULL: it may not. */
static const char *reason(const sample *s, size_t i) {
  uint32_t before = s->codes[i - 1], code = s->codes[i];
  size_t base = i - 1;
  while (base > 0 && (is_ignorable(s->codes[base]) || class_of(s->codes[base]) == NARR_CHAR_MARK))
    base--;
  if (class_of(before) == NARR_CHAR_SPACE || class_of(code) == NARR_CHAR_SPACE ||
      class_of(s->codes[base]) == NARR_CHAR_SPACE)
    return "white space is no token, and a mark on it is one";
  if (before == 0x202F || code == 0x202F) return "a narrow space is a space";
  if (is_ignorable(code) || is_ignorable(before)) return "invisible characters are dropped";
  if (code == before) return "equal marks in a row are one token";
  for (size_t k = base > 2 ? base - 2 : 0; k <= i && k < s->count; k++)
    if (s->codes[k] == ':') return "a colon joins no letters";
  return NULL;
}

static bool breaks_at(const narr_tokens *tokens, size_t byte) {
  for (size_t t = 0; t < tokens->count; t++)
    if (tokens->items[t].start == byte || tokens->items[t].end == byte) return true;
  return false;
}

static FILE *open_file(void) {
  static const char path[] = "/usr/share/unicode/auxiliary/WordBreakTest.txt";
  FILE *file = fopen(path, "r");
  if (!file && access("/usr/share/unicode/auxiliary/WordBreakTest.txt.bz2", R_OK) == 0)
    file = popen("exec bzip2 -dc /usr/share/unicode/auxiliary/WordBreakTest.txt.bz2", "r");
  return file;
}

static void words_end_as_the_standard_says(void **state) {
  (void)state;
  static char line[4096];
  static sample s;
  narr_tokens tokens = NARR_TOKENS_INIT;
  size_t samples = 0, positions = 0, deliberate = 0, wrong = 0;
  FILE *file = open_file();
  if (!file) {
    print_message("no WordBreakTest.txt here (Debian: unicode-data)\n");
    skip();
  }
  while (fgets(line, sizeof line, file)) {
    if (!read_sample(&s, line)) continue;
    samples++;
    assert_true(narr_tokenize(&tokens, &tokens_plain, s.text.data, s.text.length));
    for (size_t i = 1; i < s.count; i++, positions++) {
      if (breaks_at(&tokens, s.starts[i]) == s.breaks[i]) continue;
      if (reason(&s, i)) {
        deliberate++;
        continue;
      }
      wrong++;
      print_error("before U+%04X (%zu) of: %s", s.codes[i], i, line);
    }
  }
  fclose(file);
  narr_tokens_free(&tokens);
  narr_buffer_free(&s.text);
  print_message("%zu samples, %zu positions, %zu deliberate differences\n", samples, positions,
                deliberate);
  assert_true(samples > 1000);
  assert_int_equal(wrong, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(words_end_as_the_standard_says)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
