import DiscernIO
import DiscernSystem

/// The reason why standard output or a log could not be written.
enum OutputError: Error, CustomStringConvertible {
  /// The reader closed the pipe: not an error, only the end.
  case closedPipe
  case failed(path: String, reason: String)

  var description: String {
    switch self {
    case .closedPipe: "the output was closed"
    case .failed(let path, let reason): "\(path): cannot be written: \(reason)"
    }
  }
}

/// Output for other programs: bytes to standard output, in blocks.
final class Output {
  private let descriptor: Int32
  private let path: String
  private var buffer: [UInt8] = []

  static func standard() -> Output { Output(descriptor: STDOUT_FILENO, path: "standard output") }

  private init(descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  func write(_ text: String) throws(OutputError) { try write(text.utf8) }

  func write(_ bytes: some Sequence<UInt8>) throws(OutputError) {
    buffer.append(contentsOf: bytes)
    if buffer.count >= 1 << 16 { try flush() }
  }

  func line(_ text: String) throws(OutputError) { try write(text + "\n") }

  func flush() throws(OutputError) {
    var written = 0
    while written < buffer.count {
      let count = uninterrupted {
        buffer.withUnsafeBytes { bytes in
          DiscernSystem.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
        }
      }
      if count < 0 {
        let code = errno
        buffer.removeAll()
        if code == EPIPE { throw .closedPipe }
        throw .failed(path: path, reason: systemError(code))
      }
      written += count
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes a value as indented JSON with sorted keys. For one value per run: for each of many lines, a
  /// separate encoder would be too costly; they use `JSONText`.
  func json(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try line(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}
