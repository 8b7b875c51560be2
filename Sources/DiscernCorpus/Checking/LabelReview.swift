import DiscernIO
import DiscernSystem

/// Possible problems with a task's labels, judged by their names and frequencies.
struct LabelReview {
  struct Label {
    let name: String
    let count: Int
  }

  private let labels: [Label]
  /// The labels in first rows that were not taken for column names.
  private let firstLabels: [String]
  private let takesLists: Bool
  private let task: String?

  init(_ labels: [Label], firstLabels: [String] = [], takesLists: Bool = false, task: String? = nil) {
    self.labels = labels.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    self.firstLabels = firstLabels
    self.takesLists = takesLists
    self.task = task
  }

  var findings: [DataCheck.Finding] {
    var found = lookAlikes() + equalNumbers()
    for check in [Self.missing, Self.list, Self.quoted, Self.invisible, Self.long] {
      let names = labels.map(\.name).filter(check.matches)
      if takesLists, check.kind == .listLabels { continue }
      if !names.isEmpty { found.append(finding(check.kind, names.count, check.message, names.map(quote))) }
    }
    return found + joined() + names() + texts()
  }

  private func finding(
    _ kind: DataCheck.Kind, _ count: Int, _ message: String, _ examples: [String]
  ) -> DataCheck.Finding {
    .init(
      severity: .warning, kind: kind, part: nil, task: task, count: count, message: message,
      examples: Array(examples.prefix(5)))
  }

  private func quote(_ name: String) -> String { "“\(DisplayText.cut(DisplayText.escaped(name), to: 60))”" }

  // MARK: Single labels

  private struct Check {
    let kind: DataCheck.Kind
    let message: String
    let matches: (String) -> Bool
  }

  private static let missingWords: Set = [
    "nan", "null", "none", "na", "n/a", "<na>", "#n/a", "nil", "undefined", "missing",
  ]

  /// Whether programs write this name for a missing value.
  static func isMissing(_ name: String) -> Bool { missingWords.contains(name.lowercased()) }

  private static var missing: Check {
    Check(
      kind: .missingLabels, message: "labels that look like missing values; each is read as a class",
      matches: isMissing)
  }

  private static var list: Check {
    Check(
      kind: .listLabels,
      message: "labels that are lists written as text; --multi-label , reads them as lists",
      matches: { name in
        var name = name
        return name.withUTF8(LabelCell.isList)
      })
  }

  private static var quoted: Check {
    Check(
      kind: .quotedLabels,
      message: "labels in quotes; in TSV quotes are ordinary characters, --input-format csv --separator \\t "
        + "reads them as quotes",
      matches: { name in
        ["\"", "'"].contains { name.count > 2 && name.hasPrefix($0) && name.hasSuffix($0) }
      })
  }

  private static var invisible: Check {
    Check(
      kind: .invisibleCharacters, message: "labels that contain line breaks or other invisible characters",
      matches: { DisplayText.escaped($0) != $0 })
  }

  private static var long: Check {
    Check(
      kind: .longLabels,
      message:
        "labels so long that they look like texts; select the columns with --text-column and --label-column",
      matches: { $0.count > 100 || $0.split(separator: " ").count > 12 })
  }

  // MARK: Labels compared with each other

  private func groups(_ key: (String) -> String) -> [[String]] {
    var groups: [String: [String]] = [:]
    for label in labels {
      let key = key(label.name)
      if !key.isEmpty { groups[key, default: []].append(label.name) }
    }
    return groups.values.filter { $0.count > 1 }.sorted { $0[0].utf8.lexicographicallyPrecedes($1[0].utf8) }
  }

