/* main_script.c - the script that a text is written in. */
#include "text/main_script.h"

narr_script narr_main_script(const narr_tokens *tokens, size_t *word_count) {
  size_t latin = 0, words = 0;
  for (size_t t = 0; t < tokens->count; t++) {
    const narr_token *token = &tokens->items[t];
    words += narr_token_is_word(token);
    latin += token->kind == NARR_TOKEN_WORD && token->script == NARR_SCRIPT_LATIN;
  }
  *word_count = words;
  if (words == 0) return NARR_SCRIPT_NONE;
  if (2 * latin >= words) return NARR_SCRIPT_LATIN; /* most often */
  size_t counts[NARR_SCRIPT_COUNT] = {0};
  for (size_t t = 0; t < tokens->count; t++)
    if (narr_token_is_word(&tokens->items[t])) counts[tokens->items[t].script]++;
  unsigned best = NARR_SCRIPT_LATIN;
  for (unsigned s = best + 1; s < NARR_SCRIPT_COUNT; s++)
    if (counts[s] > counts[best]) best = s;
  return (narr_script)best;
}
