import DiscernIO

/// Findings about texts that nearly repeat each other.
extension DataScan {
  /// The rows of every group of near copies, in order of first appearance; groups whose texts are all the
  /// same are left to `repeatedTexts`.
  func nearCopies() -> [[Place]] {
    let places = parts.indices.flatMap { part in
      parts[part].hashes.indices.map { Place(part: part, row: $0) }
    }
    var sketches = TextSketches()
    for part in parts { sketches.append(contentsOf: part.sketches) }
    return NearCopies(of: sketches).groups.map { group in group.map { places[Int($0)] } }
      .filter { group in Set(group.map { parts[$0.part].hashes[$0.row] }).count > 1 }
  }

  /// Groups of near copies within a part.
  func nearCopies(_ groups: [[Place]], in part: Int) -> [DataCheck.Finding] {
    let own = groups.map { group in group.filter { $0.part == part } }
      .filter { group in Set(group.map { parts[part].hashes[$0.row] }).count > 1 }
    guard let largest = own.map(\.count).max() else { return [] }
    let rows = own.reduce(0) { $0 + $1.count }
    let examples = own.sorted { $0.count > $1.count }.prefix(5).map { group in
      group.prefix(4).map(place).joined(separator: ", ")
        + (group.count > 4 ? " and \(group.count - 4) more" : "")
    }
    return [
      finding(
        .note, .nearCopies, parts[part], own.count,
        "\(own.count.counted("group")) of near-duplicates with \(rows.counted("row")), the largest with "
          + "\(largest); --dev-split near-duplicates keeps each on one side", Array(examples))
    ]
  }

  /// Rows of a part that are near copies of rows in an earlier part, but not the same texts.
  func nearlyShared(_ groups: [[Place]], _ earlier: Int, _ later: Int) -> [DataCheck.Finding] {
    var (rows, count) = (0, 0)
    var examples: [String] = []
    for group in groups {
      let there = group.filter { $0.part == earlier }
      guard let first = there.first else { continue }
      let same = Set(there.map { parts[earlier].hashes[$0.row] })
      let here = group.filter { $0.part == later && !same.contains(parts[later].hashes[$0.row]) }
      guard let own = here.first else { continue }
      rows += here.count
      count += 1
      examples.append("\(place(own)) nearly repeats \(place(first))")
    }
    if rows == 0 { return [] }
    return [
      finding(
        .warning, .nearlySharedTexts, nil, rows,
        "\(rows.counted("row")) of the \(partName(later)) part (\(count.counted("group"))) nearly "
          + "repeat\(rows == 1 ? "s" : "") texts of the \(partName(earlier)) part, which makes the "
          + "\(partName(later) == "development" ? "development" : "test") figures too good",
        examples)
    ]
  }
}
