/// The arithmetic of a folder's networks, if not floats.
enum NetworkArithmetic: String, Codable, Sendable {
  /// Tables and large weights of 8 bits, exact sums, and floats rounded after each operation: the same
  /// answers, to the bit, on every machine. Any change needs another name.
  case int8 = "int8.1"
}
