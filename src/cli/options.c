/* options.c - reading the command line.
 *
 * Not getopt_long(): it takes abbreviations, which break scripts when an
 * option is added, says "unrecognized option" where a misspelt one could be
 * named, and knows nothing of types, so that each program would check its
 * values by hand and repeat the options in its help. */
#include "cli/options.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "narr/narr.h"

typedef struct parser {
  const narr_cli_program *program;
  int argc;
  char *const *argv;
  int at; /* the argument that is next */
  narr_cli_list *operands;
  int exit_code;
} parser;

/* An option where it was found. */
typedef struct match {
  const narr_cli_group *group;
  const narr_cli_option *option;
} match;

bool narr_cli_list_add(narr_cli_list *list, const char *item) {
  const char **items = realloc(list->items, (list->count + 1) * sizeof *items);
  if (!items) {
    narr_cli_error("out of memory");
    return false;
  }
  items[list->count++] = item;
  list->items = items;
  return true;
}

/* ---- Values ------------------------------------------------------------------ */

bool narr_cli_parse_number(const char *text, double *number) {
  char *end;
  if (strspn(text, "+-.0123456789eE") != strlen(text) || !*text) return false;
  *number = strtod(text, &end);
  return *end == '\0' && isfinite(*number);
}

/* Digits, then nothing or one of `suffixes`, each 1024 times the last. */
static bool parse_whole(const char *text, const char *suffixes, uint64_t *number) {
  const char *c = text;
  for (*number = 0; *c >= '0' && *c <= '9'; c++) {
    uint64_t digit = (uint64_t)(*c - '0');
    if (*number > (UINT64_MAX - digit) / 10) return false;
    *number = *number * 10 + digit;
  }
  if (c == text || !*c) return c != text;
  const char *suffix = strchr(suffixes, *c & ~0x20);
  if (!suffix || c[1]) return false;
  for (long i = 0; i <= suffix - suffixes; i++) {
    if (*number > UINT64_MAX / 1024) return false;
    *number *= 1024;
  }
  return true;
}

static bool parse_byte(const char *text, char *byte) {
  static const struct {
    const char *name;
    char byte;
  } names[] = {{"tab", '\t'},      {"\\t", '\t'}, {"comma", ','},
               {"semicolon", ';'}, {"pipe", '|'}, {"space", ' '}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(text, names[i].name) == 0) {
      *byte = names[i].byte;
      return true;
    }
  *byte = text[0];
  return text[0] > 0 && text[1] == '\0';
}

static bool parse_choice(const char *text, const char *choices, uint64_t *position) {
  size_t length = strlen(text);
  for (*position = 0;; ++*position) {
    size_t size = strcspn(choices, "|");
    if (size == length && memcmp(choices, text, size) == 0) return true;
    if (!choices[size]) return false;
    choices += size + 1;
  }
}

static uint64_t largest_of(const narr_cli_option *option) {
  if (option->at_most) return option->at_most;
  return option->size >= sizeof(uint64_t) ? UINT64_MAX : (UINT64_C(1) << (8 * option->size)) - 1;
}

static void store_integer(void *into, size_t size, uint64_t number) {
  uint8_t one = (uint8_t)number;
  uint32_t four = (uint32_t)number;
  if (size == sizeof one)
    memcpy(into, &one, sizeof one);
  else if (size == sizeof four)
    memcpy(into, &four, sizeof four);
  else
    memcpy(into, &number, sizeof number);
}

static bool bad_value(const narr_cli_option *option, const char *value, const char *wanted) {
  narr_cli_usage_error("--%s: \"%s\" is not %s", option->name, value, wanted);
  return false;
}

