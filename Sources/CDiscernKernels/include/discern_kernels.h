// The few loops that Swift cannot vectorise without unsafe flags.
//
// Every loop is written once (family.inc) with Clang's vector extensions and compiled once for each
// instruction set, a "family". A family is chosen at run time, so that one binary uses the best that the
// machine has; it can also be chosen by name, so that each one can be tested.
//
// Notation: M rows, N columns, K inner size, H hidden units, S packed rows (tokens), T steps.
// Matrices are row-major; a stride is the distance of two rows in floats.
//
// Guarantee to the layers above: a row of any result depends only on that row's own operands, never on how
// many rows are computed with it. Inner products are summed over k in ascending order in one accumulator per
// element, whatever the tile; those of the family "openblas" in that library's own order.

#ifndef DISCERN_KERNELS_H
#define DISCERN_KERNELS_H

#include <stddef.h>
#include <stdint.h>

// Tells the processor that this thread is only waiting.
static inline void discern_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

// One step of an LSTM direction, forward. Gate order i, f, g, o (PyTorch's):
//   z = input + h' W,  i = σ(z_i)  f = σ(z_f)  g = tanh(z_g)  o = σ(z_o),  c = f c' + i g,  h = o tanh(c)
typedef struct {
  ptrdiff_t rows;                     // M
  ptrdiff_t units;                    // H
  const float *weights;               // W packed by pack_gates
  const float *input;                 // [., 4H] input projections, including the bias
  const int32_t *input_rows;          // [M] the row of `input` for each row, or NULL: row r
  const float *previous_hidden;       // [M, H] h', or NULL: zeros
  ptrdiff_t previous_hidden_stride;
  const float *previous_cell;         // [M, H] c', or NULL: zeros; may be `cell` itself
  float *gates;                       // [M, 4H] i, f, g, o for the backward pass, or NULL; may be `input`
                                      // itself if there are no `input_rows`
  float *cell;                        // [M, H] c
  float *hidden;                      // [M, H] h
  ptrdiff_t hidden_stride;
} discern_lstm_forward;

// Recomputes the cells of that step from its gates, with the same bits.
typedef struct {
  ptrdiff_t rows;                     // M
  ptrdiff_t units;                    // H
  const float *gates;                 // [M, 4H] i, f, g, o
  const float *previous_cell;         // [M, H] c', or NULL: zeros
  float *cell;                        // [M, H] c
} discern_lstm_cells;

// The same step backward, element by element; the caller multiplies dz by W transposed.
typedef struct {
  ptrdiff_t rows;                     // M
  ptrdiff_t units;                    // H
  float *gates;                       // [M, 4H] in: i, f, g, o; out: dz
  const float *cell;                  // [M, H] c
  const float *previous_cell;         // [M, H] c', or NULL: zeros
  const float *hidden_gradient;       // [M, H] dh, complete
  ptrdiff_t hidden_gradient_stride;
  float *cell_gradient;               // [M, H] in: dc from the later step; out: dc for the earlier
} discern_lstm_backward;

// One step of a GRU direction, forward, element by element; the caller has multiplied h' by W. Gate order
// r, z, n (PyTorch's), a = input, b = W h' + bias:
//   r = σ(a_r + b_r)  z = σ(a_z + b_z)  n = tanh(a_n + r b_n),  h = (1 - z) n + z h'
typedef struct {
  ptrdiff_t rows;                     // M
  ptrdiff_t units;                    // H
  const float *input;                 // [., 3H] input projections, including the input's bias
  const int32_t *input_rows;          // [M] the row of `input` for each row, or NULL: row r
  const float *recurrent;             // [M, 3H] b
  ptrdiff_t recurrent_stride;         // 0: the same row for all
  const float *previous_hidden;       // [M, H] h', or NULL: zeros
  ptrdiff_t previous_hidden_stride;
  float *saved;                       // [M, 4H] r, z, b_n, n for the backward pass, or NULL
  float *hidden;                      // [M, H] h
  ptrdiff_t hidden_stride;
} discern_gru_forward;

// The same step backward; the caller multiplies db by W transposed.
typedef struct {
  ptrdiff_t rows;                     // M
  ptrdiff_t units;                    // H
  float *saved;                       // [M, 4H] in: r, z, b_n, n; out: db_r (= da_r), db_z (= da_z), db_n, da_n
  const float *previous_hidden;       // [M, H] h', or NULL: zeros
  ptrdiff_t previous_hidden_stride;
  const float *hidden_gradient;       // [M, H] dh, complete
  float *previous_hidden_gradient;    // [M, H] += z dh, or NULL
  ptrdiff_t hidden_gradient_stride;   // of both
} discern_gru_backward;

// Layer normalisation: y = (x - mean) / sqrt(variance + epsilon) * weight + bias, row by row (Ba et al. 2016).
typedef struct {
  ptrdiff_t rows, n;
  float epsilon;
  const float *x;                     // [M, N]
  const float *weight, *bias;         // [N]
  float *statistics;                  // [M, 2] mean and 1 / sqrt(variance + epsilon)
} discern_layer_norm;

