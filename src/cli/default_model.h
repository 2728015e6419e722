/* default_model.h - the model that comes with the program. */
#ifndef NARR_CLI_DEFAULT_MODEL_H
#define NARR_CLI_DEFAULT_MODEL_H

/* The path of western_balkans.narr where it is installed beside the program that
 * runs, or in its source tree if it was built there. The caller frees it; NULL: it
 * is in neither place. */
char *narr_cli_default_model(void);

#endif
