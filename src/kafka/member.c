/* member.c - the loop: read, answer, commit.
 *
 * One thread does it all. Rebalances come as callbacks out of its own polling, between
 * two records: what is in the batch is then committed before partitions are given up,
 * so that who gets them goes on right behind it. Where partitions are lost already, the
 * batch is given up. */
#include "kafka/member.h"

#include <string.h>

#include "cli/interrupt.h"
#include "cli/message.h"
#include "kafka/answer.h"

enum {
  POLL_MS = 100,
  START_MS = 30000,
  LOOK_EVERY = 64 /* records: at the clock, and for deliveries */
};

/* Figures for people, every so often. */
typedef struct figures {
  double since;
  uint64_t records; /* until then */
} figures;

/* ---- Partitions ------------------------------------------------------------------------- */

static bool is_cooperative(rd_kafka_t *consumer) {
  const char *protocol = rd_kafka_rebalance_protocol(consumer);
  return protocol && strcmp(protocol, "COOPERATIVE") == 0;
}

static void say_failure(const char *what, rd_kafka_error_t *error) {
  if (!error) return;
  narr_cli_note("%s: %s", what, rd_kafka_error_string(error));
  rd_kafka_error_destroy(error);
}

static void take_partitions(narr_kafka_member *member, rd_kafka_t *consumer,
                            const rd_kafka_topic_partition_list_t *partitions) {
  if (is_cooperative(consumer))
    say_failure("taking partitions", rd_kafka_incremental_assign(consumer, partitions));
  else if (rd_kafka_assign(consumer, partitions))
    narr_cli_note("taking partitions failed");
  member->assigned = true;
  narr_cli_note("%d partition%s assigned", partitions->cnt, partitions->cnt == 1 ? "" : "s");
}

static void give_up_partitions(narr_kafka_member *member, rd_kafka_t *consumer,
                               const rd_kafka_topic_partition_list_t *partitions) {
  bool lost = rd_kafka_assignment_lost(consumer);
  narr_kafka_outcome outcome =
      lost ? narr_kafka_batch_abort(&member->batch) : narr_kafka_batch_commit(&member->batch);
  member->go_back |= outcome == NARR_KAFKA_AGAIN;
  member->fatal |= outcome == NARR_KAFKA_FATAL;
  for (int i = 0; i < partitions->cnt; i++)
    rd_kafka_topic_partition_list_del(member->ends, partitions->elems[i].topic,
                                      partitions->elems[i].partition);
  if (is_cooperative(consumer))
    say_failure("giving up partitions", rd_kafka_incremental_unassign(consumer, partitions));
  else
    rd_kafka_assign(consumer, NULL);
  narr_cli_note("%d partition%s %s", partitions->cnt, partitions->cnt == 1 ? "" : "s",
                lost ? "lost" : "given up");
}

static void on_rebalance(rd_kafka_t *consumer, rd_kafka_resp_err_t what,
                         rd_kafka_topic_partition_list_t *partitions, void *opaque) {
  narr_kafka_member *member = opaque;
  if (what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS)
    take_partitions(member, consumer, partitions);
  else
    give_up_partitions(member, consumer, partitions);
}

