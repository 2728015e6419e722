// json_post.cpp - the text and id of one JSON post.
//
// simdjson's on-demand parser reads forward only and looks closely only at
// what it is asked for. So the object is walked once to its very end, which
// finds out whether it was cut off, and descended into only where a dotted
// path leads. Nothing here throws: every step returns an error code.
#define SIMDJSON_EXCEPTIONS 0
#include "data/json_post.h"

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

enum finding { ABSENT, USABLE, UNUSABLE };

// What was found of a wanted field. `level` is how deep: a key that holds the
// rest of the path as a whole beats one that takes another step down.
struct slot {
  finding found = ABSENT;
  size_t level = SIZE_MAX;
  string_view value;
};

// A wanted field, as seen from one object: the rest of its path and whether
// the keys it could go on with have been seen there (the first one counts).
struct want {
  slot *target = nullptr;
  string_view path;
  bool whole_seen = false;
  bool head_seen = false;
};

enum { TEXT, ID, WANTS };

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

// Fills in the slots of those who want this scalar: a text unescaped, an id
// as it stands once it is known to be JSON.
error_code take(od::value value, od::json_type type, slot *const (&takers)[WANTS]) {
  string_view token = trimmed(value.raw_json_token()), text;
  bool usable = false;
  error_code error = simdjson::SUCCESS;
  if (type == od::json_type::string) {
    error = value.get_string().get(text);
    usable = true;
  } else if (takers[ID] && type == od::json_type::number) {
    if (!is_number(token)) error = simdjson::NUMBER_ERROR;
    usable = true;
  } else if (takers[ID] && type == od::json_type::boolean) {
    if (token != "true" && token != "false") error = simdjson::T_ATOM_ERROR;
    usable = true;
  }
  if (error) return error;
  if (takers[ID] && usable) {
    takers[ID]->found = USABLE;
    takers[ID]->value = token;
  }
  if (takers[TEXT] && type == od::json_type::string) {
    takers[TEXT]->found = USABLE;
    takers[TEXT]->value = text;
  }
  return simdjson::SUCCESS;
}

error_code walk(od::object object, const want (&wants)[WANTS], size_t level);

// The value of `key`, for whoever wants it or something in it.
error_code visit(od::value value, string_view key, want (&wants)[WANTS], size_t level) {
  slot *takers[WANTS] = {nullptr, nullptr};
  want below[WANTS];
  bool wanted = false, descend = false;
  for (int i = 0; i < WANTS; i++) {
    want &w = wants[i];
    if (!w.target) continue;
    size_t dot = w.path.find('.');
    if (key == w.path && !w.whole_seen) {
      w.whole_seen = true;
      if (level >= w.target->level) continue;
      takers[i] = w.target;
      *w.target = slot();
      w.target->found = UNUSABLE;
      w.target->level = level;
      wanted = true;
    } else if (dot != string_view::npos && key == w.path.substr(0, dot) && !w.head_seen) {
      w.head_seen = descend = true;
      below[i].target = w.target;
      below[i].path = w.path.substr(dot + 1);
    }
  }
  if (!wanted && !descend) return simdjson::SUCCESS;
  od::json_type type;
  if (error_code error = value.type().get(type)) return error;
  if (type == od::json_type::object) {
    od::object object;
    if (!descend) return simdjson::SUCCESS;
    if (error_code error = value.get_object().get(object)) return error;
    return walk(object, below, level + 1);
  }
  if (!wanted || type == od::json_type::array) return simdjson::SUCCESS;
  return take(value, type, takers);
}

