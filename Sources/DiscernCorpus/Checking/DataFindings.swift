/// Turns the rows of a data check into its report.
extension DataScan {
  func conclude(limit: Int) -> (parts: [DataCheck.Part], findings: [DataCheck.Finding]) {
    let groups = repeatedTexts()
    var findings: [DataCheck.Finding] = []
    var reports: [DataCheck.Part] = []
    for (index, part) in parts.enumerated() {
      let duplicates = groups.flatMap { group in group.filter { $0.part == index }.dropFirst() }
      let classes = columns.indices.map { classCounts(part, task: $0) }
      let report = DataCheck.Part(
        name: part.name, rows: part.locations.count, classes: classes[0],
        tasks: columns.count == 1
          ? nil : zip(columns, classes).map { DataCheck.TaskClasses(task: $0.task, classes: $1) },
        lengths: DataCheck.Lengths(part.lengths, limit: limit), emptyTexts: part.lengths.count { $0 == 0 },
        duplicateRows: duplicates.count, reading: part.reading)
      reports.append(report)
      for task in columns.indices { findings += classFindings(part, task, classes[task]) }
      findings += rowFindings(part, report)
      if !duplicates.isEmpty {
        let rows = groups.compactMap { group -> String? in
          let here = group.filter { $0.part == index }
          return here.count > 1 ? "\(place(here[1])) repeats \(place(here[0]))" : nil
        }
        let verb = duplicates.count == 1 ? "repeats" : "repeat"
        findings.append(
          finding(
            .warning, .duplicates, part, duplicates.count,
            "\(counted(duplicates.count, "row")) \(verb) the text of an earlier one", rows))
      }
    }
    findings += conflicts(groups)
    for later in parts.indices {
      for earlier in 0..<later { findings += shared(groups, earlier, later) }
    }
    for other in parts.indices.dropFirst() { findings += labelDifferences(other) }
    for task in columns.indices { findings += review(task) }
    let order: [DataCheck.Severity] = [.error, .warning, .note]
    return (reports, order.flatMap { severity in findings.filter { $0.severity == severity } })
  }

  private struct Place {
    let part: Int
    let row: Int
  }

  private func place(_ place: Place) -> String { parts[place.part].locations[place.row].description }

  private func finding(
    _ severity: DataCheck.Severity, _ kind: DataCheck.Kind, _ part: PartRows?, task: Int? = nil,
    _ count: Int, _ message: String, _ examples: [String] = []
  ) -> DataCheck.Finding {
    .init(
      severity: severity, kind: kind, part: part?.name, task: task.flatMap(taskName), count: count,
      message: message, examples: Array(examples.prefix(5)))
  }

  /// The task's name where there are several.
  private func taskName(_ task: Int) -> String? { columns.count > 1 ? columns[task].task : nil }

  private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  // MARK: Classes

  /// How many rows of the parts have each label.
  private func counts(_ parts: [PartRows], _ task: Int) -> [(label: String, count: Int)] {
    var numbers: [Int32: Int] = [:]
    for part in parts {
      for number in part.labels[task] where number >= 0 { numbers[number, default: 0] += 1 }
    }
    // By bytes: to Swift's strings composed and decomposed letters are the same.
    var counts: [[UInt8]: Int] = [:]
    for (number, count) in numbers {
      for label in collectors[task].labels(number) { counts[label, default: 0] += count }
    }
    return counts.map { (String(decoding: $0, as: UTF8.self), $1) }
  }

  private func classCounts(_ part: PartRows, task: Int) -> [DataCheck.ClassCount] {
    counts([part], task).map { label, count in
      .init(label: label, count: count, share: Double(count) / Double(part.locations.count))
    }.sorted {
      $0.count != $1.count ? $0.count > $1.count : $0.label.utf8.lexicographicallyPrecedes($1.label.utf8)
    }
  }

