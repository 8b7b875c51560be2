import DiscernBundle
import DiscernCorpus
import DiscernEvaluation
import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernTraining

extension Forecaster {
  /// Trains a network on the first rows of a table, with early stopping on the following rows, and measures
  /// it on the last rows.
  ///
  /// Columns are scaled by the training rows alone, or by the given bounds, and no training window contains a
  /// later row. The same table, options and seed give the same weights, bit for bit, for any number of
  /// threads.
  ///
  /// - Parameters:
  ///   - table: the rows, oldest first.
  ///   - options: columns, the network, and how it is trained.
  ///   - checkpoints: where the state is saved, and from which training resumes.
  ///   - compute: threads and kernels.
  ///   - onStage: called on the calling thread.
  ///   - isInterrupted: called after every step; if it returns true, training ends with the best weights so
  ///     far.
  /// - Throws: `DiscernError`; `.interrupted` if no epoch was complete.
  public static func train(
    on table: SeriesTable, options: ForecastOptions = ForecastOptions(),
    checkpoints: RunCheckpoints? = nil, compute: Compute = Compute(),
    onStage: (ForecastStage) -> Void = { _ in }, isInterrupted: () -> Bool = { false }
  ) throws(DiscernError) -> Forecaster {
    try options.validate()
    let testRows = Int((Double(table.rowCount) * options.testFraction).rounded())
    let forecaster = try train(
      on: table, learning: 0..<table.rowCount - testRows, options, checkpoints, compute, onStage,
      isInterrupted)
    guard options.testFraction > 0, forecaster.record.outcome != .interrupted else { return forecaster }
    let rows = table.rowCount - testRows..<table.rowCount
    // Fewer rows than the horizon cannot be measured.
    if table.windows(options.window, horizon: options.horizon, targets: rows).isEmpty {
      onStage(.notMeasured(rows: testRows))
      return forecaster
    }
    return forecaster.with(report: try forecaster.evaluate(on: table, rows: rows, compute: compute))
  }

  /// Walk-forward evaluation: trains a new network at each of several origins, only on earlier rows, and
  /// measures it on the rows up to the next origin.
  ///
  /// - Parameters:
  ///   - table: the rows, oldest first.
  ///   - folds: the number of origins, at least 1; the second half of the table is divided among them.
  ///   - options: as for `train`.
  ///   - compute: threads and kernels.
  ///   - onStage: receives the stages of each training run, on the calling thread.
  ///   - onFold: receives each origin's report.
  ///   - isInterrupted: called after every step; if it returns true, all measurements are lost.
  /// - Returns: the reports, by origin.
  public static func walkForward(
    on table: SeriesTable, folds: Int, options: ForecastOptions = ForecastOptions(),
    compute: Compute = Compute(), onStage: (ForecastStage) -> Void = { _ in },
    onFold: (Int, ForecastReport) -> Void = { _, _ in }, isInterrupted: () -> Bool = { false }
  ) throws(DiscernError) -> [ForecastReport] {
    try options.validate()
    let half = table.rowCount / 2
    let size = (table.rowCount - half) / max(1, folds)
    guard folds >= 1, size >= options.horizon else {
      throw .conflict(
        "--folds \(folds): half of the \(table.rowCount) rows, divided into folds, gives fewer than the "
          + "\(options.horizon) rows of a forecast; give fewer folds, or more rows")
    }
    var reports: [ForecastReport] = []
    for fold in 0..<folds {
      let origin = half + fold * size
      let end = fold == folds - 1 ? table.rowCount : origin + size
      let forecaster = try train(
        on: table, learning: 0..<origin, options, nil, compute, onStage, isInterrupted)
      if forecaster.record.outcome == .interrupted { throw .interrupted }
      let report = try forecaster.evaluate(on: table, rows: origin..<end, compute: compute)
      onFold(fold, report)
      reports.append(report)
    }
    return reports
  }

