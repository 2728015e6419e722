/* What becomes of the things that posts are made of. See support/tokens.h for
 * how tokens are written down here. */
#include "base/alloc.h"
#include "support/check.h"
#include "support/tokens.h"

static void words(void **state) {
  (void)state;
  static const token_example examples[] = {
      {"", ""},
      {"   \t\r\n ", ""},
      {"Hello", "W:hello"},
      {"NATO troops", "W:nato W:troops"},
      {"Hello, world!", "W:hello~P:, W:world~P:!"},
      {"one\ttwo\nthree\r\nfour", "W:one W:two W:three W:four"},
      {"a\u00A0b\u2003c\u3000d\u2028e\xC2\x85"
       "f",
       "W:a W:b W:c W:d W:e W:f"},
      {"don't", "W:don't"},
      {"O\u2019Brien's", "W:o\u2019brien's"},
      {"the troops' 'exit'", "W:the W:troops~P:' P:'~W:exit~P:'"},
      {"rock'n'roll ''", "W:rock'n'roll P:''"},
      {"l'an5 5'a a'5", "W:l'an5 N:5~P:'~W:a W:a~P:'~N:5"},
      {"well-known", "W:well~P:-~W:known"},
      {"snake_case _x x_ _", "W:snake_case W:_x W:x_ P:_"},
      {"__init__", "W:__init__"},
      {"U.S.", "W:u.s~P:."},
      {"Straße ﬁn", "W:strasse W:fin"},
      {"ＮＡＴＯ", "W:nato"},
      {"e\u0301t\u00E9", "W:\u00E9t\u00E9"},
      {"ko\u00ADso\u200Bvo\uFEFF", "W:kosovo"}, /* soft hyphen, zero width space, BOM */
      {"\u0301", "W:\u0301"},                   /* a mark without a base */
  };
  assert_token_examples(examples);
}

static void numbers(void **state) {
  (void)state;
  static const token_example examples[] = {
      {"4,700", "N:4,700"},
      {"3.5", "N:3.5"},
      {"1,234,567.89", "N:1,234,567.89"},
      {"1st 20h 5G", "W:1st W:20h W:5g"},
      {"100%", "N:100~P:%"},
      {"4, 5.", "N:4~P:, N:5~P:."},
      {"1..2", "N:1~P:..~N:2"},
      {"4,700km", "W:4,700km"},
      {"1,2,3a", "W:1,2,3a"},
      {"24.11.2025", "N:24.11.2025"},
      {"20:30", "N:20~P::~N:30"},
      {"KFOR2024", "W:kfor2024"},
      {"$5 €3,50", "P:$~N:5 P:€~N:3,50"},
      {"-5", "P:-~N:5"},
      {"٣٫٥ १२ ५", "N:٣٫٥ N:१२ N:५"},
      {"x² ½", "W:x2 N:1\u20442"},
      {"Ⅳ ①", "W:iv N:1"},
  };
  assert_token_examples(examples);
}

