import DiscernIO
import DiscernModels
import DiscernSystem
import DiscernTraining

/// The figures and distributions of each epoch in files that TensorBoard reads while they grow: in the folder
/// itself, or for several networks in a folder each. Resumed training adds a file, which declares the part of
/// earlier files that is no longer valid.
final class TensorBoardFolder: TrainingCurves {
  private let path: String
  /// The files, by run.
  private var files: [Int: LogFile] = [:]
  private var resumedEpoch: Int?
  private(set) var failure: InputError?

  /// Checks whether the folder could be written, without changing anything.
  ///
  /// - Throws: `InputError`, also if the path is a file.
  init(path: String) throws(InputError) {
    self.path = path
    if let objection = OutputName.objection(toFolder: path) {
      throw .outputName(path: path, reason: objection)
    }
    let entry = FolderEntry(path: path)
    if let entry, entry.kind != .folder {
      throw .unwritable(path: path, reason: "is not a folder; --tensorboard creates a folder, or adds to one")
    }
    let probe = try OutputTarget(path: entry == nil ? path : path + "/events")
    try probe.tryOut()
  }

  var isStandardOutput: Bool { false }

  func resume(epoch: Int) { resumedEpoch = epoch }

  func write(_ summary: EpochSummary, run: Int?, seed: UInt64) {
    var record = EventRecord(time: Self.now, step: summary.epoch)
    for figure in EpochFigure.all(summary) + EpochFigure.ofTasks(summary) {
      if let tag = figure.tag { record.add(tag, figure.value) }
    }
    for (name, norm) in summary.gradientNorms.sorted(by: { $0.key < $1.key }) {
      record.add("gradientNorms/\(name)", norm)
    }
    write(record, run)
  }

  func write(_ distributions: [String: Distribution], epoch: Int, run: Int?) {
    var record = EventRecord(time: Self.now, step: epoch)
    for (name, distribution) in distributions.sorted(by: { $0.key < $1.key }) {
      record.add(name, distribution)
    }
    write(record, run)
  }

  func close() {
    for file in files.values {
      file.close()
      failure = failure ?? file.failure
    }
  }

  private static var now: Double { Date().timeIntervalSince1970 }

  private func write(_ record: EventRecord, _ run: Int?) {
    guard failure == nil else { return }
    do throws(InputError) {
      let file: LogFile
      if let open = files[run ?? 0] { file = open } else { file = try begin(run) }
      files[run ?? 0] = file
      file.write(record.bytes)
      failure = file.failure
    } catch {
      failure = error
      Console.warning("--tensorboard \(error); training continues without it")
    }
  }

  /// TensorBoard recognises such files by a part of their names; time and process make the names unique.
  private func begin(_ run: Int?) throws(InputError) -> LogFile {
    let folder = run.map { "\(path)/run-\($0 + 1)" } ?? path
    for folder in [path, folder] where mkdir(folder, 0o777) != 0 && errno != EEXIST {
      throw .unwritable(path: folder, reason: systemError(errno))
    }
    let file = try LogFile(
      "--tensorboard", path: "\(folder)/events.out.tfevents.\(Int(Self.now)).discern.\(getpid())",
      inputs: [], model: "")
    file.write(EventRecord.version(time: Self.now).bytes)
    if let epoch = resumedEpoch { file.write(EventRecord.start(time: Self.now, step: epoch).bytes) }
    resumedEpoch = nil
    return file
  }
}
