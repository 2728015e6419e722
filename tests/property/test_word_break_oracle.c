/* Word boundaries against libunistring's u8_wordbreaks (Annex 29 as it
 * stands): on the posts of this repository and, if NARR_DATA names a folder
 * with russian_troll_tweets/stream_200k.jsonl, on those. Each place where we
 * differ has one of the reasons below, which are printed with their counts. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <uniwbrk.h>

#include "data/json_post.h"
#include "support/tokens_random.h"
#include "text/token.h"

typedef enum reason {
  SAME,
  IN_LINK,
  IN_MENTION,
  IN_HASHTAG,
  EQUAL_MARKS,
  COLON,
  FULL_STOP,
  INVISIBLE,
  NARROW_SPACE,
  FOLDED,
  EMOJI_DATA,
  UNEXPLAINED,
  REASONS
} reason;

static const char *const reason_names[REASONS] = {"same",
                                                  "a link is one token",
                                                  "a mention is one token",
                                                  "a hashtag is one token, and its words are",
                                                  "equal marks in a row are one token",
                                                  "a colon joins no letters",
                                                  "a full stop joins single letters only",
                                                  "invisible characters are dropped",
                                                  "a narrow space is a space",
                                                  "a sign is what it folds to (\u2116 is no)",
                                                  "emoji of other versions of Unicode",
                                                  "no reason"};

typedef struct tally {
  size_t texts;
  size_t counts[REASONS];
} tally;

static narr_tokens tokens = NARR_TOKENS_INIT;
static char *breaks;
static size_t breaks_capacity;

static const narr_char_info *info_of(uint32_t code) {
  return &narr_unicode_page_of(code)->info[code & 0xFF];
}

static bool is_folded_sign(uint32_t code) {
  const narr_char_info *info = info_of(code);
  return info->length > 1 || (info->mapping != code && !(info->traits & NARR_TRAIT_UPPER));
}

static uint32_t code_at(const char *text, size_t length, size_t at) {
  uint32_t code;
  narr_utf8_decode(text + at, length - at, &code);
  return code;
}

static size_t before(const char *text, size_t at) {
  do at--;
  while (((unsigned char)text[at] & 0xC0) == 0x80);
  return at;
}

static reason in_token(uint8_t kind) {
  return kind == NARR_TOKEN_URL       ? IN_LINK
         : kind == NARR_TOKEN_MENTION ? IN_MENTION
         : kind == NARR_TOKEN_HASHTAG ? IN_HASHTAG
                                      : UNEXPLAINED;
}

/* Why we differ at byte `at`, which is in token t or at its beginning. */
static reason explain(const char *text, size_t length, size_t at, size_t t) {
  size_t first = t > 2 ? t - 2 : 0;
  while (first > 0 && tokens.items[first].flags & NARR_TOKEN_IN_HASHTAG) first--;
  for (size_t k = first; k <= t + 2 && k < tokens.count; k++) {
    const narr_token *token = &tokens.items[k];
    size_t end = token->end + strlen("\u2019"); /* #Kosovo's is not one word */
    if (at >= token->start && at <= end && in_token(token->kind) != UNEXPLAINED)
      return in_token(token->kind);
  }
  uint32_t last = code_at(text, length, before(text, at)), code = code_at(text, length, at);
  if (info_of(code)->length == 0 || info_of(last)->length == 0) return INVISIBLE;
  if (last == code) return EQUAL_MARKS;
  if (last == ':' || code == ':' || last == 0xFF1A || code == 0xFF1A) return COLON;
  if (last == '.' || code == '.' || last == 0x2024 || code == 0x2024) return FULL_STOP;
  if (last == 0x202F || code == 0x202F) return NARROW_SPACE;
  if (is_folded_sign(last) || is_folded_sign(code)) return FOLDED;
  return info_of(code)->class >= NARR_CHAR_SYMBOL ? EMOJI_DATA : UNEXPLAINED;
}