static bool store_unsigned(const narr_cli_option *option, void *into, const char *value) {
  uint64_t number, largest = largest_of(option);
  if (!parse_whole(value, "", &number)) {
    bool too_large = *value && strspn(value, "0123456789") == strlen(value);
    return bad_value(option, value, too_large ? "below 2^64" : "a whole number");
  }
  if (number < option->at_least || number > largest) {
    char range[80];
    if (option->at_most || number > largest)
      snprintf(range, sizeof range, "within %llu..%llu", (unsigned long long)option->at_least,
               (unsigned long long)largest);
    else
      snprintf(range, sizeof range, "at least %llu", (unsigned long long)option->at_least);
    return bad_value(option, value, range);
  }
  store_integer(into, option->size, number);
  return true;
}

static bool store_choice(const narr_cli_option *option, void *into, const char *value) {
  uint64_t position;
  if (!parse_choice(value, option->choices, &position)) {
    char wanted[160];
    snprintf(wanted, sizeof wanted, "one of %s", option->choices);
    return bad_value(option, value, wanted);
  }
  store_integer(into, option->size, position);
  return true;
}

static bool store(const narr_cli_option *option, void *into, const char *value) {
  uint64_t number;
  switch (option->kind) {
    case NARR_CLI_STRING: memcpy(into, &value, sizeof value); return true;
    case NARR_CLI_BYTE:
      return parse_byte(value, into) ||
             bad_value(option, value, "one ASCII character, or comma, semicolon, tab, pipe, space");
    case NARR_CLI_UNSIGNED: return store_unsigned(option, into, value);
    case NARR_CLI_COUNT:
      if (!parse_whole(value, "KMG", &number) || number == 0 || number > SIZE_MAX)
        return bad_value(option, value, "a number of bytes, such as 4096, 64K or 16M");
      store_integer(into, option->size, number);
      return true;
    case NARR_CLI_NUMBER:
      return narr_cli_parse_number(value, into) || bad_value(option, value, "a number");
    case NARR_CLI_CHOICE: return store_choice(option, into, value);
    case NARR_CLI_LIST: return narr_cli_list_add(into, value);
    case NARR_CLI_FLAG:
    case NARR_CLI_HELP:
    case NARR_CLI_VERSION: break;
  }
  return false;
}

/* ---- Finding options ------------------------------------------------------------ */

static match find_long(const narr_cli_program *program, const char *name, size_t length) {
  for (size_t g = 0; g < program->group_count; g++)
    for (size_t i = 0; i < program->groups[g].count; i++) {
      const narr_cli_option *option = &program->groups[g].options[i];
      if (strlen(option->name) == length && memcmp(option->name, name, length) == 0)
        return (match){&program->groups[g], option};
    }
  return (match){NULL, NULL};
}

static match find_alias(const narr_cli_program *program, char alias) {
  for (size_t g = 0; g < program->group_count; g++)
    for (size_t i = 0; i < program->groups[g].count; i++)
      if (program->groups[g].options[i].alias == alias)
        return (match){&program->groups[g], &program->groups[g].options[i]};
  return (match){NULL, NULL};
}

enum { NAME_MAX_LENGTH = 40 };

static size_t smallest(size_t a, size_t b, size_t c) {
  size_t least = a < b ? a : b;
  return least < c ? least : c;
}

/* Insertions, deletions, changes and swaps of neighbours that make `b` of
 * `a`: the restricted distance of Damerau (1964). */
