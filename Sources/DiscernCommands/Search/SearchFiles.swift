import Discern
import DiscernBundle
import DiscernIO
import DiscernSystem

/// The files of a search.
struct SearchFiles {
  let folder: String

  var journal: String { folder + "/journal.jsonl" }
  var best: String { folder + "/best.yaml" }
  var table: String { folder + "/trials.tsv" }
  var picture: String { folder + "/trials.svg" }

  /// Creates the folder; an existing one must be empty or belong to a search.
  init(folder: String) throws {
    self.folder = folder
    if let objection = OutputName.objection(toFolder: folder) {
      throw InputError.outputName(path: folder, reason: objection)
    }
    do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
      let isFile = FolderEntry(path: folder).map { $0.kind != .folder } ?? false
      throw InputError.unwritable(
        path: folder, reason: isFile ? "is a file, not a folder" : "the folder cannot be created")
    }
    let names = try FolderEntry.names(in: RawPath(folder)).map(\.text)
    if !names.isEmpty, !names.contains("journal.jsonl") {
      throw InputError.unwritable(
        path: folder, reason: "contains files that are not a search's; give an empty or a new folder")
    }
  }

  /// The identity of a search: every trial's settings, and its inputs, with the sizes and modification times
  /// of files.
  static func digest(_ trials: [SearchTrial], _ words: [String]) -> String {
    let files = ResumedCommand.parts(words).compactMap { $0.value.flatMap(stamp) }
    let texts = trials.map(\.recipe.text) + words + files
    return FileDigest.of(bytes: Array(texts.map { "\($0.utf8.count):\($0)" }.joined().utf8)).sha256
  }

  /// A text that distinguishes a file from another of the same name.
  private static func stamp(_ path: String) -> String? {
    guard let facts = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
    let seconds = (facts[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
    return "\(facts[.size] as? Int ?? 0) \(seconds)"
  }

  /// Writes the results so far; each file is replaced at once.
  func write(_ standing: SearchStanding, _ table: SearchTable, _ space: SearchSpace) throws(InputError) {
    try OutputTarget(path: self.table).write(Array(table.file.utf8))
    let picture = SearchPicture(standing, space, metric: table.metric)
    try OutputTarget(path: self.picture).write(Array(picture.svg.utf8))
    guard let best = standing.best else { return }
    let text = "# Trial \(best) of a search.\n" + standing.trials[best - 1].recipe.yaml
    try OutputTarget(path: self.best).write(Array(text.utf8))
  }
}
