/* train_model.c - putting the model together: weight rows of all labels side
 * by side, or the support vectors that any label needs. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/status.h"
#include "pipeline/metadata.h"
#include "pipeline/training.h"

/* What the parts point to besides the training itself. */
typedef struct machinery {
  float *weights;
  size_t support_count;
  uint64_t *starts;
  uint32_t *terms;
  float *values;
  double *coefficients;
  narr_corpus_facts corpus;
  narr_label_facts *label_facts;
  uint8_t *shares;
} machinery;

static bool gather_weights(machinery *m, const narr_training *t) {
  size_t terms = t->vocabulary.view.term_count, labels = t->label_count;
  m->weights = narr_alloc(terms * labels, sizeof *m->weights);
  if (!m->weights) return false;
  for (size_t l = 0; l < labels; l++)
    for (size_t c = 0; c < terms; c++)
      m->weights[t->vocabulary.terms[c] * labels + l] =
          t->untrainable[l] ? 0 : (float)t->machines[l].weights[c];
  return true;
}

/* Numbers the matrix rows that are some label's support; 0: none's. */
static size_t *number_support(machinery *m, const narr_training *t) {
  size_t *number = narr_alloc_zero(t->row_count, sizeof *number);
  if (!number) return NULL;
  for (size_t l = 0; l < t->label_count; l++)
    for (size_t s = 0; s < t->machines[l].support_count; s++) number[t->machines[l].support[s]] = 1;
  for (size_t row = 0; row < t->row_count; row++)
    if (number[row]) number[row] = ++m->support_count;
  return number;
}

typedef struct support_entry {
  uint32_t term;
  float value;
} support_entry;

static int by_term(const void *a, const void *b) {
  uint32_t x = ((const support_entry *)a)->term, y = ((const support_entry *)b)->term;
  return x < y ? -1 : x > y;
}

static bool gather_support(machinery *m, const narr_training *t) {
  const narr_matrix *matrix = &t->matrix;
  size_t *number = number_support(m, t), entries = 0;
  if (!number) return false;
  for (size_t row = 0; row < t->row_count; row++)
    if (number[row]) entries += matrix->starts[row + 1] - matrix->starts[row];
  m->starts = narr_alloc_zero(m->support_count + 1, sizeof *m->starts);
  m->terms = narr_alloc(entries, sizeof *m->terms);
  m->values = narr_alloc(entries, sizeof *m->values);
  m->coefficients = narr_alloc_zero(m->support_count * t->label_count, sizeof *m->coefficients);
  support_entry *vector = narr_alloc(matrix->column_count, sizeof *vector);
  bool ok = vector && m->starts && m->terms && m->values && m->coefficients;
  for (size_t row = 0; ok && row < t->row_count; row++) {
    if (!number[row]) continue;
    size_t first = matrix->starts[row], count = matrix->starts[row + 1] - first;
    uint64_t at = m->starts[number[row] - 1];
    for (size_t i = 0; i < count; i++)
      vector[i] = (support_entry){t->vocabulary.terms[matrix->columns[first + i]],
                                  matrix->values[first + i]};
    qsort(vector, count, sizeof *vector, by_term);
    for (size_t i = 0; i < count; i++) {
      m->terms[at + i] = vector[i].term;
      m->values[at + i] = vector[i].value;
    }
    m->starts[number[row]] = at + count;
  }
  for (size_t l = 0; ok && l < t->label_count; l++)
    for (size_t s = 0; s < t->machines[l].support_count; s++)
      m->coefficients[(number[t->machines[l].support[s]] - 1) * t->label_count + l] =
          t->machines[l].coefficients[s];
  narr_free(vector);
  narr_free(number);
  return ok;
}

/* Rows that are looked at for what is usual. */
#define USUAL_ROWS 4096

/* A term's value in a text is its idf times what the text's length and the
 * weighting make of it: of that the mean, block by block. */
