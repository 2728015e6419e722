/* cpu.h - how wide the vectors of this processor are. */
#ifndef NARR_BASE_CPU_H
#define NARR_BASE_CPU_H

/* What code may use besides what every machine of its kind has (x86-64: SSE2;
 * aarch64: NEON). Rising: each includes those before it. */
typedef enum narr_cpu_level {
  NARR_CPU_PORTABLE, /* plain C */
  NARR_CPU_BASELINE, /* NEON, on aarch64 */
  NARR_CPU_AVX2,
  NARR_CPU_AVX512 /* F, BW and VL */
} narr_cpu_level;

/* The widest that this processor and its system have, or less if the
 * environment variable NARR_CPU names less: "portable", "baseline", "avx2",
 * "avx512". Found out once. Any thread. */
narr_cpu_level narr_cpu(void);

#endif
