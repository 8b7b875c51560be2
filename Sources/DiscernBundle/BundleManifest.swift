import DiscernCorpus
import DiscernIO
import Foundation

/// The file `manifest.json` and, beside it, `manifest.sha256`, which holds its SHA-256 as the program
/// `sha256sum` writes it, so that no bit of the manifest can change unnoticed either. Someone who edits
/// a manifest on purpose runs `sha256sum manifest.json > manifest.sha256`.
///
/// The object has the members `format`, `formatVersion`, `files` (name → bytes and SHA-256) and
/// `content`, which is what the kind of folder defines.
package struct BundleManifest: Sendable, Equatable {
  package static let fileName = "manifest.json"
  package static let digestFileName = "manifest.sha256"

  /// Far above any manifest: one with a million labels has some 50 MB.
  static let limit = 256 << 20

  /// The folder's other files.
  package let files: [String: FileDigest]

  private let path: String
  private let bytes: [UInt8]
  private let content: JSONValue

  /// Reads and checks the manifest of a folder: its digest, its JSON (strictly: no duplicate keys), the
  /// format's name and version, its keys, and that it names plain files only. The files themselves are
  /// not looked at.
  package init(folder: String, format: BundleFormat) throws(BundleError) {
    try self.init(in: FolderFiles(path: folder), format: format)
  }

  /// Reads and checks the manifest of an open folder.
  init(in folder: FolderFiles, format: BundleFormat) throws(BundleError) {
    let path = Self.join(folder.path, Self.fileName)
    let bytes: [UInt8]
    do throws(BundleError) {
      bytes = try Self.verifiedBytes(folder)
    } catch .notFound {
      throw .noManifest(folder: folder.path)
    }
    try self.init(bytes: bytes, path: path, format: format)
  }

  init(bytes: [UInt8], path: String, format: BundleFormat) throws(BundleError) {
    let value: JSONValue
    do throws(JSONError) {
      value = try StrictJSON.parse(bytes)
    } catch {
      throw .malformedJSON(
        path: path, line: error.line, column: error.column, reason: error.explanation)
    }
    guard let members = value.object else {
      throw .malformedManifest(path: path, key: "", reason: "is not an object")
    }
    guard let name = value["format"]?.string else {
      throw .malformedManifest(path: path, key: "format", reason: "is missing or not a string")
    }
    guard name == format.name else {
      throw .wrongFormat(path: path, expected: format.name, got: name)
    }
    guard let version = value["formatVersion"]?.int, version >= 1 else {
      throw .malformedManifest(
        path: path, key: "formatVersion", reason: "is missing or not a whole number from 1 on")
    }
    guard version <= format.version else {
      throw .newerFormat(path: path, version: version, supported: format.version)
    }
    for member in members
    where !["format", "formatVersion", "files", "content"].contains(member.key) {
      throw .unknownKey(path: path, key: member.key)
    }
    guard let listed = value["files"]?.object else {
      throw .malformedManifest(path: path, key: "files", reason: "is missing or not an object")
    }
    guard let content = value["content"], content.object != nil else {
      throw .malformedManifest(path: path, key: "content", reason: "is missing or not an object")
    }
    var files: [String: FileDigest] = [:]
    for member in listed {
      guard Self.isPlainName(member.key) else {
        throw .unsafeFileName(path: path, name: member.key)
      }
      files[member.key] = try Self.digest(member, path: path)
    }
    self.files = files
    self.path = path
    self.bytes = bytes
    self.content = content
  }

  /// The member `content`. Throws when a part is missing or of the wrong kind, and for a key that
  /// `Content` doesn't have, wherever it stands.
  package func decode<Content: Codable>(_ type: Content.Type) throws(BundleError) -> Content {
    let content: Content
    let known: JSONValue
    do {
      content = try JSONDecoder().decode(Envelope<Content>.self, from: Data(bytes)).content
      // What a type leaves out when it is written again, it did not read.
      known = try StrictJSON.parse(Array(JSONEncoder().encode(content)))
    } catch let error as DecodingError {
      var (key, reason) = Self.explain(error)
      if key.isEmpty {
        let misfit = NumberSearch.failure(in: bytes) { text in
          do {
            _ = try JSONDecoder().decode(Envelope<Content>.self, from: Data(text))
            return nil
          } catch {
            return error as? DecodingError
          }
        }
        if let misfit { (key, reason) = Self.explain(misfit) }
      }
      throw .malformedManifest(path: path, key: key, reason: reason)
    } catch {
      throw .malformedManifest(path: path, key: "content", reason: "cannot be decoded: \(error)")
    }
    if let key = Self.unknownKey(in: self.content, known: known, prefix: "content") {
      throw .unknownKey(path: path, key: key)
    }
    return content
  }

  private struct Envelope<Content: Decodable>: Decodable {
    let content: Content
  }

  private static func digest(_ member: JSONMember, path: String) throws(BundleError) -> FileDigest {
    for part in member.value.object ?? [] where part.key != "bytes" && part.key != "sha256" {
      throw .unknownKey(path: path, key: "files.\(member.key).\(part.key)")
    }
    guard let bytes = member.value["bytes"]?.int, bytes >= 0,
      let sha256 = member.value["sha256"]?.string, sha256.utf8.count == 64,
      sha256.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else {
      throw .malformedManifest(
        path: path, key: "files.\(member.key)",
        reason: "is not a size (bytes) and 64 lower-case hexadecimal digits (sha256)")
    }
    return FileDigest(bytes: bytes, sha256: sha256)
  }

  private static func verifiedBytes(_ folder: FolderFiles) throws(BundleError) -> [UInt8] {
    // Both are opened before either is read, so that they belong together.
    let manifest = try folder.open(fileName)
    let digest: FileReader
    do throws(BundleError) {
      digest = try folder.open(digestFileName)
    } catch .notFound(let path) {
      throw .missingFile(path: path)
    } catch {
      throw error
    }
    let bytes = try manifest.contents(limit: limit)
    guard try digest.contents(limit: 4096) == digestLine(of: bytes) else {
      throw .manifestDigestMismatch(path: manifest.path)
    }
    return bytes
  }

  /// The files that a folder's manifest lists, whatever its format and version, unchecked.
  static func listedFiles(in folder: OpenFolder) throws(BundleError) -> [FileName] {
    let reader = try FileReader(FileName(fileName), in: folder)
    let bytes = try reader.contents(limit: limit)
    let value: JSONValue
    do throws(JSONError) {
      value = try StrictJSON.parse(bytes)
    } catch {
      throw .malformedJSON(
        path: reader.path, line: error.line, column: error.column, reason: error.explanation)
    }
    guard let listed = value["files"]?.object else {
      throw .malformedManifest(path: reader.path, key: "files", reason: "is missing or not an object")
    }
    return listed.map(\.key).filter(isPlainName).map { FileName($0) }
  }

  /// What `sha256sum manifest.json` prints.
  static func digestLine(of bytes: [UInt8]) -> [UInt8] {
    Array("\(FileDigest.of(bytes: bytes).sha256)  \(fileName)\n".utf8)
  }

  /// Whether a name is that of a file in the folder itself, other than the manifest's own two: ASCII
  /// letters, digits, `.`, `_` and `-`, not beginning with `.`.
  static func isPlainName(_ name: String) -> Bool {
    name != fileName && name != digestFileName && !name.isEmpty && name.utf8.count <= 255
      && !name.hasPrefix(".")
      && name.utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
          UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }

  static func join(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  /// What JSON calls a value of that type.
  private static func kind(_ type: Any.Type) -> String {
    switch type {
    case is String.Type: "a text"
    case is Bool.Type: "true or false"
    case is any BinaryInteger.Type: "a whole number"
    case is any BinaryFloatingPoint.Type: "a number"
    case is [String: Any].Type: "an object"
    case is [Any].Type: "a list"
    default: "of the right kind"
    }
  }

  private static func explain(_ error: DecodingError) -> (key: String, reason: String) {
    func name(_ path: [any CodingKey]) -> String {
      path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context): return (name(context.codingPath + [key]), "is missing")
    case .valueNotFound(_, let context): return (name(context.codingPath), "is null")
    case .typeMismatch(let type, let context):
      return (name(context.codingPath), "is not \(kind(type))")
    case .dataCorrupted(let context):
      // Foundation's own words name Swift's types.
      let words = context.debugDescription
      let reason =
        words.hasPrefix("Cannot initialize")
        ? "has a value that this version doesn't know"
        : words.contains("does not fit") ? "is a number out of range or no whole one" : words
      return (name(context.codingPath), reason)
    @unknown default: return ("content", "cannot be decoded")
    }
  }

  private static func unknownKey(
    in value: JSONValue, known: JSONValue, prefix: String
  ) -> String? {
    switch value {
    case .object(let members):
      for member in members {
        let path = "\(prefix).\(member.key)"
        guard let part = known[member.key] else {
          // An optional that is nil may be left out when it is written again.
          if member.value == .null { continue }
          return path
        }
        if let key = unknownKey(in: member.value, known: part, prefix: path) { return key }
      }
      return nil
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        let part = known.array.flatMap { index < $0.count ? $0[index] : nil } ?? .null
        if let key = unknownKey(in: element, known: part, prefix: "\(prefix).\(index)") {
          return key
        }
      }
      return nil
    default: return nil
    }
  }
}

extension BundleManifest {
  private struct Written<Content: Encodable>: Encodable {
    let format: String
    let formatVersion: Int
    let files: [String: FileDigest]
    let content: Content
  }

  /// The bytes of a manifest: keys sorted, one a line, the same for the same content. Throws on numbers
  /// that are not finite.
  static func encode<Content: Encodable>(
    _ content: Content, files: [String: FileDigest], format: BundleFormat, path: String
  ) throws(BundleError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let written = Written(
      format: format.name, formatVersion: format.version, files: files, content: content)
    do {
      return Array(try encoder.encode(written)) + [UInt8(ascii: "\n")]
    } catch EncodingError.invalidValue(let value, let context) {
      throw .notEncodable(
        path: path, key: context.codingPath.map(\.stringValue).joined(separator: "."),
        reason: "\(value) has no form in JSON")
    } catch {
      throw .notEncodable(path: path, key: "", reason: "\(error)")
    }
  }
}
