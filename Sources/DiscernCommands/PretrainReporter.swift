import Discern
import DiscernIO
import DiscernSystem
import DiscernText
import DiscernTraining

/// Shows pretraining: a progress bar and lines for people, JSON lines for machines.
final class PretrainReporter {
  private let corpus: CorpusArguments
  private let options: PretrainingOptions
  private let kernels: String
  private let threads: Int
  private let log: TrainingLog?
  /// Whether only word vectors are learned.
  private let ofVectors: Bool
  private var bar: ProgressBar
  private var hasHeader = false
  /// Whether the vectors' size follows from a file.
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
    self.log = log
    bar = ProgressBar(isEnabled: !corpus.quiet)
  }

  private enum Record {
    struct Began: Encodable {
      let event = "began"
      let segments: Int
      let tokens: Int
      let parameters: Int
      let seed: UInt64
      let kernels: String
      let threads: Int
    }
    struct HeldOut: Encodable {
      let event = "held-out"
      let texts: Int
      let tokens: Int
      let unigramPerplexity: Double
    }
    struct Epoch: Encodable {
      let event = "epoch"
      let epoch: Int
      let trainLoss: Double
      let perplexities: [Double]
      let learningRate: Double
      let gradientNorm: Double
      let tokensPerSecond: Double
      let trainSeconds: Double
      let isBest: Bool
    }
    struct Ended: Encodable {
      let event = "ended"
      let outcome: TrainingOutcome
      let perplexities: [Double]
      let unigramPerplexity: Double
      /// `nil`: not written.
      let output: String?
    }
  }

  func clear() { bar.clear() }

  func stage(_ stage: PretrainingStage) {
    switch stage {
    case .vocabulary(let vocabulary, let wasGiven):
      say("vocabulary: \(vocabulary.count.grouped) words" + (wasGiven ? "" : " built from the texts"))
    case .read(let report, let summary):
      corpus.report(report, part: "input")
      reportCuts(summary, hasNetwork: true, part: "input", quiet: corpus.quiet)
    case .singleWords(let count):
      say("input: \(count.counted("text")) of a single word left out: nothing is to be predicted there")
    case .vectors(let vectors):
      hasVectors = true
      for line in vectors.notes { say(line) }
    case .heldOut(let texts, let tokens, let perplexity):
      say(
        "held out: \(texts.counted("text")) of \(tokens.grouped) tokens; by words' frequencies alone their "
          + "perplexity is " + Self.figure(perplexity)
          + (ofVectors && options.frequentShare > 0 ? " (frequent words count less, as in training)" : ""))
      write(Record.HeldOut(texts: texts, tokens: tokens, unigramPerplexity: perplexity))
    case .model(let parameters):
      say(
        (ofVectors ? "vectors" : "language model")
          + ": \(parameters.grouped) parameters; kernels \(kernels), \(threads.counted("thread"))"
      )
    case .training(let event): training(event)
    case .checkpointFailed(let error):
      bar.clear()
      Console.warning("\(error); the training goes on")
    }
  }

  private func training(_ event: TrainingEvent) {
    switch event {
    case .began(let segments, let tokens, let parameters, _):
      write(
        Record.Began(
          segments: segments, tokens: tokens, parameters: parameters, seed: options.seed, kernels: kernels,
          threads: threads))
    case .resumed(let epoch, let step, let hasEnded):
      say(TrainReporter.goingOn(epoch, step, hasEnded: hasEnded))
    case .step(let progress):
      bar.update(
        progress.step, of: progress.stepCount,
        EpochTable.progress(progress, epochs: options.epochs))
    case .epoch(let summary): epoch(summary)
    // The schedule is a cosine, nothing is pruned; and signs of a classifier's trouble mean nothing here.
    case .reducedLearningRate, .pruned, .warning, .states: break
    }
  }

  private func epoch(_ summary: EpochSummary) {
    let perplexities = (summary.tasks ?? []).map { exp($0.loss) }
    bar.clear()
    if !hasHeader {
      say(
        Self.row([
          "epoch", "train loss", ofVectors ? "context" : "forward", ofVectors ? "" : "backward", "rate",
          "norm", "tokens/s", "time", "",
        ]))
    }
    hasHeader = true
    say(
      Self.row([
        "\(summary.epoch)", String(format: "%.4f", summary.trainLoss),
        perplexities.first.map(Self.figure) ?? "",
        perplexities.count > 1 ? Self.figure(perplexities[1]) : ofVectors ? "" : "–",
        String(format: "%.3g", summary.learningRate), String(format: "%.2f", summary.gradientNorm),
        Int(summary.tokensPerSecond).grouped, String(format: "%.0f s", summary.trainSeconds),
        summary.isBest ? "best" : "",
      ]))
    write(
      Record.Epoch(
        epoch: summary.epoch, trainLoss: summary.trainLoss, perplexities: perplexities,
        learningRate: summary.learningRate, gradientNorm: summary.gradientNorm,
        tokensPerSecond: summary.tokensPerSecond, trainSeconds: summary.trainSeconds, isBest: summary.isBest))
  }

  /// Perplexities are in the directions' columns.
  private static func row(_ cells: [String]) -> String {
    let line = zip(cells, [5, 10, 9, 9, 9, 7, 9, 8, 4]).map { DisplayText.right($0, $1) }
    return String(line.joined(separator: " ").reversed().drop { $0 == " " }.reversed())
  }

  /// - Parameter path: `nil`: nothing was written.
  func end(_ record: PretrainingRecord, path: String?) {
    let names = ofVectors ? ["by the words around"] : ["forward", "backward"]
    let figures = zip(names, record.perplexities).map { "\($0) \(Self.figure($1))" }
    say(
      "held-out perplexity: \(figures.joined(separator: ", ")) (by frequencies alone "
        + "\(Self.figure(record.unigramPerplexity)))")
    if record.isNoBetterThanFrequencies { warnOfFrequencies() }
    if let path {
      say(
        "\(path): written; discern train --\(ofVectors ? "vectors" : "pretrained") "
          + "\(CheckpointArguments.quoted(path)) begins with \(ofVectors ? "them" : "it")")
    } else {
      Console.warning("nothing was written: what is there was trained to its end, and this was not")
    }
    write(
      Record.Ended(
        outcome: record.outcome, perplexities: record.perplexities,
        unigramPerplexity: record.unigramPerplexity, output: path))
    log?.file.close()
  }

  /// The figures before it say how far off.
  private func warnOfFrequencies() {
    let size = hasVectors ? "" : "a smaller --embedding-dim than \(options.network.embeddingSize), "
    let text =
      "held-out words are told no better than by their frequencies alone: "
      + (ofVectors ? "such vectors" : "such weights")
      + " are of little use; what helps: more texts (--input), \(size)more --epochs"
    Console.warning(text)
    write(LogRecord.Warning(text: text))
  }

  private static func figure(_ perplexity: Double) -> String {
    String(format: perplexity < 99_999 ? "%.1f" : "%.1e", perplexity)
  }

  private func say(_ text: String) {
    guard !corpus.quiet else { return }
    bar.clear()
    Console.line(text)
  }

  private func write(_ value: some Encodable) {
    guard let log else { return }
    bar.clear()
    log.write(value)
  }
}

extension PretrainedEncoder {
  /// Warns where this machine may divide words in another way.
  func noting(_ path: String) -> PretrainedEncoder {
    if let tokenizer = languageModel?.tokenizer, !tokenizer.matchesRunningICU {
      Console.warning(
        "\(path): made with ICU \(tokenizer.icuVersion), this is "
          + "\(TokenizerConfiguration.runningICUVersion); some words may be divided in another way")
    }
    return self
  }
}
