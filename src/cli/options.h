/* options.h - the command line, driven by tables that also make --help. */
#ifndef NARR_CLI_OPTIONS_H
#define NARR_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum narr_cli_kind {
  NARR_CLI_FLAG,     /* takes no value: stores `constant` */
  NARR_CLI_STRING,   /* const char * */
  NARR_CLI_BYTE,     /* char: an ASCII character or its name, e.g. "tab" */
  NARR_CLI_UNSIGNED, /* any integer type, within at_least..at_most */
  NARR_CLI_COUNT,    /* bytes, size_t; 64K, 16M and 1G are understood */
  NARR_CLI_NUMBER,   /* double */
  NARR_CLI_CHOICE,   /* any integer type: the position in `choices` */
  NARR_CLI_LIST,     /* narr_cli_list: each use adds a string */
  NARR_CLI_HELP,
  NARR_CLI_VERSION
} narr_cli_kind;

/* Strings borrowed from the command line; `items` is malloc()ed. */
typedef struct narr_cli_list {
  const char **items;
  size_t count;
} narr_cli_list;

typedef struct narr_cli_option {
  const char *name; /* without the dashes */
  char alias;       /* of one letter; 0: none */
  narr_cli_kind kind;
  bool optional;       /* the value may be left out; if not, it is after '=' */
  size_t offset;       /* of the value in the group's values */
  size_t size;         /* of the value, in bytes */
  size_t given;        /* 1 + the offset of a bool that becomes true; 0: none */
  uint64_t constant;   /* FLAG */
  uint64_t at_least;   /* UNSIGNED */
  uint64_t at_most;    /* UNSIGNED; 0: what fits */
  const char *choices; /* CHOICE: "first|second|third" */
  const char *value;   /* what --help calls the value */
  const char *help;
} narr_cli_option;

/* Where an option's value goes. */
#define NARR_CLI_INTO(type, member) \
  .offset = offsetof(type, member), .size = sizeof(((type *)NULL)->member)
#define NARR_CLI_GIVEN(type, member) .given = 1 + offsetof(type, member)

/* Options whose values are in one struct. */
typedef struct narr_cli_group {
  const char *heading; /* in --help; NULL: goes on with the one above */
  const narr_cli_option *options;
  size_t count;
  void *values;         /* holds the defaults when parsing begins */
  const void *defaults; /* for --help */
} narr_cli_group;

typedef struct narr_cli_program {
  const char *name;
  const char *usage; /* a line each, without "Usage:" */
  const char *about; /* paragraphs at the head of --help */
  const char *notes; /* and at its end */
  const narr_cli_group *groups;
  size_t group_count;
} narr_cli_program;

/* Reads the command line: values go where the tables say, what is no option
 * into `operands`. Returns false when the program is to end at once with
 * *exit_code: after --help, --version, or a message on a wrong option. */
bool narr_cli_parse(const narr_cli_program *program, int argc, char *const *argv,
                    narr_cli_list *operands, int *exit_code);

/* Adds to a list; says so and returns false without memory. */
bool narr_cli_list_add(narr_cli_list *list, const char *item);

/* A finite decimal number and nothing else. */
bool narr_cli_parse_number(const char *text, double *number);

/* Prints --help to stdout. */
void narr_cli_print_help(const narr_cli_program *program);

#endif
