/// The tokens of one text: its normalised bytes and each token's place in them.
///
/// A buffer is made once and refilled; its memory grows to the longest text and is kept. Tokens are in the
/// order of the text and do not overlap, none is empty, and none contains a space (U+0020). Bytes between
/// tokens are spaces, and characters that the configuration leaves out.
public struct TokenBuffer: Sendable {
  /// Filled up to `utf8Count`, followed by at least `readablePadding` bytes of storage.
  @usableFromInline var bytes: [UInt8]
  @usableFromInline var ranges: [TokenRange]

  /// The number of tokens.
  public internal(set) var count: Int
  /// The number of bytes of normalised text.
  public internal(set) var utf8Count: Int
  /// The number of ill-formed UTF-8 sequences of the text that were replaced by U+FFFD (one for each maximal
  /// subpart, Unicode 15 section 3.9, as Python's `errors="replace"` and Swift's `String(decoding:)` do).
  public internal(set) var repairedSequenceCount: Int

  /// The number of bytes after the text's last byte that may be read, but not used, for loads of whole
  /// machine words.
  public static let readablePadding = 16

  /// A buffer without tokens, and without memory.
  public init() {
    bytes = []
    ranges = []
    count = 0
    utf8Count = 0
    repairedSequenceCount = 0
  }

  /// Whether there are no tokens.
  @inlinable
  public var isEmpty: Bool { count == 0 }

  /// A copy of the normalised text's bytes.
  public var utf8: [UInt8] { Array(bytes.prefix(utf8Count)) }

  /// The place of token `index` in the normalised text, in bytes.
  @inlinable
  public func range(at index: Int) -> Range<Int> {
    precondition(index >= 0 && index < count, "token \(index) of \(count)")
    return ranges[index].range
  }

  /// Token `index` as a separate string. For tests and display: it allocates.
  public func string(at index: Int) -> String {
    String(decoding: bytes[range(at: index)], as: UTF8.self)
  }

  /// All tokens as strings. For tests and display: it allocates.
  public var strings: [String] { (0..<count).map { string(at: $0) } }

  /// Calls `body` with the normalised text and the range of every token in it, without copying.
  ///
  /// The pointers are valid only during the call. `readablePadding` bytes after the text may be read too, so
  /// that a hash can load eight bytes at a time at any token; their content is unspecified.
  @inlinable
  public func withUnsafeTokens<Result, Failure: Error>(
    _ body: (_ utf8: UnsafeBufferPointer<UInt8>, _ tokens: UnsafeBufferPointer<TokenRange>) throws(Failure) ->
      Result
  ) throws(Failure) -> Result {
    try bytes.withUnsafeBufferPointer { storage throws(Failure) in
      try ranges.withUnsafeBufferPointer { all throws(Failure) in
        try body(
          UnsafeBufferPointer(rebasing: storage.prefix(utf8Count)),
          UnsafeBufferPointer(rebasing: all.prefix(count)))
      }
    }
  }
}

extension TokenBuffer {
  /// Reserves space for `count` bytes of text and the padding after them.
  mutating func reserveText(_ count: Int) {
    let needed = count + 4 * Self.readablePadding
    guard bytes.count < needed else { return }
    let size = max(needed, bytes.count + bytes.count / 2)
    bytes.reserveCapacity(size)
    bytes.append(contentsOf: repeatElement(0, count: size - bytes.count))
  }

  mutating func reserveTokens(_ count: Int) {
    guard ranges.count < count else { return }
    let size = max(count, 2 * ranges.count)
    ranges.reserveCapacity(size)
    ranges.append(contentsOf: repeatElement(TokenRange(start: 0, end: 0), count: size - ranges.count))
  }
}
