/* platform.c - one table: which field of which platform is what.
 *
 * Of several fields with one role the first in the table that has something
 * counts: what a boost or a retweet holds before what it is wrapped in, a long
 * text before its beginning. Names are paths in JSON and columns in CSV. */
#include "data/platform.h"

#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/status.h"
#include "data/json_fields.h"

typedef enum role {
  ROLE_TEXT,
  ROLE_LEAD, /* a heading or a warning before the text */
  ROLE_ID,
  ROLE_LANG,
  ROLE_TIME,
  ROLE_AUTHOR,
  /* What tells whether a record is a post */
  ROLE_EVENT,
  ROLE_COLLECTION,
  ROLE_OPERATION,
  ROLE_KEY, /* the second half of an id */
  ROLE_DELETED,
  ROLES
} role;

typedef struct known_field {
  narr_platform platform;
  role role;
  narr_json_path name;
} known_field;

static const known_field known[] = {
    {NARR_PLATFORM_MASTODON, ROLE_TEXT, {"reblog.content", 0}},
    {NARR_PLATFORM_MASTODON, ROLE_TEXT, {"content", 0}},
    {NARR_PLATFORM_MASTODON, ROLE_LEAD, {"reblog.spoiler_text", 0}},
    {NARR_PLATFORM_MASTODON, ROLE_LEAD, {"spoiler_text", 0}},
    {NARR_PLATFORM_MASTODON, ROLE_ID, {"id", 0}},
    {NARR_PLATFORM_MASTODON, ROLE_LANG, {"reblog.language", 0}},
    {NARR_PLATFORM_MASTODON, ROLE_LANG, {"language", 0}},
    {NARR_PLATFORM_MASTODON, ROLE_TIME, {"created_at", 0}},
    {NARR_PLATFORM_MASTODON, ROLE_AUTHOR, {"account.acct", 0}},

    {NARR_PLATFORM_BLUESKY, ROLE_TEXT, {"commit.record.text", 0}},
    {NARR_PLATFORM_BLUESKY, ROLE_KEY, {"commit.rkey", 0}},
    {NARR_PLATFORM_BLUESKY, ROLE_LANG, {"commit.record.langs", NARR_JSON_ARRAYS_FIRST}},
    {NARR_PLATFORM_BLUESKY, ROLE_TIME, {"commit.record.createdAt", 0}},
    {NARR_PLATFORM_BLUESKY, ROLE_AUTHOR, {"did", 0}},
    {NARR_PLATFORM_BLUESKY, ROLE_EVENT, {"kind", 0}},
    {NARR_PLATFORM_BLUESKY, ROLE_COLLECTION, {"commit.collection", 0}},
    {NARR_PLATFORM_BLUESKY, ROLE_OPERATION, {"commit.operation", 0}},

    {NARR_PLATFORM_X, ROLE_TEXT, {"retweeted_status.extended_tweet.full_text", 0}},
    {NARR_PLATFORM_X, ROLE_TEXT, {"retweeted_status.full_text", 0}},
    {NARR_PLATFORM_X, ROLE_TEXT, {"retweeted_status.text", 0}},
    {NARR_PLATFORM_X, ROLE_TEXT, {"extended_tweet.full_text", 0}},
    {NARR_PLATFORM_X, ROLE_TEXT, {"note_tweet.text", 0}},
    {NARR_PLATFORM_X, ROLE_TEXT, {"full_text", 0}},
    {NARR_PLATFORM_X, ROLE_TEXT, {"text", 0}},
    {NARR_PLATFORM_X, ROLE_TEXT, {"data.note_tweet.text", 0}},
    {NARR_PLATFORM_X, ROLE_TEXT, {"data.text", 0}},
    {NARR_PLATFORM_X, ROLE_ID, {"id_str", 0}},
    {NARR_PLATFORM_X, ROLE_ID, {"id", 0}},
    {NARR_PLATFORM_X, ROLE_ID, {"data.id", 0}},
    {NARR_PLATFORM_X, ROLE_LANG, {"lang", 0}},
    {NARR_PLATFORM_X, ROLE_LANG, {"data.lang", 0}},
    {NARR_PLATFORM_X, ROLE_TIME, {"created_at", 0}},
    {NARR_PLATFORM_X, ROLE_TIME, {"data.created_at", 0}},
    {NARR_PLATFORM_X, ROLE_AUTHOR, {"user.screen_name", 0}},
    {NARR_PLATFORM_X, ROLE_AUTHOR, {"author_id", 0}},
    {NARR_PLATFORM_X, ROLE_AUTHOR, {"data.author_id", 0}},
    {NARR_PLATFORM_X, ROLE_DELETED, {"delete", 0}},

    {NARR_PLATFORM_TELEGRAM, ROLE_TEXT, {"text", NARR_JSON_ARRAYS_JOINED}},
    {NARR_PLATFORM_TELEGRAM, ROLE_ID, {"id", 0}},
    {NARR_PLATFORM_TELEGRAM, ROLE_TIME, {"date", 0}},
    {NARR_PLATFORM_TELEGRAM, ROLE_AUTHOR, {"from", 0}},
    {NARR_PLATFORM_TELEGRAM, ROLE_EVENT, {"type", 0}},

    {NARR_PLATFORM_CROWDTANGLE, ROLE_TEXT, {"Message", 0}},
    {NARR_PLATFORM_CROWDTANGLE, ROLE_TEXT, {"Description", 0}},
    {NARR_PLATFORM_CROWDTANGLE, ROLE_ID, {"URL", 0}},
    {NARR_PLATFORM_CROWDTANGLE, ROLE_ID, {"platformId", 0}},
    {NARR_PLATFORM_CROWDTANGLE, ROLE_LANG, {"languageCode", 0}},
    {NARR_PLATFORM_CROWDTANGLE, ROLE_TIME, {"Post Created", 0}},
    {NARR_PLATFORM_CROWDTANGLE, ROLE_TIME, {"date", 0}},
    {NARR_PLATFORM_CROWDTANGLE, ROLE_AUTHOR, {"Page Name", 0}},
    {NARR_PLATFORM_CROWDTANGLE, ROLE_AUTHOR, {"Group Name", 0}},
    {NARR_PLATFORM_CROWDTANGLE, ROLE_AUTHOR, {"Account", 0}},
    {NARR_PLATFORM_CROWDTANGLE, ROLE_TEXT, {"message", 0}},
    {NARR_PLATFORM_CROWDTANGLE, ROLE_TEXT, {"description", 0}},
    {NARR_PLATFORM_CROWDTANGLE, ROLE_AUTHOR, {"account.name", 0}},

    {NARR_PLATFORM_4CAT, ROLE_TEXT, {"body", 0}},
    {NARR_PLATFORM_4CAT, ROLE_LEAD, {"subject", 0}},
    {NARR_PLATFORM_4CAT, ROLE_ID, {"id", 0}},
    {NARR_PLATFORM_4CAT, ROLE_LANG, {"lang", 0}},
    {NARR_PLATFORM_4CAT, ROLE_LANG, {"language", 0}},
    {NARR_PLATFORM_4CAT, ROLE_TIME, {"timestamp", 0}},
    {NARR_PLATFORM_4CAT, ROLE_AUTHOR, {"author", 0}},

    {NARR_PLATFORM_MCL, ROLE_TEXT, {"text", 0}},
    {NARR_PLATFORM_MCL, ROLE_ID, {"id", 0}},
    {NARR_PLATFORM_MCL, ROLE_LANG, {"lang", 0}},
    {NARR_PLATFORM_MCL, ROLE_TIME, {"creation_time", 0}},
    {NARR_PLATFORM_MCL, ROLE_AUTHOR, {"post_owner.name", 0}},
    {NARR_PLATFORM_MCL, ROLE_AUTHOR, {"post_owner.username", 0}},
};