  /// - Parameter rows: the rows that training may use, including those for early stopping.
  private static func train(
    on table: SeriesTable, learning rows: Range<Int>, _ options: ForecastOptions,
    _ checkpoints: RunCheckpoints?, _ compute: Compute, _ onStage: (ForecastStage) -> Void,
    _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> Forecaster {
    let targets = try targets(of: table, options)
    let validationRows = Int((Double(table.rowCount) * options.validationFraction).rounded())
    let learned = rows.lowerBound..<max(rows.lowerBound, rows.upperBound - validationRows)
    let watched = learned.upperBound..<rows.upperBound
    let shape = options.configuration(inputs: table.names.count, targets: targets.count)
    do throws(ModelError) { try shape.validate() } catch { throw DiscernError.model(error).namingFlag }
    let memory = try wrapping(DiscernError.model) { () throws(ModelError) in
      try ForecastMemory(shape, batchSize: options.batchSize, rowCount: table.rowCount)
    }
    do throws(MemoryShortage) { try memory.check(against: SystemMemory.limit()) } catch {
      throw .training(.memory(error))
    }
    let (training, validation) = try starts(table, learned, watched, options)
    onStage(
      .divided(
        rows: [learned.count, watched.count, table.rowCount - rows.upperBound],
        windows: [training.count, validation.count]))
    for leak in SeriesLeak.find(table, rows: learned, targets: targets, horizon: options.horizon) {
      onStage(.leak(leak))
    }
    if SeriesOrder.looksExchanged(table, rows: learned) { onStage(.looksExchanged) }
    if let bounds = options.bounds { try check(table, targets, bounds) }
    let scales = table.names.indices.map { column in
      if let bounds = options.bounds, targets.contains(column) { return ColumnScale(bounds) }
      return scale(table, column: column, rows: learned, options.scaling)
    }
    let scaled = try scaled(
      table, Array(table.names.indices), scales, rows: 0..<rows.upperBound,
      isScaled: options.scaling != .none)
    func windows(_ starts: [Int]) -> SeriesWindows {
      SeriesWindows(
        values: scaled, columnCount: table.names.count, inputColumns: Array(table.names.indices),
        targetColumns: targets, isRelative: options.level == .last, window: options.window,
        horizon: options.horizon, starts: starts)
    }
    let network = try wrapping(DiscernError.model) { () throws(ModelError) in
      try ForecastNetwork(shape, seed: options.seed)
    }
    onStage(.model(parameterCount: network.parameterCount))
    let identity = RunIdentity(options, table, kernels: compute.family.name)
    let trained = try withoutActuallyEscaping(onStage) { onStage throws(DiscernError) in
      let store = try checkpoints?.store(identity, inputFlag: "--data") { onStage(.checkpointFailed($0)) }
      return try wrapping(DiscernError.training) { () throws(TrainingError) in
        try Trainer(options.training, compute: compute).train(
          ForecastTraining(network, loss: options.regression),
          source: WindowSource(windows(training), batchSize: options.batchSize, seed: options.seed),
          development: windows(validation), store: store, onEvent: { onStage(.training($0)) },
          isInterrupted: isInterrupted)
      }
    }
    var record = record(table, options, rows, learned: learned.count)
    record.windows = [training.count, validation.count]
    (record.epochs, record.outcome) = (trained.epochs, trained.outcome)
    record.kernels = compute.family.name
    return Forecaster(
      ForecasterFolder(
        network: trained.model.network, columns: table.names, scales: scales, targets: targets,
        isRelative: options.level == .last, facts: record))
  }

  /// The record before training.
  private static func record(
    _ table: SeriesTable, _ options: ForecastOptions, _ rows: Range<Int>, learned: Int
  ) -> ForecastRecord {
    var record = ForecastRecord()
    record.choices = options.choices
    record.season = options.season
    record.rowCount = table.rowCount
    (record.trainingRows, record.validationRows) = (learned, rows.count - learned)
    // Several series have no common last time.
    record.lastTime =
      table.times.isEmpty || table.seriesStarts.count > 1 ? nil : table.times[rows.upperBound - 1].text
    record.digest = digest(table, Array(table.names.indices), rows: rows.upperBound)
    return record
  }

  /// The numbers of the columns that are forecast.
  private static func targets(
    of table: SeriesTable, _ options: ForecastOptions
  ) throws(DiscernError) -> [Int] {
    if options.targets.isEmpty { return Array(table.names.indices) }
    var targets: [Int] = []
    for name in options.targets {
      guard let place = table.names.firstIndex(of: table.ownName(name)) else {
        if table.ownName(name) == table.timeColumn {
          throw .conflict(
            "--target \(name): “\(name)” is the column of times of \(table.path), which is not "
              + "forecast; name others of " + NearestName.list(table.names))
        }
        throw .corpus(.unknownColumn(path: table.path, name: name, available: table.names))
      }
      if targets.contains(place) { throw .conflict("--target \(name) is given twice; leave one of them out") }
      targets.append(place)
    }
    return targets
  }

  /// The windows' first rows: the rows forecast by a training window are all training rows, those forecast by
  /// a validation window are all validation rows.
  private static func starts(
    _ table: SeriesTable, _ learned: Range<Int>, _ watched: Range<Int>, _ options: ForecastOptions
  ) throws(DiscernError) -> (training: [Int], validation: [Int]) {
    let training = table.windows(options.window, horizon: options.horizon, targets: learned)
      .filter { $0 >= learned.lowerBound }
    let validation = table.windows(options.window, horizon: options.horizon, targets: watched)
    for (name, windows, rows) in [("train on", training, learned), ("validate on", validation, watched)]
    where windows.isEmpty {
      throw .conflict(
        "\(table.path): among the \(rows.count) rows to \(name) there is no window of \(options.window) rows "
          + "followed by \(options.horizon) more"
          + (table.gapCount + table.missingCount > 0 || table.seriesStarts.count > 1 ? " and no gap" : "")
          + "; give more rows, or a smaller --window or --horizon"
          + (table.names.count > table.rowCount
            ? " (there are \(table.rowCount) rows of \(table.names.count) columns; rows must be time steps: "
              + "if each row is a series, transpose the table)" : ""))
    }
    return (training, validation)
  }

  /// - Throws: `DiscernError.conflict` naming a target's value that no forecast could reach, or a target
  ///   whose values are too close to each other for bounds so far apart.
  private static func check(
    _ table: SeriesTable, _ targets: [Int], _ bounds: ClosedRange<Double>
  ) throws(DiscernError) {
    let flag = "--bounds \(bounds.lowerBound),\(bounds.upperBound)"
    for column in targets {
      var (low, high) = (Double.infinity, -Double.infinity)
      for row in table.segments.joined() {
        let value = table.value(row: row, column: column)
        (low, high) = (min(low, Double(value)), max(high, Double(value)))
        // Equal within the precision of a Float.
        if bounds.contains(Double(value)) || Float(bounds.lowerBound) == value
          || Float(bounds.upperBound) == value
        {
          continue
        }
        throw .conflict(
          "\(table.path): \(value) in “\(table.names[column])”, row \(row + 1) of the table, is outside of "
            + "\(flag), so no forecast could reach it; give bounds that contain all values, or leave them "
            + "out")
      }
      // Scaled values have 24 bits for the full width of the bounds.
      if high > low, (high - low) * Double(farthest) < bounds.upperBound - bounds.lowerBound {
        throw .conflict(
          "\(flag): the bounds are more than a million times as far apart as the values of "
            + "“\(table.names[column])” in \(table.path), \(low) to \(high), "
            + "which a network could not tell apart; give bounds that are closer to them, or leave them out")
      }
    }
  }

  /// Computed from the training rows alone.
  private static func scale(
    _ table: SeriesTable, column: Int, rows: Range<Int>, _ scaling: ForecastOptions.Scaling
  ) -> ColumnScale {
    var (count, mean, square, low, high) = (0.0, 0.0, 0.0, Double.infinity, -Double.infinity)
    for segment in table.segments {
      for row in segment.clamped(to: rows) {
        let value = Double(table.value(row: row, column: column))
        count += 1
        let before = value - mean
        mean += before / count
        square += before * (value - mean)
        (low, high) = (min(low, value), max(high, value))
      }
    }
    // A constant column, whose deviation is exactly 0, is shifted to 0 and not scaled.
    func scale(_ offset: Double, _ scale: Double) -> ColumnScale {
      ColumnScale(offset: offset, scale: scale.isNormal ? scale : 1)
    }
    switch scaling {
    case .standard: return count > 0 ? scale(mean, (square / count).squareRoot()) : scale(0, 1)
    case .range: return count > 0 ? scale(low, high - low) : scale(0, 1)
    case .none: return scale(0, 1)
    }
  }
}
