import DiscernBundle
import DiscernIO

/// The models and training logs in a folder and its subfolders.
package struct RunFolder: Sendable {
  package enum Entry: Sendable {
    case run(RunRecord)
    /// Something other than a classifier, which cannot be compared with one.
    case other(OtherRun)
    /// Something that looks like a model or a log but cannot be read.
    case broken(path: String, reason: String)
  }

  /// The entries, ordered by path.
  package private(set) var entries: [Entry] = []
  /// Files that are neither models nor logs, and folders of other things, such as checkpoints.
  package private(set) var otherCount = 0
  /// Folders that were skipped because they are nested too deeply.
  package private(set) var deepFolders: [String] = []

  /// How many levels of subfolders are searched.
  package static let depth = 4

  /// - Throws: `ComparisonError.input` for a folder that cannot be listed.
  package init(_ path: String) throws(ComparisonError) {
    guard FolderEntry(path: path) != nil else { throw .input(.notFound(path: path)) }
    try read(path, depth: 0)
  }

  private mutating func read(_ folder: String, depth: Int) throws(ComparisonError) {
    let names: [RawPath]
    do throws(InputError) { names = try FolderEntry.names(in: RawPath(folder)) } catch {
      if depth == 0 { throw .input(error) }
      entries.append(.broken(path: folder, reason: "\(error)"))
      return
    }
    for name in names where name.bytes.first != UInt8(ascii: ".") {
      let raw = RawPath(folder).appending(name)
      guard let path = String(validating: raw.bytes, as: UTF8.self) else {
        entries.append(.broken(path: raw.text, reason: "its name is not UTF-8; rename it"))
        continue
      }
      switch FolderEntry(path: path)?.kind {
      case .folder? where FolderEntry(path: path + "/manifest.json")?.kind == .file: readModel(path)
      case .folder? where FolderEntry.isSymbolicLink(raw): otherCount += 1
      case .folder?:
        if depth < Self.depth { try read(path, depth: depth + 1) } else { deepFolders.append(path) }
      case .file? where PackedModel.isOne(path): readModel(path)
      case .file? where RunLog.isOne(path): readLog(path)
      case .file?, .other?: otherCount += 1
      case nil: entries.append(.broken(path: path, reason: "the link is broken"))
      }
    }
  }

  private mutating func readModel(_ path: String) {
    do throws(DiscernError) {
      entries.append(.run(RunRecord(try TextClassifier(contentsOf: path), path: path)))
    } catch .folder(.bundle(.wrongFormat)) {
      readOther(path)
    } catch {
      entries.append(.broken(path: path, reason: "\(error)"))
    }
  }

  private mutating func readOther(_ path: String) {
    do throws(DiscernError) {
      if let run = try OtherRun(contentsOf: path) {
        entries.append(.other(run))
      } else {
        // Checkpoints and packed texts also have a manifest.
        otherCount += 1
      }
    } catch {
      entries.append(.broken(path: path, reason: "\(error)"))
    }
  }

  private mutating func readLog(_ path: String) {
    do throws(ComparisonError) {
      let log = try RunLog(ofAny: path)
      entries.append(OtherRun(log, path: path).map(Entry.other) ?? .run(RunRecord(log, path: path)))
    } catch {
      entries.append(.broken(path: path, reason: "\(error)"))
    }
  }
}

/// A model, or the log of a training run.
package enum RunSource: Sendable {
  case model(TextClassifier)
  case log(RunLog)

  /// - Throws: `DiscernError.folder` for a model that cannot be read, `.comparison` for a path that is
  ///   neither.
  package init(_ path: String) throws(DiscernError) {
    let isFile = path == "-" || FolderEntry(path: path)?.kind == .file
    guard isFile, !PackedModel.isOne(path) else {
      self = .model(try TextClassifier(contentsOf: path))
      return
    }
    self = .log(
      try wrapping(DiscernError.comparison) { () throws(ComparisonError) in
        guard RunLog.isOne(path) else { throw .neither(path: path) }
        return try RunLog(contentsOf: path)
      })
  }

  package func record(path: String) -> RunRecord {
    switch self {
    case .model(let classifier): RunRecord(classifier, path: path)
    case .log(let log): RunRecord(log, path: path)
    }
  }
}