enum { KNOWN = sizeof known / sizeof *known };

struct narr_platform_reader {
  narr_platform platform;
  narr_json_fields *json;
  size_t count;
  role roles[NARR_JSON_FIELDS];
  narr_buffer text;     /* a lead and a text */
  narr_buffer id;       /* made of two parts */
  narr_buffer repaired; /* a record with its escapes mended */
};

/* ---- Guessing --------------------------------------------------------------------- */

/* All of up to three quoted names, one of which stands nearby in any record. */
static const struct sign {
  narr_platform platform;
  const char *names[3];
} signs[] = {
    {NARR_PLATFORM_BLUESKY, {"\"did\"", "\"time_us\"", "\"kind\""}},
    {NARR_PLATFORM_MASTODON, {"\"spoiler_text\"", "\"content\"", "\"account\""}},
    {NARR_PLATFORM_X, {"\"id_str\"", "\"user\"", "text\""}},
    {NARR_PLATFORM_X, {"\"edit_history_tweet_ids\"", "text\"", ""}},
    {NARR_PLATFORM_TELEGRAM, {"\"messages\"", "\"type\"", "\"name\""}},
    {NARR_PLATFORM_4CAT, {"\"thread_id\"", "\"body\"", "\"timestamp\""}},
    {NARR_PLATFORM_MCL, {"\"creation_time\"", "\"post_owner\"", "\"text\""}},
    {NARR_PLATFORM_CROWDTANGLE, {"\"platformId\"", "\"subscriberCount\"", "\"message\""}},
};

