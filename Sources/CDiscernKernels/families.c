#include "discern_kernels.h"

#if defined(__x86_64__)
extern const discern_kernel_family discern_family_avx512, discern_family_avx2, discern_family_baseline;
#elif defined(__aarch64__)
extern const discern_kernel_family discern_family_neon;
#else
extern const discern_kernel_family discern_family_baseline;
#endif

#if defined(__x86_64__)
extern const discern_kernel_family discern_family_exact_vnni, discern_family_exact_avx512, discern_family_exact_avx2,
    discern_family_exact_baseline;
#elif defined(__aarch64__)
extern const discern_kernel_family discern_family_exact_neon;
#else
extern const discern_kernel_family discern_family_exact_baseline;
#endif

#if defined(__x86_64__)
static int has_avx512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}
static int has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
#endif

static ptrdiff_t copy(const discern_kernel_family **all, ptrdiff_t count, const discern_kernel_family **families,
                      ptrdiff_t capacity) {
  for (ptrdiff_t i = 0; i < count && i < capacity; i++) families[i] = all[i];
  return count < capacity ? count : capacity;
}

ptrdiff_t discern_exact_families(const discern_kernel_family **families, ptrdiff_t capacity) {
  const discern_kernel_family *all[4];
  ptrdiff_t count = 0;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (has_avx512() && __builtin_cpu_supports("avx512vnni")) all[count++] = &discern_family_exact_vnni;
  if (has_avx512()) all[count++] = &discern_family_exact_avx512;
  if (has_avx2()) all[count++] = &discern_family_exact_avx2;
  all[count++] = &discern_family_exact_baseline;
#elif defined(__aarch64__)
  all[count++] = &discern_family_exact_neon;
#else
  all[count++] = &discern_family_exact_baseline;
#endif
  return copy(all, count, families, capacity);
}

ptrdiff_t discern_kernel_families(const discern_kernel_family **families, ptrdiff_t capacity) {
  const discern_kernel_family *all[3];
  ptrdiff_t count = 0;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (has_avx512()) all[count++] = &discern_family_avx512;
  if (has_avx2()) all[count++] = &discern_family_avx2;
  all[count++] = &discern_family_baseline;
#elif defined(__aarch64__)
  all[count++] = &discern_family_neon;
#else
  all[count++] = &discern_family_baseline;
#endif
  return copy(all, count, families, capacity);
}
