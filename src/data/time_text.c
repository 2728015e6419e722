/* time_text.c - ISO 8601 in the forms that corpora and platforms have, and Unix
 * seconds, whatever the locale and the time zone of the machine.
 *
 * What is only digits is a number of seconds, unless it is the eight of a
 * date without dashes: as seconds those would be days of early 1970. */
#include "data/time_text.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef struct scan {
  const char *at;
  const char *end;
} scan;

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool take(scan *s, char c) {
  if (s->at == s->end || *s->at != c) return false;
  s->at++;
  return true;
}

static size_t digits_ahead(const scan *s) {
  size_t count = 0;
  while (s->at + count < s->end && is_digit(s->at[count])) count++;
  return count;
}

/* Just `count` digits whose value is within the bounds. */
static bool take_number(scan *s, size_t count, int lowest, int highest, int *value) {
  if (digits_ahead(s) < count) return false;
  *value = 0;
  for (size_t i = 0; i < count; i++) *value = 10 * *value + (*s->at++ - '0');
  return *value >= lowest && *value <= highest;
}

/* A point or comma and digits, if they are there. */
static bool take_fraction(scan *s, double *value) {
  *value = 0;
  if (!take(s, '.') && !take(s, ',')) return true;
  double unit = 1;
  size_t digits = digits_ahead(s);
  for (size_t i = 0; i < digits; i++) *value += (unit /= 10) * (*s->at++ - '0');
  return digits > 0;
}

static bool is_leap(int year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in(int year, int month) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days since 1970-01-01 in the Gregorian calendar. */
static int64_t days_since_1970(int year, int month, int day) {
  int64_t before = year - 1; /* whole years */
  int64_t days = 365 * before + before / 4 - before / 100 + before / 400;
  for (int m = 1; m < month; m++) days += days_in(year, m);
  return days + day - 1 - 719162;
}

static bool take_date(scan *s, int64_t *days) {
  int year, month, day = 1;
  if (!take_number(s, 4, 1, 9999, &year)) return false;
  bool dashes = take(s, '-');
  if (!take_number(s, 2, 1, 12, &month)) return false;
  if (!dashes || take(s, '-')) {
    if (!take_number(s, 2, 1, days_in(year, month), &day)) return false;
  }
  *days = days_since_1970(year, month, day);
  return true;
}

/* "14", "14:05", "14:05:00.5", "1405", "140500"; a leap second is the next. */
static bool take_clock(scan *s, double *seconds) {
  int hour, minute = 0, second = 0;
  double fraction = 0;
  if (!take_number(s, 2, 0, 24, &hour)) return false;
  bool colons = take(s, ':');
  if (colons || digits_ahead(s)) {
    if (!take_number(s, 2, 0, 59, &minute)) return false;
    if (colons ? take(s, ':') : digits_ahead(s) > 0)
      if (!take_number(s, 2, 0, 60, &second) || !take_fraction(s, &fraction)) return false;
  }
  *seconds = hour * 3600.0 + minute * 60.0 + second + fraction;
  return *seconds <= 86400;
}

static bool take_word(scan *s, const char *word) {
  size_t length = strlen(word);
  if ((size_t)(s->end - s->at) < length || memcmp(s->at, word, length) != 0) return false;
  s->at += length;
  return true;
}

/* Those that exports have. */
static bool take_named_zone(scan *s, double *offset) {
  static const struct {
    const char *name;
    int hours;
  } zones[] = {{"UTC", 0},  {"GMT", 0},  {"EST", -5}, {"EDT", -4}, {"CST", -6},
               {"CDT", -5}, {"PST", -8}, {"PDT", -7}, {"CET", 1},  {"CEST", 2},
               {"EET", 2},  {"EEST", 3}, {"MSK", 3},  {"BST", 1}};
  for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
    if (!take_word(s, zones[i].name)) continue;
    *offset = zones[i].hours * 3600.0;
    return true;
  }
  return false;
}

/* "Z", "+02:00", "+0200", "-05", "CEST"; nothing is UTC. */
static bool take_zone(scan *s, double *offset) {
  int hours, minutes = 0;
  *offset = 0;
  if (s->at == s->end || take(s, 'Z') || take(s, 'z') || take_named_zone(s, offset)) return true;
  bool west = *s->at == '-';
  if (!take(s, '+') && !take(s, '-')) return false;
  if (!take_number(s, 2, 0, 23, &hours)) return false;
  if ((take(s, ':') || digits_ahead(s)) && !take_number(s, 2, 0, 59, &minutes)) return false;
  *offset = (hours * 60 + minutes) * (west ? -60.0 : 60.0);
  return true;
}