static void links(void **state) {
  (void)state;
  static const token_example examples[] = {
      {"http://x.y/z", "U:http://x.y/z"},
      {"HTTPS://Example.COM/A?b=c&d#e", "U:https://example.com/a?b=c&d#e"},
      {"ftp://h/f www.rts.rs", "U:ftp://h/f U:www.rts.rs"},
      {"hxxp://bad.example hxxps://x.example/a", "U:hxxp://bad.example U:hxxps://x.example/a"},
      {"t.co/AbC1", "U:t.co/abc1"},
      {"bit.ly/x-y, t.me/kanal!", "U:bit.ly/x-y~P:, U:t.me/kanal~P:!"},
      {"vidi:t.co/x", "W:vidi~P::~U:t.co/x"},
      {"see https://t.co/x.", "W:see U:https://t.co/x~P:."},
      {"(https://t.co/x)", "P:(~U:https://t.co/x~P:)"},
      {"https://t.co/x?!...", "U:https://t.co/x~P:?~P:!~P:..."},
      {"https://x.y/ https://x.y/a_", "U:https://x.y/ U:https://x.y/a_"},
      {"<https://x.y/a>", "P:<~U:https://x.y/a~P:>"},
      {"https://x.y/a<br>b", "U:https://x.y/a~P:<~W:br~P:>~W:b"},
      {"\"https://x.y/a\"", "P:\"~U:https://x.y/a~P:\""},
      {"seehttp://x.y/z", "W:see~U:http://x.y/z"},
      {"Pogledajhttps://t.co/x ovo", "W:pogledaj~U:https://t.co/x W:ovo"},
      {"https://t.co/x中文", "U:https://t.co/x~W:中~W:文"},
      {"https://t.co/x。中", "U:https://t.co/x~P:。~W:中"},
      {"https://t.co/x，中", "U:https://t.co/x~P:,~W:中"},
      {"中https://t.co/x", "W:中~U:https://t.co/x"},
      {"https://t.co/x😀", "U:https://t.co/x~E:😀"},
      {"https://кремль.рф/а", "U:https://кремль.рф/а"},
      {"http:// www. http", "W:http~P::~P:// W:www~P:. W:http"},
      {"https://...", "W:https~P::~P://~P:..."},
      {"and/or 1/2 e.g./x a.b/c",
       "W:and~P:/~W:or N:1~P:/~N:2 W:e.g~P:.~P:/~W:x "
       "W:a.b~P:/~W:c"},                      /* a last label of one letter */
      {"example.com", "W:example~P:.~W:com"}, /* no path: could be a typo */
      {"x.com/ y", "W:x~P:.~W:com~P:/ W:y"},
      {"1.50/kg", "N:1.50~P:/~W:kg"},
      {"wwww.x http:/x", "W:wwww~P:.~W:x W:http~P::~P:/~W:x"},
  };
  assert_token_examples(examples);
}

static void mentions(void **state) {
  (void)state;
  static const token_example examples[] = {
      {"@user", "M:@user"},
      {"@KFOR_NATO: hi", "M:@kfor_nato~P:: W:hi"},
      {"@user@mastodon.social!", "M:@user@mastodon.social~P:!"},
      {"@a.b-c.", "M:@a.b-c~P:."},
      {".@user, (@user)", "P:.~M:@user~P:, P:(~M:@user~P:)"},
      {"RT @a @b", "W:rt M:@a M:@b"},
      {"ivan.p@example.com", "W:ivan~P:.~W:p~P:@~W:example~P:.~W:com"},
      {"5@x", "N:5~P:@~W:x"},
      {"@ @@ @!", "P:@ P:@@ P:@~P:!"},
      {"＠user", "M:@user"},
      {"@Ђорђе", "P:@~W:ђорђе"},
      {"中@user文", "W:中~M:@user~W:文"},
  };
  assert_token_examples(examples);
}

static void hashtags(void **state) {
  (void)state;
  static const token_example examples[] = {
      {"#KosovoIsSerbia", "H:#kosovoisserbia w:kosovo w:is w:serbia"},
      {"#NATOTroops", "H:#natotroops w:nato w:troops"},
      {"#NATO #nato", "H:#nato w:nato H:#nato w:nato"},
      {"#covid19", "H:#covid19 w:covid n:19"},
      {"#5G", "H:#5g n:5 w:g"},
      {"#2024Elections", "H:#2024elections n:2024 w:elections"},
      {"#snake_case", "H:#snake_case w:snake w:case"},
      {"#__a__b_", "H:#__a__b_ w:a w:b"},
      {"#_", "H:#_"},
      {"#Косово", "H:#косово w:косово"},
      {"#КосовоЈеСрбија", "H:#косовојесрбија w:косово w:је w:србија"},
      {"#科索沃", "H:#科索沃~w:科~w:索~w:沃"},
      {"#科索沃War", "H:#科索沃war~w:科~w:索~w:沃 w:war"},
      {"#i\u0307A", "H:#i\u0307a w:i\u0307 w:a"}, /* a mark doesn't split */
      {"#E\u0301coleE\u0301", "H:#\u00E9cole\u00E9 w:\u00E9cole w:\u00E9"},
      {"# #! ##", "P:# P:#~P:! P:##"},
      {"##a", "P:##~W:a"},
      {"＃tag", "H:#tag w:tag"},
      {"#don't", "H:#don w:don~P:'~W:t"},
      {"#a#b", "H:#a w:a~H:#b w:b"},
      {"(#a)b", "P:(~H:#a w:a~P:)~W:b"},
      {"#a b", "H:#a w:a W:b"},
  };
  assert_token_examples(examples);
}

