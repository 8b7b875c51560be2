import ArgumentParser
import Discern
import DiscernIO
import DiscernModels
import DiscernSystem

struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "List the models and training logs in a folder.",
    discussion: """
      Looks for models (folders, and files made by discern pack) and logs (--json-log) in a folder and \
      \(RunFolder.depth) levels below it. Accuracy, macro F1 and log loss are those on each classifier's \
      own development texts, averaged over tasks. The best classifier comes first; what cannot be read comes \
      last, with the reason, and as a warning.

      Forecasters, matchers, sequence models and pretrained networks, and logs of these and of word vectors, \
      follow in a table of their own, by path, with the figure of their best epoch; they are not compared.

      Examples:
        discern runs experiments
        discern runs experiments --sort log-loss
        discern runs experiments --json
      """)

  enum Order: String, ExpressibleByArgument, CaseIterable {
    case accuracy
    case macroF1 = "macro-f1"
    case microF1 = "micro-f1"
    case logLoss = "log-loss"
    case path
  }

  @Argument(help: "Folder with models and logs.", completion: .directory)
  var folder: String

  @Option(help: "Sort by a metric, best first, or by path.")
  var sort: Order = .accuracy

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try reportingErrors {
      let found = try RunFolder(folder)
      var records: [RunRecord] = []
      var others: [OtherRun] = []
      var broken: [(path: String, reason: String)] = []
      for entry in found.entries {
        switch entry {
        case .run(let record): records.append(record)
        case .other(let run): others.append(run)
        case .broken(let path, let reason): broken.append((path, reason))
        }
      }
      for (path, reason) in broken { Console.warning("\(path) is left out: \(reason)") }
      for path in found.deepFolders {
        Console.warning(
          "\(path): not searched, since it is nested too "
            + "deeply")
      }
      if found.otherCount > 0 {
        Console.line("\(found.otherCount.counted("other file or folder", "other files and folders"))")
      }
      let sorted = Self.sorted(records, by: sort)
      let output = Output.standard()
      if json {
        try output.json(Listing(sorted, others, broken))
      } else {
        for line in Self.lines(sorted, others, broken, in: folder) { try output.line(line) }
      }
      try output.flush()
    }
  }

  /// Best first; runs with equal figures or without one are ordered by path.
  static func sorted(_ records: [RunRecord], by order: Order) -> [RunRecord] {
    func figure(_ record: RunRecord) -> Double {
      let value: Double? =
        switch order {
        case .accuracy: record.mean(\.accuracy)
        case .macroF1: record.mean(\.macroF1)
        case .microF1: record.mean(\.microF1)
        case .logLoss: record.mean(\.logLoss).map { -$0 }
        case .path: 0
        }
      return value ?? -.infinity
    }
    return records.map { (figure: figure($0), record: $0) }.sorted { a, b in
      a.figure != b.figure
        ? a.figure > b.figure : a.record.path.utf8.lexicographicallyPrecedes(b.record.path.utf8)
    }.map(\.record)
  }

  static func lines(
    _ records: [RunRecord], _ others: [OtherRun], _ broken: [(path: String, reason: String)],
    in folder: String
  ) -> [String] {
    if records.isEmpty, others.isEmpty, broken.isEmpty { return ["no models or training logs found"] }
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    func name(_ path: String) -> String {
      path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
    }
    let rows: [(cells: [String], record: RunRecord?)] =
      records.map { ([name($0.path)], $0) } + broken.map { ([name($0.path), "cannot be read"], nil) }
    let first = rows.isEmpty ? [] : RunTable.lines(["run"], rows, width: Console.outputWidth)
    if others.isEmpty { return first }
    return first + (first.isEmpty ? [] : [""]) + lines(others, name)
  }

  private static func lines(_ others: [OtherRun], _ name: (String) -> String) -> [String] {
    var table = Table(leftColumns: 2)
    table.add("run", "model", "best epoch", "figure", "", "outcome")
    for run in others {
      let outcome =
        run.origins.map { $0.counted("origin") } ?? run.outcome?.rawValue ?? "not ended"
      table.add(
        name(run.path), run.source == .log ? "log, \(run.kind.rawValue)" : run.kind.rawValue,
        (run.bestEpoch.map { "\($0)" } ?? "–") + "/\(run.epochs)", run.figure?.name ?? "–",
        run.figure.map { String(format: "%.4f", $0.value) } ?? "", outcome)
    }
    return table.lines
  }

  private struct Listing: Encodable {
    let runs: [RunJSON]
    let others: [OtherRun]
    let broken: [Broken]

    struct Broken: Encodable {
      let path: String
      let reason: String
    }

    init(
      _ records: [RunRecord], _ others: [OtherRun], _ broken: [(path: String, reason: String)]
    ) {
      runs = records.map { RunJSON($0) }
      self.others = others
      self.broken = broken.map { Broken(path: $0.path, reason: $0.reason) }
    }
  }
}
