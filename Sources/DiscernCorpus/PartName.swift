/// A folder name that indicates a part of the data.
struct PartName {
  let part: Corpus.Part
  /// The name without that of the part: `news` in `news-train`; may be empty.
  let stem: String

  private static let words: [(word: String, part: Corpus.Part)] = [
    ("train", .train), ("training", .train), ("test", .test), ("testing", .test), ("dev", .development),
    ("development", .development), ("val", .development), ("valid", .development),
    ("validation", .development), ("eval", .development),
  ]

  /// Accepts the name of a part in any letter case, alone or before or after `-`, `_`, `.` or a space.
  init?(_ name: String) {
    let lower = name.lowercased()
    for (word, part) in Self.words {
      if lower == word {
        (self.part, stem) = (part, "")
        return
      }
      for separator in ["-", "_", ".", " "] {
        if lower.hasSuffix(separator + word) {
          (self.part, stem) = (part, String(lower.dropLast(word.count + 1)))
          return
        }
        if lower.hasPrefix(word + separator) {
          (self.part, stem) = (part, String(lower.dropFirst(word.count + 1)))
          return
        }
      }
    }
    return nil
  }

  /// The names that denote parts: those that are exactly the name of a part, or else those that differ from
  /// each other only in the part. Ordered train, development, test.
  static func parts(among names: [String]) -> [(name: String, part: Corpus.Part)] {
    let candidates = names.compactMap { name in PartName(name).map { (name: name, found: $0) } }
    let plain = candidates.filter { $0.found.stem.isEmpty }
    var chosen = plain
    if plain.isEmpty {
      let byStem = Dictionary(grouping: candidates) { $0.found.stem }
      chosen = candidates.filter { candidate in
        let family = byStem[candidate.found.stem] ?? []
        return family.contains { $0.found.part != candidate.found.part }
      }
    }
    let order: [Corpus.Part] = [.train, .development, .test]
    return order.flatMap { part in
      chosen.filter { $0.found.part == part }.map { ($0.name, part) }
    }
  }
}