static void emoji(void **state) {
  (void)state;
  static const token_example examples[] = {
      {"😀", "E:😀"},
      {"wow😀!", "W:wow~E:😀~P:!"},
      {"😀😀 😀", "E:😀~E:😀 E:😀"},
      {"❤\uFE0F ❤", "E:❤ E:❤"}, /* a variation selector makes no difference */
      {"👍🏽 👍", "E:👍🏽 E:👍"},
      {"👨\u200D👩\u200D👧\u200D👦", "E:👨\u200D👩\u200D👧\u200D👦"},
      {"👩🏾\u200D❤\uFE0F\u200D👨🏼", "E:👩🏾\u200D❤\u200D👨🏼"},
      {"🇷🇸🇽🇰", "E:🇷🇸~E:🇽🇰"},
      {"🇷🇸 🇷", "E:🇷🇸 E:🇷"},
      {"🏴󠁧󠁢󠁥󠁮󠁧󠁿x",
       "E:🏴󠁧󠁢󠁥󠁮󠁧󠁿~W:x"}, /* a flag spelt with tags */
      {"1\uFE0F\u20E3", "E:1\u20E3"},
      {"1\uFE0F\u20E32\uFE0F\u20E3", "E:1\u20E3~E:2\u20E3"},
      {"#\uFE0F\u20E3 *\u20E3", "E:#\u20E3 E:*\u20E3"},
      {"1\uFE0F 2", "N:1 N:2"},
      {"🏽", "E:🏽"},
      {"a\u200Db", "W:ab"},
      {"© ™ Ⓜ", "P:© W:tm W:m"},
      {"→ ★", "P:→ E:★"},
  };
  assert_token_examples(examples);
}

static void punctuation(void **state) {
  (void)state;
  static const token_example examples[] = {
      {"!", "P:!"},
      {"!!!!!!!!", "P:!!!"}, /* of a long run the first three */
      {"!!", "P:!!"},
      {"?!?!", "P:?~P:!~P:?~P:!"},
      {"wait... what…", "W:wait~P:... W:what~P:..."},
      {"«da» „ne“", "P:«~W:da~P:» P:„~W:ne~P:“"},
      {"a & b + c = d", "W:a P:& W:b P:+ W:c P:= W:d"},
      {"(((x)))", "P:(((~W:x~P:)))"},
      {"--- ___", "P:--- P:___"},
      {"\uE000 \U0010FFFD", "P:\uE000 P:\U0010FFFD"}, /* private use */
  };
  assert_token_examples(examples);
}

