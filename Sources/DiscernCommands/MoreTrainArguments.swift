import ArgumentParser

/// What most trainings do without.
struct MoreTrainArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "More texts, without labels, for --adversarial vat: one a line, or as --input-format says.",
      valueName: "path"))
  var unlabelled: [String] = []

  @Option(
    help: ArgumentHelp(
      "A vocabulary file; it remembers its tokenizer. Default: build one from --train and --unlabelled.",
      valueName: "path"))
  var vocab: String?

  @Option(
    help: ArgumentHelp(
      "Write a JSON object a line: the run, every epoch, the end; -: to standard output.", valueName: "path"))
  var jsonLog: String?
}