  private func classFindings(
    _ part: PartRows, _ task: Int, _ classes: [DataCheck.ClassCount]
  ) -> [DataCheck.Finding] {
    guard let largest = classes.first, let smallest = classes.last else { return [] }
    let numbers = part.labels[task]
    var findings: [DataCheck.Finding] = []
    if classes.count == 1, columns[task].separator == nil {
      findings.append(
        finding(
          .error, .singleClass, part, task: task, 1, "all rows have one label; a classifier needs two",
          [largest.label]))
    }
    let rare = classes.filter { $0.count < 5 }
    if !rare.isEmpty {
      findings.append(
        finding(
          .warning, .rareClass, part, task: task, rare.count,
          "\(counted(rare.count, "label")) with fewer than five texts",
          rare.reversed().map { "\($0.label) (\($0.count))" }))
    }
    if largest.count >= 10 * smallest.count {
      findings.append(
        finding(
          .note, .imbalance, part, task: task, classes.count,
          "the largest class has \(largest.count / smallest.count) times as many texts as the smallest; "
            + "look at macro F1 rather than accuracy",
          ["\(largest.label) (\(largest.count))", "\(smallest.label) (\(smallest.count))"]))
    }
    let changes = zip(numbers, numbers.dropFirst()).count { $0 != $1 }
    // A folder of labels is always read so.
    let isTable = part.reading.inputs.contains { $0.format != .folder }
    if isTable, classes.count > 1, changes == classes.count - 1, numbers.count > 4 * classes.count {
      findings.append(
        finding(
          .note, .sortedByLabel, part, task: task, numbers.count,
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
    if reading.trimmedLabels > 0 {
      findings.append(
        finding(
          .note, .trimmedLabels, part, reading.trimmedLabels,
          "white space around \(counted(reading.trimmedLabels, "label")) was left out"))
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

  /// Whether two rows have different labels for a task for which both have some.
  private func differ(_ first: Place, _ second: Place) -> Int? {
    columns.indices.first { task in
      let a = parts[first.part].labels[task][first.row]
      let b = parts[second.part].labels[task][second.row]
      if a < 0 || b < 0 || a == b { return false }
      return columns[task].separator == nil
        || Set(collectors[task].labels(a)) != Set(collectors[task].labels(b))
    }
  }

  private func conflicts(_ groups: [[Place]]) -> [DataCheck.Finding] {
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
        "\(counted(examples.count, "text")) stand\(examples.count == 1 ? "s" : "") under more than one label",
        examples)
    ]
  }

  private func partName(_ part: Int) -> String {
    switch parts[part].name {
    case "train": "training"
    case "dev": "development"
    default: parts[part].name
    }
  }

  /// Texts of a part that also stand in an earlier one.
  private func shared(_ groups: [[Place]], _ earlier: Int, _ later: Int) -> [DataCheck.Finding] {
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
        "\(counted(rows, "row")) of the \(partName(later)) part (\(counted(shared.count, "text"))) also "
          + "stand\(rows == 1 ? "s" : "") in the \(partName(earlier)) part, which makes the "
          + "\(partName(later) == "development" ? "watching" : "test") too easy",
        examples)
    ]
  }

  /// Labels of a part that the training part does not have, and the other way round.
  private func labelDifferences(_ other: Int) -> [DataCheck.Finding] {
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
            "\(counted(names.count, "label")) of the \(partName(here)) part "
              + "\(names.count == 1 ? "is" : "are") not in the \(partName(there)) part", names))
      }
      let isTest = parts[other].name == "test"
      add(
        .error, isTest ? .labelOnlyInTest : .labelOnlyInDevelopment, names(here, without: there), other, 0)
      if isTest { add(.note, .labelOnlyInTraining, names(there, without: here), 0, other) }
    }
    return findings
  }

  /// What the names of a task's labels tell.
  private func review(_ task: Int) -> [DataCheck.Finding] {
    let firsts = parts.flatMap { part in
      part.reading.inputs.compactMap { $0.firstLabels.flatMap { task < $0.count ? $0[task] : nil } }
    }
    return LabelReview(
      counts(parts, task).map { LabelReview.Label(name: $0.label, count: $0.count) }, firstLabels: firsts,
      isMultiLabel: columns[task].separator != nil, task: taskName(task)
    ).findings
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
