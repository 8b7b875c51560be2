// AVX2 with FMA: 16 registers of 8 floats, 12 of them accumulators.
#if defined(__x86_64__)
#define FAMILY avx2
#define FUSED 1
#define WIDTH 8
#define TILE 3
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "family.inc"
#pragma clang attribute pop
#else
typedef int discern_family_avx2_is_for_x86_64;
#endif
