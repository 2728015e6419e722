/* model.c - opening a model file: nothing in it is believed before it was
 * checked. */
#include "model/model.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/intern.h"
#include "base/status.h"
#include "base/utf8.h"
#include "model/format.h"
#include "model/seal.h"
#include "model/weight_sums.h"

/* Up to this size a file is checked as a whole when it is opened, which
 * takes a few milliseconds. */
#define CHECK_AT_ONCE ((size_t)32 << 20)

#define MOST_SECTIONS 32
#define MOST_LABELS 65536

/* What is being opened, and the name to complain about. */
typedef struct opening {
  narr_model *model;
  const char *name;
  narr_error *error;
  file_options options;
  file_section sections[SECTION_END]; /* by kind; size 0 and offset 0: none */
} opening;

static narr_status reject(const opening *o, const char *why) {
  return narr_fail(o->error, NARR_ERROR_MODEL, "%s: %s", o->name, why);
}

static const void *section_data(const opening *o, section_kind kind) {
  return o->model->bytes + o->sections[kind].offset;
}

/* ---- The head --------------------------------------------------------------- */

static narr_status check_head(opening *o, file_header *header) {
  const narr_model *model = o->model;
  if (model->size < sizeof *header || memcmp(model->bytes, FILE_MAGIC, 8) != 0)
    return reject(o, model->size ? "not a narr model" : "not a narr model (the file is empty)");
  memcpy(header, model->bytes, sizeof *header);
  if (header->version != FILE_VERSION)
    return narr_fail(o->error, NARR_ERROR_MODEL,
                     "%s: model format %u is not known here (this is format %d); train it again",
                     o->name, header->version, FILE_VERSION);
  if (header->file_size != model->size)
    return narr_fail(o->error, NARR_ERROR_MODEL, "%s: %s: %zu bytes of %llu", o->name,
                     model->size < header->file_size ? "cut off" : "has bytes behind its end",
                     model->size, (unsigned long long)header->file_size);
  if (header->section_count == 0 || header->section_count > MOST_SECTIONS ||
      header->data_offset % FILE_ALIGNMENT || header->data_offset > model->size)
    return reject(o, "damaged (its header makes no sense)");
  uint64_t sums = narr_sums_offset(header->section_count);
  uint64_t blocks = narr_blocks_count(model->size - (size_t)header->data_offset);
  if (sums + blocks * sizeof(uint64_t) > header->data_offset)
    return reject(o, "damaged (its header makes no sense)");
  if (narr_head_checksum(model->bytes, header->data_offset) != header->checksum)
    return reject(o, "damaged (checksum of the header)");
  return NARR_OK;
}

static narr_status read_sections(opening *o, const file_header *header) {
  uint64_t end = header->data_offset;
  for (size_t i = 0; i < header->section_count; i++) {
    file_section section;
    memcpy(&section, o->model->bytes + sizeof *header + i * sizeof section, sizeof section);
    if (section.kind == 0 || section.kind >= SECTION_END || o->sections[section.kind].offset ||
        section.offset % FILE_ALIGNMENT || section.offset < end ||
        section.offset > o->model->size || section.size > o->model->size - section.offset)
      return reject(o, "damaged (its table of sections makes no sense)");
    o->sections[section.kind] = section;
    end = section.offset + section.size;
  }
  return NARR_OK;
}

/* Whether a section is read when a file is opened, or for any text. */
static bool is_always_needed(section_kind kind) {
  switch (kind) {
    case SECTION_ROWS:
    case SECTION_BLOCKS:
    case SECTION_STRING_STARTS:
    case SECTION_STRINGS:
    case SECTION_SHARES: return false;
    default: return true;
  }
}

/* Checksums: of all, or of what is always needed. */
static narr_status check_sums(opening *o, const file_header *header, bool at_once) {
  narr_model *model = o->model;
  const void *sums = model->bytes + narr_sums_offset(header->section_count);
  if (!narr_blocks_init(&model->blocks, model->bytes + header->data_offset,
                        model->size - (size_t)header->data_offset, sums))
    return narr_fail_memory(o->error);
  bool good = true;
  if (at_once || model->size <= CHECK_AT_ONCE || o->sections[SECTION_COEFFICIENTS].offset)
    good = narr_blocks_check_all(&model->blocks);
  else
    for (section_kind k = SECTION_OPTIONS; k < SECTION_END; k++)
      if (o->sections[k].offset && is_always_needed(k))
        good = good && narr_blocks_check_range(&model->blocks, section_data(o, k),
                                               (size_t)o->sections[k].size);
  return good ? NARR_OK : reject(o, "damaged (checksum)");
}

