/* answer.c - from a record to its answer. */
#include "kafka/answer.h"

#include <stdio.h>
#include <string.h>

#include "cli/interrupt.h"
#include "cli/message.h"

enum { WAIT_MS = 100 };

/* The record's own headers, and ours; NULL: out of memory. */
static rd_kafka_headers_t *headers_of(const rd_kafka_message_t *message, const char *reason) {
  rd_kafka_headers_t *own, *headers;
  char text[32];
  headers = rd_kafka_message_headers(message, &own) ? rd_kafka_headers_new(4)
                                                    : rd_kafka_headers_copy(own);
  if (!headers) return NULL;
  const char *topic = rd_kafka_topic_name(message->rkt);
  rd_kafka_header_add(headers, "narr-topic", -1, topic, -1);
  snprintf(text, sizeof text, "%ld", (long)message->partition);
  rd_kafka_header_add(headers, "narr-partition", -1, text, -1);
  snprintf(text, sizeof text, "%lld", (long long)message->offset);
  rd_kafka_header_add(headers, "narr-offset", -1, text, -1);
  if (reason) rd_kafka_header_add(headers, "narr-reason", -1, reason, -1);
  return headers;
}

/* One attempt. Takes the headers if it succeeds. */
static rd_kafka_resp_err_t produce(rd_kafka_t *producer, const char *topic,
                                   const rd_kafka_message_t *message, const void *value,
                                   size_t length, rd_kafka_headers_t *headers) {
  rd_kafka_timestamp_type_t kind;
  int64_t time = rd_kafka_message_timestamp(message, &kind);
  rd_kafka_error_t *error;
  rd_kafka_vu_t parts[] = {
      {.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = topic},
      {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
      {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {(void *)value, length}},
      {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {message->key, message->key_len}},
      {.vtype = RD_KAFKA_VTYPE_TIMESTAMP, .u.i64 = time > 0 ? time : 0},
      {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers},
  };
  error = rd_kafka_produceva(producer, parts, sizeof parts / sizeof *parts);
  rd_kafka_resp_err_t failure = error ? rd_kafka_error_code(error) : RD_KAFKA_RESP_ERR_NO_ERROR;
  if (error) rd_kafka_error_destroy(error);
  return failure;
}

static narr_kafka_outcome send_record(narr_kafka_member *member, const char *topic,
                                      const rd_kafka_message_t *message, const void *value,
                                      size_t length, const char *reason) {
  rd_kafka_t *producer = member->clients.producer;
  rd_kafka_headers_t *headers = headers_of(message, reason);
  if (!headers) {
    narr_cli_error("out of memory");
    return NARR_KAFKA_FATAL;
  }
  rd_kafka_resp_err_t failure;
  while ((failure = produce(producer, topic, message, value, length, headers)) ==
             RD_KAFKA_RESP_ERR__QUEUE_FULL &&
         !narr_cli_interrupt_signal())
    rd_kafka_poll(producer, WAIT_MS);
  if (!failure) return NARR_KAFKA_DONE;
  rd_kafka_headers_destroy(headers);
  if (failure == RD_KAFKA_RESP_ERR__QUEUE_FULL) return NARR_KAFKA_AGAIN; /* and a signal */
  if (failure == RD_KAFKA_RESP_ERR__STATE) return NARR_KAFKA_AGAIN; /* the transaction failed */
  if (failure == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) {
    narr_cli_error(
        "%s: the answer to offset %lld of partition %ld has %zu bytes, which is too "
        "large: raise message.max.bytes, here and there",
        topic, (long long)message->offset, (long)message->partition, length);
    return NARR_KAFKA_FATAL;
  }
  narr_cli_error("%s: %s", topic, rd_kafka_err2str(failure));
  return NARR_KAFKA_FATAL;
}

narr_kafka_outcome narr_kafka_answer(narr_kafka_member *member, const rd_kafka_message_t *message) {
  const narr_kafka_plan *plan = member->plan;
  narr_kafka_counts *counts = &member->counts;
  if (!message->payload) {
    counts->tombstones++;
    return send_record(member, plan->output, message, NULL, 0, NULL);
  }
  const narr_response *response;
  narr_error error = NARR_ERROR_INIT;
  if (narr_respond(member->responder, message->payload, message->len, (uint64_t)message->offset,
                   &response, &error)) {
    narr_cli_fail(&error);
    return NARR_KAFKA_FATAL;
  }
  if (response->skipped) {
    counts->skipped++;
    return NARR_KAFKA_DONE;
  }
  counts->flagged += response->flagged;
  if (response->failed) {
    counts->errors++;
    if (plan->dead_letters)
      return send_record(member, plan->dead_letters, message, message->payload, message->len,
                         response->message);
  } else if (response->length == 0) {
    counts->left_out++;
    return NARR_KAFKA_DONE;
  } else {
    counts->answered++;
  }
  size_t length = response->length; /* without the line end */
  if (length > 0 && response->data[length - 1] == '\n') length--;
  return send_record(member, plan->output, message, response->data, length, NULL);
}
