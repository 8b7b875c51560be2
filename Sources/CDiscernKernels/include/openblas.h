// The only routine of OpenBLAS that is used, from a library that is loaded on first use.
//
// It is not linked: a linked OpenBLAS starts a thread for each core before main, which does not block the
// signals that a program waits for, and costs every program 2.4 MB and its loading time, although machines
// for whose instruction sets we have kernels never call it.

#ifndef DISCERN_OPENBLAS_H
#define DISCERN_OPENBLAS_H

// The constants of cblas.h.
enum { OPENBLAS_ROW_MAJOR = 101, OPENBLAS_PLAIN = 111, OPENBLAS_TRANSPOSED = 112 };

// C [m, n] = alpha op(A) [m, k] op(B) [k, n] + beta C.
typedef void (*openblas_sgemm)(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha,
                               const float *a, int a_stride, const float *b, int b_stride, float beta, float *c,
                               int c_stride);

// cblas_sgemm, or NULL if there is no OpenBLAS. It may be called by several threads at once, and runs only on
// the calling thread: the first call of this function sets OpenBLAS's number of threads to one.
openblas_sgemm openblas_load(void);

#endif
