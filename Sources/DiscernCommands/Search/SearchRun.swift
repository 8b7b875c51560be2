import Discern
import DiscernBundle
import DiscernIO
import DiscernSystem

/// Runs the trials of a search, each in its own process, and records their results.
final class SearchRun {
  /// The reason why no further trial is started.
  enum Stop { case interrupted, outOfTime }

  /// A trial that is to be trained up to a share of its epochs.
  struct Job {
    let trial: SearchTrial
    let rung: Int
    var repetition = 0
    let share: Double
  }

  struct Setup {
    /// The search's folder.
    let folder: String
    /// The inputs and their options, as flags of `discern train`.
    let dataWords: [String]
    var workers: Int
    var threads: Int
    /// The memory limit of a trial in bytes.
    let memory: Int
    let savesModels: Bool
  }

  let setup: Setup
  private(set) var standing: SearchStanding
  private let journal: SearchJournal
  private let interruption: Interruption
  private let deadline: ContinuousClock.Instant?
  private let began = ContinuousClock.now
  private let report: (TrialResult) -> Void
  private(set) var stop: Stop?

  /// The number of seconds that a trial has to end after a signal.
  private static let patience = 30.0

  /// - Parameters:
  ///   - budget: seconds, including those of earlier runs; nil: no limit.
  ///   - report: receives each result.
  init(
    _ setup: Setup, _ trials: [SearchTrial], _ journal: SearchJournal, budget: Double?,
    _ interruption: Interruption, report: @escaping (TrialResult) -> Void
  ) {
    self.setup = setup
    self.journal = journal
    self.interruption = interruption
    self.report = report
    deadline = budget.map { .now + .seconds(max(0, $0 - journal.secondsBefore)) }
    // If the journal is new, existing trials do not belong to this search.
    if journal.isNew { try? FileManager.default.removeItem(atPath: setup.folder + "/trials") }
    standing = SearchStanding(
      trials: trials, plan: SearchPlan(trials: trials.count { $0.sameAs == nil }), results: journal.results)
  }

  /// Seconds since the search began.
  var seconds: Double { journal.secondsBefore + began.duration(to: .now) / .seconds(1) }

  /// Runs only the first trials; only the best of them is trained to the end.
  ///
  /// - Parameter yardstick: the trial that has already been trained.
  func limit(toTrials count: Int, besides yardstick: Int) {
    let trials = Array(standing.trials.prefix(count))
    let others = trials.count { $0.sameAs == nil && $0.number != yardstick }
    standing = SearchStanding(
      trials: trials, plan: SearchPlan(trials: others, finalists: 1), results: standing.results,
      yardstick: yardstick)
  }

  /// Runs all rungs, then trains the finalists with further seeds; trials in the journal are not repeated.
  func run() throws {
    try rungs()
    if stop == nil { try seeds() }
    if stop == nil { VectorFile.removeAll(in: setup.folder + "/trials") }
  }

  /// Runs the search itself.
  func rungs() throws {
    for rung in standing.plan.rungs.indices {
      guard let numbers = standing.participants(rung) else { return }
      try perform(
        numbers.filter { standing.result($0, rung: rung) == nil }
          .map { Job(trial: trial($0), rung: rung, share: standing.plan.rungs[rung].share) })
      if stop != nil { return }
      let isLast = rung + 1 == standing.plan.rungs.count
      removeStates(besides: isLast ? [] : standing.participants(rung + 1) ?? [], repetitions: 0...0)
    }
  }

  /// Trains the finalists with further seeds.
  private func seeds() throws {
    try perform(
      (standing.finalists ?? []).flatMap { finalist in
        (1..<SearchStanding.seeds).filter { standing.result(finalist.trial, repetition: $0) == nil }
          .map {
            Job(
              trial: trial(finalist.trial), rung: standing.plan.rungs.count - 1, repetition: $0, share: 1)
          }
      })
    if stop == nil { removeStates(besides: [], repetitions: 1...SearchStanding.seeds - 1) }
  }

  private func trial(_ number: Int) -> SearchTrial { standing.trials[number - 1] }

