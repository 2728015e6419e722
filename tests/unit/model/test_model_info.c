/* test_model_info.c - what a model says of itself: facts, counts, terms. */
#include <fcntl.h>

#include "support/hand_model.h"

static narr_model *with_metadata(const char *metadata) {
  hand_vocabulary v = hand_vocabulary_new(hand_terms, HAND_WORDS);
  narr_model_parts parts = hand_parts(&v, NARR_KERNEL_LINEAR);
  parts.metadata = metadata;
  narr_model *model;
  assert_ok(narr_model_build(&model, &parts, NULL));
  hand_vocabulary_free(&v);
  return model;
}

static void assert_fact(const narr_model *model, const char *path, const char *value) {
  narr_fact fact;
  if (!narr_model_fact(model, path, &fact)) fail_msg("%s is not found", path);
  if (fact.value_length != strlen(value) || memcmp(fact.value, value, fact.value_length) != 0)
    fail_msg("%s is %.*s", path, (int)fact.value_length, fact.value);
}

static void facts_are_found(void **state) {
  (void)state;
  narr_model *model = with_metadata(
      "{\"a\" : 1.5 , \"b\":{\"a\":\"x}\\\"]\",\"c\":[ {\"d\":true}, null,-2 ]},\"e\":{}}");
  assert_fact(model, "a", "1.5");
  assert_fact(model, "b.a", "\"x}\\\"]\"");
  assert_fact(model, "e", "{}");
  static const char *const absent[] = {"c", "b.d", "a.b", "b.a.x", "b.c.d", "e.x", "A"};
  narr_fact fact;
  for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
    if (narr_model_fact(model, absent[i], &fact)) fail_msg("%s is found", absent[i]);
  assert_true(narr_model_fact_member(model, "", 1, &fact));
  assert_memory_equal(fact.name, "b", fact.name_length);
  assert_false(narr_model_fact_member(model, "", 3, &fact));
  assert_true(narr_model_fact_member(model, "b.c", 0, &fact));
  assert_int_equal(fact.name_length, 0);
  narr_fact inner;
  assert_true(narr_fact_find(&fact, "d", &inner));
  assert_memory_equal(inner.value, "true", inner.value_length);
  assert_true(narr_model_fact_member(model, "b.c", 2, &fact));
  assert_memory_equal(fact.value, "-2", fact.value_length);
  assert_false(narr_fact_find(&fact, "d", &inner));
  assert_false(narr_model_fact_member(model, "b.c", 3, &fact));
  assert_false(narr_model_fact_member(model, "e", 0, &fact));
  assert_false(narr_model_fact_member(model, "a", 0, &fact));
  narr_model_free(model);
}

/* Metadata may be any text. */
static void what_is_no_json_has_no_facts(void **state) {
  (void)state;
  static const char *const broken[] = {
      "",          "{",        "{\"a",     "{\"a\"", "{\"a\":",        "{\"a\":}", "{\"a\":\"\\",
      "{\"a\":[}", "{a:1}",    "[[[[[[[[", "]",      "{\"a\":{\"b\":", "\"",       "{\"b\":1 \"a\"",
      ",",         "{\"a\" 1}"};
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
    narr_model *model = with_metadata(broken[i]);
    narr_fact fact;
    if (narr_model_fact(model, "a", &fact) && fact.value_length == 0) fail_msg("%s", broken[i]);
    for (size_t m = 0; m < 3; m++) (void)narr_model_fact_member(model, "", m, &fact);
    assert_false(narr_model_fact(model, "a.b", &fact));
    narr_model_free(model);
  }
}

static void labels_and_scripts_are_counted(void **state) {
  (void)state;
  narr_model *model = hand_model(NARR_KERNEL_LINEAR, false);
  narr_label_counts counts = narr_model_label_counts(model, 0);
  assert_int_equal(counts.support, 10);
  assert_int_equal(counts.predicted, 8);
  assert_int_equal(counts.true_positive, 6);
  assert_int_equal(narr_model_label_counts(model, 2).support, 0);
  narr_script_texts script = narr_model_script(model, 1);
  assert_string_equal(script.name, "Cyrillic");
  assert_int_equal(script.texts, 2);
  assert_string_equal(narr_model_script(model, 0).name, "Latin");
  assert_null(narr_model_script(model, 2).name);
  narr_model_free(model);
}

static void assert_term(const narr_model_term *term, const char *word, double weight) {
  assert_int_equal(term->term_length, strlen(word));
  assert_memory_equal(term->term, word, term->term_length);
  assert_string_equal(term->block, "word");
  assert_near(term->weight, weight, 1e-9);
  assert_near(term->influence, weight * 0.5, 1e-9);
}

