/* Files are written whole or not at all, and nothing is left lying about. */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/alloc.h"
#include "support/check.h"

typedef struct folder {
  char name[64];
} folder;

static folder new_folder(void) {
  folder f = {"/tmp/narr-test-XXXXXX"};
  assert_non_null(mkdtemp(f.name));
  return f;
}

static const char *in(const folder *f, const char *name) {
  static char paths[4][400];
  static size_t next;
  char *path = paths[next++ % 4];
  snprintf(path, sizeof paths[0], "%s/%s", f->name, name);
  return path;
}

/* How many entries there are; a temporary file would be one too many. */
static size_t entries(const folder *f) {
  struct dirent **names;
  int found = scandir(f->name, &names, NULL, NULL);
  assert_true(found >= 2);
  for (int i = 0; i < found; i++) free(names[i]);
  free(names);
  return (size_t)found - 2;
}

static void remove_folder(folder *f) {
  assert_int_equal(rmdir(f->name), 0);
}

static void check_file(const char *path, const void *bytes, size_t size) {
  narr_mapping mapping;
  assert_ok(narr_file_map(&mapping, path, NULL));
  assert_int_equal(mapping.size, size);
  if (size) assert_memory_equal(mapping.data, bytes, size);
  narr_file_unmap(&mapping);
}

static mode_t mode_of(const char *path) {
  struct stat info;
  assert_int_equal(stat(path, &info), 0);
  return info.st_mode & 07777;
}

/* ---- Writing -------------------------------------------------------------------- */

static void new_file_has_the_content(void **state) {
  (void)state;
  folder f = new_folder();
  mode_t mask = umask(027);
  assert_ok(narr_file_write_atomic(in(&f, "model"), "abc\0d", 5, NULL));
  umask(mask);
  check_file(in(&f, "model"), "abc\0d", 5);
  assert_int_equal(mode_of(in(&f, "model")), 0640); /* as the umask says */
  assert_int_equal(entries(&f), 1);
  unlink(in(&f, "model"));
  remove_folder(&f);
}

static void empty_and_large_files(void **state) {
  (void)state;
  folder f = new_folder();
  size_t size = 3000001;
  char *large = narr_alloc(size, 1);
  assert_non_null(large);
  for (size_t i = 0; i < size; i++) large[i] = (char)(i % 253);
  assert_ok(narr_file_write_atomic(in(&f, "file"), large, size, NULL));
  check_file(in(&f, "file"), large, size);
  assert_ok(narr_file_write_atomic(in(&f, "file"), "", 0, NULL));
  check_file(in(&f, "file"), "", 0);
  narr_free(large);
  unlink(in(&f, "file"));
  remove_folder(&f);
}

/* Who has the old file open keeps it whole: it is replaced, not rewritten. */
static void old_file_is_replaced(void **state) {
  (void)state;
  folder f = new_folder();
  write_file(in(&f, "model"), "old content", 11);
  assert_int_equal(chmod(in(&f, "model"), 0604), 0);
  narr_mapping old;
  assert_ok(narr_file_map(&old, in(&f, "model"), NULL));
  assert_ok(narr_file_write_atomic(in(&f, "model"), "new", 3, NULL));
  assert_memory_equal(old.data, "old content", 11);
  narr_file_unmap(&old);
  check_file(in(&f, "model"), "new", 3);
  assert_int_equal(mode_of(in(&f, "model")), 0604);
  assert_int_equal(entries(&f), 1);
  unlink(in(&f, "model"));
  remove_folder(&f);
}

static void symbolic_link_stays(void **state) {
  (void)state;
  folder f = new_folder();
  struct stat info;
  assert_int_equal(mkdir(in(&f, "sub"), 0700), 0);
  write_file(in(&f, "sub/target"), "old", 3);
  assert_int_equal(symlink("sub/target", in(&f, "link")), 0);
  assert_int_equal(symlink("link", in(&f, "second")), 0);
  assert_ok(narr_file_write_atomic(in(&f, "second"), "new", 3, NULL));
  assert_int_equal(lstat(in(&f, "second"), &info), 0);
  assert_true(S_ISLNK(info.st_mode));
  assert_int_equal(lstat(in(&f, "link"), &info), 0);
  assert_true(S_ISLNK(info.st_mode));
  assert_int_equal(lstat(in(&f, "sub/target"), &info), 0);
  assert_true(S_ISREG(info.st_mode));
  check_file(in(&f, "sub/target"), "new", 3);
  assert_int_equal(entries(&f), 3);
  unlink(in(&f, "second"));
  unlink(in(&f, "link"));
  unlink(in(&f, "sub/target"));
  assert_int_equal(rmdir(in(&f, "sub")), 0); /* nothing left in there */
  remove_folder(&f);
}

