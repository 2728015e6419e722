/* feature_options.c - reading and writing "word=1-2:0.7,char=2-5". */
#include "feature/feature_options.h"

#include <stdio.h>
#include <string.h>

#include "base/status.h"

static const char *const names[NARR_BLOCK_COUNT] = {"word", "char", "char_wb", "spelling"};

const char *narr_block_name(narr_block block) {
  return names[block];
}

static size_t block_named(const char *name, size_t length) {
  for (size_t b = 0; b < NARR_NGRAM_BLOCKS; b++)
    if (strlen(names[b]) == length && memcmp(names[b], name, length) == 0) return b;
  return NARR_NGRAM_BLOCKS;
}

/* "2-5" or "2"; returns what follows it, or NULL. */
static const char *parse_range(const char *text, uint8_t *min, uint8_t *max) {
  if (*text < '1' || *text > '0' + NARR_NGRAM_MAX) return NULL;
  *min = *max = (uint8_t)(*text++ - '0');
  if (*text != '-') return text;
  text++;
  if (*text < '0' + *min || *text > '0' + NARR_NGRAM_MAX) return NULL;
  *max = (uint8_t)(*text++ - '0');
  return text;
}

/* ":0.7"; returns what follows it, or NULL. No colon: the weight is 1. */
static const char *parse_weight(const char *text, uint8_t *discount) {
  *discount = 0;
  if (*text != ':') return text;
  text++;
  if (text[0] == '1') return text + 1 + (text[1] == '.' ? 1 + strspn(text + 2, "0") : 0);
  unsigned weight = 0, digits = 0;
  if (text[0] != '0' || text[1] != '.') return NULL;
  for (text += 2; *text >= '0' && *text <= '9' && digits < 2; digits++)
    weight = weight * 10 + (unsigned)(*text++ - '0');
  if (digits == 1) weight *= 10;
  *discount = (uint8_t)(100 - weight);
  return weight > 0 ? text : NULL;
}

narr_status narr_feature_options_parse(narr_feature_options *options, const char *text,
                                       narr_error *error) {
  memset(options->min, 0, sizeof options->min);
  memset(options->max, 0, sizeof options->max);
  memset(options->discount, 0, sizeof options->discount);
  for (const char *at = text;;) {
    size_t length = strcspn(at, "=,");
    size_t block = block_named(at, length);
    if (block == NARR_NGRAM_BLOCKS)
      return narr_fail(error, NARR_ERROR_ARGUMENT,
                       "features \"%s\": \"%.*s\" is no kind of n-gram (word, char, char_wb)", text,
                       (int)length, at);
    if (options->min[block])
      return narr_fail(error, NARR_ERROR_ARGUMENT, "features \"%s\": %s is there twice", text,
                       names[block]);
    at += length;
    const char *end =
        *at == '=' ? parse_range(at + 1, &options->min[block], &options->max[block]) : NULL;
    if (!end || (*end && *end != ',' && *end != ':'))
      return narr_fail(error, NARR_ERROR_ARGUMENT,
                       "features \"%s\": %s needs a range within 1-%d, such as %s=1-2", text,
                       names[block], NARR_NGRAM_MAX, names[block]);
    end = parse_weight(end, &options->discount[block]);
    if (!end || (*end && *end != ','))
      return narr_fail(error, NARR_ERROR_ARGUMENT,
                       "features \"%s\": the weight of %s is not within 0.01 and 1, such as :0.7",
                       text, names[block]);
    if (!*end) return NARR_OK;
    at = end + 1;
  }
}

void narr_feature_options_format(const narr_feature_options *options,
                                 char text[NARR_FEATURE_TEXT_SIZE]) {
  size_t used = 0;
  text[0] = '\0';
  for (size_t b = 0; b < NARR_NGRAM_BLOCKS; b++) {
    if (!options->min[b]) continue;
    used += (size_t)snprintf(text + used, NARR_FEATURE_TEXT_SIZE - used, "%s%s=%u-%u",
                             used ? "," : "", names[b], options->min[b], options->max[b]);
    unsigned weight = 100u - options->discount[b];
    if (weight % 10 == 0 && weight < 100)
      used += (size_t)snprintf(text + used, NARR_FEATURE_TEXT_SIZE - used, ":0.%u", weight / 10);
    else if (weight < 100)
      used += (size_t)snprintf(text + used, NARR_FEATURE_TEXT_SIZE - used, ":0.%02u", weight);
  }
}

bool narr_feature_options_valid(const narr_feature_options *options) {
  for (size_t b = 0; b < NARR_NGRAM_BLOCKS; b++)
    if (options->min[b] > options->max[b] || options->max[b] > NARR_NGRAM_MAX ||
        (!options->min[b] && (options->max[b] || options->discount[b])) ||
        options->discount[b] > 99 || options->unused)
      return false;
  return narr_feature_options_square(options) > 0 && options->sublinear_tf <= 1 &&
         options->use_idf <= 1 && narr_text_options_valid(&options->text);
}

double narr_feature_options_weight(const narr_feature_options *options, narr_block block) {
  return (100 - options->discount[block == NARR_BLOCK_SPELLING ? NARR_BLOCK_WORD : block]) / 100.0;
}

double narr_feature_options_square(const narr_feature_options *options) {
  double square = 0;
  for (narr_block b = 0; b < NARR_NGRAM_BLOCKS; b++) {
    double weight = narr_feature_options_weight(options, b);
    if (options->min[b]) square += weight * weight;
  }
  return square;
}
