/* seal.h - the checksums over a model file's head. */
#ifndef NARR_MODEL_SEAL_H
#define NARR_MODEL_SEAL_H

#include "model/format.h"

/* The checksum of the first `data_offset` bytes of a file. */
uint64_t narr_head_checksum(const unsigned char *file, uint64_t data_offset);

/* Where a file's block sums begin. */
static inline uint64_t narr_sums_offset(uint64_t section_count) {
  return sizeof(file_header) + section_count * sizeof(file_section);
}

#endif
