/* format.h - the model file (.narr), version 7. Little-endian; every struct
 * here is as it stands in the file.
 *
 *   file_header
 *   file_section[section_count]        rising offsets, no overlap
 *   uint64 sums[blocks of the data]    checksum of each 64 KiB of the data
 *   (zeros up to a multiple of 64: data_offset)
 *   the sections' data, each at a multiple of 64, zeros between them
 *
 * The header's checksum covers everything before data_offset, with itself
 * as 0; the sums cover all the rest: no byte is without a checksum. */
#ifndef NARR_MODEL_FORMAT_H
#define NARR_MODEL_FORMAT_H

#include <stdint.h>

#include "feature/feature_options.h"
#include "feature/vocabulary.h"
#include "narr/train.h"

/* As in PNG, a high bit and line ends, so that a transfer in text mode
 * shows at once. */
#define FILE_MAGIC "\x89NARR\r\n\x1a"
#define FILE_VERSION 7
#define FILE_ALIGNMENT 64

typedef struct file_header {
  char magic[8];
  uint32_t version;
  uint32_t section_count;
  uint64_t file_size;
  uint64_t data_offset;
  uint64_t checksum;
  uint64_t zero[3];
} file_header;

typedef enum section_kind {
  SECTION_OPTIONS = 1,   /* file_options */
  SECTION_LABELS,        /* label_count strings, each with its NUL */
  SECTION_DECISIONS,     /* narr_decision[machines]: the labels', then, if gated, the gate's */
  SECTION_PARENTS,       /* uint32[label_count]: 1 + the label that each is under, which
                            comes before it, or 0; left out where all are 0 */
  SECTION_METADATA,      /* JSON with a NUL */
  SECTION_PILOTS,        /* uint16[pilot_count], see perfect_hash.h */
  SECTION_SPARE,         /* uint32[range - term_count] */
  SECTION_ROWS,          /* rows of file_row_size() bytes: narr_term_head and, if linear, an int16
                            a machine: its weight over the machine's unit; ends in NARR_ROW_READ zeros */
  SECTION_BLOCKS,        /* uint8[term_count], narr_block; this and the next three, and
                            SECTION_SHARES: all of them, or in a compact model none */
  SECTION_STRING_STARTS, /* uint64[term_count + 1] */
  SECTION_STRINGS,
  SECTION_SUPPORT_STARTS, /* not linear: uint64[support_count + 1] */
  SECTION_SUPPORT_TERMS,  /* uint32[support_entries], rising within a row */
  SECTION_SUPPORT_VALUES, /* float[support_entries] */
  SECTION_COEFFICIENTS,   /* double[support_count][machines] */
  SECTION_CORPUS,         /* narr_corpus_facts */
  SECTION_LABEL_FACTS,    /* narr_label_facts[label_count] */
  SECTION_SHARES,         /* uint8[term_count], see narr_share() */
  SECTION_KNOTS,          /* narr_knot[]: of labels with more than a sigmoid */
  SECTION_END
} section_kind;

/* Of what belongs to a term. Up to 16 bytes no row lies across cache lines. */
static inline size_t file_row_size(narr_kernel kernel, size_t machine_count) {
  size_t weights = kernel == NARR_KERNEL_LINEAR ? machine_count : 0;
  size_t size = sizeof(narr_term_head) + weights * sizeof(int16_t), step = size > 8 ? 8 : 4;
  return (size + step - 1) / step * step;
}

typedef struct file_section {
  uint32_t kind;
  uint32_t zero;
  uint64_t offset;
  uint64_t size;
} file_section;

typedef struct file_options {
  uint64_t term_count;
  uint64_t pilot_count; /* see perfect_hash.h */
  uint64_t range;
  uint64_t support_count;
  uint64_t support_entries;
  double idf_unit;
  double gamma;
  double coef0;
  uint32_t label_count;
  uint32_t exclusive; /* 0 or 1 */
  uint32_t kernel;    /* narr_kernel */
  int32_t degree;
  uint32_t always_labelled; /* 0 or 1 */
  uint32_t gated;           /* 0 or 1 */
  uint32_t zero;
  narr_feature_options features;
} file_options;

_Static_assert(sizeof(file_header) == 64, "file_header has padding");
_Static_assert(sizeof(file_section) == 24, "file_section has padding");
_Static_assert(sizeof(narr_feature_options) == 20, "narr_feature_options has padding");
_Static_assert(sizeof(file_options) == 112, "file_options has padding");

#endif
