import ArgumentParser

/// Commands for matchers, which find matching texts or vectors with two towers.
struct MatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "match",
    abstract: "Find matches of texts: answers, similar questions, image vectors.",
    discussion: """
      A matcher maps matching texts to nearby vectors. It is trained on pairs of texts, on labelled texts, \
      or on texts with given vectors.

      Examples:
        discern match train --train faq.tsv --output matcher
        discern match index matcher answers.txt --output answers.safetensors
        discern match search matcher --index answers.safetensors < questions.txt
      """,
    subcommands: [
      MatchTrainCommand.self, MatchIndexCommand.self, MatchSearchCommand.self, MatchEvaluateCommand.self,
    ])
}
