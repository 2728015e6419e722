/* metadata.c - how a model was made. */
#include "pipeline/metadata.h"

#include <string.h>

#include "data/folds.h"
#include "narr/narr.h"
#include "pipeline/report.h"
#include "text/unicode.h"

static const char *kernel_name(narr_kernel kernel) {
  switch (kernel) {
    case NARR_KERNEL_LINEAR: return "linear";
    case NARR_KERNEL_POLY: return "poly";
    case NARR_KERNEL_RBF: return "rbf";
    case NARR_KERNEL_SIGMOID: return "sigmoid";
  }
  return "?";
}

static void text(narr_buffer *out, const char *name, const char *value) {
  narr_buffer_format(out, ",\"%s\":", name);
  narr_buffer_json_string(out, value, strlen(value));
}

static void number(narr_buffer *out, const char *name, double value) {
  narr_buffer_format(out, ",\"%s\":", name);
  narr_buffer_decimal(out, value, 9);
}

static void whole(narr_buffer *out, const char *name, uint64_t value) {
  narr_buffer_format(out, ",\"%s\":", name);
  narr_buffer_unsigned(out, value);
}

static void boolean(narr_buffer *out, const char *name, bool value) {
  narr_buffer_format(out, ",\"%s\":%s", name, value ? "true" : "false");
}

static void options(narr_buffer *out, const narr_training *t) {
  const narr_train_options *o = &t->options;
  char features[NARR_FEATURE_TEXT_SIZE];
  narr_feature_options_format(&t->features, features);
  narr_buffer_string(out, ",\"options\":{\"features\":");
  narr_buffer_json_string(out, features, strlen(features));
  char reading[NARR_TEXT_OPTIONS_SIZE];
  narr_text_options_format(&t->features.text, reading);
  text(out, "text", reading);
  whole(out, "min_df", o->min_df);
  whole(out, "max_features", o->max_features);
  boolean(out, "sublinear_tf", o->sublinear_tf);
  boolean(out, "idf", o->use_idf);
  boolean(out, "ratios", o->use_ratios);
  text(out, "kernel", kernel_name(t->kernel.kind));
  if (t->kernel.kind != NARR_KERNEL_LINEAR) {
    number(out, "gamma", t->kernel.gamma);
    number(out, "coef0", t->kernel.coef0);
    whole(out, "degree", (uint64_t)t->kernel.degree);
  }
  text(out, "solver", t->use_libsvm ? "libsvm" : "linear");
  text(out, "loss", t->loss == NARR_LOSS_HINGE ? "hinge" : "squared_hinge");
  number(out, "C", o->C);
  text(out, "class_weight", o->class_weight == NARR_CLASS_WEIGHT_BALANCED ? "balanced" : "none");
  text(out, "mode", t->exclusive ? "exclusive" : "multi-label");
  text(out, "objective", o->objective);
  boolean(out, "always_label", t->always_labelled);
  boolean(out, "gate", t->taxonomy.gated);
  whole(out, "folds", o->folds);
  text(out, "duplicates", o->near_duplicates ? "near" : "same"); /* stay in one fold */
  text(out, "rare_labels", o->rare_labels == NARR_RARE_LABELS_KEEP ? "keep" : "refuse");
  whole(out, "seed", o->seed);
  if (o->compact) whole(out, "compact", o->compact);
  narr_buffer_byte(out, '}');
}

static void corpus(narr_buffer *out, const narr_training *t) {
  narr_buffer_string(out, ",\"corpus\":{\"rows\":");
  narr_buffer_unsigned(out, t->row_count);
  narr_buffer_format(out, ",\"digest\":\"%016llx\"",
                     (unsigned long long)narr_dataset_digest(t->dataset));
  whole(out, "labels", narr_training_named(t));
  boolean(out, "weighted", t->weights != NULL);
  narr_buffer_byte(out, '}');
}

void narr_training_metadata(narr_buffer *out, const narr_training *t) {
  narr_buffer_string(out, "{\"tool\":\"narr " NARR_VERSION "\"");
  text(out, "unicode", narr_unicode_version());
  options(out, t);
  corpus(out, t);
  whole(out, "terms", t->vocabulary.view.term_count);
  narr_training_reference(out, t);
  narr_buffer_string(out, ",\"out_of_fold\":");
  narr_report_json(out, t->report, false);
  narr_buffer_byte(out, '}');
}
