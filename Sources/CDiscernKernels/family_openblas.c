// Products by OpenBLAS, everything else by the best of our own families.
//
// The bits of a row of sgemm's result depend on the number of rows in the call, on the row's position among
// them and on the thresholds of each processor's kernels for few rows and small matrices. With calls of
// exactly TILE rows, they do not: this was measured with OpenBLAS 0.3.21's kernels for SkylakeX, Cooperlake,
// Zen, Haswell, Sandybridge, Nehalem and Prescott, some of which fail with 3, 6, 12, 16 or 64 rows. So every
// call for forward products has TILE rows, padded with zeros.
//
// A "packed" matrix is the row-major matrix [K, N] itself: OpenBLAS has a path without packing for small
// matrices, which takes the right-hand side in this form.

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "discern_kernels.h"
#include "openblas.h"

enum { TILE = 8, OUTER_BLOCK = 384 };

static openblas_sgemm sgemm;
static const discern_kernel_family *own;

// Running out of memory ends the program, as in Swift.
static float *allocate(ptrdiff_t count) {
  float *memory = malloc((size_t)(count > 0 ? count : 1) * sizeof(float));
  if (!memory) abort();
  return memory;
}

static void copy(float *target, const float *source, ptrdiff_t count) {
  if (count > 0) memcpy(target, source, (size_t)count * sizeof(float));
}

static ptrdiff_t packed_size(ptrdiff_t k, ptrdiff_t n) { return k * n; }
static ptrdiff_t packed_gates_size(ptrdiff_t k, ptrdiff_t units) { return 4 * units * k; }

static void pack(ptrdiff_t k, ptrdiff_t n, const float *b, ptrdiff_t row_stride, ptrdiff_t column_stride,
                 float *packed) {
  for (ptrdiff_t i = 0; i < k; i++)
    for (ptrdiff_t j = 0; j < n; j++) packed[i * n + j] = b[i * row_stride + j * column_stride];
}

static void pack_gates(ptrdiff_t k, ptrdiff_t units, const float *w, float *packed) {
  pack(k, 4 * units, w, 1, k, packed);
}

// C [TILE, N] = A [TILE, K] B + beta C.
static void multiply_tile(ptrdiff_t n, ptrdiff_t k, const float *a, ptrdiff_t a_stride, const float *b, float beta,
                          float *c, ptrdiff_t c_stride) {
  sgemm(OPENBLAS_ROW_MAJOR, OPENBLAS_PLAIN, OPENBLAS_PLAIN, TILE, (int)n, (int)k, 1, a, (int)a_stride, b, (int)n,
        beta, c, (int)c_stride);
}

// Some rows of A, with zeros up to TILE.  [TILE, K]
static void pad_rows(ptrdiff_t rows, ptrdiff_t k, const float *a, ptrdiff_t a_stride, float *padded) {
  for (ptrdiff_t r = 0; r < rows; r++) copy(padded + r * k, a + r * a_stride, k);
  memset(padded + rows * k, 0, (size_t)((TILE - rows) * k) * sizeof(float));
}

// The initial value of a row of C.
static void begin_row(ptrdiff_t n, const float *bias, int accumulate, float *c) {
  if (bias && accumulate)
    for (ptrdiff_t j = 0; j < n; j++) c[j] += bias[j];
  else if (bias)
    copy(c, bias, n);
  else if (!accumulate)
    memset(c, 0, (size_t)n * sizeof(float));
}

static void gemm(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const float *a, ptrdiff_t a_stride, const float *packed,
                 const float *bias, int accumulate, float *c, ptrdiff_t c_stride) {
  for (ptrdiff_t r = 0; r < m; r++) begin_row(n, bias, accumulate, c + r * c_stride);
  if (k == 0 || n == 0) return;
  const ptrdiff_t whole = m - m % TILE, rest = m - whole;
  for (ptrdiff_t r = 0; r < whole; r += TILE)
    multiply_tile(n, k, a + r * a_stride, a_stride, packed, 1, c + r * c_stride, c_stride);
  if (rest == 0) return;
  float *padded = allocate(TILE * (k + n)), *result = padded + TILE * k;
  pad_rows(rest, k, a + whole * a_stride, a_stride, padded);
  pad_rows(rest, n, c + whole * c_stride, c_stride, result);
  multiply_tile(n, k, padded, k, packed, 1, result, n);
  for (ptrdiff_t r = 0; r < rest; r++) copy(c + (whole + r) * c_stride, result + r * n, n);
  free(padded);
}

