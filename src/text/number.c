/* number.c - the shape of a number. */
#include "text/number.h"

#define MOST_DIGITS 12

static bool is_year(const narr_char *at, size_t count) {
  return count == 4 &&
         ((at[0].code == '1' && at[1].code == '9') || (at[0].code == '2' && at[1].code == '0'));
}

static bool is_digit(const narr_char *at) {
  return at->class == NARR_CHAR_DIGIT && at->code != 0x66B;
}

/* Whether all groups of digits but the first have three, and the same mark
 * before them: 4,700 and 1.000.000. */
static bool is_grouped(const narr_char *at, size_t count, size_t first_group) {
  if (first_group == 0 || first_group > 3 || first_group == count) return false;
  uint32_t mark = at[first_group].code;
  for (size_t i = first_group; i < count; i += 4) {
    if (at[i].code != mark || is_digit(&at[i]) || i + 4 > count) return false;
    for (size_t k = 1; k <= 3; k++)
      if (!is_digit(&at[i + k])) return false;
  }
  return true;
}

static size_t put_zeros(narr_letter *out, size_t digits) {
  size_t count = digits < MOST_DIGITS ? digits : MOST_DIGITS;
  for (size_t i = 0; i < count; i++) out[i].code = '0';
  return count;
}

size_t narr_number_magnitude(const narr_char *number, size_t count, narr_letter *out) {
  size_t digits = 0, marks = 0, first_group = 0;
  for (size_t i = 0; i < count; i++) {
    bool digit = is_digit(&number[i]);
    digits += digit;
    marks += !digit;
    if (digit && first_group == i) first_group++;
  }
  if (digits == 0 || is_year(number, count)) return 0;
  if (marks == 0) return put_zeros(out, digits);
  if (is_grouped(number, count, first_group)) return put_zeros(out, digits);
  if (marks == 1 && first_group > 0 && first_group + 1 < count) {
    size_t written = put_zeros(out, first_group);
    out[written++].code = '.';
    out[written++].code = '0';
    return written;
  }
  for (size_t i = 0; i < count; i++) out[i].code = is_digit(&number[i]) ? '0' : number[i].code;
  return count;
}
