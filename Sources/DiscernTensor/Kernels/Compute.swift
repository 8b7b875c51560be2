import CDiscernKernels
import COpenBLAS
import Dispatch
import Foundation
import Synchronization

/// What runs the kernels: a family and a number of threads.
///
/// Results do not depend on the number of threads: tasks own disjoint outputs and their division
/// follows from the data alone, never from the threads.
public struct Compute: Sendable {
  public let family: KernelFamily
  public let threadCount: Int

  /// - Parameter threadCount: by default one a core.
  public init(
    family: KernelFamily = .best, threadCount: Int = ProcessInfo.processInfo.activeProcessorCount
  ) {
    precondition(threadCount > 0, "threadCount is \(threadCount), expected at least 1")
    self.family = family
    self.threadCount = threadCount
    Self.keepBLASSingleThreaded
  }

  /// OpenBLAS's own threads would divide sums by their number; our tasks call it from several
  /// threads instead, each with a tile of its own.
  private static let keepBLASSingleThreaded: Void = openblas_set_num_threads(1)

  package var kernels: discern_kernel_family { family.table.pointee }

  /// Runs `task(0) ..< task(count)`, on blocking threads that take the next task when free.
  package func forEach(_ count: Int, _ task: (Int) -> Void) {
    let workers = min(threadCount, count)
    guard workers > 1 else {
      for index in 0..<count { task(index) }
      return
    }
    let next = Atomic(0)
    withoutActuallyEscaping(task) { task in
      // Tasks share plain memory and write disjoint parts of it; all have ended when this returns.
      nonisolated(unsafe) let task = task
      DispatchQueue.concurrentPerform(iterations: workers) { _ in
        while true {
          let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
          if index >= count { break }
          task(index)
        }
      }
    }
  }

  /// Divides `0..<count` into blocks of `size` and runs each as a task.
  package func forEachBlock(of count: Int, size: Int, _ task: (Range<Int>) -> Void) {
    forEach((count + size - 1) / size) { block in
      task(block * size..<min(count, (block + 1) * size))
    }
  }
}
