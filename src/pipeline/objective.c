/* objective.c - reading what thresholds are chosen for. */
#include "pipeline/objective.h"

#include <stdbool.h>
#include <string.h>

#include "base/status.h"

/* Digits with a point, in any locale. */
static bool parse_decimal(const char *text, double *out) {
  double value = 0, unit = 1;
  size_t digits = 0, points = 0;
  for (; *text; text++) {
    if (*text == '.' && points++ == 0) continue;
    if (*text < '0' || *text > '9' || ++digits > 15) return false;
    value = value * 10 + (*text - '0');
    if (points) unit *= 10;
  }
  *out = value / unit;
  return digits > 0;
}

narr_status narr_objective_parse(narr_objective *out, const char *text, narr_error *error) {
  static const struct {
    const char *name;
    narr_objective_kind kind;
    double most;
  } choices[] = {{"precision=", NARR_OBJECTIVE_PRECISION, 1},
                 {"recall=", NARR_OBJECTIVE_RECALL, 1},
                 {"review-budget=", NARR_OBJECTIVE_REVIEW_BUDGET, 1000},
                 {"false-flags=", NARR_OBJECTIVE_FALSE_FLAGS, 1}};
  *out = (narr_objective){NARR_OBJECTIVE_F1, 0};
  if (strcmp(text, "f1") == 0) return NARR_OK;
  for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
    size_t length = strlen(choices[i].name);
    if (strncmp(text, choices[i].name, length) != 0) continue;
    out->kind = choices[i].kind;
    if (parse_decimal(text + length, &out->value) && out->value > 0 &&
        out->value <= choices[i].most)
      return NARR_OK;
    return narr_fail(error, NARR_ERROR_ARGUMENT,
                     "objective \"%s\": a number above 0 and up to %g is needed", text,
                     choices[i].most);
  }
  return narr_fail(error, NARR_ERROR_ARGUMENT,
                   "objective \"%s\" is none of f1, precision=P, recall=R, review-budget=N, "
                   "false-flags=S",
                   text);
}
