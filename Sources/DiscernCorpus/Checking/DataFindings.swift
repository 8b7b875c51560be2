/// Turns the rows of a data check into its report.
extension DataScan {
  func conclude(limit: Int) -> (parts: [DataCheck.Part], findings: [DataCheck.Finding]) {
    let groups = repeatedTexts()
    var findings: [DataCheck.Finding] = []
    var reports: [DataCheck.Part] = []
    for (index, part) in parts.enumerated() {
      let duplicates = groups.flatMap { group in group.filter { $0.part == index }.dropFirst() }
      let classes = classCounts(part)
      let lengths = DataCheck.Lengths(part.lengths, limit: limit)
      let report = DataCheck.Part(
        name: part.name, rows: part.labels.count, classes: classes, lengths: lengths,
        emptyTexts: part.lengths.count { $0 == 0 }, duplicateRows: duplicates.count, reading: part.reading)
      reports.append(report)
      findings += classFindings(part, classes)
      findings += rowFindings(part, report)
      if !duplicates.isEmpty {
        let rows = groups.compactMap { group -> String? in
          let here = group.filter { $0.part == index }
          return here.count > 1 ? "\(place(here[1])) repeats \(place(here[0]))" : nil
        }
        findings.append(
          finding(
            .warning, .duplicates, part, duplicates.count,
            "\(counted(duplicates.count, "row")) repeat\(duplicates.count == 1 ? "s" : "") the text of an earlier one",
            rows))
      }
    }
    findings += acrossParts(groups)
    findings += similarLabels()
    let order: [DataCheck.Severity] = [.error, .warning, .note]
    return (reports, order.flatMap { severity in findings.filter { $0.severity == severity } })
  }

  private struct Place {
    let part: Int
    let row: Int
  }

  private func place(_ place: Place) -> String { parts[place.part].locations[place.row].description }

  private func finding(
    _ severity: DataCheck.Severity, _ kind: DataCheck.Kind, _ part: PartRows?, _ count: Int,
    _ message: String,
    _ examples: [String] = []
  ) -> DataCheck.Finding {
    .init(
      severity: severity, kind: kind, part: part?.name, count: count, message: message,
      examples: Array(examples.prefix(5)))
  }

  private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  // MARK: Classes

  private func classCounts(_ part: PartRows) -> [DataCheck.ClassCount] {
    var counts: [Int32: Int] = [:]
    for label in part.labels where label >= 0 { counts[label, default: 0] += 1 }
    return counts.map { number, count in
      .init(label: collector.name(number), count: count, share: Double(count) / Double(part.labels.count))
    }.sorted {
      $0.count != $1.count ? $0.count > $1.count : $0.label.utf8.lexicographicallyPrecedes($1.label.utf8)
    }
  }

  private func classFindings(_ part: PartRows, _ classes: [DataCheck.ClassCount]) -> [DataCheck.Finding] {
    guard let largest = classes.first, let smallest = classes.last else { return [] }
    var findings: [DataCheck.Finding] = []
    if classes.count == 1 {
      findings.append(
        finding(
          .error, .singleClass, part, 1, "all rows have one label; a classifier needs two", [largest.label]))
    }
    let rare = classes.filter { $0.count < 5 }
    if !rare.isEmpty {
      findings.append(
        finding(
          .warning, .rareClass, part, rare.count,
          "\(counted(rare.count, "label")) with fewer than five texts",
          rare.reversed().map { "\($0.label) (\($0.count))" }))
    }
    if largest.count >= 10 * smallest.count {
      findings.append(
        finding(
          .note, .imbalance, part, classes.count,
          "the largest class has \(largest.count / smallest.count) times as many texts as the smallest; "
            + "look at macro F1 rather than accuracy",
          ["\(largest.label) (\(largest.count))", "\(smallest.label) (\(smallest.count))"]))
    }
    let changes = zip(part.labels, part.labels.dropFirst()).count { $0 != $1 }
    // A folder of labels is always read so.
    let isTable = part.reading.inputs.contains { $0.format != .folder }
    if isTable, classes.count > 1, changes == classes.count - 1, part.labels.count > 4 * classes.count {
      findings.append(
        finding(
          .note, .sortedByLabel, part, part.labels.count,
          "the rows are sorted by label; do not cut a development part off one end"))
    }
    return findings
  }

  // MARK: Rows

  private func rowFindings(_ part: PartRows, _ report: DataCheck.Part) -> [DataCheck.Finding] {
    var findings: [DataCheck.Finding] = []
    func examples(_ condition: (Int32) -> Bool) -> [String] {
      var found: [String] = []
      for (length, location) in zip(part.lengths, part.locations) where condition(length) {
        found.append(location.description)
        if found.count == 5 { break }
      }
      return found
    }
    if report.emptyTexts > 0 {
      let count = report.emptyTexts
      findings.append(
        finding(
          .warning, .emptyTexts, part, count, "\(counted(count, "text")) without a single token",
          examples { $0 == 0 }))
    }
    let reading = part.reading
    if reading.skippedRows > 0 {
      findings.append(
        finding(
          .warning, .skippedRows, part, reading.skippedRows,
          "\(counted(reading.skippedRows, "row")) could not be used and \(reading.skippedRows == 1 ? "was" : "were") skipped",
          reading.firstSkippedRows.map { "\($0.location): \($0.reason)" }))
    }
    if reading.invalidUTF8Rows > 0 {
      findings.append(
        finding(
          .warning, .invalidUTF8, part, reading.invalidUTF8Rows,
          "\(counted(reading.invalidUTF8Rows, "text")) with broken UTF-8, read with U+FFFD in its place",
          reading.firstInvalidUTF8Rows.map(\.description)))
    }
    let lengths = report.lengths
    if lengths.overLimit > 0 {
      findings.append(
        finding(
          .note, .longTexts, part, lengths.overLimit,
          "\(counted(lengths.overLimit, "text")) (\(DataCheck.percent(lengths.overLimitShare))) "
            + "longer than \(lengths.limit) tokens would be cut",
          examples { Int($0) > lengths.limit }))
    }
    return findings
  }

