/* narr_kafka.c - which narratives the records of a Kafka topic push: a member of a
 * consumer group that answers each record with one. */
#include <stdlib.h>
#include <string.h>

#include "cli/decisions.h"
#include "cli/default_model.h"
#include "cli/interrupt.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/record_options.h"
#include "kafka/member.h"
#include "narr/narr.h"

typedef enum delivery { EXACTLY_ONCE, AT_LEAST_ONCE } delivery;

typedef struct settings {
  narr_cli_records records;
  narr_cli_decisions decisions;
  narr_kafka_setup setup;
  narr_kafka_plan plan;
  delivery delivery;
  const char *model;
  bool quiet;
} settings;

static const settings defaults = {.records = NARR_CLI_RECORDS_INIT,
                                  .setup = {.group = "narr"},
                                  .plan = {.batch = 10000, .linger = 500, .stats = 10}};

#define INTO(member) NARR_CLI_INTO(settings, member)

static const narr_cli_option kafka_options[] = {
    {.name = "model",
     .alias = 'm',
     .kind = NARR_CLI_STRING,
     INTO(model),
     .value = "FILE",
     .help = "made by narr-train; none named: the one on the Western Balkans that comes with "
             "the program"},
    {.name = "brokers",
     .alias = 'b',
     .kind = NARR_CLI_STRING,
     INTO(setup.brokers),
     .value = "HOST:PORT,...",
     .help = "of the cluster: some of them"},
    {.name = "input-topic",
     .kind = NARR_CLI_STRING,
     INTO(plan.input),
     .value = "TOPIC",
     .help = "of the records"},
    {.name = "output-topic",
     .kind = NARR_CLI_STRING,
     INTO(plan.output),
     .value = "TOPIC",
     .help = "of the answers"},
    {.name = "dead-letter-topic",
     .kind = NARR_CLI_STRING,
     INTO(plan.dead_letters),
     .value = "TOPIC",
     .help = "bad records go there as they are, the reason in the header narr-reason; else an "
             "error record goes to the output"},
    {.name = "group",
     .kind = NARR_CLI_STRING,
     INTO(setup.group),
     .value = "ID",
     .help = "the consumer group; more members share its partitions"},
    {.name = "delivery",
     .kind = NARR_CLI_CHOICE,
     INTO(delivery),
     .choices = "exactly-once|at-least-once",
     .help = "exactly-once: answers and offsets are committed together, in transactions"},
    {.name = "transactional-id",
     .kind = NARR_CLI_STRING,
     INTO(setup.transactional_id),
     .value = "ID",
     .help = "a name that no other member has, the same after a restart: what the killed one had "
             "begun is then given up at once, not after transaction.timeout.ms (default: made of "
             "group, machine and process)"},
    {.name = "batch",
     .kind = NARR_CLI_UNSIGNED,
     INTO(plan.batch),
     .at_least = 1,
     .value = "N",
     .help = "commit after N records"},
    {.name = "linger",
     .kind = NARR_CLI_UNSIGNED,
     INTO(plan.linger),
     .value = "MS",
     .help = "or after so many milliseconds"},
    {.name = "exit-at-end",
     .kind = NARR_CLI_FLAG,
     INTO(plan.exit_at_end),
     .constant = true,
     .help = "end when all partitions are read to their ends"},
    {.name = "config",
     .kind = NARR_CLI_LIST,
     INTO(setup.config),
     .value = "NAME=VALUE",
     .help = "any property of librdkafka (TLS, SASL, ...); repeatable"},
    {.name = "consumer-config",
     .kind = NARR_CLI_LIST,
     INTO(setup.consumer_config),
     .value = "NAME=VALUE",
     .help = "for the consumer only"},
    {.name = "producer-config",
     .kind = NARR_CLI_LIST,
     INTO(setup.producer_config),
     .value = "NAME=VALUE",
     .help = "for the producer only"},
    {.name = "config-file",
     .kind = NARR_CLI_STRING,
     INTO(setup.config_file),
     .value = "FILE",
     .help = "lines of NAME=VALUE, for secrets"},
};

static const narr_cli_option general_options[] = {
    {.name = "stats",
     .kind = NARR_CLI_UNSIGNED,
     INTO(plan.stats),
     .value = "SECONDS",
     .help = "say this often how it goes: records, lag, commits; 0: never"},
    {.name = "quiet",
     .kind = NARR_CLI_FLAG,
     INTO(quiet),
     .constant = true,
     .help = "no notes on standard error"},
    {.name = "help", .alias = 'h', .kind = NARR_CLI_HELP, .help = "show this"},
    {.name = "version", .alias = 'V', .kind = NARR_CLI_VERSION, .help = "show the version"},
};

static const char usage[] =
    "  narr-kafka --brokers HOST:PORT --input-topic TOPIC --output-topic TOPIC [options]\n";

