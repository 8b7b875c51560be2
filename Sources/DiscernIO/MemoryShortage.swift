import DiscernSystem

/// More memory is needed than is available.
public struct MemoryShortage: Error, Equatable, Sendable, CustomStringConvertible {
  /// The purpose of the memory, such as “training”.
  public let purpose: String
  /// The minimum number of bytes needed.
  public let needed: Int
  /// The number of bytes available.
  public let available: Int
  /// The source of the limit, in words.
  public let limit: String
  /// Remedies.
  public let advice: String

  package init(purpose: String, needed: Int, limit: SystemMemory.Limit, advice: String) {
    self.purpose = purpose
    self.needed = needed
    available = limit.bytes
    self.limit = limit.source
    self.advice = advice
  }

  public var description: String {
    "\(purpose) would need at least \(Self.words(needed)) of memory, but \(limit) is "
      + "\(Self.words(available)); \(advice)"
  }

  /// Decimal units, as memory limits are given.
  private static func words(_ bytes: Int) -> String {
    let steps = [(1e12, "TB"), (1e9, "GB"), (1e6, "MB")]
    let (size, unit) = steps.first { Double(bytes) >= $0.0 } ?? (1e6, "MB")
    return (Double(bytes) / size).text(decimals: 1) + " \(unit)"
  }
}
