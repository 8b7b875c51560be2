import CDiscernKernels
import DiscernSystem
import Synchronization

/// Threads that help a caller with the tasks of a job. Between jobs they spin for some microseconds, since a
/// training step has dozens of short jobs, then sleep.
///
/// One job at a time: a caller that finds the pool busy runs its tasks itself.
final class WorkerPool: Sendable {
  /// This process's pool. A forked child makes its own: the parent's threads do not exist there, and a job
  /// that one of them had begun would never end there.
  static var shared: WorkerPool {
    let forks = ForkCount.current
    while true {
      let known = current.load(ordering: .acquiring)
      if let pool = known?.takeUnretainedValue(), pool.forks == forks { return pool }
      let new = Unmanaged.passRetained(WorkerPool(forks: forks))
      let (isFirst, _) = current.compareExchange(
        expected: known, desired: new, ordering: .acquiringAndReleasing)
      if isFirst { return new.takeUnretainedValue() }
      new.release()
    }
  }

  /// The latest pool. Those of parent processes are never freed: their state was copied at an arbitrary
  /// moment.
  private static let current = Atomic<Unmanaged<WorkerPool>?>(nil)
  private let forks: Int

  private init(forks: Int) { self.forks = forks }

  /// The number of spins before a worker sleeps: about 50 microseconds.
  private static let spinLimit = 2000

  private let isBusy = Atomic(false)
  private let workers = Mutex<[Worker]>([])
  /// The number of jobs so far; workers wait for it to change.
  private let generation = Atomic(0)
  /// The number of workers inside the job, and `closed` while none may enter.
  private let gate = Atomic(closed)
  private static let closed = 1 << 62
  /// The first task that is not taken yet.
  private let next = Atomic(0)
  // Written by the caller while the gate is closed and no worker is inside.
  nonisolated(unsafe) private var body: (Int) -> Void = { _ in }
  nonisolated(unsafe) private var count = 0

  private final class Worker: Sendable {
    let isAsleep = Atomic(false)
    let signal = DispatchSemaphore(value: 0)
  }

  /// Runs `task(0) ..< task(count)` on the calling thread and `helpers` others.
  func run(count: Int, helpers: Int, _ task: (Int) -> Void) {
    guard isBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged else {
      for index in 0..<count { task(index) }
      return
    }
    defer { isBusy.store(false, ordering: .releasing) }
    withoutActuallyEscaping(task) { task in
      body = task
      self.count = count
      next.store(0, ordering: .relaxed)
      gate.bitwiseAnd(~Self.closed, ordering: .acquiringAndReleasing)
      generation.wrappingAdd(1, ordering: .sequentiallyConsistent)
      wake(helpers)
      takeTasks()
      // Workers that have not started by now are not awaited.
      gate.bitwiseOr(Self.closed, ordering: .acquiringAndReleasing)
      var waited = 0
      while gate.load(ordering: .acquiring) != Self.closed {
        waited += 1
        if waited < Self.spinLimit { discern_pause() } else { sched_yield() }
      }
      body = { _ in }
    }
  }

  private func takeTasks() {
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      if index >= count { return }
      body(index)
    }
  }

  private func wake(_ helpers: Int) {
    workers.withLock { workers in
      while workers.count < helpers { workers.append(start()) }
      for worker in workers.prefix(helpers)
      where worker.isAsleep.exchange(false, ordering: .sequentiallyConsistent) {
        worker.signal.signal()
      }
    }
  }

  private func start() -> Worker {
    let worker = Worker()
    // Workers that the system has no thread for are not awaited.
    _ = DetachedThread.tryStart { [self] in
      var seen = 0
      while true {
        seen = awaitJob(after: seen, worker)
        if gate.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue & Self.closed == 0 { takeTasks() }
        gate.wrappingSubtract(1, ordering: .releasing)
      }
    }
    return worker
  }

  /// Waits for a job after `seen`, and returns its number.
  private func awaitJob(after seen: Int, _ worker: Worker) -> Int {
    var spun = 0
    while true {
      let current = generation.load(ordering: .acquiring)
      if current != seen { return current }
      spun += 1
      if spun < Self.spinLimit {
        discern_pause()
        continue
      }
      worker.isAsleep.store(true, ordering: .sequentiallyConsistent)
      // A job that arrived meanwhile may not have seen this worker asleep.
      if generation.load(ordering: .sequentiallyConsistent) == seen
        || !worker.isAsleep.exchange(false, ordering: .sequentiallyConsistent)
      {
        worker.signal.wait()
      }
      spun = 0
    }
  }
}