/* ---- The sections ------------------------------------------------------------- */

/* Whether a section is there with `count` items of `size` bytes. */
static bool has(const opening *o, section_kind kind, uint64_t count, uint64_t size) {
  uint64_t total;
  return o->sections[kind].offset && !__builtin_mul_overflow(count, size, &total) &&
         o->sections[kind].size == total;
}

static narr_status read_options(opening *o) {
  if (!has(o, SECTION_OPTIONS, 1, sizeof o->options)) return reject(o, "damaged (no options)");
  memcpy(&o->options, section_data(o, SECTION_OPTIONS), sizeof o->options);
  const file_options *options = &o->options;
  narr_model *model = o->model;
  if (options->label_count == 0 || options->label_count > MOST_LABELS || options->exclusive > 1 ||
      options->always_labelled > 1 || options->gated > 1 || options->zero ||
      (options->gated && (options->exclusive || options->always_labelled)) ||
      options->kernel > NARR_KERNEL_SIGMOID || options->term_count == 0 ||
      options->term_count > options->range || options->range > UINT32_MAX ||
      options->pilot_count == 0 || options->pilot_count > UINT32_MAX || !(options->idf_unit >= 0) ||
      !isfinite(options->idf_unit) || !isfinite(options->gamma) || !isfinite(options->coef0) ||
      options->degree < 0 || !narr_feature_options_valid(&options->features))
    return reject(o, "damaged (its options make no sense)");
  model->features = options->features;
  model->exclusive = options->exclusive;
  model->always_labelled = options->always_labelled;
  model->gated = options->gated;
  model->label_count = options->label_count;
  model->machine_count = model->label_count + model->gated;
  model->kernel = (narr_kernel_params){(narr_kernel)options->kernel, options->gamma, options->coef0,
                                       options->degree};
  return NARR_OK;
}

/* The names, all of them different; points the model to them. */
static narr_status take_labels(const opening *o, narr_intern *seen) {
  narr_model *model = o->model;
  const file_section *section = &o->sections[SECTION_LABELS];
  const char *at = section_data(o, SECTION_LABELS), *end = at + section->size;
  for (size_t i = 0; i < model->label_count; i++) {
    const char *nul = at < end && section->offset ? memchr(at, '\0', (size_t)(end - at)) : NULL;
    if (!nul || nul == at || !narr_utf8_valid(at, (size_t)(nul - at), NULL))
      return reject(o, "damaged (its labels make no sense)");
    size_t number = narr_intern_add(seen, at, (size_t)(nul - at));
    if (number == NARR_INTERN_NONE) return narr_fail_memory(o->error);
    if (number != i) return reject(o, "damaged (its labels make no sense)");
    model->labels[i] = at;
    at = nul + 1;
  }
  return at == end ? NARR_OK : reject(o, "damaged (its labels make no sense)");
}

static narr_status read_labels(opening *o) {
  narr_model *model = o->model;
  model->labels = narr_alloc(model->label_count, sizeof *model->labels);
  if (!model->labels) return narr_fail_memory(o->error);
  narr_intern seen = NARR_INTERN_INIT;
  narr_status status = take_labels(o, &seen);
  narr_intern_free(&seen);
  return status;
}

/* The knots of a machine follow those of the one before; none are left over. */
static bool knots_make_sense(const opening *o) {
  const narr_model *model = o->model;
  const file_section *section = &o->sections[SECTION_KNOTS];
  uint64_t total = section->offset ? section->size / sizeof *model->knots : 0, used = 0;
  for (size_t l = 0; l < model->machine_count; l++) {
    const narr_decision *d = &model->decisions[l];
    if (d->first_knot != used || d->knot_count == 1 || d->knot_count > NARR_KNOTS_AT_MOST ||
        d->knot_count > total - used)
      return false;
    used += d->knot_count;
    const narr_knot *knots = model->knots + d->first_knot;
    for (size_t k = 0; k < d->knot_count; k++)
      if (!isfinite(knots[k].margin) || !isfinite(knots[k].log_odds) ||
          (k &&
           !(knots[k].margin > knots[k - 1].margin && knots[k].log_odds > knots[k - 1].log_odds)))
        return false;
  }
  return used == total && total * sizeof *model->knots == section->size;
}

