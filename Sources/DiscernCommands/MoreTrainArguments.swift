import ArgumentParser
import Discern
import DiscernModels

/// Options that most training runs do not need.
struct MoreTrainArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Progressive growing: start from this shallower model and its choices, with residual connections; "
        + "added layers start as the identity. Needs more --layers.",
      valueName: "model"), completion: .directory)
  var growFrom: String?

  @Option(
    help: ArgumentHelp(
      "A model of the same tasks, labels and development texts whose network joins this model, beside a "
        + "--pretrained transformer and n-grams.", valueName: "model"))
  var beside: String?

  @Option(
    help: ArgumentHelp(
      "File for the frozen weights of a --pretrained transformer, shared by all models that name it, instead "
        + "of a copy in each; written if it does not exist. The model stores a relative path relative to its "
        + "own folder.", valueName: "path"), completion: .file())
  var reference: String?

  @Option(
    help: ArgumentHelp(
      "Markdown to start the model card from, such as another model's README.md; text written by people is "
        + "kept. Default: the card at --output, or a new one.",
      valueName: "path"), completion: .file())
  var card: String?

  @Option(
    help: ArgumentHelp(
      "Write a log as JSON Lines (the run, each epoch, the end); - for standard output.", valueName: "path"),
    completion: .file())
  var jsonLog: String?

  @Option(
    help: ArgumentHelp(
      "Write the figures of each epoch as CSV, as in --json-log; - for standard output.", valueName: "path"),
    completion: .file())
  var csvLog: String?

  @Option(
    help: ArgumentHelp(
      "Write metrics, gradients, and histograms of states and attention for TensorBoard.",
      valueName: "folder"), completion: .directory)
  var tensorboard: String?

  @Option(
    help: ArgumentHelp(
      "Train in parallel processes started by mpirun on one or several machines; the weights are the same as "
        + "with one: mpirun -n 4 discern train --distributed mpi --accumulate 4 …; needs a build with MPI."))
  var distributed: ProcessStarter?

  func validate() throws {
    if tensorboard == "-" || tensorboard == "" {
      throw ValidationError("--tensorboard needs a folder")
    }
    if csvLog == "-", jsonLog == "-" {
      throw ValidationError(
        "--json-log - and --csv-log - would both write to standard output; give one of "
          + "them a file")
    }
  }

  /// - Throws: `ValidationError` for outputs that only networks have, if the model has no network.
  func requireUse(of model: ModelKind) throws {
    if model.hasNetwork { return }
    if let (flag, _) = [("--csv-log", csvLog), ("--tensorboard", tensorboard)].first(where: { $0.1 != nil }) {
      throw ValidationError(
        "\(flag) applies only to networks, and --model \(model.rawValue) has none; leave it out, or give "
          + "--model joined")
    }
  }
}
