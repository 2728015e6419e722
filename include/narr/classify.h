/* classify.h - which narratives a text pushes, how surely, and why. */
#ifndef NARR_CLASSIFY_H
#define NARR_CLASSIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "narr/abstain.h"
#include "narr/error.h"
#include "narr/model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The working memory of one thread. It borrows the model, which must outlive
 * it. */
typedef struct narr_classifier narr_classifier;

typedef struct narr_score {
  const char *label;  /* borrowed from the model */
  double margin;      /* SVM decision value; positive: on the label's side; of a
                         label with a parent: among those that have the parent;
                         in a gated model: among texts that have any label */
  double probability; /* calibrated, rising with the margin, in 0..1; of a label
                         with a parent: times the parent's probability; of one
                         without in a gated model: times `any`'s */
  bool flagged;       /* probability at or above the label's threshold, and the
                         parent flagged, if it has one, or `any`, if the model is
                         gated; in exclusive mode: the
                         most probable label, and so in a model of a corpus
                         without unlabelled rows where no label passes its
                         threshold */
} narr_score;

/* `scores` has one entry a label of the model, in the model's order. */
typedef struct narr_result {
  const narr_score *scores;
  size_t score_count;
  const narr_score *any; /* whether the text has any label at all; its label is "".
                            NULL: the model is not gated */
  size_t flagged_count;
  size_t token_count; /* words, numbers, marks, ... found */
  size_t term_count;  /* distinct terms of the vocabulary found */
  size_t repaired;    /* invalid UTF-8 sequences that became U+FFFD */
  size_t word_count;  /* words with letters; see abstain.h */
  double known;       /* share of them that the model knows, 0..1 */
  narr_doubt doubt;   /* why the text is hard to judge, if it is */
  bool abstained;     /* there is a doubt, and nothing is flagged for it */
} narr_result;

/* A half-open byte range of the original text. */
typedef struct narr_span {
  size_t start;
  size_t end;
} narr_span;

/* One term's share of a label's margin; in a gated model, of a label without a
 * parent, of the sum of its margin and `any`'s. `block` is the kind of n-gram, "word",
 * "char", "char_wb" or "spelling" (how a word is spelled or disguised, if that
 * is not how it is read). `term` is the n-gram as the model sees it (case-folded, "<url>"
 * for a link). Positive contributions push towards the label. */
typedef struct narr_term {
  size_t label; /* index into the result's scores */
  const char *block;
  const char *term;
  double contribution;
  const narr_span *spans; /* where it occurs, rising */
  size_t span_count;
} narr_term;

/* The share of a label's margin that a word of the text carries: the sum of
 * what its terms contribute, each term's share spread evenly over its
 * bytes. */
typedef struct narr_word {
  size_t label;
  narr_span span;
  double contribution;
} narr_word;

/* A word that was written so that programs don't read it. `kind` is
 * "invisible" (characters inside), "styled" (full-width, mathematical, circled
 * letters), "look-alike" (letters of another script), "digits" (for letters),
 * "spaced", "stretched" or "stacked" (marks in a heap); a word may have
 * several. `reads` is what it was read as. */
typedef struct narr_disguised {
  const char *kind;
  narr_span span;
  const char *reads;
} narr_disguised;

/* `terms` come label by label, the strongest first; `words` label by label
 * in text order. The bias is the margin of a text without known terms: for
 * a linear model, bias + all contributions = margin (or that sum of two). */
typedef struct narr_explanation {
  const narr_term *terms;
  size_t term_count;
  const narr_word *words;
  size_t word_count;
  const narr_disguised *disguised; /* in text order, whatever the label */
  size_t disguised_count;
} narr_explanation;

/* A new classifier. Free with narr_classifier_free(), before the model.
 * Errors: memory. */
NARR_API NARR_MUST_CHECK narr_status narr_classifier_new(narr_classifier **out,
                                                         const narr_model *model,
                                                         narr_error *error);
NARR_API void narr_classifier_free(narr_classifier *classifier);

/* Sets the probability from which `label` (NULL: every label) is flagged, in
 * 0..1, whatever a gate or the corpus say: a text may then be flagged with
 * nothing, and one that a gated model lets not pass with that label. Errors: argument (an
 * unknown label, one that could not be learned, a number out of range). */
NARR_API NARR_MUST_CHECK narr_status narr_classifier_set_threshold(narr_classifier *classifier,
                                                                   const char *label,
                                                                   double probability,
                                                                   narr_error *error);

/* Sets when a text is doubtful and whether it is flagged with nothing then
 * (default: NARR_ABSTAIN_OFF). Scores are what they are in any case. Errors:
 * argument (min_known is not within 0..1). */
NARR_API NARR_MUST_CHECK narr_status narr_classifier_set_abstention(
    narr_classifier *classifier, const narr_abstention *abstention, narr_error *error);

/* Classifies `length` bytes of text in any condition. `*out` is borrowed and
 * lives until the next call with this classifier. Errors: memory, input (a
 * text over 1 GiB), model (a damaged block of a large model file). */
NARR_API NARR_MUST_CHECK narr_status narr_classify(narr_classifier *classifier, const char *text,
                                                   size_t length, const narr_result **out,
                                                   narr_error *error);

/* Explains the last text that was classified: for each label in `labels`
 * (NULL: those it was flagged with) the `max_terms` strongest terms (0:
 * all). The text must still be there. `*out` lives until the next call.
 * A kernel model's terms are the change of the margin without the term.
 * Errors: memory, model. */
NARR_API NARR_MUST_CHECK narr_status narr_explain(narr_classifier *classifier, const size_t *labels,
                                                  size_t label_count, size_t max_terms,
                                                  const narr_explanation **out, narr_error *error);

#ifdef __cplusplus
}
#endif

#endif