static size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length) {
  size_t rows[3][NAME_MAX_LENGTH + 1];
  size_t *last = rows[0], *row = rows[1], *before_last = rows[2];
  for (size_t j = 0; j <= b_length; j++) row[j] = j;
  for (size_t i = 1; i <= a_length; i++) {
    size_t *free_row = before_last;
    before_last = last;
    last = row;
    row = free_row;
    row[0] = i;
    for (size_t j = 1; j <= b_length; j++) {
      row[j] = smallest(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = smallest(row[j], before_last[j - 2] + 1, SIZE_MAX);
    }
  }
  return row[b_length];
}

/* The option that was probably meant: one that begins so, or is spelt
 * nearly so; NULL: none. */
static const char *nearest_name(const narr_cli_program *program, const char *name, size_t length) {
  const char *nearest = NULL;
  size_t best = length / 3 + 1;
  if (length > NAME_MAX_LENGTH) return NULL;
  for (size_t g = 0; g < program->group_count; g++)
    for (size_t i = 0; i < program->groups[g].count; i++) {
      const char *candidate = program->groups[g].options[i].name;
      size_t size = strlen(candidate);
      if (size > NAME_MAX_LENGTH) continue;
      bool begins = length > 1 && size > length && memcmp(candidate, name, length) == 0;
      size_t distance = begins ? 0 : edit_distance(name, length, candidate, size);
      if (distance < best && distance < length) {
        best = distance;
        nearest = candidate;
      }
    }
  return nearest;
}

static bool unknown_option(const parser *p, const char *argument, const char *name, size_t length) {
  const char *nearest = length ? nearest_name(p->program, name, length) : NULL;
  int shown = (int)(strlen(argument) - strlen(name) + length);
  if (nearest)
    narr_cli_error("unknown option %.*s; did you mean --%s?", shown, argument, nearest);
  else
    narr_cli_usage_error("unknown option %.*s", shown, argument);
  return false;
}

/* ---- Arguments --------------------------------------------------------------------- */

static bool apply_flag(parser *p, match found) {
  const narr_cli_option *option = found.option;
  if (option->kind == NARR_CLI_FLAG) {
    store_integer((char *)found.group->values + option->offset, option->size, option->constant);
    return true;
  }
  p->exit_code = NARR_CLI_FINE;
  if (option->kind == NARR_CLI_HELP)
    narr_cli_print_help(p->program);
  else
    printf("%s %s\n", p->program->name, narr_version());
  p->exit_code = narr_cli_finish(NARR_CLI_FINE);
  return false;
}

/* `value` is what was attached to the option; NULL: nothing was. */
static bool apply(parser *p, match found, const char *value) {
  const narr_cli_option *option = found.option;
  char *values = found.group->values;
  bool is_flag = option->kind == NARR_CLI_FLAG || option->kind == NARR_CLI_HELP ||
                 option->kind == NARR_CLI_VERSION;
  if (option->given) values[option->given - 1] = true;
  if (is_flag && value) {
    narr_cli_usage_error("--%s takes no value", option->name);
    return false;
  }
  if (is_flag) return apply_flag(p, found);
  if (!value && option->optional) return true;
  if (!value && p->at == p->argc) {
    narr_cli_usage_error("--%s needs a value", option->name);
    return false;
  }
  return store(option, values + option->offset, value ? value : p->argv[p->at++]);
}

static bool parse_argument(parser *p, const char *argument) {
  if (argument[0] != '-' || argument[1] == '\0') return narr_cli_list_add(p->operands, argument);
  if (argument[1] == '-') {
    const char *name = argument + 2;
    size_t length = strcspn(name, "=");
    match found = find_long(p->program, name, length);
    if (!found.option) return unknown_option(p, argument, name, length);
    return apply(p, found, name[length] ? name + length + 1 : NULL);
  }
  match found = find_alias(p->program, argument[1]);
  /* -label for --label; but -j4 is -j 4. */
  if (!found.option) return unknown_option(p, argument, argument + 1, strcspn(argument + 1, "="));
  return apply(p, found, argument[2] ? argument + 2 : NULL);
}

bool narr_cli_parse(const narr_cli_program *program, int argc, char *const *argv,
                    narr_cli_list *operands, int *exit_code) {
  parser p = {.program = program,
              .argc = argc,
              .argv = argv,
              .at = 1,
              .operands = operands,
              .exit_code = NARR_CLI_USAGE};
  bool options_ended = false;
  bool fine = true;
  while (fine && p.at < argc) {
    const char *argument = argv[p.at++];
    if (options_ended)
      fine = narr_cli_list_add(operands, argument);
    else if (strcmp(argument, "--") == 0)
      options_ended = true;
    else
      fine = parse_argument(&p, argument);
  }
  *exit_code = p.exit_code;
  return fine;
}
