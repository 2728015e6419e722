/* languages.c - a few names, looked through. */
#include "summary/languages.h"

#include <stdbool.h>
#include <string.h>

static void shorten(char name[NARR_LANGUAGE_SIZE], const char *tag, size_t length) {
  size_t used = 0;
  for (size_t i = 0; i < length && used < NARR_LANGUAGE_SIZE - 1; i++) {
    char c = tag[i];
    if (c == '-' || c == '_') break;
    if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
    if ((c < 'a' || c > 'z') && (c < '0' || c > '9')) continue;
    name[used++] = c;
  }
  name[used] = '\0';
  if (used == 0) strcpy(name, "und");
}

uint16_t narr_languages_add(narr_languages *languages, const char *tag, size_t length) {
  char name[NARR_LANGUAGE_SIZE];
  shorten(name, tag, length);
  for (size_t i = 0; i < languages->count; i++)
    if (strcmp(languages->names[i], name) == 0) return (uint16_t)i;
  if (languages->count < NARR_LANGUAGES) {
    bool last = languages->count == NARR_LANGUAGES - 1;
    strcpy(languages->names[languages->count++], last ? "others" : name);
  }
  return (uint16_t)(languages->count - 1);
}
