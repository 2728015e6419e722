/* bench_stages.c - what each stage of scoring costs a post, on one thread, and
 * what the machine could do at best. Run by bench_speed.py.
 *
 *   bench_stages MODEL POSTS.jsonl
 *
 * Each stage is run over all posts with all stages before it; its cost is the
 * difference. The whole is what narr_classify() takes, and one output record. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/hash.h"
#include "data/json_post.h"
#include "narr/narr.h"
#include "pipeline/classifier.h"
#include "pipeline/record_output.h"

enum { ROUNDS = 5, LINES_IN_FLIGHT = 16 };

static const char *const stages[] = {"parse", "normalise", "hash", "look up",
                                     "add",   "judge",     "write"};
enum { PARSE, NORMALISE, HASH, LOOK_UP, ADD, JUDGE, WRITE, STAGES };

typedef struct bench {
  char *bytes; /* whole lines, NARR_JSON_PADDING behind the last */
  size_t size;
  size_t posts;
  narr_json *json;
  narr_model *model;
  narr_classifier *classifier;
  narr_record_writer writer;
  narr_buffer out;
  size_t ngrams, distinct, terms;
} bench;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void give_up(const char *what) {
  fprintf(stderr, "bench_stages: %s\n", what);
  exit(1);
}

static void read_posts(bench *b, const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END) != 0) give_up(path);
  b->size = (size_t)ftell(file);
  b->bytes = calloc(b->size + NARR_JSON_PADDING, 1);
  rewind(file);
  if (!b->bytes || fread(b->bytes, 1, b->size, file) != b->size) give_up(path);
  fclose(file);
}

static void run_post(bench *b, int last, const char *line, size_t length) {
  narr_classifier *c = b->classifier;
  narr_vector *vector = &c->vector;
  const narr_model *model = b->model;
  narr_post post;
  if (narr_json_read(b->json, line, length, &post, NULL)) return;
  const narr_result *result;
  bool ok = true;
  switch (last) {
    case PARSE: break;
    case NORMALISE:
      ok =
          narr_tokenize(&vector->ngrams.tokens, &model->features.text, post.text, post.text_length);
      break;
    case HASH:
      ok = narr_ngrams_extract(&vector->ngrams, &model->features, post.text, post.text_length);
      break;
    case LOOK_UP:
    case ADD:
      ok = narr_vector_fill(vector, &model->features, &model->vocabulary, post.text,
                            post.text_length);
      b->ngrams += vector->ngrams.count;
      b->distinct += vector->distinct_count;
      b->terms += vector->count;
      if (last == ADD)
        ok = ok &&
             !narr_model_margins(model, vector->items, vector->count, &c->score_space, c->margins);
      break;
    default:
      ok = !narr_classify(c, post.text, post.text_length, &result, NULL);
      if (last == WRITE) {
        narr_stream_item item = {.line = 1,
                                 .text = post.text,
                                 .text_length = post.text_length,
                                 .id = post.id,
                                 .id_length = post.id_length,
                                 .id_is_json = true};
        narr_buffer_clear(&b->out);
        narr_record_result(&b->writer, &b->out, &item, result, NULL);
      }
  }
  if (!ok) give_up("out of memory");
}

/* Seconds for all posts up to this stage: the best of some rounds. */
static double time_up_to(bench *b, int last) {
  double best = 1e9;
  for (int round = 0; round < ROUNDS; round++) {
    double start = now();
    b->posts = b->ngrams = b->distinct = b->terms = 0;
    for (const char *line = b->bytes, *end = b->bytes + b->size; line < end; b->posts++) {
      const char *stop = memchr(line, '\n', (size_t)(end - line));
      if (!stop) stop = end;
      run_post(b, last, line, (size_t)(stop - line));
      line = stop + 1;
    }
    double took = now() - start;
    if (took < best) best = took;
  }
  return best;
}

/* ---- What the machine could do -------------------------------------------------------- */

