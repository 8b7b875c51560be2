// Products at the recurrent shapes, [M, H] x [H, 4H], one thread: libxsmm's generated kernels and oneDNN's matmul with
// weights in the layout that it likes best. Prints GFLOP/s, the best of several passes, as JSON.
// Build: g++ -O2 small_products.cpp -lxsmm -lxsmmnoblas -ldnnl -ldl -lpthread -o small_products   (OMP_NUM_THREADS=1 to run)

#include <libxsmm.h>

#include <chrono>
#include <cstdio>
#include <functional>
#include <oneapi/dnnl/dnnl.hpp>
#include <vector>

static double best(double flops, const std::function<void()> &run) {
  double fastest = 1e9;
  for (int pass = 0; pass < 30; pass++) {
    const int repeats = 1 + static_cast<int>(2e8 / flops);
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < repeats; i++) run();
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    fastest = std::min(fastest, taken.count() / repeats);
  }
  return flops / fastest / 1e9;
}

int main() {
  using namespace dnnl;
  engine cpu(engine::kind::cpu, 0);
  stream queue(cpu);
  std::printf("[");
  const int shapes[][2] = {{64, 128}, {32, 128}, {16, 128}, {1, 128}, {64, 256}, {32, 256}, {16, 256}, {1, 256}};
  for (const auto &shape : shapes) {
    const int m = shape[0], k = shape[1], n = 4 * k;
    std::vector<float> a(m * k, 0.5f), b(k * n, 0.25f), c(m * n, 0);
    const double flops = 2.0 * m * n * k;
    // Row-major C = A B is column-major C' = B' A'.
    const float one = 1, zero = 0;
    const int flags = LIBXSMM_GEMM_FLAG_NONE;
    libxsmm_smmfunction kernel = libxsmm_smmdispatch(n, m, k, nullptr, nullptr, nullptr, &one, &zero, &flags, nullptr);
    const double xsmm = kernel ? best(flops, [&] { kernel(b.data(), a.data(), c.data()); }) : 0;

    using tag = memory::format_tag;
    const auto type = memory::data_type::f32;
    const memory::desc left({m, k}, type, tag::ab), any({k, n}, type, tag::any), out({m, n}, type, tag::ab);
    const matmul::primitive_desc description({left, any, out}, cpu);
    memory plain({{k, n}, type, tag::ab}, cpu, b.data()), packed(description.weights_desc(), cpu);
    reorder(plain, packed).execute(queue, plain, packed);
    memory input(left, cpu, a.data()), output(out, cpu, c.data());
    const matmul product(description);
    const double onednn = best(flops, [&] {
      product.execute(queue, {{DNNL_ARG_SRC, input}, {DNNL_ARG_WEIGHTS, packed}, {DNNL_ARG_DST, output}});
    });
    std::printf("%s\n {\"rows\": %d, \"units\": %d, \"libxsmm\": %.1f, \"oneDNN\": %.1f}", &shape == shapes ? "" : ",", m, k,
                xsmm, onednn);
  }
  std::printf("\n]\n");
}
