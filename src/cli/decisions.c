/* decisions.c - from "LABEL=0.7" and "medium" to thresholds and abstention. */
#include "cli/decisions.h"

#include <stdlib.h>
#include <string.h>

#include "cli/message.h"

const narr_cli_option narr_cli_decision_options[NARR_CLI_DECISION_OPTION_COUNT] = {
    {.name = "threshold",
     .kind = NARR_CLI_LIST,
     NARR_CLI_INTO(narr_cli_decisions, thresholds),
     .value = "[LABEL=]P",
     .help = "flag from this probability; repeatable (default: the model's)"},
    {.name = "abstain",
     .kind = NARR_CLI_STRING,
     NARR_CLI_INTO(narr_cli_decisions, abstain),
     .value = "LEVEL",
     .help = "flag a doubtful text with nothing: off, low, medium, high, or the least share of "
             "known words, see below (default: off)"},
};

static int out_of_memory(void) {
  narr_cli_error("out of memory");
  return NARR_CLI_SYSTEM;
}

/* The label is a copy of its own: the command line stays as it is. */
static int parse_threshold(const narr_model *model, const char *text, narr_threshold *threshold) {
  const char *sign = strrchr(text, '=');
  const char *number = sign ? sign + 1 : text;
  bool known = sign == NULL;
  if (!narr_cli_parse_number(number, &threshold->probability) || threshold->probability < 0 ||
      threshold->probability > 1)
    return narr_cli_usage_error("--threshold: \"%s\" is not a probability within 0..1", number);
  threshold->label = sign ? strndup(text, (size_t)(sign - text)) : NULL;
  if (sign && !threshold->label) return out_of_memory();
  for (size_t i = 0; i < narr_model_label_count(model) && !known; i++)
    known = strcmp(narr_model_label(model, i), threshold->label) == 0;
  if (known) return NARR_CLI_FINE;
  return narr_cli_usage_error("--threshold: the model has no label \"%s\"", threshold->label);
}

static int parse_thresholds(narr_cli_decisions *decisions, const narr_model *model) {
  const narr_cli_list *list = &decisions->thresholds;
  if (list->count == 0) return NARR_CLI_FINE;
  decisions->parsed = calloc(list->count, sizeof *decisions->parsed);
  if (!decisions->parsed) return out_of_memory();
  int code = NARR_CLI_FINE;
  for (size_t i = 0; i < list->count && !code; i++)
    code = parse_threshold(model, list->items[i], &decisions->parsed[i]);
  return code;
}

static int parse_abstain(const char *text, narr_abstention *abstention) {
  static const struct {
    const char *name;
    narr_abstention abstention;
  } levels[] = {{"off", NARR_ABSTAIN_OFF},
                {"low", NARR_ABSTAIN_LOW},
                {"medium", NARR_ABSTAIN_MEDIUM},
                {"high", NARR_ABSTAIN_HIGH}};
  if (!text) return NARR_CLI_FINE;
  for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
    if (strcmp(text, levels[i].name) == 0) {
      *abstention = levels[i].abstention;
      return NARR_CLI_FINE;
    }
  *abstention = (narr_abstention)NARR_ABSTAIN_MEDIUM;
  if (narr_cli_parse_number(text, &abstention->min_known) && abstention->min_known >= 0 &&
      abstention->min_known <= 1)
    return NARR_CLI_FINE;
  return narr_cli_usage_error(
      "--abstain: \"%s\" is not off, low, medium, high or a share within 0..1", text);
}

int narr_cli_decide(narr_cli_decisions *decisions, const narr_model *model,
                    narr_stream_options *stream) {
  int code = parse_abstain(decisions->abstain, &stream->abstention);
  if (!code) code = parse_thresholds(decisions, model);
  if (code) return code;
  stream->thresholds = decisions->parsed;
  stream->threshold_count = decisions->thresholds.count;
  return NARR_CLI_FINE;
}

void narr_cli_decisions_free(narr_cli_decisions *decisions) {
  for (size_t i = 0; decisions->parsed && i < decisions->thresholds.count; i++)
    free((char *)decisions->parsed[i].label);
  free(decisions->parsed);
  free(decisions->thresholds.items);
}
