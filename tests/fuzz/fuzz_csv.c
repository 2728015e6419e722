/* fuzz_csv.c - any bytes as a labelled CSV: nothing crashes, chunks make no
 * difference, framing and libcsv agree on where records end, and reading
 * strictly and leniently tell one story. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "data/csv_record.h"
#include "data/dataset_store.h"
#include "data/folds.h"
#include "data/frame.h"

#define REQUIRE(condition)     \
  do {                         \
    if (!(condition)) abort(); \
  } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void count_skip(void *context, const narr_error *why) {
  REQUIRE(why->status == NARR_ERROR_INPUT);
  REQUIRE(why->row > 0 && why->line > 0);
  REQUIRE(memchr(why->message, '\0', sizeof why->message) && why->message[0]);
  ++*(size_t *)context;
}

static narr_dataset *read(const char *bytes, size_t size, narr_dataset_options options,
                          narr_status *status, narr_error *error) {
  narr_dataset *dataset;
  REQUIRE(narr_dataset_new(&dataset, &options, NULL) == NARR_OK);
  *status = narr_dataset_read_bytes(dataset, "fuzz", bytes, size, error);
  REQUIRE(*status == NARR_OK || *status == NARR_ERROR_INPUT);
  if (*status) REQUIRE(narr_dataset_size(dataset) == 0 && narr_dataset_label_count(dataset) == 0);
  return dataset;
}

static void check_dataset(const char *bytes, size_t size, char delimiter) {
  narr_dataset_options options = NARR_DATASET_OPTIONS_INIT;
  narr_error error = NARR_ERROR_INIT, first_skip = NARR_ERROR_INIT;
  size_t skips = 0;
  narr_status strict, lenient;
  options.delimiter = delimiter;
  narr_dataset *all = read(bytes, size, options, &strict, &error);
  options.lenient = true;
  options.on_skip = count_skip;
  options.on_skip_context = &skips;
  narr_dataset *good = read(bytes, size, options, &lenient, &first_skip);
  REQUIRE(narr_dataset_skipped(good) == (lenient ? 0 : skips));
  if (strict == NARR_OK) {
    REQUIRE(lenient == NARR_OK && skips == 0);
    REQUIRE(narr_dataset_digest(all) == narr_dataset_digest(good));
  } else {
    REQUIRE(lenient || skips > 0);
    REQUIRE(error.status == NARR_ERROR_INPUT && strncmp(error.message, "fuzz:", 5) == 0);
    REQUIRE(!memchr(error.message, '\n', strlen(error.message)));
  }
  narr_dataset_free(all);
  narr_dataset_free(good);
}

/* Frames once more, `step` bytes more at a time, beside `whole`. */
static void check_chunks(const char *bytes, size_t size, char delimiter, size_t step) {
  narr_framer whole, chunked;
  narr_record expected, record;
  size_t begin = 0, seen = 0;
  narr_framer_init(&whole, NARR_FRAME_CSV, delimiter);
  narr_framer_init(&chunked, NARR_FRAME_CSV, delimiter);
  while (narr_frame_next(&whole, bytes + begin, size - begin, true, &expected)) {
    while (!narr_frame_next(&chunked, bytes + begin, seen - begin, seen == size, &record)) {
      REQUIRE(seen < size);
      seen += step < size - seen ? step : size - seen;
    }
    REQUIRE(record.length == expected.length && record.content == expected.content);
    REQUIRE(record.lines == expected.lines && record.length > 0);
    begin += record.length;
    if (seen < begin) seen = begin;
  }
  REQUIRE(begin == size);
}

static void check_records(const char *bytes, size_t size, char delimiter) {
  narr_framer framer;
  narr_record record;
  narr_csv *csv;
  REQUIRE(narr_csv_new(&csv, delimiter, NULL) == NARR_OK);
  narr_framer_init(&framer, NARR_FRAME_CSV, delimiter);
  for (size_t at = 0; narr_frame_next(&framer, bytes + at, size - at, true, &record);
       at += record.length) {
    const narr_field *fields;
    size_t count, total = 0;
    narr_error error = NARR_ERROR_INIT;
    narr_status status = narr_csv_parse(csv, bytes + at, record.content, &fields, &count, &error);
    REQUIRE(status == NARR_OK || status == NARR_ERROR_INPUT);
    REQUIRE(!strstr(error.message, "more than one record"));
    REQUIRE(status || (count == 0) == (record.content == 0));
    for (size_t i = 0; i < count; i++) total += fields[i].length;
    REQUIRE(total + count <= record.content + 1);
  }
  narr_csv_free(csv);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *bytes = (const char *)data;
  static const char delimiters[] = {',', ';'};
  for (size_t i = 0; i < sizeof delimiters; i++) {
    check_records(bytes, size, delimiters[i]);
    check_chunks(bytes, size, delimiters[i], 1);
    check_chunks(bytes, size, delimiters[i], 1 + size % 13);
    check_dataset(bytes, size, delimiters[i]);
  }
  return 0;
}
