/* cyrillic.c - the alphabets side by side (Serbian: Pravopis; Macedonian: the
 * scholarly transliteration of its Academy, with the dz of ISO 9; others: what
 * comes nearest to these two, so that common words meet). */
#include "text/cyrillic.h"

bool narr_cyrillic_to_latin(uint32_t code, uint16_t latin[2]) {
  static const uint16_t table[0x30][2] = {{'a', 0},    {'b', 0},       /* а б */
                                          {'v', 0},    {'g', 0},       /* в г */
                                          {'d', 0},    {'e', 0},       /* д е */
                                          {0x17E, 0},  {'z', 0},       /* ж з */
                                          {'i', 0},    {'j', 0},       /* и й */
                                          {'k', 0},    {'l', 0},       /* к л */
                                          {'m', 0},    {'n', 0},       /* м н */
                                          {'o', 0},    {'p', 0},       /* о п */
                                          {'r', 0},    {'s', 0},       /* р с */
                                          {'t', 0},    {'u', 0},       /* т у */
                                          {'f', 0},    {'h', 0},       /* ф х */
                                          {'c', 0},    {0x10D, 0},     /* ц ч */
                                          {0x161, 0},  {0x161, 0x10D}, /* ш щ */
                                          {0, 0},      {'i', 0},       /* ъ ы */
                                          {0, 0},      {'e', 0},       /* ь э */
                                          {'j', 'u'},  {'j', 'a'},     /* ю я */
                                          {0xE8, 0},   {'e', 0},       /* ѐ ё */
                                          {0x111, 0},  {0x1F5, 0},     /* ђ ѓ */
                                          {'e', 0},    {'d', 'z'},     /* є ѕ */
                                          {'i', 0},    {'i', 0},       /* і ї */
                                          {'j', 0},    {'l', 'j'},     /* ј љ */
                                          {'n', 'j'},  {0x107, 0},     /* њ ћ */
                                          {0x1E31, 0}, {0xEC, 0},      /* ќ ѝ */
                                          {'u', 0},    {'d', 0x17E}};  /* ў џ */
  if (code < 0x430 || code > 0x45F) return false;
  latin[0] = table[code - 0x430][0];
  latin[1] = table[code - 0x430][1];
  return true;
}
