import ArgumentParser

struct Seq2SeqCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "seq2seq", abstract: "Learn to write texts of other texts, from pairs.",
    discussion: """
      An encoder-decoder of recurrent layers with attention, or a transformer: for short sequences that \
      follow from others by rules or habits, such as forms of dates, names and numbers. It knows nothing \
      but the pairs.
      """,
    subcommands: [Seq2SeqTrainCommand.self, Seq2SeqPredictCommand.self, Seq2SeqEvaluateCommand.self])
}
