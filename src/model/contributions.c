/* contributions.c - what each term of a text adds to a label's margin and, in a gated model, to
 * the gate's. */
#include "model/contributions.h"

#include <string.h>

#include "base/alloc.h"
#include "model/score.h"

/* Whether the gate judges beside the label: parents do it for those under them. */
static bool is_gated(const narr_model *model, size_t label) {
  return model->gated && narr_model_parent(model, label) == SIZE_MAX;
}

static narr_status linear_contributions(const narr_model *model, const narr_entry *entries,
                                        size_t count, const size_t *labels, size_t label_count,
                                        double *contributions) {
  for (size_t i = 0; i < count; i++) {
    const int16_t *row = narr_model_weights(model, entries[i].term);
    if (!row) return NARR_ERROR_MODEL;
    for (size_t k = 0; k < label_count; k++) {
      double weight = row[labels[k]] * model->decisions[labels[k]].unit;
      if (is_gated(model, labels[k]))
        weight += row[model->label_count] * model->decisions[model->label_count].unit;
      contributions[i * label_count + k] = (double)entries[i].value * weight;
    }
  }
  return NARR_OK;
}

/* A support vector seen from the text: its value at each entry of the text,
 * <support, text> and |support|^2. */
typedef struct view {
  double *at_entry;
  double inner;
  double norm;
} view;

static void look_at(view *view, const narr_model *model, size_t support, const uint32_t *entry_of,
                    const narr_entry *entries, size_t count) {
  memset(view->at_entry, 0, count * sizeof *view->at_entry);
  view->inner = view->norm = 0;
  for (uint64_t i = model->support_starts[support]; i < model->support_starts[support + 1]; i++) {
    double value = model->support_values[i];
    view->norm += value * value;
    uint32_t entry = entry_of[model->support_terms[i]];
    if (!entry) continue;
    view->at_entry[entry - 1] = value;
    view->inner += value * (double)entries[entry - 1].value;
  }
}

static narr_status kernel_contributions(const narr_model *model, const narr_entry *entries,
                                        size_t count, const size_t *labels, size_t label_count,
                                        double *contributions) {
  memset(contributions, 0, count * label_count * sizeof *contributions);
  uint32_t *entry_of = narr_alloc_zero(model->vocabulary.term_count, sizeof *entry_of);
  view view = {narr_alloc(count, sizeof *view.at_entry), 0, 0};
  narr_status status = entry_of && view.at_entry ? NARR_OK : NARR_ERROR_MEMORY;
  double norm_x = 0;
  for (size_t i = 0; !status && i < count; i++) {
    entry_of[entries[i].term] = (uint32_t)i + 1;
    norm_x += (double)entries[i].value * (double)entries[i].value;
  }
  for (size_t s = 0; !status && s < model->support_count; s++) {
    look_at(&view, model, s, entry_of, entries, count);
    double with = narr_kernel_value(&model->kernel, view.inner, view.norm, norm_x);
    const double *row = model->coefficients + s * model->machine_count;
    for (size_t i = 0; i < count; i++) {
      double value = entries[i].value;
      double without = narr_kernel_value(&model->kernel, view.inner - value * view.at_entry[i],
                                         view.norm, norm_x - value * value);
      for (size_t k = 0; k < label_count; k++)
        contributions[i * label_count + k] +=
            (row[labels[k]] + (is_gated(model, labels[k]) ? row[model->label_count] : 0)) *
            (with - without);
    }
  }
  narr_free(view.at_entry);
  narr_free(entry_of);
  return status;
}

narr_status narr_model_contributions(const narr_model *model, const narr_entry *entries,
                                     size_t count, const size_t *labels, size_t label_count,
                                     double *contributions) {
  if (model->kernel.kind == NARR_KERNEL_LINEAR)
    return linear_contributions(model, entries, count, labels, label_count, contributions);
  return kernel_contributions(model, entries, count, labels, label_count, contributions);
}