static narr_status read_decisions(opening *o) {
  narr_model *model = o->model;
  if (!has(o, SECTION_DECISIONS, model->machine_count, sizeof *model->decisions))
    return reject(o, "damaged (no decisions)");
  model->decisions = section_data(o, SECTION_DECISIONS);
  for (size_t i = 0; i < model->machine_count; i++) {
    const narr_decision *d = &model->decisions[i];
    if (!isfinite(d->bias) || !isfinite(d->sigmoid.a) || !isfinite(d->sigmoid.b) ||
        !(d->sigmoid.a < 0) || !(d->unit >= 0) || !isfinite(d->unit) ||
        !((d->threshold >= 0 && d->threshold <= 1) || d->threshold == NARR_NEVER_FLAGGED))
      return reject(o, "damaged (its decisions make no sense)");
  }
  model->knots = section_data(o, SECTION_KNOTS);
  if (!knots_make_sense(o)) return reject(o, "damaged (its decisions make no sense)");
  const file_section *metadata = &o->sections[SECTION_METADATA];
  model->metadata = section_data(o, SECTION_METADATA);
  if (!metadata->offset || !metadata->size || model->metadata[metadata->size - 1] != '\0' ||
      strlen(model->metadata) + 1 != metadata->size ||
      !narr_utf8_valid(model->metadata, metadata->size - 1, NULL))
    return reject(o, "damaged (its metadata make no sense)");
  return NARR_OK;
}

static narr_status read_facts(opening *o) {
  narr_model *model = o->model;
  if (!has(o, SECTION_CORPUS, 1, sizeof *model->corpus) ||
      !has(o, SECTION_LABEL_FACTS, model->label_count, sizeof *model->label_facts))
    return reject(o, "damaged (no facts about its corpus)");
  model->corpus = section_data(o, SECTION_CORPUS);
  model->label_facts = section_data(o, SECTION_LABEL_FACTS);
  bool good = true;
  for (size_t b = 0; b < NARR_BLOCK_COUNT; b++)
    good = good && model->corpus->usual_scale[b] >= 0 && isfinite(model->corpus->usual_scale[b]);
  for (size_t l = 0; l < model->label_count; l++) {
    const narr_label_facts *facts = &model->label_facts[l];
    good =
        good && facts->true_positive <= facts->support && facts->true_positive <= facts->predicted;
  }
  return good ? NARR_OK : reject(o, "damaged (the facts about its corpus make no sense)");
}

/* Who is under whom: nobody under one that comes behind, so there is no circle. */
static narr_status read_parents(opening *o) {
  narr_model *model = o->model;
  if (!o->sections[SECTION_PARENTS].offset) return NARR_OK;
  const uint32_t *parents = section_data(o, SECTION_PARENTS);
  bool good = has(o, SECTION_PARENTS, model->label_count, sizeof *parents) && !model->exclusive;
  for (size_t i = 0; good && i < model->label_count; i++) good = parents[i] <= i;
  if (!good) return reject(o, "damaged (its taxonomy makes no sense)");
  model->parents = parents;
  return NARR_OK;
}

static bool has_rows(const opening *o) {
  uint64_t size = file_row_size((narr_kernel)o->options.kernel, o->model->machine_count), total;
  return !__builtin_mul_overflow(o->options.term_count, size, &total) &&
         !__builtin_add_overflow(total, NARR_ROW_READ, &total) && has(o, SECTION_ROWS, total, 1);
}

/* All that only people want to know of terms; or, in a compact model, none. */
static bool has_names(const opening *o) {
  uint64_t terms = o->options.term_count;
  return o->sections[SECTION_STRINGS].offset && has(o, SECTION_BLOCKS, terms, 1) &&
         has(o, SECTION_SHARES, terms, 1) &&
         has(o, SECTION_STRING_STARTS, terms + 1, sizeof(uint64_t));
}
static bool has_no_names(const opening *o) {
  return !o->sections[SECTION_STRINGS].offset && !o->sections[SECTION_BLOCKS].offset &&
         !o->sections[SECTION_SHARES].offset && !o->sections[SECTION_STRING_STARTS].offset;
}

