/// The character between a text's labels in a multi-label task: `a,b`.
public struct LabelSeparator: Sendable, Hashable, Codable, CustomStringConvertible {
  let byte: UInt8

  static let comma = LabelSeparator(byte: UInt8(ascii: ","))

  private init(byte: UInt8) { self.byte = byte }

  /// Nil unless `argument` is one ASCII character that occurs neither in numbers nor in identifiers: a space
  /// or punctuation other than `.`, `-`, `_`, `"` and `\`.
  public init?(_ argument: String) {
    guard argument.utf8.count == 1, let byte = argument.utf8.first, byte >= 0x20, byte < 0x7F else {
      return nil
    }
    let isWord =
      UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
    guard !isWord, !".-_\"\\".utf8.contains(byte) else { return nil }
    self.byte = byte
  }

  /// The characters that can be separators, for messages.
  public static let expected =
    "one ASCII character such as , ; | or a space, not a letter, digit or . - _ \" \\"

  public var description: String { String(UnicodeScalar(byte)) }

  /// The labels of a cell, in order, without surrounding white space and without empty ones.
  func split(_ cell: UnsafeBufferPointer<UInt8>) -> [UnsafeBufferPointer<UInt8>] {
    cell.split(separator: byte).map { LabelCell.trimmed(UnsafeBufferPointer(rebasing: $0)) }
      .filter { !$0.isEmpty }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let argument = try container.decode(String.self)
    guard let separator = Self(argument) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "is “\(argument)”, expected \(Self.expected)")
    }
    self = separator
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
