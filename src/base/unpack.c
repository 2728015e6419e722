/* unpack.c - gzip and Zstandard behind one read().
 *
 * As long as the first bytes could be the magic number of a format, they are
 * held back; a slow pipe of plain text is let through at its first byte that
 * is not. */
#include "base/unpack.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>
#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>

#include "base/alloc.h"
#include "base/status.h"

enum { PACKED_BYTES = 65536, GZIP_WINDOW = 15 + 16 };

static const unsigned char gzip_magic[] = {0x1F, 0x8B, 8};
static const unsigned char zstd_magic[] = {0x28, 0xB5, 0x2F, 0xFD};

typedef enum packing { UNKNOWN, PLAIN, GZIP, ZSTD } packing;

struct narr_unpacker {
  int fd;
  const char *name;
  packing packing;
  unsigned char packed[PACKED_BYTES]; /* read, not unpacked: `at` to `length` */
  size_t at, length;
  bool read_all;
  bool open;     /* inside a packed file, which is not over */
  bool holds;    /* the decoder may have more for us without more input */
  z_stream zlib; /* GZIP */
  ZSTD_DStream *zstd;
};

narr_status narr_unpacker_new(narr_unpacker **out, int fd, const char *name, narr_error *error) {
  *out = narr_alloc_zero(1, sizeof **out);
  if (!*out) return narr_fail_memory(error);
  (*out)->fd = fd;
  (*out)->name = name;
  return NARR_OK;
}

void narr_unpacker_free(narr_unpacker *u) {
  if (!u) return;
  if (u->packing == GZIP) inflateEnd(&u->zlib);
  ZSTD_freeDStream(u->zstd);
  narr_free(u);
}

bool narr_unpack_has_more(const narr_unpacker *u) {
  return u->packing != UNKNOWN && (u->at < u->length || u->holds || u->read_all);
}

bool narr_unpack_again(narr_unpacker *u) {
  if (u->packing != PLAIN) return false;
  u->read_all = false;
  return true;
}

/* ---- Which it is ------------------------------------------------------------- */

static bool could_be(const narr_unpacker *u, const unsigned char *magic, size_t size) {
  return memcmp(u->packed, magic, u->length < size ? u->length : size) == 0;
}

/* Once enough is known: the packing, with its decoder. */
static narr_status begin(narr_unpacker *u, narr_error *error) {
  bool gzip = could_be(u, gzip_magic, sizeof gzip_magic);
  bool zstd = could_be(u, zstd_magic, sizeof zstd_magic);
  bool whole = u->length >= (gzip ? sizeof gzip_magic : sizeof zstd_magic);
  if ((gzip || zstd) && !whole && !u->read_all) return NARR_OK; /* wait */
  u->packing = !whole ? PLAIN : gzip ? GZIP : zstd ? ZSTD : PLAIN;
  if (!gzip && !zstd) u->packing = PLAIN;
  if (u->packing == GZIP && inflateInit2(&u->zlib, GZIP_WINDOW) != Z_OK) {
    u->packing = PLAIN;
    return narr_fail_memory(error);
  }
  if (u->packing == ZSTD && !(u->zstd = ZSTD_createDStream())) return narr_fail_memory(error);
  return NARR_OK;
}

/* ---- Reading ------------------------------------------------------------------- */

/* One read() into `bytes`. */
static narr_status read_once(narr_unpacker *u, void *bytes, size_t size, size_t *got,
                             narr_error *error) {
  ssize_t count = read(u->fd, bytes, size);
  *got = count > 0 ? (size_t)count : 0;
  if (count == 0) u->read_all = true;
  if (count >= 0 || errno == EINTR || errno == EAGAIN) return NARR_OK;
  return narr_fail_system(error, errno, "%s", u->name);
}

static narr_status read_packed(narr_unpacker *u, narr_error *error) {
  size_t got;
  if (u->at == u->length) u->at = u->length = 0;
  narr_status status =
      read_once(u, u->packed + u->length, sizeof u->packed - u->length, &got, error);
  u->length += got;
  return status;
}

static narr_status fail_damaged(const narr_unpacker *u, const char *why, narr_error *error) {
  return narr_fail(error, NARR_ERROR_INPUT, "%s: damaged %s data (%s)", u->name,
                   u->packing == GZIP ? "gzip" : "Zstandard", why);
}

/* ---- Unpacking ------------------------------------------------------------------ */

static narr_status inflate_some(narr_unpacker *u, char *bytes, size_t size, size_t *got,
                                narr_error *error) {
  z_stream *z = &u->zlib;
  uInt room = size < UINT_MAX ? (uInt)size : UINT_MAX;
  z->next_in = u->packed + u->at;
  z->avail_in = (uInt)(u->length - u->at);
  z->next_out = (Bytef *)bytes;
  z->avail_out = room;
  u->open = true;
  int result = inflate(z, Z_NO_FLUSH);
  u->at = u->length - z->avail_in;
  *got = room - z->avail_out;
  u->holds = z->avail_out == 0;
  if (result == Z_STREAM_END) {
    u->open = u->holds = false;
    inflateReset(z);
  } else if (result == Z_MEM_ERROR) {
    return narr_fail_memory(error);
  } else if (result != Z_OK && result != Z_BUF_ERROR) {
    return fail_damaged(u, z->msg ? z->msg : "it makes no sense", error);
  }
  return NARR_OK;
}

static narr_status decompress_some(narr_unpacker *u, char *bytes, size_t size, size_t *got,
                                   narr_error *error) {
  ZSTD_inBuffer in = {u->packed, u->length, u->at};
  ZSTD_outBuffer out = {bytes, size, 0};
  size_t in_before = in.pos;
  size_t result = ZSTD_decompressStream(u->zstd, &out, &in);
  u->at = in.pos;
  *got = out.pos;
  if (in.pos > in_before || out.pos > 0) u->open = result != 0; /* else nothing was asked */
  u->holds = out.pos == out.size;
  return ZSTD_isError(result) ? fail_damaged(u, ZSTD_getErrorName(result), error) : NARR_OK;
}

static narr_status unpack_some(narr_unpacker *u, char *bytes, size_t size, size_t *got,
                               bool *at_end, narr_error *error) {
  narr_status status = NARR_OK;
  if (u->at == u->length && !u->holds && !u->read_all) status = read_packed(u, error);
  if (status) return status;
  if (u->at < u->length || u->holds)
    status = u->packing == GZIP ? inflate_some(u, bytes, size, got, error)
                                : decompress_some(u, bytes, size, got, error);
  if (status || *got > 0 || u->at < u->length || !u->read_all) return status;
  u->holds = false;
  *at_end = true;
  return u->open ? fail_damaged(u, "it is cut off", error) : NARR_OK;
}

narr_status narr_unpack(narr_unpacker *u, char *bytes, size_t size, size_t *got, bool *at_end,
                        narr_error *error) {
  *got = 0;
  *at_end = false;
  if (u->packing == UNKNOWN) {
    narr_status status = read_packed(u, error);
    if (!status) status = begin(u, error);
    if (status || u->packing == UNKNOWN) return status;
  }
  if (u->packing != PLAIN) return unpack_some(u, bytes, size, got, at_end, error);
  if (u->at < u->length) {
    *got = u->length - u->at < size ? u->length - u->at : size;
    memcpy(bytes, u->packed + u->at, *got);
    u->at += *got;
    return NARR_OK;
  }
  narr_status status = u->read_all ? NARR_OK : read_once(u, bytes, size, got, error);
  *at_end = u->read_all;
  return status;
}
