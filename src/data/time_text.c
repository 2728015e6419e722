/* time_text.c - ISO 8601 in the forms that corpora have, and Unix seconds,
 * whatever the locale and the time zone of the machine.
 *
 * What is only digits is a number of seconds, unless it is the eight of a
 * date without dashes: as seconds those would be days of early 1970. */
#include "data/time_text.h"

#include <stdint.h>

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

/* "Z", "+02:00", "+0200", "-05"; nothing is UTC. */
static bool take_zone(scan *s, double *offset) {
  int hours, minutes = 0;
  *offset = 0;
  if (s->at == s->end || take(s, 'Z') || take(s, 'z')) return true;
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

static bool parse_seconds(scan s, double *seconds) {
  bool minus = take(&s, '-');
  size_t digits = digits_ahead(&s);
  double whole = 0, fraction;
  if (digits == 0 || digits > 15) return false;
  while (s.at < s.end && is_digit(*s.at)) whole = whole * 10 + (*s.at++ - '0');
  if (!take_fraction(&s, &fraction)) return false;
  *seconds = minus ? -(whole + fraction) : whole + fraction;
  return s.at == s.end;
}

bool narr_time_parse(const char *text, size_t length, double *seconds) {
  scan s = {text, text + length};
  while (s.at < s.end && is_blank(*s.at)) s.at++;
  while (s.at < s.end && is_blank(s.end[-1])) s.end--;
  size_t digits = digits_ahead(&s);
  bool only_digits = s.at + digits == s.end;
  if (only_digits && digits != 8) return parse_seconds(s, seconds);
  return parse_date(s, seconds) || parse_seconds(s, seconds);
}
