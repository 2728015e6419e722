/* main_script.h - the script that a text is written in: that of most of its
 * words, as they are read. */
#ifndef NARR_TEXT_MAIN_SCRIPT_H
#define NARR_TEXT_MAIN_SCRIPT_H

#include "text/token.h"

/* Counts the words with letters into `*word_count` (in a script without
 * spaces, its characters) and returns the script of most of them; of scripts
 * with the same number the first in narr_script; NARR_SCRIPT_NONE if there is
 * no such word. */
narr_script narr_main_script(const narr_tokens *tokens, size_t *word_count);

#endif
