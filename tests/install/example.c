/* example.c - the whole library from outside: learn two narratives from a
 * few texts in memory, then ask about a new one, and why. */
#include <narr/narr.h>
#include <stdio.h>
#include <string.h>

static const char *const posts[][2] = {
    {"The last convoy has left, the soldiers are going home for good", "withdrawal"},
    {"They are packing up the base, the troops are leaving us", "withdrawal"},
    {"Secret order: all soldiers leave by spring", "withdrawal"},
    {"The troops have been ordered out of the country", "withdrawal"},
    {"The vote was stolen and counted abroad", "rigged"},
    {"Ballots were burned, this election is a fraud", "rigged"},
    {"They decided the election result in a foreign embassy", "rigged"},
    {"Fake votes everywhere, the count is rigged", "rigged"},
    {"The weather will be sunny at the weekend", "none"},
    {"Our team won the match in extra time", "none"},
    {"A new bridge was opened in the town", "none"},
    {"The museum shows paintings from the last century", "none"},
};

static int fail(const narr_error *error) {
  fprintf(stderr, "error: %s\n", error->message);
  return 1;
}

static int explain(narr_classifier *classifier, const narr_result *result) {
  narr_error error = NARR_ERROR_INIT;
  const narr_explanation *why;
  if (narr_explain(classifier, NULL, 0, 3, &why, &error)) return fail(&error);
  for (size_t i = 0; i < why->term_count; i++)
    printf("  %s: %s\n", result->scores[why->terms[i].label].label, why->terms[i].term);
  return result->flagged_count > 0 && why->term_count > 0 ? 0 : 1;
}

int main(void) {
  narr_error error = NARR_ERROR_INIT;
  narr_dataset *dataset = NULL;
  narr_model *model = NULL;
  narr_classifier *classifier = NULL;
  narr_train_options options = NARR_TRAIN_OPTIONS_INIT;
  options.min_df = 1;
  options.folds = 2;
  int result = 1;
  if (narr_dataset_new(&dataset, NULL, &error)) goto out;
  for (size_t i = 0; i < sizeof posts / sizeof *posts; i++)
    if (narr_dataset_add(dataset, posts[i][0], strlen(posts[i][0]), posts[i][1], "en", NULL, 1,
                         &error))
      goto out;
  if (narr_train(&model, NULL, dataset, &options, &error)) goto out;
  if (narr_model_save(model, "example.narr", &error)) goto out;
  narr_model_free(model);
  if (narr_model_load(&model, "example.narr", &error)) goto out;
  if (narr_classifier_new(&classifier, model, &error)) goto out;

  const char *text = "Soldiers are leaving: the troops were ordered out";
  const narr_result *scores;
  if (narr_classify(classifier, text, strlen(text), &scores, &error)) goto out;
  printf("narr %s\n", narr_version());
  for (size_t i = 0; i < scores->score_count; i++)
    printf("%s %.2f %s\n", scores->scores[i].label, scores->scores[i].probability,
           scores->scores[i].flagged ? "flagged" : "-");
  result = explain(classifier, scores);
out:
  if (error.status) fail(&error);
  narr_classifier_free(classifier);
  narr_model_free(model);
  narr_dataset_free(dataset);
  return result;
}
