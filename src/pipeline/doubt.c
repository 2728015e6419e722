/* doubt.c - whether a text is too strange for a model to judge.
 *
 * The levels were chosen on held-back texts of five public corpora. Less than
 * 0.3 of the words are known of 0 to 1% of texts like the trained ones (of 7%
 * where posts are in 40 languages), and of three quarters of the texts in
 * languages that were not trained. */
#include "pipeline/doubt.h"

#include "text/main_script.h"

const char *narr_doubt_name(narr_doubt doubt) {
  switch (doubt) {
    case NARR_DOUBT_TOO_SHORT: return "too-short";
    case NARR_DOUBT_UNKNOWN_SCRIPT: return "unknown-script";
    case NARR_DOUBT_UNKNOWN_WORDS: return "unknown-words";
    default: return "";
  }
}

/* Of the words, or where these are no terms, of the distinct n-grams. */
static double known_share(const narr_model *model, const narr_vector *vector, size_t word_count) {
  bool words = model->features.min[NARR_BLOCK_WORD] == 1;
  size_t known = words ? vector->known_word_count : vector->count;
  size_t all = words ? word_count : vector->distinct_count;
  return all ? (double)known / (double)all : 0;
}

void narr_doubt_find(narr_result *result, const narr_model *model, const narr_vector *vector,
                     const narr_abstention *abstention) {
  narr_script script = narr_main_script(&vector->ngrams.tokens, &result->word_count);
  result->known = known_share(model, vector, result->word_count);
  result->doubt = NARR_DOUBT_NONE;
  if (result->word_count < abstention->min_words)
    result->doubt = NARR_DOUBT_TOO_SHORT;
  else if (script != NARR_SCRIPT_NONE && model->corpus->script_texts[script] == 0)
    result->doubt = NARR_DOUBT_UNKNOWN_SCRIPT;
  else if (result->known < abstention->min_known)
    result->doubt = NARR_DOUBT_UNKNOWN_WORDS;
  result->abstained = abstention->enabled && result->doubt != NARR_DOUBT_NONE;
}
