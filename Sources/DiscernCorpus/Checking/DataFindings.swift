import DiscernIO

/// Turns the rows of a data check into its report.
extension DataScan {
  func conclude(_ wanted: DataCheck.Limit) -> (parts: [DataCheck.Part], findings: [DataCheck.Finding]) {
    let limit: Int
    let origin: String
    switch wanted {
    case .given(let tokens): (limit, origin) = (tokens, "")
    case .chosen(let choose):
      var lengths = TextLengths()
      for length in parts.first?.lengths ?? [] { lengths.add(Int(length)) }
      (limit, origin) = (choose(lengths), ", the limit that train chooses for these texts,")
    }
    let groups = repeatedTexts()
    let copies = nearCopies()
    var findings: [DataCheck.Finding] = []
    var reports: [DataCheck.Part] = []
    for (index, part) in parts.enumerated() {
      let duplicates = groups.flatMap { group in group.filter { $0.part == index }.dropFirst() }
      let classes = columns.indices.map { classCounts(part, task: $0) }
      let grouped = GroupedCopies(part)
      let report = DataCheck.Part(
        name: part.name, rows: part.locations.count, classes: classes[0],
        tasks: columns.count == 1
          ? nil : zip(columns, classes).map { DataCheck.TaskClasses(task: $0.task, classes: $1) },
        lengths: DataCheck.Lengths(part.lengths, limit: limit), emptyTexts: part.lengths.count { $0 == 0 },
        duplicateRows: duplicates.count, groups: grouped?.report, reading: part.reading)
      reports.append(report)
      for task in columns.indices { findings += classFindings(part, task, classes[task]) }
      findings += rowFindings(part, report, limitOrigin: origin)
      findings += grouped.map { self.findings($0, part) } ?? []
      if !duplicates.isEmpty {
        let rows = groups.compactMap { group -> String? in
          let here = group.filter { $0.part == index }
          return here.count > 1 ? "\(place(here[1])) repeats \(place(here[0]))" : nil
        }
        let verb = duplicates.count == 1 ? "repeats" : "repeat"
        findings.append(
          finding(
            .warning, .duplicates, part, duplicates.count,
            "\(duplicates.count.counted("row")) \(verb) the text of an earlier one", rows))
      }
    }
    for part in parts.indices { findings += nearCopies(copies, in: part) }
    findings += conflicts(groups)
    for later in parts.indices {
      for earlier in 0..<later {
        findings += shared(groups, earlier, later)
        findings += nearlyShared(copies, earlier, later)
      }
    }
    for other in parts.indices.dropFirst() { findings += labelDifferences(other) }
    for task in columns.indices { findings += review(task) }
    let order: [DataCheck.Severity] = [.error, .warning, .note]
    return (reports, order.flatMap { severity in findings.filter { $0.severity == severity } })
  }

  struct Place {
    let part: Int
    let row: Int
  }

  func place(_ place: Place) -> String { parts[place.part].locations[place.row].description }

  func finding(
    _ severity: DataCheck.Severity, _ kind: DataCheck.Kind, _ part: PartRows?, task: Int? = nil,
    _ count: Int, _ message: String, _ examples: [String] = []
  ) -> DataCheck.Finding {
    .init(
      severity: severity, kind: kind, part: part?.name, task: task.flatMap(taskName), count: count,
      message: message, examples: Array(examples.prefix(5)))
  }

  /// The task's name if there are several.
  func taskName(_ task: Int) -> String? { columns.count > 1 ? columns[task].task : nil }

  // MARK: Classes

  /// The number of rows of the parts with each label.
  func counts(_ parts: [PartRows], _ task: Int) -> [(label: String, count: Int)] {
    var numbers: [Int32: Int] = [:]
    for part in parts {
      for number in part.labels[task] where number >= 0 { numbers[number, default: 0] += 1 }
    }
    // By bytes, since Swift strings with composed and decomposed letters are equal.
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
          "\(rare.count.counted("label")) with fewer than five texts",
          rare.reversed().map { "\($0.label) (\($0.count))" }))
    }
    if largest.count >= 10 * smallest.count {
      findings.append(
        finding(
          .note, .imbalance, part, task: task, classes.count,
          "the largest class has \(largest.count / smallest.count) times as many texts as the smallest; use "
            + "macro F1 rather than accuracy",
          ["\(largest.label) (\(largest.count))", "\(smallest.label) (\(smallest.count))"]))
    }
    let changes = zip(numbers, numbers.dropFirst()).count { $0 != $1 }
    // A folder of labels is always read in this order.
    let isTable = part.reading.inputs.contains { $0.format != .folder }
    if isTable, classes.count > 1, changes == classes.count - 1, numbers.count > 4 * classes.count {
      findings.append(
        finding(
          .note, .sortedByLabel, part, task: task, numbers.count,
          "the rows are sorted by label; do not take development texts from one end"))
    }
    return findings
  }

  // MARK: Rows

  private func rowFindings(
    _ part: PartRows, _ report: DataCheck.Part, limitOrigin: String
  ) -> [DataCheck.Finding] {
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
          .warning, .emptyTexts, part, count, "\(count.counted("text")) without a single token",
          examples { $0 == 0 }))
    }
    let reading = part.reading
    if reading.skippedRows > 0 {
      findings.append(
        finding(
          .warning, .skippedRows, part, reading.skippedRows,
          "\(reading.skippedRows.counted("row")) could not be used and "
            + "\(reading.skippedRows == 1 ? "was" : "were") skipped",
          reading.firstSkippedRows.map { "\($0.location): \($0.reason)" }))
    }
    if reading.trimmedLabels > 0 {
      findings.append(
        finding(
          .note, .trimmedLabels, part, reading.trimmedLabels,
          "white space around \(reading.trimmedLabels.counted("label")) was removed"))
    }
    let lengths = report.lengths
    if lengths.overLimit > 0 {
      findings.append(
        finding(
          .note, .longTexts, part, lengths.overLimit,
          "\(lengths.overLimit.counted("text")) (\(DataCheck.percent(lengths.overLimitShare))) longer than "
            + "\(lengths.limit) tokens\(limitOrigin) would be truncated",
          examples { Int($0) > lengths.limit }))
    }
    return findings
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
