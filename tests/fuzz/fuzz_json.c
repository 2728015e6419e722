/* fuzz_json.c - any bytes as a JSON post: nothing crashes, what stands
 * behind the record makes no difference, and what comes out is usable. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "data/json_post.h"

#define REQUIRE(condition)     \
  do {                         \
    if (!(condition)) abort(); \
  } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const paths[][2] = {{"text", "id"}, {"data.text", "data.id"}, {"a.b", "a"}};
enum { PATHS = sizeof paths / sizeof *paths };

static bool same(const char *a, size_t a_length, const char *b, size_t b_length) {
  if (!a || !b) return !a && !b;
  return a_length == b_length && memcmp(a, b, a_length) == 0;
}

/* An id goes into output records as it stands, so it has to be JSON. */
static void check_id(narr_json *json, const narr_post *post) {
  static const char front[] = "{\"text\":\"\",\"id\":";
  size_t length = sizeof front - 1 + post->id_length + 1;
  char *record = calloc(length + NARR_JSON_PADDING, 1);
  REQUIRE(record);
  memcpy(record, front, sizeof front - 1);
  memcpy(record + sizeof front - 1, post->id, post->id_length);
  record[length - 1] = '}';
  narr_post again;
  REQUIRE(narr_json_read(json, record, length, &again, NULL) == NARR_OK);
  REQUIRE(same(post->id, post->id_length, again.id, again.id_length));
  free(record);
}

static narr_json *new_json(const char *text_path, const char *id_path) {
  narr_json *json;
  narr_post_paths wanted = {.text = text_path, .id = id_path, .author = "author|user.name|text"};
  REQUIRE(narr_json_new(&json, &wanted, NULL) == NARR_OK);
  return json;
}

static void check(const uint8_t *data, size_t size, const char *text_path, const char *id_path) {
  static const char paddings[] = {' ', '}', ',', '"', '\n', ']'};
  narr_post post, again;
  char *record = malloc(size + NARR_JSON_PADDING), *copy = malloc(size + NARR_JSON_PADDING);
  REQUIRE(record && copy);
  if (size) memcpy(record, data, size);
  memset(record + size, '\0', NARR_JSON_PADDING);
  narr_json *json = new_json(text_path, id_path), *other = new_json(text_path, id_path);
  narr_error error = NARR_ERROR_INIT;
  narr_status status = narr_json_read(json, record, size, &post, &error);
  REQUIRE(status == NARR_OK || status == NARR_ERROR_INPUT);
  REQUIRE((status == NARR_OK) == (post.text != NULL));
  if (post.text) REQUIRE(narr_utf8_valid(post.text, post.text_length, NULL));
  for (size_t i = 0; i < sizeof paddings; i++) {
    narr_error other_error = NARR_ERROR_INIT;
    memcpy(copy, record, size);
    memset(copy + size, paddings[i], NARR_JSON_PADDING);
    REQUIRE(narr_json_read(other, copy, size, &again, &other_error) == status);
    REQUIRE(strcmp(error.message, other_error.message) == 0);
    REQUIRE(same(post.text, post.text_length, again.text, again.text_length));
    REQUIRE(same(post.id, post.id_length, again.id, again.id_length));
    REQUIRE(same(post.author.data, post.author.length, again.author.data, again.author.length));
  }
  narr_json_free(other);
  other = new_json("text", "id");
  if (post.id) check_id(other, &post);
  narr_json_free(other);
  narr_json_free(json);
  free(record);
  free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  for (size_t i = 0; i < PATHS; i++) check(data, size, paths[i][0], paths[i][1]);
  return 0;
}
