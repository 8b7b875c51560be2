import DiscernIO

/// The places of the parts and labels in a tree of folders. Names are decoded: see `NameDecoder`.
struct FolderLayout: Equatable {
  struct Part: Equatable {
    let name: String
    let part: Corpus.Part
  }

  /// The folders above the parts or labels.
  let prefix: [String]
  /// The folders between the prefix and the labels, such as `train` and `test`; train before development
  /// before test.
  let parts: [Part]

  /// The role of a file in the tree.
  enum Place: Equatable {
    case text(part: Corpus.Part?, label: String)
    case leftOut(LeftOut.Kind, part: Corpus.Part?)
  }

  static func isHidden(_ name: some StringProtocol) -> Bool { SystemFile.isNamed(name) }

  static func isUnlabelled(_ name: some StringProtocol) -> Bool { name == "unsup" }

  func part(named name: some StringProtocol) -> Part? {
    parts.first { $0.name.utf8.elementsEqual(name.utf8) }
  }

  /// The role of the file with these path components. Files at any depth below a label's folder belong to it.
  func place(of components: [Substring]) -> Place {
    if components.contains(where: Self.isHidden) { return .leftOut(.hidden, part: nil) }
    guard components.count > prefix.count,
      zip(prefix, components).allSatisfy({ $0.utf8.elementsEqual($1.utf8) })
    else { return .leftOut(.outside, part: nil) }
    var rest = components.dropFirst(prefix.count)
    var part: Corpus.Part?
    if !parts.isEmpty {
      guard rest.count > 1 else { return .leftOut(.outside, part: nil) }
      guard let found = rest.popFirst().flatMap({ self.part(named: $0) }) else {
        return .leftOut(.noPart, part: nil)
      }
      part = found.part
    }
    guard rest.count >= 2, let label = rest.first else { return .leftOut(.outside, part: part) }
    return Self.isUnlabelled(label)
      ? .leftOut(.unlabelled, part: part) : .text(part: part, label: String(label))
  }

  /// Finds the layout. `children` gives the names of a folder's subfolders. Parts are the first folders with
  /// such names (see `PartName`) that have subfolders, the labels; without parts, the labels are the first
  /// level with more than one folder.
  static func find(children: ([String]) throws(CorpusError) -> [String]) throws(CorpusError) -> FolderLayout?
  {
    var prefix: [String] = []
    while prefix.count < 32 {
      let names = try children(prefix).filter { !isHidden($0) }
      var parts: [Part] = []
      for (name, part) in PartName.parts(among: names) where try !children(prefix + [name]).isEmpty {
        parts.append(Part(name: name, part: part))
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

  /// The note about the parts if `part` is read.
  func note(_ part: Corpus.Part) -> [String] {
    if parts.isEmpty { return [] }
    let chosen = parts.filter { part == .all || $0.part == part }.map { DisplayText.escaped($0.name) }
    return [
      "parts: \(parts.map { DisplayText.escaped($0.name) }.joined(separator: ", ")); read: "
        + (part == .all && parts.count > 1 ? "all" : chosen.joined(separator: ", "))
    ]
  }
}
