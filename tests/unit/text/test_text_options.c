/* "canonical=on,fold=off" to choices and back; what makes no sense is refused
 * with a message that says what would. */
#include "text/text_options.h"

#include "support/check.h"

static void lists(void **state) {
  (void)state;
  static const struct {
    const char *list, *all;
  } examples[] = {
      {"all=on", "canonical=on,fold=on,disguise=on,numbers=on,social=on,html=on"},
      {"fold=off", "canonical=on,fold=off,disguise=on,numbers=on,social=on,html=on"},
      {"all=off,html=on", "canonical=off,fold=off,disguise=off,numbers=off,social=off,html=on"},
      {"fold=off,fold=on", "canonical=on,fold=on,disguise=on,numbers=on,social=on,html=on"}};
  for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
    narr_text_options options, again;
    char text[NARR_TEXT_OPTIONS_SIZE];
    assert_ok(narr_text_options_parse(&options, examples[i].list, NULL));
    assert_true(narr_text_options_valid(&options));
    narr_text_options_format(&options, text);
    assert_string_equal(text, examples[i].all);
    assert_ok(narr_text_options_parse(&again, text, NULL));
    assert_memory_equal(&options, &again, sizeof options);
  }
}

static void nonsense(void **state) {
  (void)state;
  static const struct {
    const char *list, *why;
  } examples[] = {{"", "a choice is missing"},
                  {"fold=on,", "a choice is missing"},
                  {",fold=on", "a choice is missing"},
                  {"fold", "on or off"},
                  {"fold=", "on or off"},
                  {"fold=1", "on or off"},
                  {"fold=on=off", "on or off"},
                  {"folding=on", "is no choice"},
                  {"FOLD=on", "is no choice"}};
  for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
    narr_text_options options;
    narr_error error = NARR_ERROR_INIT;
    assert_int_equal(narr_text_options_parse(&options, examples[i].list, &error),
                     NARR_ERROR_ARGUMENT);
    if (!strstr(error.message, examples[i].why))
      fail_msg("\"%s\": %s", examples[i].list, error.message);
  }
}

static void values_from_a_file(void **state) {
  (void)state;
  narr_text_options options = NARR_TEXT_OPTIONS_ON;
  options.html = 2;
  assert_false(narr_text_options_valid(&options));
  options.html = 0;
  assert_true(narr_text_options_valid(&options));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(lists), cmocka_unit_test(nonsense),
                                     cmocka_unit_test(values_from_a_file)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
