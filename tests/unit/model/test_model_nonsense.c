/* test_model_nonsense.c - files whose checksums are right and whose content
 * is not: made by somebody who wants to see a crash. Each case changes a
 * good model and seals it again. */
#include "model/format.h"
#include "model/score.h"
#include "support/hand_model.h"

typedef struct draft {
  unsigned char *bytes;
  size_t size;
} draft;

/* A copy of the model's bytes; the model is freed. */
static draft draft_of_model(narr_model *model) {
  draft d;
  const void *bytes = narr_model_bytes(model, &d.size);
  d.bytes = malloc(d.size);
  memcpy(d.bytes, bytes, d.size);
  narr_model_free(model);
  return d;
}

static draft draft_of(narr_kernel kernel) {
  return draft_of_model(hand_model(kernel, false));
}

static file_header *header_of(draft *d) {
  return (file_header *)(void *)d->bytes;
}

static file_section *section_of(draft *d, section_kind kind) {
  file_section *sections = (file_section *)(void *)(d->bytes + sizeof(file_header));
  for (size_t i = 0; i < header_of(d)->section_count; i++)
    if (sections[i].kind == kind) return &sections[i];
  fail_msg("there is no section %d", kind);
  return NULL;
}

static void *data_of(draft *d, section_kind kind) {
  return d->bytes + section_of(d, kind)->offset;
}

static file_options *options_of(draft *d) {
  return data_of(d, SECTION_OPTIONS);
}

static narr_decision *decisions_of(draft *d) {
  return data_of(d, SECTION_DECISIONS);
}

static narr_status open_draft(draft *d, narr_model **model, narr_error *error) {
  narr_model_reseal(d->bytes, d->size);
  return narr_model_from_memory(model, d->bytes, d->size, error);
}

/* The change is one that the checks refuse, in memory and in a file. */
static void refuse_draft(draft *d, const char *what, const char *part) {
  narr_error error = NARR_ERROR_INIT;
  narr_model *model = (narr_model *)d;
  narr_status status = open_draft(d, &model, &error);
  if (status == NARR_OK) fail_msg("%s: it was opened", what);
  assert_null(model);
  if (strncmp(error.message, "<memory>: ", 10) != 0) fail_msg("%s: %s", what, error.message);
  assert_fails(status, NARR_ERROR_MODEL, error, part);
  temp_path temp = temp_path_new("nonsense.narr");
  write_file(temp.path, d->bytes, d->size);
  status = narr_model_load(&model, temp.path, &error);
  assert_null(model);
  if (!strstr(error.message, temp.path)) fail_msg("%s: %s", what, error.message);
  assert_fails(status, NARR_ERROR_MODEL, error, part);
  temp_path_remove(&temp);
  free(d->bytes);
}

/* A draft of a model with this kernel; `change` it; it must be refused with
 * a message that has `part` in it. */
