/* stream_summary.c - from "1h" and "LABEL:surge=3" to a summary. */
#include "cli/stream_summary.h"

#include <stdlib.h>
#include <string.h>

#include "cli/message.h"

#define INTO(member) NARR_CLI_INTO(narr_cli_summary, member)
#define GIVEN(member) NARR_CLI_GIVEN(narr_cli_summary, member)

const narr_cli_option narr_cli_summary_options[NARR_CLI_SUMMARY_OPTION_COUNT] = {
    {.name = "summary",
     .kind = NARR_CLI_STRING,
     INTO(options.path),
     .value = "FILE",
     .help =
         "write what the stream tells: narratives over time, by language and source, surges, "
         "texts that many post, drift; JSON. Language, time and author are looked for where they "
         "usually are, unless they are named"},
    {.name = "window",
     .kind = NARR_CLI_STRING,
     INTO(window),
     GIVEN(window_given),
     .value = "TIME",
     .help = "count in windows of so many s, m, h, d or w"},
    {.name = "alert",
     .kind = NARR_CLI_LIST,
     INTO(alerts),
     .value = "[LABEL:]surge=Z",
     .help = "write an alert record where a label surges by Z standard deviations; repeatable"},
    {.name = "clusters",
     .kind = NARR_CLI_UNSIGNED,
     INTO(options.clusters),
     GIVEN(limit_given),
     .value = "N",
     .help = "with --summary: so many texts with copies at most"},
    {.name = "sources",
     .kind = NARR_CLI_UNSIGNED,
     INTO(options.sources),
     GIVEN(limit_given),
     .at_most = 256,
     .value = "N",
     .help = "with --summary: so many sources a label at most"},
};

bool narr_cli_summary_wanted(const narr_cli_summary *summary) {
  return summary->options.path || summary->alerts.count || summary->window_given ||
         summary->limit_given;
}

static int parse_window(narr_cli_summary *summary) {
  static const struct {
    char unit;
    double seconds;
  } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
  char number[32] = "";
  size_t length = strlen(summary->window);
  double value, unit = 0;
  for (size_t i = 0; length > 0 && i < sizeof units / sizeof *units; i++)
    if (summary->window[length - 1] == units[i].unit) unit = units[i].seconds;
  if (unit > 0 && length < sizeof number) memcpy(number, summary->window, length - 1);
  if (!narr_cli_parse_number(number, &value) || !(value * unit >= 1) || value * unit > 3155760000)
    return narr_cli_usage_error("--window: \"%s\" is not a time such as 30m, 1h or 7d",
                                summary->window);
  summary->options.window = value * unit;
  return NARR_CLI_FINE;
}

/* A label may have any character in it: the last part counts. */
static int parse_alert(char *text, narr_alert *alert) {
  static const char kind[] = "surge=";
  char *colon = strrchr(text, ':');
  const char *what = colon ? colon + 1 : text;
  alert->label = colon ? text : NULL;
  if (strncmp(what, kind, sizeof kind - 1) != 0 ||
      !narr_cli_parse_number(what + sizeof kind - 1, &alert->surge) || alert->surge <= 0)
    return narr_cli_usage_error("--alert: \"%s\" is not [LABEL:]surge=Z with a positive Z", text);
  if (colon) *colon = '\0';
  return NARR_CLI_FINE;
}

int narr_cli_summary_open(narr_cli_summary *summary, const narr_model *model) {
  if (!narr_cli_summary_wanted(summary)) return NARR_CLI_FINE;
  if (!summary->options.path && !summary->alerts.count)
    return narr_cli_usage_error("--window, --clusters and --sources go with --summary or --alert");
  summary->parsed = calloc(summary->alerts.count + 1, sizeof *summary->parsed);
  if (!summary->parsed) {
    narr_cli_error("out of memory");
    return NARR_CLI_SYSTEM;
  }
  int code = parse_window(summary);
  /* The strings of argv may be written to (C11, 5.1.2.2.1). */
  for (size_t i = 0; i < summary->alerts.count && !code; i++)
    code = parse_alert((char *)summary->alerts.items[i], &summary->parsed[i]);
  if (code) return code;
  summary->options.alerts = summary->parsed;
  summary->options.alert_count = summary->alerts.count;
  narr_error error = NARR_ERROR_INIT;
  narr_status status = narr_summary_new(&summary->summary, model, &summary->options, &error);
  if (status == NARR_ERROR_ARGUMENT) return narr_cli_usage_error("--alert: %s", error.message);
  return status ? narr_cli_fail(&error) : NARR_CLI_FINE;
}

int narr_cli_summary_close(narr_cli_summary *summary, int fd) {
  narr_error error = NARR_ERROR_INIT;
  if (!summary->summary) return NARR_CLI_FINE;
  narr_status status = narr_summary_finish(summary->summary, fd, &error);
  int code = status ? narr_cli_fail(&error) : NARR_CLI_FINE;
  if (summary->options.path && narr_summary_save(summary->summary, summary->options.path, &error))
    code = narr_cli_fail(&error);
  return code;
}

void narr_cli_summary_free(narr_cli_summary *summary) {
  narr_summary_free(summary->summary);
  free(summary->parsed);
  free(summary->alerts.items);
}