  private func lookAlikes() -> [DataCheck.Finding] {
    let same = groups(LookAlike.appearance)
    // Numbers are left out: -1 is not 1.
    let similar = groups { ColumnFacts.isNumber($0) ? "" : LookAlike.letters($0) }.filter { group in
      Set(group.map(LookAlike.appearance)).count > 1
    }
    var found: [DataCheck.Finding] = []
    if !same.isEmpty {
      found.append(
        finding(
          .lookAlikeLabels, same.reduce(0) { $0 + $1.count },
          "labels that look the same but differ: composed and decomposed letters, or other alphabets",
          same.map { $0.map { "\(quote($0)) (\(Self.scalars($0)))" }.joined(separator: " and ") }))
    }
    if !similar.isEmpty {
      found.append(
        finding(
          .similarLabels, similar.reduce(0) { $0 + $1.count },
          "labels that differ only by case, spaces or punctuation",
          similar.map { $0.map(quote).joined(separator: " and ") }))
    }
    return found
  }

  /// The first four non-ASCII characters, such as `U+0301`.
  private static func scalars(_ name: String) -> String {
    let others = name.unicodeScalars.filter { !$0.isASCII }.prefix(4)
    return others.isEmpty
      ? "ASCII"
      : others.map {
        let digits = String($0.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
      }.joined(separator: " ")
  }

  /// Equal numbers such as `1`, `1.0` and `01`.
  private func equalNumbers() -> [DataCheck.Finding] {
    let same = groups { name in
      guard ColumnFacts.isNumber(name), let value = Double(name) else { return "" }
      return String(value == 0 ? 0 : value)
    }
    if same.isEmpty { return [] }
    return [
      finding(
        .equalNumbers, same.reduce(0) { $0 + $1.count },
        "labels that are the same number written in two ways",
        same.map { $0.map(quote).joined(separator: " and ") })
    ]
  }

  /// Labels made of other labels: `a,b` if there are `a` and `b`.
  private func joined() -> [DataCheck.Finding] {
    let names = Set(labels.map { Array($0.name.utf8) })
    for separator in [",", ";", "|", "/", "+", " "] {
      guard let byte = separator.utf8.first else { continue }
      let made = labels.map(\.name).filter { name in
        let parts = name.utf8.split(separator: byte).map { Array($0).trimmed }.filter { !$0.isEmpty }
        return parts.count > 1 && parts.allSatisfy(names.contains)
      }
      if made.isEmpty { continue }
      return [
        finding(
          .joinedLabels, made.count,
          "labels made of other labels with “\(separator)” between them; if they are multi-label, "
            + "--multi-label \(separator == " " ? "“ ”" : separator == "," ? "," : "'\(separator)'") "
            + "reads them",
          made.map(quote))
      ]
    }
    return []
  }

  /// A class that occurs only in the first row, if hardly any other class has a single text.
  private func names() -> [DataCheck.Finding] {
    let single = labels.filter { $0.count == 1 }
    let rows = labels.reduce(0) { $0 + $1.count }
    guard rows >= 8, single.count == 1 && labels.count > 1 || single.count * 4 <= labels.count else {
      return []
    }
    let first = single.map(\.name).filter { name in firstLabels.contains { $0.utf8.elementsEqual(name.utf8) }
    }
    if first.isEmpty { return [] }
    return [
      finding(
        .namesAsLabels, first.count,
        "a class occurs only in the first row and looks like a column name; --header reads the first row as "
          + "names, --no-header as a text", first.map(quote))
    ]
  }

  /// More labels than half the number of texts.
  private func texts() -> [DataCheck.Finding] {
    let rows = labels.reduce(0) { $0 + $1.count }
    guard !takesLists, rows >= 20, labels.count * 2 > rows else { return [] }
    return [
      finding(
        .manyLabels, labels.count,
        "\(labels.count) labels for \(rows) texts: is the right column the label? --label-column chooses", [])
    ]
  }
}

extension [UInt8] {
  /// Without leading and trailing spaces.
  fileprivate var trimmed: [UInt8] { Array(drop { $0 == 0x20 }.reversed().drop { $0 == 0x20 }.reversed()) }
}
