/* model.h - a trained model: immutable, shared by all threads. */
#ifndef NARR_MODEL_H
#define NARR_MODEL_H

#include <stdbool.h>
#include <stddef.h>

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

/* The probability from which label `index` is flagged, in 0..1. */
NARR_API double narr_model_threshold(const narr_model *model, size_t index);

/* Whether each text gets the one most probable label. */
NARR_API bool narr_model_is_exclusive(const narr_model *model);

/* Terms in the vocabulary. */
NARR_API size_t narr_model_feature_count(const narr_model *model);

/* How the model was made, as JSON: options, seed, corpus digest, tool
 * version, out-of-fold figures. Borrowed, NUL-terminated UTF-8. */
NARR_API const char *narr_model_metadata(const narr_model *model);

#ifdef __cplusplus
}
#endif

#endif
