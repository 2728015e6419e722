/* batch.c - transactions, and commits of offsets without them. */
#include "kafka/batch.h"

#include <time.h>

#include "cli/message.h"

enum { PATIENCE_MS = 60000, FLUSH_MS = 1000 };

double narr_kafka_now(void) {
  struct timespec moment;
  clock_gettime(CLOCK_MONOTONIC, &moment);
  return (double)moment.tv_sec + (double)moment.tv_nsec / 1e9;
}

bool narr_kafka_batch_init(narr_kafka_batch *batch, narr_kafka_clients *clients,
                           bool exactly_once) {
  *batch = (narr_kafka_batch){.clients = clients,
                              .exactly_once = exactly_once,
                              .first = rd_kafka_topic_partition_list_new(8),
                              .next = rd_kafka_topic_partition_list_new(8)};
  return batch->first && batch->next;
}

void narr_kafka_batch_free(narr_kafka_batch *batch) {
  if (batch->first) rd_kafka_topic_partition_list_destroy(batch->first);
  if (batch->next) rd_kafka_topic_partition_list_destroy(batch->next);
  batch->first = batch->next = NULL;
}

static void clear_list(rd_kafka_topic_partition_list_t **list) {
  rd_kafka_topic_partition_list_destroy(*list);
  *list = rd_kafka_topic_partition_list_new(8);
}

/* Empties the batch; `first` is kept for going back. */
static void close_batch(narr_kafka_batch *batch) {
  batch->open = false;
  batch->records = batch->failed = 0;
  clear_list(&batch->next);
}

/* What is to become of a failed step; the error is freed. A step that is to be tried
 * again gives DONE with *again set. */
static narr_kafka_outcome judge(const char *what, rd_kafka_error_t *error, double since,
                                bool *again) {
  *again = false;
  if (!error) return NARR_KAFKA_DONE;
  narr_kafka_outcome outcome = NARR_KAFKA_AGAIN;
  bool patient = narr_kafka_now() - since < PATIENCE_MS / 1000.0;
  if (rd_kafka_error_is_fatal(error)) {
    bool fenced = rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR__FENCED ||
                  rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
                  rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
    narr_cli_error("%s: %s%s", what, rd_kafka_error_string(error),
                   fenced ? " (another member has this transactional id)" : "");
    outcome = NARR_KAFKA_FATAL;
  } else if (rd_kafka_error_txn_requires_abort(error)) {
    narr_cli_note("%s: %s: once more", what, rd_kafka_error_string(error));
  } else if (rd_kafka_error_is_retriable(error) && patient) {
    *again = true;
    outcome = NARR_KAFKA_DONE;
  } else {
    narr_cli_error("%s: %s", what, rd_kafka_error_string(error));
    outcome = NARR_KAFKA_FATAL;
  }
  rd_kafka_error_destroy(error);
  return outcome;
}

narr_kafka_outcome narr_kafka_batch_add(narr_kafka_batch *batch,
                                        const rd_kafka_message_t *message) {
  const char *topic = rd_kafka_topic_name(message->rkt);
  if (!batch->open) {
    bool again;
    clear_list(&batch->first);
    if (batch->exactly_once) {
      narr_kafka_outcome outcome =
          judge("beginning a transaction", rd_kafka_begin_transaction(batch->clients->producer),
                narr_kafka_now(), &again);
      if (outcome) return outcome;
    }
    batch->open = true;
    batch->begun = narr_kafka_now();
  }
  rd_kafka_topic_partition_t *next =
      rd_kafka_topic_partition_list_find(batch->next, topic, message->partition);
  if (!next) {
    rd_kafka_topic_partition_list_add(batch->first, topic, message->partition)->offset =
        message->offset;
    next = rd_kafka_topic_partition_list_add(batch->next, topic, message->partition);
  }
  next->offset = message->offset + 1;
  batch->records++;
  return NARR_KAFKA_DONE;
}

/* ---- Exactly once --------------------------------------------------------------------- */

static narr_kafka_outcome commit_transaction(narr_kafka_batch *batch) {
  rd_kafka_t *producer = batch->clients->producer;
  rd_kafka_consumer_group_metadata_t *group =
      rd_kafka_consumer_group_metadata(batch->clients->consumer);
  if (!group) return NARR_KAFKA_AGAIN; /* no member of the group any more */
  double since = narr_kafka_now();
  narr_kafka_outcome outcome;
  bool again;
  do {
    outcome = judge("offsets of a transaction",
                    rd_kafka_send_offsets_to_transaction(producer, batch->next, group, PATIENCE_MS),
                    since, &again);
  } while (again);
  rd_kafka_consumer_group_metadata_destroy(group);
  if (outcome) return outcome;
  do {
    outcome = judge("committing a transaction", rd_kafka_commit_transaction(producer, PATIENCE_MS),
                    since, &again);
  } while (again);
  return outcome;
}

