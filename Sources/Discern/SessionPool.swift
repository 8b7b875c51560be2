import DiscernSystem
import DiscernTensor
import Synchronization

/// Idle sessions of a classifier, so that a single text need not allocate a new one. A session is used by one
/// thread at a time; at most one for each core is kept.
final class SessionPool: Sendable {
  private let parts: TextClassifier.Parts
  private let idle = IdlePool<TextClassifier.Session>()
  private let queues = Mutex<ClassificationQueue?>(nil)
  private let made = Atomic(0)

  init(_ parts: TextClassifier.Parts) { self.parts = parts }

  /// The number of sessions that have been created.
  var sessionsMade: Int { made.load(ordering: .relaxed) }

  /// Runs `body` with a session that has no texts waiting.
  func withSession<Value: Sendable>(
    _ body: (TextClassifier.Session) throws(DiscernError) -> Value
  ) throws(DiscernError) -> Value {
    try idle.use(make: makeSession, body)
  }

  /// The queue that answers single texts from many tasks; created for the first one.
  func queue() throws(DiscernError) -> ClassificationQueue {
    try queues.withLock { queue throws(DiscernError) in
      if let queue { return queue }
      let made = try ClassificationQueue(parts, Compute(threadCount: 1))
      self.made.add(1, ordering: .relaxed)
      queue = made
      return made
    }
  }

  private func makeSession() throws(DiscernError) -> sending TextClassifier.Session {
    made.add(1, ordering: .relaxed)
    return try TextClassifier.Session(parts, Compute(threadCount: 1))
  }
}
