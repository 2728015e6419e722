/* test_model_mutations.c - whatever happens to a model file, it is noticed;
 * and where somebody has made the checksums right again, no harm is done. */
#include "base/prng.h"
#include "model/format.h"
#include "model/model.h"
#include "narr/classify.h"
#include "support/toy_corpus.h"

enum { MUTATIONS = 10000, FILE_MUTATIONS = 300, RESEALED = 6000 };

static const char *const texts[] = {"troops withdraw from kosovo, troops! #KosovoBase",
                                    "referendum отцеп independence https://a.example \xFF", "",
                                    "the dam and the river, today"};
enum { TEXTS = sizeof texts / sizeof *texts };

typedef struct bytes {
  unsigned char *data;
  size_t size;
} bytes;

static bytes bytes_of(const narr_model *model) {
  bytes b;
  const void *data = narr_model_bytes(model, &b.size);
  b.data = malloc(b.size);
  memcpy(b.data, data, b.size);
  return b;
}

static size_t below(narr_prng *prng, size_t bound) {
  return bound ? (size_t)narr_prng_below(prng, bound) : 0;
}

/* ---- Mutations: each makes a new run of bytes out of a good one --------------------- */

static void turn_bits(bytes *b, narr_prng *prng) {
  for (size_t n = 1 + below(prng, 3); n > 0; n--)
    b->data[below(prng, b->size)] ^= (unsigned char)(1u << below(prng, 8));
}

static void change_byte(bytes *b, narr_prng *prng) {
  b->data[below(prng, b->size)] = (unsigned char)narr_prng_next(prng);
}

static void cut_off(bytes *b, narr_prng *prng) {
  b->size = below(prng, b->size);
}

static void swap_blocks(bytes *b, narr_prng *prng) {
  size_t length = 1 + below(prng, b->size / 3);
  size_t first = below(prng, b->size - 2 * length + 1);
  size_t second = first + length + below(prng, b->size - first - 2 * length + 1);
  for (size_t i = 0; i < length; i++) {
    unsigned char kept = b->data[first + i];
    b->data[first + i] = b->data[second + i];
    b->data[second + i] = kept;
  }
}

static void insert_bytes(bytes *b, narr_prng *prng) {
  size_t length = 1 + below(prng, 100), at = below(prng, b->size + 1);
  unsigned char *longer = malloc(b->size + length);
  memcpy(longer, b->data, at);
  for (size_t i = 0; i < length; i++) longer[at + i] = (unsigned char)narr_prng_next(prng);
  memcpy(longer + at + length, b->data + at, b->size - at);
  free(b->data);
  *b = (bytes){longer, b->size + length};
}

static void zero_range(bytes *b, narr_prng *prng) {
  size_t at = below(prng, b->size), length = 1 + below(prng, 256);
  if (length > b->size - at) length = b->size - at;
  memset(b->data + at, 0, length);
}

static void remove_range(bytes *b, narr_prng *prng) {
  size_t at = below(prng, b->size), length = 1 + below(prng, 256);
  if (length > b->size - at) length = b->size - at;
  memmove(b->data + at, b->data + at + length, b->size - at - length);
  b->size -= length;
}

/* A number that is often the wrong one. */
static void set_number(bytes *b, narr_prng *prng) {
  static const uint64_t numbers[] = {0,
                                     1,
                                     2,
                                     63,
                                     UINT32_MAX,
                                     UINT32_MAX - 2,
                                     UINT64_MAX,
                                     INT64_MAX,
                                     UINT64_C(1) << 32,
                                     UINT64_C(0x7FF8000000000000), /* not a number */
                                     UINT64_C(0x7FF0000000000000), /* infinity */
                                     UINT64_C(0x7F8000007FC00000), /* the same as float */
                                     UINT64_C(0x7FEFFFFFFFFFFFFF), /* the largest double */
                                     UINT64_C(0x7F7FFFFF7F7FFFFF)};
  size_t size = (size_t)1 << below(prng, 4);
  size_t at = below(prng, b->size - 8) / size * size;
  memcpy(b->data + at, &numbers[below(prng, sizeof numbers / sizeof *numbers)], size);
}

