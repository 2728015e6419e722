/* test_unpack.c - gzip and Zstandard, however they come in; and what looks
 * like them. */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/prng.h"
#include "base/unpack.h"
#include "support/check.h"

enum { CONTENT = 300000 };

typedef struct feed {
  int fd;
  const char *bytes;
  size_t length, piece;
} feed;

static void *write_pieces(void *argument) {
  feed *f = argument;
  for (size_t at = 0; at < f->length; at += f->piece) {
    size_t size = f->length - at < f->piece ? f->length - at : f->piece;
    if (write(f->fd, f->bytes + at, size) != (ssize_t)size) break;
  }
  close(f->fd);
  return NULL;
}

/* Unpacks what a pipe brings in pieces, into a small or a large room. */
static narr_status unpack(narr_buffer *out, const narr_buffer *packed, size_t piece, size_t room,
                          narr_error *error) {
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  feed f = {ends[1], packed->data, packed->length, piece};
  pthread_t writer;
  assert_int_equal(pthread_create(&writer, NULL, write_pieces, &f), 0);
  narr_unpacker *unpacker;
  assert_ok(narr_unpacker_new(&unpacker, ends[0], "pipe", NULL));
  narr_buffer_clear(out);
  narr_status status = NARR_OK;
  for (bool at_end = false; !status && !at_end;) {
    size_t got;
    assert_true(narr_buffer_reserve(out, room));
    status = narr_unpack(unpacker, out->data + out->length, room, &got, &at_end, error);
    assert_true(got <= room);
    out->length += got;
  }
  narr_unpacker_free(unpacker);
  for (char rest[4096]; read(ends[0], rest, sizeof rest) > 0;) continue;
  pthread_join(writer, NULL);
  close(ends[0]);
  return status;
}

static void fill(narr_buffer *content) {
  narr_prng prng = {3};
  while (content->length < CONTENT)
    narr_buffer_format(content, "line %u\n", (unsigned)narr_prng_below(&prng, 100000));
}

static void pack_gzip(narr_buffer *out, const char *bytes, size_t length) {
  z_stream z = {0};
  assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  size_t bound = deflateBound(&z, length);
  assert_true(narr_buffer_reserve(out, bound));
  z.next_in = (Bytef *)(uintptr_t)bytes;
  z.avail_in = (uInt)length;
  z.next_out = (Bytef *)out->data + out->length;
  z.avail_out = (uInt)bound;
  assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
  out->length += z.total_out;
  deflateEnd(&z);
}

static void pack_zstd(narr_buffer *out, const char *bytes, size_t length) {
  size_t bound = ZSTD_compressBound(length);
  assert_true(narr_buffer_reserve(out, bound));
  out->length += ZSTD_compress(out->data + out->length, bound, bytes, length, 3);
}

typedef void pack_fn(narr_buffer *, const char *, size_t);
static pack_fn *const packers[] = {pack_gzip, pack_zstd};

static void both_are_unpacked(void **state) {
  (void)state;
  static const size_t pieces[] = {1, 7, 70000}, rooms[] = {5, 131072};
  narr_buffer content = NARR_BUFFER_INIT, packed = NARR_BUFFER_INIT, out = NARR_BUFFER_INIT;
  fill(&content);
  for (size_t p = 0; p < 2; p++) {
    narr_buffer_clear(&packed);
    /* two files, one behind the other */
    packers[p](&packed, content.data, 1000);
    packers[p](&packed, content.data + 1000, content.length - 1000);
    for (size_t i = 0; i < 6; i++) {
      narr_error error = NARR_ERROR_INIT;
      assert_ok(unpack(&out, &packed, pieces[i % 3], rooms[i / 3], &error));
      assert_int_equal(out.length, content.length);
      assert_memory_equal(out.data, content.data, content.length);
    }
  }
  narr_buffer_free(&content);
  narr_buffer_free(&packed);
  narr_buffer_free(&out);
}

static void the_rest_is_plain(void **state) {
  (void)state;
  static const char *const plain[] = {
      "", "x", "\x1F", "\x1F\x8B", "(", "(\xB5/", "\x1F\x8B\x07 is no gzip", "(\xB5/\xFE not"};
  narr_buffer in = NARR_BUFFER_INIT, out = NARR_BUFFER_INIT;
  for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
    for (size_t piece = 1; piece < 30; piece += 28) {
      narr_buffer_clear(&in);
      narr_buffer_string(&in, plain[i]);
      assert_ok(unpack(&out, &in, piece, 2, NULL));
      assert_int_equal(out.length, in.length);
      if (in.length) assert_memory_equal(out.data, in.data, in.length);
    }
  narr_buffer_free(&in);
  narr_buffer_free(&out);
}

/* What can be had comes out first; then it is said what is wrong. */
static void damage_is_told(void **state) {
  (void)state;
  narr_buffer content = NARR_BUFFER_INIT, packed = NARR_BUFFER_INIT, out = NARR_BUFFER_INIT;
  fill(&content);
  for (size_t p = 0; p < 2; p++) {
    narr_error error = NARR_ERROR_INIT;
    narr_buffer_clear(&packed);
    packers[p](&packed, content.data, content.length);
    packed.length -= 5;
    assert_int_equal(unpack(&out, &packed, 4096, 131072, &error), NARR_ERROR_INPUT);
    assert_string_equal(error.message, p ? "pipe: damaged Zstandard data (it is cut off)"
                                         : "pipe: damaged gzip data (it is cut off)");
    assert_true(out.length > 0 || p == 1);
    packed.data[packed.length / 2] ^= 0x55;
    packed.data[packed.length / 2 + 1] ^= 0x55;
    assert_int_equal(unpack(&out, &packed, 4096, 131072, &error), NARR_ERROR_INPUT);
    assert_memory_equal(error.message, "pipe: damaged", 13);
  }
  narr_buffer_free(&content);
  narr_buffer_free(&packed);
  narr_buffer_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(both_are_unpacked),
      cmocka_unit_test(the_rest_is_plain),
      cmocka_unit_test(damage_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
