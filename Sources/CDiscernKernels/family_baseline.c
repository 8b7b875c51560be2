// The instruction set of every machine of the architecture: SSE2 on x86-64, NEON (32 registers, FMA) on arm64.
#if defined(__aarch64__)
#define FAMILY neon
#define TILE 6
#else
#define FAMILY baseline
#define TILE 2
#endif
#define WIDTH 4
#include "family.inc"
