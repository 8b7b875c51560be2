/// A token's place in a `TokenBuffer`'s bytes: from `start` up to but not including `end`.
@frozen
public struct TokenRange: Hashable, Sendable, BitwiseCopyable {
  /// The first byte.
  public var start: Int32
  /// The byte after the last.
  public var end: Int32

  /// The bytes from `start` up to but not including `end`.
  @inlinable
  public init(start: Int32, end: Int32) {
    self.start = start
    self.end = end
  }

  @inlinable
  init(_ start: Int, _ end: Int) {
    self.start = Int32(truncatingIfNeeded: start)
    self.end = Int32(truncatingIfNeeded: end)
  }

  /// The number of bytes.
  @inlinable
  public var count: Int { Int(end) - Int(start) }

  /// The range as a Swift `Range`.
  @inlinable
  public var range: Range<Int> { Int(start)..<Int(end) }
}
