import Discern
import DiscernIO
import DiscernSystem
import DiscernTensor
import DiscernTraining

/// Shows a matcher's training: a progress bar and lines for people, JSON lines for machines.
final class MatchReporter {
  private let corpus: CorpusArguments
  private let options: MatchOptions
  private let compute: Compute
  private let log: TrainingLog?
  private var bar: ProgressBar
  private var hasHeader = false

  init(corpus: CorpusArguments, options: MatchOptions, compute: Compute, log: TrainingLog?) {
    self.corpus = corpus
    self.options = options
    self.compute = compute
    self.log = log
    bar = ProgressBar(isEnabled: !corpus.quiet)
  }

  private enum Record {
    struct Began: Encodable {
      let event = "began"
      let texts: Int
      let heldOut: Int
      let parameters: Int
      let seed: UInt64
      let kernels: String
      let threads: Int
    }
    struct Epoch: Encodable {
      let event = "epoch"
      let epoch: Int
      let trainLoss: Double
      let developmentLoss: Double
      let recallAt1: Double
      let learningRate: Double
      let gradientNorm: Double
      let tokensPerSecond: Double
      let trainSeconds: Double
      let isBest: Bool
    }
    struct Ended: Encodable {
      let event = "ended"
      let outcome: TrainingOutcome
      let recallAt1: Double
      let recallAt5: Double
      let recallAt10: Double
      let meanReciprocalRank: Double
      let temperature: Double
      /// `nil`: not written.
      let output: String?
    }
  }

  private var divided = (training: 0, heldOut: 0)

  func clear() { bar.clear() }

  func stage(_ stage: MatchStage) {
    switch stage {
    case .read(let report, let summary, let part):
      corpus.report(report, part: part)
      reportCuts(summary, hasNetwork: true, part: part, quiet: corpus.quiet)
    case .vocabulary(let vocabulary, let wasGiven):
      say("vocabulary: \(vocabulary.count.grouped) words" + (wasGiven ? "" : " built from the texts"))
    case .transformer(let configuration):
      say(
        "pretrained: a transformer of \(configuration.layerCount.counted("layer")), which stays as it is; "
          + "texts get vectors of \(configuration.hiddenSize.counted("number"))")
    case .vectorsMade(let texts, let count):
      bar.update(texts, of: count, "vectors of texts")
    case .withoutPartner(let count, let part):
      say("\(part): \(count.counted("text")) whose label no other text has, so that nothing belongs to it")
    case .withoutSecondText(let count, let part):
      bar.clear()
      Console.warning("\(part): skipped \(count.counted("row")) without a second text")
    case .divided(let training, let heldOut):
      divided = (training, heldOut)
      say("\(training.counted("text")) to learn from, \(heldOut.grouped) to measure on")
    case .model(let configuration, let parameters):
      say(
        "matcher: \(parameters.grouped) parameters, vectors of "
          + configuration.vectorSize.counted("number") + "; kernels \(compute.family.name), "
          + compute.threadCount.counted("thread"))
      write(
        Record.Began(
          texts: divided.training, heldOut: divided.heldOut, parameters: parameters, seed: options.seed,
          kernels: compute.family.name, threads: compute.threadCount))
    case .training(let event): training(event)
    case .checkpointFailed(let error):
      bar.clear()
      Console.warning("\(error); the training goes on")
    }
  }

  private func training(_ event: TrainingEvent) {
    switch event {
    case .began: bar.clear()
    case .resumed(let epoch, let step, let hasEnded):
      say(TrainReporter.goingOn(epoch, step, hasEnded: hasEnded))
    case .step(let progress):
      bar.update(
        progress.step, of: progress.stepCount, EpochTable.progress(progress, epochs: options.epochs))
    case .epoch(let summary): epoch(summary)
    // The schedule is a cosine, nothing is pruned; and signs of a classifier's trouble mean nothing here.
    case .reducedLearningRate, .pruned, .warning, .states: break
    }
  }

  private func epoch(_ summary: EpochSummary) {
    bar.clear()
    if !hasHeader {
      say(
        Self.row([
          "epoch", "train loss", "held out", "recall@1", "rate", "norm", "tokens/s", "time", "",
        ]))
    }
    hasHeader = true
    say(
      Self.row([
        "\(summary.epoch)", String(format: "%.4f", summary.trainLoss),
        String(format: "%.4f", summary.developmentLoss), String(format: "%.1f %%", 100 * summary.accuracy),
        String(format: "%.3g", summary.learningRate), String(format: "%.2f", summary.gradientNorm),
        Int(summary.tokensPerSecond).grouped, String(format: "%.0f s", summary.trainSeconds),
        summary.isBest ? "best" : "",
      ]))
    write(
      Record.Epoch(
        epoch: summary.epoch, trainLoss: summary.trainLoss, developmentLoss: summary.developmentLoss,
        recallAt1: summary.accuracy, learningRate: summary.learningRate, gradientNorm: summary.gradientNorm,
        tokensPerSecond: summary.tokensPerSecond, trainSeconds: summary.trainSeconds, isBest: summary.isBest))
  }

  private static func row(_ cells: [String]) -> String {
    let line = zip(cells, [5, 10, 9, 9, 9, 7, 9, 8, 4]).map { DisplayText.right($0, $1) }
    return String(line.joined(separator: " ").reversed().drop { $0 == " " }.reversed())
  }

  /// - Parameter path: `nil`: nothing was written.
  func end(_ record: MatchRecord, path: String?) {
    bar.clear()
    let recalls = [1, 5, 10].map { record.scores?.recall(at: $0) ?? 0 }
    say(
      String(
        format: "held out: recall@1 %.1f %%, @5 %.1f %%, @10 %.1f %%; temperature %.3f", 100 * recalls[0],
        100 * recalls[1], 100 * recalls[2], record.temperature))
    if let path {
      let name = CheckpointArguments.quoted(path)
      say(
        "\(path): written; discern match index \(name) makes an index, discern match search \(name) asks it")
    } else {
      Console.warning("nothing was written: what is there was trained to its end, and this was not")
    }
    write(
      Record.Ended(
        outcome: record.outcome, recallAt1: recalls[0], recallAt5: recalls[1], recallAt10: recalls[2],
        meanReciprocalRank: record.scores?.meanReciprocalRank ?? 0, temperature: record.temperature,
        output: path))
    log?.file.close()
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
