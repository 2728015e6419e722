/* test_model_large.c - a model of more than 32 MiB is opened without being
 * read: damage is found by whoever comes across it. */
#include <sys/stat.h>

#include "model/contributions.h"
#include "model/score.h"
#include "support/hand_model.h"

static narr_model *large;
static temp_path temp;

static int save_large(void **state) {
  (void)state;
  large = large_model();
  assert_true(large->size > ((size_t)32 << 20));
  temp = temp_path_new("large.narr");
  assert_ok(narr_model_save(large, temp.path, NULL));
  return 0;
}

static int remove_large(void **state) {
  (void)state;
  narr_model_free(large);
  temp_path_remove(&temp);
  return 0;
}

/* The first label's margin for a text of this one word. */
static narr_status margin_of(const narr_model *model, int word, double *margin) {
  double margins[LARGE_LABELS];
  narr_score_space space = {0};
  const narr_entry entry = {large_terms[word], 1, 0, 1};
  narr_status status = narr_model_margins(model, &entry, 1, &space, margins);
  narr_score_space_free(&space);
  *margin = margins[0];
  return status;
}

static void an_undamaged_one_is_fine(void **state) {
  (void)state;
  narr_model *model;
  assert_ok(narr_model_load(&model, temp.path, NULL));
  for (int word = 0; word < HAND_WORDS; word++) {
    double margin;
    assert_ok(margin_of(model, word, &margin));
    assert_near(margin, word + 1, 0);
  }
  assert_false(model->blocks.all_good); /* not all of it was read */
  assert_ok(narr_model_verify(model, NULL));
  assert_true(model->blocks.all_good);
  assert_ok(narr_model_verify(model, NULL));
  narr_model_free(model);
}

static void damaged_weights_are_found_where_they_are_used(void **state) {
  (void)state;
  const size_t offset = offset_of(large, narr_vocabulary_row(&large->vocabulary, large_terms[2]));
  narr_model *model;
  narr_error error = NARR_ERROR_INIT;
  double margin;
  flip_in_file(temp.path, offset);
  assert_ok(narr_model_load(&model, temp.path, NULL));
  for (int word = 0; word < HAND_WORDS; word++) {
    if (word == 2) continue;
    assert_ok(margin_of(model, word, &margin));
    assert_near(margin, word + 1, 0);
  }
  assert_false(model->blocks.damaged);
  assert_int_equal(margin_of(model, 2, &margin), NARR_ERROR_MODEL);
  assert_true(model->blocks.damaged);
  double contributions[1];
  assert_int_equal(narr_model_contributions(model, &(narr_entry){large_terms[2], 1, 0, 1}, 1,
                                            (const size_t[]){0}, 1, contributions),
                   NARR_ERROR_MODEL);
  assert_fails(narr_model_verify(model, &error), NARR_ERROR_MODEL, error, "damaged");
  narr_model_free(model);

  assert_ok(narr_model_load(&model, temp.path, NULL));
  assert_fails(narr_model_verify(model, &error), NARR_ERROR_MODEL, error, "damaged");
  narr_model_free(model);
  flip_in_file(temp.path, offset);
}

static void a_damaged_vocabulary_is_found_where_it_is_used(void **state) {
  (void)state;
  const narr_vocabulary *v = &large->vocabulary;
  const size_t head_offset = offset_of(large, narr_vocabulary_row(v, large_terms[2]));
  const size_t string_offset = offset_of(large, v->strings);
  narr_model *model;
  size_t length;
  narr_vector vector = {0};
  flip_in_file(temp.path, head_offset);
  assert_ok(narr_model_load(&model, temp.path, NULL));
  assert_true(narr_vector_fill(&vector, &model->features, &model->vocabulary, "beta", 4));
  assert_int_equal(vector.count, 1);
  assert_int_equal(narr_vocabulary_find(&model->vocabulary, hand_key("beta")), large_terms[1]);
  assert_false(model->blocks.damaged);
  assert_true(narr_vector_fill(&vector, &model->features, &model->vocabulary, "gamma", 5));
  assert_int_equal(vector.count, 0);
  assert_true(model->blocks.damaged);
  assert_int_equal(narr_vocabulary_find(&model->vocabulary, hand_key("gamma")), NARR_TERM_NONE);
  narr_vector_free(&vector);
  narr_model_free(model);
  flip_in_file(temp.path, head_offset);

  flip_in_file(temp.path, string_offset);
  assert_ok(narr_model_load(&model, temp.path, NULL));
  assert_string_equal(narr_vocabulary_string(&model->vocabulary, large_terms[0], &length), "");
  assert_int_equal(length, 0);
  assert_int_equal(narr_model_verify(model, NULL), NARR_ERROR_MODEL);
  narr_model_free(model);
  flip_in_file(temp.path, string_offset);
}