  // MARK: Across the data

  /// The rows of every text that comes more than once, in order of first appearance.
  private func repeatedTexts() -> [[Place]] {
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

  private func label(_ place: Place) -> Int32 { parts[place.part].labels[place.row] }

  private func acrossParts(_ groups: [[Place]]) -> [DataCheck.Finding] {
    var findings: [DataCheck.Finding] = []
    let conflicts = groups.filter { group in group.contains { label($0) != label(group[0]) } }
    if !conflicts.isEmpty {
      let examples = conflicts.prefix(5).compactMap { group -> String? in
        guard let other = group.first(where: { label($0) != label(group[0]) }) else { return nil }
        return "\(place(group[0])) “\(name(group[0]))”, \(place(other)) “\(name(other))”"
      }
      findings.append(
        finding(
          .warning, .conflictingLabels, nil, conflicts.count,
          "\(counted(conflicts.count, "text")) stand\(conflicts.count == 1 ? "s" : "") under more than one label",
          examples))
    }
    guard parts.count == 2 else { return findings }
    let shared = groups.filter { $0.first?.part == 0 && $0.last?.part == 1 }
    let rows = shared.reduce(0) { $0 + $1.count { $0.part == 1 } }
    if rows > 0 {
      let examples = shared.prefix(5).compactMap { group in
        group.last.map { "\(place($0)) is also \(place(group[0]))" }
      }
      findings.append(
        finding(
          .warning, .sharedTexts, nil, rows,
          "\(counted(rows, "row")) of the test part (\(counted(shared.count, "text"))) also "
            + "stand\(rows == 1 ? "s" : "") in the training part, which makes the test too easy",
          examples))
    }
    let sets = parts.map { Set($0.labels) }
    findings += labelDifference(.error, .labelOnlyInTest, sets[1].subtracting(sets[0]), "test", "training")
    findings += labelDifference(.note, .labelOnlyInTraining, sets[0].subtracting(sets[1]), "training", "test")
    return findings
  }

  private func name(_ place: Place) -> String { label(place) < 0 ? "" : collector.name(label(place)) }

  private func labelDifference(
    _ severity: DataCheck.Severity, _ kind: DataCheck.Kind, _ labels: Set<Int32>, _ here: String,
    _ there: String
  ) -> [DataCheck.Finding] {
    let names = labels.filter { $0 >= 0 }.sorted().map(collector.name)
    if names.isEmpty { return [] }
    return [
      finding(
        severity, kind, nil, names.count,
        "\(counted(names.count, "label")) of the \(here) part \(names.count == 1 ? "is" : "are") not in the \(there) part",
        names)
    ]
  }

  /// Labels that differ only by case, spaces or punctuation. Numbers are left alone: -1 is not 1.
  private func similarLabels() -> [DataCheck.Finding] {
    var groups: [String: [String]] = [:]
    for number in collector.names.indices {
      let name = collector.name(Int32(number))
      if Double(name) != nil { continue }
      let key = String(
        String.UnicodeScalarView(
          name.lowercased().unicodeScalars.filter {
            $0.properties.isAlphabetic || $0.properties.numericType != nil
          }))
      if !key.isEmpty { groups[key, default: []].append(name) }
    }
    let similar = groups.values.filter { $0.count > 1 }
      .map { $0.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
      .sorted { $0[0].utf8.lexicographicallyPrecedes($1[0].utf8) }
    if similar.isEmpty { return [] }
    return [
      finding(
        .warning, .similarLabels, nil, similar.reduce(0) { $0 + $1.count },
        "labels that differ only by case, spaces or punctuation",
        similar.map { $0.map { "“\($0)”" }.joined(separator: " and ") })
    ]
  }
}

extension DataCheck.Lengths {
  init(_ lengths: [Int32], limit: Int) {
    let sorted = lengths.sorted()
    func percentile(_ percent: Int) -> Int {
      sorted.isEmpty ? 0 : Int(sorted[max(0, (percent * sorted.count + 99) / 100 - 1)])
    }
    mean = sorted.isEmpty ? 0 : Double(sorted.reduce(0) { $0 + Int($1) }) / Double(sorted.count)
    p1 = percentile(1)
    p5 = percentile(5)
    p25 = percentile(25)
    p50 = percentile(50)
    p75 = percentile(75)
    p95 = percentile(95)
    p99 = percentile(99)
    maximum = Int(sorted.last ?? 0)
    self.limit = limit
    overLimit = sorted.count { Int($0) > limit }
    overLimitShare = sorted.isEmpty ? 0 : Double(overLimit) / Double(sorted.count)
  }
}
