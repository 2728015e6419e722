/* Every task runs once whatever the number of threads; failures and watchers
 * stop the rest. */
#include "base/parallel.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "support/check.h"

enum { TASKS = 500, MOST_JOBS = 9 };

typedef struct run {
  atomic_int times[TASKS];
  uint64_t result[TASKS];
  atomic_size_t started;
  atomic_int busy[MOST_JOBS]; /* tasks that a worker runs just now */
  atomic_bool broken;
  unsigned jobs;
  size_t fails_at;
} run;

static int do_task(void *context, size_t index, unsigned worker) {
  run *r = context;
  if (index >= TASKS || worker >= r->jobs || atomic_fetch_add(&r->busy[worker], 1) != 0) {
    atomic_store(&r->broken, true);
    return 99;
  }
  atomic_fetch_add(&r->started, 1);
  atomic_fetch_add(&r->times[index], 1);
  for (size_t i = 0; i < 100; i++) r->result[index] = narr_hash_mix(r->result[index] + i, index);
  atomic_fetch_sub(&r->busy[worker], 1);
  return index == r->fails_at ? 42 : 0;
}

static run *new_run(unsigned jobs) {
  run *r = narr_alloc_zero(1, sizeof *r);
  assert_non_null(r);
  r->jobs = jobs;
  r->fails_at = SIZE_MAX;
  return r;
}

static void every_task_runs_once(void **state) {
  (void)state;
  static const size_t counts[] = {0, 1, 2, 3, 7, 64, TASKS};
  for (unsigned jobs = 1; jobs <= MOST_JOBS; jobs++)
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
      run *r = new_run(jobs);
      assert_int_equal(narr_parallel(counts[c], jobs, do_task, r, NULL, NULL), 0);
      assert_false(r->broken);
      for (size_t i = 0; i < TASKS; i++) assert_int_equal(r->times[i], i < counts[c]);
      narr_free(r);
    }
}

static void no_jobs_is_one_a_processor(void **state) {
  (void)state;
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  assert_int_equal(narr_jobs(0), processors);
  assert_int_equal(narr_jobs(1), 1);
  assert_int_equal(narr_jobs(17), 17);
  run *r = new_run(1);
  assert_int_equal(narr_parallel(10, 0, do_task, r, NULL, NULL), 0);
  assert_int_equal(r->started, 10);
  narr_free(r);
}

static void results_do_not_depend_on_jobs(void **state) {
  (void)state;
  run *one = new_run(1);
  assert_int_equal(narr_parallel(TASKS, 1, do_task, one, NULL, NULL), 0);
  for (unsigned jobs = 2; jobs <= MOST_JOBS; jobs++) {
    run *many = new_run(jobs);
    assert_int_equal(narr_parallel(TASKS, jobs, do_task, many, NULL, NULL), 0);
    assert_memory_equal(many->result, one->result, sizeof one->result);
    narr_free(many);
  }
  narr_free(one);
}

/* ---- Order -------------------------------------------------------------------- */

static int note_order(void *context, size_t index, unsigned worker) {
  size_t *next = context;
  assert_int_equal(worker, 0);
  assert_int_equal(index, (*next)++);
  return 0;
}

static void one_thread_runs_lowest_first(void **state) {
  (void)state;
  size_t next = 0;
  assert_int_equal(narr_parallel(50, 1, note_order, &next, NULL, NULL), 0);
  assert_int_equal(next, 50);
}

/* ---- Failures ------------------------------------------------------------------ */

static void failure_stops_the_rest(void **state) {
  (void)state;
  for (unsigned jobs = 1; jobs <= MOST_JOBS; jobs += 2)
    for (size_t at = 0; at < 100; at += 33) {
      run *r = new_run(jobs);
      r->fails_at = at;
      assert_int_equal(narr_parallel(TASKS, jobs, do_task, r, NULL, NULL), 42);
      assert_false(r->broken);
      assert_true(r->started > at); /* lowest first: all before it had begun */
      for (size_t i = 0; i <= at; i++) assert_int_equal(r->times[i], 1);
      if (jobs == 1) assert_int_equal(r->started, at + 1);
      narr_free(r);
    }
}

static int fail_with_index(void *context, size_t index, unsigned worker) {
  (void)context;
  (void)worker;
  return index >= 5 ? (int)index : 0;
}

