/* train_features.c - the terms of the corpus, and its texts as rows of them. */
#include "pipeline/training.h"

static int watch_counting(void *context, size_t done) {
  const narr_training *training = context;
  return narr_training_progress(training, "count", "", 0, done, training->row_count);
}

static int watch_vectorising(void *context, size_t done) {
  const narr_training *training = context;
  return narr_training_progress(training, "vectorise", "", 0, done, training->row_count);
}

static narr_corpus corpus_of(const narr_training *training, narr_watch_fn *watch) {
  return (narr_corpus){.texts = training->texts,
                       .count = training->row_count,
                       .options = &training->features,
                       .jobs = training->jobs,
                       .watch = watch,
                       .watch_context = (void *)(uintptr_t)training};
}

narr_status narr_training_fill_matrix(narr_training *training, narr_error *error) {
  narr_corpus corpus = corpus_of(training, watch_vectorising);
  return narr_matrix_build(&training->matrix, &corpus, &training->vocabulary, error);
}

narr_status narr_training_vectorise(narr_training *training, narr_error *error) {
  narr_corpus corpus = corpus_of(training, watch_counting);
  narr_status status =
      narr_vocabulary_build(&training->vocabulary, &corpus, training->options.min_df,
                            training->options.max_features, error);
  corpus.watch = watch_vectorising;
  if (!status) status = narr_vocabulary_name_terms(&training->vocabulary, &corpus, error);
  if (!status) status = narr_training_fill_matrix(training, error);
  return status;
}
