/* model_choice.c - one string out of the metadata, which this library wrote:
 * keys are there once, and such values hold no quotes. */
#include "cli/model_choice.h"

#include <stdio.h>
#include <string.h>

const char *narr_cli_model_choice(const narr_model *model, const char *key, int *length) {
  char quoted[32];
  snprintf(quoted, sizeof quoted, "\"%s\":\"", key);
  const char *value = strstr(narr_model_metadata(model), quoted);
  if (!value) return NULL;
  value += strlen(quoted);
  *length = (int)strcspn(value, "\"");
  return value;
}