// A weight's gradient: C [M, N] += A^T B over K rows, and the sums over A's rows.
typedef struct {
  ptrdiff_t m, n, k;
  const float *a;                     // [K, M]
  ptrdiff_t a_stride;
  const float *b;                     // [., N]
  ptrdiff_t b_stride;
  const int32_t *b_rows;              // [K] the row of `b` for each k, negative: zeros; or NULL: row k
  float *c;                           // [M, N]
  ptrdiff_t c_stride;
  float *sums;                        // [M] += the sum of A's rows, or NULL
} discern_outer;

// Inverted dropout: element i is dropped if its 16 bits (i mod 4, counted from the lowest) of draw i / 4 of a
// RandomStream are below the threshold, and multiplied by the scale otherwise.
typedef struct {
  uint64_t key;
  uint32_t threshold;                 // probability * 65536
  float scale;
  int accumulate;                     // whether the result is added to y
} discern_dropout;

typedef struct {
  float learning_rate, beta1, beta2, epsilon, weight_decay;
  float gradient_scale;               // clipping: the gradient is multiplied by it first
  float correction1, correction2;     // 1 - beta1^t, 1 - beta2^t
} discern_adam;

// C [M, N] = A [M, K] B in 8 bits, times the scales, plus bias, plus C itself (if accumulate).
typedef struct {
  ptrdiff_t m, n, k;
  const uint8_t *a;                   // [M, K padded to 4] 128 + round(x / scale); NULL: zeros
  const float *a_scales;              // [M], or NULL: 1/127
  const int8_t *weights;              // packed
  const int32_t *starts;              // by column of the panels
  const float *scales;                // [N], for a cell's gates by column of the panels
  const float *bias;                  // [N], or NULL
  int accumulate;
  float *c;                           // [M, N]
  ptrdiff_t c_stride;
} discern_int8_product;

// Exact 8-bit products (int8.inc), only in the exact families.
typedef struct {
  // The number of bytes in a row of A with K values.
  ptrdiff_t (*inner_size)(ptrdiff_t k);
  // Packs W [N, K], as in PyTorch's linear layers; the panels' columns are N rounded up.
  void (*pack)(ptrdiff_t k, ptrdiff_t n, const int8_t *w, int8_t *packed, int32_t *starts);
  // Packs W [4H, K] (weight_hh) so that the four gates of a unit are in one panel, and its scales [4H]
  // likewise.
  void (*pack_gates)(ptrdiff_t k, ptrdiff_t units, const int8_t *w, const float *scales, int8_t *packed,
                     int32_t *starts, float *packed_scales);
  // Quantizes A [M, K] to 8 bits, with a scale per row (1/127 of the row's largest magnitude), or with the
  // scale 1/127 if `scales` is NULL.
  void (*quantize)(ptrdiff_t m, ptrdiff_t k, const float *a, ptrdiff_t a_stride, uint8_t *q, float *scales);
  void (*gemm)(const discern_int8_product *product);
  // The step with `product`'s a, weights, starts and scales; nothing is kept for a backward pass.
  void (*lstm_forward)(const discern_lstm_forward *step, const discern_int8_product *product);
} discern_int8_products;