static void on_delivered(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque) {
  narr_kafka_member *member = opaque;
  (void)producer;
  member->batch.failed += message->err != RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* ---- Figures ------------------------------------------------------------------------------ */

static uint64_t all_records(const narr_kafka_counts *counts) {
  return counts->answered + counts->errors + counts->skipped + counts->left_out +
         counts->tombstones;
}

/* Records that are there and not read yet, as far as the consumer knows; and how many
 * partitions it has. */
static int64_t lag_of(const narr_kafka_member *member, int *partitions) {
  rd_kafka_t *consumer = member->clients.consumer;
  rd_kafka_topic_partition_list_t *own;
  int64_t lag = 0, low, high;
  *partitions = 0;
  if (rd_kafka_assignment(consumer, &own)) return 0;
  *partitions = own->cnt;
  rd_kafka_position(consumer, own);
  for (int i = 0; i < own->cnt; i++) {
    const rd_kafka_topic_partition_t *part = &own->elems[i];
    if (rd_kafka_get_watermark_offsets(consumer, part->topic, part->partition, &low, &high))
      continue;
    int64_t at = part->offset >= 0 ? part->offset : low;
    if (high > at && at >= 0) lag += high - at;
  }
  rd_kafka_topic_partition_list_destroy(own);
  return lag;
}

static void show(const narr_kafka_member *member, figures *last, bool at_end) {
  const narr_kafka_counts *counts = &member->counts;
  double now = narr_kafka_now(), seconds = now - last->since;
  if (!member->plan->stats || (!at_end && seconds < member->plan->stats)) return;
  uint64_t records = all_records(counts);
  int partitions;
  int64_t lag = lag_of(member, &partitions);
  narr_cli_note(
      "%llu records, %.0f/s, lag %lld in %d partition%s, %llu flagged, %llu errors, "
      "%llu skipped, %llu commits, %llu given up",
      (unsigned long long)records, seconds > 0 ? (double)(records - last->records) / seconds : 0.0,
      (long long)lag, partitions, partitions == 1 ? "" : "s", (unsigned long long)counts->flagged,
      (unsigned long long)counts->errors, (unsigned long long)counts->skipped,
      (unsigned long long)member->batch.committed, (unsigned long long)member->batch.aborted);
  *last = (figures){now, records};
}

/* ---- Reading ------------------------------------------------------------------------------- */

static void note_end(narr_kafka_member *member, const rd_kafka_message_t *message, bool at_end) {
  const char *topic = rd_kafka_topic_name(message->rkt);
  bool known = rd_kafka_topic_partition_list_find(member->ends, topic, message->partition) != NULL;
  if (at_end && !known)
    rd_kafka_topic_partition_list_add(member->ends, topic, message->partition);
  else if (!at_end && known)
    rd_kafka_topic_partition_list_del(member->ends, topic, message->partition);
}

static bool all_read(const narr_kafka_member *member) {
  rd_kafka_topic_partition_list_t *own;
  if (!member->plan->exit_at_end || !member->assigned ||
      rd_kafka_assignment(member->clients.consumer, &own))
    return false;
  bool all = true;
  for (int i = 0; i < own->cnt && all; i++)
    all = rd_kafka_topic_partition_list_find(member->ends, own->elems[i].topic,
                                             own->elems[i].partition) != NULL;
  rd_kafka_topic_partition_list_destroy(own);
  return all;
}

static narr_kafka_outcome take(narr_kafka_member *member, const rd_kafka_message_t *message) {
  if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    note_end(member, message, true);
    return NARR_KAFKA_DONE;
  }
  if (message->err) {
    char reason[512];
    if (rd_kafka_fatal_error(member->clients.consumer, reason, sizeof reason)) {
      narr_cli_error("%s", reason);
      return NARR_KAFKA_FATAL;
    }
    narr_cli_note("%s", rd_kafka_message_errstr(message)); /* it will try again itself */
    return NARR_KAFKA_DONE;
  }
  if (member->plan->exit_at_end) note_end(member, message, false);
  narr_kafka_outcome outcome = narr_kafka_batch_add(&member->batch, message);
  if (!outcome) outcome = narr_kafka_answer(member, message);
  return outcome;
}

/* `look`: at the clock, too. */
static bool is_due(const narr_kafka_member *member, bool idle, bool look) {
  const narr_kafka_batch *batch = &member->batch;
  if (!batch->open) return false;
  if (batch->records >= member->plan->batch || (idle && member->plan->exit_at_end)) return true;
  return look && (narr_kafka_now() - batch->begun) * 1000 >= member->plan->linger;
}

/* Goes back, if a batch was given up. */
static narr_kafka_outcome settle(narr_kafka_member *member, narr_kafka_outcome outcome) {
  if (outcome == NARR_KAFKA_AGAIN) {
    if (member->batch.open && narr_kafka_batch_abort(&member->batch) == NARR_KAFKA_FATAL)
      return NARR_KAFKA_FATAL;
    member->go_back = true;
  }
  if (outcome == NARR_KAFKA_FATAL || member->fatal) return NARR_KAFKA_FATAL;
  if (!member->go_back) return NARR_KAFKA_DONE;
  member->go_back = false;
  rd_kafka_topic_partition_list_destroy(member->ends);
  member->ends = rd_kafka_topic_partition_list_new(8);
  return narr_kafka_batch_rewind(&member->batch);
}

/* Whether going back goes behind this record, which a rebalance left in our hands. */
static bool comes_again(const narr_kafka_member *member, const rd_kafka_message_t *message) {
  return !message->err &&
         rd_kafka_topic_partition_list_find(member->batch.first, rd_kafka_topic_name(message->rkt),
                                            message->partition) != NULL;
}

