/* member.h - a member of a group: reads records, answers them, commits. */
#ifndef NARR_KAFKA_MEMBER_H
#define NARR_KAFKA_MEMBER_H

#include "kafka/batch.h"
#include "narr/stream.h"

typedef struct narr_kafka_plan {
  const char *input, *output;
  const char *dead_letters; /* a topic; NULL: error records go to the output */
  bool exit_at_end;         /* once all partitions are read to their ends */
  size_t batch;             /* records that are committed together at most */
  unsigned linger;          /* milliseconds after which they are in any case */
  unsigned stats;           /* seconds between figures; 0: none */
} narr_kafka_plan;

/* Records by what became of them: each is one of the first five. Those of batches that
 * were given up are counted each time. */
typedef struct narr_kafka_counts {
  uint64_t answered;
  uint64_t errors;     /* error records, or dead letters */
  uint64_t skipped;    /* no posts */
  uint64_t left_out;   /* with --only-flagged */
  uint64_t tombstones; /* without a value: passed on */
  uint64_t flagged;
} narr_kafka_counts;

typedef struct narr_kafka_member {
  const narr_kafka_plan *plan; /* borrowed, like the responder */
  narr_responder *responder;
  narr_kafka_clients clients;
  narr_kafka_batch batch;
  narr_kafka_counts counts;
  rd_kafka_topic_partition_list_t *ends; /* partitions that are read to their ends */
  bool go_back;                          /* to the records of the batch that was given up */
  bool fatal;                            /* said why */
  bool assigned;                         /* at least once */
} narr_kafka_member;

/* Joins the group, and works until a signal comes or all is read. Returns an exit code,
 * having said what is wrong. */
int narr_kafka_member_run(narr_kafka_member *member, const narr_kafka_setup *setup);

#endif