static void name_without_a_folder(void **state) {
  (void)state;
  folder f = new_folder();
  int before = open(".", O_RDONLY | O_DIRECTORY);
  assert_true(before >= 0);
  assert_int_equal(chdir(f.name), 0);
  assert_ok(narr_file_write_atomic("model", "x", 1, NULL));
  check_file("model", "x", 1);
  assert_int_equal(fchdir(before), 0);
  close(before);
  assert_int_equal(entries(&f), 1);
  unlink(in(&f, "model"));
  remove_folder(&f);
}

static void missing_folder_fails(void **state) {
  (void)state;
  folder f = new_folder();
  narr_error error = NARR_ERROR_INIT;
  assert_fails(narr_file_write_atomic(in(&f, "no/model"), "x", 1, &error), NARR_ERROR_SYSTEM, error,
               "/no/model: No such file or directory");
  assert_fails(narr_file_write_atomic("", "x", 1, &error), NARR_ERROR_SYSTEM, error, ": ");
  assert_int_equal(entries(&f), 0);
  remove_folder(&f);
}

static void folder_is_not_replaced(void **state) {
  (void)state;
  folder f = new_folder();
  narr_error error = NARR_ERROR_INIT;
  assert_int_equal(mkdir(in(&f, "model"), 0700), 0);
  assert_fails(narr_file_write_atomic(in(&f, "model"), "x", 1, &error), NARR_ERROR_SYSTEM, error,
               "/model: Is a directory");
  assert_int_equal(entries(&f), 1);
  assert_int_equal(rmdir(in(&f, "model")), 0);
  remove_folder(&f);
}

/* A write that fails half-way: the old file is there as it was, and no other. */
static void failed_write_leaves_the_old_file(void **state) {
  (void)state;
  folder f = new_folder();
  narr_error error = NARR_ERROR_INIT;
  struct rlimit old_limit, limit;
  size_t size = 200000;
  char *large = narr_alloc_zero(size, 1);
  assert_non_null(large);
  write_file(in(&f, "model"), "old", 3);
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &old_limit), 0);
  limit = old_limit;
  limit.rlim_cur = 100000;
  void (*old_handler)(int) = signal(SIGXFSZ, SIG_IGN);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
  narr_status replaced = narr_file_write_atomic(in(&f, "model"), large, size, &error);
  narr_status fresh = narr_file_write_atomic(in(&f, "new"), large, size, NULL);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &old_limit), 0);
  signal(SIGXFSZ, old_handler);
  assert_fails(replaced, NARR_ERROR_SYSTEM, error, "/model: File too large");
  assert_int_equal(fresh, NARR_ERROR_SYSTEM);
  check_file(in(&f, "model"), "old", 3);
  assert_int_equal(entries(&f), 1);
  narr_free(large);
  unlink(in(&f, "model"));
  remove_folder(&f);
}

static void failed_allocation_leaves_nothing(void **state) {
  (void)state;
  folder f = new_folder();
  narr_alloc_fail_at(1);
  narr_status status = narr_file_write_atomic(in(&f, "model"), "x", 1, NULL);
  narr_alloc_fail_at(0);
  assert_true(status != NARR_OK);
  assert_int_equal(entries(&f), 0);
  remove_folder(&f);
}

/* A pipe stands for whatever is no regular file. Never the devices of the
 * machine: a superuser's test that fails would take their place. */
static void pipe_is_written_as_it_is(void **state) {
  (void)state;
  folder f = new_folder();
  struct stat info;
  char got[8] = "";
  assert_int_equal(mkfifo(in(&f, "pipe"), 0600), 0);
  int reader = open(in(&f, "pipe"), O_RDONLY | O_NONBLOCK);
  assert_true(reader >= 0);
  narr_status status = narr_file_write_atomic(in(&f, "pipe"), "abc", 3, NULL);
  assert_int_equal(stat(in(&f, "pipe"), &info), 0);
  assert_true(S_ISFIFO(info.st_mode));
  assert_int_equal(status, NARR_OK);
  assert_int_equal(read(reader, got, sizeof got), 3);
  assert_string_equal(got, "abc");
  close(reader);
  assert_int_equal(entries(&f), 1);
  unlink(in(&f, "pipe"));
  remove_folder(&f);
}

/* A device of our own, or, for those who can't make one nor harm it, the
 * machine's. NULL: neither. */