static narr_kafka_outcome work(narr_kafka_member *member) {
  figures last = {narr_kafka_now(), 0};
  narr_kafka_outcome outcome = NARR_KAFKA_DONE;
  for (unsigned turn = 0; !outcome && !narr_cli_interrupt_signal(); turn++) {
    rd_kafka_message_t *message = rd_kafka_consumer_poll(
        member->clients.consumer, member->batch.open && (int)member->plan->linger < POLL_MS
                                      ? (int)member->plan->linger
                                      : POLL_MS);
    bool idle = message == NULL, look = idle || turn % LOOK_EVERY == 0;
    if (look) rd_kafka_poll(member->clients.producer, 0);
    bool again = message && member->go_back && comes_again(member, message);
    outcome = settle(member, NARR_KAFKA_DONE); /* after a rebalance */
    if (message) {
      if (!outcome && !again) outcome = settle(member, take(member, message));
      rd_kafka_message_destroy(message);
    }
    if (!outcome && is_due(member, idle, look))
      outcome = settle(member, narr_kafka_batch_commit(&member->batch));
    if (!outcome && idle && !member->batch.open && all_read(member)) break;
    if (look) show(member, &last, false);
  }
  if (!outcome) outcome = settle(member, narr_kafka_batch_commit(&member->batch));
  show(member, &(figures){last.since, last.records}, true);
  return outcome;
}

/* ---- Joining ------------------------------------------------------------------------------- */

/* Whether there are brokers, and they have the topic. */
static int check_topic(rd_kafka_t *consumer, const char *name) {
  const struct rd_kafka_metadata *metadata = NULL;
  rd_kafka_topic_t *topic = rd_kafka_topic_new(consumer, name, NULL);
  if (!topic) {
    narr_cli_error("%s: %s", name, rd_kafka_err2str(rd_kafka_last_error()));
    return NARR_CLI_SYSTEM;
  }
  rd_kafka_resp_err_t failure = rd_kafka_metadata(consumer, 0, topic, &metadata, START_MS);
  if (!failure && metadata->topic_cnt > 0) failure = metadata->topics[0].err;
  if (failure) narr_cli_error("topic %s: %s", name, rd_kafka_err2str(failure));
  if (metadata) rd_kafka_metadata_destroy(metadata);
  rd_kafka_topic_destroy(topic);
  return failure ? NARR_CLI_SYSTEM : NARR_CLI_FINE;
}

static int join(narr_kafka_member *member, const narr_kafka_setup *setup) {
  int code = check_topic(member->clients.consumer, member->plan->input);
  if (!code) code = check_topic(member->clients.consumer, member->plan->output);
  if (!code && member->plan->dead_letters)
    code = check_topic(member->clients.consumer, member->plan->dead_letters);
  if (code) return code;
  rd_kafka_error_t *error =
      setup->exactly_once ? rd_kafka_init_transactions(member->clients.producer, START_MS) : NULL;
  if (error) {
    narr_cli_error("transactions: %s", rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
    return NARR_CLI_SYSTEM;
  }
  rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(topics, member->plan->input, RD_KAFKA_PARTITION_UA);
  rd_kafka_resp_err_t failure = rd_kafka_subscribe(member->clients.consumer, topics);
  rd_kafka_topic_partition_list_destroy(topics);
  if (failure) narr_cli_error("%s: %s", member->plan->input, rd_kafka_err2str(failure));
  return failure ? NARR_CLI_SYSTEM : NARR_CLI_FINE;
}

int narr_kafka_member_run(narr_kafka_member *member, const narr_kafka_setup *setup) {
  const narr_kafka_callbacks callbacks = {on_rebalance, on_delivered, member};
  int code = narr_kafka_clients_open(&member->clients, setup, &callbacks);
  member->ends = rd_kafka_topic_partition_list_new(8);
  if (!narr_kafka_batch_init(&member->batch, &member->clients, setup->exactly_once)) {
    narr_cli_error("out of memory");
    code = NARR_CLI_SYSTEM;
  }
  if (!code) code = join(member, setup);
  if (!code && work(member) == NARR_KAFKA_FATAL) code = NARR_CLI_SYSTEM;
  narr_kafka_clients_close(&member->clients);
  narr_kafka_batch_free(&member->batch);
  rd_kafka_topic_partition_list_destroy(member->ends);
  return code;
}
