// json_fields.cpp - some fields of one JSON object.
//
// simdjson's on-demand parser reads forward only and looks closely only at
// what it is asked for. So the object is walked once to its very end, which
// finds out whether it was cut off, and descended into only where a dotted
// path leads. Nothing here throws: every step returns an error code.
#define SIMDJSON_EXCEPTIONS 0
#include "data/json_fields.h"

#include <simdjson.h>

#include <cstring>
#include <new>
#include <string_view>

extern "C" {
#include "base/alloc.h"
#include "base/buffer.h"
#include "base/status.h"
}

namespace {

namespace od = simdjson::ondemand;
using simdjson::error_code;
using std::string_view;

static_assert(NARR_JSON_PADDING >= simdjson::SIMDJSON_PADDING, "simdjson reads further ahead");

// A wanted field. `level` is how deep it was found: a key that holds the rest of
// the path as a whole beats one that takes another step down.
struct slot {
  narr_json_value *value = nullptr;
  narr_json_arrays arrays = NARR_JSON_ARRAYS_IGNORED;
  size_t level = SIZE_MAX;
};

// A wanted field, as seen from one object: the rest of its path and whether
// the keys it could go on with have been seen there (the first one counts).
struct want {
  slot *target;
  const char *path;
  size_t length;
  size_t head;  // its length, up to the first dot
  bool whole_seen;
  bool head_seen;
};

want want_of(slot *target, const char *path, size_t length) {
  const void *dot = memchr(path, '.', length);
  size_t head = dot ? static_cast<size_t>(static_cast<const char *>(dot) - path) : length;
  return want{target, path, length, head, false, false};
}

// What an object is asked for. Made for every object on the way, so that only
// what is used of it is set.
struct wishes {
  want items[NARR_JSON_FIELDS];
  size_t count;
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

size_t skip_digits(string_view token, size_t at) {
  while (at < token.size() && is_digit(token[at])) at++;
  return at;
}

// RFC 8259, section 6: the number is handed on as it stands, of any size.
bool is_number(string_view token) {
  size_t at = token.substr(0, 1) == "-" ? 1 : 0;
  size_t end = skip_digits(token, at);
  if (end == at || (token[at] == '0' && end > at + 1)) return false;
  if (end < token.size() && token[end] == '.') {
    at = end + 1;
    end = skip_digits(token, at);
    if (end == at) return false;
  }
  if (end < token.size() && (token[end] == 'e' || token[end] == 'E')) {
    at = end + 1;
    if (at < token.size() && (token[at] == '+' || token[at] == '-')) at++;
    end = skip_digits(token, at);
    if (end == at) return false;
  }
  return end == token.size();
}

string_view trimmed(string_view token) {
  size_t last = token.find_last_not_of(" \t\r\n");
  return token.substr(0, last == string_view::npos ? 0 : last + 1);
}

error_code check_scalar(string_view token, od::json_type type) {
  if (type == od::json_type::number && !is_number(token)) return simdjson::NUMBER_ERROR;
  if (type == od::json_type::boolean && token != "true" && token != "false")
    return simdjson::T_ATOM_ERROR;
  return simdjson::SUCCESS;
}

void set(const slot &taker, narr_json_kind kind, string_view text, string_view token) {
  *taker.value = narr_json_value{kind, text.data(), text.size(), token.data(), token.size()};
}

// Fills in the slots of those who want this scalar: a string unescaped, and
// everything as it stands once it is known to be JSON.
error_code take_scalar(od::value value, od::json_type type, slot *const *takers, size_t count) {
  string_view token = trimmed(value.raw_json_token()), text;
  narr_json_kind kind = NARR_JSON_OTHER;  // null
  error_code error = check_scalar(token, type);
  if (!error && type == od::json_type::string) {
    error = value.get_string().get(text);
    kind = NARR_JSON_STRING;
  } else if (type == od::json_type::number || type == od::json_type::boolean) {
    kind = NARR_JSON_SCALAR;
  }
  if (error) return error;
  for (size_t i = 0; i < count; i++)
    if (takers[i] && kind != NARR_JSON_OTHER) set(*takers[i], kind, text, token);
  return simdjson::SUCCESS;
}

// The string that an array's item is, or has as its "text".
error_code item_text(od::value item, string_view &text) {
  od::json_type type;
  if (error_code error = item.type().get(type)) return error;
  if (type == od::json_type::string) return item.get_string().get(text);
  if (type != od::json_type::object) return simdjson::SUCCESS;
  od::object object;
  if (error_code error = item.get_object().get(object)) return error;
  for (auto result : object) {
    od::field field;
    string_view key;
    if (error_code error = std::move(result).get(field)) return error;
    if (error_code error = field.unescaped_key().get(key)) return error;
    od::value value = field.value();
    if (key != "text" || text.data()) continue;
    if (error_code error = value.type().get(type)) return error;
    if (type != od::json_type::string) continue;
    if (error_code error = value.get_string().get(text)) return error;
  }
  return simdjson::SUCCESS;
}

// The strings of an array in `joined`, for those who want them so, or the first.
error_code take_array(od::value value, slot *const *takers, size_t count, narr_buffer *joined) {
  od::array array;
  size_t start = joined->length;
  string_view first;
  if (error_code error = value.get_array().get(array)) return error;
  for (auto result : array) {
    od::value item;
    string_view text;
    if (error_code error = std::move(result).get(item)) return error;
    if (error_code error = item_text(item, text)) return error;
    if (!first.data()) first = text;
    narr_buffer_append(joined, text.data(), text.size());
  }
  if (joined->failed) return simdjson::MEMALLOC;
  for (size_t i = 0; i < count; i++) {
    if (!takers[i]) continue;
    // An offset, until the buffer stands still.
    if (takers[i]->arrays == NARR_JSON_ARRAYS_JOINED)
      *takers[i]->value =
          narr_json_value{NARR_JSON_JOINED, nullptr, joined->length - start, nullptr, start};
    else if (takers[i]->arrays == NARR_JSON_ARRAYS_FIRST && first.data())
      set(*takers[i], NARR_JSON_STRING, first, string_view());
  }
  return simdjson::SUCCESS;
}

error_code walk(od::object object, wishes &wanted, size_t level, narr_buffer *joined);

// Those who want the value of a key, and what they want below it.
struct takers {
  slot *slots[NARR_JSON_FIELDS];
  wishes below;
  bool any, arrays;
};

bool is_wanted(const wishes &here, string_view key) {
  for (size_t i = 0; i < here.count; i++) {
    const want &w = here.items[i];
    size_t n = key.size();
    if ((n == w.length || n == w.head) && memcmp(key.data(), w.path, n) == 0) return true;
  }
  return false;
}

void find_takers(wishes &here, string_view key, size_t level, takers &out) {
  out.below.count = 0;
  out.any = out.arrays = false;
  for (size_t i = 0; i < here.count; i++) {
    want &w = here.items[i];
    out.slots[i] = nullptr;
    if (key == string_view(w.path, w.length) && !w.whole_seen) {
      w.whole_seen = true;
      if (level >= w.target->level) continue;
      out.slots[i] = w.target;
      w.target->level = level;
      set(*w.target, NARR_JSON_OTHER, string_view(), string_view());
      out.any = true;
      out.arrays |= w.target->arrays != NARR_JSON_ARRAYS_IGNORED;
    } else if (w.head < w.length && key == string_view(w.path, w.head) && !w.head_seen) {
      w.head_seen = true;
      out.below.items[out.below.count++] =
          want_of(w.target, w.path + w.head + 1, w.length - w.head - 1);
    }
  }
}

// The value of `key`, for whoever wants it or something in it.
error_code visit(od::value value, string_view key, wishes &here, size_t level,
                 narr_buffer *joined) {
  takers found;
  find_takers(here, key, level, found);
  if (!found.any && !found.below.count) return simdjson::SUCCESS;
  od::json_type type;
  if (error_code error = value.type().get(type)) return error;
  if (type == od::json_type::object) {
    od::object object;
    if (!found.below.count) return simdjson::SUCCESS;
    if (error_code error = value.get_object().get(object)) return error;
    return walk(object, found.below, level + 1, joined);
  }
  if (type == od::json_type::array)
    return found.arrays ? take_array(value, found.slots, here.count, joined) : simdjson::SUCCESS;
  return found.any ? take_scalar(value, type, found.slots, here.count) : simdjson::SUCCESS;
}

// `wanted` is used up.
error_code walk(od::object object, wishes &wanted, size_t level, narr_buffer *joined) {
  for (auto result : object) {
    od::field field;
    string_view key;
    if (error_code error = std::move(result).get(field)) return error;
    if (error_code error = field.unescaped_key().get(key)) return error;
    if (!is_wanted(wanted, key)) continue;
    if (error_code error = visit(field.value(), key, wanted, level, joined)) return error;
  }
  return simdjson::SUCCESS;
}

// One step further for every part of a path: kept well inside what simdjson
// is ready to nest.
constexpr size_t MAX_PARTS = 64;

bool is_path(string_view path) {
  size_t parts = 1, part = 0;
  for (size_t i = 0; i <= path.size(); i++) {
    if (i < path.size() && path[i] != '.') continue;
    if (i == part || parts > MAX_PARTS) return false;
    part = i + 1;
    parts++;
  }
  return true;
}

const char *reason(error_code error) {
  switch (error) {
    case simdjson::EMPTY: return "it is empty";
    case simdjson::UTF8_ERROR: return "it has invalid UTF-8";
    case simdjson::STRING_ERROR: return "a string has an invalid escape";
    case simdjson::UNESCAPED_CHARS: return "a string has an unescaped control character";
    case simdjson::UNCLOSED_STRING: return "a string is not closed";
    case simdjson::NUMBER_ERROR: return "a number is malformed";
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT: return "it is cut off, or has text behind its end";
    case simdjson::TRAILING_CONTENT: return "it has text behind its end";
    case simdjson::DEPTH_ERROR: return "it is nested too deep";
    case simdjson::CAPACITY: return "it is too long";
    default: return "a comma, colon, bracket or value is missing or out of place";
  }
}

}  // namespace

struct narr_json_fields {
  od::parser parser;
  char *paths[NARR_JSON_FIELDS];
  narr_json_arrays arrays[NARR_JSON_FIELDS];
  size_t count;
  narr_buffer copy;    // see padded()
  narr_buffer joined;  // of arrays
};

narr_status narr_json_fields_new(narr_json_fields **out, const narr_json_path *paths, size_t count,
                                 narr_error *error) {
  *out = nullptr;
  for (size_t i = 0; i < count; i++)
    if (!paths[i].path || !is_path(paths[i].path))
      return narr_fail(error, NARR_ERROR_ARGUMENT,
                       "a field is named by up to %zu names with dots between them", MAX_PARTS);
  void *memory = narr_alloc(1, sizeof(narr_json_fields));
  if (!memory) return narr_fail_memory(error);
  narr_json_fields *json = new (memory) narr_json_fields();
  bool ok = true;
  for (; ok && json->count < count; json->count++) {
    json->paths[json->count] = narr_copy_string(paths[json->count].path);
    json->arrays[json->count] = paths[json->count].arrays;
    ok = json->paths[json->count] != nullptr;
  }
  if (!ok) {
    narr_json_fields_free(json);
    return narr_fail_memory(error);
  }
  *out = json;
  return NARR_OK;
}

void narr_json_fields_free(narr_json_fields *json) {
  if (!json) return;
  for (size_t i = 0; i < json->count; i++) narr_free(json->paths[i]);
  narr_buffer_free(&json->copy);
  narr_buffer_free(&json->joined);
  json->~narr_json_fields();
  narr_free(json);
}

// simdjson checks more, and so finds other faults first, if the byte behind
// the record happens to be a '}'. The answer must not depend on that byte.
// NULL when there is no memory.
static const char *padded(narr_json_fields *json, const char *bytes, size_t length) {
  static const char spaces[NARR_JSON_PADDING + 1] =
      "                                                                ";
  if (bytes[length] != '}') return bytes;
  narr_buffer_clear(&json->copy);
  narr_buffer_append(&json->copy, bytes, length);
  narr_buffer_append(&json->copy, spaces, NARR_JSON_PADDING);
  return json->copy.failed ? nullptr : json->copy.data;
}

static error_code read(narr_json_fields *json, const char *bytes, size_t length,
                       narr_json_value *values) {
  od::document document;
  od::object object;
  slot slots[NARR_JSON_FIELDS];
  wishes wanted;
  for (size_t i = 0; i < json->count; i++) {
    slots[i].value = &values[i];
    slots[i].arrays = json->arrays[i];
    wanted.items[i] = want_of(&slots[i], json->paths[i], strlen(json->paths[i]));
  }
  wanted.count = json->count;
  narr_buffer_clear(&json->joined);
  simdjson::padded_string_view view(bytes, length, length + NARR_JSON_PADDING);
  if (error_code error = json->parser.iterate(view).get(document)) return error;
  if (error_code error = document.get_object().get(object)) return error;
  if (error_code error = walk(object, wanted, 0, &json->joined)) return error;
  // There is no location behind the last token.
  return document.current_location().error() ? simdjson::SUCCESS : simdjson::TRAILING_CONTENT;
}

narr_status narr_json_fields_read(narr_json_fields *json, const char *bytes, size_t length,
                                  narr_json_value *values, narr_error *error) {
  for (size_t i = 0; i < json->count; i++) values[i] = narr_json_value{};
  bytes = padded(json, bytes, length);
  error_code failure = bytes ? read(json, bytes, length, values) : simdjson::MEMALLOC;
  for (size_t i = 0; i < json->count; i++) {
    if (values[i].kind != NARR_JSON_JOINED) continue;
    values[i].text = json->joined.data + values[i].token_length;
    values[i].token_length = 0;
  }
  if (failure == simdjson::MEMALLOC) return narr_fail_memory(error);
  if (failure == simdjson::INCORRECT_TYPE)
    return narr_fail(error, NARR_ERROR_INPUT, "not a JSON object");
  if (failure) return narr_fail(error, NARR_ERROR_INPUT, "not valid JSON: %s", reason(failure));
  return NARR_OK;
}