/* Seconds to fold so many keys, one multiplication each, and nothing else. */
static double time_hashes(size_t count) {
  double best = 1e9;
  uint64_t sum = 0;
  for (int round = 0; round < ROUNDS; round++) {
    double start = now();
    for (size_t i = 0; i < count; i++) sum += narr_hash_mix(NARR_HASH_SEED, i);
    double took = now() - start;
    if (took < best) best = took;
  }
  if (sum == 42) puts("");
  return best;
}

/* Seconds to read so many of the model's rows, anywhere, asked for ahead. */
static double time_rows(const narr_vocabulary *v, size_t count) {
  double best = 1e9;
  uint64_t sum = 0;
  for (int round = 0; round < ROUNDS; round++) {
    double start = now();
    for (size_t i = 0; i < count; i++) {
      uint64_t ahead = narr_hash_mix(NARR_HASH_SEED, i + LINES_IN_FLIGHT);
      __builtin_prefetch(narr_vocabulary_row(v, (uint32_t)((ahead >> 32) * v->term_count >> 32)));
      uint64_t here = narr_hash_mix(NARR_HASH_SEED, i);
      sum += narr_vocabulary_head(v, (uint32_t)((here >> 32) * v->term_count >> 32)).tag;
    }
    double took = now() - start;
    if (took < best) best = took;
  }
  if (sum == 42) puts("");
  return best;
}

/* Bytes a second that one thread reads in order. */
static double read_speed(const bench *b) {
  double best = 1e9;
  uint64_t sum = 0;
  for (int round = 0; round < ROUNDS; round++) {
    double start = now();
    for (size_t i = 0; i + 8 <= b->size; i += 8) {
      uint64_t word;
      memcpy(&word, b->bytes + i, sizeof word);
      sum += word;
    }
    double took = now() - start;
    if (took < best) best = took;
  }
  if (sum == 42) puts("");
  return (double)b->size / best;
}

int main(int argc, char **argv) {
  if (argc != 3) give_up("MODEL POSTS.jsonl");
  narr_error error = NARR_ERROR_INIT;
  bench b = {.out = NARR_BUFFER_INIT};
  static const narr_stream_options options = NARR_STREAM_OPTIONS_INIT;
  narr_post_paths paths = {.text = options.text_field, .id = options.id_field};
  read_posts(&b, argv[2]);
  if (narr_model_load(&b.model, argv[1], &error) || narr_model_verify(b.model, &error) ||
      narr_classifier_new(&b.classifier, b.model, &error) || narr_json_new(&b.json, &paths, &error))
    give_up(error.message);
  narr_record_writer_init(&b.writer, b.model, &options, false);
  double before = 0, whole = 0, rest = 0;
  for (int stage = 0; stage < STAGES; stage++) {
    double took = time_up_to(&b, stage), posts = (double)b.posts;
    printf("stage %-10s %6.2f us a post\n", stages[stage], (took - before) / posts * 1e6);
    if (stage == PARSE) rest = took;
    if (stage == JUDGE) whole = took - rest;
    before = took;
    if (stage != ADD) continue;
    printf("n-grams a post: %.0f, distinct %.0f, terms %.0f\n", (double)b.ngrams / posts,
           (double)b.distinct / posts, (double)b.terms / posts);
    printf("bare: %6.2f us to fold as many keys\n", time_hashes(b.ngrams) / posts * 1e6);
    printf("bare: %6.2f us to read as many rows, anywhere\n",
           time_rows(&b.model->vocabulary, b.distinct) / posts * 1e6);
    printf("bare: %6.2f us to read the record in order (%.1f GB/s)\n",
           (double)b.size / read_speed(&b) / posts * 1e6, read_speed(&b) / 1e9);
  }
  printf("narr_classify: %.2f us a post, %.0f posts/s\n", whole / (double)b.posts * 1e6,
         (double)b.posts / whole);
  return 0;
}
