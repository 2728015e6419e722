/* replay.c - runs a fuzz target over files, without libFuzzer: so every
 * build, with every compiler, replays the kept inputs as a test.
 *
 *   fuzz_csv FILE_OR_FOLDER...
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t replayed;

static void *must(void *pointer, const char *what) {
  if (pointer) return pointer;
  perror(what);
  exit(1);
}

/* The input is copied to a block of its very size, so that a sanitizer sees
 * a read behind its end. */
static void replay_file(const char *path) {
  FILE *file = must(fopen(path, "rb"), path);
  size_t size = 0, capacity = 1 << 16;
  char *content = must(malloc(capacity), path);
  for (size_t got; (got = fread(content + size, 1, capacity - size, file)) > 0;) {
    size += got;
    if (size == capacity) content = must(realloc(content, capacity *= 2), path);
  }
  if (ferror(file)) must(NULL, path);
  fclose(file);
  uint8_t *exact = must(malloc(size ? size : 1), path);
  memcpy(exact, content, size);
  free(content);
  LLVMFuzzerTestOneInput(exact, size);
  free(exact);
  replayed++;
}

static int is_input(const struct dirent *entry) {
  return entry->d_name[0] != '.';
}

static void replay(const char *path) {
  struct dirent **entries;
  int count = scandir(path, &entries, is_input, alphasort);
  if (count < 0) {
    replay_file(path);
    return;
  }
  for (int i = 0; i < count; i++) {
    size_t length = strlen(path) + strlen(entries[i]->d_name) + 2;
    char *name = must(malloc(length), path);
    snprintf(name, length, "%s/%s", path, entries[i]->d_name);
    replay_file(name);
    free(name);
    free(entries[i]);
  }
  free(entries);
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) replay(argv[i]);
  printf("%zu inputs replayed\n", replayed);
  if (replayed > 0) return 0;
  fprintf(stderr, "usage: %s FILE_OR_FOLDER...\n", argv[0]);
  return 1;
}
