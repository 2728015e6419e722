/* status.h - filling in the caller's narr_error. */
#ifndef NARR_BASE_STATUS_H
#define NARR_BASE_STATUS_H

#include "narr/error.h"

/* Fills in *error (which may be NULL) and returns `status`. The message is
 * made one line: control characters become spaces, and it is cut at a
 * character boundary if it is too long. */
__attribute__((format(printf, 3, 4))) narr_status narr_fail(narr_error *error, narr_status status,
                                                            const char *format, ...);

/* narr_fail() for a failed allocation; needs no memory itself. */
narr_status narr_fail_memory(narr_error *error);

/* narr_fail() for a system call: "<format>: <strerror(code)>". */
__attribute__((format(printf, 3, 4))) narr_status narr_fail_system(narr_error *error, int code,
                                                                   const char *format, ...);

#endif
