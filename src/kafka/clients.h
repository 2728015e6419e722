/* clients.h - the consumer and the producer of one member of a group. */
#ifndef NARR_KAFKA_CLIENTS_H
#define NARR_KAFKA_CLIENTS_H

#include <librdkafka/rdkafka.h>
#include <stdbool.h>

#include "cli/options.h"

/* What they are told; all borrowed. */
typedef struct narr_kafka_setup {
  const char *brokers;
  const char *group;
  const char *transactional_id; /* NULL: made of group, machine and process */
  bool exactly_once;
  bool at_ends; /* are to be told */
  const char *config_file;
  narr_cli_list config, consumer_config, producer_config; /* NAME=VALUE */
} narr_kafka_setup;

/* `opaque` is what the callbacks get. */
typedef struct narr_kafka_callbacks {
  void (*rebalance)(rd_kafka_t *consumer, rd_kafka_resp_err_t what,
                    rd_kafka_topic_partition_list_t *partitions, void *opaque);
  void (*delivered)(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque);
  void *opaque;
} narr_kafka_callbacks;

typedef struct narr_kafka_clients {
  rd_kafka_t *consumer;
  rd_kafka_t *producer;
} narr_kafka_clients;

/* Makes both. Options go over a config file, and what is for one client over what is
 * for both; what exactly once hangs on can't be changed. Returns an exit code, having
 * said what is wrong. */
int narr_kafka_clients_open(narr_kafka_clients *clients, const narr_kafka_setup *setup,
                            const narr_kafka_callbacks *callbacks);

/* Leaves the group. */
void narr_kafka_clients_close(narr_kafka_clients *clients);

#endif
