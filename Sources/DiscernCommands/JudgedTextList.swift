import ArgumentParser
import Discern
import DiscernIO
import DiscernModels

/// A file of texts with models' answers, which a command writes in addition to its results: a tab-separated
/// table, or JSON Lines if its name says so.
struct JudgedTextList {
  private let target: OutputTarget
  private let isJSON: Bool
  private let columns: [JudgedText.Column]

  /// - Parameters:
  ///   - flag: the flag that names the file.
  ///   - columns: the columns of a table; the task's is only written if there are several tasks.
  ///   - results: the content of standard output.
  /// - Throws: `ValidationError` for standard output and for file name extensions of other formats;
  ///   `InputError` if the file cannot be created or is one of the inputs.
  init(
    _ flag: String, path: String, columns: [JudgedText.Column], beside results: String,
    apartFrom inputs: [String]
  ) throws {
    self.columns = columns
    let name = path.lowercased()
    if name.hasSuffix(".csv") || name.hasSuffix(".json") {
      throw ValidationError(
        "\(flag) \(path): the file is written as TSV, or as JSON Lines if its name ends "
          + "in .jsonl")
    }
    isJSON = name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson")
    target = try OutputTarget(list: flag, path: path, ending: "tsv", beside: results, apartFrom: inputs)
  }

  /// Writes all texts at once: a regular file is either replaced completely or left unchanged.
  ///
  /// - Parameter tasks: the tasks that were evaluated; others are not written.
  func write(_ texts: [JudgedText], of tasks: [ClassificationTask]) throws(InputError) {
    let file = try OutputFile(target, .replacing)
    let byName = Dictionary(tasks.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let hasTasks = tasks.count > 1
    let columns = columns.filter { $0 != .task || hasTasks }
    if !isJSON { try file.write(Array((TabSeparated.row(columns.map(\.name)) + "\n").utf8)) }
    for text in texts {
      guard let task = byName[text.task] else { continue }
      let line =
        isJSON
        ? text.json(of: task, hasTasks: hasTasks)
        : TabSeparated.row(columns.map { text.field($0, of: task) })
      try file.write(Array((line + "\n").utf8))
    }
    try file.finish()
  }
}

extension OutputTarget {
  /// The destination of a list of texts that a command writes in addition to its results.
  ///
  /// - Throws: the errors of `JudgedTextList.init`.
  init(
    list flag: String, path: String, ending: String, beside results: String, apartFrom inputs: [String]
  ) throws {
    if path == "-" {
      throw ValidationError(
        "\(flag) -: standard output holds \(results); name a file, such as \(flag.dropFirst(2)).\(ending)")
    }
    try self.init(path: path)
    try requireApart(from: inputs)
    try tryOut()
  }
}
