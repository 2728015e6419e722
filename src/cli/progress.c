/* progress.c - the time left is guessed from the pace of the stage alone,
 * for a unit of one stage says nothing about a unit of another. */
#include "cli/progress.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/display_width.h"
#include "cli/interrupt.h"

static const double redraw_seconds = 0.1;

double narr_cli_seconds_since(const struct timespec *start) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

void narr_cli_progress_begin(narr_cli_progress *progress, bool wanted) {
  *progress = (narr_cli_progress){.shown = wanted && isatty(STDERR_FILENO)};
  clock_gettime(CLOCK_MONOTONIC, &progress->start);
}

/* 75 seconds are "1:15". */
static void format_time(char *out, size_t size, double seconds) {
  unsigned long whole = seconds > 0 ? (unsigned long)(seconds + 0.5) : 0;
  if (whole >= 3600)
    snprintf(out, size, "%lu:%02lu:%02lu", whole / 3600, whole / 60 % 60, whole % 60);
  else
    snprintf(out, size, "%lu:%02lu", whole / 60, whole % 60);
}

static void format_line(char *line, size_t size, const narr_cli_progress *progress,
                        const narr_progress *now) {
  char elapsed[32], left[32], place[400] = "", rest[48] = "";
  double seconds = narr_cli_seconds_since(&progress->stage_start);
  format_time(elapsed, sizeof elapsed, narr_cli_seconds_since(&progress->start));
  if (now->label[0] && now->fold)
    snprintf(place, sizeof place, "  %s, fold %zu", now->label, now->fold);
  else if (now->label[0])
    snprintf(place, sizeof place, "  %s", now->label);
  if (now->done > 0 && now->done < now->total && seconds > 1) {
    format_time(left, sizeof left, seconds * (double)(now->total - now->done) / (double)now->done);
    snprintf(rest, sizeof rest, ", %s left", left);
  }
  snprintf(line, size, "%s %zu/%zu  %s%s%s", now->stage, now->done, now->total, elapsed, rest,
           place);
}

static size_t terminal_width(void) {
  struct winsize window;
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col < 20) return 80;
  return window.ws_col;
}

static void draw(const narr_cli_progress *progress, const narr_progress *now) {
  char line[600];
  format_line(line, sizeof line, progress, now);
  int fits = (int)narr_cli_display_fit(line, terminal_width() - 1);
  fprintf(stderr, "\r%.*s\x1b[K", fits, line);
  fflush(stderr);
}

bool narr_cli_progress_report(void *context, const narr_progress *now) {
  narr_cli_progress *progress = context;
  if (progress->shown) {
    bool new_stage = !progress->stage || strcmp(progress->stage, now->stage) != 0;
    if (new_stage) {
      progress->stage = now->stage;
      clock_gettime(CLOCK_MONOTONIC, &progress->stage_start);
    }
    if (new_stage || narr_cli_seconds_since(&progress->drawn) >= redraw_seconds) {
      draw(progress, now);
      clock_gettime(CLOCK_MONOTONIC, &progress->drawn);
    }
  }
  return narr_cli_interrupt_signal() == 0;
}

void narr_cli_progress_clear(narr_cli_progress *progress) {
  if (progress->shown && progress->stage) fputs("\r\x1b[K", stderr);
}

void narr_cli_progress_end(narr_cli_progress *progress) {
  narr_cli_progress_clear(progress);
  progress->shown = false;
}