error_code walk(od::object object, const want (&wants)[WANTS], size_t level) {
  want here[WANTS] = {wants[TEXT], wants[ID]};
  for (auto result : object) {
    od::field field;
    string_view key;
    if (error_code error = std::move(result).get(field)) return error;
    if (error_code error = field.unescaped_key().get(key)) return error;
    if (error_code error = visit(field.value(), key, here, level)) return error;
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

struct narr_json {
  od::parser parser;
  char *text_path;
  char *id_path;
  narr_buffer copy;  // see padded()
};

narr_status narr_json_new(narr_json **out, const char *text_path, const char *id_path,
                          narr_error *error) {
  *out = nullptr;
  if (!text_path || !is_path(text_path) || (id_path && !is_path(id_path)))
    return narr_fail(error, NARR_ERROR_ARGUMENT,
                     "a field is named by up to %zu names with dots between them", MAX_PARTS);
  void *memory = narr_alloc(1, sizeof(narr_json));
  if (!memory) return narr_fail_memory(error);
  narr_json *json = new (memory) narr_json();
  json->text_path = narr_copy_string(text_path);
  json->id_path = id_path ? narr_copy_string(id_path) : nullptr;
  if (!json->text_path || (id_path && !json->id_path)) {
    narr_json_free(json);
    return narr_fail_memory(error);
  }
  *out = json;
  return NARR_OK;
}

void narr_json_free(narr_json *json) {
  if (!json) return;
  narr_free(json->text_path);
  narr_free(json->id_path);
  narr_buffer_free(&json->copy);
  json->~narr_json();
  narr_free(json);
}

// simdjson checks more, and so finds other faults first, if the byte behind
// the record happens to be a '}'. The answer must not depend on that byte.
// NULL when there is no memory.
static const char *padded(narr_json *json, const char *bytes, size_t length) {
  static const char spaces[NARR_JSON_PADDING + 1] =
      "                                                                ";
  if (bytes[length] != '}') return bytes;
  narr_buffer_clear(&json->copy);
  narr_buffer_append(&json->copy, bytes, length);
  narr_buffer_append(&json->copy, spaces, NARR_JSON_PADDING);
  return json->copy.failed ? nullptr : json->copy.data;
}

static error_code read(narr_json *json, const char *bytes, size_t length, slot (&slots)[WANTS]) {
  od::document document;
  od::object object;
  want wants[WANTS];
  wants[TEXT].target = &slots[TEXT];
  wants[TEXT].path = json->text_path;
  if (json->id_path) {
    wants[ID].target = &slots[ID];
    wants[ID].path = json->id_path;
  }
  simdjson::padded_string_view view(bytes, length, length + NARR_JSON_PADDING);
  if (error_code error = json->parser.iterate(view).get(document)) return error;
  if (error_code error = document.get_object().get(object)) return error;
  if (error_code error = walk(object, wants, 0)) return error;
  // There is no location behind the last token.
  return document.current_location().error() ? simdjson::SUCCESS : simdjson::TRAILING_CONTENT;
}

narr_status narr_json_read(narr_json *json, const char *bytes, size_t length, narr_post *post,
                           narr_error *error) {
  slot slots[WANTS];
  *post = narr_post{nullptr, 0, nullptr, 0};
  bytes = padded(json, bytes, length);
  error_code failure = bytes ? read(json, bytes, length, slots) : simdjson::MEMALLOC;
  if (failure == simdjson::MEMALLOC) return narr_fail_memory(error);
  if (failure == simdjson::INCORRECT_TYPE)
    return narr_fail(error, NARR_ERROR_INPUT, "not a JSON object");
  if (failure) return narr_fail(error, NARR_ERROR_INPUT, "not valid JSON: %s", reason(failure));
  if (slots[ID].found == USABLE) {
    post->id = slots[ID].value.data();
    post->id_length = slots[ID].value.size();
  }
  if (slots[TEXT].found == ABSENT)
    return narr_fail(error, NARR_ERROR_INPUT, "no field \"%s\"", json->text_path);
  if (slots[TEXT].found == UNUSABLE)
    return narr_fail(error, NARR_ERROR_INPUT, "field \"%s\" is not a string", json->text_path);
  post->text = slots[TEXT].value.data();
  post->text_length = slots[TEXT].value.size();
  return NARR_OK;
}
