/* interrupt.c - a handler may do next to nothing, so it writes a byte to a
 * pipe, which whatever waits for input can wait for as well. */
#include "cli/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli/message.h"

static volatile sig_atomic_t caught;
static int ends[2] = {-1, -1};

static void on_signal(int number) {
  int saved = errno;
  caught = number;
  ssize_t put = write(ends[1], "", 1);
  (void)put;
  errno = saved;
}

bool narr_cli_interrupt_watch(void) {
  static const int signals[] = {SIGINT, SIGTERM};
  struct sigaction action;
  memset(&action, 0, sizeof action);
  sigemptyset(&action.sa_mask);
  bool fine = pipe(ends) == 0;
  for (int i = 0; i < 2 && fine; i++) fine = fcntl(ends[i], F_SETFD, FD_CLOEXEC) == 0;
  action.sa_handler = on_signal;
  action.sa_flags = (int)SA_RESETHAND;
  for (int i = 0; i < 2 && fine; i++) {
    struct sigaction old;
    fine = sigaction(signals[i], NULL, &old) == 0;
    if (fine && old.sa_handler == SIG_IGN) continue; /* as under nohup */
    fine = fine && sigaction(signals[i], &action, NULL) == 0;
  }
  if (!fine) narr_cli_error("watching for signals: %s", strerror(errno));
  return fine;
}

int narr_cli_interrupt_signal(void) {
  return caught;
}

bool narr_cli_interrupt_wait(int milliseconds) {
  struct pollfd set = {.fd = ends[0], .events = POLLIN};
  return poll(&set, 1, milliseconds) == 0 && !caught;
}

int narr_cli_interrupt_fd(void) {
  return ends[0];
}
