/* cyrillic.c - the alphabets side by side (Serbian: Pravopis; Macedonian: the
 * scholarly transliteration of its Academy, with the dz of ISO 9). */
#include "text/cyrillic.h"

bool narr_cyrillic_to_latin(uint32_t code, uint16_t latin[2]) {
  static const uint16_t table[0x30][2] = {/* а */ {'a', 0},
                                          {'b', 0},
                                          {'v', 0},
                                          {'g', 0},
                                          {'d', 0},
                                          {'e', 0},
                                          /* ж */ {0x17E, 0},
                                          {'z', 0},
                                          {'i', 0},
                                          {0, 0},
                                          {'k', 0},
                                          {'l', 0},
                                          /* м */ {'m', 0},
                                          {'n', 0},
                                          {'o', 0},
                                          {'p', 0},
                                          {'r', 0},
                                          {'s', 0},
                                          /* т */ {'t', 0},
                                          {'u', 0},
                                          {'f', 0},
                                          {'h', 0},
                                          {'c', 0},
                                          {0x10D, 0},
                                          /* ш */ {0x161, 0},
                                          {0, 0},
                                          {0, 0},
                                          {0, 0},
                                          {0, 0},
                                          {0, 0},
                                          /* ю */ {0, 0},
                                          {0, 0},
                                          {0xE8, 0} /* ѐ */,
                                          {0, 0},
                                          {0x111, 0} /* ђ */,
                                          /* ѓ */ {0x1F5, 0},
                                          {0, 0},
                                          {'d', 'z'} /* ѕ */,
                                          {0, 0},
                                          {0, 0},
                                          /* ј */ {'j', 0},
                                          {'l', 'j'},
                                          {'n', 'j'},
                                          {0x107, 0} /* ћ */,
                                          /* ќ */ {0x1E31, 0},
                                          {0xEC, 0} /* ѝ */,
                                          {0, 0},
                                          {'d', 0x17E} /* џ */};
  if (code < 0x430 || code > 0x45F || !table[code - 0x430][0]) return false;
  latin[0] = table[code - 0x430][0];
  latin[1] = table[code - 0x430][1];
  return true;
}
