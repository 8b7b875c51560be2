import CDiscernKernels
import DiscernTensor

/// A machine's peak performance, and each kernel's share of it.
package struct MachineBenchmark: Codable, Sendable {
  package let kernels: String
  package let threads: Int
  /// Multiply-adds in registers, in 10⁹ floating-point operations per second.
  package let peakOneThread: Double
  package let peakAllThreads: Double
  /// The better of two large products on all threads, in the same unit.
  package let productAllThreads: Double
  /// Reads and writes of y += a x over two arrays of 64 MiB per thread, in 10⁹ bytes per second.
  package let bandwidthOneThread: Double
  package let bandwidthAllThreads: Double
  package let kernelFigures: [KernelFigure]

  /// A kernel on one thread, with operands in the cache if their size allows it.
  package struct KernelFigure: Codable, Sendable {
    package let name: String
    package let shape: String
    /// In 10⁹ floating-point operations per second; nil for a kernel limited by memory.
    package let gigaflops: Double?
    /// The rate of OpenBLAS in this run: of one call of `sgemm`, or of the LSTM step of that family; nil if
    /// it has no such function, or is not installed.
    package let openBLAS: Double?
    /// In 10⁹ bytes per second.
    package let gigabytes: Double?
    /// The share of one thread's peak, or of its bandwidth.
    package let share: Double
  }

  /// Takes about ten seconds.
  package init(compute: Compute, repeats: Int = 5) {
    let probe = KernelProbe(compute: compute, repeats: repeats)
    kernels = compute.family.name
    threads = compute.threadCount
    peakOneThread = probe.peak(threads: 1)
    peakAllThreads = probe.peak(threads: compute.threadCount)
    productAllThreads = probe.bestProduct(threads: compute.threadCount)
    bandwidthOneThread = probe.bandwidth(threads: 1)
    bandwidthAllThreads = probe.bandwidth(threads: compute.threadCount)
    kernelFigures = probe.figures(peak: peakOneThread, bandwidth: bandwidthOneThread)
  }
}
