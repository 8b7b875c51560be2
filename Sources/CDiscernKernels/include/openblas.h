// The one routine of OpenBLAS that is used, from a library that is loaded when it is first asked for.
//
// It is not linked: a linked OpenBLAS starts a thread for each core before main, which does not block the
// signals that a program waits for, and takes 2.4 MB and its loading time of every program, although machines
// whose instruction set our own kernels know never call it.

#ifndef DISCERN_OPENBLAS_H
#define DISCERN_OPENBLAS_H

// cblas.h's numbers.
enum { OPENBLAS_ROW_MAJOR = 101, OPENBLAS_PLAIN = 111, OPENBLAS_TRANSPOSED = 112 };

// C [m, n] = alpha op(A) [m, k] op(B) [k, n] + beta C.
typedef void (*openblas_sgemm)(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha,
                               const float *a, int a_stride, const float *b, int b_stride, float beta, float *c,
                               int c_stride);

// cblas_sgemm, or NULL where there is no OpenBLAS. It may be called by several threads at once and works on the
// calling one alone: the first call of this function sets OpenBLAS's number of threads to one.
openblas_sgemm openblas_load(void);

#endif
