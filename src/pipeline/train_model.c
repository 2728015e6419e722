/* train_model.c - putting the model together: weight rows of all labels side
 * by side, or the support vectors that any label needs. */
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
} machinery;

static bool gather_weights(machinery *m, const narr_training *t) {
  size_t terms = t->vocabulary.view.term_count, labels = t->label_count;
  m->weights = narr_alloc(terms * labels, sizeof *m->weights);
  if (!m->weights) return false;
  for (size_t l = 0; l < labels; l++)
    for (size_t k = 0; k < terms; k++)
      m->weights[k * labels + l] = (float)t->machines[l].weights[k];
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
  bool ok = m->starts && m->terms && m->values && m->coefficients;
  for (size_t row = 0; ok && row < t->row_count; row++) {
    if (!number[row]) continue;
    size_t first = matrix->starts[row], count = matrix->starts[row + 1] - first;
    uint64_t at = m->starts[number[row] - 1];
    if (count) {
      memcpy(m->terms + at, matrix->columns + first, count * sizeof *m->terms);
      memcpy(m->values + at, matrix->values + first, count * sizeof *m->values);
    }
    m->starts[number[row]] = at + count;
  }
  for (size_t l = 0; ok && l < t->label_count; l++)
    for (size_t s = 0; s < t->machines[l].support_count; s++)
      m->coefficients[(number[t->machines[l].support[s]] - 1) * t->label_count + l] =
          t->machines[l].coefficients[s];
  narr_free(number);
  return ok;
}

static void free_machinery(machinery *m) {
  narr_free(m->weights);
  narr_free(m->starts);
  narr_free(m->terms);
  narr_free(m->values);
  narr_free(m->coefficients);
}

narr_status narr_training_assemble(narr_training *t, narr_model **out, narr_error *error) {
  machinery m = {0};
  narr_buffer metadata = NARR_BUFFER_INIT;
  narr_training_metadata(&metadata, t);
  narr_buffer_byte(&metadata, '\0');
  bool linear = t->kernel.kind == NARR_KERNEL_LINEAR;
  narr_status status = NARR_OK;
  if (metadata.failed || !(linear ? gather_weights(&m, t) : gather_support(&m, t)))
    status = narr_fail_memory(error);
  else
    status = narr_model_build(out,
                              &(narr_model_parts){.features = t->features,
                                                  .vocabulary = &t->vocabulary.view,
                                                  .exclusive = t->exclusive,
                                                  .label_count = t->label_count,
                                                  .labels = t->labels,
                                                  .decisions = t->decisions,
                                                  .metadata = metadata.data,
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
