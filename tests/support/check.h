/* check.h - what most tests of the upper rooms need: real numbers that
 * should be close, failures that should say something, files that go away. */
#ifndef TEST_SUPPORT_CHECK_H
#define TEST_SUPPORT_CHECK_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
/* cmocka wants the above first */
#include <cmocka.h>

#include "narr/error.h"

#define assert_near(x, y, tolerance) check_near((x), (y), (tolerance), #x, __FILE__, __LINE__)

static inline void check_near(double x, double y, double tolerance, const char *what,
                              const char *file, int line) {
  if (fabs(x - y) <= tolerance) return;
  print_error("%s is %.17g, not %.17g (within %g)\n", what, x, y, tolerance);
  _fail(file, line);
}

#define assert_ok(call) check_ok((call), #call, __FILE__, __LINE__)

static inline void check_ok(narr_status status, const char *what, const char *file, int line) {
  if (status == NARR_OK) return;
  print_error("%s: %s\n", what, narr_status_name(status));
  _fail(file, line);
}

/* A failure of this kind whose one-line message has `part` in it. */
#define assert_fails(call, expected, error, part) \
  check_fails((call), (expected), &(error), (part), #call, __FILE__, __LINE__)

static inline void check_fails(narr_status status, narr_status expected, narr_error *error,
                               const char *part, const char *what, const char *file, int line) {
  const char *message = error->message;
  bool good = status == expected && error->status == expected && strstr(message, part) &&
              strlen(message) > 0 && strlen(message) < 300 && !strpbrk(message, "\r\n");
  if (!good) {
    print_error("%s: %s: \"%s\"\n  instead of %s with \"%s\"\n", what, narr_status_name(status),
                message, narr_status_name(expected), part);
    _fail(file, line);
  }
  *error = (narr_error)NARR_ERROR_INIT;
}

/* A name for a file that does not exist yet, in a folder of its own. */
typedef struct temp_path {
  char folder[64];
  char path[96];
} temp_path;

static inline temp_path temp_path_new(const char *name) {
  temp_path temp = {"/tmp/narr-test-XXXXXX", ""};
  assert_non_null(mkdtemp(temp.folder));
  snprintf(temp.path, sizeof temp.path, "%s/%s", temp.folder, name);
  return temp;
}

/* Fails if anything but the file itself was left behind. */
static inline void temp_path_remove(temp_path *temp) {
  unlink(temp->path);
  assert_int_equal(rmdir(temp->folder), 0);
}

static inline void write_file(const char *path, const void *bytes, size_t size) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, size, file), size);
  assert_int_equal(fclose(file), 0);
}

#endif
