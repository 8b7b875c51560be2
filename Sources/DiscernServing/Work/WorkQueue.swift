import Dispatch
import Synchronization

/// Waiting requests, first come, first served, for workers that take as many as they can process at once.
///
/// `MicroBatcher` lets producers wait, and has one consumer; here excess requests are refused, and there are
/// several consumers.
package final class WorkQueue: Sendable {
  private struct State {
    /// Jobs that were put back, in order, then new ones.
    var jobs = JobList()
    var idleWorkers = 0
    var isFinished = false
    /// Each is called once, when there is room for a line with its number of tokens.
    var waiters: [(tokens: Int, body: @Sendable () -> Void)] = []

    /// An idle worker takes arriving jobs at once.
    func hasRoom(for count: Int, of capacity: Int) -> Bool {
      isFinished || jobs.isEmpty || idleWorkers > 0 || jobs.tokens + count <= capacity
    }
  }

  private let capacity: Int
  /// For streams, which always have more lines: the other half is for single requests.
  private var lineCapacity: Int { capacity / 2 }
  private let state = Mutex(State())
  private let arrived = DispatchSemaphore(value: 0)

  /// - Parameter capacity: the number of tokens that may wait; if none are waiting, one job of any size may.
  package init(capacity: Int) { self.capacity = capacity }

  /// The numbers of waiting jobs and tokens.
  package var waiting: (jobs: Int, tokens: Int) {
    state.withLock { ($0.jobs.count, $0.jobs.tokens) }
  }

  /// - Returns: false if there is no space.
  func add(_ job: Job) -> Bool {
    let (isTaken, wakes) = state.withLock { state -> (Bool, Bool) in
      let capacity = job.call.isLine ? lineCapacity : capacity
      guard !state.isFinished, state.hasRoom(for: job.cost, of: capacity) else {
        return (false, false)
      }
      state.jobs.append(job)
      return (true, Self.takesIdleWorker(&state))
    }
    if wakes { arrived.signal() }
    return isTaken
  }

  /// Puts a job back at the front.
  func putBack(_ job: Job) {
    let wakes = state.withLock { state in
      state.jobs.prepend(job)
      return Self.takesIdleWorker(&state)
    }
    if wakes { arrived.signal() }
  }

  private static func takesIdleWorker(_ state: inout State) -> Bool {
    guard state.idleWorkers > 0 else { return false }
    state.idleWorkers -= 1
    return true
  }

  /// Waits for a job; nil at the end.
  func next() -> Job? {
    while true {
      let (job, isAtEnd) = state.withLock { state -> (Job?, Bool) in
        if let job = state.jobs.popFirst() { return (job, false) }
        if !state.isFinished { state.idleWorkers += 1 }
        return (nil, state.isFinished)
      }
      if let job { return job }
      if isAtEnd { return nil }
      arrived.wait()
    }
  }

  /// The next job if there is one.
  func nextIfAny() -> Job? { state.withLock { $0.jobs.popFirst() } }

  /// Calls the waiters for which there is room. Workers call it when they have taken their batch.
  func announceRoom() {
    let waiters = state.withLock { state in
      let waiters = state.waiters
      state.waiters = waiters.filter { !state.hasRoom(for: $0.tokens, of: lineCapacity) }
      return waiters.filter { state.hasRoom(for: $0.tokens, of: lineCapacity) }
    }
    for waiter in waiters { waiter.body() }
  }

  /// Calls `body` once there is room for a line, on any thread.
  package func whenRoom(bytes: Int, _ body: @escaping @Sendable () -> Void) {
    let tokens = Job.tokens(bytes: bytes)
    let isNow = state.withLock { state in
      if state.hasRoom(for: tokens, of: lineCapacity) { return true }
      state.waiters.append((tokens, body))
      return false
    }
    if isNow { body() }
  }

  /// Closes the queue; workers end when all jobs are done.
  func finish() {
    let (idle, waiters) = state.withLock { state in
      state.isFinished = true
      defer {
        state.idleWorkers = 0
        state.waiters = []
      }
      return (state.idleWorkers, state.waiters)
    }
    for _ in 0..<idle { arrived.signal() }
    for waiter in waiters { waiter.body() }
  }
}
