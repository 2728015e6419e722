/* tokens_random.h - texts for laws that hold for any text: posts in many
 * scripts as they are and mutated, random characters, random bytes. */
#ifndef TEST_SUPPORT_TOKENS_RANDOM_H
#define TEST_SUPPORT_TOKENS_RANDOM_H

#include "base/buffer.h"
#include "base/prng.h"
#include "base/utf8.h"
#include "support/check.h"

static const char *const random_posts[] = {
    "BREAKING: US troops leave Camp Bondsteel tonight!!! https://t.co/AbC123 #KosovoIsSerbia 🇷🇸",
    "Don't believe it: KFOR's mandate hasn't changed (see www.nato.int/kfor). @KFOR_NATO",
    "Američki vojnici odlaze iz Bosne, 1.500 ljudi do 31.12.2025. – kažu izvori…",
    "Амерички војници напуштају Косово и Метохију! Ко је следећи? #Косово #КиМ",
    "Ако НАТО си замине, ѓаволот ќе дојде… „мир“ до 20:30h?",
    "Войска НАТО уходят из Косово 😂😂😂 всё, й ё, 4,700 солдат. t.me/kanal_1",
    "Trupat amerikane po largohen nga Kosova? Jo, s'është e vërtetë. @user@mastodon.social",
    "A Koszovóból kivonuló erők száma 3,5 ezer; „megerősítette” a szóvivő – ő űr.",
    "Ο ΝΑΤΟ αποσύρεται από το Κόσοβο; ΨΕΜΑΤΑ! άέήίόύώ ϊΰ",
    "北约从科索沃撤军了吗？https://t.co/x，2024年。#科索沃",
    "NATO軍がコソボから撤退する？ｶﾀｶﾅ "
    "ＮＡＴＯ「噂」👨‍👩‍👧‍👦",
    "한국어 트윗: 나토 철수설은 거짓이다. 각각 #나토",
    "नाटो कोसोवो से सेना हटा रहा है? क्षेत्र में १२३ सैनिक।",
    "الناتو ينسحب من كوسوفو؟ لا، هذا غير صحيح! ﷺ ١٢٣ "
    "می‌خواهم",
    "นาโต้ถอนทหารจากโคโซโวที่ไหน? 555",
    "שָׁלוֹם, כוחות נאט\"ו עוזבים? ©™ ½ ℃ ﬁn ① Ⅳ",
    "RT @a: RT @b.c: \"quote\" >> <b>html</b> &amp; e-mail ivan@example.com 👍🏽❤️ 1️⃣ "
    "#️⃣",
    "So ZWJ 🏴‍☠️ and tags 🏴󠁧󠁢󠁥󠁮󠁧󠁿, sof\u00ADt hy\u200Bphens, "
    "e\u0301tude, a\u0327\u0301 q\u0301\u0316",
};

enum { RANDOM_POSTS = sizeof random_posts / sizeof *random_posts };

static inline size_t random_below(narr_prng *prng, size_t bound) {
  return (size_t)narr_prng_below(prng, bound);
}

static inline void random_append_code(narr_buffer *out, uint32_t code) {
  char bytes[4];
  narr_buffer_append(out, bytes, narr_utf8_encode(code, bytes));
}

static inline void random_bytes(narr_prng *prng, narr_buffer *out) {
  static const char likely[] = " a#@:/.'-_1\xCC\x81\xE2\x80\x8D\xF0\x9F\x98\x80\xFF";
  for (size_t left = random_below(prng, 60); left > 0; left--)
    narr_buffer_byte(out, random_below(prng, 2) ? likely[random_below(prng, sizeof likely)]
                                                : (char)random_below(prng, 256));
}

/* A character, often one that tokens turn on. */
static inline uint32_t random_code(narr_prng *prng) {
  static const uint32_t special[] = {
      ' ',     ' ',    '\n',   '#',    '@',    '.',     '/',     ':',    '\'',    '-',
      '_',     '!',    '!',    ',',    '1',    '9',     'a',     'Z',    0x301,   0x316,
      0x327,   0x345,  0x200D, 0xFE0F, 0x20E3, 0x1F3FD, 0x1F600, 0x2764, 0x1F468, 0x1F1F7,
      0x1F1F8, 0x2019, 0x200B, 0xFEFF, 0xAC00, 0x11A8,  0xFDFA,  0x3042, 0xE33,   0xBD};
  static const uint32_t limit[] = {0x80, 0x500, 0x3100, 0x10000, 0x20000, 0x110000};
  if (random_below(prng, 3) == 0)
    return special[random_below(prng, sizeof special / sizeof *special)];
  for (;;) {
    uint32_t code = (uint32_t)random_below(prng, limit[random_below(prng, 6)]);
    if (code < 0xD800 || code > 0xDFFF) return code;
  }
}

static inline void random_codes(narr_prng *prng, narr_buffer *out) {
  for (size_t left = random_below(prng, 40); left > 0; left--)
    random_append_code(out, random_code(prng));
}

/* Pieces of posts, some bytes changed, some characters put in. */
static inline void random_mutated(narr_prng *prng, narr_buffer *out) {
  for (size_t pieces = 1 + random_below(prng, 3); pieces > 0; pieces--) {
    const char *post = random_posts[random_below(prng, RANDOM_POSTS)];
    size_t length = strlen(post), start = random_below(prng, length);
    if (random_below(prng, 2)) start = 0;
    narr_buffer_append(out, post + start, random_below(prng, length - start + 1));
    if (random_below(prng, 2)) random_append_code(out, random_code(prng));
  }
  for (size_t changes = random_below(prng, 4); changes > 0 && out->length; changes--)
    out->data[random_below(prng, out->length)] = (char)random_below(prng, 256);
}

/* The text replaces what `out` held. */
static inline void random_text(narr_prng *prng, narr_buffer *out) {
  narr_buffer_clear(out);
  narr_buffer_reserve(out, 1);
  switch (random_below(prng, 4)) {
    case 0: random_bytes(prng, out); break;
    case 1: random_codes(prng, out); break;
    case 2: random_mutated(prng, out); break;
    default: narr_buffer_string(out, random_posts[random_below(prng, RANDOM_POSTS)]);
  }
  assert_false(out->failed);
}

#endif
