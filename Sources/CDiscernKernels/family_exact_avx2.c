// The exact family for AVX2: 12 accumulators of 8 columns, pairs of products added in 16 bits.
#if defined(__x86_64__)
#include <immintrin.h>
#define FAMILY avx2
#define EXACT 1
#define WIDTH 8
#define TILE 3
#define INTEGER_VECTOR __m256i
#define INTEGER_DOT(sum, four, w)                                                                               \
  _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(_mm256_set1_epi32(four),                         \
                                                               _mm256_loadu_si256((const __m256i *)(w))),       \
                                          _mm256_set1_epi16(1)))
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#include "family.inc"
#pragma clang attribute pop
#else
typedef int discern_family_exact_avx2_is_for_x86_64;
#endif