static const char *find(const char *bytes, size_t length, const char *wanted) {
  size_t size = strlen(wanted);
  const char *end = bytes + length;
  if (size == 0) return bytes;
  for (const char *at = bytes; (size_t)(end - at) >= size; at++) {
    at = memchr(at, wanted[0], (size_t)(end - at) - size + 1);
    if (!at) return NULL;
    if (memcmp(at, wanted, size) == 0) return at;
  }
  return NULL;
}

narr_platform narr_platform_guess(const char *bytes, size_t length) {
  for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
    bool all = true;
    for (size_t k = 0; k < 3 && all; k++) all = find(bytes, length, signs[i].names[k]);
    if (all) return signs[i].platform;
  }
  return NARR_PLATFORM_NONE;
}

/* Columns are named in any case. */
static size_t column(const narr_field *fields, size_t count, const char *name) {
  size_t length = strlen(name);
  for (size_t i = 0; i < count; i++)
    if (fields[i].length == length && strncasecmp(fields[i].data, name, length) == 0) return i;
  return SIZE_MAX;
}

narr_platform narr_platform_guess_header(const narr_field *fields, size_t count) {
  static const struct {
    narr_platform platform;
    const char *names[2];
  } headers[] = {{NARR_PLATFORM_CROWDTANGLE, {"Message", "Post Created"}},
                 {NARR_PLATFORM_4CAT, {"thread_id", "body"}},
                 {NARR_PLATFORM_MCL, {"creation_time", "text"}}};
  for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
    if (column(fields, count, headers[i].names[0]) != SIZE_MAX &&
        column(fields, count, headers[i].names[1]) != SIZE_MAX)
      return headers[i].platform;
  return NARR_PLATFORM_NONE;
}

static bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Whether an array of this name begins in the bytes. */
static bool has_array(const char *bytes, size_t length, const char *quoted) {
  const char *end = bytes + length, *at = find(bytes, length, quoted);
  if (!at) return false;
  for (at += strlen(quoted); at < end && (is_space(*at) || *at == ':'); at++) continue;
  return at < end && *at == '[';
}

static bool can_be_csv(narr_platform platform) {
  return platform == NARR_PLATFORM_CROWDTANGLE || platform == NARR_PLATFORM_4CAT ||
         platform == NARR_PLATFORM_MCL;
}

narr_shape narr_platform_shape(narr_platform platform, const char *bytes, size_t length,
                               const char **array) {
  while (length > 0 && is_space(*bytes)) bytes++, length--;
  *array = NULL;
  if (length > 0 && *bytes == '[') return NARR_SHAPE_ITEMS;
  bool object = length > 0 && *bytes == '{';
  if (object && platform == NARR_PLATFORM_TELEGRAM && has_array(bytes, length, "\"messages\""))
    *array = "messages";
  if (object && platform == NARR_PLATFORM_X && has_array(bytes, length, "\"data\""))
    *array = "data";
  if (*array) return NARR_SHAPE_ITEMS;
  return !object && length > 0 && can_be_csv(platform) ? NARR_SHAPE_CSV : NARR_SHAPE_LINES;
}

