/* options_help.c - --help, made of the tables that parse the options, with
 * the defaults that are really in force. */
#include <stdio.h>
#include <string.h>

#include "cli/options.h"

enum { HELP_COLUMN = 30, HELP_WIDTH = 90 };

/* The name of the value; choices are their own. */
static const char *value_name(const narr_cli_option *option) {
  return option->kind == NARR_CLI_CHOICE ? option->choices : option->value;
}

/* Prints "  -o, --output FILE"; returns its width. */
static int print_name(const narr_cli_option *option) {
  int width = option->alias ? printf("  -%c, --%s", option->alias, option->name)
                            : printf("      --%s", option->name);
  const char *value = value_name(option);
  if (value) width += printf(option->optional ? "[=%s]" : " %s", value);
  return width;
}

/* Breaks `text` between words; the cursor is in column `column`. */
static void print_wrapped(const char *text, int column) {
  if (column + 2 > HELP_COLUMN) {
    putchar('\n');
    column = 0;
  }
  bool first = true;
  while (*text) {
    int length = (int)strcspn(text, " ");
    if (!first && column + 1 + length > HELP_WIDTH) {
      putchar('\n');
      column = 0;
    }
    int pad = column < HELP_COLUMN ? HELP_COLUMN - column : !first;
    printf("%*s%.*s", pad, "", length, text);
    column += pad + length;
    first = false;
    text += length + (text[length] == ' ');
  }
  putchar('\n');
}

static uint64_t load_integer(const void *from, size_t size) {
  uint8_t one;
  uint32_t four;
  uint64_t eight;
  if (size == sizeof one) return memcpy(&one, from, sizeof one), one;
  if (size == sizeof four) return memcpy(&four, from, sizeof four), four;
  return memcpy(&eight, from, sizeof eight), eight;
}

static void format_bytes(char *out, size_t size, uint64_t bytes) {
  int suffix = 0;
  for (; suffix < 3 && bytes > 0 && bytes % 1024 == 0; suffix++) bytes /= 1024;
  snprintf(out, size, "%llu%.*s", (unsigned long long)bytes, suffix > 0, &"-KMG"[suffix]);
}

static void format_choice(char *out, size_t size, const char *choices, uint64_t position) {
  for (; position > 0; position--) choices += strcspn(choices, "|") + 1;
  snprintf(out, size, "%.*s", (int)strcspn(choices, "|"), choices);
}

/* The default as it would be typed; "" where there is none. */
static void format_default(const narr_cli_option *option, const void *from, char *out,
                           size_t size) {
  const char *string;
  double number;
  char byte;
  out[0] = '\0';
  switch (option->kind) {
    case NARR_CLI_STRING:
      memcpy(&string, from, sizeof string);
      if (string) snprintf(out, size, "%s", string);
      return;
    case NARR_CLI_BYTE:
      memcpy(&byte, from, sizeof byte);
      snprintf(out, size, "%c", byte);
      return;
    case NARR_CLI_UNSIGNED:
      snprintf(out, size, "%llu", (unsigned long long)load_integer(from, option->size));
      return;
    case NARR_CLI_COUNT: format_bytes(out, size, load_integer(from, option->size)); return;
    case NARR_CLI_NUMBER:
      memcpy(&number, from, sizeof number);
      snprintf(out, size, "%g", number);
      return;
    case NARR_CLI_CHOICE:
      format_choice(out, size, option->choices, load_integer(from, option->size));
      return;
    case NARR_CLI_FLAG:
    case NARR_CLI_LIST:
    case NARR_CLI_HELP:
    case NARR_CLI_VERSION: return;
  }
}

static void print_option(const narr_cli_group *group, const narr_cli_option *option) {
  char standard[64], text[512];
  format_default(option, (const char *)group->defaults + option->offset, standard, sizeof standard);
  if (standard[0])
    snprintf(text, sizeof text, "%s (default: %s)", option->help, standard);
  else
    snprintf(text, sizeof text, "%s", option->help);
  print_wrapped(text, print_name(option));
}

void narr_cli_print_help(const narr_cli_program *program) {
  printf("Usage:\n%s\n%s", program->usage, program->about);
  for (size_t g = 0; g < program->group_count; g++) {
    const narr_cli_group *group = &program->groups[g];
    if (group->heading) printf("\n%s:\n", group->heading);
    for (size_t i = 0; i < group->count; i++) print_option(group, &group->options[i]);
  }
  printf("\n%s", program->notes);
}
