/* metadata_reader.c - finding a value in a model's metadata. They were written
 * by this library, but a file may hold anything: what is no JSON ends the
 * search, and never the program. */
#include <string.h>

#include "model/model.h"

static const char *skip_space(const char *at) {
  return at + strspn(at, " \t\r\n");
}

/* Each of these returns what is behind it; NULL: the text ends before it does. */

static const char *skip_string(const char *at) {
  for (at++; *at && *at != '"'; at++)
    if (*at == '\\' && !*++at) return NULL;
  return *at ? at + 1 : NULL;
}

static const char *skip_value(const char *at) {
  if (*at == '"') return skip_string(at);
  size_t depth = 0;
  do {
    if (!*at) return NULL;
    if (*at == '"') {
      at = skip_string(at);
      if (!at) return NULL;
      continue;
    }
    if (*at == '{' || *at == '[') {
      depth++;
    } else if (*at == '}' || *at == ']') {
      if (depth == 0) return NULL;
      depth--;
    } else if (depth == 0) { /* a number or a word */
      size_t length = strcspn(at, ",]} \t\r\n\"");
      return length ? at + length : NULL;
    }
    at++;
  } while (depth > 0);
  return at;
}

/* Reads the member at *at and steps to the next; false: there is none. */
static bool next_member(const char **at, bool named, narr_fact *out) {
  const char *now = skip_space(*at), *end;
  *out = (narr_fact){.name = ""};
  if (named) {
    if (*now != '"' || !(end = skip_string(now))) return false;
    out->name = now + 1;
    out->name_length = (size_t)(end - now) - 2;
    now = skip_space(end);
    if (*now != ':') return false;
    now = skip_space(now + 1);
  }
  if (!(end = skip_value(now))) return false;
  out->value = now;
  out->value_length = (size_t)(end - now);
  now = skip_space(end);
  *at = *now == ',' ? now + 1 : now;
  return true;
}

static bool find_name(const char *container, const char *name, size_t length, narr_fact *out) {
  const char *at = container + 1;
  if (*container != '{') return false;
  while (next_member(&at, true, out))
    if (out->name_length == length && memcmp(out->name, name, length) == 0) return true;
  return false;
}

bool narr_fact_find(const narr_fact *object, const char *name, narr_fact *out) {
  return find_name(object->value, name, strlen(name), out);
}

bool narr_model_fact(const narr_model *model, const char *path, narr_fact *out) {
  const char *all = skip_space(model->metadata), *end = skip_value(all);
  if (!end) return false;
  *out = (narr_fact){"", 0, all, (size_t)(end - all)};
  while (*path) {
    size_t length = strcspn(path, ".");
    if (!find_name(out->value, path, length, out)) return false;
    path += length + (path[length] == '.');
  }
  return true;
}

bool narr_model_fact_member(const narr_model *model, const char *path, size_t index,
                            narr_fact *out) {
  narr_fact container;
  if (!narr_model_fact(model, path, &container)) return false;
  bool named = *container.value == '{';
  if (!named && *container.value != '[') return false;
  const char *at = container.value + 1;
  for (size_t i = 0; next_member(&at, named, out); i++)
    if (i == index) return true;
  return false;
}
