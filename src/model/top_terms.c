/* top_terms.c - the terms that a label hangs on.
 *
 * Weights of different terms can't be compared: a rare word's value in a text
 * is larger than a frequent one's, and a word's larger than that of a few
 * characters, of which a text has more. As coefficients of regressions are
 * made comparable by the spread of their variables, terms are ranked by weight
 * times the root mean square of their values. */
#include <string.h>

#include "base/status.h"
#include "model/score.h"

bool narr_model_is_linear(const narr_model *model) {
  return model->kernel.kind == NARR_KERNEL_LINEAR;
}

bool narr_model_names_terms(const narr_model *model) {
  return narr_model_is_linear(model) && model->shares;
}

static double strength(const narr_model_term *term, double sign) {
  return sign * term->influence * sqrt(term->share);
}

/* The stronger one; among equals the shorter one, then by its bytes. */
static bool comes_before(const narr_model_term *a, const narr_model_term *b, double sign) {
  double x = strength(a, sign), y = strength(b, sign);
  if (x != y) return x > y;
  if (a->term_length != b->term_length) return a->term_length < b->term_length;
  return memcmp(a->term, b->term, a->term_length) < 0;
}

/* Puts a term among the strongest, of which there are *count. */
static void keep(narr_model_term *terms, size_t most, size_t *count, narr_model_term term,
                 double sign) {
  size_t at = *count;
  while (at > 0 && comes_before(&term, &terms[at - 1], sign)) at--;
  if (at == most) return;
  size_t moved = *count - at;
  if (*count == most)
    moved--;
  else
    ++*count;
  memmove(terms + at + 1, terms + at, moved * sizeof *terms);
  terms[at] = term;
}

/* False: a damaged block. */
static bool read_term(const narr_model *model, uint32_t number, size_t machine,
                      narr_model_term *term) {
  const narr_vocabulary *v = &model->vocabulary;
  const int16_t *weights = narr_model_weights(model, number);
  if (!weights || !narr_blocks_check(v->checked, &v->blocks[number], 1) ||
      !narr_blocks_check(v->checked, &model->shares[number], 1))
    return false;
  narr_block block = v->blocks[number] < NARR_BLOCK_COUNT ? (narr_block)v->blocks[number] : 0;
  double idf = narr_vocabulary_idf(v, number);
  double weight = weights[machine] * model->decisions[machine].unit;
  *term = (narr_model_term){.block = narr_block_name(block),
                            .share = narr_share(model->shares[number]),
                            .weight = weight,
                            .influence = weight * idf * model->corpus->usual_scale[block]};
  return true;
}

narr_status narr_model_top_terms(const narr_model *model, size_t label, bool against,
                                 narr_model_term *terms, size_t most, size_t *count,
                                 narr_error *error) {
  *count = 0;
  size_t machine = narr_model_machine(model, label);
  if (machine == SIZE_MAX)
    return narr_fail(error, NARR_ERROR_ARGUMENT, "the model has no label number %zu", label);
  if (!narr_model_is_linear(model))
    return narr_fail(error, NARR_ERROR_ARGUMENT, "terms have weights in a linear model only");
  if (!narr_model_names_terms(model))
    return narr_fail(error, NARR_ERROR_ARGUMENT, "a compact model does not know its terms' names");
  double sign = against ? -1 : 1;
  for (uint32_t t = 0; most && t < model->vocabulary.term_count; t++) {
    narr_model_term term;
    if (!read_term(model, t, machine, &term))
      return narr_fail(error, NARR_ERROR_MODEL, "the model file is damaged (checksum)");
    double wanted = *count == most ? strength(&terms[most - 1], sign) : 0;
    if (!(strength(&term, sign) >= wanted && strength(&term, sign) > 0)) continue;
    term.term = narr_vocabulary_string(&model->vocabulary, t, &term.term_length);
    keep(terms, most, count, term, sign);
  }
  return NARR_OK;
}
