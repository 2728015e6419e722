/* text_options.c - reading and writing "canonical=on,fold=on". */
#include "text/text_options.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"

static const struct {
  const char *name;
  size_t offset;
} choices[] = {{"canonical", offsetof(narr_text_options, canonical)},
               {"fold", offsetof(narr_text_options, fold)},
               {"disguise", offsetof(narr_text_options, disguise)},
               {"numbers", offsetof(narr_text_options, numbers)},
               {"social", offsetof(narr_text_options, social)},
               {"html", offsetof(narr_text_options, html)}};

enum { CHOICES = sizeof choices / sizeof *choices };

static uint8_t *place(narr_text_options *options, size_t choice) {
  return (uint8_t *)options + choices[choice].offset;
}

static uint8_t value(const narr_text_options *options, size_t choice) {
  return ((const uint8_t *)options)[choices[choice].offset];
}

static bool is_word(const char *text, size_t length, const char *word) {
  return strlen(word) == length && memcmp(text, word, length) == 0;
}

/* Sets what a name stands for; false if it is none. */
static bool set(narr_text_options *options, const char *name, size_t length, bool on) {
  bool found = false;
  for (size_t c = 0; c < CHOICES; c++)
    if (is_word(name, length, "all") || is_word(name, length, choices[c].name)) {
      *place(options, c) = on;
      found = true;
    }
  return found;
}

narr_status narr_text_options_parse(narr_text_options *options, const char *text,
                                    narr_error *error) {
  *options = (narr_text_options)NARR_TEXT_OPTIONS_ON;
  for (const char *at = text;; at++) {
    size_t length = strcspn(at, "=,");
    const char *name = at;
    const char *state = at + length + (at[length] == '=');
    size_t state_length = strcspn(state, ",");
    if (!length)
      return narr_fail(error, NARR_ERROR_ARGUMENT,
                       "text \"%s\": a choice is missing, such as fold=off", text);
    bool on = is_word(state, state_length, "on");
    if (at[length] != '=' || (!on && !is_word(state, state_length, "off")))
      return narr_fail(error, NARR_ERROR_ARGUMENT,
                       "text \"%s\": \"%.*s\" must be on or off, such as fold=off", text,
                       (int)length, name);
    if (!set(options, name, length, on))
      return narr_fail(error, NARR_ERROR_ARGUMENT,
                       "text \"%s\": \"%.*s\" is no choice (canonical, fold, disguise, numbers, "
                       "social, html, all)",
                       text, (int)length, name);
    at = state + state_length;
    if (!*at) return NARR_OK;
  }
}

void narr_text_options_format(const narr_text_options *options, char text[NARR_TEXT_OPTIONS_SIZE]) {
  size_t used = 0;
  for (size_t c = 0; c < CHOICES; c++)
    used += (size_t)snprintf(text + used, NARR_TEXT_OPTIONS_SIZE - used, "%s%s=%s", c ? "," : "",
                             choices[c].name, value(options, c) ? "on" : "off");
}

bool narr_text_options_valid(const narr_text_options *options) {
  for (size_t c = 0; c < CHOICES; c++)
    if (value(options, c) > 1) return false;
  return true;
}
