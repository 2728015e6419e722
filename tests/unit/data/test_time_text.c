/* Times from text: forms, zones, calendars, and what is none. */
#include <time.h>
#include "data/time_text.h"

#include "base/prng.h"
#include "support/check.h"

static void forms_of_one_moment(void **state) {
  (void)state;
  static const char *const texts[] = {"2025-03-09T14:05:30Z",
                                      "2025-03-09 14:05:30",
                                      "20250309T140530Z",
                                      "2025-03-09t14:05:30z",
                                      "2025-03-09T16:05:30+02:00",
                                      "2025-03-09T09:05:30-0500",
                                      "2025-03-09 16:35:30 +0230",
                                      " 2025-03-09T14:05:30.000\n",
                                      "1741529130",
                                      "1741529130.0",
                                      "1741529130000",
                                      "1741529130000000",
                                      "2025-03-09 10:05:30 EDT",
                                      "2025-03-09 15:05:30 CET",
                                      "2025-03-09 16:05:30 CEST",
                                      "2025-03-09 14:05:30 UTC",
                                      "Sun Mar 09 14:05:30 +0000 2025",
                                      "Sun Mar 09 16:05:30 +0200 2025"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    double seconds = 0;
    if (!narr_time_parse(texts[i], strlen(texts[i]), &seconds) || seconds != 1741529130)
      fail_msg("\"%s\": %f", texts[i], seconds);
  }
}

static void what_is_left_out_is_the_beginning(void **state) {
  (void)state;
  static const struct {
    const char *text;
    double seconds;
  } cases[] = {{"1970-01-01", 0},
               {"1969-12-31", -86400},
               {"2000-02-29", 951782400},
               {"2025-03", 1740787200},
               {"2025-03-09", 1741478400},
               {"20250309", 1741478400},
               {"2025-03-09T14", 1741528800},
               {"2025-03-09T14:05", 1741529100},
               {"0", 0},
               {"-1.5", -1.5},
               {"2025", 2025},
               {"2016-12-31T23:59:60Z", 1483228800},
               {"2025-03-09T24:00", 1741564800}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    double seconds = NAN;
    if (!narr_time_parse(cases[i].text, strlen(cases[i].text), &seconds) ||
        fabs(seconds - cases[i].seconds) > 1e-6)
      fail_msg("\"%s\": %f", cases[i].text, seconds);
  }
}

static void what_is_no_time(void **state) {
  (void)state;
  static const char *const texts[] = {"",
                                      " ",
                                      "yesterday",
                                      "2025-13-01",
                                      "2025-02-29",
                                      "1900-02-29",
                                      "2025-00-01",
                                      "2025-01-00",
                                      "2025-3-9",
                                      "09.03.2025",
                                      "2025-03-09T",
                                      "2025-03-09T25:00",
                                      "2025-03-09T14:60",
                                      "2025-03-09T14:05:30+",
                                      "1e9",
                                      "12 34",
                                      "2025-03-09x",
                                      "--1",
                                      "1741529130.",
                                      "2025-03-09T14:05:30+2",
                                      "nan",
                                      "0x10",
                                      "99999999999999999",
                                      "Sun Mar 09 14:05:30 +0000 20255",
                                      "Sun Foo 09 14:05:30 +0000 2025",
                                      "Sun Feb 30 14:05:30 +0000 2025",
                                      "Son Mar 09 14:05:30 +0000 2025",
                                      "2025-03-09 14:05:30 XYZ",
                                      "2025-03-09T24:01"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    double seconds;
    if (narr_time_parse(texts[i], strlen(texts[i]), &seconds)) fail_msg("\"%s\"", texts[i]);
  }
}

/* As the C library has it. */
static void moments_as_text(void **state) {
  (void)state;
  narr_prng prng = {1};
  for (int i = 0; i < 20000; i++) {
    time_t moment = (time_t)narr_prng_below(&prng, 315537897600) - 62135596800; /* 1..9999 */
    if (i < 4000) moment = (i - 2000) * 86400 - i % 2;
    char text[NARR_TIME_TEXT_SIZE], expected[NARR_TIME_TEXT_SIZE];
    struct tm parts;
    assert_non_null(gmtime_r(&moment, &parts));
    snprintf(expected, sizeof expected, "%04d", parts.tm_year + 1900);
    strftime(expected + 4, sizeof expected - 4, "-%m-%dT%H:%M:%SZ", &parts);
    assert_string_equal(narr_time_format((double)moment + 0.9, text), expected);
    double back;
    assert_true(narr_time_parse(text, strlen(text), &back));
    assert_true(back == (double)moment);
  }
  char text[NARR_TIME_TEXT_SIZE];
  assert_string_equal(narr_time_format(1e300, text), "9999-12-31T23:59:59Z");
  assert_string_equal(narr_time_format(-1e300, text), "0001-01-01T00:00:00Z");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(forms_of_one_moment), cmocka_unit_test(what_is_left_out_is_the_beginning),
      cmocka_unit_test(what_is_no_time), cmocka_unit_test(moments_as_text)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
