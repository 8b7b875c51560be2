import ArgumentParser
import Discern
import DiscernBundle
import DiscernIO

/// How training is saved on disk, and how it is resumed.
struct CheckpointArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Checkpoint folder, kept after training. Default: OUTPUT.checkpoint, removed once the model is saved.",
      valueName: "folder"), completion: .directory)
  var checkpoint: String?

  @Option(
    help: ArgumentHelp(
      "Checkpoint interval: a time (90s, 10m, 2h) or a number of steps (500steps). Default: every 10 minutes "
        + "and after each epoch, within 2 % of the time.",
      valueName: "interval"),
    transform: { argument in
      guard let interval = CheckpointInterval(argument) else {
        // The parser names flag and value.
        throw ValidationError("expected \(CheckpointInterval.expected)")
      }
      return interval
    })
  var checkpointEvery: CheckpointInterval?

  @Option(
    help: ArgumentHelp(
      "Resume the training whose checkpoints are in this folder; it needs no other option. Files that have "
        + "moved may be given again.",
      valueName: "folder"), completion: .directory)
  var resume: String?

  @Option(
    help: ArgumentHelp(
      "With --resume: number of epochs to train beyond the completed ones; not for an --ensemble.",
      valueName: "number"))
  var moreEpochs: Int?

  @Flag(help: "With --resume: continue although this processor's kernels round differently.")
  var allowOtherKernels = false

  func validate() throws {
    if let moreEpochs, !(1...1_000_000).contains(moreEpochs) {
      throw ValidationError("--more-epochs \(moreEpochs): expected 1 to 1000000")
    }
    if resume == nil {
      if moreEpochs != nil { throw ValidationError("--more-epochs requires --resume") }
      if allowOtherKernels { throw ValidationError("--allow-other-kernels requires --resume") }
    } else if checkpoint != nil {
      throw ValidationError("--checkpoint: a resumed training keeps its state where it is (--resume)")
    }
  }

  /// The folder for the state of a training run for which none was named.
  static func folder(
    besides output: String, ending: String = CheckpointFolder.defaultEnding
  ) -> String {
    var path = output
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    // “.” and “..” stand for folders with another name.
    if ["", ".", ".."].contains(name), let real = FolderEntry.resolved(RawPath(path)) {
      path = real.text
    }
    return path + ending
  }

  /// A model replaces an empty folder, or an earlier model, whose folder may contain other files.
  static func requireApart(_ checkpoint: String, from output: String) throws(ValidationError) {
    let (inner, outer) = (PathPlace(checkpoint), PathPlace(output))
    guard inner.lies(in: outer) else { return }
    if inner == outer {
      throw ValidationError("--checkpoint \(checkpoint) is the folder of --output; name another one")
    }
    guard FolderEntry(path: output + "/" + BundleManifest.fileName) == nil else { return }
    throw ValidationError(
      "--checkpoint \(checkpoint) is inside the folder of --output, which must be empty until the model is "
        + "written; name a folder outside it")
  }

  /// Opens the folder of a new training run. If no folder was named, failing to create one is not an error.
  ///
  /// - Parameter inputs: the input paths.
  func open(output: String, model: ModelKind, inputs: [String]) throws -> TrainingCheckpoints? {
    guard model.hasNetwork else {
      // Training of n-grams takes seconds, and has no state worth saving.
      if checkpoint != nil || checkpointEvery != nil {
        throw ValidationError(
          "--checkpoint and --checkpoint-every: --model \(model.rawValue) has no checkpoints; leave them "
            + "out")
      }
      return nil
    }
    if let checkpoint {
      try Self.requireApart(checkpoint, from: output)
      try StateFolder.requireOwnPlace("--checkpoint", checkpoint, inputs: inputs)
      return try TrainingCheckpoints(folder: checkpoint, every: checkpointEvery)
    }
    let path = Self.folder(besides: output)
    try Self.requireNoModel(path)
    do throws(DiscernError) {
      let checkpoints = try TrainingCheckpoints(
        folder: path, every: checkpointEvery, isReplacing: true, isLasting: false)
      if !checkpoints.isEmpty {
        Console.warning(
          "\(path) holds an unfinished training, which this new one will replace. To resume it instead, stop "
            + "this one before its first checkpoint: "
            + Self.resumption(of: path))
      }
      return checkpoints
    } catch {
      guard case .checkpoint(let failure) = error, case .cannotWrite = failure else { throw error }
      Console.warning("\(error); training continues without checkpoints")
      return nil
    }
  }

  /// - Throws: `ValidationError` if the state of a training run whose folder was not named would be written
  ///   into a model.
  static func requireNoModel(_ path: String) throws(ValidationError) {
    guard let whole = WholeFolder(at: path) else { return }
    throw ValidationError(
      "\(path): is \(whole.noun), where the training state would go; name another folder with --checkpoint")
  }

  /// The command that resumes the training run.
  static func resumption(of path: String) -> String { "discern train --resume \(quoted(path))" }

  /// A path quoted for a shell.
  static func quoted(_ path: String) -> String {
    let isPlain = path.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || ("0"..."9").contains($0) || "/._-+,:@%=".unicodeScalars.contains($0)
    }
    return isPlain && !path.isEmpty ? path : "'" + path.replacing("'", with: "'\\''") + "'"
  }
}
