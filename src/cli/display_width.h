/* display_width.h - how many terminal columns a UTF-8 string takes. */
#ifndef NARR_CLI_DISPLAY_WIDTH_H
#define NARR_CLI_DISPLAY_WIDTH_H

#include <stddef.h>

/* An invalid byte counts as one column. */
size_t narr_cli_display_width(const char *string);

/* How many bytes of `string` fit into `columns`; whole characters only. */
size_t narr_cli_display_fit(const char *string, size_t columns);

#endif
