/* test_main_script.c - the script of most words of a text. */
#include "support/check.h"
#include "text/main_script.h"

static void scripts(void **state) {
  (void)state;
  static const struct {
    const char *text;
    narr_script script;
    size_t words;
  } cases[] = {
      {"one two", NARR_SCRIPT_LATIN, 2},
      {"", NARR_SCRIPT_NONE, 0},
      {"12 http://a.example @x \U0001F600 !", NARR_SCRIPT_NONE, 0},
      {"ды и one", NARR_SCRIPT_CYRILLIC, 3},
      {"ды one", NARR_SCRIPT_LATIN, 2}, /* the first of equals */
      {"άλφα βήτα \u05D0\u05D0 x", NARR_SCRIPT_GREEK, 4},
      {"अन न", NARR_SCRIPT_DEVANAGARI, 2},
      {"中国", NARR_SCRIPT_HAN, 2},       /* its characters */
      {"ћића ђак", NARR_SCRIPT_LATIN, 2}, /* as they are read */
      {"άλφα ды", NARR_SCRIPT_CYRILLIC, 2},
      {"#дым", NARR_SCRIPT_CYRILLIC, 1},
  };
  const narr_text_options options = NARR_TEXT_OPTIONS_ON;
  narr_tokens tokens = NARR_TOKENS_INIT;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    size_t words;
    assert_true(narr_tokenize(&tokens, &options, cases[i].text, strlen(cases[i].text)));
    narr_script script = narr_main_script(&tokens, &words);
    if (script != cases[i].script || words != cases[i].words)
      fail_msg("%s: %s, %zu words", cases[i].text, narr_script_name(script), words);
  }
  narr_tokens_free(&tokens);
}

static void names(void **state) {
  (void)state;
  assert_string_equal(narr_script_name(NARR_SCRIPT_NONE), "none");
  assert_string_equal(narr_script_name(NARR_SCRIPT_DEVANAGARI), "Devanagari");
  assert_string_equal(narr_script_name(NARR_SCRIPT_HAN), "Han");
  assert_string_equal(narr_script_name(NARR_SCRIPT_OTHER), "other");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(scripts), cmocka_unit_test(names)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
