/* answer.h - what is sent for a record. */
#ifndef NARR_KAFKA_ANSWER_H
#define NARR_KAFKA_ANSWER_H

#include "kafka/member.h"

/* Answers a record: one record to the output, or to the dead letters; none for what is
 * no post or is left out. Key, headers and time are the record's own; headers
 * narr-topic, narr-partition and narr-offset say where it was read. A record without a
 * value gets one without. Waits while too much is unsent. */
narr_kafka_outcome narr_kafka_answer(narr_kafka_member *member, const rd_kafka_message_t *message);

#endif
