import Discern
import DiscernCorpus
import DiscernIO
import DiscernReports

/// A destination for explanations.
protocol ExplanationOutput: AnyObject {
  /// The number of explanations so far, and the number of those that are not reliable.
  var count: Int { get }
  var unreliable: Int { get }
  func add(_ text: String, _ location: RecordLocation, _ explanations: [Explanation]) throws
  /// Reports a line without an explanation.
  func fail(_ location: RecordLocation, _ problem: RowProblem) throws
  /// Passes the output so far to readers.
  func flush() throws
  func finish() throws
}

/// Explanations as text for users, on standard output.
final class MapOutput: ExplanationOutput {
  private(set) var count = 0
  private(set) var unreliable = 0
  private let layout: MapText
  private let output = Output.standard()

  init(_ layout: MapText) { self.layout = layout }

  func add(_ text: String, _ location: RecordLocation, _ explanations: [Explanation]) throws {
    for explanation in explanations {
      if count == 0 { for line in layout.legend(explanation.sentences) { try output.line(line) } }
      count += 1
      if explanation.reliability == .unreliable { unreliable += 1 }
      try output.line("")
      for line in layout.lines(text, explanation) { try output.line(line) }
    }
  }

  /// The line is reported on standard error.
  func fail(_ location: RecordLocation, _ problem: RowProblem) {}

  func flush() throws { try output.flush() }

  func finish() throws { try output.flush() }
}

/// Explanations as JSON Lines on standard output.
final class JSONOutput: ExplanationOutput {
  private(set) var count = 0
  private(set) var unreliable = 0
  private let format: ExplanationJSON
  private let output = Output.standard()

  init(namesInput: Bool) { format = ExplanationJSON(namesInput: namesInput) }

  func add(_ text: String, _ location: RecordLocation, _ explanations: [Explanation]) throws {
    for explanation in explanations {
      count += 1
      if explanation.reliability == .unreliable { unreliable += 1 }
      try output.line(format.line(text, location, explanation))
    }
  }

  func fail(_ location: RecordLocation, _ problem: RowProblem) throws {
    try output.line(format.line(location, problem))
  }

  func flush() throws { try output.flush() }

  func finish() throws { try output.flush() }
}

/// Explanations on a page, which is written completely or not at all.
final class PageOutput: ExplanationOutput {
  private(set) var count = 0
  private(set) var unreliable = 0
  private let page: ExplanationPage
  private let file: OutputFile

  init(_ page: ExplanationPage, _ file: OutputFile) throws {
    self.page = page
    self.file = file
    try file.write(Array(page.head.utf8))
  }

  func add(_ text: String, _ location: RecordLocation, _ explanations: [Explanation]) throws {
    let path = location.path == "-" ? "standard input" : location.path
    for explanation in explanations {
      count += 1
      if explanation.reliability == .unreliable { unreliable += 1 }
      let place = "\(RecordLocation(path: path, line: location.line))"
      try file.write(Array(page.section(text, place: place, explanation).utf8))
    }
  }

  /// The line is reported on standard error.
  func fail(_ location: RecordLocation, _ problem: RowProblem) {}

  func flush() {}

  func finish() throws {
    try file.write(Array(page.end.utf8))
    try file.finish()
  }
}

/// A summary for each label, written at the end; the explanations are written to a file if there is one.
final class SummaryOutput: ExplanationOutput {
  private(set) var count = 0
  private(set) var unreliable = 0
  private var summary = ExplanationSummary()
  private let isJSON: Bool
  private let maps: OutputFile?
  private let format: ExplanationJSON

  init(isJSON: Bool, maps: OutputFile?, namesInput: Bool) {
    self.isJSON = isJSON
    self.maps = maps
    format = ExplanationJSON(namesInput: namesInput)
  }

  func add(_ text: String, _ location: RecordLocation, _ explanations: [Explanation]) throws {
    for explanation in explanations {
      count += 1
      if explanation.reliability == .unreliable { unreliable += 1 }
      summary.add(explanation)
      try maps?.write(Array((format.line(text, location, explanation) + "\n").utf8))
    }
  }

  func fail(_ location: RecordLocation, _ problem: RowProblem) throws {
    try maps?.write(Array((format.line(location, problem) + "\n").utf8))
  }

  func flush() {}

  func finish() throws {
    try maps?.finish()
    let output = Output.standard()
    for label in summary.labels() {
      if isJSON {
        try output.line(ExplanationJSON.line(label))
      } else {
        for line in SummaryTable(label).lines { try output.line(line) }
      }
    }
    try output.flush()
  }
}
