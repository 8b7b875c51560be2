import ArgumentParser

/// The command `discern`.
public struct DiscernCommand: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "discern",
    abstract: "Train text classifiers on labelled texts, and use them.",
    discussion: """
      Results go to standard output, everything else to standard error. Exit codes: 0, 64 usage,
      65 bad data, 66 missing input, 70 internal, 74 input or output failed, 130 interrupted.

      Example:
        discern train --train reviews.tsv --output model
        echo "What a lovely film!" | discern classify model
      """,
    version: "discern 0.1.0",
    subcommands: [
      VocabCommand.self, DataCommand.self, RecipeCommand.self, TrainCommand.self, EvaluateCommand.self,
      ClassifyCommand.self, InfoCommand.self, BenchCommand.self,
    ])

  public init() {}

  /// Runs the command line of this process, and ends it.
  public static func start() { main() }
}
