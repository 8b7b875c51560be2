import DiscernCorpus
import DiscernIO
import DiscernSystem

/// The files `manifest.json` and `manifest.sha256`, which holds the former's SHA-256 as written by the
/// program `sha256sum`, so that no bit of the manifest can change unnoticed either. After an intended change,
/// run `sha256sum manifest.json > manifest.sha256`.
///
/// The object has the members `format`, `formatVersion`, `files` (name → bytes and SHA-256), `content`, which
/// the kind of folder defines, and two that may be missing: `requires`, names of features that a reader must
/// support beyond the keys: a version that does not know one refuses the folder and names the feature; and
/// `references` (name → path), the places of files outside the folder, relative to it.
package struct BundleManifest: Sendable, Equatable {
  package static let fileName = "manifest.json"
  package static let digestFileName = "manifest.sha256"

  /// Far above any manifest: one with a million labels has some 50 MB.
  static let limit = 256 << 20

  /// The folder's other files.
  package let files: [String: FileDigest]

  /// The paths of files outside the folder, by name; relative to the folder unless absolute.
  package let references: [String: String]

  /// Features that a reader must support beyond the keys.
  private let requirements: Set<Requirement>
  private let path: String
  private let content: JSONValue

  /// Reads and checks the manifest of a folder: its digest, its JSON (strictly: no duplicate keys), the
  /// format's name and version, its keys, and that it names only plain files. The files themselves are not
  /// checked.
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
      if TransformerFolder.isThere(folder.path) {
        throw .wrongFormat(path: folder.path, expected: format.name, got: BundleFormat.transformer)
      }
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
        path: path, key: "formatVersion", reason: "is missing or not a positive whole number")
    }
    guard version <= format.version else {
      throw .newerFormat(path: path, version: version, supported: format.version)
    }
    requirements = try Self.requirements(value["requires"], path)
    for member in members
    where !["format", "formatVersion", "requires", "references", "files", "content"].contains(member.key) {
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
    references = try Self.references(value["references"], files, path)
    self.path = path
    self.content = content
  }

  /// The names in `requires` that this version knows.
  package enum Requirement: String, Encodable, Sendable, CaseIterable {
    /// A wide model of n-grams contributes to the answers.
    case ngrams
    /// A network reads unknown words by their letters.
    case subwords
    /// A network reads texts sentence by sentence.
    case sentences
    /// A pretrained transformer and its word pieces.
    case transformer
    /// A transformer generates sequences.
    case sequenceTransformer = "sequence-transformer"
    /// There are word networks alongside the transformer.
    case companion
    /// Networks have 8-bit weights and the arithmetic of this name.
    case int8 = "int8.1"
  }

  private static func requirements(
    _ value: JSONValue?, _ path: String
  ) throws(BundleError) -> Set<Requirement> {
    guard let value else { return [] }
    guard let names = value.array?.map(\.string), !names.contains(nil) else {
      throw .malformedManifest(path: path, key: "requires", reason: "is not a list of names")
    }
    var result: Set<Requirement> = []
    for name in names.compactMap({ $0 }) {
      guard let requirement = Requirement(rawValue: name) else { throw .requires(path: path, name: name) }
      result.insert(requirement)
    }
    return result
  }

  private static func references(
    _ value: JSONValue?, _ files: [String: FileDigest], _ path: String
  ) throws(BundleError) -> [String: String] {
    guard let value else { return [:] }
    var result: [String: String] = [:]
    for member in value.object ?? [] {
      guard files[member.key] != nil, let place = member.value.string, !place.isEmpty,
        place.utf8.count < 4096, !place.utf8.contains(0)
      else {
        throw .malformedManifest(
          path: path, key: "references.\(member.key)", reason: "is not the path of a file that “files” lists")
      }
      result[member.key] = place
    }
    if result.isEmpty {
      throw .malformedManifest(path: path, key: "references", reason: "is not an object that names a file")
    }
    return result
  }

  /// Checks that `requires` lists exactly what the content needs. If a name is missing, a version that does
  /// not know the feature would give different answers; an extra name shows that part of the content is
  /// missing.
  func check(needs: [Requirement]) throws(BundleError) {
    for requirement in Requirement.allCases
    where requirements.contains(requirement) != needs.contains(requirement) {
      throw .malformedManifest(
        path: path, key: "requires",
        reason: requirements.contains(requirement)
          ? "names “\(requirement.rawValue)”, which does not occur in “content”"
          : "does not name “\(requirement.rawValue)”, which “content” needs")
    }
  }

  /// Decodes the member `content`. Throws if a part is missing or of the wrong kind, and for a key that
  /// `Content` does not have, at any depth; a type that also decodes itself as a `JSONValue` has all keys.
  package func decode<Content: Decodable>(_ type: Content.Type) throws(BundleError) -> Content {
    try decodeNamingDefaults(type).content
  }

  /// The same, and the missing keys whose defaults were used.
  package func decodeNamingDefaults<Content: Decodable>(
    _ type: Content.Type
  ) throws(BundleError) -> (content: Content, defaults: [String]) {
    let decoder = JSONValueDecoder(.object([JSONMember(key: "content", value: content)]))
    do {
      let content = try decoder.decode(Envelope<Content>.self).content
      if let key = decoder.unknownKeys.first { throw BundleError.unknownKey(path: path, key: key) }
      return (content, decoder.missingKeys)
    } catch let error as BundleError {
      throw error
    } catch let error as DecodingError {
      throw explained(error, unknown: decoder.unknownKeys)
    } catch {
      throw .malformedManifest(path: path, key: "content", reason: "cannot be decoded: \(error)")
    }
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

  /// The format that a folder's manifest names, unchecked; nil if none can be read.
  package static func formatName(inFolder path: String) -> String? {
    guard let bytes = try? FileReader(path: join(path, fileName)).contents(limit: limit) else { return nil }
    return (try? StrictJSON.parse(bytes))?["format"]?.string
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

  /// The output of `sha256sum manifest.json`.
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

  /// A description of the JSON value for a type.
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

  /// - Parameter unknown: the keys that had not been requested when the error occurred.
  private func explained(_ error: DecodingError, unknown: [String]) -> BundleError {
    func malformed(_ path: [any CodingKey], _ reason: String) -> BundleError {
      .malformedManifest(path: self.path, key: Self.name(path), reason: reason)
    }
    switch error {
    case .keyNotFound(let key, let context): return malformed(context.codingPath + [key], "is missing")
    case .valueNotFound(_, let context): return malformed(context.codingPath, "is null")
    case .typeMismatch(let type, let context):
      // A Swift enum with associated values is an object whose key names the case.
      let prefix = Self.name(context.codingPath) + "."
      if value(at: context.codingPath)?.object != nil,
        let key = unknown.first(where: { $0.hasPrefix(prefix) })
      {
        return .unknownKey(path: path, key: key)
      }
      return malformed(context.codingPath, "is not \(Self.kind(type))")
    case .dataCorrupted(let context):
      // Swift's message if an enum has no such case.
      if context.debugDescription.hasPrefix("Cannot initialize"),
        let value = value(at: context.codingPath)?.string
      {
        return .unknownValue(path: path, key: Self.name(context.codingPath), value: value)
      }
      return malformed(context.codingPath, context.debugDescription)
    @unknown default: return malformed([], "cannot be decoded")
    }
  }

  private static func name(_ path: [any CodingKey]) -> String {
    path.map(\.stringValue).joined(separator: ".")
  }

  /// The value below `content`, the path's first key.
  private func value(at path: [any CodingKey]) -> JSONValue? {
    path.dropFirst().reduce(content) { value, key in
      guard let index = key.intValue else { return value?[key.stringValue] }
      return value?.array.flatMap { $0.indices.contains(index) ? $0[index] : nil }
    }
  }
}