/* False: sections are missing, or name places that there are not. */
static bool read_hash(const opening *o, narr_perfect_hash *hash) {
  const file_options *options = &o->options;
  uint64_t spare = options->range - options->term_count;
  if (!has(o, SECTION_PILOTS, options->pilot_count, sizeof(uint16_t)) ||
      !has(o, SECTION_SPARE, spare, sizeof(uint32_t)))
    return false;
  *hash = (narr_perfect_hash){section_data(o, SECTION_PILOTS), (size_t)options->pilot_count,
                              (size_t)options->term_count, (size_t)options->range,
                              section_data(o, SECTION_SPARE)};
  for (size_t i = 0; i < spare; i++)
    if (hash->spare[i] >= hash->count) return false;
  return true;
}

static narr_status read_vocabulary(opening *o) {
  const file_options *options = &o->options;
  narr_vocabulary *v = &o->model->vocabulary;
  if (!read_hash(o, &v->hash) || !has_rows(o) || !(has_names(o) || has_no_names(o)))
    return reject(o, "damaged (its vocabulary makes no sense)");
  v->term_count = (size_t)options->term_count;
  v->rows = section_data(o, SECTION_ROWS);
  v->row_size = file_row_size((narr_kernel)options->kernel, o->model->machine_count);
  v->idf_unit = options->idf_unit;
  v->checked = &o->model->blocks;
  if (has_no_names(o)) return NARR_OK;
  v->blocks = section_data(o, SECTION_BLOCKS);
  v->string_starts = section_data(o, SECTION_STRING_STARTS);
  v->strings = section_data(o, SECTION_STRINGS);
  v->strings_size = (size_t)o->sections[SECTION_STRINGS].size;
  o->model->shares = section_data(o, SECTION_SHARES);
  return NARR_OK;
}

static bool support_makes_sense(const narr_model *model, uint64_t entries) {
  const uint64_t *starts = model->support_starts;
  if (starts[0] != 0 || starts[model->support_count] != entries) return false;
  for (size_t s = 0; s < model->support_count; s++) {
    if (starts[s] > starts[s + 1] || starts[s + 1] > entries) return false;
    for (uint64_t i = starts[s]; i < starts[s + 1]; i++)
      if (model->support_terms[i] >= model->vocabulary.term_count ||
          (i > starts[s] && model->support_terms[i] <= model->support_terms[i - 1]))
        return false;
  }
  return true;
}

static narr_status read_machines(opening *o) {
  const file_options *options = &o->options;
  narr_model *model = o->model;
  if (options->kernel == NARR_KERNEL_LINEAR) return NARR_OK; /* they are in the rows */
  uint64_t count;
  if (options->support_count >= UINT32_MAX ||
      __builtin_mul_overflow(options->support_count, (uint64_t)model->machine_count, &count) ||
      !has(o, SECTION_SUPPORT_STARTS, options->support_count + 1, sizeof(uint64_t)) ||
      !has(o, SECTION_SUPPORT_TERMS, options->support_entries, sizeof(uint32_t)) ||
      !has(o, SECTION_SUPPORT_VALUES, options->support_entries, sizeof(float)) ||
      !has(o, SECTION_COEFFICIENTS, count, sizeof(double)))
    return reject(o, "damaged (its support vectors make no sense)");
  model->support_count = (size_t)options->support_count;
  model->support_starts = section_data(o, SECTION_SUPPORT_STARTS);
  model->support_terms = section_data(o, SECTION_SUPPORT_TERMS);
  model->support_values = section_data(o, SECTION_SUPPORT_VALUES);
  model->coefficients = section_data(o, SECTION_COEFFICIENTS);
  if (!support_makes_sense(model, options->support_entries))
    return reject(o, "damaged (its support vectors make no sense)");
  return NARR_OK;
}

