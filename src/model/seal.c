/* seal.c - the checksums over a model file's head. */
#include "model/seal.h"

#include <stddef.h>
#include <string.h>

#include "base/blocks.h"
#include "base/hash.h"
#include "model/model.h"

uint64_t narr_head_checksum(const unsigned char *file, uint64_t data_offset) {
  file_header header;
  memcpy(&header, file, sizeof header);
  header.checksum = 0;
  uint64_t hash = narr_hash_bytes(&header, sizeof header, 0);
  return narr_hash_bytes(file + sizeof header, data_offset - sizeof header, hash);
}

void narr_model_reseal(void *data, size_t size) {
  unsigned char *file = data;
  file_header header;
  if (size < sizeof header) return;
  memcpy(&header, file, sizeof header);
  if (header.data_offset > size || header.data_offset < sizeof header || header.section_count > 64)
    return;
  uint64_t sums = narr_sums_offset(header.section_count);
  size_t data_size = size - header.data_offset;
  for (size_t i = 0; i < narr_blocks_count(data_size); i++) {
    uint64_t place = sums + i * sizeof(uint64_t);
    if (place + sizeof(uint64_t) > header.data_offset) return;
    uint64_t sum = narr_blocks_sum(file + header.data_offset, data_size, i);
    memcpy(file + place, &sum, sizeof sum);
  }
  uint64_t checksum = narr_head_checksum(file, header.data_offset);
  memcpy(file + offsetof(file_header, checksum), &checksum, sizeof checksum);
}
