/// Where, in a tree of folders, the parts and the labels are.
struct FolderLayout: Equatable {
  /// The folders above the parts or labels.
  let prefix: [String]
  /// Whether `train` or `test` stand between the prefix and the labels.
  let parts: [Corpus.Part]

  static let unlabelledFolder = "unsup"

  /// What a file of the tree is.
  enum Place: Equatable {
    case text(part: Corpus.Part?, label: String)
    case unlabelled
    case other
  }

  /// Names that systems leave behind, and hidden ones.
  static func isHidden(_ name: Substring) -> Bool { name.hasPrefix(".") || name == "__MACOSX" }

  /// What the file with these path components is. Files deeper below a label's folder belong to it.
  func place(of components: [Substring]) -> Place {
    guard components.count > prefix.count, zip(prefix, components).allSatisfy({ $0 == $1 }),
      !components.contains(where: Self.isHidden)
    else { return .other }
    var rest = components.dropFirst(prefix.count)
    var part: Corpus.Part?
    if !parts.isEmpty {
      guard let found = rest.popFirst().flatMap({ Corpus.Part(rawValue: String($0)) }), parts.contains(found)
      else { return .other }
      part = found
    }
    guard rest.count >= 2, let label = rest.first else { return .other }
    return label == Self.unlabelledFolder ? .unlabelled : .text(part: part, label: String(label))
  }

  /// Finds the layout. `children` gives the names of the folders in a folder: labels are the first
  /// level with more than one folder, or `train` and `test` where these hold folders again.
  static func find(children: ([String]) throws(CorpusError) -> [String]) throws(CorpusError) -> FolderLayout?
  {
    var prefix: [String] = []
    while prefix.count < 32 {
      let names = try children(prefix).filter { !isHidden($0[...]) }
      var parts: [Corpus.Part] = []
      for part in [Corpus.Part.train, .test] where names.contains(part.rawValue) {
        if try !children(prefix + [part.rawValue]).isEmpty { parts.append(part) }
      }
      if !parts.isEmpty { return FolderLayout(prefix: prefix, parts: parts) }
      if names.isEmpty { return nil }
      if names.count == 1, try !children(prefix + names).isEmpty {
        prefix += names
        continue
      }
      return FolderLayout(prefix: prefix, parts: [])
    }
    return nil
  }
}
