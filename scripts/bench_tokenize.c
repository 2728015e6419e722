/* bench_tokenize.c - how fast texts become tokens, with everything undone that
 * may be: MB/s of the file's lines, the median of several passes. Built and
 * run by bench_speed.py. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "text/token.h"

enum { PASSES = 9 };

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int rising(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static char *read_file(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END)) return NULL;
  long size = ftell(file);
  char *bytes = size > 0 ? malloc((size_t)size) : NULL;
  rewind(file);
  *length = bytes ? fread(bytes, 1, (size_t)size, file) : 0;
  fclose(file);
  return bytes;
}

int main(int argc, char **argv) {
  const narr_text_options options = NARR_TEXT_OPTIONS_ON;
  narr_tokens tokens = NARR_TOKENS_INIT;
  size_t length = 0, count = 0;
  char *bytes = argc == 2 ? read_file(argv[1], &length) : NULL;
  if (!bytes) return 3;
  double took[PASSES];
  size_t lines = 0;
  const char **starts = malloc((length + 2) * sizeof *starts);
  if (!starts) return 5;
  for (const char *at = bytes; at < bytes + length; at++)
    if (at == bytes || at[-1] == '\n') starts[lines++] = at;
  starts[lines] = bytes + length;
  for (size_t pass = 0; pass < PASSES; pass++) {
    double start = seconds();
    count = 0;
    for (size_t i = 0; i < lines; i++) {
      size_t size = (size_t)(starts[i + 1] - starts[i]);
      if (!narr_tokenize(&tokens, &options, starts[i], size)) return 5;
      count += tokens.count;
    }
    took[pass] = seconds() - start;
  }
  qsort(took, PASSES, sizeof *took, rising);
  printf("%.1f %zu %.0f\n", (double)length / 1e6, count, (double)length / took[PASSES / 2] / 1e6);
  narr_tokens_free(&tokens);
  free(starts);
  free(bytes);
  return 0;
}
