// AVX-512: 32 registers of 16 floats, 24 of them accumulators.
#if defined(__x86_64__)
#define FAMILY avx512
#define FUSED 1
#define WIDTH 16
#define TILE 6
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"))), \
                             apply_to = function)
#include "family.inc"
#pragma clang attribute pop
#else
typedef int discern_family_avx512_is_for_x86_64;
#endif