static const char *device(const folder *f, const char *name, unsigned minor_number) {
  const folder machine = {"/dev"};
  bool mighty = geteuid() == 0;
  const char *path = in(mighty ? f : &machine, name);
  if (mighty && mknod(path, S_IFCHR | 0600, makedev(1, minor_number)) != 0) return NULL;
  int fd = open(path, O_WRONLY); /* not where the file system allows no devices */
  if (fd >= 0) close(fd);
  return fd >= 0 ? path : NULL;
}

static void device_is_written_as_it_is(void **state) {
  (void)state;
  folder f = new_folder();
  struct stat info;
  narr_error error = NARR_ERROR_INIT;
  const char *null = device(&f, "null", 3), *full = device(&f, "full", 7);
  if (null) {
    assert_ok(narr_file_write_atomic(null, "x", 1, NULL));
    assert_int_equal(stat(null, &info), 0);
    assert_true(S_ISCHR(info.st_mode));
  }
  if (full)
    assert_fails(narr_file_write_atomic(full, "x", 1, &error), NARR_ERROR_SYSTEM, error,
                 "/full: No space left on device");
  unlink(in(&f, "null"));
  unlink(in(&f, "full"));
  remove_folder(&f);
  if (!null || !full) skip();
}

/* A leftover of a killed process is no obstacle, and is not touched. */
static void leftover_of_another_time(void **state) {
  (void)state;
  folder f = new_folder();
  char name[64];
  snprintf(name, sizeof name, "model.%ld-0.tmp", (long)getpid());
  write_file(in(&f, name), "left", 4);
  assert_ok(narr_file_write_atomic(in(&f, "model"), "x", 1, NULL));
  check_file(in(&f, "model"), "x", 1);
  check_file(in(&f, name), "left", 4);
  assert_int_equal(entries(&f), 2);
  unlink(in(&f, name));
  unlink(in(&f, "model"));
  remove_folder(&f);
}

/* ---- Pipes ---------------------------------------------------------------------- */

enum { PIPED = 300000 };

typedef struct pipe_reader {
  int fd;
  narr_buffer content;
  narr_status status;
} pipe_reader;

/* Of processes that were killed; not of those that are at it, or of other files. */
static void leftovers_are_swept_away(void **state) {
  (void)state;
  folder f = new_folder();
  char own[64];
  snprintf(own, sizeof own, "x.%ld-0.tmp", (long)getpid());
  const char *const stay[] = {own,
                              "x",
                              "x.2147483646-0.tmp2",
                              "x.-5-0.tmp",
                              "x.tmp",
                              "y.2147483646-0.tmp",
                              "x2.2147483646-0.tmp",
                              "x.1-"};
  const char *const go[] = {"x.2147483646-0.tmp", "x.2147483645-12.tmp"}; /* beyond any process */
  for (size_t i = 0; i < sizeof stay / sizeof *stay; i++) write_file(in(&f, stay[i]), "a", 1);
  for (size_t i = 0; i < sizeof go / sizeof *go; i++) write_file(in(&f, go[i]), "a", 1);
  narr_file_sweep(in(&f, "x"));
  narr_file_sweep("/nowhere/at/all");
  for (size_t i = 0; i < sizeof go / sizeof *go; i++)
    assert_int_not_equal(access(in(&f, go[i]), F_OK), 0);
  for (size_t i = 0; i < sizeof stay / sizeof *stay; i++)
    assert_int_equal(unlink(in(&f, stay[i])), 0);
  remove_folder(&f);
}

static void *read_pipe(void *argument) {
  pipe_reader *reader = argument;
  reader->status = narr_file_read_all(reader->fd, "pipe", &reader->content, NULL);
  return NULL;
}

/* More than a pipe holds, so that writes are partial, also when the
 * descriptor doesn't wait. */
static void pipe_takes_all(void **state) {
  (void)state;
  char *data = narr_alloc(PIPED, 1);
  assert_non_null(data);
  for (size_t i = 0; i < PIPED; i++) data[i] = (char)(i % 249);
  for (int nonblocking = 0; nonblocking < 2; nonblocking++) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    if (nonblocking) assert_int_equal(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
    pipe_reader reader = {ends[0], NARR_BUFFER_INIT, NARR_OK};
    narr_buffer_string(&reader.content, "before:");
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, read_pipe, &reader), 0);
    assert_int_equal(narr_file_write_all(ends[1], data, PIPED), 0);
    close(ends[1]);
    pthread_join(thread, NULL);
    close(ends[0]);
    assert_int_equal(reader.status, NARR_OK);
    assert_int_equal(reader.content.length, PIPED + 7);
    assert_memory_equal(reader.content.data, "before:", 7);
    assert_memory_equal(reader.content.data + 7, data, PIPED);
    narr_buffer_free(&reader.content);
  }
  narr_free(data);
}