#define REFUSE(kernel, part, change)          \
  do {                                        \
    draft d = draft_of(NARR_KERNEL_##kernel); \
    { change; }                               \
    refuse_draft(&d, #change, part);          \
  } while (0)

static void a_resealed_good_model_opens(void **state) {
  (void)state;
  for (int kind = NARR_KERNEL_LINEAR; kind <= NARR_KERNEL_SIGMOID; kind++) {
    draft d = draft_of((narr_kernel)kind);
    narr_model *model;
    assert_ok(open_draft(&d, &model, NULL));
    narr_model_free(model);
    free(d.bytes);
  }
}

static void headers(void **state) {
  (void)state;
  REFUSE(LINEAR, "not a narr model", d.bytes[0] = 'X');
  REFUSE(LINEAR, "not a narr model", memcpy(d.bytes, "\x89NARR\n\n\x1a", 8));
  REFUSE(LINEAR, "format 0", header_of(&d)->version = 0);
  REFUSE(LINEAR, "format 1", header_of(&d)->version = 1);
  REFUSE(LINEAR, "format 2", header_of(&d)->version = 2);
  REFUSE(LINEAR, "cut off", header_of(&d)->file_size += 64);
  REFUSE(LINEAR, "cut off", header_of(&d)->file_size = UINT64_MAX);
  REFUSE(LINEAR, "behind its end", header_of(&d)->file_size = 0);
  REFUSE(LINEAR, "header", header_of(&d)->section_count = 0);
  REFUSE(LINEAR, "header", header_of(&d)->section_count = 33);
  REFUSE(LINEAR, "header", header_of(&d)->section_count = UINT32_MAX);
  REFUSE(LINEAR, "header", header_of(&d)->data_offset = 0);
  REFUSE(LINEAR, "header", header_of(&d)->data_offset = 64);
  REFUSE(LINEAR, "header", header_of(&d)->data_offset += 8);
  REFUSE(LINEAR, "header", header_of(&d)->data_offset = d.size + 64);
  REFUSE(LINEAR, "header", header_of(&d)->data_offset = UINT64_MAX - 63);
}

/* Takes a section out of the table. */
static void drop_section(draft *d, section_kind kind) {
  file_section *gone = section_of(d, kind);
  file_section *end =
      (file_section *)(void *)(d->bytes + sizeof(file_header)) + header_of(d)->section_count;
  memmove(gone, gone + 1, (size_t)(end - gone - 1) * sizeof *gone);
  header_of(d)->section_count--;
}

static void missing_sections(void **state) {
  (void)state;
  REFUSE(LINEAR, "labels", drop_section(&d, SECTION_LABELS));
  REFUSE(LINEAR, "metadata", drop_section(&d, SECTION_METADATA));
  for (section_kind kind = SECTION_PILOTS; kind <= SECTION_STRINGS; kind++)
    REFUSE(LINEAR, "vocabulary", drop_section(&d, kind));
  REFUSE(LINEAR, "no options", drop_section(&d, SECTION_OPTIONS));
  REFUSE(LINEAR, "no decisions", drop_section(&d, SECTION_DECISIONS));
  for (section_kind kind = SECTION_SUPPORT_STARTS; kind <= SECTION_COEFFICIENTS; kind++)
    REFUSE(RBF, "support vectors", drop_section(&d, kind));
}

static void section_tables(void **state) {
  (void)state;
  const char *table = "table of sections";
  REFUSE(LINEAR, table, section_of(&d, SECTION_ROWS)->kind = 0);
  REFUSE(LINEAR, table, section_of(&d, SECTION_ROWS)->kind = SECTION_END);
  REFUSE(LINEAR, table, section_of(&d, SECTION_ROWS)->kind = UINT32_MAX);
  REFUSE(LINEAR, table, section_of(&d, SECTION_ROWS)->kind = SECTION_PILOTS);
  REFUSE(LINEAR, table, section_of(&d, SECTION_ROWS)->offset += 4);
  REFUSE(LINEAR, table, section_of(&d, SECTION_ROWS)->offset = 0);
  REFUSE(LINEAR, table, section_of(&d, SECTION_OPTIONS)->offset -= 64);
  REFUSE(LINEAR, table, section_of(&d, SECTION_STRINGS)->offset = d.size + 64);
  REFUSE(LINEAR, table, section_of(&d, SECTION_STRINGS)->offset = UINT64_MAX - 63);
  REFUSE(LINEAR, table, section_of(&d, SECTION_STRINGS)->size = 65);
  REFUSE(LINEAR, table, section_of(&d, SECTION_STRINGS)->size = UINT64_MAX);
  REFUSE(LINEAR, table,
         section_of(&d, SECTION_STRINGS)->size = 0 - section_of(&d, SECTION_STRINGS)->offset);
  REFUSE(LINEAR, table, section_of(&d, SECTION_LABELS)->size = 65); /* overlaps the next */
  REFUSE(LINEAR, table,
         section_of(&d, SECTION_DECISIONS)->offset = section_of(&d, SECTION_LABELS)->offset);
}

static void options(void **state) {
  (void)state;
  const char *no_sense = "options make no sense";
  REFUSE(LINEAR, "no options", section_of(&d, SECTION_OPTIONS)->size -= 1);
  REFUSE(LINEAR, no_sense, options_of(&d)->label_count = 0);
  REFUSE(LINEAR, no_sense, options_of(&d)->label_count = 65537);
  REFUSE(LINEAR, no_sense, options_of(&d)->label_count = UINT32_MAX);
  REFUSE(LINEAR, no_sense, options_of(&d)->exclusive = 2);
  REFUSE(LINEAR, no_sense, options_of(&d)->always_labelled = 2);
  REFUSE(LINEAR, no_sense, options_of(&d)->kernel = 4);
  REFUSE(LINEAR, no_sense, options_of(&d)->kernel = UINT32_MAX);
  REFUSE(LINEAR, no_sense, options_of(&d)->term_count = 0);
  REFUSE(LINEAR, no_sense, options_of(&d)->term_count = UINT32_MAX);
  REFUSE(LINEAR, no_sense, options_of(&d)->term_count = UINT64_MAX);
  REFUSE(RBF, no_sense, options_of(&d)->gamma = NAN);
  REFUSE(RBF, no_sense, options_of(&d)->gamma = INFINITY);
  REFUSE(RBF, no_sense, options_of(&d)->coef0 = -INFINITY);
  REFUSE(POLY, no_sense, options_of(&d)->degree = -1);
  REFUSE(LINEAR, no_sense, options_of(&d)->idf_unit = NAN);
  REFUSE(LINEAR, no_sense, options_of(&d)->idf_unit = -1);
  REFUSE(LINEAR, no_sense, options_of(&d)->pilot_count = 0);
  REFUSE(LINEAR, no_sense, options_of(&d)->pilot_count = UINT64_C(1) << 32);
  REFUSE(LINEAR, no_sense, options_of(&d)->range = HAND_WORDS - 1);
  REFUSE(LINEAR, no_sense, options_of(&d)->range = UINT64_C(1) << 32);
  REFUSE(LINEAR, no_sense, options_of(&d)->features.min[0] = 2);
  REFUSE(LINEAR, no_sense, options_of(&d)->features.max[0] = 9);
  REFUSE(LINEAR, no_sense, options_of(&d)->features.min[0] = 0);
  REFUSE(LINEAR, no_sense, options_of(&d)->features.min[0] = options_of(&d)->features.max[0] = 0);
  REFUSE(LINEAR, no_sense, options_of(&d)->features.max[2] = 1);
  REFUSE(LINEAR, no_sense, options_of(&d)->features.sublinear_tf = 2);
  REFUSE(LINEAR, no_sense, options_of(&d)->features.use_idf = 255);
}

/* Counts that make sense, but not for these sections. */
static void counts(void **state) {
  (void)state;
  REFUSE(LINEAR, "labels", options_of(&d)->label_count = 1);
  REFUSE(LINEAR, "labels", options_of(&d)->label_count = 3);
  REFUSE(LINEAR, "vocabulary", options_of(&d)->pilot_count = HAND_PILOTS - 1);
  REFUSE(LINEAR, "vocabulary", options_of(&d)->pilot_count = UINT32_MAX);
  REFUSE(LINEAR, "vocabulary", options_of(&d)->range = HAND_WORDS);
  REFUSE(LINEAR, "vocabulary", options_of(&d)->range = UINT32_MAX);
  REFUSE(LINEAR, "vocabulary", ((uint32_t *)data_of(&d, SECTION_SPARE))[3] = HAND_WORDS);
  REFUSE(LINEAR, "vocabulary", options_of(&d)->term_count = 3);
  REFUSE(LINEAR, "options make no sense", options_of(&d)->term_count = UINT32_MAX - 2);
  REFUSE(LINEAR, "vocabulary", section_of(&d, SECTION_STRING_STARTS)->size -= 8);
  REFUSE(LINEAR, "vocabulary", section_of(&d, SECTION_BLOCKS)->size += 1);
  REFUSE(LINEAR, "vocabulary", section_of(&d, SECTION_SHARES)->size -= 1);
  REFUSE(LINEAR, "vocabulary", section_of(&d, SECTION_ROWS)->size -= 4);
  REFUSE(LINEAR, "vocabulary", options_of(&d)->kernel = NARR_KERNEL_RBF);
  REFUSE(RBF, "vocabulary", options_of(&d)->kernel = NARR_KERNEL_LINEAR);
  REFUSE(RBF, "support vectors", options_of(&d)->support_count = 2);
  REFUSE(RBF, "support vectors", options_of(&d)->support_count = 0);
  REFUSE(RBF, "support vectors", options_of(&d)->support_count = UINT32_MAX);
  REFUSE(RBF, "support vectors", options_of(&d)->support_count = UINT64_MAX);
  REFUSE(RBF, "support vectors", options_of(&d)->support_entries = 4);
  REFUSE(RBF, "support vectors", options_of(&d)->support_entries = UINT64_C(1) << 62);
  REFUSE(RBF, "support vectors", options_of(&d)->support_entries = UINT64_MAX);
}

static void labels(void **state) {
  (void)state;
  const char *no_sense = "labels make no sense";
  char *text;
  REFUSE(LINEAR, no_sense, text = data_of(&d, SECTION_LABELS); text[16] = 'x'); /* no NUL */
  REFUSE(LINEAR, no_sense, text = data_of(&d, SECTION_LABELS); text[4] = 'x');  /* one label */
  REFUSE(LINEAR, no_sense, text = data_of(&d, SECTION_LABELS); text[2] = '\0'); /* three */
  REFUSE(LINEAR, no_sense, text = data_of(&d, SECTION_LABELS); text[0] = '\0'); /* "" */
  REFUSE(LINEAR, no_sense, text = data_of(&d, SECTION_LABELS); text[1] = '\xFF');
  REFUSE(LINEAR, no_sense, text = data_of(&d, SECTION_LABELS); text[3] = '\xC3');
  REFUSE(LINEAR, no_sense, section_of(&d, SECTION_LABELS)->size -= 1);
  REFUSE(LINEAR, no_sense, section_of(&d, SECTION_LABELS)->size += 1);
  REFUSE(LINEAR, no_sense, section_of(&d, SECTION_LABELS)->size = 0);
  /* twice the same name: whose score is it? */
  REFUSE(LINEAR, no_sense, memcpy(data_of(&d, SECTION_LABELS), "right/in\0right/in", 18);
         section_of(&d, SECTION_LABELS)->size = 18);
}

static void decisions(void **state) {
  (void)state;
  const char *no_sense = "decisions make no sense";
  REFUSE(LINEAR, "no decisions", section_of(&d, SECTION_DECISIONS)->size -= 8);
  REFUSE(LINEAR, no_sense, decisions_of(&d)[0].bias = NAN);
  REFUSE(RBF, no_sense, decisions_of(&d)[1].bias = INFINITY);
  REFUSE(LINEAR, no_sense, decisions_of(&d)[1].sigmoid.a = 0);
  REFUSE(LINEAR, no_sense, decisions_of(&d)[0].sigmoid.a = 1e-300);
  REFUSE(LINEAR, no_sense, decisions_of(&d)[0].sigmoid.a = NAN);
  REFUSE(LINEAR, no_sense, decisions_of(&d)[0].sigmoid.a = -INFINITY);
  REFUSE(LINEAR, no_sense, decisions_of(&d)[0].sigmoid.b = NAN);
  REFUSE(LINEAR, no_sense, decisions_of(&d)[0].sigmoid.b = INFINITY);
  REFUSE(LINEAR, no_sense, decisions_of(&d)[1].threshold = 1.5);
  REFUSE(LINEAR, no_sense, decisions_of(&d)[1].threshold = -1e-9);
  REFUSE(LINEAR, no_sense, decisions_of(&d)[1].threshold = NAN);
}

static void facts(void **state) {
  (void)state;
  const char *none = "no facts", *no_sense = "facts about its corpus make no sense";
  narr_corpus_facts *corpus;
  narr_label_facts *labels;
  REFUSE(LINEAR, none, section_of(&d, SECTION_CORPUS)->size -= 8);
  REFUSE(LINEAR, none, section_of(&d, SECTION_LABEL_FACTS)->size -= 8);
  REFUSE(RBF, none, drop_section(&d, SECTION_CORPUS));
  REFUSE(LINEAR, none, drop_section(&d, SECTION_LABEL_FACTS));
  REFUSE(LINEAR, no_sense, corpus = data_of(&d, SECTION_CORPUS); corpus->usual_scale[3] = NAN);
  REFUSE(LINEAR, no_sense, corpus = data_of(&d, SECTION_CORPUS); corpus->usual_scale[0] = -1);
  REFUSE(LINEAR, no_sense, labels = data_of(&d, SECTION_LABEL_FACTS); labels[0].true_positive = 9);
  REFUSE(LINEAR, no_sense, labels = data_of(&d, SECTION_LABEL_FACTS); labels[1].true_positive = 1);
}

/* A taxonomy is a forest in which parents come first, of a model in which
 * labels go together. */
static void taxonomies(void **state) {
  (void)state;
  static const size_t parents[][HAND_LABELS] = {
      {SIZE_MAX, 0}, {SIZE_MAX, SIZE_MAX}, {0, SIZE_MAX}, {SIZE_MAX, 1}, {1, SIZE_MAX}};
  for (size_t i = 0; i < sizeof parents / sizeof *parents; i++)
    for (int exclusive = 0; exclusive < 2; exclusive++) {
      hand_vocabulary v = hand_vocabulary_new(hand_terms, HAND_WORDS);
      narr_model_parts parts = hand_parts(&v, NARR_KERNEL_LINEAR);
      narr_model *model;
      narr_error error = NARR_ERROR_INIT;
      parts.parents = parents[i];
      parts.exclusive = exclusive;
      narr_status status = narr_model_build(&model, &parts, &error);
      if (i < 2 && !exclusive) {
        assert_ok(status);
        for (size_t l = 0; l < HAND_LABELS; l++)
          assert_true(narr_model_parent(model, l) == parents[i][l]);
      } else {
        assert_fails(status, NARR_ERROR_MODEL, error, "taxonomy makes no sense");
      }
      narr_model_free(model);
      hand_vocabulary_free(&v);
    }
}

static draft knotted_draft(void) {
  return draft_of_model(hand_model_of((hand_spec){.knotted = true}));
}

#define REFUSE_KNOTS(change)                              \
  do {                                                    \
    draft d = knotted_draft();                            \
    narr_knot *knots = data_of(&d, SECTION_KNOTS);        \
    { change; }                                           \
    (void)knots;                                          \
    refuse_draft(&d, #change, "decisions make no sense"); \
  } while (0)

static void knots_of_calibrations(void **state) {
  (void)state;
  draft good = knotted_draft();
  narr_model *model;
  assert_ok(open_draft(&good, &model, NULL));
  narr_model_free(model);
  free(good.bytes);
  REFUSE_KNOTS(knots[1].margin = NAN);
  REFUSE_KNOTS(knots[1].log_odds = INFINITY);
  REFUSE_KNOTS(knots[1].margin = knots[0].margin);
  REFUSE_KNOTS(knots[2].margin = -3);
  REFUSE_KNOTS(knots[1].log_odds = knots[2].log_odds);
  REFUSE_KNOTS(knots[0].log_odds = 5);
  REFUSE_KNOTS(decisions_of(&d)[1].knot_count = 1);
  REFUSE_KNOTS(decisions_of(&d)[1].knot_count = 2); /* one is left over */
  REFUSE_KNOTS(decisions_of(&d)[1].knot_count = 4);
  REFUSE_KNOTS(decisions_of(&d)[1].knot_count = UINT64_MAX);
  REFUSE_KNOTS(decisions_of(&d)[1].first_knot = 1);
  REFUSE_KNOTS(decisions_of(&d)[0].first_knot = UINT64_MAX);
  REFUSE_KNOTS(decisions_of(&d)[0].knot_count = 2);
  REFUSE_KNOTS(section_of(&d, SECTION_KNOTS)->size -= 1);
  REFUSE_KNOTS(section_of(&d, SECTION_KNOTS)->size = 0);
  REFUSE_KNOTS(drop_section(&d, SECTION_KNOTS));
  REFUSE(LINEAR, "decisions make no sense", decisions_of(&d)[0].knot_count = 2);
  REFUSE(LINEAR, "decisions make no sense", decisions_of(&d)[1].first_knot = 1);
}

static void metadata(void **state) {
  (void)state;
  const char *no_sense = "metadata make no sense";
  char *text;
  REFUSE(LINEAR, no_sense, section_of(&d, SECTION_METADATA)->size -= 1); /* no NUL */
  REFUSE(LINEAR, no_sense, section_of(&d, SECTION_METADATA)->size += 1); /* two */
  REFUSE(LINEAR, no_sense, section_of(&d, SECTION_METADATA)->size = 0);
  REFUSE(LINEAR, no_sense, text = data_of(&d, SECTION_METADATA); text[3] = '\0');
  REFUSE(LINEAR, no_sense, text = data_of(&d, SECTION_METADATA); text[3] = '\x80');
}

static void support(void **state) {
  (void)state;
  const char *no_sense = "support vectors make no sense";
  uint64_t *starts;
  uint32_t *terms;
  REFUSE(RBF, no_sense, starts = data_of(&d, SECTION_SUPPORT_STARTS); starts[0] = 1);
  REFUSE(RBF, no_sense, starts = data_of(&d, SECTION_SUPPORT_STARTS); starts[3] = 4);
  REFUSE(RBF, no_sense, starts = data_of(&d, SECTION_SUPPORT_STARTS); starts[3] = 6);
  REFUSE(RBF, no_sense, starts = data_of(&d, SECTION_SUPPORT_STARTS); starts[1] = 4);
  REFUSE(RBF, no_sense, starts = data_of(&d, SECTION_SUPPORT_STARTS); starts[2] = 6);
  REFUSE(RBF, no_sense, starts = data_of(&d, SECTION_SUPPORT_STARTS); starts[1] = UINT64_MAX);
  REFUSE(RBF, no_sense, starts = data_of(&d, SECTION_SUPPORT_STARTS);
         starts[1] = UINT64_C(1) << 62);
  REFUSE(RBF, no_sense, terms = data_of(&d, SECTION_SUPPORT_TERMS); terms[0] = HAND_WORDS);
  REFUSE(RBF, no_sense, terms = data_of(&d, SECTION_SUPPORT_TERMS); terms[4] = UINT32_MAX);
  REFUSE(RBF, no_sense, terms = data_of(&d, SECTION_SUPPORT_TERMS); terms[2] = 0); /* falling */
  REFUSE(RBF, no_sense, terms = data_of(&d, SECTION_SUPPORT_TERMS); terms[2] = 1); /* twice */
}

/* What can't be told from sense at once is checked when it is used. */
static void a_hostile_vocabulary_does_no_harm(void **state) {
  (void)state;
  draft d = draft_of(NARR_KERNEL_LINEAR);
  memset(data_of(&d, SECTION_PILOTS), 0xFF, section_of(&d, SECTION_PILOTS)->size);
  uint64_t *starts = data_of(&d, SECTION_STRING_STARTS);
  starts[0] = 5;
  starts[1] = UINT64_MAX;
  starts[2] = 0;
  starts[3] = 1000;
  narr_model *model;
  assert_ok(open_draft(&d, &model, NULL));
  const narr_vocabulary *v = &model->vocabulary;
  for (size_t word = 0; word < HAND_WORDS; word++) { /* lost, or where it was */
    uint32_t term = narr_vocabulary_find(v, hand_key(hand_words[word]));
    assert_true(term == NARR_TERM_NONE || term == word);
  }
  for (uint32_t t = 0; t < HAND_WORDS; t++) {
    size_t length = 7;
    narr_vocabulary_string(v, t, &length);
    assert_int_equal(length, 0);
  }
  narr_model_free(model);
  free(d.bytes);
}

static void resealing_leaves_alone_what_can_not_be_a_head(void **state) {
  (void)state;
  draft d = draft_of(NARR_KERNEL_LINEAR);
  for (size_t size = 0; size < d.size; size += 1) {
    unsigned char *cut = malloc(size ? size : 1);
    if (size) memcpy(cut, d.bytes, size);
    narr_model_reseal(cut, size);
    narr_model *model;
    assert_int_equal(narr_model_from_memory(&model, cut, size, NULL), NARR_ERROR_MODEL);
    free(cut);
  }
  free(d.bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_resealed_good_model_opens),
      cmocka_unit_test(headers),
      cmocka_unit_test(missing_sections),
      cmocka_unit_test(section_tables),
      cmocka_unit_test(options),
      cmocka_unit_test(counts),
      cmocka_unit_test(labels),
      cmocka_unit_test(decisions),
      cmocka_unit_test(facts),
      cmocka_unit_test(taxonomies),
      cmocka_unit_test(knots_of_calibrations),
      cmocka_unit_test(metadata),
      cmocka_unit_test(support),
      cmocka_unit_test(a_hostile_vocabulary_does_no_harm),
      cmocka_unit_test(resealing_leaves_alone_what_can_not_be_a_head),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
