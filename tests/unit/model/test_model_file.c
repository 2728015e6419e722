/* test_model_file.c - models on disk: there and back, and files that are no
 * models. */
#include <sys/stat.h>

#include "model/score.h"
#include "support/hand_model.h"

static const narr_entry entries[3] = {{0, 0.48F, 0, 1}, {2, 0.6F, 1, 2}, {3, 0.64F, 2, 1}};

static void assert_same_scores(const narr_model *one, const narr_model *two) {
  narr_score_space space_one = {0}, space_two = {0};
  double margins_one[HAND_LABELS], margins_two[HAND_LABELS];
  assert_ok(narr_model_margins(one, entries, 3, &space_one, margins_one));
  assert_ok(narr_model_margins(two, entries, 3, &space_two, margins_two));
  assert_memory_equal(margins_one, margins_two, sizeof margins_one);
  narr_score_space_free(&space_one);
  narr_score_space_free(&space_two);
}

static void saved_and_loaded_is_the_same(void **state) {
  (void)state;
  temp_path temp = temp_path_new("tiny.narr");
  for (int kind = NARR_KERNEL_LINEAR; kind <= NARR_KERNEL_SIGMOID; kind++) {
    narr_model *model = hand_model((narr_kernel)kind, kind % 2), *loaded;
    assert_ok(narr_model_save(model, temp.path, NULL)); /* replaces the last one */
    assert_ok(narr_model_load(&loaded, temp.path, NULL));
    size_t size, loaded_size;
    const void *bytes = narr_model_bytes(model, &size);
    const void *loaded_bytes = narr_model_bytes(loaded, &loaded_size);
    assert_int_equal(loaded_size, size);
    assert_memory_equal(loaded_bytes, bytes, size);
    assert_same_scores(model, loaded);
    assert_int_equal(narr_model_is_exclusive(loaded), kind % 2);
    assert_ok(narr_model_verify(loaded, NULL));
    narr_model_free(model);
    narr_model_free(loaded);
  }
  temp_path_remove(&temp);
}

/* An open model does not care that its file is replaced or removed. */
static void an_open_model_stays(void **state) {
  (void)state;
  temp_path temp = temp_path_new("tiny.narr");
  narr_model *model = hand_model(NARR_KERNEL_RBF, false), *loaded;
  narr_model *other = hand_model(NARR_KERNEL_LINEAR, true);
  assert_ok(narr_model_save(model, temp.path, NULL));
  assert_ok(narr_model_load(&loaded, temp.path, NULL));
  assert_ok(narr_model_save(other, temp.path, NULL));
  assert_same_scores(model, loaded);
  unlink(temp.path);
  assert_same_scores(model, loaded);
  /* ... and can be saved under its own name again */
  assert_ok(narr_model_save(loaded, temp.path, NULL));
  narr_model_free(loaded);
  assert_ok(narr_model_load(&loaded, temp.path, NULL));
  assert_same_scores(model, loaded);
  narr_model_free(loaded);
  narr_model_free(model);
  narr_model_free(other);
  temp_path_remove(&temp);
}

/* No model, whatever the reason: also if it can't be opened. */
static void refuse(const char *path, const char *part) {
  narr_error error = NARR_ERROR_INIT;
  narr_model *model = (narr_model *)&error;
  narr_status status = narr_model_load(&model, path, &error);
  assert_null(model);
  if (strncmp(error.message, path, strlen(path)) != 0)
    fail_msg("\"%s\" does not begin with the file's name", error.message);
  assert_fails(status, NARR_ERROR_MODEL, error, part);
}

static void refuses_what_is_no_model(void **state) {
  (void)state;
  temp_path temp = temp_path_new("file");
  refuse(temp.path, "No such file");
  refuse(temp.folder, "not a regular file");
  assert_int_equal(mkfifo(temp.path, 0600), 0);
  refuse(temp.path, "not a regular file"); /* and does not wait for a writer */
  assert_int_equal(unlink(temp.path), 0);
  write_file(temp.path, "", 0);
  refuse(temp.path, "empty");
  write_file(temp.path, "id,text,label\n1,hello,none\n", 26);
  refuse(temp.path, "not a narr model");
  char zeros[4096] = {0};
  write_file(temp.path, zeros, sizeof zeros);
  refuse(temp.path, "not a narr model");
  memcpy(zeros, "\x89NARR\r\n\x1a", 8);
  write_file(temp.path, zeros, 8);
  refuse(temp.path, "not a narr model");
  write_file(temp.path, zeros, sizeof zeros);
  refuse(temp.path, "format 0 is not known");
  write_file(temp.path, "\x89NARR\n\x1a", 7);
  refuse(temp.path, "not a narr model");
  temp_path_remove(&temp);
}

