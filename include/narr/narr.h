/* narr.h - train and use narrative classifiers: the whole library.
 *
 * A narrative is a claim that texts push ("the troops are leaving"). A model
 * learns narratives from labelled texts and says, of any text, which of them
 * it pushes, how surely, and because of which words.
 *
 * 1. Collect labelled texts, from CSV files or from memory:
 *
 *      narr_error error = NARR_ERROR_INIT;
 *      narr_dataset *dataset;
 *      if (narr_dataset_new(&dataset, NULL, &error) ||
 *          narr_dataset_read_csv(dataset, "posts.csv", &error))
 *        return fail(error.message);
 *
 * 2. Learn a model and keep it:
 *
 *      narr_model *model;
 *      if (narr_train(&model, NULL, dataset, NULL, &error) ||
 *          narr_model_save(model, "posts.narr", &error))
 *        return fail(error.message);
 *
 * 3. Or open one that was learned before; then ask it, with one classifier a
 *    thread:
 *
 *      narr_classifier *classifier;
 *      const narr_result *result;
 *      if (narr_classifier_new(&classifier, model, &error) ||
 *          narr_classify(classifier, text, strlen(text), &result, &error))
 *        return fail(error.message);
 *      for (size_t i = 0; i < result->score_count; i++)
 *        if (result->scores[i].flagged)
 *          printf("%s %.2f\n", result->scores[i].label,
 *                 result->scores[i].probability);
 *
 * 4. narr_explain() tells which words did it. narr_classify_stream() does
 *    all of step 3 for a file or a pipe, on every processor.
 *
 * Conventions: what a function creates comes out of its first argument and
 * is freed by the caller with the matching _free(), which accepts NULL; what
 * it returns by value or as a pointer to const is borrowed. A function that
 * can fail returns a status that must be looked at, and explains itself in
 * the optional narr_error. The library never prints, never exits, and leaves
 * locale, environment and the global random number generator alone. Texts
 * are bytes with a length: UTF-8 in any condition. */
#ifndef NARR_NARR_H
#define NARR_NARR_H

#include "narr/error.h"
/* in this order: */
#include "narr/abstain.h"
#include "narr/checkpoint.h"
#include "narr/classify.h"
#include "narr/dataset.h"
#include "narr/model.h"
#include "narr/stream.h"
#include "narr/summary.h"
#include "narr/train.h"
#include "narr/tune.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The library's version, e.g. "0.1.0". Never NULL. */
NARR_API const char *narr_version(void);

#ifdef __cplusplus
}
#endif

#endif
