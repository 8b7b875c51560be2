/// Suggestions for names that do not exist.
package enum NearestName {
  /// The candidate with the fewest edits, ignoring case, if at most a third of the letters differ: one in a
  /// name of three to five letters. In names of one or two letters, only the case may differ, or every short
  /// name would be near. Cost: the product of the lengths, for each candidate; names are truncated to 64
  /// letters.
  package static func nearest(to name: String, among candidates: [String]) -> String? {
    let wanted = Array(name.lowercased().prefix(64))
    var best: (name: String, distance: Int)?
    for candidate in candidates {
      let distance = edits(wanted, Array(candidate.lowercased().prefix(64)))
      if distance <= max(wanted.count, candidate.count) / 3, distance < best?.distance ?? .max {
        best = (candidate, distance)
      }
    }
    return best?.name
  }

  /// “; there are “a”, “b”; did you mean “a”?”, or nothing if there are no candidates.
  package static func hint(for name: String, among candidates: [String]) -> String {
    if candidates.isEmpty { return "" }
    let suggestion =
      nearest(to: name, among: candidates).map { "; did you mean “\(DisplayText.escaped($0))”?" } ?? ""
    return "; there \(candidates.count == 1 ? "is" : "are") \(list(candidates))" + suggestion
  }

  /// The first twenty names in quotes, each truncated, safe for a terminal.
  package static func list(_ names: [String], letters: Int = 40) -> String {
    let shown = names.prefix(20).map { name in
      "“\(DisplayText.escaped(name.count > letters ? name.prefix(letters - 1) + "…" : name))”"
    }.joined(separator: ", ")
    return names.count > 20 ? shown + " and \(names.count - 20) more" : shown
  }

  /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
  private static func edits(_ a: [Character], _ b: [Character]) -> Int {
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var before: [Int] = []
    var previous = Array(0...b.count)
    for i in 1...a.count {
      var row = [i] + repeatElement(0, count: b.count)
      for j in 1...b.count {
        row[j] = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          row[j] = min(row[j], before[j - 2] + 1)
        }
      }
      before = previous
      previous = row
    }
    return previous[b.count]
  }
}
