import DiscernIO
import DiscernSystem

/// A search's results so far, one JSON object per line, each on disk before it is used.
///
/// If a search that was killed is started again, it reads the journal and continues. The last line may be cut
/// off; it is then removed. Only one process can write at a time.
final class SearchJournal {
  /// The first line: the facts that define the search. A different search does not continue its journal.
  struct Head: Codable, Equatable {
    var event = "search"
    let format: Int
    let seed: UInt64
    let trials: Int
    /// A digest of every trial's recipe and of the data.
    let digest: String
  }

  enum Problem: Equatable, KnownFailure {
    case inUse(path: String)
    case another(path: String)
    case damaged(path: String, line: Int)
    case failed(path: String, reason: String)

    var kind: ErrorKind {
      switch self {
      case .inUse, .another, .failed: .io
      case .damaged: .badInput
      }
    }

    var description: String {
      switch self {
      case .inUse(let path): "\(path): another search is writing to it; wait until it ends"
      case .another(let path):
        "\(path): belongs to a search with other data or settings; give another --output, or remove that "
          + "folder"
      case .damaged(let path, let line):
        "\(path):\(line): not a line written by a search; give another --output, or remove that folder"
      case .failed(let path, let reason): "\(path): \(reason)"
      }
    }
  }

  let path: String
  private let descriptor: Int32
  private(set) var results: [TrialResult] = []
  /// The seconds that earlier runs took.
  private(set) var secondsBefore = 0.0
  /// Whether the journal is new.
  let isNew: Bool

  /// Opens the journal, or creates it.
  init(path: String, _ head: Head) throws(Problem) {
    self.path = path
    let opened = uninterrupted { open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666) }
    descriptor = opened
    guard opened >= 0 else { throw .failed(path: path, reason: systemError(errno)) }
    if uninterrupted({ flock(opened, LOCK_EX | LOCK_NB) }) != 0, errno == EWOULDBLOCK {
      throw .inUse(path: path)
    }
    let bytes = try Self.contents(descriptor, path)
    let whole = bytes.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    guard ftruncate(descriptor, off_t(whole)) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else {
      throw .failed(path: path, reason: systemError(errno))
    }
    let lines = bytes[..<whole].split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
    isNew = lines.isEmpty
    guard let first = lines.first else {
      try append(head)
      return
    }
    guard let found = try? JSONDecoder().decode(Head.self, from: Data(first)), found.event == head.event
    else {
      throw .damaged(path: path, line: 1)
    }
    guard found == head else { throw .another(path: path) }
    for (number, line) in lines.enumerated().dropFirst() {
      guard let result = try? JSONDecoder().decode(TrialResult.self, from: Data(line)),
        result.event == "trial", (1...head.trials).contains(result.trial)
      else { throw .damaged(path: path, line: number + 1) }
      results.append(result)
      secondsBefore = max(secondsBefore, result.seconds ?? 0)
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  private static func contents(_ descriptor: Int32, _ path: String) throws(Problem) -> [UInt8] {
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = uninterrupted { read(descriptor, &part, part.count) }
      if count < 0 { throw .failed(path: path, reason: systemError(errno)) }
      if count == 0 { return bytes }
      bytes += part[..<count]
    }
  }

  /// Adds a result, which is on disk when this returns.
  func append(_ result: TrialResult) throws(Problem) {
    try append(result as any Encodable)
    results.append(result)
  }

  private func append(_ value: any Encodable) throws(Problem) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else {
      throw .failed(
        path: path,
        reason: "a figure is not "
          + "finite")
    }
    let line = Array(data) + [0x0A]
    var done = 0
    while done < line.count {
      let count = uninterrupted {
        line.withUnsafeBytes { bytes in
          DiscernSystem.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
        }
      }
      if count <= 0 { throw .failed(path: path, reason: systemError(errno)) }
      done += count
    }
    guard uninterrupted({ fsync(descriptor) }) == 0 else {
      throw .failed(path: path, reason: systemError(errno))
    }
  }
}
