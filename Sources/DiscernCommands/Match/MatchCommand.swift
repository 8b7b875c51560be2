import ArgumentParser

/// Two towers: what belongs to a text.
struct MatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "match",
    abstract: "Find what belongs to a text: answers, like questions, vectors of images.",
    discussion: """
      A matcher gives texts vectors that are near where they belong together, learned from pairs of texts, \
      from labels, or from texts and vectors that something else made.

      Examples:
        discern match train --train faq.tsv --output matcher
        discern match index matcher answers.txt --output answers.safetensors
        discern match search matcher --index answers.safetensors < questions.txt
      """,
    subcommands: [
      MatchTrainCommand.self, MatchIndexCommand.self, MatchSearchCommand.self, MatchEvaluateCommand.self,
    ])
}
