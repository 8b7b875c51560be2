// The exact family for AVX-512 with VNNI: four products added to a sum by one instruction.
#if defined(__x86_64__)
#include <immintrin.h>
#define FAMILY vnni
#define EXACT 1
#define WIDTH 16
#define TILE 6
#define INTEGER_VECTOR __m512i
#define INTEGER_DOT(sum, four, w) _mm512_dpbusd_epi32(sum, _mm512_set1_epi32(four), _mm512_loadu_si512(w))
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx512vnni,avx2"))), \
                             apply_to = function)
#include "family.inc"
#pragma clang attribute pop
#else
typedef int discern_family_exact_vnni_is_for_x86_64;
#endif
