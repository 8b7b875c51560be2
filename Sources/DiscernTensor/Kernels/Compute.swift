import CDiscernKernels
import DiscernSystem

/// How kernels are run: a family and a number of threads.
///
/// Results do not depend on the number of threads: tasks own disjoint outputs, and their division depends
/// only on the data, never on the threads.
public struct Compute: Sendable {
  /// The kernels for this processor.
  public let family: KernelFamily
  /// The number of threads that work at once, including the caller's.
  public let threadCount: Int

  /// - Parameter threadCount: by default, one per core.
  public init(
    family: KernelFamily = .best, threadCount: Int = ProcessInfo.processInfo.activeProcessorCount
  ) {
    precondition(threadCount > 0, "threadCount is \(threadCount), expected at least 1")
    self.family = family
    self.threadCount = threadCount
  }

  /// The same with kernels whose results have the same bits on every machine.
  package var exact: Compute { Compute(family: family.exact, threadCount: threadCount) }

  package var kernels: discern_kernel_family { family.table.pointee }

  /// Runs `task(0) ..< task(count)` on several threads, each taking the next task when free. Tasks share
  /// plain memory and write disjoint parts of it; all have ended when this returns.
  package func forEach(_ count: Int, _ task: (Int) -> Void) {
    let workers = min(threadCount, count)
    guard workers > 1 else {
      for index in 0..<count { task(index) }
      return
    }
    WorkerPool.shared.run(count: count, helpers: workers - 1, task)
  }

  /// Divides `0..<count` into blocks of `size` and runs each as a task.
  package func forEachBlock(of count: Int, size: Int, _ task: (Range<Int>) -> Void) {
    forEach((count + size - 1) / size) { block in
      task(block * size..<min(count, (block + 1) * size))
    }
  }

  /// The same for several ranges of the same count: all blocks of one range precede those of the next.
  func forEachBlock(of count: Int, size: Int, times: Int, _ task: (Int, Range<Int>) -> Void) {
    let blocks = (count + size - 1) / size
    forEach(times * blocks) { index in
      let start = index % blocks * size
      task(index / blocks, start..<min(count, start + size))
    }
  }
}
