import ArgumentParser
import DiscernIO

/// The outputs of training, which must be in separate places.
struct TrainOutputs {
  let output: String
  /// The folder of the training state, if one is kept.
  let checkpoint: String?
  /// The logs by flag, and then the models that are read.
  let logs: [(flag: String, path: String)]
  let models: [(flag: String, path: String)]

  init(_ command: TrainCommand, checkpoint: String?) {
    let more = command.more
    self.init(
      output: command.output ?? "", checkpoint: checkpoint,
      logs: [
        ("--json-log", more.jsonLog), ("--csv-log", more.csvLog), ("--tensorboard", more.tensorboard),
        ("--reference", more.reference),
      ],
      models: [
        ("--teacher", command.sources.teacher), ("--grow-from", more.growFrom),
        ("--beside", more.beside), ("--pretrained", command.sources.pretrained),
      ])
  }

  init(
    output: String, checkpoint: String?, logs: [(flag: String, path: String?)],
    models: [(flag: String, path: String?)] = []
  ) {
    self.output = output
    self.checkpoint = checkpoint
    self.logs = Self.given(logs)
    self.models = Self.given(models)
  }

  private static func given(_ paths: [(flag: String, path: String?)]) -> [(flag: String, path: String)] {
    paths.compactMap { flag, path in path.map { (flag, $0) } }
  }

  /// - Throws: `ValidationError` naming two outputs that would overwrite each other, or an output that would
  ///   overwrite a model that is read.
  func requireApart() throws(ValidationError) {
    let model = PathPlace(output)
    for (flag, path) in models where PathPlace(path) == model {
      throw ValidationError(
        "--output \(output): is the model of \(flag), which would be overwritten; name another folder")
    }
    // Devices and pipes accept several outputs.
    let files = logs.filter { $0.path != "-" && FolderEntry(path: $0.path)?.kind != .other }
      .map { (flag: $0.flag, path: $0.path, place: PathPlace($0.path)) }
    for (index, log) in files.enumerated() {
      if log.place == model {
        throw ValidationError(
          "--output and \(log.flag) both write to \(log.path); give them different paths")
      }
      if log.place.lies(in: model) {
        throw ValidationError("\(log.flag) \(log.path) is in the folder of --output; give another path")
      }
      if let checkpoint, log.place.lies(in: PathPlace(checkpoint)) {
        throw ValidationError(
          "\(log.flag) \(log.path) is in the checkpoint folder (\(checkpoint)); give another path")
      }
      if let other = files[..<index].first(where: { $0.place == log.place }) {
        throw ValidationError(
          "\(other.flag) and \(log.flag) both write to \(log.path); give them different paths")
      }
    }
  }
}
