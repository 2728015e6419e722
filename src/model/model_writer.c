/* model_writer.c - parts -> the bytes of a model file. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/status.h"
#include "model/format.h"
#include "model/model.h"
#include "model/seal.h"
#include "model/weight_sums.h"

typedef struct piece {
  section_kind kind;
  const void *data;
  size_t size;
} piece;

static size_t align(size_t size) {
  return (size + FILE_ALIGNMENT - 1) / FILE_ALIGNMENT * FILE_ALIGNMENT;
}

static size_t machines_of(const narr_model_parts *parts) {
  return parts->label_count + parts->gated;
}

static file_options options_of(const narr_model_parts *parts) {
  return (file_options){
      .term_count = parts->vocabulary->term_count,
      .pilot_count = parts->vocabulary->hash.pilot_count,
      .range = parts->vocabulary->hash.range,
      .support_count = parts->support_count,
      .support_entries = parts->support_count ? parts->support_starts[parts->support_count] : 0,
      .idf_unit = parts->vocabulary->idf_unit,
      .gamma = parts->kernel.gamma,
      .coef0 = parts->kernel.coef0,
      .label_count = (uint32_t)parts->label_count,
      .exclusive = parts->exclusive,
      .always_labelled = parts->always_labelled,
      .gated = parts->gated,
      .kernel = (uint32_t)parts->kernel.kind,
      .degree = parts->kernel.degree,
      .features = parts->features,
  };
}

static size_t list_pieces(piece *pieces, const narr_model_parts *parts, const file_options *options,
                          const narr_buffer *labels, const narr_buffer *parents,
                          const narr_decision *decisions, const unsigned char *rows) {
  const narr_vocabulary *v = parts->vocabulary;
  size_t terms = v->term_count, machines = machines_of(parts);
  size_t entries = options->support_entries, count = 0;
  pieces[count++] = (piece){SECTION_OPTIONS, options, sizeof *options};
  pieces[count++] = (piece){SECTION_LABELS, labels->data, labels->length};
  pieces[count++] = (piece){SECTION_DECISIONS, decisions, machines * sizeof *decisions};
  if (parents->length) pieces[count++] = (piece){SECTION_PARENTS, parents->data, parents->length};
  pieces[count++] = (piece){SECTION_METADATA, parts->metadata, strlen(parts->metadata) + 1};
  pieces[count++] = (piece){SECTION_CORPUS, parts->corpus, sizeof *parts->corpus};
  pieces[count++] = (piece){SECTION_LABEL_FACTS, parts->label_facts,
                            parts->label_count * sizeof *parts->label_facts};
  const narr_perfect_hash *hash = &v->hash;
  pieces[count++] = (piece){SECTION_PILOTS, hash->pilots, hash->pilot_count * sizeof *hash->pilots};
  pieces[count++] =
      (piece){SECTION_SPARE, hash->spare, (hash->range - hash->count) * sizeof *hash->spare};
  size_t row_size = file_row_size(parts->kernel.kind, machines);
  pieces[count++] = (piece){SECTION_ROWS, rows, terms * row_size + NARR_ROW_READ};
  if (v->string_starts) {
    pieces[count++] = (piece){SECTION_BLOCKS, v->blocks, terms};
    pieces[count++] = (piece){SECTION_SHARES, parts->shares, terms};
    pieces[count++] =
        (piece){SECTION_STRING_STARTS, v->string_starts, (terms + 1) * sizeof *v->string_starts};
    pieces[count++] = (piece){SECTION_STRINGS, v->strings, v->strings_size};
  }
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
                            vectors * machines * sizeof *parts->coefficients};
  return count;
}

/* The smallest power of two of which 16 bits count `largest`. */
static double unit_for(double largest) {
  int exponent = 0;
  double fraction = frexp(largest / INT16_MAX, &exponent);
  return largest > 0 ? ldexp(1, fraction == 0.5 ? exponent - 1 : exponent) : 0;
}

/* The decisions, with the units of their weights. The caller frees them; NULL:
 * out of memory. */
static narr_decision *gather_decisions(const narr_model_parts *parts) {
  size_t machines = machines_of(parts);
  size_t terms = parts->kernel.kind == NARR_KERNEL_LINEAR ? parts->vocabulary->term_count : 0;
  narr_decision *decisions = narr_alloc(machines, sizeof *decisions);
  for (size_t l = 0; decisions && l < machines; l++) {
    double largest = 0;
    decisions[l] = parts->decisions[l];
    for (size_t t = 0; t < terms; t++)
      largest = fmax(largest, fabs((double)parts->weights[t * machines + l]));
    decisions[l].unit = unit_for(largest);
  }
  return decisions;
}

/* The head of each term's row and behind it the weights, if it has any. The
 * caller frees them; NULL: out of memory. */
static unsigned char *gather_rows(const narr_model_parts *parts, const narr_decision *decisions) {
  const narr_vocabulary *v = parts->vocabulary;
  size_t size = file_row_size(parts->kernel.kind, machines_of(parts));
  size_t machines = parts->kernel.kind == NARR_KERNEL_LINEAR ? machines_of(parts) : 0;
  unsigned char *rows = narr_alloc_zero(v->term_count * size + NARR_ROW_READ, 1), *row = rows;
  for (uint32_t t = 0; rows && t < v->term_count; t++, row += size) {
    narr_term_head head = narr_vocabulary_head(v, t);
    memcpy(row, &head, sizeof head);
    for (size_t l = 0; l < machines; l++) {
      double weight = (double)parts->weights[t * machines + l], unit = decisions[l].unit;
      int16_t packed = (int16_t)(unit > 0 ? lround(weight / unit) : 0);
      memcpy(row + sizeof head + l * sizeof packed, &packed, sizeof packed);
    }
  }
  return rows;
}

/* What a compact model has besides its terms, generously. */
#define FRAME_SIZE 16384
#define LABEL_SIZE 1024

size_t narr_model_terms_within(uint64_t size, size_t machine_count) {
  uint64_t frame = FRAME_SIZE + (uint64_t)machine_count * LABEL_SIZE;
  /* a row; half a byte of pilots and an eighth of spare places; a checksum a block */
  double term = (double)file_row_size(NARR_KERNEL_LINEAR, machine_count) + 0.5 + 0.125;
  term *= 1 + 8.0 / NARR_BLOCK_SIZE;
  return size > frame ? (size_t)((double)(size - frame) / term) : 0;
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
    bool has = parts->parents[i] < parts->label_count;
    uint32_t parent = has ? (uint32_t)parts->parents[i] + 1 : 0;
    narr_buffer_append(&parents, &parent, sizeof parent);
  }
  file_options options = options_of(parts);
  narr_decision *decisions = gather_decisions(parts);
  unsigned char *rows = decisions ? gather_rows(parts, decisions) : NULL;
  piece pieces[SECTION_END];
  size_t count = list_pieces(pieces, parts, &options, &labels, &parents, decisions, rows);
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
  narr_free(decisions);
  return status;
}
