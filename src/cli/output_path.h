/* output_path.h - whether a file can be written, asked before the work. */
#ifndef NARR_CLI_OUTPUT_PATH_H
#define NARR_CLI_OUTPUT_PATH_H

#include <stddef.h>

/* Says so if `path` can't be written, or is one of the inputs, which it would
 * replace. Returns an exit code. */
int narr_cli_check_output(const char *path, const char *const *inputs, size_t input_count);

#endif
