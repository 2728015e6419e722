/* model.h - a trained model: immutable, shared by all threads. */
#ifndef NARR_MODEL_H
#define NARR_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "narr/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Any number of threads may use one model at the same time. */
typedef struct narr_model narr_model;

/* Opens a model file. The file is mapped, not read: opening takes the same
 * few milliseconds whatever its size, and what it holds is checked against
 * its checksums before it is used, block by block in a large file. A file
 * that is not a model, is cut off, damaged or of another version gives a
 * model error. Changing the file in place while it is open is not allowed
 * (narr_model_save() replaces it, which is). Free with narr_model_free().
 * Errors: model (also one that can't be opened), memory. */
NARR_API NARR_MUST_CHECK narr_status narr_model_load(narr_model **out, const char *path,
                                                     narr_error *error);

/* The same from `size` bytes in memory, which must outlive the model and be
 * aligned to 8 bytes. All of it is checked at once. */
NARR_API NARR_MUST_CHECK narr_status narr_model_from_memory(narr_model **out, const void *data,
                                                            size_t size, narr_error *error);

/* Checks every byte of a large model file now, rather than on first use.
 * Before a long run, it is worth its moment. Errors: model. */
NARR_API NARR_MUST_CHECK narr_status narr_model_verify(const narr_model *model, narr_error *error);

/* Writes the model to `path`: whole or not at all. Errors: system. */
NARR_API NARR_MUST_CHECK narr_status narr_model_save(const narr_model *model, const char *path,
                                                     narr_error *error);

/* The model file's bytes. Borrowed from the model. */
NARR_API const void *narr_model_bytes(const narr_model *model, size_t *size);

NARR_API void narr_model_free(narr_model *model);

/* The labels, in the order of their scores. Names are borrowed. */
NARR_API size_t narr_model_label_count(const narr_model *model);
NARR_API const char *narr_model_label(const narr_model *model, size_t index);

/* The label that label `index` is under ("war" for "war/nuclear"), which comes
 * before it; SIZE_MAX: none. */
NARR_API size_t narr_model_parent(const narr_model *model, size_t index);

/* In place of a label's index: whether a text has any label at all, which a
 * gated model judges first. */
#define NARR_ANY_LABEL (SIZE_MAX - 1)

/* Whether a text is first judged to have any label at all: see narr_gate. */
NARR_API bool narr_model_is_gated(const narr_model *model);

/* The probability from which label `index` (or NARR_ANY_LABEL) is flagged, in
 * 0..1; 2 for a label that could not be learned and is never flagged; not a
 * number where there is no such. */
NARR_API double narr_model_threshold(const narr_model *model, size_t index);

/* Whether each text gets the one most probable label. */
NARR_API bool narr_model_is_exclusive(const narr_model *model);

/* Terms in the vocabulary. */
NARR_API size_t narr_model_feature_count(const narr_model *model);

/* Rows of the training corpus with label `index`, rows that were decided to
 * have it by machines that had not seen them (out of fold), and rows that are
 * both. All 0 beyond the last label. */
typedef struct narr_label_counts {
  size_t support;
  size_t predicted;
  size_t true_positive;
} narr_label_counts;
NARR_API narr_label_counts narr_model_label_counts(const narr_model *model, size_t index);

/* How many texts of the training corpus are mainly in a script: the `index`th
 * that has any. The name is NULL beyond the last; "none" are texts without
 * letters. */
typedef struct narr_script_texts {
  const char *name; /* English, such as "Cyrillic" */
  size_t texts;
} narr_script_texts;
NARR_API narr_script_texts narr_model_script(const narr_model *model, size_t index);

/* Whether every term has a weight for each label. A model with another kernel
 * than the linear one has none. */
NARR_API bool narr_model_is_linear(const narr_model *model);

/* Whether it is linear and knows the names of its terms: compact models don't. */
NARR_API bool narr_model_names_terms(const narr_model *model);

/* A term and what it does for a label. Strings are borrowed. */
typedef struct narr_model_term {
  const char *block; /* as in narr_term */
  const char *term;  /* term_length bytes, not NUL-terminated */
  size_t term_length;
  double share; /* of the training texts that have it, within 3% */
  double weight;
  double influence; /* on the margin of a text that has it: the weight times the
                       mean value of the block's terms with the same inverse
                       document frequency, over the training corpus */
} narr_model_term;

/* Fills `terms`, which has room for `most`, with the terms that push most
 * strongly towards label `label`, or NARR_ANY_LABEL (`against`: away from it), the strongest
 * first; `*count` is how many there are. Strength is the root mean square of
 * a term's part of the margin over the training texts, influence *
 * sqrt(share): a term that is strong but hardly ever there is not strong.
 * Goes over all terms. Errors: argument
 * (no such label, or the model is not linear), model (a damaged block of a
 * large file). */
NARR_API NARR_MUST_CHECK narr_status narr_model_top_terms(const narr_model *model, size_t label,
                                                          bool against, narr_model_term *terms,
                                                          size_t most, size_t *count,
                                                          narr_error *error);

/* How the model was made, as JSON: options, seed, corpus digest, tool
 * version, out-of-fold figures. Borrowed, NUL-terminated UTF-8. */
NARR_API const char *narr_model_metadata(const narr_model *model);

/* A value in the metadata, as JSON: a string has its quotes. In an array the
 * name is empty. Borrowed, not NUL-terminated. */
typedef struct narr_fact {
  const char *name;
  size_t name_length;
  const char *value;
  size_t value_length;
} narr_fact;

/* Finds what is at a path of names with dots between them, such as
 * "options.C" or "out_of_fold.macro.f1" ("": all). False: there is no such. */
NARR_API bool narr_model_fact(const narr_model *model, const char *path, narr_fact *out);

/* Member `index` of the object or array at `path`; false beyond the last. */
NARR_API bool narr_model_fact_member(const narr_model *model, const char *path, size_t index,
                                     narr_fact *out);

/* Finds a member of an object by its name. */
NARR_API bool narr_fact_find(const narr_fact *object, const char *name, narr_fact *out);

/* Writes all that is known of a model to `out_fd` as one line of JSON: the
 * metadata and, as its member "model", mode, scripts, and each label with its
 * threshold, figures and up to `top` terms for and against it. Errors: model,
 * system, memory. */
NARR_API NARR_MUST_CHECK narr_status narr_model_describe(const narr_model *model, size_t top,
                                                         int out_fd, narr_error *error);

#ifdef __cplusplus
}
#endif

#endif
