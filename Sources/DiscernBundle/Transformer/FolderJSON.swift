import DiscernIO

/// A JSON object in a file of a pretrained transformer's folder. Each member that is read may be missing or
/// null, and otherwise must have the expected type.
struct FolderJSON {
  let path: String
  private let members: JSONValue

  init(_ name: String, in folder: String) throws(TransformerFolderError) {
    path = BundleManifest.join(folder, name)
    members = try TransformerFolder.json(name, in: folder)
    if members.object == nil { throw unsupported("it is not a JSON object") }
  }

  /// The same; nil if there is no such file.
  static func ifPresent(_ name: String, in folder: String) throws(TransformerFolderError) -> FolderJSON? {
    do throws(TransformerFolderError) { return try FolderJSON(name, in: folder) } catch {
      if case .bundle(.notFound) = error { return nil }
      throw error
    }
  }

  var keys: [String] { (members.object ?? []).map(\.key) }

  /// Nil if the member is missing or null.
  subscript(key: String) -> JSONValue? { members[key].flatMap { $0 == .null ? nil : $0 } }

  func bool(_ key: String) throws(TransformerFolderError) -> Bool? {
    try value(key, "true nor false") { $0.bool }
  }

  func string(_ key: String) throws(TransformerFolderError) -> String? {
    try value(key, "a string") { $0.string }
  }

  func int(_ key: String) throws(TransformerFolderError) -> Int? {
    try value(key, "a whole number") { $0.int }
  }

  func double(_ key: String) throws(TransformerFolderError) -> Double? {
    try value(key, "a number") { $0.double }
  }

  private func value<Value>(
    _ key: String, _ kind: String, _ read: (JSONValue) -> Value?
  ) throws(TransformerFolderError) -> Value? {
    guard let value = self[key] else { return nil }
    if let result = read(value) { return result }
    throw unsupported("\(key) is neither null nor \(kind)")
  }

  /// Throws for the first key that is not in `known`.
  func requireKnown(_ known: [String]) throws(TransformerFolderError) {
    if let key = keys.first(where: { !known.contains($0) }) {
      throw unsupported("the key “\(DisplayText.escaped(key))” is not supported, and may change vectors")
    }
  }

  func unsupported(_ reason: String) -> TransformerFolderError { .unsupported(path: path, reason) }
}
