/* interrupt.h - SIGINT and SIGTERM end a program cleanly; the second one
 * kills it. */
#ifndef NARR_CLI_INTERRUPT_H
#define NARR_CLI_INTERRUPT_H

#include <stdbool.h>

/* From now on the first signal is only noted. Says so
 * and returns false if that can't be arranged. */
bool narr_cli_interrupt_watch(void);

/* The signal that came; 0: none. */
int narr_cli_interrupt_signal(void);

/* A descriptor that is readable once a signal came; -1: not watching. */
int narr_cli_interrupt_fd(void);

/* Waits; false: a signal came. */
bool narr_cli_interrupt_wait(int milliseconds);

#endif
