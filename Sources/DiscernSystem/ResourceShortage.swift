import Synchronization

/// The end of a process to which the system refuses memory or threads in the middle of work that cannot go on
/// without them.
package enum ResourceShortage {
  private static let handler = Mutex<(@Sendable (String) -> Never)?>(nil)

  /// Sets how the process ends: a program reports the message and exits. By default, it traps.
  package static func setHandler(_ end: @escaping @Sendable (String) -> Never) {
    handler.withLock { $0 = end }
  }

  package static var hasHandler: Bool { handler.withLock { $0 != nil } }

  /// Ends the process.
  package static func end(_ message: String) -> Never {
    if let end = handler.withLock(\.self) { end(message) }
    fatalError(message)
  }
}
