import ArgumentParser

struct Seq2SeqCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "seq2seq", abstract: "Train and use sequence-to-sequence models on pairs of texts.",
    discussion: """
      The model is a recurrent encoder-decoder with attention, or a transformer. It is meant for short \
      sequences that follow from others by rules or conventions, such as formats of dates, names and \
      numbers, and knows nothing but its training pairs.
      """,
    subcommands: [Seq2SeqTrainCommand.self, Seq2SeqPredictCommand.self, Seq2SeqEvaluateCommand.self])
}