/* What every text needs is checked at once. */
static void a_damaged_frame_is_found_at_once(void **state) {
  (void)state;
  const size_t offsets[] = {20,
                            70,
                            600 /* the sums */,
                            offset_of(large, large->labels[LARGE_LABELS - 1]),
                            offset_of(large, &large->decisions[5]),
                            offset_of(large, large->metadata + 2),
                            offset_of(large, large->corpus),
                            offset_of(large, &large->vocabulary.hash.pilots[9]),
                            offset_of(large, &large->vocabulary.hash.spare[20000]),
                            offset_of(large, &large->label_facts[7])};
  for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
    narr_model *model;
    narr_error error = NARR_ERROR_INIT;
    flip_in_file(temp.path, offsets[i]);
    assert_fails(narr_model_load(&model, temp.path, &error), NARR_ERROR_MODEL, error, temp.path);
    assert_null(model);
    flip_in_file(temp.path, offsets[i]);
  }
}

static void memory_is_checked_at_once(void **state) {
  (void)state;
  unsigned char *copy = malloc(large->size);
  memcpy(copy, large->bytes, large->size);
  copy[offset_of(large, large->vocabulary.rows) + 30000000] ^= 1;
  narr_model *model;
  narr_error error = NARR_ERROR_INIT;
  assert_fails(narr_model_from_memory(&model, copy, large->size, &error), NARR_ERROR_MODEL, error,
               "checksum");
  copy[offset_of(large, large->vocabulary.rows) + 30000000] ^= 1;
  assert_ok(narr_model_from_memory(&model, copy, large->size, NULL));
  assert_true(model->blocks.all_good);
  narr_model_free(model);
  free(copy);
}

static void a_cut_one_is_refused(void **state) {
  (void)state;
  temp_path cut = temp_path_new("cut.narr");
  narr_error error = NARR_ERROR_INIT;
  narr_model *model;
  write_file(cut.path, large->bytes, large->size);
  for (size_t cut_off = 1; cut_off < large->size; cut_off *= 7) {
    assert_int_equal(truncate(cut.path, (off_t)(large->size - cut_off)), 0);
    assert_fails(narr_model_load(&model, cut.path, &error), NARR_ERROR_MODEL, error, "cut off");
  }
  temp_path_remove(&cut);
}

/* Its support vectors are looked at when it is opened, so all of it is. */
static void a_large_kernel_model_is_checked_at_once(void **state) {
  (void)state;
  const size_t terms = 3000000;
  hand_vocabulary v = hand_vocabulary_new(hand_terms, terms);
  narr_model_parts parts = hand_parts(&v, NARR_KERNEL_RBF);
  uint8_t *shares = narr_alloc_zero(terms, 1);
  assert_non_null(shares);
  parts.shares = shares;
  narr_model *model;
  assert_ok(narr_model_build(&model, &parts, NULL));
  narr_free(shares);
  hand_vocabulary_free(&v);
  assert_true(model->size > ((size_t)32 << 20));
  temp_path kernel = temp_path_new("kernel.narr");
  assert_ok(narr_model_save(model, kernel.path, NULL));
  flip_in_file(kernel.path, offset_of(model, narr_vocabulary_row(&model->vocabulary, terms / 2)));
  narr_model_free(model);
  narr_error error = NARR_ERROR_INIT;
  assert_fails(narr_model_load(&model, kernel.path, &error), NARR_ERROR_MODEL, error, "checksum");
  temp_path_remove(&kernel);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_undamaged_one_is_fine),
      cmocka_unit_test(damaged_weights_are_found_where_they_are_used),
      cmocka_unit_test(a_damaged_vocabulary_is_found_where_it_is_used),
      cmocka_unit_test(a_damaged_frame_is_found_at_once),
      cmocka_unit_test(memory_is_checked_at_once),
      cmocka_unit_test(a_cut_one_is_refused),
      cmocka_unit_test(a_large_kernel_model_is_checked_at_once),
  };
  return cmocka_run_group_tests(tests, save_large, remove_large);
}