static void result_is_of_a_task_that_failed(void **state) {
  (void)state;
  assert_int_equal(narr_parallel(100, 1, fail_with_index, NULL, NULL, NULL), 5);
  for (unsigned jobs = 2; jobs <= 4; jobs++) {
    int result = narr_parallel(100, jobs, fail_with_index, NULL, NULL, NULL);
    assert_in_range(result, 5, 100);
  }
}

/* No memory for threads: the calling thread does it all. */
static void without_memory_one_thread_does_all(void **state) {
  (void)state;
  run *r = new_run(1); /* so that any other worker is an error */
  narr_alloc_fail_at(1);
  int result = narr_parallel(TASKS, 4, do_task, r, NULL, NULL);
  narr_alloc_fail_at(0);
  assert_int_equal(result, 0);
  assert_int_equal(r->started, TASKS);
  assert_false(r->broken);
  narr_free(r);
}

/* ---- Watchers ------------------------------------------------------------------- */

typedef struct watcher {
  pthread_t caller;
  size_t calls;
  size_t last;
  size_t stop_at; /* tasks done */
} watcher;

static int watch(void *context, size_t done) {
  watcher *w = context;
  assert_true(pthread_equal(w->caller, pthread_self()));
  assert_true(done >= w->last && done <= TASKS);
  w->last = done;
  w->calls++;
  return done >= w->stop_at ? 7 : 0;
}

static void watcher_sees_tasks_finish(void **state) {
  (void)state;
  for (unsigned jobs = 1; jobs <= MOST_JOBS; jobs += 2) {
    run *r = new_run(jobs);
    watcher w = {pthread_self(), 0, 0, SIZE_MAX};
    assert_int_equal(narr_parallel(TASKS, jobs, do_task, r, watch, &w), 0);
    if (jobs == 1) assert_int_equal(w.calls, TASKS + 1);
    assert_int_equal(w.last, TASKS); /* called at least once, at the end */
    assert_int_equal(r->started, TASKS);
    narr_free(r);
  }
}

static void watcher_can_stop(void **state) {
  (void)state;
  run *r = new_run(1);
  watcher w = {pthread_self(), 0, 0, 10};
  assert_int_equal(narr_parallel(TASKS, 1, do_task, r, watch, &w), 7);
  assert_int_equal(r->started, 10);
  assert_int_equal(w.calls, 10);
  narr_free(r);
}

/* Tasks that go on until they are told to: only the watcher can end this. */
typedef struct endless {
  atomic_bool stop;
  atomic_size_t started;
} endless;

static int run_until_stopped(void *context, size_t index, unsigned worker) {
  endless *e = context;
  atomic_fetch_add(&e->started, 1);
  if (worker == 0 || index < 2) return 0;
  while (!atomic_load(&e->stop)) sched_yield();
  return 0;
}

static int stop_them(void *context, size_t done) {
  endless *e = context;
  if (done < 10) return 0;
  atomic_store(&e->stop, true);
  return 3;
}

static void watcher_can_stop_many(void **state) {
  (void)state;
  for (unsigned jobs = 2; jobs <= 4; jobs++) {
    endless e = {false, 0};
    assert_int_equal(narr_parallel(1000000, jobs, run_until_stopped, &e, stop_them, &e), 3);
    assert_true(e.started < 1000000);
  }
}

/* A task's failure is not overwritten by what the watcher says later. */
static int fail_first(void *context, size_t index, unsigned worker) {
  (void)context;
  (void)worker;
  return index == 0 ? 11 : 0;
}

static void first_failure_wins(void **state) {
  (void)state;
  watcher w = {pthread_self(), 0, 0, 0};
  assert_int_equal(narr_parallel(1, 1, fail_first, NULL, watch, &w), 11);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_task_runs_once),
      cmocka_unit_test(no_jobs_is_one_a_processor),
      cmocka_unit_test(results_do_not_depend_on_jobs),
      cmocka_unit_test(one_thread_runs_lowest_first),
      cmocka_unit_test(failure_stops_the_rest),
      cmocka_unit_test(result_is_of_a_task_that_failed),
      cmocka_unit_test(without_memory_one_thread_does_all),
      cmocka_unit_test(watcher_sees_tasks_finish),
      cmocka_unit_test(watcher_can_stop),
      cmocka_unit_test(watcher_can_stop_many),
      cmocka_unit_test(first_failure_wins),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
