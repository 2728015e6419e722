/* text_table.c - cells are kept until the widths of all are known. */
#include "cli/text_table.h"

#include <stdarg.h>
#include <stdlib.h>

#include "cli/display_width.h"
#include "cli/message.h"

enum { GAP = 2 };

static void append(narr_cli_table *table, char *cell) {
  if (table->count == table->capacity) {
    size_t capacity = table->capacity ? 2 * table->capacity : 64;
    char **cells = realloc(table->cells, capacity * sizeof *cells);
    if (!cells) {
      table->failed = true;
      free(cell);
      return;
    }
    table->cells = cells;
    table->capacity = capacity;
  }
  table->cells[table->count++] = cell;
}

void narr_cli_table_cell(narr_cli_table *table, const char *format, ...) {
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  int length = vsnprintf(NULL, 0, format, arguments);
  char *cell = length < 0 ? NULL : malloc((size_t)length + 1);
  if (cell)
    vsnprintf(cell, (size_t)length + 1, format, again);
  else
    table->failed = true;
  va_end(again);
  va_end(arguments);
  if (!cell) return;
  for (char *c = cell; *c; c++)
    if ((unsigned char)*c < 0x20 || *c == 0x7F) *c = '?';
  append(table, cell);
}

void narr_cli_table_blank(narr_cli_table *table) {
  do {
    narr_cli_table_cell(table, "%s", "");
  } while (!table->failed && table->count % table->columns != 0);
}

static size_t column_width(const narr_cli_table *table, size_t column) {
  size_t widest = 0;
  for (size_t i = column; i < table->count; i += table->columns) {
    size_t width = narr_cli_display_width(table->cells[i]);
    if (width > widest) widest = width;
  }
  return widest;
}

size_t narr_cli_table_width(const narr_cli_table *table) {
  size_t width = 0;
  for (size_t c = 0; c < table->columns; c++) width += column_width(table, c) + (c ? GAP : 0);
  return width;
}

/* Spaces are held back until something follows them on the line. */
static void print_row(const narr_cli_table *table, char *const *cells, const size_t *widths,
                      FILE *out) {
  size_t spaces = 0;
  for (size_t c = 0; c < table->columns; c++) {
    size_t pad = widths[c] - narr_cli_display_width(cells[c]);
    spaces += c ? GAP + pad : 0;
    if (cells[c][0]) {
      fprintf(out, "%*s%s", (int)spaces, "", cells[c]);
      spaces = 0;
    } else if (c == 0) {
      spaces = 0;
    }
    if (c == 0) spaces += pad;
  }
  fputc('\n', out);
}

void narr_cli_table_print(const narr_cli_table *table, FILE *out) {
  size_t *widths = malloc(table->columns * sizeof *widths);
  if (!widths || table->failed) {
    free(widths);
    narr_cli_error("out of memory for a table");
    return;
  }
  for (size_t c = 0; c < table->columns; c++) widths[c] = column_width(table, c);
  for (size_t i = 0; i + table->columns <= table->count; i += table->columns)
    print_row(table, table->cells + i, widths, out);
  free(widths);
}

void narr_cli_table_free(narr_cli_table *table) {
  for (size_t i = 0; i < table->count; i++) free(table->cells[i]);
  free(table->cells);
  table->cells = NULL;
  table->count = table->capacity = 0;
}
