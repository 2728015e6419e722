/* text_table.h - columns of text for people, aligned by display width. */
#ifndef NARR_CLI_TEXT_TABLE_H
#define NARR_CLI_TEXT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef struct narr_cli_table {
  size_t columns;
  char **cells; /* row by row */
  size_t count, capacity;
  bool failed; /* out of memory: cells are missing */
} narr_cli_table;

#define NARR_CLI_TABLE_INIT(columns) \
  { columns, NULL, 0, 0, false }

/* Appends a cell; control characters become '?'. */
void narr_cli_table_cell(narr_cli_table *table, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Fills the row with empty cells, or adds an empty row. */
void narr_cli_table_blank(narr_cli_table *table);

/* Columns that the table takes when printed. */
size_t narr_cli_table_width(const narr_cli_table *table);

/* The first column is flush left, the others are flush right. Says so if
 * memory ran out. */
void narr_cli_table_print(const narr_cli_table *table, FILE *out);

void narr_cli_table_free(narr_cli_table *table);

#endif
