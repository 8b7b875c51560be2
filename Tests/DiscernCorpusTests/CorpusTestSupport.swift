import DiscernCorpus
import Foundation

/// A record kept for comparison.
struct Row: Equatable {
  var label: String?
  var text: String
  var location: String

  init(_ label: String?, _ text: String, _ location: String = "") {
    self.label = label
    self.text = text
    self.location = location
  }
}

/// Reads a whole corpus; locations are shown without `folder`.
func readAll(
  _ paths: [String], _ options: CorpusOptions = CorpusOptions(), part: Corpus.Part = .all,
  below folder: String = ""
) throws -> (rows: [Row], report: ReadingReport) {
  var rows: [Row] = []
  let corpus = try Corpus(paths: paths, options: options, part: part)
  let report = try corpus.read { record in
    var place = record.location.description
    if !folder.isEmpty, place.hasPrefix(folder + "/") { place = String(place.dropFirst(folder.count + 1)) }
    rows.append(Row(record.labelString, record.textString, place))
  }
  return (rows, report)
}

/// The corpus error that `body` throws, or nil.
func corpusError(_ body: () throws -> Void) -> CorpusError? {
  do {
    try body()
    return nil
  } catch {
    return error as? CorpusError
  }
}

extension CorpusOptions {
  static func with(_ change: (inout CorpusOptions) -> Void) -> CorpusOptions {
    var options = CorpusOptions()
    change(&options)
    return options
  }
}

/// Writes `content` to a file in `folder`, creating the folders above it, and returns its path.
@discardableResult
func write(_ content: some Sequence<UInt8>, to name: String, in folder: String) throws -> String {
  let url = URL(fileURLWithPath: folder).appendingPathComponent(name)
  try FileManager.default.createDirectory(
    at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
  try Data(content).write(to: url)
  return url.path
}

@discardableResult
func write(_ content: String, to name: String, in folder: String) throws -> String {
  try write(Array(content.utf8), to: name, in: folder)
}
