import ArgumentParser
import Discern
import DiscernModels

/// What most trainings do without.
struct MoreTrainArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A shallower model to begin as (progressive growing): its words, weights and choices, but for what is "
        + "given here, and with residual connections; each added layer begins as the identity. Needs more "
        + "--layers.",
      valueName: "model"))
  var growFrom: String?

  @Option(
    help: ArgumentHelp(
      "A model of the same tasks, labels and development texts whose network of words becomes a part of this "
        + "one, beside a --pretrained transformer and n-grams.", valueName: "model"))
  var beside: String?

  @Option(
    help: ArgumentHelp(
      "A file for what training leaves of a --pretrained transformer as it is, in the place of a copy in the "
        + "model: written if it is not there, shared by all models that name it. A model keeps a relative "
        + "path as the way from its own folder, so that both can move together.", valueName: "path"))
  var reference: String?

  @Option(
    help: ArgumentHelp(
      "Markdown that the model's card begins with, such as another model's README.md: what people wrote in "
        + "it stays. Default: the card that is at --output, or a new one.",
      valueName: "path"))
  var card: String?

  @Option(
    help: ArgumentHelp(
      "Write a JSON object a line: the run, every epoch, the end; -: to standard output.", valueName: "path"))
  var jsonLog: String?

  @Option(
    help: ArgumentHelp(
      "Write a line of comma-separated values for each epoch below one of names, those of --json-log; -: to "
        + "standard output.", valueName: "path"))
  var csvLog: String?

  @Option(
    help: ArgumentHelp(
      "Write each epoch's figures, gradients and how states and attention are distributed for TensorBoard.",
      valueName: "folder"))
  var tensorboard: String?

  @Option(
    help: ArgumentHelp(
      "Train as one of several processes, which mpirun starts on one machine or on several, with the bits of "
        + "one: mpirun -n 4 discern train --distributed mpi --accumulate 4 …; needs a build with MPI."))
  var distributed: ProcessStarter?

  func validate() throws {
    if tensorboard == "-" || tensorboard == "" {
      throw ValidationError("--tensorboard needs a folder")
    }
    if csvLog == "-", jsonLog == "-" {
      throw ValidationError("--json-log - and --csv-log - would be mixed on standard output; give one a file")
    }
  }

  /// - Throws: `ValidationError` for outputs that only networks have, where there is none.
  func requireUse(of model: ModelKind) throws {
    if model.hasNetwork { return }
    if let (flag, _) = [("--csv-log", csvLog), ("--tensorboard", tensorboard)].first(where: { $0.1 != nil }) {
      throw ValidationError(
        "\(flag) is of use to a network alone, which --model \(model.rawValue) does not have; leave it out, "
          + "or give --model joined")
    }
  }
}
