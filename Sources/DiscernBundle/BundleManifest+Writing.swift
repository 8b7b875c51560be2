import DiscernSystem

extension BundleManifest {
  private struct Written<Content: Encodable>: Encodable {
    let format: String
    let formatVersion: Int
    /// Nil instead of an empty list.
    let requires: [Requirement]?
    let references: [String: String]?
    let files: [String: FileDigest]
    let content: Content
  }

  /// The bytes of a manifest: keys sorted, one per line, the same for the same content. Throws on numbers
  /// that are not finite.
  static func encode<Content: Encodable>(
    _ content: Content, requires: [Requirement] = [], references: [String: String] = [:],
    files: [String: FileDigest], format: BundleFormat, path: String
  ) throws(BundleError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let written = Written(
      format: format.name, formatVersion: format.version,
      requires: requires.isEmpty ? nil : requires, references: references.isEmpty ? nil : references,
      files: files, content: content)
    do {
      return Array(try encoder.encode(written)) + [UInt8(ascii: "\n")]
    } catch EncodingError.invalidValue(let value, let context) {
      throw .notEncodable(
        path: path, key: context.codingPath.map(\.stringValue).joined(separator: "."),
        reason: "\(value) cannot be represented in JSON")
    } catch {
      throw .notEncodable(path: path, key: "", reason: "\(error)")
    }
  }
}
