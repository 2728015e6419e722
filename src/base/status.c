/* status.c - filling in the caller's narr_error. */
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "narr/narr.h"

const char *narr_version(void) {
  return NARR_VERSION;
}

const char *narr_status_name(narr_status status) {
  switch (status) {
    case NARR_OK: return "ok";
    case NARR_ERROR_ARGUMENT: return "argument";
    case NARR_ERROR_INPUT: return "input";
    case NARR_ERROR_MODEL: return "model";
    case NARR_ERROR_SYSTEM: return "system";
    case NARR_ERROR_MEMORY: return "memory";
    case NARR_ERROR_CANCELLED: return "cancelled";
  }
  return "unknown";
}

/* One line, and no cut through a UTF-8 sequence. */
static void tidy(char *message, size_t written) {
  size_t length = strlen(message);
  if (written > length) {
    size_t lead = length;
    while (lead > 0 && ((unsigned char)message[lead - 1] & 0xC0) == 0x80) lead--;
    if (lead > 0 && (unsigned char)message[lead - 1] >= 0xC0) message[lead - 1] = '\0';
  }
  for (char *c = message; *c; c++)
    if ((unsigned char)*c < 0x20 || *c == 0x7F) *c = ' ';
}

static void fill(narr_error *error, narr_status status, const char *format, va_list arguments) {
  error->status = status;
  error->row = error->line = error->offset = 0;
  int written = vsnprintf(error->message, sizeof error->message, format, arguments);
  tidy(error->message, written < 0 ? 0 : (size_t)written);
}

narr_status narr_fail(narr_error *error, narr_status status, const char *format, ...) {
  if (error) {
    va_list arguments;
    va_start(arguments, format);
    fill(error, status, format, arguments);
    va_end(arguments);
  }
  return status;
}

narr_status narr_fail_memory(narr_error *error) {
  return narr_fail(error, NARR_ERROR_MEMORY, "out of memory");
}

/* Makes a message so short that `reason` fits behind it. */
static size_t shorten(char *message, const char *reason) {
  size_t room = NARR_ERROR_MESSAGE_SIZE - sizeof ": " - strlen(reason), used = strlen(message);
  if (used <= room) return used;
  while (room > 0 && ((unsigned char)message[room] & 0xC0) == 0x80) room--;
  return room;
}

narr_status narr_fail_system(narr_error *error, int code, const char *format, ...) {
  if (error) {
    va_list arguments;
    va_start(arguments, format);
    fill(error, NARR_ERROR_SYSTEM, format, arguments);
    va_end(arguments);
    char reason[128];
    if (strerror_r(code, reason, sizeof reason) != 0)
      snprintf(reason, sizeof reason, "error %d", code);
    size_t used = shorten(error->message, reason);
    snprintf(error->message + used, sizeof error->message - used, ": %s", reason);
  }
  return NARR_ERROR_SYSTEM;
}
