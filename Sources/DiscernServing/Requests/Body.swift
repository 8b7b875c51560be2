import DiscernIO

/// The members of a body that is one JSON object.
struct Body {
  private let value: JSONValue

  /// More than the depth of any valid request.
  private static let maximumDepth = 16

  /// - Parameter keys: the known keys; others are rejected.
  init(_ bytes: [UInt8], keys: [String]) throws(ServingFailure) {
    do throws(JSONError) {
      value = try StrictJSON.parse(bytes, maximumDepth: Self.maximumDepth)
    } catch {
      if case .invalidUTF8 = error.reason { throw .notUTF8 }
      throw .badJSON(error.description)
    }
    guard let members = value.object else { throw .badBody("expected a JSON object") }
    for member in members where !keys.contains(member.key) {
      throw .badBody(
        "there is no key “\(DisplayText.escaped(String(member.key.prefix(40))))”"
          + NearestName.hint(for: member.key, among: keys))
    }
  }

  subscript(key: String) -> JSONValue? { value[key] }

  /// A string that may be missing or null.
  func string(_ key: String) throws(ServingFailure) -> String? {
    guard let value = self[key], value != .null else { return nil }
    guard let string = value.string else { throw .badBody("“\(key)” must be a string") }
    return string
  }
}
