#include "discern_kernels.h"

#if defined(__x86_64__)
extern const discern_kernel_family discern_family_avx512, discern_family_avx2, discern_family_baseline;
#elif defined(__aarch64__)
extern const discern_kernel_family discern_family_neon;
#else
extern const discern_kernel_family discern_family_baseline;
#endif

ptrdiff_t discern_kernel_families(const discern_kernel_family **families, ptrdiff_t capacity) {
  const discern_kernel_family *all[3];
  ptrdiff_t count = 0;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
    all[count++] = &discern_family_avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) all[count++] = &discern_family_avx2;
  all[count++] = &discern_family_baseline;
#elif defined(__aarch64__)
  all[count++] = &discern_family_neon;
#else
  all[count++] = &discern_family_baseline;
#endif
  for (ptrdiff_t i = 0; i < count && i < capacity; i++) families[i] = all[i];
  return count < capacity ? count : capacity;
}
