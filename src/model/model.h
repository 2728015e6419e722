/* model.h - a model inside the library: views into the bytes of its file.
 * A freshly trained model is such bytes, too: there is one kind of model. */
#ifndef NARR_MODEL_MODEL_H
#define NARR_MODEL_MODEL_H

#include <math.h>

#include "base/blocks.h"
#include "base/file.h"
#include "feature/vector.h"
#include "narr/model.h"
#include "svm/isotonic.h"
#include "svm/machine.h"
#include "text/script.h"

/* How a label's margin is judged. Stands in the file as it is. */
typedef struct narr_decision {
  double bias;
  narr_sigmoid sigmoid;
  double threshold;    /* on the probability, 0..1 or NARR_NEVER_FLAGGED */
  uint64_t first_knot; /* the labels' knots lie one behind the other */
  uint64_t knot_count; /* 0: the sigmoid alone; else 2 or more */
  double unit;         /* of the label's weights in the rows; set by narr_model_build() */
} narr_decision;

/* What is known of the corpus. Stands in the file as it is. */
typedef struct narr_corpus_facts {
  uint64_t script_texts[NARR_SCRIPT_COUNT]; /* by the script a text is mainly in */
  double usual_scale[NARR_BLOCK_COUNT];     /* times the idf: a term's usual value */
} narr_corpus_facts;

/* Out-of-fold decisions about a label. Stands in the file as it is. */
typedef struct narr_label_facts {
  uint64_t support;
  uint64_t predicted;
  uint64_t true_positive;
} narr_label_facts;

/* The share of the training texts that have a term, in a byte: 1 down to
 * 4e-7, within 3%. */
static inline double narr_share(uint8_t packed) {
  return exp2(packed / -12.0);
}
static inline uint8_t narr_share_pack(double share) {
  double packed = share > 0 ? round(-12 * log2(share)) : 255;
  return (uint8_t)(packed < 0 ? 0 : packed > 255 ? 255 : packed);
}

/* The threshold of a label that could not be learned. */
#define NARR_NEVER_FLAGGED 2.0

struct narr_model {
  const unsigned char *bytes;
  size_t size;
  narr_mapping mapping; /* the file, or nothing */
  void *owned;          /* bytes of our own, or NULL */
  narr_blocks blocks;

  narr_feature_options features;
  narr_vocabulary vocabulary;
  bool exclusive;
  bool always_labelled; /* a text that passes no threshold gets its best label */
  bool gated;           /* the last machine tells whether a text has any label */
  size_t label_count;
  size_t machine_count;           /* a label each, and the gate */
  const char **labels;            /* label_count; owned array of pointers into the bytes */
  const narr_decision *decisions; /* machine_count */
  const uint32_t *parents;        /* 1 + the parent of each label, 0: none; NULL: all 0 */
  const narr_knot *knots;
  const char *metadata;
  const narr_corpus_facts *corpus;
  const narr_label_facts *label_facts; /* label_count */
  const uint8_t *shares;               /* term_count; NULL: a compact model */

  narr_kernel_params kernel;
  size_t support_count; /* other kernels than the linear one */
  const uint64_t *support_starts;
  const uint32_t *support_terms;
  const float *support_values;
  const double *coefficients; /* support_count rows of machine_count */
};

/* What a model is made from, borrowed. Machines: a label each, and the gate. */
typedef struct narr_model_parts {
  narr_feature_options features;
  const narr_vocabulary *vocabulary;
  bool exclusive;
  bool always_labelled;
  bool gated;
  size_t label_count;
  const char *const *labels;
  const narr_decision *decisions; /* a machine each */
  const size_t *parents;          /* a label each, no label's index: none; NULL: nobody has one */
  const narr_knot *knots;
  size_t knot_count;
  const char *metadata;
  const narr_corpus_facts *corpus;
  const narr_label_facts *label_facts;
  const uint8_t *shares;
  narr_kernel_params kernel;
  const float *weights; /* linear: term_count rows of a machine each */
  size_t support_count;
  const uint64_t *support_starts;
  const uint32_t *support_terms;
  const float *support_values;
  const double *coefficients;
} narr_model_parts;

/* The machine of a label, or of NARR_ANY_LABEL; SIZE_MAX: there is none. */
size_t narr_model_machine(const narr_model *model, size_t label);

/* Writes the parts as a file in memory and opens it. Errors: memory, model
 * (parts that make no sense). */
NARR_MUST_CHECK narr_status narr_model_build(narr_model **out, const narr_model_parts *parts,
                                             narr_error *error);

/* How many terms a compact linear model of at most `size` bytes has room for. */
size_t narr_model_terms_within(uint64_t size, size_t machine_count);

/* Recomputes all checksums of a file in memory: for tests that must get past
 * them to what the checks behind them do. Does nothing to a head that can't
 * be one. */
void narr_model_reseal(void *data, size_t size);

#endif
