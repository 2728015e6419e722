/* parallel.c - running numbered tasks on threads. */
#include "base/parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"

typedef struct crew {
  size_t count;
  narr_task_fn *task;
  void *context;
  atomic_size_t next;
  atomic_int result;
  pthread_mutex_t lock;
  pthread_cond_t finished;
  size_t done;    /* under lock */
  size_t running; /* worker threads still alive, under lock */
} crew;

typedef struct member {
  crew *team;
  unsigned number;
  pthread_t thread;
} member;

unsigned narr_jobs(unsigned jobs) {
  if (jobs) return jobs;
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  return processors > 0 ? (unsigned)processors : 1;
}

static void set_result(crew *team, int result) {
  int none = 0;
  if (result) atomic_compare_exchange_strong(&team->result, &none, result);
}

/* Runs one task; 0 when there is none left or a task has failed. */
static int run_next(crew *team, unsigned worker) {
  if (atomic_load(&team->result)) return 0;
  size_t index = atomic_fetch_add(&team->next, 1);
  if (index >= team->count) return 0;
  set_result(team, team->task(team->context, index, worker));
  pthread_mutex_lock(&team->lock);
  team->done++;
  pthread_cond_signal(&team->finished);
  pthread_mutex_unlock(&team->lock);
  return 1;
}

static void *work(void *argument) {
  member *self = argument;
  while (run_next(self->team, self->number)) {
  }
  pthread_mutex_lock(&self->team->lock);
  self->team->running--;
  pthread_cond_signal(&self->team->finished);
  pthread_mutex_unlock(&self->team->lock);
  return NULL;
}

static void call_watch(crew *team, narr_watch_fn *watch, void *watch_context) {
  if (!watch) return;
  pthread_mutex_lock(&team->lock);
  size_t done = team->done;
  pthread_mutex_unlock(&team->lock);
  set_result(team, watch(watch_context, done));
}

/* Waits for the other workers, letting the watcher see what they finish. */
static void wait_for_others(crew *team, narr_watch_fn *watch, void *watch_context) {
  pthread_mutex_lock(&team->lock);
  while (team->running) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 200 * 1000 * 1000;
    if (until.tv_nsec >= 1000000000) {
      until.tv_nsec -= 1000000000;
      until.tv_sec++;
    }
    pthread_cond_timedwait(&team->finished, &team->lock, &until);
    pthread_mutex_unlock(&team->lock);
    call_watch(team, watch, watch_context);
    pthread_mutex_lock(&team->lock);
  }
  pthread_mutex_unlock(&team->lock);
}

int narr_parallel(size_t count, unsigned jobs, narr_task_fn *task, void *context,
                  narr_watch_fn *watch, void *watch_context) {
  crew team = {.count = count, .task = task, .context = context};
  pthread_mutex_init(&team.lock, NULL);
  pthread_cond_init(&team.finished, NULL);
  size_t others = jobs > 1 ? jobs - 1 : 0;
  if (others >= count) others = count ? count - 1 : 0;
  member *members = others ? narr_alloc(others, sizeof *members) : NULL;
  size_t started = 0;
  while (members && started < others) {
    members[started] = (member){.team = &team, .number = (unsigned)started + 1};
    pthread_mutex_lock(&team.lock);
    team.running++;
    pthread_mutex_unlock(&team.lock);
    if (pthread_create(&members[started].thread, NULL, work, &members[started]) != 0) {
      pthread_mutex_lock(&team.lock);
      team.running--;
      pthread_mutex_unlock(&team.lock);
      break;
    }
    started++;
  }
  while (run_next(&team, 0)) call_watch(&team, watch, watch_context);
  wait_for_others(&team, watch, watch_context);
  if (!atomic_load(&team.result)) call_watch(&team, watch, watch_context); /* all is done */
  for (size_t i = 0; i < started; i++) pthread_join(members[i].thread, NULL);
  narr_free(members);
  pthread_cond_destroy(&team.finished);
  pthread_mutex_destroy(&team.lock);
  return atomic_load(&team.result);
}
