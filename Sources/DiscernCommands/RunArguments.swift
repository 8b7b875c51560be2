import ArgumentParser

/// The log and the state of a training run that is resumed by the same command.
struct RunArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write a log as JSON Lines (the run, each epoch, the end); - for standard output.", valueName: "path"),
    completion: .file())
  var jsonLog: String?

  @Option(
    help: ArgumentHelp(
      "Checkpoint folder, kept after training. Default: OUTPUT.checkpoint, removed once all is saved.",
      valueName: "folder"), completion: .directory)
  var checkpoint: String?

  @Flag(help: "Resume from the state in that folder, with the same data and options.")
  var resume = false

  /// Opens the log.
  ///
  /// - Parameters:
  ///   - output: the output folder, which need not exist; empty: none.
  ///   - inputs: the input paths.
  ///   - bytes: the number of bytes of an existing log to keep when training is resumed.
  func log(output: String, inputs: [String], keeping bytes: Int? = nil) throws -> TrainingLog? {
    try jsonLog.map { path in
      TrainingLog(file: try LogFile("--json-log", path: path, inputs: inputs, model: output, keeping: bytes))
    }
  }
}
