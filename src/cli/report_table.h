/* report_table.h - what a model is worth, for people. */
#ifndef NARR_CLI_REPORT_TABLE_H
#define NARR_CLI_REPORT_TABLE_H

#include <stdio.h>

#include "narr/train.h"

/* Prints the figures by label, their averages, by language, and in exclusive
 * mode which labels were taken for which. */
void narr_cli_print_report(const narr_report *report, const char *title, FILE *out);

#endif