static narr_kafka_outcome abort_transaction(narr_kafka_batch *batch) {
  double since = narr_kafka_now();
  narr_kafka_outcome outcome;
  bool again;
  do {
    outcome =
        judge("aborting a transaction",
              rd_kafka_abort_transaction(batch->clients->producer, PATIENCE_MS), since, &again);
  } while (again);
  return outcome;
}

/* ---- At least once ---------------------------------------------------------------------- */

/* All that was sent is acknowledged, or has failed. */
static narr_kafka_outcome flush(narr_kafka_batch *batch) {
  rd_kafka_t *producer = batch->clients->producer;
  char reason[512];
  while (rd_kafka_flush(producer, FLUSH_MS) == RD_KAFKA_RESP_ERR__TIMED_OUT) {
  } /* message.timeout.ms ends it */
  if (rd_kafka_fatal_error(producer, reason, sizeof reason)) {
    narr_cli_error("%s", reason);
    return NARR_KAFKA_FATAL;
  }
  if (batch->failed == 0) return NARR_KAFKA_DONE;
  narr_cli_note("%zu of %zu records were not delivered: once more", batch->failed, batch->records);
  return NARR_KAFKA_AGAIN;
}

/* If they can't be committed now, the next commit does for them, or the next member
 * reads the records again. */
static void commit_offsets(narr_kafka_batch *batch) {
  rd_kafka_resp_err_t failure = rd_kafka_commit(batch->clients->consumer, batch->next, 0);
  if (failure && failure != RD_KAFKA_RESP_ERR__NO_OFFSET)
    narr_cli_note("committing offsets: %s", rd_kafka_err2str(failure));
}

/* ---- Either ----------------------------------------------------------------------------- */

narr_kafka_outcome narr_kafka_batch_commit(narr_kafka_batch *batch) {
  if (!batch->open) return NARR_KAFKA_DONE;
  narr_kafka_outcome outcome = batch->exactly_once ? commit_transaction(batch) : flush(batch);
  if (outcome == NARR_KAFKA_AGAIN) return narr_kafka_batch_abort(batch);
  if (outcome) return outcome;
  if (!batch->exactly_once) commit_offsets(batch);
  batch->committed++;
  close_batch(batch);
  return NARR_KAFKA_DONE;
}

narr_kafka_outcome narr_kafka_batch_abort(narr_kafka_batch *batch) {
  if (!batch->open) return NARR_KAFKA_DONE;
  narr_kafka_outcome outcome = batch->exactly_once ? abort_transaction(batch) : NARR_KAFKA_DONE;
  if (outcome) return NARR_KAFKA_FATAL;
  batch->aborted++;
  close_batch(batch);
  return NARR_KAFKA_AGAIN;
}

narr_kafka_outcome narr_kafka_batch_rewind(narr_kafka_batch *batch) {
  rd_kafka_t *consumer = batch->clients->consumer;
  rd_kafka_topic_partition_list_t *own = NULL, *back = rd_kafka_topic_partition_list_new(8);
  if (rd_kafka_assignment(consumer, &own)) own = NULL;
  for (int i = 0; own && i < batch->first->cnt; i++) {
    const rd_kafka_topic_partition_t *from = &batch->first->elems[i];
    if (rd_kafka_topic_partition_list_find(own, from->topic, from->partition))
      rd_kafka_topic_partition_list_add(back, from->topic, from->partition)->offset = from->offset;
  }
  rd_kafka_error_t *error =
      back->cnt > 0 ? rd_kafka_seek_partitions(consumer, back, PATIENCE_MS) : NULL;
  narr_kafka_outcome outcome = error ? NARR_KAFKA_FATAL : NARR_KAFKA_DONE;
  for (int i = 0; i < back->cnt && !outcome; i++)
    if (back->elems[i].err) outcome = NARR_KAFKA_FATAL;
  if (outcome)
    narr_cli_error("going back to read records again: %s",
                   error ? rd_kafka_error_string(error) : "a partition can't be sought in");
  if (error) rd_kafka_error_destroy(error);
  if (own) rd_kafka_topic_partition_list_destroy(own);
  rd_kafka_topic_partition_list_destroy(back);
  return outcome;
}
