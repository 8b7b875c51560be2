import Discern
import DiscernIO
import DiscernSystem
import DiscernText
import DiscernTraining

/// Shows the progress of pretraining.
final class PretrainReporter {
  private let corpus: CorpusArguments
  private let options: PretrainingOptions
  private let kernels: String
  private let threads: Int
  /// Whether only word vectors are learned.
  private let ofVectors: Bool
  private let display: TrainingDisplay
  /// Whether the vectors' size is determined by a file.
  private var hasVectors = false

  init(
    corpus: CorpusArguments, options: PretrainingOptions, kernels: String, threads: Int, log: TrainingLog?,
    ofVectors: Bool = false
  ) {
    self.ofVectors = ofVectors
    self.corpus = corpus
    self.options = options
    self.kernels = kernels
    self.threads = threads
    display = TrainingDisplay(
      quiet: corpus.quiet, log: log,
      titles: [
        ("epoch", 5), ("train loss", 10), (ofVectors ? "context" : "forward", 9),
        (ofVectors ? "" : "backward", 9), ("rate", 9), ("norm", 7), ("tokens/s", 9), ("time", 8), ("", 4),
      ])
  }

  func clear() { display.clear() }

  func stage(_ stage: PretrainingStage) {
    switch stage {
    case .vocabulary(let vocabulary, let wasGiven):
      display.say(
        "vocabulary: \(vocabulary.wordCount.grouped) words" + (wasGiven ? "" : " built from the texts"))
    case .read(let report, let summary):
      corpus.report(report, part: "input")
      reportCuts(summary, hasNetwork: true, part: "input", quiet: corpus.quiet)
    case .singleWords(let count):
      display.say(
        "input: \(count.counted("text")) of a single word left out: nothing is to be predicted there")
    case .vectors(let vectors):
      hasVectors = true
      for line in vectors.notes { display.say(line) }
    case .heldOut(let texts, let tokens, let perplexity):
      display.say(
        "held out: \(texts.counted("text")) of \(tokens.grouped) tokens; by words' frequencies alone their "
          + "perplexity is " + Self.figure(perplexity)
          + (ofVectors && options.frequentShare > 0 ? " (frequent words count less, as in training)" : ""))
      display.write(LogRecord.HeldOutTexts(texts: texts, tokens: tokens, unigramPerplexity: perplexity))
    case .model(let parameters):
      display.say(
        (ofVectors ? "vectors" : "language model")
          + ": \(parameters.grouped) parameters; kernels \(kernels), \(threads.counted("thread"))"
      )
    case .training(let event): training(event)
    case .checkpointFailed(let error): display.warn("\(error); training continues")
    }
  }

  private func training(_ event: TrainingEvent) {
    switch event {
    case .began(let segments, let tokens, let parameters, _):
      display.write(
        LogRecord.BeganPretraining(
          model: ofVectors ? "vectors" : "pretrained", segments: segments, tokens: tokens,
          parameters: parameters, seed: options.seed, kernels: kernels,
          threads: threads))
    case .resumed(let epoch, let step, let hasEnded):
      display.resume(epoch: epoch, step: step, hasEnded: hasEnded)
    case .step(let progress): display.update(progress, epochs: options.epochs)
    case .epoch(let summary): epoch(summary)
    case .warning(let warning): display.warn(warning)
    // The schedule is a cosine, and nothing is pruned.
    case .reducedLearningRate, .pruned, .states: break
    }
  }

  private func epoch(_ summary: EpochSummary) {
    let perplexities = (summary.tasks ?? []).map { exp($0.loss) }
    // A column for each direction.
    display.row([
      "\(summary.epoch)", String(format: "%.4f", summary.trainLoss),
      perplexities.first.map(Self.figure) ?? "",
      perplexities.count > 1 ? Self.figure(perplexities[1]) : ofVectors ? "" : "–",
      String(format: "%.3g", summary.learningRate), String(format: "%.2f", summary.gradientNorm),
      Int(summary.tokensPerSecond).grouped, String(format: "%.0f s", summary.trainSeconds),
      summary.isBest ? "best" : "",
    ])
    display.write(LogRecord.Epoch(summary: summary))
  }

  /// - Parameter path: the destination; nil: nothing was written.
  func end(_ record: PretrainingRecord, path: String?) {
    let names = ofVectors ? ["by the words around"] : ["forward", "backward"]
    let figures = zip(names, record.perplexities).map { "\($0) \(Self.figure($1))" }
    display.say(
      "held-out perplexity: \(figures.joined(separator: ", ")) (by frequencies alone "
        + "\(Self.figure(record.unigramPerplexity)))")
    if record.isNoBetterThanFrequencies { warnOfFrequencies() }
    display.end(
      path,
      next: "discern train --\(ofVectors ? "vectors" : "pretrained") "
        + "\(CheckpointArguments.quoted(path ?? "")) begins with \(ofVectors ? "them" : "it")")
    display.write(
      LogRecord.EndedPretraining(
        outcome: record.outcome, perplexities: record.perplexities,
        unigramPerplexity: record.unigramPerplexity, output: path))
    display.closeLog()
  }

  /// Follows the figures, which show the difference.
  private func warnOfFrequencies() {
    let size = hasVectors ? "" : "a smaller --embedding-dim than \(options.network.embeddingSize), "
    let text =
      "held-out words are predicted no better than by their frequencies alone: "
      + (ofVectors ? "such vectors" : "such weights")
      + " are of little use; what helps: more texts (--input), \(size)more --epochs"
    display.warn(text)
  }

  private static func figure(_ perplexity: Double) -> String {
    String(format: perplexity < 99_999 ? "%.1f" : "%.1e", perplexity)
  }
}

extension PretrainedEncoder {
  /// Warns if this machine may divide words differently.
  func noting(_ path: String) -> PretrainedEncoder {
    if let tokenizer = languageModel?.tokenizer, !tokenizer.matchesRunningICU {
      Console.warning(
        "\(path): made with ICU \(tokenizer.icuVersion), this is "
          + "\(TokenizerConfiguration.runningICUVersion); some words may be divided in another way")
    }
    return self
  }
}
