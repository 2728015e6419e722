/* format.h - the model file (.narr), version 5. Little-endian; every struct
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
#include "narr/train.h"

/* As in PNG, a high bit and line ends, so that a transfer in text mode
 * shows at once. */
#define FILE_MAGIC "\x89NARR\r\n\x1a"
#define FILE_VERSION 5
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
  SECTION_DECISIONS,     /* narr_decision[label_count] */
  SECTION_PARENTS,       /* uint32[label_count]: 1 + the label that each is under, which
                            comes before it, or 0; left out where all are 0 */
  SECTION_METADATA,      /* JSON with a NUL */
  SECTION_SLOTS,         /* uint64[slot_count], see vocabulary.h */
  SECTION_ROWS,          /* float[term_count][file_row_floats()]: linear: a weight a label, zeros;
                            all: the inverse document frequency */
  SECTION_BLOCKS,        /* uint8[term_count], narr_block */
  SECTION_STRING_STARTS, /* uint64[term_count + 1] */
  SECTION_STRINGS,
  SECTION_SUPPORT_STARTS, /* not linear: uint64[support_count + 1] */
  SECTION_SUPPORT_TERMS,  /* uint32[support_entries], rising within a row */
  SECTION_SUPPORT_VALUES, /* float[support_entries] */
  SECTION_COEFFICIENTS,   /* double[support_count][label_count] */
  SECTION_CORPUS,         /* narr_corpus_facts */
  SECTION_LABEL_FACTS,    /* narr_label_facts[label_count] */
  SECTION_SHARES,         /* uint8[term_count], see narr_share() */
  SECTION_KNOTS,          /* narr_knot[]: of labels with more than a sigmoid */
  SECTION_END
} section_kind;

/* Of a linear model: a multiple of 4, so that rows can be read in fours. */
static inline size_t file_row_floats(narr_kernel kernel, size_t label_count) {
  return kernel == NARR_KERNEL_LINEAR ? (label_count + 4) / 4 * 4 : 1;
}

typedef struct file_section {
  uint32_t kind;
  uint32_t zero;
  uint64_t offset;
  uint64_t size;
} file_section;

typedef struct file_options {
  uint64_t term_count;
  uint64_t slot_count;
  uint64_t support_count;
  uint64_t support_entries;
  double gamma;
  double coef0;
  uint32_t label_count;
  uint32_t exclusive; /* 0 or 1 */
  uint32_t kernel;    /* narr_kernel */
  int32_t degree;
  uint32_t always_labelled; /* 0 or 1 */
  narr_feature_options features;
} file_options;

_Static_assert(sizeof(file_header) == 64, "file_header has padding");
_Static_assert(sizeof(file_section) == 24, "file_section has padding");
_Static_assert(sizeof(narr_feature_options) == 20, "narr_feature_options has padding");
_Static_assert(sizeof(file_options) == 88, "file_options has padding");

#endif