static void closed_pipe_is_an_error(void **state) {
  (void)state;
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  close(ends[0]);
  void (*old_handler)(int) = signal(SIGPIPE, SIG_IGN);
  assert_int_equal(narr_file_write_all(ends[1], "x", 1), EPIPE);
  signal(SIGPIPE, old_handler);
  close(ends[1]);
}

static void reading_can_fail(void **state) {
  (void)state;
  narr_error error = NARR_ERROR_INIT;
  narr_buffer content = NARR_BUFFER_INIT;
  assert_fails(narr_file_read_all(-1, "posts.csv", &content, &error), NARR_ERROR_SYSTEM, error,
               "posts.csv: Bad file descriptor");
  int fd = open("/", O_RDONLY | O_DIRECTORY);
  assert_true(fd >= 0);
  assert_fails(narr_file_read_all(fd, "/", &content, &error), NARR_ERROR_SYSTEM, error,
               "/: Is a directory");
  close(fd);
  narr_buffer_free(&content);
  narr_alloc_fail_at(1);
  narr_status status = narr_file_read_all(0, "x", &content, &error);
  narr_alloc_fail_at(0);
  assert_fails(status, NARR_ERROR_MEMORY, error, "out of memory");
  narr_buffer_free(&content);
}

/* ---- Mapping -------------------------------------------------------------------- */

static void map_of_what_is_no_file(void **state) {
  (void)state;
  folder f = new_folder();
  narr_error error = NARR_ERROR_INIT;
  narr_mapping mapping = {(const unsigned char *)"x", 1};
  assert_fails(narr_file_map(&mapping, in(&f, "missing"), &error), NARR_ERROR_SYSTEM, error,
               "/missing: No such file or directory");
  assert_null(mapping.data);
  assert_int_equal(mapping.size, 0);
  assert_fails(narr_file_map(&mapping, f.name, &error), NARR_ERROR_SYSTEM, error,
               ": not a regular file");
  assert_fails(narr_file_map(&mapping, "/dev/null", &error), NARR_ERROR_SYSTEM, error,
               "/dev/null: not a regular file"); /* only read */
  narr_file_unmap(&mapping);
  remove_folder(&f);
}

/* Opening a pipe that nobody writes to would wait for ever. */
static void map_of_a_pipe_does_not_wait(void **state) {
  (void)state;
  folder f = new_folder();
  narr_error error = NARR_ERROR_INIT;
  narr_mapping mapping;
  assert_int_equal(mkfifo(in(&f, "pipe"), 0600), 0);
  alarm(20); /* kills a test that hangs */
  narr_status status = narr_file_map(&mapping, in(&f, "pipe"), &error);
  alarm(0);
  assert_fails(status, NARR_ERROR_SYSTEM, error, "/pipe: not a regular file");
  unlink(in(&f, "pipe"));
  remove_folder(&f);
}

static void map_of_an_empty_file(void **state) {
  (void)state;
  folder f = new_folder();
  narr_mapping mapping = {(const unsigned char *)"x", 1};
  write_file(in(&f, "empty"), "", 0);
  assert_ok(narr_file_map(&mapping, in(&f, "empty"), NULL));
  assert_null(mapping.data);
  assert_int_equal(mapping.size, 0);
  narr_file_unmap(&mapping);
  unlink(in(&f, "empty"));
  remove_folder(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(new_file_has_the_content),
      cmocka_unit_test(empty_and_large_files),
      cmocka_unit_test(old_file_is_replaced),
      cmocka_unit_test(symbolic_link_stays),
      cmocka_unit_test(name_without_a_folder),
      cmocka_unit_test(missing_folder_fails),
      cmocka_unit_test(folder_is_not_replaced),
      cmocka_unit_test(failed_write_leaves_the_old_file),
      cmocka_unit_test(failed_allocation_leaves_nothing),
      cmocka_unit_test(pipe_is_written_as_it_is),
      cmocka_unit_test(device_is_written_as_it_is),
      cmocka_unit_test(leftover_of_another_time),
      cmocka_unit_test(leftovers_are_swept_away),
      cmocka_unit_test(pipe_takes_all),
      cmocka_unit_test(closed_pipe_is_an_error),
      cmocka_unit_test(reading_can_fail),
      cmocka_unit_test(map_of_what_is_no_file),
      cmocka_unit_test(map_of_a_pipe_does_not_wait),
      cmocka_unit_test(map_of_an_empty_file),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