/* ---- Posts ------------------------------------------------------------------------ */

narr_status narr_platform_reader_new(narr_platform_reader **out, narr_platform platform,
                                     narr_error *error) {
  narr_json_path paths[NARR_JSON_FIELDS];
  narr_platform_reader *reader = narr_alloc_zero(1, sizeof *reader);
  *out = NULL;
  if (!reader) return narr_fail_memory(error);
  reader->platform = platform;
  for (size_t i = 0; i < KNOWN; i++) {
    if (known[i].platform != platform) continue;
    paths[reader->count] = known[i].name;
    reader->roles[reader->count++] = known[i].role;
  }
  narr_status status = narr_json_fields_new(&reader->json, paths, reader->count, error);
  if (status)
    narr_platform_reader_free(reader);
  else
    *out = reader;
  return status;
}

void narr_platform_reader_free(narr_platform_reader *reader) {
  if (!reader) return;
  narr_json_fields_free(reader->json);
  narr_buffer_free(&reader->text);
  narr_buffer_free(&reader->id);
  narr_buffer_free(&reader->repaired);
  narr_free(reader);
}

/* What there is of each role. */
typedef struct findings {
  narr_field of[ROLES];
  bool there[ROLES]; /* even if it is empty or no text */
} findings;

static bool is(narr_field field, const char *wanted) {
  return field.length == strlen(wanted) && memcmp(field.data, wanted, field.length) == 0;
}

static const char *find_reason(narr_platform platform, const findings *found) {
  if (platform == NARR_PLATFORM_X && found->there[ROLE_DELETED]) return "deletion";
  if (platform == NARR_PLATFORM_TELEGRAM && found->there[ROLE_EVENT] &&
      !is(found->of[ROLE_EVENT], "message"))
    return "service message";
  if (platform != NARR_PLATFORM_BLUESKY) return NULL;
  if (!is(found->of[ROLE_EVENT], "commit")) return "not a commit";
  if (!is(found->of[ROLE_COLLECTION], "app.bsky.feed.post")) return "other collection";
  return is(found->of[ROLE_OPERATION], "delete") ? "deletion" : NULL;
}

static narr_status put_together(narr_platform_reader *reader, const findings *found,
                                narr_platform_post *post, narr_error *error) {
  post->skipped = find_reason(reader->platform, found);
  post->id = found->of[ROLE_ID];
  post->lang = found->of[ROLE_LANG];
  post->time = found->of[ROLE_TIME];
  post->author = found->of[ROLE_AUTHOR];
  narr_buffer_clear(&reader->id);
  if (reader->platform == NARR_PLATFORM_BLUESKY && found->of[ROLE_KEY].length) {
    narr_buffer_string(&reader->id, "at://");
    narr_buffer_append(&reader->id, post->author.data, post->author.length);
    narr_buffer_string(&reader->id, "/app.bsky.feed.post/");
    narr_buffer_append(&reader->id, found->of[ROLE_KEY].data, found->of[ROLE_KEY].length);
    post->id = (narr_field){reader->id.data, reader->id.length};
    post->id_is_json = false;
  }
  post->text = found->of[ROLE_TEXT];
  narr_field lead = found->of[ROLE_LEAD];
  if (lead.length) {
    narr_buffer_clear(&reader->text);
    narr_buffer_append(&reader->text, lead.data, lead.length);
    narr_buffer_string(&reader->text, "\n\n");
    narr_buffer_append(&reader->text, post->text.data, post->text.length);
    post->text = (narr_field){reader->text.data, reader->text.length};
  }
  if (reader->id.failed || reader->text.failed) return narr_fail_memory(error);
  if (post->skipped || found->there[ROLE_TEXT]) return NARR_OK;
  return narr_fail(error, NARR_ERROR_INPUT, "no field of a post's text");
}