static void scripts(void **state) {
  (void)state;
  static const token_example examples[] = {
      {"Косово је Србија!", "W:косово W:је W:србија~P:!"},
      {"Њ̈ѓЌ й ё", "W:њ̈ѓќ W:й W:ё"},
      {"北约撤军", "W:北~W:约~W:撤~W:军"},
      {"北约 2024年", "W:北~W:约 N:2024~W:年"},
      {"コソボから撤退", "W:コソボ~W:か~W:ら~W:撤~W:退"},
      {"ｺｿﾎﾞ", "W:コソボ"},
      {"한국어 말", "W:한국어 W:말"},
      {"นาโตถอน", "W:น~W:า~W:โ~W:ต~W:ถ~W:อ~W:น"},
      {"ที่", "W:ที่"},
      {"नाटो की सेना", "W:नाटो W:की W:सेना"},
      {"क्षेत्र\u200D", "W:क्षेत्र"},
      {"الناتو ينسحب؟", "W:الناتو W:ينسحب~P:؟"},
      {"می\u200Cخواهم", "W:میخواهم"},
      {"Ελλάδα ΣΊΣΥΦΟΣ", "W:ελλάδα W:σίσυφοσ"},
      {"İstanbul ISPARTA", "W:i\u0307stanbul W:isparta"},
      {"שָׁלוֹם", "W:שָׁלוֹם"},
  };
  assert_token_examples(examples);
}

/* ---- Bytes that are not text ------------------------------------------------------ */

static void check_bytes(const char *text, size_t length, size_t repaired, const char *expected) {
  narr_tokens tokens = NARR_TOKENS_INIT;
  narr_buffer description = NARR_BUFFER_INIT;
  char *exact = narr_alloc(length, 1); /* so that a sanitizer sees a read behind it */
  assert_non_null(exact);
  if (length) memcpy(exact, text, length);
  assert_true(narr_tokenize(&tokens, &tokens_plain, exact, length));
  tokens_describe(&tokens, &description);
  assert_true(tokens_same(&description, &(token_example){"(bytes)", expected}));
  assert_int_equal(tokens.chars.repaired, repaired);
  assert_null(tokens_broken_law(&tokens, exact, length));
  narr_free(exact);
  narr_tokens_free(&tokens);
  narr_buffer_free(&description);
}

static void bytes_of_any_kind(void **state) {
  (void)state;
  check_bytes(NULL, 0, 0, "");
  check_bytes("a\0b\0", 4, 0, "W:a W:b"); /* controls are white space */
  check_bytes(
      "a\x01\x7F"
      "b",
      4, 0, "W:a W:b");
  check_bytes("\0", 1, 0, "");
  check_bytes("a\xFFz", 3, 1, "W:a~P:\uFFFD~W:z");
  check_bytes("\xC0\xAF", 2, 2, "P:\uFFFD\uFFFD");
  check_bytes("ab\xF0\x9F\x98", 5, 1, "W:ab~P:\uFFFD");
  check_bytes("#\xE2\x82", 3, 1, "P:#~P:\uFFFD");
  check_bytes("https://", 8, 0, "W:https~P::~P://");
  check_bytes("a.bc/", 5, 0, "W:a~P:.~W:bc~P:/");
  check_bytes("@", 1, 0, "P:@");
  check_bytes("a'", 2, 0, "W:a~P:'");
}

/* ---- Where tokens stand ------------------------------------------------------------ */

static void tokens_know_their_bytes(void **state) {
  (void)state;
  static const token_example examples[] = {
      {" Don't!!!!! go ", "Don't|!!!!!|go"},
      {"#KosovoIsSerbia x", "#KosovoIsSerbia|Kosovo|Is|Serbia|x"},
      {"(https://t.co/X).", "(|https://t.co/X|)|."},
      {"e\u0301tat \xFFx", "e\u0301tat|\xFF|x"},
      {"ﬁn…", "ﬁn|…"},
      {"½", "½"},
      {"❤\uFE0F!", "❤\uFE0F|!"},
      {"1\uFE0F\u20E3!", "1\uFE0F\u20E3|!"},
      {"🏴󠁧󠁢󠁥󠁮󠁧󠁿x", "🏴󠁧󠁢󠁥󠁮󠁧󠁿|x"},
      {"a\u0327\u0301 b", "a\u0327\u0301|b"}, /* the outer mark composes */
      {"a\u0301\u0327 b", "a\u0301\u0327|b"}, /* the marks change places */
      {"각x", "각x"},
      {"@User, RT", "@User|,|RT"},
      {"ko\u00ADsovo x", "ko\u00ADsovo|x"},
  };
  narr_tokens tokens = NARR_TOKENS_INIT;
  narr_buffer slices = NARR_BUFFER_INIT;
  bool good = true;
  for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
    assert_true(narr_tokenize(&tokens, &tokens_plain, examples[i].text, strlen(examples[i].text)));
    tokens_slices(&tokens, examples[i].text, &slices);
    good &= tokens_same(&slices, &examples[i]);
  }
  assert_true(good);
  narr_tokens_free(&tokens);
  narr_buffer_free(&slices);
}