typedef void mutation(bytes *b, narr_prng *prng);
static mutation *const mutations[] = {turn_bits,    change_byte, cut_off,      swap_blocks,
                                      insert_bytes, zero_range,  remove_range, set_number};
enum { KINDS = sizeof mutations / sizeof *mutations };

/* A good file with something done to it, in memory of just its size. */
static bytes mutated(const bytes *good, size_t kind, narr_prng *prng) {
  bytes b = {malloc(good->size), good->size};
  memcpy(b.data, good->data, good->size);
  mutations[kind](&b, prng);
  bytes exact = {malloc(b.size ? b.size : 1), b.size};
  if (b.size) memcpy(exact.data, b.data, b.size);
  free(b.data);
  return exact;
}

static bool same(const bytes *a, const bytes *b) {
  return a->size == b->size && memcmp(a->data, b->data, a->size) == 0;
}

/* ---- The laws ------------------------------------------------------------------------------ */

static const narr_kernel kernels[] = {NARR_KERNEL_LINEAR, NARR_KERNEL_RBF};

static narr_model *small_model(narr_kernel kernel) {
  narr_dataset *dataset =
      toy_dataset((toy_spec){.kind = TOY_EXCLUSIVE, .rows = 18, .seed = 1, .languages = true});
  narr_train_options options = toy_options();
  options.kernel = kernel;
  options.features = "word=1-2,char=3";
  options.mode = kernel == NARR_KERNEL_RBF ? NARR_MODE_MULTI_LABEL : NARR_MODE_AUTO;
  options.max_features = 200;
  narr_model *model = toy_train(dataset, &options, NULL);
  narr_dataset_free(dataset);
  return model;
}

static void damage_is_always_noticed(void **state) {
  (void)state;
  narr_prng prng = {2024};
  for (int k = 0; k < 2; k++) {
    narr_model *model = small_model(kernels[k]);
    bytes good = bytes_of(model);
    narr_model_free(model);
    for (size_t i = 0; i < MUTATIONS; i++) {
      bytes bad = mutated(&good, i % KINDS, &prng);
      if (!same(&bad, &good)) {
        narr_error error = NARR_ERROR_INIT;
        narr_status status = narr_model_from_memory(&model, bad.data, bad.size, &error);
        if (status != NARR_ERROR_MODEL || model || !*error.message)
          fail_msg("mutation %zu of kind %zu: %s", i, i % KINDS, narr_status_name(status));
      }
      free(bad.data);
    }
    free(good.data);
  }
}

static void damage_is_always_noticed_in_files(void **state) {
  (void)state;
  narr_prng prng = {4048};
  temp_path temp = temp_path_new("mutated.narr");
  for (int k = 0; k < 2; k++) {
    narr_model *model = small_model(kernels[k]);
    bytes good = bytes_of(model);
    narr_model_free(model);
    for (size_t i = 0; i < FILE_MUTATIONS; i++) {
      bytes bad = mutated(&good, i % KINDS, &prng);
      if (!same(&bad, &good)) {
        write_file(temp.path, bad.data, bad.size);
        narr_error error = NARR_ERROR_INIT;
        assert_fails(narr_model_load(&model, temp.path, &error), NARR_ERROR_MODEL, error,
                     temp.path);
        assert_null(model);
      }
      free(bad.data);
    }
    free(good.data);
  }
  temp_path_remove(&temp);
}

