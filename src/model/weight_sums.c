/* weight_sums.c - one loop, four times: each 16 bits of a row have a lane of
 * their own, in which sums stay for all entries. A pass takes some eights of
 * lanes: as many as registers hold. */
#include "model/weight_sums.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#define INLINE static inline __attribute__((always_inline))

enum { EIGHT = 8, EIGHTS_AT_MOST = 4, HEAD = sizeof(narr_term_head) / sizeof(int16_t) };

static const unsigned char *row_of(const narr_weight_rows *weights, const narr_entry *entry,
                                   size_t first) {
  return weights->rows + entry->term * weights->row_size + first * sizeof(int16_t);
}

/* A pass: lanes first .. first + 8 * eights - 1 of all entries. */
typedef void pass(const narr_weight_rows *weights, const narr_entry *entries, size_t count,
                  size_t first, double sums[EIGHTS_AT_MOST * EIGHT]);

/* ---- Plain C ------------------------------------------------------------------------- */

static void portable_pass(const narr_weight_rows *weights, const narr_entry *entries, size_t count,
                          size_t first, double sums[EIGHTS_AT_MOST * EIGHT]) {
  double sum[EIGHT] = {0};
  for (size_t i = 0; i < count; i++) {
    int16_t row[EIGHT];
    memcpy(row, row_of(weights, &entries[i], first), sizeof row);
    double value = (double)entries[i].value;
    for (int l = 0; l < EIGHT; l++) sum[l] += value * row[l];
  }
  memcpy(sums, sum, sizeof sum);
}

static pass *const portable[] = {portable_pass};

/* ---- AVX2 and AVX-512 ------------------------------------------------------------------ */

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl")))

INLINE AVX2 void avx2_eights(const narr_weight_rows *weights, const narr_entry *entries,
                             size_t count, size_t first, int eights, double *sums) {
  __m256d sum[2 * EIGHTS_AT_MOST];
  for (int k = 0; k < 2 * eights; k++) sum[k] = _mm256_setzero_pd();
  for (size_t i = 0; i < count; i++) {
    const unsigned char *row = row_of(weights, &entries[i], first);
    __m256d value = _mm256_set1_pd((double)entries[i].value);
    for (int k = 0; k < eights; k++) {
      __m128i eight = _mm_loadu_si128((const __m128i *)(const void *)(row + 16 * k));
      __m256i wide = _mm256_cvtepi16_epi32(eight);
      __m256d low = _mm256_cvtepi32_pd(_mm256_castsi256_si128(wide));
      __m256d high = _mm256_cvtepi32_pd(_mm256_extracti128_si256(wide, 1));
      sum[2 * k] = _mm256_add_pd(sum[2 * k], _mm256_mul_pd(value, low));
      sum[2 * k + 1] = _mm256_add_pd(sum[2 * k + 1], _mm256_mul_pd(value, high));
    }
  }
  for (int k = 0; k < 2 * eights; k++) _mm256_storeu_pd(sums + 4 * k, sum[k]);
}

INLINE AVX512 void avx512_eights(const narr_weight_rows *weights, const narr_entry *entries,
                                 size_t count, size_t first, int eights, double *sums) {
  __m512d sum[EIGHTS_AT_MOST];
  for (int k = 0; k < eights; k++) sum[k] = _mm512_setzero_pd();
  for (size_t i = 0; i < count; i++) {
    const unsigned char *row = row_of(weights, &entries[i], first);
    __m512d value = _mm512_set1_pd((double)entries[i].value);
    for (int k = 0; k < eights; k++) {
      __m128i eight = _mm_loadu_si128((const __m128i *)(const void *)(row + 16 * k));
      __m512d wide = _mm512_cvtepi32_pd(_mm256_cvtepi16_epi32(eight));
      sum[k] = _mm512_add_pd(sum[k], _mm512_mul_pd(value, wide));
    }
  }
  for (int k = 0; k < eights; k++) _mm512_storeu_pd(sums + 8 * k, sum[k]);
}

#define PASSES(name, attribute) \
  PASS(name, attribute, 1)      \
  PASS(name, attribute, 2)      \
  PASS(name, attribute, 3)      \
  PASS(name, attribute, 4)      \
  static pass *const name[] = {name##_pass_1, name##_pass_2, name##_pass_3, name##_pass_4};
#define PASS(name, attribute, eights)                                                             \
  static attribute void name##_pass_##eights(const narr_weight_rows *weights,                     \
                                             const narr_entry *entries, size_t count,             \
                                             size_t first, double sums[EIGHTS_AT_MOST * EIGHT]) { \
    name##_eights(weights, entries, count, first, eights, sums);                                  \
  }

PASSES(avx2, AVX2)
PASSES(avx512, AVX512)
#endif

/* ---- NEON ------------------------------------------------------------------------------ */

#if defined(__aarch64__)
static void neon_pass(const narr_weight_rows *weights, const narr_entry *entries, size_t count,
                      size_t first, double sums[EIGHTS_AT_MOST * EIGHT]) {
  float64x2_t sum[4];
  for (int k = 0; k < 4; k++) sum[k] = vdupq_n_f64(0);
  for (size_t i = 0; i < count; i++) {
    int16_t row[EIGHT];
    memcpy(row, row_of(weights, &entries[i], first), sizeof row);
    int16x8_t eight = vld1q_s16(row);
    float64x2_t value = vdupq_n_f64((double)entries[i].value);
    int32x4_t low = vmovl_s16(vget_low_s16(eight)), high = vmovl_high_s16(eight);
    float64x2_t wide[4] = {
        vcvtq_f64_s64(vmovl_s32(vget_low_s32(low))), vcvtq_f64_s64(vmovl_high_s32(low)),
        vcvtq_f64_s64(vmovl_s32(vget_low_s32(high))), vcvtq_f64_s64(vmovl_high_s32(high))};
    for (int k = 0; k < 4; k++) sum[k] = vaddq_f64(sum[k], vmulq_f64(value, wide[k]));
  }
  for (int k = 0; k < 4; k++) vst1q_f64(sums + 2 * k, sum[k]);
}

static pass *const neon[] = {neon_pass};
#endif

/* ---- Choosing ---------------------------------------------------------------------------- */

void narr_weight_sums(const narr_weight_rows *weights, const narr_entry *entries, size_t count,
                      narr_cpu_level level, double *sums) {
  pass *const *passes = portable;
  size_t most = 1; /* eights a pass */
#if defined(__x86_64__)
  if (level >= NARR_CPU_AVX2) {
    passes = level >= NARR_CPU_AVX512 ? avx512 : avx2;
    most = EIGHTS_AT_MOST;
  }
#elif defined(__aarch64__)
  if (level >= NARR_CPU_BASELINE) passes = neon;
#else
  (void)level;
#endif
  size_t lanes = HEAD + weights->label_count;
  for (size_t first = 0; first < lanes; first += most * EIGHT) {
    size_t eights = (lanes - first + EIGHT - 1) / EIGHT;
    double part[EIGHTS_AT_MOST * EIGHT];
    if (eights > most) eights = most;
    passes[eights - 1](weights, entries, count, first, part);
    for (size_t l = first < HEAD ? HEAD : first; l < lanes && l < first + eights * EIGHT; l++)
      sums[l - HEAD] += part[l - first];
  }
}
