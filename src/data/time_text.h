/* time_text.h - when a row was written, from text. */
#ifndef NARR_DATA_TIME_TEXT_H
#define NARR_DATA_TIME_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* With its NUL. */
enum { NARR_TIME_TEXT_SIZE = 32 };

/* Seconds since 1970-01-01 UTC of an ISO 8601 date, or date and time, of which
 * everything behind the month may be left out and which is in UTC without a
 * zone; of a date such as "Wed Oct 10 20:19:24 +0000 2018", which the API of Twitter
 * had; or of a number of seconds, from 10^11 on of milliseconds and from 10^14 on of
 * microseconds. Zones are offsets or "Z", "UTC", "CEST" and the
 * like. White space around it is fine. False: it is none of them. Four digits are a number. */
bool narr_time_parse(const char *text, size_t length, double *seconds);

/* Writes the moment as "2018-10-10T20:19:24Z", what is below a second left out;
 * of a year outside 1..9999 the nearest that is inside. Returns `out`. */
const char *narr_time_format(double seconds, char out[NARR_TIME_TEXT_SIZE]);

#endif