static void compare(const char *text, size_t length, tally *tally) {
  if (!length || !narr_utf8_valid(text, length, NULL)) return;
  if (breaks_capacity < length) {
    breaks = realloc(breaks, breaks_capacity = 2 * length);
    assert_non_null(breaks);
  }
  narr_text_options plain = {0};
  assert_true(narr_tokenize(&tokens, &plain, text, length));
  u8_wordbreaks((const uint8_t *)text, length, breaks);
  tally->texts++;
  size_t t = 0;
  for (size_t at = 1; at < length; at++) {
    if (((unsigned char)text[at] & 0xC0) == 0x80) continue;
    bool ours = false;
    while (t + 1 < tokens.count && tokens.items[t + 1].start <= at) t++;
    for (size_t k = t > 2 ? t - 2 : 0; k <= t && k < tokens.count; k++)
      ours |= tokens.items[k].start == at || tokens.items[k].end == at;
    const narr_char_info *last = info_of(code_at(text, length, before(text, at)));
    const narr_char_info *here = info_of(code_at(text, length, at));
    if (last->class == NARR_CHAR_SPACE || last->class == NARR_CHAR_MARK ||
        here->class == NARR_CHAR_SPACE)
      if (!ours || here->class != NARR_CHAR_SPACE) continue; /* white space is no token */
    reason why = ours == (breaks[at] != 0) ? SAME : explain(text, length, at, t);
    if (why == UNEXPLAINED && tally->counts[UNEXPLAINED] < 10)
      print_error("at byte %zu (%s) of: %.*s\n", at, ours ? "ours" : "theirs", (int)length, text);
    tally->counts[why]++;
  }
}

static void report(const char *what, const tally *tally) {
  size_t all = 0;
  for (size_t r = 0; r < REASONS; r++) all += tally->counts[r];
  print_message("%s: %zu texts, %zu places\n", what, tally->texts, all);
  for (size_t r = 0; r < REASONS; r++)
    if (tally->counts[r])
      print_message("%9zu  %7.4f%%  %s\n", tally->counts[r],
                    100.0 * (double)tally->counts[r] / (double)all, reason_names[r]);
}

static void posts_of_the_tests(void **state) {
  (void)state;
  tally tally = {0};
  for (size_t i = 0; i < RANDOM_POSTS; i++)
    compare(random_posts[i], strlen(random_posts[i]), &tally);
  report("posts of the tests", &tally);
  assert_int_equal(tally.counts[UNEXPLAINED], 0);
}

static void compare_stream(const char *path, const char *name) {
  FILE *file = fopen(path, "r");
  if (!file) {
    print_message("no %s here\n", path);
    return;
  }
  tally tally = {0};
  narr_json *json;
  char *line = NULL;
  size_t capacity = 0;
  assert_ok(narr_json_new(&json, &(narr_post_paths){.text = "text"}, NULL));
  for (ssize_t length; (length = getline(&line, &capacity, file)) > 0;) {
    narr_post post;
    if (capacity < (size_t)length + NARR_JSON_PADDING) {
      line = realloc(line, capacity = (size_t)length + NARR_JSON_PADDING);
      assert_non_null(line);
    }
    if (narr_json_read(json, line, (size_t)length, &post, NULL) == NARR_OK)
      compare(post.text, post.text_length, &tally);
  }
  report(name, &tally);
  free(line);
  narr_json_free(json);
  fclose(file);
  assert_int_equal(tally.counts[UNEXPLAINED], 0);
}

static void real_posts(void **state) {
  (void)state;
  compare_stream(PROJECT_ROOT "/corpus/sample_stream.jsonl", "sample stream");
  const char *data = getenv("NARR_DATA");
  char path[4096];
  if (!data) return;
  snprintf(path, sizeof path, "%s/russian_troll_tweets/stream_200k.jsonl", data);
  compare_stream(path, "stream_200k");
}

static int free_workspace(void **state) {
  (void)state;
  narr_tokens_free(&tokens);
  free(breaks);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(posts_of_the_tests),
                                     cmocka_unit_test(real_posts)};
  return cmocka_run_group_tests(tests, NULL, free_workspace);
}