static void add_outer(const discern_outer *p, ptrdiff_t k, const float *a, const float *b, ptrdiff_t b_stride) {
  sgemm(OPENBLAS_ROW_MAJOR, OPENBLAS_TRANSPOSED, OPENBLAS_PLAIN, (int)p->m, (int)p->n, (int)k, 1, a,
        (int)p->a_stride, b, (int)b_stride, 1, p->c, (int)p->c_stride);
}

static void outer(const discern_outer *p) {
  if (p->sums) own->column_sums(p->k, p->m, p->a, p->a_stride, 1, p->sums);
  if (p->m == 0 || p->n == 0) return;
  float *picked = p->b_rows ? allocate(OUTER_BLOCK * p->n) : NULL;
  for (ptrdiff_t start = 0; start < p->k; start += OUTER_BLOCK) {
    const ptrdiff_t left = p->k - start, k = left < OUTER_BLOCK ? left : OUTER_BLOCK;
    const float *a = p->a + start * p->a_stride;
    if (!picked) {
      add_outer(p, k, a, p->b + start * p->b_stride, p->b_stride);
      continue;
    }
    for (ptrdiff_t i = 0; i < k; i++) {
      const ptrdiff_t row = p->b_rows[start + i];
      if (row >= 0)
        copy(picked + i * p->n, p->b + row * p->b_stride, p->n);
      else
        memset(picked + i * p->n, 0, (size_t)p->n * sizeof(float));
    }
    add_outer(p, k, a, picked, p->n);
  }
  free(picked);
}

// The product of a tile's rows, then its gates by our own step, which computes no product without h'.
static void lstm_forward(const discern_lstm_forward *s) {
  if (!s->previous_hidden) {
    own->lstm_forward(s);
    return;
  }
  const ptrdiff_t h = s->units, stride = s->previous_hidden_stride;
  float *z = allocate(TILE * 5 * h), *padded = z + TILE * 4 * h;  // [TILE, 4H], [TILE, H]
  for (ptrdiff_t row = 0; row < s->rows; row += TILE) {
    const ptrdiff_t left = s->rows - row, rows = left < TILE ? left : TILE;
    for (ptrdiff_t r = 0; r < rows; r++)
      copy(z + r * 4 * h, s->input + (s->input_rows ? s->input_rows[row + r] : row + r) * 4 * h, 4 * h);
    const float *previous = s->previous_hidden + row * stride;
    if (rows == TILE) {
      multiply_tile(4 * h, h, previous, stride, s->weights, 1, z, 4 * h);
    } else {
      memset(z + rows * 4 * h, 0, (size_t)((TILE - rows) * 4 * h) * sizeof(float));
      pad_rows(rows, h, previous, stride, padded);
      multiply_tile(4 * h, h, padded, h, s->weights, 1, z, 4 * h);
    }
    discern_lstm_forward gates = *s;
    gates.rows = rows;
    gates.input = z;
    gates.input_rows = NULL;
    gates.previous_hidden = NULL;
    gates.previous_cell = s->previous_cell ? s->previous_cell + row * h : NULL;
    gates.gates = s->gates ? s->gates + row * 4 * h : NULL;
    gates.cell = s->cell + row * h;
    gates.hidden = s->hidden + row * s->hidden_stride;
    own->lstm_forward(&gates);
  }
  free(z);
}

static discern_kernel_family family;

static void make(void) {
  sgemm = openblas_load();
  if (!sgemm || discern_kernel_families(&own, 1) == 0) return;
  family = *own;
  family.packed_size = packed_size;
  family.packed_gates_size = packed_gates_size;
  family.pack = pack;
  family.pack_gates = pack_gates;
  family.gemm = gemm;
  family.outer = outer;
  family.lstm_forward = lstm_forward;
  family.name = "openblas";
}

const discern_kernel_family *discern_openblas_family(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, make);
  return family.name ? &family : NULL;
}
