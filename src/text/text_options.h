/* text_options.h - what the tokenizer undoes. Part of the model file:
 * training and scoring read the same one. */
#ifndef NARR_TEXT_TEXT_OPTIONS_H
#define NARR_TEXT_TEXT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "narr/error.h"

/* Each is 0 or 1. */
typedef struct narr_text_options {
  uint8_t canonical; /* Serbian, Montenegrin, Macedonian Cyrillic are read as Latin */
  uint8_t fold;      /* Latin letters are read without their marks */
  uint8_t disguise;  /* look-alikes, digits for letters, s p a c e d and
                        stretched words are read as what they stand for */
  uint8_t numbers;   /* numbers are read as their order of magnitude */
  uint8_t social;    /* retweet prefixes and quoted lines are read as such */
  uint8_t html;      /* entities and tags are read as what they stand for */
  uint8_t unused[2];
} narr_text_options;

#define NARR_TEXT_OPTIONS_ON \
  {                          \
    1, 1, 1, 1, 1, 1, {      \
      0, 0                   \
    }                        \
  }

/* Reads a list such as "canonical=on,fold=off": what it doesn't name stays
 * on; "all" names all of them. Errors: argument. */
NARR_MUST_CHECK narr_status narr_text_options_parse(narr_text_options *options, const char *text,
                                                    narr_error *error);

/* The whole list, NUL-terminated. */
#define NARR_TEXT_OPTIONS_SIZE 96
void narr_text_options_format(const narr_text_options *options, char text[NARR_TEXT_OPTIONS_SIZE]);

/* Whether they make sense: options from a file may not. */
bool narr_text_options_valid(const narr_text_options *options);

#endif
