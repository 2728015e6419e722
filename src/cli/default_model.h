/* default_model.h - the model that comes with the program. */
#ifndef NARR_CLI_DEFAULT_MODEL_H
#define NARR_CLI_DEFAULT_MODEL_H

/* The path of western_balkans.narr where it is installed beside the program that
 * runs, or in its source tree if it was built there. The caller frees it; NULL: it
 * is in neither place. */
char *narr_cli_default_model(void);

/* If *path is NULL, makes it the default model's, which *owned then has; free() that.
 * Returns an exit code, having said what is wrong. */
int narr_cli_choose_model(const char **path, char **owned);

#endif
