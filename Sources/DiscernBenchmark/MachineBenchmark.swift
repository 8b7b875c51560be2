import CDiscernKernels
import DiscernTensor

/// A machine's peak performance, and each kernel's share of it.
package struct MachineBenchmark: Codable, Sendable {
  package let kernels: String
  package let threads: Int
  /// Multiply-adds in registers, 10⁹ floating-point operations a second.
  package let peakOneThread: Double
  package let peakAllThreads: Double
  /// The better of two large products on all threads.
  package let productAllThreads: Double
  /// Reads and writes of y += a x over 256 MB, 10⁹ bytes a second.
  package let bandwidthOneThread: Double
  package let bandwidthAllThreads: Double
  package let kernelFigures: [KernelFigure]

  /// A kernel on one thread, operands in the cache where their size allows.
  package struct KernelFigure: Codable, Sendable {
    package let name: String
    package let shape: String
    /// 10⁹ floating-point operations a second; nil for a kernel that moves more than it computes.
    package let gigaflops: Double?
    /// The same of OpenBLAS in this run: of one call of `sgemm`, or of the LSTM step of that family;
    /// nil where it has none, or is not installed.
    package let openBLAS: Double?
    /// 10⁹ bytes a second.
    package let gigabytes: Double?
    /// Of the peak, or of the bandwidth, of one thread.
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
