import ArgumentParser
import Discern
import DiscernCorpus
import DiscernIO
import DiscernSystem
import DiscernTraining

/// A trial of a search, in its own process: trains as `discern train` does, up to a certain epoch, and
/// continues from its checkpoint when more epochs are requested. Started only by searches.
struct TrialCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search-trial", abstract: "Train a trial of a search (internal).",
    shouldDisplay: false)

  @Option(help: "Folder of the trial.", completion: .directory) var folder: String
  @Option(help: "Its number.") var number: Int
  @Option(help: "The rung.") var rung: Int
  @Option(help: "Number of the additional seed; 0: none.") var repetition: Int
  @Option(help: "Fraction of the epochs to train.") var share: Double
  @Option(help: "Memory limit in bytes; 0: none.") var memory: Int
  @Flag(help: "Save the model.") var savesModel = false
  @Argument(parsing: .postTerminator, help: "Arguments of discern train.") var words: [String] = []

  func run() throws {
    let interruption = Interruption()
    ParentWatch.begin()
    MemoryLimit.set(memory)
    try reportingErrors {
      let command = try TrainCommand.parse(words)
      let going = try resumed()
      let job = try TrainJob(command, words, going: going.map { ($0, $0.recipe) })
      // Trials have the same texts, and most have the same encoder.
      job.checkpoints?.keepVectors(in: folder + "/..")
      var isPaused = false
      var epochs = going?.completedEpochs ?? 0
      let classifier = try job.train(interruption, isPaused: { isPaused }) { stage in
        let all = job.reporter.recipe.options.epochs
        let target = SearchPlan.epochs(share, of: all)
        switch stage {
        case .training(.epoch(let summary)):
          epochs = summary.epoch
          isPaused = epochs >= target && target < all
        case .training(.resumed(let epoch, _, hasEnded: false)):
          epochs = epoch - 1
          isPaused = epochs >= target && target < all
        default: break
        }
      }
      let hasNetwork = classifier.kind.hasNetwork
      var result = TrialResult(
        trial: number, repetition: repetition, rung: rung,
        outcome: try outcome(classifier, isPaused: isPaused, interruption),
        epochs: hasNetwork ? epochs : nil,
        allEpochs: hasNetwork ? job.reporter.recipe.options.epochs : nil)
      result.score = classifier.developmentScore
      guard result.score != nil else {
        Console.error("the figures on the development texts are not finite")
        throw ExitStatus.diverged
      }
      if savesModel, let destination = job.destination { _ = try classifier.save(to: destination) }
      try Self.write(result, Self.resultPath(folder, rung: rung, repetition: repetition))
      if result.outcome == .cut { throw ExitCode(interruption.exitStatus) }
    }
  }

  private func outcome(
    _ classifier: TextClassifier, isPaused: Bool, _ interruption: Interruption
  ) throws -> TrialResult.Outcome {
    switch classifier.record.outcome {
    case .completed, .stoppedEarly: return .ended
    case .interrupted: return isPaused && !interruption.isRequested ? .paused : .cut
    case .diverged:
      Console.error("the loss or its gradients became infinite or NaN")
      throw ExitStatus.diverged
    }
  }

  /// The state to resume from, if there is one. Waits for another process that is about to end.
  private func resumed() throws -> TrainingCheckpoints? {
    let path = folder + "/" + Self.checkpointName
    guard FolderEntry(path: path) != nil else { return nil }
    var patience = 100
    while true {
      do throws(DiscernError) {
        return try TrainingCheckpoints(resuming: path)
      } catch {
        switch error {
        case .checkpoint(.none): return nil
        case .checkpoint(.inUse) where patience > 0:
          patience -= 1
          usleep(100_000)
        default: throw error
        }
      }
    }
  }

  static let checkpointName = "checkpoint"

  static func resultPath(_ folder: String, rung: Int, repetition: Int) -> String {
    folder + (repetition > 0 ? "/seed-\(repetition).json" : "/rung-\(rung).json")
  }

  private static func write(_ result: TrialResult, _ path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try OutputTarget(path: path).write(Array(encoder.encode(result)) + [0x0A])
  }
}