static void the_strongest_terms_come_first(void **state) {
  (void)state;
  narr_model *model = hand_model(NARR_KERNEL_LINEAR, false);
  narr_model_term terms[HAND_WORDS];
  size_t count;
  assert_true(narr_model_is_linear(model));
  assert_ok(narr_model_top_terms(model, 1, false, terms, HAND_WORDS, &count, NULL));
  assert_int_equal(count, 2); /* delta weighs nothing */
  assert_term(&terms[0], "beta", 2);
  assert_term(&terms[1], "gamma", 0.25);
  assert_ok(narr_model_top_terms(model, 0, false, terms, 1, &count, NULL));
  assert_int_equal(count, 1);
  assert_term(&terms[0], "alpha", 1);
  assert_ok(narr_model_top_terms(model, 0, true, terms, HAND_WORDS, &count, NULL));
  assert_int_equal(count, 1);
  assert_term(&terms[0], "gamma", -3);
  assert_ok(narr_model_top_terms(model, 0, true, NULL, 0, &count, NULL));
  assert_int_equal(count, 0);
  narr_error error = NARR_ERROR_INIT;
  assert_fails(narr_model_top_terms(model, 2, true, terms, 1, &count, &error), NARR_ERROR_ARGUMENT,
               error, "label");
  narr_model_free(model);
  model = hand_model(NARR_KERNEL_RBF, false);
  assert_false(narr_model_is_linear(model));
  assert_fails(narr_model_top_terms(model, 0, true, terms, 1, &count, &error), NARR_ERROR_ARGUMENT,
               error, "linear");
  narr_model_free(model);
}

static void rare_terms_count_for_less(void **state) {
  (void)state;
  hand_vocabulary v = hand_vocabulary_new(hand_terms, HAND_WORDS);
  narr_model_parts parts = hand_parts(&v, NARR_KERNEL_LINEAR);
  const uint8_t shares[HAND_WORDS] = {60, 24, 24, 0}; /* alpha: 1 in 32; beta: 1 in 4 */
  parts.shares = shares;
  narr_model *model;
  assert_ok(narr_model_build(&model, &parts, NULL));
  hand_vocabulary_free(&v);
  narr_model_term terms[2];
  size_t count;
  assert_ok(narr_model_top_terms(model, 0, false, terms, 2, &count, NULL));
  assert_int_equal(count, 2);
  assert_term(&terms[0], "beta", 0.5);
  assert_term(&terms[1], "alpha", 1);
  assert_near(terms[1].share, 1.0 / 32, 1e-12);
  narr_model_free(model);
}

static void shares_survive_a_byte(void **state) {
  (void)state;
  for (double share = 1; share > 1e-6; share *= 0.97)
    assert_near(narr_share(narr_share_pack(share)) / share, 1, 0.03);
  assert_int_equal(narr_share_pack(1), 0);
  assert_int_equal(narr_share_pack(0), 255);
  assert_int_equal(narr_share_pack(1e-12), 255);
}

/* What narr_model_describe() writes. */
static void assert_described(const narr_model *model, const char *expected) {
  char text[2048];
  temp_path temp = temp_path_new("described.json");
  int fd = open(temp.path, O_RDWR | O_CREAT, 0600);
  assert_true(fd >= 0);
  assert_ok(narr_model_describe(model, 1, fd, NULL));
  assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
  ssize_t size = read(fd, text, sizeof text - 1);
  assert_true(size > 0);
  text[size] = '\0';
  close(fd);
  temp_path_remove(&temp);
  assert_string_equal(text, expected);
}

#define KERNEL_LABELS                                                                    \
  "[{\"name\":\"left\",\"threshold\":0.600000,\"support\":10,\"predicted\":8,"           \
  "\"true_positive\":6},{\"name\":\"right/inner\",\"threshold\":0.500000,\"support\":4," \
  "\"predicted\":0,\"true_positive\":0}]}}\n"

static void descriptions_are_whole(void **state) {
  (void)state;
  narr_model *model = hand_model(NARR_KERNEL_RBF, true);
  assert_described(
      model,
      "{\"tool\":\"hand\",\"model\":{\"mode\":\"exclusive\",\"linear\":false,"
      "\"terms\":4,\"scripts\":{\"Latin\":40,\"Cyrillic\":2},\"labels\":" KERNEL_LABELS);
  narr_error error = NARR_ERROR_INIT;
  assert_fails(narr_model_describe(model, 1, -1, &error), NARR_ERROR_SYSTEM, error, "description");
  narr_model_free(model);
  model = with_metadata("no JSON");
  assert_described(
      model,
      "{\"model\":{\"mode\":\"multi-label\",\"linear\":true,\"terms\":4,"
      "\"scripts\":{\"Latin\":40,\"Cyrillic\":2},\"labels\":["
      "{\"name\":\"left\",\"threshold\":0.600000,\"support\":10,\"predicted\":8,\"true_positive\":"
      "6,"
      "\"for\":[{\"block\":\"word\",\"term\":\"alpha\",\"share\":1.000000,\"weight\":1.000000,"
      "\"influence\":0.500000}]"
      ","
      "\"against\":[{\"block\":\"word\",\"term\":\"gamma\",\"share\":0.250000,\"weight\":-3.000000,"
      "\"influence\":-1.500000}]},"
      "{\"name\":\"right/inner\",\"threshold\":0.500000,\"support\":4,\"predicted\":0,"
      "\"true_positive\":0,"
      "\"for\":[{\"block\":\"word\",\"term\":\"beta\",\"share\":0.250000,\"weight\":2.000000,"
      "\"influence\":1.000000}],"
      "\"against\":[{\"block\":\"word\",\"term\":\"alpha\",\"share\":1.000000,\"weight\":-1.000000,"
      "\"influence\":-0.500000}]}]}}\n");
  narr_model_free(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(facts_are_found),
      cmocka_unit_test(what_is_no_json_has_no_facts),
      cmocka_unit_test(labels_and_scripts_are_counted),
      cmocka_unit_test(the_strongest_terms_come_first),
      cmocka_unit_test(rare_terms_count_for_less),
      cmocka_unit_test(shares_survive_a_byte),
      cmocka_unit_test(descriptions_are_whole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