/* Uses all that can be used of a model. */
static void use(const narr_model *model) {
  narr_classifier *classifier;
  assert_ok(narr_classifier_new(&classifier, model, NULL));
  size_t labels = narr_model_label_count(model);
  assert_true(labels > 0 && strlen(narr_model_label(model, labels - 1)) > 0);
  for (size_t i = 0; i < TEXTS; i++) {
    const narr_result *result;
    const narr_explanation *why;
    narr_error error = NARR_ERROR_INIT;
    narr_status status = narr_classify(classifier, texts[i], strlen(texts[i]), &result, &error);
    if (status == NARR_ERROR_MODEL && strstr(error.message, "not all numbers")) continue;
    assert_ok(status);
    assert_int_equal(result->score_count, labels);
    for (size_t l = 0; l < labels; l++) assert_true(isfinite(result->scores[l].margin));
    const size_t last = labels - 1;
    assert_ok(narr_explain(classifier, &last, 1, 0, &why, NULL));
    for (size_t t = 0; t < why->term_count; t++)
      for (size_t s = 0; s < why->terms[t].span_count; s++)
        assert_true(why->terms[t].spans[s].end <= strlen(texts[i]));
    assert_ok(narr_explain(classifier, NULL, 0, 3, &why, NULL));
  }
  for (uint32_t t = 0; t < narr_model_feature_count(model) && t < 1000; t++) {
    size_t length;
    const char *string = narr_vocabulary_string(&model->vocabulary, t, &length);
    unsigned sum = 0;
    for (size_t i = 0; i < length; i++) sum += (unsigned char)string[i];
    assert_true(sum <= 255 * length);
  }
  narr_classifier_free(classifier);
  narr_model_term terms[3];
  size_t count;
  narr_fact fact;
  for (int against = 0; against < 2 && narr_model_is_linear(model); against++)
    assert_ok(narr_model_top_terms(model, labels - 1, against, terms, 3, &count, NULL));
  for (size_t i = 0; narr_model_fact_member(model, "options", i, &fact); i++)
    assert_true(fact.value_length > 0);
  assert_null(narr_model_script(model, 100).name);
}

static void resealed_damage_does_no_harm(void **state) {
  (void)state;
  narr_prng prng = {777};
  for (int k = 0; k < 2; k++) {
    narr_model *model = small_model(kernels[k]);
    bytes good = bytes_of(model);
    narr_model_free(model);
    size_t opened = 0, refused = 0;
    for (size_t i = 0; i < RESEALED; i++) {
      bytes bad = mutated(&good, i % KINDS, &prng);
      if (bad.size >= sizeof(file_header)) {
        uint64_t size = bad.size;
        memcpy(bad.data + offsetof(file_header, file_size), &size, sizeof size);
      }
      narr_model_reseal(bad.data, bad.size);
      narr_status status = narr_model_from_memory(&model, bad.data, bad.size, NULL);
      if (status == NARR_OK) {
        use(model);
        opened++;
      } else {
        assert_int_equal(status, NARR_ERROR_MODEL);
        refused++;
      }
      narr_model_free(model);
      free(bad.data);
    }
    /* or else this would be a test of nothing */
    assert_true(opened > RESEALED / 10);
    assert_true(refused > RESEALED / 10);
    free(good.data);
  }
}

/* ---- The seeds of fuzz_model -------------------------------------------------------------------
 */

#define SEEDS PROJECT_ROOT "/tests/fuzz/corpus/fuzz_model/"

/* They must be models of the present format, or the fuzzer begins with
 * nothing. With NARR_UPDATE_SEEDS set they are written anew first. */
static void the_fuzzers_seeds_are_models(void **state) {
  (void)state;
  static const char *const names[] = {SEEDS "linear.narr", SEEDS "rbf.narr"};
  static const char *const cut_names[] = {SEEDS "linear_cut.narr", SEEDS "rbf_cut.narr"};
  for (int k = 0; k < 2; k++) {
    narr_model *model;
    if (getenv("NARR_UPDATE_SEEDS")) {
      model = small_model(kernels[k]);
      bytes b = bytes_of(model);
      write_file(names[k], b.data, b.size);
      write_file(cut_names[k], b.data, k ? b.size / 2 : 700);
      free(b.data);
      narr_model_free(model);
    }
    narr_error error = NARR_ERROR_INIT;
    if (narr_model_load(&model, names[k], &error))
      fail_msg("%s (run this test with NARR_UPDATE_SEEDS=1 to write them anew)", error.message);
    size_t size;
    narr_model_bytes(model, &size);
    assert_true(size < 20000);
    use(model);
    narr_model_free(model);
    assert_int_equal(narr_model_load(&model, cut_names[k], NULL), NARR_ERROR_MODEL);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(damage_is_always_noticed),
      cmocka_unit_test(damage_is_always_noticed_in_files),
      cmocka_unit_test(resealed_damage_does_no_harm),
      cmocka_unit_test(the_fuzzers_seeds_are_models),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
