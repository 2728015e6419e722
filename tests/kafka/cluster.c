/* cluster.c - librdkafka's mock cluster, and a client to fill and empty its topics, told
 * what to do line by line on standard input:
 *
 *   create TOPIC PARTITIONS        (mock only)
 *   produce TOPIC FILE             a record a line of FILE, key = line number from 0,
 *                                  partition by turns; an empty line has no value
 *   dump TOPIC FILE                all that is in the topic, a line each:
 *                                  partition offset key narr-partition narr-offset reason value
 *   ends TOPIC                     the sum of the partitions' ends
 *   down BROKER / up BROKER        (mock only)
 *   fail API CODE COUNT            the next COUNT requests of that kind fail (mock only)
 *   quit
 *
 * Each is answered by "ok ...". The first line of the output are the brokers.
 *
 *   kafka_cluster                  with a mock cluster of three brokers
 *   kafka_cluster BROKERS          with that one */
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WAIT_MS = 30000, MOST_PARTITIONS = 100 };

static void give_up(const char *what, const char *why) {
  fprintf(stderr, "kafka_cluster: %s: %s\n", what, why);
  exit(1);
}

static rd_kafka_t *client_of(rd_kafka_type_t type, const char *brokers) {
  char reason[512];
  rd_kafka_conf_t *conf = rd_kafka_conf_new();
  const char *const pairs[][2] = {{"bootstrap.servers", brokers},
                                  {"log_level", "2"},
                                  {type == RD_KAFKA_CONSUMER ? "group.id" : "acks",
                                   type == RD_KAFKA_CONSUMER ? "test" : "all"}};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
    if (rd_kafka_conf_set(conf, pairs[i][0], pairs[i][1], reason, sizeof reason))
      give_up(pairs[i][0], reason);
  if (type == RD_KAFKA_CONSUMER) {
    rd_kafka_conf_set(conf, "enable.partition.eof", "true", NULL, 0);
    rd_kafka_conf_set(conf, "enable.auto.commit", "false", NULL, 0);
    rd_kafka_conf_set(conf, "isolation.level", "read_committed", NULL, 0);
  } else {
    rd_kafka_conf_set(conf, "linger.ms", "20", NULL, 0);
    rd_kafka_conf_set(conf, "compression.type", "lz4", NULL, 0);
  }
  rd_kafka_t *client = rd_kafka_new(type, conf, reason, sizeof reason);
  if (!client) give_up("client", reason);
  return client;
}

static int partitions_of(rd_kafka_t *client, const char *topic) {
  const struct rd_kafka_metadata *metadata;
  rd_kafka_topic_t *handle = rd_kafka_topic_new(client, topic, NULL);
  rd_kafka_resp_err_t failure = rd_kafka_metadata(client, 0, handle, &metadata, WAIT_MS);
  if (failure) give_up(topic, rd_kafka_err2str(failure));
  int count = metadata->topics[0].partition_cnt;
  if (count > MOST_PARTITIONS) give_up(topic, "so many partitions");
  rd_kafka_metadata_destroy(metadata);
  rd_kafka_topic_destroy(handle);
  return count;
}

static void produce(rd_kafka_t *producer, const char *topic, const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) give_up(path, "can't be read");
  char *line = NULL, key[32];
  size_t capacity = 0;
  ssize_t length;
  int partitions = partitions_of(producer, topic);
  for (long number = 0; (length = getline(&line, &capacity, file)) > 0; number++) {
    if (line[length - 1] == '\n') length--;
    int key_length = snprintf(key, sizeof key, "%ld", number);
    rd_kafka_resp_err_t failure;
    while ((failure = rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic),
                                        RD_KAFKA_V_PARTITION((int32_t)(number % partitions)),
                                        RD_KAFKA_V_VALUE(length ? line : NULL, (size_t)length),
                                        RD_KAFKA_V_KEY(key, (size_t)key_length),
                                        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                        RD_KAFKA_V_HEADER("own", "header", -1), RD_KAFKA_V_END)) ==
           RD_KAFKA_RESP_ERR__QUEUE_FULL)
      rd_kafka_poll(producer, 50);
    if (failure) give_up(topic, rd_kafka_err2str(failure));
    rd_kafka_poll(producer, 0);
  }
  if (rd_kafka_flush(producer, 2 * WAIT_MS)) give_up(topic, "not all was sent");
  free(line);
  fclose(file);
}

static int64_t end_of(rd_kafka_t *consumer, const char *topic, int partition) {
  int64_t low, high;
  rd_kafka_resp_err_t failure =
      rd_kafka_query_watermark_offsets(consumer, topic, partition, &low, &high, WAIT_MS);
  if (failure) give_up(topic, rd_kafka_err2str(failure));
  return high;
}

