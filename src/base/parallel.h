/* parallel.h - running numbered tasks on threads.
 *
 * Which thread runs which task is left to chance, so a task writes only to
 * places that are its own by number; then results don't depend on `jobs`. */
#ifndef NARR_BASE_PARALLEL_H
#define NARR_BASE_PARALLEL_H

#include <stddef.h>

/* The number of threads to use: `jobs`, or one a processor if it is 0. */
unsigned narr_jobs(unsigned jobs);

/* Task `index` on thread `worker`; nonzero makes the remaining tasks be
 * skipped. */
typedef int narr_task_fn(void *context, size_t index, unsigned worker);

/* Called on the calling thread, between tasks, while waiting for them and,
 * unless a task failed, when all are done; nonzero skips the rest. */
typedef int narr_watch_fn(void *context, size_t done);

/* Runs tasks 0..count-1, lowest first, on up to `jobs` threads, of which the
 * calling one is worker 0. Returns 0 if all tasks returned 0, else the first
 * nonzero result seen. Falls back to fewer threads if they can't be had. */
int narr_parallel(size_t count, unsigned jobs, narr_task_fn *task, void *context,
                  narr_watch_fn *watch, void *watch_context);

#endif
