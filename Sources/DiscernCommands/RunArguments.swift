import ArgumentParser

/// The log and the state of a training run that the same command resumes.
struct RunArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write a log as JSON Lines (the run, each epoch, the end); - for standard output.", valueName: "path"))
  var jsonLog: String?

  @Option(
    help: ArgumentHelp(
      "Checkpoint folder, kept after training. Default: OUTPUT.checkpoint, removed once all is saved.",
      valueName: "folder"))
  var checkpoint: String?

  @Flag(help: "Resume from the state in that folder, with the same data and options.")
  var resume = false

  /// Opens the log.
  ///
  /// - Parameters:
  ///   - output: a folder, there or not; empty where there is none.
  ///   - inputs: the input paths.
  ///   - bytes: how much of an existing log to keep when training is resumed.
  func log(output: String, inputs: [String], keeping bytes: Int? = nil) throws -> TrainingLog? {
    try jsonLog.map { path in
      TrainingLog(file: try LogFile("--json-log", path: path, inputs: inputs, model: output, keeping: bytes))
    }
  }
}
