import ArgumentParser

/// What most trainings do without.
struct MoreTrainArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "More texts, without labels, for --self-train or --adversarial vat: one a line, or as --input-format "
        + "says.",
      valueName: "path"))
  var unlabelled: [String] = []

  @Option(
    help: ArgumentHelp(
      "Column or key of groups, such as films, users or threads: texts of one group stay on one side when "
        + "a part of --train is held out.", valueName: "column"))
  var groupColumn: String?

  @Option(
    help: ArgumentHelp(
      "A vocabulary file; it remembers its tokenizer. Default: build one from --train and --unlabelled.",
      valueName: "path"))
  var vocab: String?

  @Option(
    help: ArgumentHelp(
      "A shallower model to begin as (progressive growing): its words, weights and choices, but for what is "
        + "given here, and with residual connections; each added layer begins as the identity. Needs more "
        + "--layers.",
      valueName: "model"))
  var growFrom: String?

  @Option(
    help: ArgumentHelp(
      "Begin with the words, tokenizer, vectors and layers that discern pretrain learned.",
      valueName: "folder"))
  var pretrained: String?

  @Option(
    help: ArgumentHelp(
      "Write a JSON object a line: the run, every epoch, the end; -: to standard output.", valueName: "path"))
  var jsonLog: String?

  func validate() throws {
    if groupColumn == "" {
      throw ValidationError("--group-column is empty: columns are named, or numbered from 1")
    }
  }
}