/* Telegram Desktop writes control characters as \xNN, which is not JSON: \u00NN is.
 * NULL: no memory. */
static const char *repair(narr_platform_reader *reader, const char *bytes, size_t *length) {
  narr_buffer *out = &reader->repaired;
  if (!find(bytes, *length, "\\x")) return bytes;
  narr_buffer_clear(out);
  for (size_t i = 0; i < *length; i++) {
    bool escape = bytes[i] == '\\' && i + 1 < *length;
    narr_buffer_byte(out, bytes[i]);
    if (!escape) continue;
    i++;
    if (bytes[i] == 'x')
      narr_buffer_string(out, "u00");
    else
      narr_buffer_byte(out, bytes[i]);
  }
  *length = out->length;
  for (size_t i = 0; i < NARR_JSON_PADDING; i++) narr_buffer_byte(out, ' ');
  return out->failed ? NULL : out->data;
}

static void find_values(const narr_platform_reader *reader, const narr_json_value *values,
                        findings *found) {
  for (size_t i = 0; i < reader->count; i++) {
    const narr_json_value *value = &values[i];
    role role = reader->roles[i];
    bool string = value->kind == NARR_JSON_STRING || value->kind == NARR_JSON_JOINED;
    if (role == ROLE_DELETED || role == ROLE_EVENT)
      found->there[role] |= value->kind != NARR_JSON_ABSENT;
    else
      found->there[role] |= string;
    if (found->of[role].length) continue;
    if (role == ROLE_ID)
      found->of[role] = (narr_field){value->token, value->token_length};
    else if (string)
      found->of[role] = (narr_field){value->text, value->text_length};
    else
      found->of[role] = (narr_field){value->token, value->token_length};
  }
}

narr_status narr_platform_read(narr_platform_reader *reader, const char *bytes, size_t length,
                               narr_platform_post *post, narr_error *error) {
  narr_json_value values[NARR_JSON_FIELDS] = {{.kind = NARR_JSON_ABSENT}};
  *post = (narr_platform_post){.id_is_json = true};
  if (reader->platform == NARR_PLATFORM_TELEGRAM) bytes = repair(reader, bytes, &length);
  if (!bytes) return narr_fail_memory(error);
  narr_status status = narr_json_fields_read(reader->json, bytes, length, values, error);
  findings found = {0};
  if (status) return status;
  find_values(reader, values, &found);
  return put_together(reader, &found, post, error);
}

/* ---- Columns ---------------------------------------------------------------------- */

narr_status narr_platform_find_columns(narr_platform_columns *out, narr_platform platform,
                                       const narr_field *fields, size_t count, narr_error *error) {
  bool has_text = false;
  *out = (narr_platform_columns){0};
  for (size_t i = 0; i < KNOWN; i++) {
    size_t at =
        known[i].platform == platform ? column(fields, count, known[i].name.path) : SIZE_MAX;
    bool twice = false; /* names that differ in case only */
    for (size_t k = 0; k < out->count; k++) twice |= out->columns[k] == at;
    if (at == SIZE_MAX || twice || out->count == NARR_PLATFORM_COLUMNS) continue;
    out->columns[out->count] = at;
    out->roles[out->count++] = (int)known[i].role;
    has_text |= known[i].role == ROLE_TEXT;
  }
  if (has_text) return NARR_OK;
  return narr_fail(error, NARR_ERROR_INPUT, "the header has no column of a post's text");
}

narr_status narr_platform_read_columns(narr_platform_reader *reader,
                                       const narr_platform_columns *columns,
                                       const narr_field *fields, narr_platform_post *post,
                                       narr_error *error) {
  findings found = {0};
  *post = (narr_platform_post){0};
  for (size_t i = 0; i < columns->count; i++) {
    role role = (enum role)columns->roles[i];
    found.there[role] = true;
    if (!found.of[role].length) found.of[role] = fields[columns->columns[i]];
  }
  return put_together(reader, &found, post, error);
}
