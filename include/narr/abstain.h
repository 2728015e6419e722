/* abstain.h - which texts a model had better not judge. */
#ifndef NARR_ABSTAIN_H
#define NARR_ABSTAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "narr/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Why a text is doubtful: the first of these that holds. */
typedef enum narr_doubt {
  NARR_DOUBT_NONE,
  NARR_DOUBT_TOO_SHORT,      /* fewer words than min_words */
  NARR_DOUBT_UNKNOWN_SCRIPT, /* most words are in a script that no text of the
                                training corpus was mainly in */
  NARR_DOUBT_UNKNOWN_WORDS,  /* a smaller share of known words than min_known */
  NARR_DOUBT_COUNT
} narr_doubt;

/* Below what a text is doubtful. Words are those with letters (in a script
 * without spaces, its characters); known are those in the model's vocabulary.
 * The bounds of a model that has no single words for terms are held against
 * the share of all its n-grams, of which more are known. */
typedef struct narr_abstention {
  bool enabled; /* false: doubts are reported, and labels decided all the same;
                   true: a doubtful text is flagged with nothing */
  size_t min_words;
  double min_known; /* in 0..1 */
} narr_abstention;

/* The levels. Of a text in a language that a model never saw it mostly knows
 * less than 0.3, of texts like those it learned from hardly ever. */
#define NARR_ABSTAIN_OFF \
  { false, 3, 0.3 }
#define NARR_ABSTAIN_LOW \
  { true, 1, 0.15 }
#define NARR_ABSTAIN_MEDIUM \
  { true, 3, 0.3 }
#define NARR_ABSTAIN_HIGH \
  { true, 5, 0.5 }

/* "too-short", "unknown-script", "unknown-words"; "" for none. */
NARR_API const char *narr_doubt_name(narr_doubt doubt);

#ifdef __cplusplus
}
#endif

#endif
