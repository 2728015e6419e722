/* Times from text: forms, zones, calendars, and what is none. */
#include "data/time_text.h"
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
                                      "1741529130.0"};
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
                                      "9999999999999999",
                                      "2025-03-09T24:01"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    double seconds;
    if (narr_time_parse(texts[i], strlen(texts[i]), &seconds)) fail_msg("\"%s\"", texts[i]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(forms_of_one_moment),
                                     cmocka_unit_test(what_is_left_out_is_the_beginning),
                                     cmocka_unit_test(what_is_no_time)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
