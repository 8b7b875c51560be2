import DiscernIO
import DiscernSystem
import DiscernTraining

/// The output of a training run: a progress bar and lines for users, JSON lines for other programs.
final class TrainingDisplay {
  private let quiet: Bool
  private let log: TrainingLog?
  /// The columns of the table of epochs.
  private let titles: [(title: String, width: Int)]
  /// The unit that is counted per second.
  private let unit: String
  private var bar: ProgressBar
  private var hasTitles = false
  private var warned: Set<TrainingWarning> = []

  /// - Parameters:
  ///   - titles: the columns of the table of epochs.
  ///   - unit: the unit that the progress bar counts per second.
  init(quiet: Bool, log: TrainingLog?, titles: [(title: String, width: Int)], unit: String = "tokens") {
    self.quiet = quiet
    self.log = log
    self.titles = titles
    self.unit = unit
    bar = ProgressBar(isEnabled: !quiet)
  }

  func clear() { bar.clear() }

  func say(_ text: String) {
    guard !quiet else { return }
    bar.clear()
    Console.line(text)
  }

  /// Warnings are shown even with `--quiet`, and logged.
  func warn(_ text: String) {
    bar.clear()
    Console.warning(text)
    write(LogRecord.Warning(text: text))
  }

  /// The log has the warning for every run; the user sees a warning that follows from the options only once.
  ///
  /// - Parameter hasClipping: whether there is a flag that limits the gradients' norm.
  func warn(_ warning: TrainingWarning, hasClipping: Bool = false) {
    let text = TrainReporter.text(warning, labels: [:], hasClipping: hasClipping)
    if warned.insert(warning).inserted { warn(text) } else { write(LogRecord.Warning(text: text)) }
  }

  /// Training continues; the log already has the lines about the texts, which were read again.
  func resume(epoch: Int, step: Int, hasEnded: Bool) {
    log?.file.isMuted = false
    say(TrainReporter.goingOn(epoch, step, hasEnded: hasEnded))
  }

  func write(_ value: some Encodable) {
    guard let log else { return }
    bar.clear()
    log.write(value)
  }

  func update(_ done: Int, of count: Int, _ text: String) { bar.update(done, of: count, text) }

  func update(_ progress: TrainingProgress, epochs: Int) {
    update(progress.step, of: progress.stepCount, EpochTable.progress(progress, epochs: epochs, unit: unit))
  }

  /// A row of the table of epochs, preceded by the titles if it is the first.
  func row(_ cells: [String]) {
    bar.clear()
    if !hasTitles { say(line(titles.map(\.title))) }
    hasTitles = true
    say(line(cells))
  }

  /// Starts another table.
  func beginTable() { hasTitles = false }

  private func line(_ cells: [String]) -> String {
    let line = zip(cells, titles).map { DisplayText.right($0, $1.width) }
    return String(line.joined(separator: " ").reversed().drop { $0 == " " }.reversed())
  }

  /// Reports the end of training.
  ///
  /// - Parameter path: the destination; nil: nothing was written.
  func end(_ path: String?, next: @autoclosure () -> String) {
    if let path {
      say("\(path): written; \(next())")
    } else {
      Console.warning("nothing was written: the existing model is completely trained, and this one is not")
    }
  }

  func closeLog() { log?.file.close() }
}