typedef struct {
  const char *name;                   // "avx512", "avx2", "neon", "baseline" or "openblas"
  ptrdiff_t panel;                    // columns of a packed panel

  // The number of floats needed to pack B [K, N], or the gates of a K-input, H-unit layer.
  ptrdiff_t (*packed_size)(ptrdiff_t k, ptrdiff_t n);
  ptrdiff_t (*packed_gates_size)(ptrdiff_t k, ptrdiff_t units);

  // Packs B [K, N]; element (k, n) is read from b[k * row_stride + n * column_stride].
  void (*pack)(ptrdiff_t k, ptrdiff_t n, const float *b, ptrdiff_t row_stride, ptrdiff_t column_stride,
               float *packed);
  // Packs W [4H, K] (PyTorch's weight_hh) so that the four gates of a unit are in one panel.
  void (*pack_gates)(ptrdiff_t k, ptrdiff_t units, const float *w, float *packed);

  // C [M, N] = A [M, K] B, plus bias [N] (if not NULL), plus C itself (if accumulate).
  void (*gemm)(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const float *a, ptrdiff_t a_stride,
               const float *packed, const float *bias, int accumulate, float *c, ptrdiff_t c_stride);

  // Sums run over k in ascending order, in blocks of a fixed size.
  void (*outer)(const discern_outer *product);

  void (*lstm_forward)(const discern_lstm_forward *step);
  void (*lstm_cells)(const discern_lstm_cells *step);
  void (*lstm_backward)(const discern_lstm_backward *step);
  void (*gru_forward)(const discern_gru_forward *step);
  void (*gru_backward)(const discern_gru_backward *step);

  // Writes y [M, N] and the statistics.
  void (*layer_norm_forward)(const discern_layer_norm *norm, float *y);
  // dx [M, N] from dy [M, N], added if accumulate; the rows' share of the weight's and the bias's gradient is
  // added to weight_gradient [N] and bias_gradient [N].
  void (*layer_norm_backward)(const discern_layer_norm *norm, const float *dy, int accumulate, float *dx,
                              float *weight_gradient, float *bias_gradient);

  // x = tanh(x); absolute error at most 3e-7.
  void (*tanh_rows)(ptrdiff_t n, float *x);
  // y = x Φ(x), Φ the normal distribution's; absolute error at most 2e-7 |x|.
  void (*gelu)(ptrdiff_t n, const float *x, float *y);
  // dx = dy (Φ(x) + x φ(x)), added if accumulate; dx may be dy.
  void (*gelu_backward)(ptrdiff_t n, const float *x, const float *dy, int accumulate, float *dx);
  // y = exp(x - shift), returns the sum in double; relative error of an element at most 3e-7.
  double (*exp_sum)(ptrdiff_t n, const float *x, float shift, float *y);
  // x . y in a fixed order of summation that depends only on n.
  float (*dot)(ptrdiff_t n, const float *x, const float *y);
  // y += a x
  void (*axpy)(ptrdiff_t n, float a, const float *x, float *y);
  // Where x > best: best = x, and source = token unless source is null.
  void (*take_larger)(ptrdiff_t n, const float *x, int32_t token, float *best, int32_t *source);
  // du = ds v (1 - u u), for additive attention: u [n] the tanh's value.
  void (*tanh_backward)(ptrdiff_t n, float ds, const float *v, const float *u, float *du);
  // y = dropout of x (elements `first` to `first + n` of the matrix that the draws belong to; `first` is a
  // multiple of 4); y may be x.
  void (*dropout)(const discern_dropout *dropout, ptrdiff_t first, ptrdiff_t n, const float *x, float *y);
  // sum of squares, in double, in a fixed order
  double (*sum_of_squares)(ptrdiff_t n, const float *x);
  // sums[n] = (accumulate ? sums[n] : 0) + sum over rows of x [rows, n], rows in ascending order
  void (*column_sums)(ptrdiff_t rows, ptrdiff_t n, const float *x, ptrdiff_t stride, int accumulate,
                      float *sums);
  // sums[n] = sum over i of x[rows[i]], in the order given
  void (*gather_sum)(ptrdiff_t count, const int32_t *rows, ptrdiff_t n, const float *x, ptrdiff_t stride,
                     float *sums);
  // sums[n] = sum over i of factors[i] x[rows[i], n], in the order given
  void (*weighted_sum)(ptrdiff_t count, const int32_t *rows, const float *factors, ptrdiff_t n, const float *x,
                       ptrdiff_t stride, float *sums);
  // The same for rows of 8-bit numbers.
  void (*weighted_sum_int8)(ptrdiff_t count, const int32_t *rows, const float *factors, ptrdiff_t n,
                            const int8_t *x, ptrdiff_t stride, float *sums);
  // x[rows[i], n] += factors[i] d[n], times scales[rows[i], n] if that is not NULL; the rows must be
  // distinct.
  void (*scatter_sum)(ptrdiff_t count, const int32_t *rows, const float *factors, ptrdiff_t n, const float *d,
                      const float *scales, float *x, ptrdiff_t stride);
  // y = the upper 16 bits of x (bfloat16), rounded to nearest, ties to even; NaN stays NaN.
  void (*narrow)(ptrdiff_t n, const float *x, uint16_t *y);
  // y = the numbers with these upper bits.
  void (*widen)(ptrdiff_t n, const uint16_t *x, float *y);
  // Adam with decoupled weight decay (Kingma and Ba 2015; Loshchilov and Hutter 2019).
  void (*adam)(ptrdiff_t n, const discern_adam *options, const float *gradient, float *weights, float *m,
               float *v);
  // Multiply-adds that stay in registers, to measure the most that the machine can do. `values` has `panel`
  // elements; returns the number of operations, two per multiply-add.
  double (*multiply_adds)(ptrdiff_t iterations, float *values);

  // NULL except in exact families.
  const discern_int8_products *int8;
} discern_kernel_family;

// Our own families that this machine can run, best first; returns their number.
ptrdiff_t discern_kernel_families(const discern_kernel_family **families, ptrdiff_t capacity);

// The exact families that this machine can run, best first; returns their number. They have the same loops
// with one rounding per operation, and sums in 16 lanes: all of them give the same bits on every machine,
// some more slowly than others.
ptrdiff_t discern_exact_families(const discern_kernel_family **families, ptrdiff_t capacity);

// The family with OpenBLAS's products, or NULL if the library is not installed. The first call loads it.
const discern_kernel_family *discern_openblas_family(void);

#endif
