/* clients.c - configuring librdkafka. */
#include "kafka/clients.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/message.h"

enum { REASON_BYTES = 512 };

typedef struct confs {
  rd_kafka_conf_t *consumer, *producer;
} confs;

/* ---- Properties ------------------------------------------------------------------------ */

static int set(rd_kafka_conf_t *conf, const char *name, const char *value) {
  char reason[REASON_BYTES];
  if (rd_kafka_conf_set(conf, name, value, reason, sizeof reason) == RD_KAFKA_CONF_OK)
    return NARR_CLI_FINE;
  return narr_cli_usage_error("%s", reason);
}

/* For one client that knows it, or for both. */
static int set_in(confs *both, bool consumer, bool producer, const char *name, const char *value) {
  int code = consumer ? set(both->consumer, name, value) : NARR_CLI_FINE;
  return !code && producer ? set(both->producer, name, value) : code;
}

/* NAME=VALUE, without spaces around either. */
static int set_pair(confs *both, bool consumer, bool producer, char *text, const char *where) {
  char *sign = strchr(text, '='), *end = sign;
  if (!sign) return narr_cli_usage_error("%s: \"%s\" is not NAME=VALUE", where, text);
  while (end > text && (end[-1] == ' ' || end[-1] == '\t')) end--;
  const char *value = sign + 1 + strspn(sign + 1, " \t");
  *end = '\0';
  return set_in(both, consumer, producer, text, value);
}

static int set_list(confs *both, bool consumer, bool producer, const narr_cli_list *list,
                    const char *where) {
  int code = NARR_CLI_FINE;
  for (size_t i = 0; i < list->count && !code; i++) {
    char *copy = strdup(list->items[i]);
    if (!copy) {
      narr_cli_error("out of memory");
      return NARR_CLI_SYSTEM;
    }
    code = set_pair(both, consumer, producer, copy, where);
    free(copy);
  }
  return code;
}

/* Lines of NAME=VALUE; empty ones and those that begin with '#' are none. */
static int set_file(confs *both, const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) {
    narr_cli_error("%s: %s", path, strerror(errno));
    return NARR_CLI_INPUT;
  }
  char *line = NULL, where[REASON_BYTES];
  size_t capacity = 0;
  int code = NARR_CLI_FINE;
  ssize_t length;
  for (unsigned number = 1; !code && (length = getline(&line, &capacity, file)) >= 0; number++) {
    while (length > 0 && strchr(" \t\r\n", line[length - 1])) line[--length] = '\0';
    char *begin = line + strspn(line, " \t");
    if (*begin == '\0' || *begin == '#') continue;
    snprintf(where, sizeof where, "%s:%u", path, number);
    code = set_pair(both, true, true, begin, where);
  }
  free(line);
  fclose(file);
  return code;
}

/* ---- Both configurations ------------------------------------------------------------------ */

static int make_id(char *id, size_t size, const char *group) {
  char host[256] = "";
  if (gethostname(host, sizeof host - 1) != 0) strcpy(host, "here");
  int length = snprintf(id, size, "%s-%s-%ld", group, host, (long)getpid());
  return length > 0 && (size_t)length < size ? NARR_CLI_FINE
                                             : narr_cli_usage_error("--group is too long");
}

/* What may be overridden. */
static int set_defaults(confs *both, bool exactly_once) {
  int code = set(both->consumer, "auto.offset.reset", "earliest");
  /* Back-pressure: so much is read ahead, so much waits to be sent. */
  if (!code) code = set(both->consumer, "queued.max.messages.kbytes", "16384");
  if (!code) code = set(both->producer, "queue.buffering.max.kbytes", "65536");
  /* Each request costs both sides more than the records in it: they wait for company. */
  if (!code) code = set(both->producer, "linger.ms", "100");
  if (!code) code = set(both->producer, "compression.type", "lz4");
  if (!code && !exactly_once) code = set(both->producer, "message.timeout.ms", "60000");
  return code;
}

/* What may not. */
static int set_fixed(confs *both, const narr_kafka_setup *setup) {
  char id[1024];
  int code = set_in(both, true, true, "bootstrap.servers", setup->brokers);
  if (!code) code = set(both->consumer, "group.id", setup->group);
  if (!code) code = set(both->consumer, "enable.auto.commit", "false");
  if (!code) code = set(both->consumer, "enable.auto.offset.store", "false");
  if (!code) code = set(both->consumer, "isolation.level", "read_committed");
  if (!code) code = set(both->consumer, "enable.partition.eof", setup->at_ends ? "true" : "false");
  if (!code) code = set(both->producer, "enable.idempotence", "true");
  if (code || !setup->exactly_once) return code;
  code = make_id(id, sizeof id, setup->group);
  if (code) return code;
  return set(both->producer, "transactional.id",
             setup->transactional_id ? setup->transactional_id : id);
}

static void on_log(const rd_kafka_t *client, int level, const char *facility, const char *text) {
  (void)client;
  if (level <= 4) narr_cli_note("%s: %s", facility, text); /* warnings, and worse */
}

static int configure(confs *both, const narr_kafka_setup *setup,
                     const narr_kafka_callbacks *callbacks) {
  int code = set_defaults(both, setup->exactly_once);
  if (!code && setup->config_file) code = set_file(both, setup->config_file);
  if (!code) code = set_list(both, true, true, &setup->config, "--config");
  if (!code) code = set_list(both, true, false, &setup->consumer_config, "--consumer-config");
  if (!code) code = set_list(both, false, true, &setup->producer_config, "--producer-config");
  if (!code) code = set_fixed(both, setup);
  rd_kafka_conf_set_rebalance_cb(both->consumer, callbacks->rebalance);
  rd_kafka_conf_set_dr_msg_cb(both->producer, callbacks->delivered);
  rd_kafka_conf_set_opaque(both->consumer, callbacks->opaque);
  rd_kafka_conf_set_opaque(both->producer, callbacks->opaque);
  rd_kafka_conf_set_log_cb(both->consumer, on_log);
  rd_kafka_conf_set_log_cb(both->producer, on_log);
  return code;
}

/* ---- Clients --------------------------------------------------------------------------------- */

/* Takes *conf. */
static int make_client(rd_kafka_t **client, rd_kafka_type_t type, rd_kafka_conf_t **conf) {
  char reason[REASON_BYTES];
  *client = rd_kafka_new(type, *conf, reason, sizeof reason);
  if (!*client) return narr_cli_usage_error("%s", reason);
  *conf = NULL;
  return NARR_CLI_FINE;
}

int narr_kafka_clients_open(narr_kafka_clients *clients, const narr_kafka_setup *setup,
                            const narr_kafka_callbacks *callbacks) {
  confs both = {rd_kafka_conf_new(), rd_kafka_conf_new()};
  *clients = (narr_kafka_clients){NULL, NULL};
  int code = configure(&both, setup, callbacks);
  if (!code) code = make_client(&clients->producer, RD_KAFKA_PRODUCER, &both.producer);
  if (!code) code = make_client(&clients->consumer, RD_KAFKA_CONSUMER, &both.consumer);
  if (!code) rd_kafka_poll_set_consumer(clients->consumer);
  if (both.consumer) rd_kafka_conf_destroy(both.consumer);
  if (both.producer) rd_kafka_conf_destroy(both.producer);
  return code;
}

void narr_kafka_clients_close(narr_kafka_clients *clients) {
  if (clients->consumer) {
    rd_kafka_consumer_close(clients->consumer);
    rd_kafka_destroy(clients->consumer);
  }
  if (clients->producer) rd_kafka_destroy(clients->producer);
  *clients = (narr_kafka_clients){NULL, NULL};
}
