/* batch.h - records that are committed together: a transaction, or, at least once, what
 * is acknowledged before its offsets are committed. */
#ifndef NARR_KAFKA_BATCH_H
#define NARR_KAFKA_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "kafka/clients.h"

/* How it went. */
typedef enum narr_kafka_outcome {
  NARR_KAFKA_DONE,
  NARR_KAFKA_AGAIN, /* it was given up: its records are to be read again */
  NARR_KAFKA_FATAL  /* this member can't go on; why has been said */
} narr_kafka_outcome;

typedef struct narr_kafka_batch {
  narr_kafka_clients *clients; /* borrowed */
  bool exactly_once;
  bool open; /* there is a record in it */
  size_t records;
  double begun;                                  /* on the monotonic clock, seconds */
  size_t failed;                                 /* records that could not be delivered */
  rd_kafka_topic_partition_list_t *first, *next; /* offsets of each partition's first
                                                    record, and behind its last */
  uint64_t committed, aborted;                   /* batches so far */
} narr_kafka_batch;

/* False: out of memory. Free with narr_kafka_batch_free(). */
bool narr_kafka_batch_init(narr_kafka_batch *batch, narr_kafka_clients *clients, bool exactly_once);
void narr_kafka_batch_free(narr_kafka_batch *batch);

/* A record is to be in it; begins it if need be. */
narr_kafka_outcome narr_kafka_batch_add(narr_kafka_batch *batch, const rd_kafka_message_t *message);

/* Commits what is in it, in one with the offsets. DONE, AGAIN: it is empty then. */
narr_kafka_outcome narr_kafka_batch_commit(narr_kafka_batch *batch);

/* Gives it up. */
narr_kafka_outcome narr_kafka_batch_abort(narr_kafka_batch *batch);

/* Goes back to the first records of the batch that was given up last, in those
 * partitions that are still this member's. */
narr_kafka_outcome narr_kafka_batch_rewind(narr_kafka_batch *batch);

double narr_kafka_now(void);

#endif
