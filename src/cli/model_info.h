/* model_info.h - what is known of a model, for people. */
#ifndef NARR_CLI_MODEL_INFO_H
#define NARR_CLI_MODEL_INFO_H

#include <stddef.h>
#include <stdio.h>

#include "narr/narr.h"

/* Prints how the model was made, what its labels were worth out of fold, and
 * up to `top` terms for and against each label. Returns an exit code. */
int narr_cli_print_model(const narr_model *model, const char *path, size_t top, FILE *out);

/* A fact's value as printf's "%.*s" wants it, without the quotes of a string
 * and the zeros at the end of a fraction. */
int narr_cli_fact_length(const narr_fact *fact);
const char *narr_cli_fact_text(const narr_fact *fact);

#endif
