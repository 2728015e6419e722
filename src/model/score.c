/* score.c - margins: one pass over weight rows, or over support vectors. */
#include "model/score.h"

#include "base/alloc.h"
#include "model/weight_sums.h"

const int16_t *narr_model_weights(const narr_model *model, uint32_t term) {
  const unsigned char *row = narr_vocabulary_row(&model->vocabulary, term);
  if (!narr_blocks_check(model->vocabulary.checked, row, model->vocabulary.row_size)) return NULL;
  return (const int16_t *)(const void *)(row + sizeof(narr_term_head));
}

/* ---- Linear ------------------------------------------------------------------------------ */

static bool rows_are_good(const narr_model *model, const narr_entry *entries, size_t count) {
  if (narr_blocks_all_good(model->vocabulary.checked)) return true;
  for (size_t i = 0; i < count; i++)
    if (!narr_model_weights(model, entries[i].term)) return false;
  return true;
}

/* `margins` are 0. */
static narr_status linear_margins(const narr_model *model, const narr_entry *entries, size_t count,
                                  double *margins) {
  if (!rows_are_good(model, entries, count)) return NARR_ERROR_MODEL;
  narr_weight_rows weights = {model->vocabulary.rows, model->vocabulary.row_size,
                              model->machine_count};
  narr_weight_sums(&weights, entries, count, narr_cpu(), margins);
  for (size_t l = 0; l < model->machine_count; l++)
    margins[l] = model->decisions[l].bias + model->decisions[l].unit * margins[l];
  return NARR_OK;
}

/* ---- Other kernels -------------------------------------------------------------------- */

static bool prepare(const narr_model *model, narr_score_space *space) {
  if (!space->dense)
    space->dense = narr_alloc_zero(model->vocabulary.term_count, sizeof *space->dense);
  if (!space->kernel_values)
    space->kernel_values = narr_alloc(model->support_count, sizeof *space->kernel_values);
  return space->dense && space->kernel_values;
}

/* kernel(support s, x) for all s, x being spread out in space->dense. */
static void fill_kernel_values(const narr_model *model, double norm_x, narr_score_space *space) {
  for (size_t s = 0; s < model->support_count; s++) {
    double inner = 0, norm = 0;
    for (uint64_t i = model->support_starts[s]; i < model->support_starts[s + 1]; i++) {
      double value = model->support_values[i];
      inner += value * (double)space->dense[model->support_terms[i]];
      norm += value * value;
    }
    space->kernel_values[s] = narr_kernel_value(&model->kernel, inner, norm, norm_x);
  }
}

static narr_status kernel_margins(const narr_model *model, const narr_entry *entries, size_t count,
                                  narr_score_space *space, double *margins) {
  if (!prepare(model, space)) return NARR_ERROR_MEMORY;
  double norm_x = 0;
  for (size_t i = 0; i < count; i++) {
    space->dense[entries[i].term] = entries[i].value;
    norm_x += (double)entries[i].value * (double)entries[i].value;
  }
  fill_kernel_values(model, norm_x, space);
  for (size_t i = 0; i < count; i++) space->dense[entries[i].term] = 0;
  size_t machines = model->machine_count;
  for (size_t s = 0; s < model->support_count; s++) {
    const double *row = model->coefficients + s * machines;
    for (size_t l = 0; l < machines; l++) margins[l] += row[l] * space->kernel_values[s];
  }
  return NARR_OK;
}

narr_status narr_model_margins(const narr_model *model, const narr_entry *entries, size_t count,
                               narr_score_space *space, double *margins) {
  bool linear = model->kernel.kind == NARR_KERNEL_LINEAR;
  for (size_t l = 0; l < model->machine_count; l++)
    margins[l] = linear ? 0 : model->decisions[l].bias;
  if (linear) return linear_margins(model, entries, count, margins);
  return kernel_margins(model, entries, count, space, margins);
}

double narr_model_probability(const narr_model *model, size_t machine, double margin) {
  const narr_decision *d = &model->decisions[machine];
  return narr_calibrated_probability(d->sigmoid, model->knots + d->first_knot,
                                     (size_t)d->knot_count, margin);
}

void narr_score_space_free(narr_score_space *space) {
  narr_free(space->dense);
  narr_free(space->kernel_values);
  *space = (narr_score_space){0};
}