static void messages_are_one_line_whatever_the_name(void **state) {
  (void)state;
  narr_error error = NARR_ERROR_INIT;
  narr_model *model;
  assert_fails(narr_model_load(&model, "/nowhere/two\nlines", &error), NARR_ERROR_MODEL, error,
               "two lines");
  assert_int_equal(narr_model_load(&model, "/nowhere", NULL), NARR_ERROR_MODEL);
}

static void saving_to_a_bad_place_fails(void **state) {
  (void)state;
  temp_path temp = temp_path_new("no/such/folder");
  narr_model *model = hand_model(NARR_KERNEL_LINEAR, false);
  narr_error error = NARR_ERROR_INIT;
  assert_fails(narr_model_save(model, temp.path, &error), NARR_ERROR_SYSTEM, error, temp.path);
  assert_fails(narr_model_save(model, temp.folder, &error), NARR_ERROR_SYSTEM, error, temp.folder);
  narr_model_free(model);
  temp_path_remove(&temp);
}

/* ---- Cut off and added to ------------------------------------------------------------ */

static void refuse_bytes(const void *bytes, size_t size) {
  /* exactly as many bytes as there are, so that a read behind them is seen */
  void *copy = malloc(size ? size : 1);
  if (size) memcpy(copy, bytes, size);
  narr_model *model = copy;
  narr_error error = NARR_ERROR_INIT;
  assert_fails(narr_model_from_memory(&model, copy, size, &error), NARR_ERROR_MODEL, error,
               "<memory>: ");
  assert_null(model);
  free(copy);
}

static void every_truncation_is_refused(void **state) {
  (void)state;
  temp_path temp = temp_path_new("cut.narr");
  for (int kind = NARR_KERNEL_LINEAR; kind <= NARR_KERNEL_RBF; kind += NARR_KERNEL_RBF) {
    narr_model *model = hand_model((narr_kernel)kind, false);
    size_t size;
    const void *bytes = narr_model_bytes(model, &size);
    for (size_t length = 0; length < size; length += length < 4096 ? 1 : 997)
      refuse_bytes(bytes, length);
    for (size_t length = 0; length < size; length += 61) {
      write_file(temp.path, bytes, length);
      refuse(temp.path, length < 64 ? "not a narr model" : "cut off");
    }
    narr_model_free(model);
  }
  assert_int_equal(unlink(temp.path), 0);
  temp_path_remove(&temp);
}

static void appended_bytes_are_refused(void **state) {
  (void)state;
  narr_model *model = hand_model(NARR_KERNEL_LINEAR, false);
  size_t size;
  const void *bytes = narr_model_bytes(model, &size);
  char *longer = calloc(size + 4096, 1);
  memcpy(longer, bytes, size);
  for (size_t more = 1; more <= 4096; more *= 2) refuse_bytes(longer, size + more);
  temp_path temp = temp_path_new("longer.narr");
  write_file(temp.path, longer, size + 1);
  refuse(temp.path, "bytes behind its end");
  free(longer);
  narr_model_free(model);
  temp_path_remove(&temp);
}

static void every_turned_bit_is_seen(void **state) {
  (void)state;
  narr_model *model = hand_model(NARR_KERNEL_RBF, false), *damaged;
  size_t size;
  const void *bytes = narr_model_bytes(model, &size);
  unsigned char *copy = malloc(size);
  memcpy(copy, bytes, size);
  for (size_t i = 0; i < 8 * size; i++) {
    copy[i / 8] ^= (unsigned char)(1 << i % 8);
    if (narr_model_from_memory(&damaged, copy, size, NULL) != NARR_ERROR_MODEL)
      fail_msg("bit %zu was turned and nobody saw it", i);
    copy[i / 8] ^= (unsigned char)(1 << i % 8);
  }
  assert_ok(narr_model_from_memory(&damaged, copy, size, NULL));
  narr_model_free(damaged);
  free(copy);
  narr_model_free(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(saved_and_loaded_is_the_same),
      cmocka_unit_test(an_open_model_stays),
      cmocka_unit_test(refuses_what_is_no_model),
      cmocka_unit_test(messages_are_one_line_whatever_the_name),
      cmocka_unit_test(saving_to_a_bad_place_fails),
      cmocka_unit_test(every_truncation_is_refused),
      cmocka_unit_test(appended_bytes_are_refused),
      cmocka_unit_test(every_turned_bit_is_seen),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