static void print_header(FILE *out, const rd_kafka_message_t *message, const char *name) {
  rd_kafka_headers_t *headers;
  const void *value;
  size_t length;
  if (!rd_kafka_message_headers(message, &headers) &&
      !rd_kafka_header_get_last(headers, name, &value, &length))
    fprintf(out, "\t%.*s", (int)length, (const char *)value);
  else
    fprintf(out, "\t-");
}

static void dump(rd_kafka_t *consumer, const char *topic, const char *path) {
  FILE *out = fopen(path, "wb");
  if (!out) give_up(path, "can't be written");
  int partitions = partitions_of(consumer, topic), left = 0;
  rd_kafka_topic_partition_list_t *all = rd_kafka_topic_partition_list_new(partitions);
  for (int p = 0; p < partitions; p++)
    rd_kafka_topic_partition_list_add(all, topic, p)->offset = RD_KAFKA_OFFSET_BEGINNING;
  left = partitions;
  if (rd_kafka_assign(consumer, all)) give_up(topic, "assign");
  bool ended[MOST_PARTITIONS] = {false};
  while (left > 0) {
    rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer, WAIT_MS);
    if (!message) give_up(topic, "nothing comes");
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      left -= !ended[message->partition];
      ended[message->partition] = true;
    } else if (!message->err) {
      fprintf(out, "%ld\t%lld\t%.*s", (long)message->partition, (long long)message->offset,
              (int)message->key_len, (const char *)message->key);
      print_header(out, message, "own");
      print_header(out, message, "narr-partition");
      print_header(out, message, "narr-offset");
      print_header(out, message, "narr-reason");
      fprintf(out, "\t%.*s\n", (int)message->len, (const char *)message->payload);
    }
    rd_kafka_message_destroy(message);
  }
  rd_kafka_assign(consumer, NULL);
  rd_kafka_topic_partition_list_destroy(all);
  if (fclose(out)) give_up(path, "can't be written");
}

/* One command; false: it was the last. */
static bool obey(char *line, rd_kafka_mock_cluster_t *cluster, rd_kafka_t *producer,
                 rd_kafka_t *consumer) {
  const char *words[4] = {"", "", "", ""};
  size_t count = 0;
  for (char *word = strtok(line, " \n"); word && count < 4; word = strtok(NULL, " \n"))
    words[count++] = word;
  if (strcmp(words[0], "quit") == 0) return false;
  if (strcmp(words[0], "create") == 0) {
    if (rd_kafka_mock_topic_create(cluster, words[1], atoi(words[2]), 1))
      give_up("create", words[1]);
  } else if (strcmp(words[0], "produce") == 0) {
    produce(producer, words[1], words[2]);
  } else if (strcmp(words[0], "dump") == 0) {
    dump(consumer, words[1], words[2]);
  } else if (strcmp(words[0], "ends") == 0) {
    int64_t sum = 0;
    int partitions = partitions_of(consumer, words[1]);
    for (int p = 0; p < partitions; p++) sum += end_of(consumer, words[1], p);
    printf("ok %lld\n", (long long)sum);
    return true;
  } else if (strcmp(words[0], "down") == 0) {
    rd_kafka_mock_broker_set_down(cluster, atoi(words[1]));
  } else if (strcmp(words[0], "up") == 0) {
    rd_kafka_mock_broker_set_up(cluster, atoi(words[1]));
  } else if (strcmp(words[0], "fail") == 0) {
    rd_kafka_resp_err_t errors[100];
    size_t wanted = (size_t)atoi(words[3]);
    for (size_t i = 0; i < wanted && i < 100; i++) errors[i] = (rd_kafka_resp_err_t)atoi(words[2]);
    rd_kafka_mock_push_request_errors_array(cluster, (int16_t)atoi(words[1]), wanted, errors);
  } else {
    give_up("no such command", words[0]);
  }
  printf("ok\n");
  return true;
}

int main(int argc, char **argv) {
  rd_kafka_mock_cluster_t *cluster = NULL;
  rd_kafka_t *host = NULL;
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (argc == 1) {
    host = client_of(RD_KAFKA_PRODUCER, "localhost:1");
    cluster = rd_kafka_mock_cluster_new(host, 3);
    if (!cluster) give_up("mock cluster", "can't be made");
  }
  const char *brokers = cluster ? rd_kafka_mock_cluster_bootstraps(cluster) : argv[1];
  rd_kafka_t *producer = client_of(RD_KAFKA_PRODUCER, brokers);
  rd_kafka_t *consumer = client_of(RD_KAFKA_CONSUMER, brokers);
  rd_kafka_poll_set_consumer(consumer);
  printf("%s\n", brokers);
  char *line = NULL;
  size_t capacity = 0;
  while (getline(&line, &capacity, stdin) > 0 && obey(line, cluster, producer, consumer)) {
  }
  free(line);
  rd_kafka_destroy(producer);
  rd_kafka_consumer_close(consumer);
  rd_kafka_destroy(consumer);
  if (cluster) rd_kafka_mock_cluster_destroy(cluster);
  if (host) rd_kafka_destroy(host);
  return 0;
}
