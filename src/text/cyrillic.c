/* cyrillic.c - the alphabets side by side (Serbian: Pravopis; Macedonian: the
 * scholarly transliteration of its Academy, with the dz of ISO 9; others: what
 * comes nearest to these two, so that common words meet). */
#include "text/cyrillic.h"

const narr_cyrillic_letter narr_cyrillic_latin[NARR_CYRILLIC_COUNT] = {
    /* а б в г */ {'a', 0},    {'b', 0},       {'v', 0},   {'g', 0},
    /* д е ж з */ {'d', 0},    {'e', 0},       {0x17E, 0}, {'z', 0},
    /* и й к л */ {'i', 0},    {'j', 0},       {'k', 0},   {'l', 0},
    /* м н о п */ {'m', 0},    {'n', 0},       {'o', 0},   {'p', 0},
    /* р с т у */ {'r', 0},    {'s', 0},       {'t', 0},   {'u', 0},
    /* ф х ц ч */ {'f', 0},    {'h', 0},       {'c', 0},   {0x10D, 0},
    /* ш щ ъ ы */ {0x161, 0},  {0x161, 0x10D}, {0, 0},     {'i', 0},
    /* ь э ю я */ {0, 0},      {'e', 0},       {'j', 'u'}, {'j', 'a'},
    /* ѐ ё ђ ѓ */ {0xE8, 0},   {'e', 0},       {0x111, 0}, {0x1F5, 0},
    /* є ѕ і ї */ {'e', 0},    {'d', 'z'},     {'i', 0},   {'i', 0},
    /* ј љ њ ћ */ {'j', 0},    {'l', 'j'},     {'n', 'j'}, {0x107, 0},
    /* ќ ѝ ў џ */ {0x1E31, 0}, {0xEC, 0},      {'u', 0},   {'d', 0x17E}};

const narr_cyrillic_letter narr_cyrillic_folded[NARR_CYRILLIC_COUNT] = {
    /* а б в г */ {'a', 0}, {'b', 0},   {'v', 0},   {'g', 0},
    /* д е ж з */ {'d', 0}, {'e', 0},   {'z', 0},   {'z', 0},
    /* и й к л */ {'i', 0}, {'j', 0},   {'k', 0},   {'l', 0},
    /* м н о п */ {'m', 0}, {'n', 0},   {'o', 0},   {'p', 0},
    /* р с т у */ {'r', 0}, {'s', 0},   {'t', 0},   {'u', 0},
    /* ф х ц ч */ {'f', 0}, {'h', 0},   {'c', 0},   {'c', 0},
    /* ш щ ъ ы */ {'s', 0}, {'s', 'c'}, {0, 0},     {'i', 0},
    /* ь э ю я */ {0, 0},   {'e', 0},   {'j', 'u'}, {'j', 'a'},
    /* ѐ ё ђ ѓ */ {'e', 0}, {'e', 0},   {'d', 0},   {'g', 0},
    /* є ѕ і ї */ {'e', 0}, {'d', 'z'}, {'i', 0},   {'i', 0},
    /* ј љ њ ћ */ {'j', 0}, {'l', 'j'}, {'n', 'j'}, {'c', 0},
    /* ќ ѝ ў џ */ {'k', 0}, {'i', 0},   {'u', 0},   {'d', 'z'}};
