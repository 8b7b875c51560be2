/// A folder that is one unit, such as a trained model, and must contain nothing else.
package struct WholeFolder {
  package let path: String
  /// Its kind, with the article.
  package let noun: String

  private static let nouns = [
    "discern-model": "a trained model", "discern-pretrained": "a pretrained model",
    "discern-checkpoint": "one checkpoint", "discern-shards": "a corpus of packed texts",
    "discern-onnx": "an exported model", "discern-matcher": "a matcher",
    "discern-sequences": "a sequence model", "discern-forecaster": "a forecaster",
  ]

  /// Nil if there is no such folder at the path.
  package init?(at path: String) {
    func has(_ name: String) -> Bool { FolderEntry(path: path + "/" + name)?.kind == .file }
    self.path = path
    if has("manifest.json"), has("manifest.sha256") {
      let bytes = try? ByteSource(path: path + "/manifest.json").contents()
      let members = bytes.flatMap { try? StrictJSON.parse($0, duplicateKeys: .allowed) }?.object
      let format = members?.first { $0.key == "format" }?.value.string
      noun = format.flatMap { Self.nouns[$0] } ?? "a model"
    } else if has("config.json"), has("model.safetensors") {
      noun = "a pretrained transformer"
    } else {
      return nil
    }
  }

  /// The nearest such folder at or above the path; nil if there is none. The last folders of the path need
  /// not exist.
  package init?(holding path: String) {
    var path = path.isEmpty ? "." : path
    while true {
      if let own = Self(at: path) {
        self = own
        return
      }
      let parent = Self.parent(of: path)
      if parent == path { return nil }
      path = parent
    }
  }

  /// The parent of a path; that of the root is the root.
  private static func parent(of path: String) -> String {
    // The folders above are those of the folder to which a link or dots lead.
    if let real = FolderEntry.resolved(RawPath(path)), real.text != path { return parent(of: real.text) }
    var path = path[...]
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
