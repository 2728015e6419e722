/* cpu.c - asking the processor, once. */
#include "base/cpu.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static narr_cpu_level widest(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl"))
    return NARR_CPU_AVX512;
  if (__builtin_cpu_supports("avx2")) return NARR_CPU_AVX2;
#endif
  return NARR_CPU_BASELINE;
}

static narr_cpu_level limit(void) {
  static const char *const names[] = {"portable", "baseline", "avx2"};
  const char *name = getenv("NARR_CPU");
  for (int level = NARR_CPU_PORTABLE; name && level <= NARR_CPU_AVX2; level++)
    if (strcmp(name, names[level]) == 0) return (narr_cpu_level)level;
  return NARR_CPU_AVX512;
}

narr_cpu_level narr_cpu(void) {
  static _Atomic int known = -1;
  int level = atomic_load_explicit(&known, memory_order_relaxed);
  if (level < 0) {
    narr_cpu_level most = limit(), here = widest();
    level = (int)(here < most ? here : most);
    atomic_store_explicit(&known, level, memory_order_relaxed);
  }
  return (narr_cpu_level)level;
}
