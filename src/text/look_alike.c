/* look_alike.c - tables of pairs. Capitals that look alike count for their
 * small letters too, since texts are case-folded: Cyrillic в is taken for a b
 * because В is. */
#include "text/look_alike.h"

#include <stddef.h>

typedef struct pair {
  uint16_t code;
  uint16_t as;
} pair;

/* Letters that several may stand for come first in the order of likelihood. */
static const pair cyrillic_to_latin[] = {
    {0x430, 'a'}, {0x432, 'b'}, {0x433, 'r'}, {0x435, 'e'},  {0x43A, 'k'}, {0x43C, 'm'},
    {0x43D, 'h'}, {0x43E, 'o'}, {0x43F, 'n'}, {0x440, 'p'},  {0x441, 'c'}, {0x442, 't'},
    {0x443, 'y'}, {0x445, 'x'}, {0x44C, 'b'}, {0x450, 'e'},  {0x451, 'e'}, {0x455, 's'},
    {0x456, 'i'}, {0x457, 'i'}, {0x458, 'j'}, {0x475, 'v'},  {0x493, 'f'}, {0x4AF, 'y'},
    {0x4BB, 'h'}, {0x4CF, 'l'}, {0x4D1, 'a'}, {0x4D5, 0xE6}, {0x4E7, 'o'}, {0x501, 'd'},
    {0x51B, 'q'}, {0x51D, 'w'}};
static const pair latin_to_cyrillic[] = {{'a', 0x430}, {'b', 0x432}, {'c', 0x441},  {'e', 0x435},
                                         {'h', 0x43D}, {'i', 0x456}, {'j', 0x458},  {'k', 0x43A},
                                         {'m', 0x43C}, {'n', 0x43F}, {'o', 0x43E},  {'p', 0x440},
                                         {'r', 0x433}, {'s', 0x455}, {'t', 0x442},  {'u', 0x438},
                                         {'x', 0x445}, {'y', 0x443}, {0xEB, 0x451}, {0xEF, 0x457}};
static const pair greek_to_latin[] = {
    {0x3AC, 'a'}, {0x3AF, 'i'}, {0x3B1, 'a'}, {0x3B2, 'b'}, {0x3B3, 'y'}, {0x3B5, 'e'},
    {0x3B7, 'n'}, {0x3B9, 'i'}, {0x3BA, 'k'}, {0x3BC, 'u'}, {0x3BD, 'v'}, {0x3BF, 'o'},
    {0x3C1, 'p'}, {0x3C3, 'o'}, {0x3C4, 't'}, {0x3C5, 'u'}, {0x3C7, 'x'}, {0x3C9, 'w'},
    {0x3CC, 'o'}, {0x3CD, 'u'}, {0x3F2, 'c'}, {0x3F3, 'j'}};
static const pair greek_capital_to_latin[] = {
    {0x3B6, 'z'}, {0x3B7, 'h'}, {0x3BC, 'm'}, {0x3BD, 'n'}, {0x3C5, 'y'}};
static const pair latin_to_greek[] = {
    {'a', 0x3B1}, {'b', 0x3B2}, {'e', 0x3B5}, {'h', 0x3B7}, {'i', 0x3B9}, {'k', 0x3BA},
    {'m', 0x3BC}, {'n', 0x3BD}, {'o', 0x3BF}, {'p', 0x3C1}, {'t', 0x3C4}, {'u', 0x3C5},
    {'v', 0x3BD}, {'w', 0x3C9}, {'x', 0x3C7}, {'y', 0x3C5}, {'z', 0x3B6}};
static const pair cyrillic_to_greek[] = {{0x430, 0x3B1}, {0x432, 0x3B2}, {0x435, 0x3B5},
                                         {0x43A, 0x3BA}, {0x43C, 0x3BC}, {0x43E, 0x3BF},
                                         {0x440, 0x3C1}, {0x442, 0x3C4}, {0x445, 0x3C7}};

#define FIND(table, code) find(table, sizeof(table) / sizeof *(table), code)

static uint32_t find(const pair *table, size_t count, uint32_t code) {
  for (size_t i = 0; i < count; i++)
    if (table[i].code == code) return table[i].as;
  return 0;
}

uint32_t narr_look_alike(uint32_t code, bool upper, narr_script script) {
  narr_script from = narr_unicode_script(code);
  uint32_t found = 0;
  if (script == NARR_SCRIPT_LATIN && from == NARR_SCRIPT_CYRILLIC)
    return FIND(cyrillic_to_latin, code);
  if (script == NARR_SCRIPT_LATIN && from == NARR_SCRIPT_GREEK) {
    if (upper) found = FIND(greek_capital_to_latin, code);
    return found ? found : FIND(greek_to_latin, code);
  }
  if (script == NARR_SCRIPT_CYRILLIC && from == NARR_SCRIPT_LATIN)
    return FIND(latin_to_cyrillic, code);
  if (script == NARR_SCRIPT_CYRILLIC && from == NARR_SCRIPT_GREEK) {
    found = narr_look_alike(code, upper, NARR_SCRIPT_LATIN);
    return found ? FIND(latin_to_cyrillic, found) : 0;
  }
  if (script == NARR_SCRIPT_GREEK && from == NARR_SCRIPT_LATIN) return FIND(latin_to_greek, code);
  if (script == NARR_SCRIPT_GREEK && from == NARR_SCRIPT_CYRILLIC)
    return FIND(cyrillic_to_greek, code);
  return 0;
}

uint32_t narr_digit_letter(uint32_t digit, narr_script script, bool other) {
  static const char latin[10] = {'o', 'i', 0, 'e', 'a', 's', 0, 't', 'b', 0};
  static const uint16_t cyrillic[10] = {0x43E, 0, 0, 0x437, 0x447, 0, 0x431, 0, 0x432, 0};
  if (digit < '0' || digit > '9') return 0;
  if (script == NARR_SCRIPT_CYRILLIC) return cyrillic[digit - '0'];
  if (script != NARR_SCRIPT_LATIN) return 0;
  return other && digit == '1' ? 'l' : (uint32_t)latin[digit - '0'];
}
