import DiscernSystem
import DiscernTensor
import Synchronization

/// Sessions that wait for the next texts of a classifier, so that a single text does not pay for the memory
/// of one. A session is used by one thread at a time; as many are kept as there are cores.
final class SessionPool: Sendable {
  private final class Slot: Sendable {
    let session: Mutex<TextClassifier.Session>

    init(_ session: sending TextClassifier.Session) { self.session = Mutex(session) }
  }

  private let parts: TextClassifier.Parts
  private let idle = Mutex<[Slot]>([])
  private let queues = Mutex<ClassificationQueue?>(nil)
  private let made = Atomic(0)
  private let limit = ProcessInfo.processInfo.activeProcessorCount

  init(_ parts: TextClassifier.Parts) { self.parts = parts }

  /// How many sessions there have been.
  var sessionsMade: Int { made.load(ordering: .relaxed) }

  /// Runs `body` with a session that has no texts waiting.
  func withSession<Value: Sendable>(
    _ body: (TextClassifier.Session) throws(DiscernError) -> Value
  ) throws(DiscernError) -> Value {
    let slot = if let kept = idle.withLock({ $0.popLast() }) { kept } else { try makeSlot() }
    defer {
      idle.withLock { if $0.count < limit { $0.append(slot) } }
    }
    return try slot.session.withLock { session throws(DiscernError) in
      // Left over where an earlier text could not be added.
      session.empty()
      return try body(session)
    }
  }

  /// What answers single texts from many tasks; made at the first one.
  func queue() throws(DiscernError) -> ClassificationQueue {
    try queues.withLock { queue throws(DiscernError) in
      if let queue { return queue }
      let made = try ClassificationQueue(parts, Compute(threadCount: 1))
      self.made.add(1, ordering: .relaxed)
      queue = made
      return made
    }
  }

  private func makeSlot() throws(DiscernError) -> Slot {
    made.add(1, ordering: .relaxed)
    return Slot(try TextClassifier.Session(parts, Compute(threadCount: 1)))
  }
}
