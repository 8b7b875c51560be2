// The exact family for every machine of the architecture: SSE2 on x86-64, NEON on arm64.
#if defined(__SSE2__)
#include <emmintrin.h>
#endif
#if defined(__aarch64__)
#define FAMILY neon
#define TILE 6
#else
#define FAMILY baseline
#define TILE 2
#endif
#define EXACT 1
#define WIDTH 4
#include "family.inc"