static const char about[] =
    "A member of a consumer group: reads the records of a topic, posts in JSON or plain text,\n"
    "and answers each with a record of another topic that has its key, its headers and its\n"
    "time, and says which narratives the post pushes. Start as many as there are cores; at\n"
    "most as many as the topic has partitions have work.\n";

static const char notes[] =
    "The first record decides the format, unless --format does. A record without a value is\n"
    "passed on. What is no post (deletions, service messages) is counted and not answered.\n"
    "Headers narr-topic, narr-partition and narr-offset of an answer say what it answers; where\n"
    "a record has no id, its offset is the id. narr-classify --help says more of formats and\n"
    "of what --abstain takes for doubtful.\n"
    "\n"
    "Exactly once holds for who reads the output with isolation.level=read_committed. At least\n"
    "once is answered again what was read and not committed before a member died.\n"
    "\n"
    "Exit codes: 0 after SIGINT, SIGTERM or the end, 2 wrong usage, 3 bad input, 4 bad model,\n"
    "5 the cluster, the system or memory. SIGINT and SIGTERM commit what was read first.\n";

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool parse(settings *s, narr_cli_list *operands, int argc, char **argv, int *code) {
  const narr_cli_group groups[] = {
      {"Kafka", kafka_options, COUNT(kafka_options), s, &defaults},
      {"Records", narr_cli_record_input, NARR_CLI_RECORD_INPUT_COUNT, &s->records,
       &defaults.records},
      {"Answers", narr_cli_record_output, NARR_CLI_RECORD_OUTPUT_COUNT, &s->records,
       &defaults.records},
      {NULL, narr_cli_decision_options, NARR_CLI_DECISION_OPTION_COUNT, &s->decisions,
       &defaults.decisions},
      {"General", general_options, COUNT(general_options), s, &defaults},
  };
  const narr_cli_program program = {.name = "narr-kafka",
                                    .usage = usage,
                                    .about = about,
                                    .notes = notes,
                                    .groups = groups,
                                    .group_count = COUNT(groups)};
  return narr_cli_parse(&program, argc, argv, operands, code);
}

static int check(settings *s, const narr_cli_list *operands) {
  s->setup.exactly_once = s->delivery == EXACTLY_ONCE;
  s->setup.at_ends = s->plan.exit_at_end;
  if (operands->count > 0)
    return narr_cli_usage_error("what is %s? Topics are named by options", operands->items[0]);
  if (!s->setup.brokers) return narr_cli_usage_error("no --brokers");
  if (!s->plan.input || !s->plan.output)
    return narr_cli_usage_error("no --input-topic, or no --output-topic");
  if (strcmp(s->plan.input, s->plan.output) == 0 ||
      (s->plan.dead_letters && strcmp(s->plan.input, s->plan.dead_letters) == 0))
    return narr_cli_usage_error("%s would answer itself: answers go to another topic",
                                s->plan.input);
  if (s->setup.transactional_id && !s->setup.exactly_once)
    return narr_cli_usage_error("--transactional-id goes with --delivery exactly-once");
  if (s->records.format == NARR_INPUT_CSV)
    return narr_cli_usage_error("--format csv: a record has no header; use jsonl, lines or tsv");
  return NARR_CLI_FINE;
}

static int run(settings *s, const narr_model *model) {
  narr_error error = NARR_ERROR_INIT;
  narr_responder *responder;
  s->records.stream.input = s->records.format;
  int code = narr_cli_decide(&s->decisions, model, &s->records.stream);
  if (code) return code;
  if (narr_responder_new(&responder, model, &s->records.stream, &error))
    return narr_cli_fail(&error);
  narr_kafka_member member = {.plan = &s->plan, .responder = responder};
  code = narr_cli_interrupt_watch() ? narr_kafka_member_run(&member, &s->setup) : NARR_CLI_SYSTEM;
  narr_responder_free(responder);
  return code;
}

static int run_with_model(settings *s) {
  narr_error error = NARR_ERROR_INIT;
  char *owned = NULL;
  narr_model *model = NULL;
  int code = narr_cli_choose_model(&s->model, &owned);
  if (!code && (narr_model_load(&model, s->model, &error) || narr_model_verify(model, &error)))
    code = narr_cli_fail(&error);
  if (!code) code = run(s, model);
  narr_model_free(model);
  free(owned);
  return code;
}

int main(int argc, char **argv) {
  settings s = defaults;
  narr_cli_list operands = {NULL, 0};
  int code = NARR_CLI_FINE;
  narr_cli_begin("narr-kafka");
  if (parse(&s, &operands, argc, argv, &code)) {
    narr_cli_quiet(s.quiet);
    code = check(&s, &operands);
    if (!code) code = run_with_model(&s);
  }
  narr_cli_decisions_free(&s.decisions);
  free(s.setup.config.items);
  free(s.setup.consumer_config.items);
  free(s.setup.producer_config.items);
  free(operands.items);
  return code;
}
