import CDiscernKernels
import DiscernTensor

/// What a machine can do, and what each kernel makes of it.
public struct MachineBenchmark: Codable, Sendable {
  public let kernels: String
  public let threads: Int
  /// Multiply-adds in registers, 10⁹ floating-point operations a second.
  public let peakOneThread: Double
  public let peakAllThreads: Double
  /// The better of two large products on all threads.
  public let productAllThreads: Double
  /// Reads and writes of y += a x over 256 MB, 10⁹ bytes a second.
  public let bandwidthOneThread: Double
  public let bandwidthAllThreads: Double
  public let kernelFigures: [KernelFigure]

  /// A kernel on one thread, operands in the cache where their size allows.
  public struct KernelFigure: Codable, Sendable {
    public let name: String
    public let shape: String
    /// 10⁹ floating-point operations a second; nil for a kernel that moves more than it computes.
    public let gigaflops: Double?
    /// 10⁹ bytes a second.
    public let gigabytes: Double?
    /// Of the peak, or of the bandwidth, of one thread.
    public let share: Double
  }

  /// Takes about ten seconds.
  public init(compute: Compute, repeats: Int = 5) {
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
