#if Server
  import Dispatch
  import DiscernSystem
  import Logging

  /// Log lines, written on a separate queue, so that a reader that has stopped reading delays no request.
  package final class ServerLog: Sendable {
    private let queue = DispatchQueue(label: "discern.log")
    private let write: @Sendable (String) -> Void
    /// Room for waiting lines; further ones are dropped.
    private let room = DispatchSemaphore(value: 1000)

    /// - Parameter write: writes a line that includes its end; called on one thread at a time.
    package init(_ write: @escaping @Sendable (String) -> Void) { self.write = write }

    package func logger(level: Logger.Level) -> Logger {
      var logger = Logger(label: "discern") { _ in Handler(log: self) }
      logger.logLevel = level
      return logger
    }

    /// Waits until all lines are written.
    package func flush() { queue.sync {} }

    fileprivate func add(_ line: String) {
      guard room.wait(timeout: .now()) == .success else { return }
      queue.async { [self] in
        write(line)
        room.signal()
      }
    }
  }

  /// `2026-11-26T16:20:48Z info: ready model=reviews`
  private struct Handler: LogHandler {
    let log: ServerLog
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    init(log: ServerLog) { self.log = log }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let all = metadata.merging(event.metadata ?? [:]) { $1 }
      let values = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
      log.add("\(Self.time()) \(event.level): \(event.message)\(values)\n")
    }

    private static func time() -> String {
      var now = time_t(Date().timeIntervalSince1970)
      var parts = tm()
      gmtime_r(&now, &parts)
      return String(
        format: "%04d-%02d-%02dT%02d:%02d:%02dZ", Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1,
        Int(parts.tm_mday), Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec))
    }
  }
#endif
