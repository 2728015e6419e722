/* time_text.h - when a row was written, from text. */
#ifndef NARR_DATA_TIME_TEXT_H
#define NARR_DATA_TIME_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Seconds since 1970-01-01 UTC of an ISO 8601 date, or date and time, of which
 * everything behind the month may be left out and which is in UTC without a
 * zone; or of a number of seconds. White space around it is fine. False: it
 * is neither. Four digits are a number. */
bool narr_time_parse(const char *text, size_t length, double *seconds);

#endif