  /// Trains several trials at once; ends early if `stop` is set.
  ///
  /// - Parameter other: a setup for these trials only; nil: that of the search.
  func perform(_ jobs: [Job], _ other: Setup? = nil) throws {
    let setup = other ?? self.setup
    var waiting = jobs[...]
    var running: [(job: Job, process: ChildProcess)] = []
    var stopped: ContinuousClock.Instant?
    defer { for entry in running { entry.process.send(SIGKILL) } }
    while !waiting.isEmpty || !running.isEmpty {
      if stop == nil {
        if interruption.isRequested { stop = .interrupted }
        if let deadline, ContinuousClock.now >= deadline { stop = stop ?? .outOfTime }
      }
      if stop != nil, stopped == nil {
        stopped = .now
        waiting = []
        for entry in running { entry.process.send(SIGTERM) }
      }
      if let stopped, stopped.duration(to: .now) > .seconds(Self.patience) {
        for entry in running { entry.process.send(SIGKILL) }
      }
      while running.count < setup.workers, let job = waiting.popFirst() {
        if let known = known(job) {
          try add(known)
        } else {
          running.append((job, try start(job, threads: setup.threads)))
        }
      }
      for index in running.indices.reversed() where running[index].process.hasEnded() {
        let entry = running.remove(at: index)
        if let result = result(entry.job, entry.process.end) { try add(result) }
      }
      if !running.isEmpty { usleep(10_000) }
    }
  }

  private func add(_ result: TrialResult) throws {
    var result = result
    result.seconds = seconds
    try journal.append(result)
    standing = SearchStanding(
      trials: standing.trials, plan: standing.plan, results: journal.results, yardstick: standing.yardstick)
    report(result)
  }

  // MARK: Processes

  func folder(_ number: Int, repetition: Int = 0) -> String {
    setup.folder + "/trials/" + SearchTrial.name(number) + (repetition > 0 ? "-seed-\(repetition)" : "")
  }

  /// The result of a process that ended before its result was recorded; nil if there is none.
  private func known(_ job: Job) -> TrialResult? {
    let folder = folder(job.trial.number, repetition: job.repetition)
    guard
      let data = FileManager.default.contents(
        atPath: TrialCommand.resultPath(folder, rung: job.rung, repetition: job.repetition)),
      let result = try? JSONDecoder().decode(TrialResult.self, from: data),
      result.outcome != .cut, result.trial == job.trial.number
    else { return nil }
    return result
  }

  /// The words of the command line for a trial, without options that do not apply to it.
  private func dataWords(_ recipe: TrainingRecipe) -> [String] {
    let parts = ResumedCommand.parts(setup.dataWords)
    let given = Set(parts.map(\.name))
    var useless: Set<String> = []
    // A teacher affects n-grams only through unlabelled texts.
    if !recipe.model.hasNetwork {
      useless = ["vectors", "vocab", "pretrained"]
      if !given.contains("unlabelled") { useless.insert("teacher") }
    }
    if !given.contains("teacher"), !recipe.model.hasNetwork || recipe.options.adversarial != .vat {
      useless.insert("unlabelled")
    }
    return parts.filter { !useless.contains($0.name) }.flatMap(\.words)
  }

  private func start(_ job: Job, threads: Int) throws -> ChildProcess {
    let folder = folder(job.trial.number, repetition: job.repetition)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let recipe = job.trial.recipe(repetition: job.repetition)
    try OutputTarget(path: folder + "/recipe.yaml").write(Array(recipe.yaml.utf8))
    var words =
      dataWords(recipe) + [
        "--recipe", folder + "/recipe.yaml", "--output", folder + "/model", "--threads", "\(threads)",
      ]
    if recipe.model.hasNetwork { words += ["--checkpoint", folder + "/" + TrialCommand.checkpointName] }
    return try ChildProcess(
      arguments: [
        "search-trial", "--folder", folder, "--number", "\(job.trial.number)", "--rung", "\(job.rung)",
        "--repetition", "\(job.repetition)", "--share", "\(job.share)", "--memory", "\(setup.memory)",
      ] + (setup.savesModels ? ["--saves-model"] : []) + ["--"] + words, log: folder + "/log.txt")
  }

  /// The result of a trial; nil if it was stopped without a result.
  private func result(_ job: Job, _ end: ChildProcess.End?) -> TrialResult? {
    if let known = known(job) { return known }
    let folder = folder(job.trial.number, repetition: job.repetition)
    if stop != nil {
      guard stop == .outOfTime, job.repetition == 0,
        let data = FileManager.default.contents(
          atPath: TrialCommand.resultPath(folder, rung: job.rung, repetition: 0))
      else { return nil }
      return try? JSONDecoder().decode(TrialResult.self, from: data)
    }
    return .failed(
      job.trial.number, job.rung, repetition: job.repetition,
      TrialFailure.reason(end, log: folder + "/log.txt"))
  }

  /// Removes the checkpoints of trials that are not continued.
  private func removeStates(besides kept: [Int], repetitions: ClosedRange<Int>) {
    for trial in standing.trials where !kept.contains(trial.number) {
      for repetition in repetitions {
        let path = folder(trial.number, repetition: repetition) + "/" + TrialCommand.checkpointName
        try? FileManager.default.removeItem(atPath: path)
      }
    }
  }
}