/* ---- Hostile texts ------------------------------------------------------------------- */

/* `unit` many times, then `end`. Quadratic time would take hours here. */
static size_t count_tokens(const char *unit, const char *end) {
  narr_tokens tokens = NARR_TOKENS_INIT;
  narr_buffer text = NARR_BUFFER_INIT;
  while (text.length < 1000000) narr_buffer_string(&text, unit);
  narr_buffer_string(&text, end);
  assert_true(narr_tokenize(&tokens, &tokens_plain, text.data, text.length));
  assert_null(tokens_broken_law(&tokens, text.data, text.length));
  size_t count = tokens.count;
  narr_tokens_free(&tokens);
  narr_buffer_free(&text);
  return count;
}

static void time_is_linear(void **state) {
  (void)state;
  assert_int_equal(count_tokens("1,", "1a"), 1);
  assert_int_equal(count_tokens("1.", ""), 2);
  assert_int_equal(count_tokens("a.", ""), 2);
  assert_int_equal(count_tokens("a.", "a/"), 2);
  assert_int_equal(count_tokens("a-", "a"), 1000001);
  assert_int_equal(count_tokens("a-b.", "!"), 500003);
  assert_int_equal(count_tokens("@", "a"), 2);
  assert_int_equal(count_tokens("#_", ""), 500000);
  assert_int_equal(count_tokens("http", "://"), 4); /* the last "http" is cut off */
  assert_int_equal(count_tokens("a'", ""), 2);
  assert_int_equal(count_tokens("http://", ""), 1);
  assert_int_equal(count_tokens(".", ""), 1);
  assert_int_equal(count_tokens("\u0301\u0316", ""), 1);
  assert_int_equal(count_tokens("\u0327\u0301", ""), 1);
  assert_int_equal(count_tokens("a\u0316\u0327\u0301", ""), 1);
}

/* ---- Out of memory ------------------------------------------------------------------- */

/* Each request fails in turn, those for pages of Unicode data too. */
static void no_memory_is_reported(void **state) {
  (void)state;
  static const char text[] = "Косово 科索沃 #a1 😀 https://t.co/x e\u0301 ﷺ अ ก";
  narr_tokens tokens = NARR_TOKENS_INIT;
  size_t failures = 0;
  for (size_t nth = 1;; nth++) {
    narr_alloc_fail_at(nth);
    bool ok = narr_tokenize(&tokens, &tokens_plain, text, sizeof text - 1);
    narr_alloc_fail_at(0);
    narr_tokens_free(&tokens);
    if (ok && nth > 10) break;
    failures += !ok;
  }
  assert_true(failures >= 4);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(no_memory_is_reported), /* first: pages are built once */
      cmocka_unit_test(words),
      cmocka_unit_test(numbers),
      cmocka_unit_test(links),
      cmocka_unit_test(mentions),
      cmocka_unit_test(hashtags),
      cmocka_unit_test(emoji),
      cmocka_unit_test(punctuation),
      cmocka_unit_test(scripts),
      cmocka_unit_test(bytes_of_any_kind),
      cmocka_unit_test(tokens_know_their_bytes),
      cmocka_unit_test(time_is_linear),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
