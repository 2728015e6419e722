/* model_choice.h - what a model's metadata say of how it was trained. */
#ifndef NARR_CLI_MODEL_CHOICE_H
#define NARR_CLI_MODEL_CHOICE_H

#include "narr/model.h"

/* The value of the option `key` of which the value is a word or list, as
 * `*length` bytes; borrowed from the model. NULL: there is none. */
const char *narr_cli_model_choice(const narr_model *model, const char *key, int *length);

#endif
