/* file.c - whole files. */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/status.h"

narr_status narr_file_map(narr_mapping *out, const char *path, narr_error *error) {
  *out = (narr_mapping){NULL, 0};
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* not waiting at a pipe */
  if (fd < 0) return narr_fail_system(error, errno, "%s", path);
  narr_status status = NARR_OK;
  struct stat info;
  if (fstat(fd, &info) != 0) {
    status = narr_fail_system(error, errno, "%s", path);
  } else if (!S_ISREG(info.st_mode)) {
    status = narr_fail(error, NARR_ERROR_SYSTEM, "%s: not a regular file", path);
  } else if (info.st_size > 0) {
    void *data = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED)
      status = narr_fail_system(error, errno, "%s", path);
    else
      *out = (narr_mapping){data, (size_t)info.st_size};
  }
  close(fd);
  return status;
}

void narr_file_unmap(narr_mapping *mapping) {
  if (mapping->data) munmap((void *)mapping->data, mapping->size);
  *mapping = (narr_mapping){NULL, 0};
}

narr_status narr_file_read_all(int fd, const char *name, narr_buffer *content, narr_error *error) {
  for (;;) {
    if (!narr_buffer_reserve(content, 65536)) return narr_fail_memory(error);
    ssize_t got = read(fd, content->data + content->length, content->capacity - content->length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return narr_fail_system(error, errno, "%s", name);
    if (got == 0) return NARR_OK;
    content->length += (size_t)got;
  }
}

int narr_file_write_all(int fd, const void *data, size_t size) {
  const char *at = data;
  while (size > 0) {
    ssize_t put = write(fd, at, size);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      struct pollfd room = {.fd = fd, .events = POLLOUT}; /* somebody made it non-blocking */
      if (poll(&room, 1, -1) < 0 && errno != EINTR) return errno;
      continue;
    }
    if (put < 0) return errno;
    at += put;
    size -= (size_t)put;
  }
  return 0;
}

/* To be freed; NULL: out of memory. */
static char *folder_of(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash == path ? narr_copy_string("/")
         : slash       ? narr_copy_bytes(path, (size_t)(slash - path))
                       : narr_copy_string(".");
}

/* Makes the rename itself survive a power cut. Best effort: some file
 * systems have no fsync for folders. */
static void sync_folder_of(const char *path) {
  char *folder = folder_of(path);
  if (!folder) return;
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0) {
    (void)fsync(fd);
    close(fd);
  }
  narr_free(folder);
}

static int write_and_sync(int fd, const void *data, size_t size) {
  int failure = narr_file_write_all(fd, data, size);
  if (!failure && fsync(fd) != 0) failure = errno;
  return failure;
}

/* Creates a new file beside `path`, its name in *name. mkstemp() is not used
 * because its files are private whatever the umask says. */
static int create_beside(const char *path, narr_buffer *name, int *failure) {
  for (unsigned attempt = 0; attempt < 1000; attempt++) {
    narr_buffer_clear(name);
    narr_buffer_format(name, "%s.%ld-%u.tmp", path, (long)getpid(), attempt);
    narr_buffer_byte(name, '\0');
    if (name->failed) {
      *failure = ENOMEM;
      return -1;
    }
    int fd = open(name->data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd >= 0) return fd;
    *failure = errno;
    if (errno != EEXIST) return -1;
  }
  return -1;
}

/* Whether create_beside() gave this name, in a process that is no more. */
static bool is_left_over(const char *name, const char *base) {
  size_t length = strlen(base);
  long process;
  unsigned attempt;
  int end = 0;
  if (strncmp(name, base, length) != 0) return false;
  if (sscanf(name + length, ".%ld-%u.tmp%n", &process, &attempt, &end) != 2 || end == 0)
    return false;
  return name[length + (size_t)end] == '\0' && process > 0 && kill((pid_t)process, 0) != 0 &&
         errno == ESRCH;
}

void narr_file_sweep(const char *path) {
  const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
  char *folder = folder_of(path);
  DIR *listing = folder ? opendir(folder) : NULL;
  for (struct dirent *entry; listing && (entry = readdir(listing)) != NULL;)
    if (is_left_over(entry->d_name, base)) (void)unlinkat(dirfd(listing), entry->d_name, 0);
  if (listing) closedir(listing);
  narr_free(folder);
}

/* A device, a pipe: written as it is, for it must not be replaced. */
static int write_in_place(const char *path, const void *data, size_t size) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  int failure = narr_file_write_all(fd, data, size);
  if (close(fd) != 0 && !failure) failure = errno;
  return failure;
}

static int replace(const char *path, const struct stat *old, const void *data, size_t size) {
  narr_buffer name = NARR_BUFFER_INIT;
  int failure = 0;
  int fd = create_beside(path, &name, &failure);
  if (fd >= 0) {
    failure = write_and_sync(fd, data, size);
    if (!failure && old && fchmod(fd, old->st_mode & 0777) != 0) failure = errno;
    if (close(fd) != 0 && !failure) failure = errno;
    if (!failure && rename(name.data, path) != 0) failure = errno;
    if (failure) unlink(name.data);
  }
  narr_buffer_free(&name);
  return failure;
}

narr_status narr_file_write_atomic(const char *path, const void *data, size_t size,
                                   narr_error *error) {
  struct stat old;
  bool exists = stat(path, &old) == 0;
  int failure;
  if (exists && !S_ISREG(old.st_mode)) {
    failure = S_ISDIR(old.st_mode) ? EISDIR : write_in_place(path, data, size);
  } else {
    char *target = exists ? realpath(path, NULL) : NULL; /* through a symbolic link */
    failure = replace(target ? target : path, exists ? &old : NULL, data, size);
    if (!failure) sync_folder_of(target ? target : path);
    free(target);
  }
  return failure ? narr_fail_system(error, failure, "%s", path) : NARR_OK;
}
