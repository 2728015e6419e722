/* model_writer.c - parts -> the bytes of a model file. */
#include <string.h>

#include "base/alloc.h"
#include "base/status.h"
#include "model/format.h"
#include "model/model.h"
#include "model/seal.h"

typedef struct piece {
  section_kind kind;
  const void *data;
  size_t size;
} piece;

static size_t align(size_t size) {
  return (size + FILE_ALIGNMENT - 1) / FILE_ALIGNMENT * FILE_ALIGNMENT;
}

static file_options options_of(const narr_model_parts *parts) {
  return (file_options){
      .term_count = parts->vocabulary->term_count,
      .slot_count = parts->vocabulary->slot_count,
      .support_count = parts->support_count,
      .support_entries = parts->support_count ? parts->support_starts[parts->support_count] : 0,
      .gamma = parts->kernel.gamma,
      .coef0 = parts->kernel.coef0,
      .label_count = (uint32_t)parts->label_count,
      .exclusive = parts->exclusive,
      .always_labelled = parts->always_labelled,
      .kernel = (uint32_t)parts->kernel.kind,
      .degree = parts->kernel.degree,
      .features = parts->features,
  };
}

static size_t list_pieces(piece *pieces, const narr_model_parts *parts, const file_options *options,
                          const narr_buffer *labels, const narr_buffer *parents,
                          const float *rows) {
  const narr_vocabulary *v = parts->vocabulary;
  size_t terms = v->term_count, label_count = parts->label_count;
  size_t entries = options->support_entries, count = 0;
  pieces[count++] = (piece){SECTION_OPTIONS, options, sizeof *options};
  pieces[count++] = (piece){SECTION_LABELS, labels->data, labels->length};
  pieces[count++] =
      (piece){SECTION_DECISIONS, parts->decisions, label_count * sizeof *parts->decisions};
  if (parents->length) pieces[count++] = (piece){SECTION_PARENTS, parents->data, parents->length};
  pieces[count++] = (piece){SECTION_METADATA, parts->metadata, strlen(parts->metadata) + 1};
  pieces[count++] = (piece){SECTION_CORPUS, parts->corpus, sizeof *parts->corpus};
  pieces[count++] =
      (piece){SECTION_LABEL_FACTS, parts->label_facts, label_count * sizeof *parts->label_facts};
  pieces[count++] = (piece){SECTION_SLOTS, v->slots, v->slot_count * sizeof *v->slots};
  size_t row_size = file_row_floats(parts->kernel.kind, label_count) * sizeof *rows;
  pieces[count++] = (piece){SECTION_ROWS, rows, terms * row_size};
  pieces[count++] = (piece){SECTION_BLOCKS, v->blocks, terms};
  pieces[count++] =
      (piece){SECTION_STRING_STARTS, v->string_starts, (terms + 1) * sizeof *v->string_starts};
  pieces[count++] = (piece){SECTION_SHARES, parts->shares, terms};
  pieces[count++] = (piece){SECTION_STRINGS, v->strings, v->strings_size};
  if (parts->knot_count)
    pieces[count++] =
        (piece){SECTION_KNOTS, parts->knots, parts->knot_count * sizeof *parts->knots};
  if (parts->kernel.kind == NARR_KERNEL_LINEAR) return count;
  size_t vectors = parts->support_count;
  pieces[count++] = (piece){SECTION_SUPPORT_STARTS, parts->support_starts,
                            (vectors + 1) * sizeof *parts->support_starts};
  pieces[count++] =
      (piece){SECTION_SUPPORT_TERMS, parts->support_terms, entries * sizeof *parts->support_terms};
  pieces[count++] = (piece){SECTION_SUPPORT_VALUES, parts->support_values,
                            entries * sizeof *parts->support_values};
  pieces[count++] = (piece){SECTION_COEFFICIENTS, parts->coefficients,
                            vectors * label_count * sizeof *parts->coefficients};
  return count;
}

/* The weights of each term, if it has any, and behind them what its frequency
 * says. The caller frees them; NULL: out of memory. */
static float *gather_rows(const narr_model_parts *parts) {
  const narr_vocabulary *v = parts->vocabulary;
  size_t width = file_row_floats(parts->kernel.kind, parts->label_count);
  size_t weights = parts->kernel.kind == NARR_KERNEL_LINEAR ? parts->label_count : 0;
  float *rows = narr_alloc_zero(v->term_count * width, sizeof *rows);
  for (size_t t = 0; rows && t < v->term_count; t++) {
    if (weights) memcpy(rows + t * width, parts->weights + t * weights, weights * sizeof *rows);
    rows[(t + 1) * width - 1] = *narr_vocabulary_idf(v, (uint32_t)t);
  }
  return rows;
}

/* Puts header, table and pieces into `file` of `size` zeros; seals it. */
static void lay_out(unsigned char *file, size_t size, size_t data_offset, const piece *pieces,
                    size_t count) {
  file_header header = {.version = FILE_VERSION,
                        .section_count = (uint32_t)count,
                        .file_size = size,
                        .data_offset = data_offset};
  memcpy(header.magic, FILE_MAGIC, sizeof header.magic);
  memcpy(file, &header, sizeof header);
  size_t at = data_offset;
  for (size_t i = 0; i < count; i++) {
    file_section section = {pieces[i].kind, 0, at, pieces[i].size};
    memcpy(file + sizeof header + i * sizeof section, &section, sizeof section);
    if (pieces[i].size) memcpy(file + at, pieces[i].data, pieces[i].size);
    at = align(at + pieces[i].size);
  }
  narr_model_reseal(file, size);
}

narr_status narr_model_build(narr_model **out, const narr_model_parts *parts, narr_error *error) {
  *out = NULL;
  narr_buffer labels = NARR_BUFFER_INIT, parents = NARR_BUFFER_INIT;
  for (size_t i = 0; i < parts->label_count; i++) {
    narr_buffer_append(&labels, parts->labels[i], strlen(parts->labels[i]) + 1);
    if (!parts->parents) continue;
    uint32_t parent = (uint32_t)(parts->parents[i] + 1); /* SIZE_MAX: 0 */
    narr_buffer_append(&parents, &parent, sizeof parent);
  }
  file_options options = options_of(parts);
  float *rows = gather_rows(parts);
  piece pieces[SECTION_END];
  size_t count = list_pieces(pieces, parts, &options, &labels, &parents, rows);
  size_t data_size = 0;
  for (size_t i = 0; i < count; i++) data_size = align(data_size + pieces[i].size);
  size_t data_offset =
      align(narr_sums_offset(count) + narr_blocks_count(data_size) * sizeof(uint64_t));
  bool whole = rows && !labels.failed && !parents.failed;
  unsigned char *file = whole ? narr_alloc_zero(data_offset + data_size, 1) : NULL;
  narr_status status = NARR_OK;
  if (!file) {
    status = narr_fail_memory(error);
  } else {
    lay_out(file, data_offset + data_size, data_offset, pieces, count);
    status = narr_model_from_memory(out, file, data_offset + data_size, error);
    if (status)
      narr_free(file);
    else
      (*out)->owned = file;
  }
  narr_buffer_free(&labels);
  narr_buffer_free(&parents);
  narr_free(rows);
  return status;
}
