/* json_check.h - a JSON reader by the letter of RFC 8259, small enough to be
 * believed: is it JSON, and what stands where? */
#ifndef TEST_SUPPORT_JSON_CHECK_H
#define TEST_SUPPORT_JSON_CHECK_H

#include "support/check.h"

/* Each skip function returns what follows, or NULL if it is not JSON. */
static inline const char *json_value(const char *at, int depth);

static inline const char *json_space(const char *at) {
  return at + strspn(at, " \t\r\n");
}

static inline const char *json_string(const char *at) {
  if (*at++ != '"') return NULL;
  while (*at != '"') {
    if ((unsigned char)*at < 0x20) return NULL;
    if (*at++ != '\\') continue;
    if (*at == 'u') {
      if (strspn(at + 1, "0123456789abcdefABCDEF") < 4) return NULL;
      at += 4;
    } else if (!*at || !strchr("\"\\/bfnrt", *at)) {
      return NULL;
    }
    at++;
  }
  return at + 1;
}

static inline const char *json_digits(const char *at) {
  size_t count = strspn(at, "0123456789");
  return count ? at + count : NULL;
}

static inline const char *json_number(const char *at) {
  if (*at == '-') at++;
  at = *at == '0' ? at + 1 : json_digits(at);
  if (at && *at == '.') at = json_digits(at + 1);
  if (at && (*at == 'e' || *at == 'E')) at = json_digits(at + 1 + (at[1] == '+' || at[1] == '-'));
  return at;
}

/* The elements of an array or, with names, the members of an object. */
static inline const char *json_elements(const char *at, char close, int depth) {
  at = json_space(at + 1);
  if (*at == close) return at + 1;
  for (;;) {
    if (close == '}') {
      at = json_string(json_space(at));
      at = at ? json_space(at) : NULL;
      if (!at || *at++ != ':') return NULL;
    }
    at = json_value(json_space(at), depth + 1);
    if (!at) return NULL;
    at = json_space(at);
    if (*at == close) return at + 1;
    if (*at++ != ',') return NULL;
  }
}

static inline const char *json_value(const char *at, int depth) {
  if (depth > 64) return NULL;
  switch (*at) {
    case '{': return json_elements(at, '}', depth);
    case '[': return json_elements(at, ']', depth);
    case '"': return json_string(at);
    case 't': return strncmp(at, "true", 4) ? NULL : at + 4;
    case 'f': return strncmp(at, "false", 5) ? NULL : at + 5;
    case 'n': return strncmp(at, "null", 4) ? NULL : at + 4;
    default: return json_number(at);
  }
}

/* Whether all of it is one JSON value. */
static inline bool json_valid(const char *text) {
  const char *end = json_value(json_space(text), 0);
  return end && !*json_space(end);
}

/* The value at a path such as "labels.0.support" within a valid document;
 * NULL: there is none. */
static inline const char *json_at(const char *at, const char *path) {
  at = json_space(at);
  while (*path) {
    size_t length = strcspn(path, ".");
    bool object = *at == '{';
    if (!object && *at != '[') return NULL;
    char close = object ? '}' : ']';
    size_t index = object ? 0 : strtoul(path, NULL, 10);
    for (at = json_space(at + 1);; at = json_space(at + 1)) {
      if (*at == close) return NULL;
      bool found = !object && index-- == 0;
      if (object) {
        const char *end = json_string(at);
        found = (size_t)(end - at) == length + 2 && memcmp(at + 1, path, length) == 0;
        at = json_space(json_space(end) + 1);
      }
      if (found) break;
      at = json_space(json_value(at, 0));
      if (*at == close) return NULL;
    }
    path += length + (path[length] == '.');
  }
  return at;
}

static inline double json_real(const char *text, const char *path) {
  const char *at = json_at(text, path);
  if (!at || (*at != '-' && (*at < '0' || *at > '9'))) fail_msg("no number at %s", path);
  return strtod(at, NULL);
}

/* Whether the value at `path` is this string, which needs no escapes. */
static inline bool json_is(const char *text, const char *path, const char *string) {
  const char *at = json_at(text, path);
  size_t length = strlen(string);
  return at && *at == '"' && strncmp(at + 1, string, length) == 0 && at[1 + length] == '"';
}

#endif