static bool parse_date(scan s, double *seconds) {
  int64_t days;
  double clock = 0, offset = 0;
  if (!take_date(&s, &days)) return false;
  if (s.at < s.end) {
    if (!take(&s, 'T') && !take(&s, 't') && !take(&s, ' ')) return false;
    if (!take_clock(&s, &clock)) return false;
    if (s.at < s.end && *s.at == ' ') s.at++; /* "14:05:00 +0200" */
    if (!take_zone(&s, &offset)) return false;
  }
  *seconds = (double)days * 86400 + clock - offset;
  return s.at == s.end;
}

/* "Wed Oct 10 20:19:24 +0000 2018" */
static bool parse_named_date(scan s, double *seconds) {
  static const char days[] = "MonTueWedThuFriSatSun";
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  double clock, offset;
  int weekday = 0, month = 0, day, year;
  while (weekday < 7 && strncmp(s.at, days + 3 * weekday, 3) != 0) weekday++;
  if (weekday == 7) return false;
  s.at += 3;
  if (!take(&s, ' ')) return false;
  while (month < 12 && strncmp(s.at, months + 3 * month, 3) != 0) month++;
  if (month++ == 12) return false;
  s.at += 3;
  if (!take(&s, ' ') || !take_number(&s, 2, 1, 31, &day) || !take(&s, ' ') ||
      !take_clock(&s, &clock) || !take(&s, ' ') || !take_zone(&s, &offset) || !take(&s, ' ') ||
      !take_number(&s, 4, 1, 9999, &year) || day > days_in(year, month))
    return false;
  *seconds = (double)days_since_1970(year, month, day) * 86400 + clock - offset;
  return s.at == s.end;
}

static bool parse_seconds(scan s, double *seconds) {
  bool minus = take(&s, '-');
  size_t digits = digits_ahead(&s);
  double whole = 0, fraction;
  if (digits == 0 || digits > 16) return false;
  while (s.at < s.end && is_digit(*s.at)) whole = whole * 10 + (*s.at++ - '0');
  if (!take_fraction(&s, &fraction)) return false;
  double value = whole + fraction;
  if (value >= 1e14)
    value /= 1e6;
  else if (value >= 1e11)
    value /= 1e3;
  *seconds = minus ? -value : value;
  return s.at == s.end;
}

bool narr_time_parse(const char *text, size_t length, double *seconds) {
  scan s = {text, text + length};
  while (s.at < s.end && is_blank(*s.at)) s.at++;
  while (s.at < s.end && is_blank(s.end[-1])) s.end--;
  size_t digits = digits_ahead(&s);
  bool only_digits = s.at + digits == s.end;
  if (only_digits && digits != 8) return parse_seconds(s, seconds);
  enum { NAMED_DATE = sizeof "Wed Oct 10 20:19:24 +0000 2018" - 1 };
  if (s.end - s.at == NAMED_DATE && parse_named_date(s, seconds)) return true;
  return parse_date(s, seconds) || parse_seconds(s, seconds);
}

const char *narr_time_format(double seconds, char out[NARR_TIME_TEXT_SIZE]) {
  enum { DAY = 86400 };
  double first = (double)days_since_1970(1, 1, 1) * DAY;
  double last = (double)days_since_1970(9999, 12, 31) * DAY + DAY - 1;
  int64_t whole = (int64_t)floor(seconds >= first ? seconds <= last ? seconds : last : first);
  int64_t days = whole / DAY - (whole % DAY < 0), clock = whole - days * DAY;
  int year = 1970 + (int)(days / 366), month = 1;
  while (days_since_1970(year, 1, 1) > days) year--;
  while (year < 9999 && days_since_1970(year + 1, 1, 1) <= days) year++;
  int64_t left = days - days_since_1970(year, 1, 1);
  for (; left >= days_in(year, month); month++) left -= days_in(year, month);
  unsigned second = (unsigned)clock;
  snprintf(out, NARR_TIME_TEXT_SIZE, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)year % 10000,
           (unsigned)month % 100, (unsigned)(left + 1) % 100, second / 3600 % 100, second / 60 % 60,
           second % 60);
  return out;
}