static void find_usual_scales(double scale[NARR_BLOCK_COUNT], const narr_training *t) {
  const narr_matrix *matrix = &t->matrix;
  const narr_vocabulary *v = &t->vocabulary.view;
  double values[NARR_BLOCK_COUNT] = {0}, idf[NARR_BLOCK_COUNT] = {0};
  size_t step = t->row_count / USUAL_ROWS + 1;
  for (size_t row = 0; row < t->row_count; row += step)
    for (size_t i = matrix->starts[row]; i < matrix->starts[row + 1]; i++) {
      uint32_t term = t->vocabulary.terms[matrix->columns[i]];
      values[v->blocks[term]] += (double)matrix->values[i];
      idf[v->blocks[term]] += narr_vocabulary_idf(v, term);
    }
  for (size_t b = 0; b < NARR_BLOCK_COUNT; b++) scale[b] = idf[b] > 0 ? values[b] / idf[b] : 0;
}

static bool gather_shares(machinery *m, const narr_training *t) {
  const narr_matrix *matrix = &t->matrix;
  uint32_t *texts = narr_alloc_zero(matrix->column_count, sizeof *texts);
  m->shares = narr_alloc(matrix->column_count, 1);
  bool ok = texts && m->shares;
  for (size_t i = 0; ok && i < matrix->starts[matrix->row_count]; i++) texts[matrix->columns[i]]++;
  for (size_t c = 0; ok && c < matrix->column_count; c++)
    m->shares[t->vocabulary.terms[c]] =
        narr_share_pack((double)texts[c] / (double)matrix->row_count);
  narr_free(texts);
  return ok;
}

static bool gather_facts(machinery *m, const narr_training *t) {
  memcpy(m->corpus.script_texts, t->vocabulary.script_texts, sizeof m->corpus.script_texts);
  find_usual_scales(m->corpus.usual_scale, t);
  m->label_facts = narr_alloc(narr_training_named(t), sizeof *m->label_facts);
  if (!m->label_facts || !gather_shares(m, t)) return false;
  for (size_t l = 0; l < narr_training_named(t); l++) {
    const narr_label_report *label = &t->report->labels[l];
    m->label_facts[l] = (narr_label_facts){label->support, label->predicted, label->true_positive};
  }
  return true;
}

static void free_machinery(machinery *m) {
  narr_free(m->weights);
  narr_free(m->starts);
  narr_free(m->terms);
  narr_free(m->values);
  narr_free(m->coefficients);
  narr_free(m->label_facts);
  narr_free(m->shares);
}

narr_status narr_training_assemble(narr_training *t, narr_model **out, narr_error *error) {
  machinery m = {0};
  narr_buffer metadata = NARR_BUFFER_INIT;
  narr_training_metadata(&metadata, t);
  narr_buffer_byte(&metadata, '\0');
  bool linear = t->kernel.kind == NARR_KERNEL_LINEAR;
  narr_status status = NARR_OK;
  if (metadata.failed || !gather_facts(&m, t) ||
      !(linear ? gather_weights(&m, t) : gather_support(&m, t)))
    status = narr_fail_memory(error);
  else
    status = narr_model_build(
        out,
        &(narr_model_parts){.features = t->features,
                            .vocabulary = &t->vocabulary.view,
                            .exclusive = t->exclusive,
                            .always_labelled = t->always_labelled,
                            .gated = t->taxonomy.gated,
                            .label_count = narr_training_named(t),
                            .labels = t->labels,
                            .parents = t->taxonomy.has_paths ? t->taxonomy.parents : NULL,
                            .decisions = t->decisions,
                            .knots = t->knots,
                            .knot_count = t->knot_count,
                            .metadata = metadata.data,
                            .corpus = &m.corpus,
                            .label_facts = m.label_facts,
                            .shares = m.shares,
                            .kernel = t->kernel,
                            .weights = m.weights,
                            .support_count = m.support_count,
                            .support_starts = m.starts,
                            .support_terms = m.terms,
                            .support_values = m.values,
                            .coefficients = m.coefficients},
        error);
  narr_buffer_free(&metadata);
  free_machinery(&m);
  return status;
}
