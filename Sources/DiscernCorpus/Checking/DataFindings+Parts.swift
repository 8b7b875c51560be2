import DiscernIO

/// Findings across the rows and parts of the data.
extension DataScan {
  /// The rows of every text that occurs more than once, in order of first appearance.
  func repeatedTexts() -> [[Place]] {
    var rows: [(hash: ContentHash, part: Int, row: Int)] = []
    rows.reserveCapacity(parts.reduce(0) { $0 + $1.hashes.count })
    for (index, part) in parts.enumerated() {
      // Texts without a token are reported as empty, not as each other's duplicates.
      for (row, hash) in part.hashes.enumerated() where part.lengths[row] > 0 {
        rows.append((hash, index, row))
      }
    }
    rows.sort { $0 < $1 }
    var groups: [[Place]] = []
    var start = 0
    while start < rows.count {
      var end = start + 1
      while end < rows.count, rows[end].hash == rows[start].hash { end += 1 }
      if end - start > 1 { groups.append(rows[start..<end].map { Place(part: $0.part, row: $0.row) }) }
      start = end
    }
    return groups.sorted { ($0[0].part, $0[0].row) < ($1[0].part, $1[0].row) }
  }

  /// The first task for which two rows have different labels; nil if there is none. A missing label never
  /// counts as different.
  private func differ(_ first: Place, _ second: Place) -> Int? {
    columns.indices.first { task in
      let a = parts[first.part].labels[task][first.row]
      let b = parts[second.part].labels[task][second.row]
      if a < 0 || b < 0 || a == b { return false }
      return columns[task].separator == nil
        || Set(collectors[task].labels(a)) != Set(collectors[task].labels(b))
    }
  }

  func conflicts(_ groups: [[Place]]) -> [DataCheck.Finding] {
    func name(_ place: Place, _ task: Int) -> String {
      let number = parts[place.part].labels[task][place.row]
      return number < 0 ? "" : collectors[task].name(number)
    }
    let examples = groups.compactMap { group -> String? in
      for other in group.dropFirst() {
        if let task = differ(group[0], other) {
          return "\(place(group[0])) “\(name(group[0], task))”, \(place(other)) “\(name(other, task))”"
        }
      }
      return nil
    }
    if examples.isEmpty { return [] }
    return [
      finding(
        .warning, .conflictingLabels, nil, examples.count,
        "\(examples.count.counted("text")) occur\(examples.count == 1 ? "s" : "") with more than one label",
        examples)
    ]
  }

  func partName(_ part: Int) -> String {
    switch parts[part].name {
    case "train": "training"
    case "dev": "development"
    default: parts[part].name
    }
  }

  /// Texts of a part that are also in an earlier one.
  func shared(_ groups: [[Place]], _ earlier: Int, _ later: Int) -> [DataCheck.Finding] {
    let shared = groups.filter { group in
      group.contains { $0.part == earlier } && group.contains { $0.part == later }
    }
    let rows = shared.reduce(0) { $0 + $1.count { $0.part == later } }
    if rows == 0 { return [] }
    let examples = shared.prefix(5).compactMap { group -> String? in
      guard let here = group.last(where: { $0.part == later }),
        let there = group.first(where: { $0.part == earlier })
      else { return nil }
      return "\(place(here)) is also \(place(there))"
    }
    return [
      finding(
        .warning, .sharedTexts, nil, rows,
        "\(rows.counted("row")) of the \(partName(later)) part (\(shared.count.counted("text"))) also "
          + "occur\(rows == 1 ? "s" : "") in the \(partName(earlier)) part, which makes the "
          + "\(partName(later) == "development" ? "development" : "test") figures too good",
        examples)
    ]
  }

  /// Labels of a part that the training part lacks; for the test part, also vice versa.
  func labelDifferences(_ other: Int) -> [DataCheck.Finding] {
    var findings: [DataCheck.Finding] = []
    for task in columns.indices {
      let (here, there) = (counts([parts[other]], task), counts([parts[0]], task))
      func names(_ labels: [(label: String, count: Int)], without others: [(label: String, count: Int)])
        -> [String]
      {
        let known = Set(others.map { Array($0.label.utf8) })
        return labels.map(\.label).filter { !known.contains(Array($0.utf8)) }.sorted {
          $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
      }
      func add(
        _ severity: DataCheck.Severity, _ kind: DataCheck.Kind, _ names: [String], _ here: Int, _ there: Int
      ) {
        if names.isEmpty { return }
        findings.append(
          finding(
            severity, kind, nil, task: task, names.count,
            "\(names.count.counted("label")) of the \(partName(here)) part "
              + "\(names.count == 1 ? "is" : "are") not in the \(partName(there)) part", names))
      }
      let isTest = parts[other].name == "test"
      add(
        .error, isTest ? .labelOnlyInTest : .labelOnlyInDevelopment, names(here, without: there), other, 0)
      if isTest { add(.note, .labelOnlyInTraining, names(there, without: here), 0, other) }
    }
    return findings
  }

  /// Findings from the names of a task's labels.
  func review(_ task: Int) -> [DataCheck.Finding] {
    let firsts = parts.flatMap { part in
      part.reading.inputs.compactMap { $0.firstLabels.flatMap { task < $0.count ? $0[task] : nil } }
    }
    return LabelReview(
      counts(parts, task).map { LabelReview.Label(name: $0.label, count: $0.count) }, firstLabels: firsts,
      takesLists: columns[task].separator != nil, task: taskName(task)
    ).findings
  }
}
