/// The character between the fields of a table's rows.
public struct FieldSeparator: Sendable, Hashable, Codable, CustomStringConvertible {
  package let byte: UInt8

  static let comma = FieldSeparator(known: UInt8(ascii: ","))
  static let tab = FieldSeparator(known: 0x09)
  /// The separators that are recognised.
  static let usual = [
    comma, tab, FieldSeparator(known: UInt8(ascii: ";")), FieldSeparator(known: UInt8(ascii: "|")),
  ]

  private init(known byte: UInt8) { self.byte = byte }

  /// Nil unless `argument` is a tab (also written `\t` or `tab`) or one ASCII character other than a letter,
  /// a digit or `"`.
  public init?(_ argument: String) {
    if argument == "\\t" || argument.lowercased() == "tab" {
      self = .tab
      return
    }
    guard argument.utf8.count == 1, let byte = argument.utf8.first, Self.canSeparate(byte) else { return nil }
    self.byte = byte
  }

  /// Nil for a byte that cannot be distinguished from a field's content.
  init?(byte: UInt8) {
    guard Self.canSeparate(byte) else { return nil }
    self.byte = byte
  }

  private static func canSeparate(_ byte: UInt8) -> Bool {
    if byte == 0x09 { return true }
    let isWord =
      UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
    return byte >= 0x20 && byte < 0x7F && !isWord && byte != UInt8(ascii: "\"")
  }

  /// The characters that can be separators, for messages.
  public static let expected = "one ASCII character such as , ; | or \\t, not a letter, digit or \""

  /// The character; a tab as `\t`.
  public var description: String { byte == 0x09 ? "\\t" : String(UnicodeScalar(byte)) }

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