static narr_status open_bytes(opening *o, bool at_once) {
  file_header header;
  narr_status status = check_head(o, &header);
  if (!status) status = read_sections(o, &header);
  if (!status) status = check_sums(o, &header, at_once);
  if (!status) status = read_options(o);
  if (!status) status = read_labels(o);
  if (!status) status = read_decisions(o);
  if (!status) status = read_facts(o);
  if (!status) status = read_parents(o);
  if (!status) status = read_vocabulary(o);
  if (!status) status = read_machines(o);
  return status;
}

/* ---- The public functions -------------------------------------------------------- */

narr_status narr_model_from_memory(narr_model **out, const void *data, size_t size,
                                   narr_error *error) {
  *out = NULL;
  narr_model *model = narr_alloc_zero(1, sizeof *model);
  if (!model) return narr_fail_memory(error);
  model->bytes = data;
  model->size = size;
  opening opening = {.model = model, .name = "<memory>", .error = error};
  narr_status status = open_bytes(&opening, true);
  if (status)
    narr_model_free(model);
  else
    *out = model;
  return status;
}

narr_status narr_model_load(narr_model **out, const char *path, narr_error *error) {
  *out = NULL;
  narr_model *model = narr_alloc_zero(1, sizeof *model);
  if (!model) return narr_fail_memory(error);
  narr_status status = narr_file_map(&model->mapping, path, error);
  if (status) {
    status = NARR_ERROR_MODEL; /* the caller named the file */
    if (error) error->status = status;
  } else {
    model->bytes = model->mapping.data;
    model->size = model->mapping.size;
    opening opening = {.model = model, .name = path, .error = error};
    status = open_bytes(&opening, false);
  }
  if (status)
    narr_model_free(model);
  else
    *out = model;
  return status;
}

narr_status narr_model_verify(const narr_model *model, narr_error *error) {
  if (narr_blocks_check_all(model->vocabulary.checked)) return NARR_OK;
  return narr_fail(error, NARR_ERROR_MODEL, "the model file is damaged (checksum)");
}

narr_status narr_model_save(const narr_model *model, const char *path, narr_error *error) {
  return narr_file_write_atomic(path, model->bytes, model->size, error);
}

const void *narr_model_bytes(const narr_model *model, size_t *size) {
  *size = model->size;
  return model->bytes;
}

void narr_model_free(narr_model *model) {
  if (!model) return;
  narr_blocks_free(&model->blocks);
  narr_file_unmap(&model->mapping);
  narr_free(model->owned);
  narr_free(model->labels);
  narr_free(model);
}

size_t narr_model_label_count(const narr_model *model) {
  return model->label_count;
}

const char *narr_model_label(const narr_model *model, size_t index) {
  return index < model->label_count ? model->labels[index] : NULL;
}

bool narr_model_is_gated(const narr_model *model) {
  return model->gated;
}

size_t narr_model_machine(const narr_model *model, size_t label) {
  if (label == NARR_ANY_LABEL && model->gated) return model->label_count;
  return label < model->label_count ? label : SIZE_MAX;
}

double narr_model_threshold(const narr_model *model, size_t index) {
  size_t machine = narr_model_machine(model, index);
  return machine != SIZE_MAX ? model->decisions[machine].threshold : NAN;
}

size_t narr_model_parent(const narr_model *model, size_t index) {
  bool has = model->parents && index < model->label_count && model->parents[index];
  return has ? model->parents[index] - 1 : SIZE_MAX;
}

bool narr_model_is_exclusive(const narr_model *model) {
  return model->exclusive;
}

size_t narr_model_feature_count(const narr_model *model) {
  return model->vocabulary.term_count;
}

const char *narr_model_metadata(const narr_model *model) {
  return model->metadata;
}

narr_label_counts narr_model_label_counts(const narr_model *model, size_t index) {
  if (index >= model->label_count) return (narr_label_counts){0, 0, 0};
  const narr_label_facts *facts = &model->label_facts[index];
  return (narr_label_counts){(size_t)facts->support, (size_t)facts->predicted,
                             (size_t)facts->true_positive};
}

narr_script_texts narr_model_script(const narr_model *model, size_t index) {
  const uint64_t *texts = model->corpus->script_texts;
  for (unsigned s = 0; s < NARR_SCRIPT_COUNT; s++)
    if (texts[s] > 0 && index-- == 0)
      return (narr_script_texts){narr_script_name((narr_script)s), (size_t)texts[s]};
  return (narr_script_texts){NULL, 0};
}
