import Discern
import DiscernBundle
import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTensor
import DiscernTraining
import Foundation
import TestSupport
import Testing

/// Hours with a day's wave, and a second column that runs ahead of it.
private func table(_ count: Int = 400, change: (Int, Float) -> Float = { $1 }) -> SeriesTable {
  var noise = SeededGenerator(seed: 5)
  let values = (0..<count).flatMap { row -> [Float] in
    let wave = sin(2 * Double.pi * Double(row) / 24)
    let ahead = cos(2 * Double.pi * Double(row) / 24)
    return [
      change(row, Float(50 + 10 * wave) + Float.random(in: -0.5...0.5, using: &noise)), Float(ahead),
    ]
  }
  return SeriesTable(names: ["load", "wave"], values: values)
}

private func options(_ change: (inout ForecastOptions) -> Void = { _ in }) -> ForecastOptions {
  var options = ForecastOptions()
  (options.window, options.horizon, options.targets) = (12, 4, ["load"])
  (options.epochs, options.batchSize, options.learningRate) = (6, 16, 0.01)
  options.network.hiddenSize = 8
  change(&options)
  return options
}

private func bits(_ forecaster: Forecaster, _ table: SeriesTable) throws -> [UInt64] {
  try forecaster.forecast(after: table).values.flatMap { $0.flatMap { $0.map(\.bitPattern) } }
}

@Suite struct ForecasterTests {
  @Test func aWaveIsLearnedBetterThanWhatCostsNothing() throws {
    let table = table()
    let forecaster = try Forecaster.train(on: table, options: options { $0.season = 24 })
    let report = try #require(forecaster.record.report)
    let target = report.targets[0]
    #expect(report.firstRow == 340 && report.endRow == 400 && report.windows == 57)
    #expect(target.model.count == 4 * 57 && target.byStep.map(\.count) == [57, 57, 57, 57])
    #expect(target.model.meanAbsoluteError < 0.5 * target.naive.meanAbsoluteError)
    let seasonal = try #require(target.seasonal)
    #expect(seasonal.count == 4 * 57 && seasonal.meanAbsoluteError < target.naive.meanAbsoluteError)
    // The same figures when it is measured again: the rows of the training are known by their content.
    let again = try forecaster.evaluate(on: table)
    #expect(again.firstRow == 340 && again.targets[0].model == target.model)
    let others = try forecaster.evaluate(on: self.others)
    #expect(others.firstRow == 0)
  }

  private var others: SeriesTable { table(60) { $1 + 1 } }

  /// By hand, from the table alone.
  @Test func figuresAreThoseOfTheirDefinitions() throws {
    let table = table(120)
    let forecaster = try Forecaster.train(on: table, options: options { $0.epochs = 1 })
    let report = try forecaster.evaluate(on: table, rows: 100..<110, season: 24)
    var (model, naive, seasonal) = (ForecastScores(), ForecastScores(), ForecastScores())
    for origin in 100...106 {
      let before = SeriesTable(names: table.names, values: Array(table.values.prefix(2 * origin)))
      let forecast = try forecaster.forecast(after: before).values
      for step in 0..<4 {
        let actual = Double(table.value(row: origin + step, column: 0))
        model.add(forecast: forecast[step][0][0], actual: actual)
        naive.add(forecast: Double(table.value(row: origin - 1, column: 0)), actual: actual)
        seasonal.add(forecast: Double(table.value(row: origin + step - 24, column: 0)), actual: actual)
      }
    }
    #expect(report.windows == 7)
    #expect(report.targets[0].model == model && report.targets[0].naive == naive)
    #expect(report.targets[0].seasonal == seasonal)
  }

  @Test func anInterruptedTrainingResumesExactly() throws {
    try withTemporaryFolder { folder in
      let own = table()
      let options = options {
        ($0.network.layerCount, $0.network.layerDropout, $0.network.outputDropout) = (2, 0.2, 0.2)
      }
      let whole = try Forecaster.train(on: own, options: options, compute: Compute(threadCount: 1))
      for stop in [1, 20, 47] {
        let states = "\(folder)/c\(stop)"
        func resumed(_ table: SeriesTable, _ options: ForecastOptions) throws -> Forecaster {
          try Forecaster.train(
            on: table, options: options,
            checkpoints: try RunCheckpoints(folder: states, isResuming: true),
            compute: Compute(threadCount: 3))
        }
        var steps = 0
        do {
          _ = try Forecaster.train(
            on: own, options: options,
            checkpoints: try RunCheckpoints(folder: states, every: .steps(1)),
            compute: Compute(threadCount: 2),
            onStage: { if case .training(.step) = $0 { steps += 1 } }, isInterrupted: { steps >= stop })
        } catch DiscernError.interrupted {}
        // Another last row, name, or setting, with a flag or without one.
        var others = [
          (table { $0 == 399 ? $1 + 1 : $1 }, options), (own, options), (own, options),
          (SeriesTable(names: ["load", "other"], values: own.values), options),
        ]
        others[1].1.season = 24
        others[2].1.network.layerDropout = 0.1
        for (table, options) in others {
          do {
            _ = try resumed(table, options)
            Issue.record("another training went on")
          } catch DiscernError.checkpoint(.differs), DiscernError.checkpoint(.otherData) {}
        }
        let again = try resumed(own, options)
        #expect(try bits(again, own) == bits(whole, own), "\(stop)")
        #expect(again.record.epochs.map(\.developmentLoss) == whole.record.epochs.map(\.developmentLoss))
        #expect(again.record.report?.targets[0].model == whole.record.report?.targets[0].model)
      }
    }
  }

  /// Rows after the training and validation rows change no bit of the network, and rows after the
  /// training rows change none of the scales.
  @Test func nothingIsLearnedFromTheFuture() throws {
    let plain = try Forecaster.train(on: table(), options: options())
    let other = try Forecaster.train(on: table { $0 >= 340 ? 3 * $1 : $1 }, options: options())
    let window = table(100)
    #expect(try bits(plain, window) == bits(other, window))
    // A planted change where early stopping looks: it may choose another epoch, but none is trained on it.
    let watched = try Forecaster.train(
      on: table { $0 >= 280 ? 3 * $1 : $1 }, options: options { ($0.epochs, $0.patience) = (1, 1) })
    let own = try Forecaster.train(on: table(), options: options { ($0.epochs, $0.patience) = (1, 1) })
    #expect(try bits(own, window) == bits(watched, window))
    // And it would be seen: one row earlier is a training row.
    let leaking = try Forecaster.train(
      on: table { $0 >= 279 ? 3 * $1 : $1 }, options: options { ($0.epochs, $0.patience) = (1, 1) })
    #expect(try bits(own, window) != bits(leaking, window))
  }

  @Test(
    arguments: [
      { _ in }, { $0.network.cell = .gru },
      {
        ($0.network.layerCount, $0.network.residual, $0.network.batchNorm) = (2, true, .perStep)
        ($0.network.isBidirectional, $0.network.outputDropout) = (true, 0.1)
      },
      { ($0.network.layerCount, $0.network.layerNorm) = (2, [.between, .output]) },
      { ($0.loss, $0.scaling, $0.level, $0.targets) = (.quantile, .range, .none, []) },
    ] as [@Sendable (inout ForecastOptions) -> Void])
  func theSameBitsForAnyThreadsAndFromTheDisk(change: @Sendable (inout ForecastOptions) -> Void) throws {
    try withTemporaryFolder { folder in
      let table = table(200)
      var own = options(change)
      own.epochs = 2
      let one = try Forecaster.train(on: table, options: own, compute: Compute(threadCount: 1))
      let three = try Forecaster.train(on: table, options: own, compute: Compute(threadCount: 3))
      #expect(try bits(one, table) == bits(three, table))
      try one.write(to: folder + "/m")
      let read = try Forecaster(contentsOf: folder + "/m")
      #expect(try bits(read, table) == bits(one, table))
      #expect(read.record.report?.targets[0].model.count == one.record.report?.targets[0].model.count)
      #expect(read.targets == one.targets && read.quantiles == one.quantiles)
      // A flipped bit of the weights loads nowhere.
      let path = URL(fileURLWithPath: folder + "/m/weights.safetensors")
      var bytes = try Data(contentsOf: path)
      bytes[bytes.count - 3] ^= 1
      try bytes.write(to: path)
      #expect(throws: DiscernError.self) { try Forecaster(contentsOf: folder + "/m") }
    }
  }

  @Test func quantilesAreInOrderAndHoldWhatTheyPromise() throws {
    let table = table(600)
    let forecaster = try Forecaster.train(
      on: table, options: options { ($0.loss, $0.epochs, $0.quantiles) = (.quantile, 15, [0.1, 0.5, 0.9]) })
    let forecast = try forecaster.forecast(after: table)
    #expect(forecast.values.allSatisfy { $0[0].count == 3 && $0[0] == $0[0].sorted() })
    let interval = try #require(forecaster.record.report?.targets[0].interval)
    #expect(abs(interval.promised - 0.8) < 1e-6 && (0.55...0.97).contains(interval.coverage), "\(interval)")
    #expect(interval.meanWidth > 0.3 && interval.meanWidth < 5)
  }

  /// Of quantiles the one nearest to the middle is the forecast that figures are of.
  @Test func figuresSayWhichQuantileTheyAreOf() throws {
    for (quantiles, point) in [([0.1, 0.8], 0.8), ([0.2, 0.45, 0.8], 0.45), ([0.9], 0.9)]
      as [([Float], Float)]
    {
      let forecaster = try Forecaster.train(
        on: table(200), options: options { ($0.loss, $0.epochs, $0.quantiles) = (.quantile, 1, quantiles) })
      #expect(forecaster.record.report?.pointQuantile == point)
    }
  }

  /// Rows up to the last one of the training are known by their times, whatever else the table has.
  @Test func rowsOfTheTrainingAreKnownByTheirTimes() throws {
    let plain = table(200)
    let times = (0..<260).compactMap { SeriesTime("\($0)") }
    let timed = SeriesTable(names: plain.names, values: plain.values, times: Array(times[0..<200]))
    let forecaster = try Forecaster.train(on: timed, options: options { $0.epochs = 1 })
    let longer = table(260)
    for first in [0, 50, 169] {
      let tail = SeriesTable(
        names: longer.names, values: Array(longer.values[(2 * first)...]), times: Array(times[first...]))
      #expect(try forecaster.learnedRows(of: tail) == 170 - first)
      #expect(try forecaster.evaluate(on: tail).firstRow == 170 - first)
    }
    let known = SeriesTable(
      names: plain.names, values: Array(plain.values.prefix(100)), times: Array(times[0..<50]))
    #expect(throws: DiscernError.self) { try forecaster.evaluate(on: known) }
    let far = SeriesTable(names: plain.names, values: plain.values.map { $0 * 1e30 })
    #expect(throws: DiscernError.self) { try forecaster.forecast(after: far) }
    #expect(throws: DiscernError.self) { try forecaster.evaluate(on: longer, season: 0) }
    // A season longer than the table says nothing, and is not taken for the best.
    let report = try forecaster.evaluate(on: longer, season: 1_000_000)
    #expect(report.targets[0].seasonal?.count == 0 && report.targets[0].best == report.targets[0].naive)
  }

  @Test func aColumnThatKnowsTheFutureIsNamed() throws {
    let table = table()
    func leaks(_ lead: Int) throws -> [SeriesLeak] {
      let values = (0..<table.rowCount).flatMap { row in
        let ahead = min(row + lead, table.rowCount - 1)
        return [table.value(row: row, column: 0), 2 * table.value(row: ahead, column: 0) + 1]
      }
      var found: [SeriesLeak] = []
      _ = try Forecaster.train(
        on: SeriesTable(names: ["load", "planted"], values: values),
        options: options { $0.epochs = 1 },
        onStage: { if case .leak(let leak) = $0 { found.append(leak) } })
      return found
    }
    let found = try leaks(3)
    #expect(found.map(\.column) == ["planted"] && found.map(\.lead) == [3])
    #expect(try leaks(0).isEmpty && leaks(5).isEmpty)
  }

  @Test func originsAreWalkedForward() throws {
    let table = table()
    var told: [Int] = []
    let reports = try Forecaster.walkForward(
      on: table, folds: 3, options: options { $0.epochs = 3 }, onFold: { fold, _ in told.append(fold) })
    #expect(told == [0, 1, 2] && reports.map(\.firstRow) == [200, 266, 332])
    #expect(reports.map(\.endRow) == [266, 332, 400])
    // The first origin's figures are those of a training that never saw the rest.
    let half = SeriesTable(names: table.names, values: Array(table.values.prefix(2 * 266)))
    let alone = try Forecaster.walkForward(
      on: half, folds: 1, options: options { ($0.epochs, $0.validationFraction) = (3, 60.0 / 266) })
    #expect(alone[0].firstRow == 133)
    #expect(throws: DiscernError.self) {
      try Forecaster.walkForward(on: table, folds: 100, options: options())
    }
  }

  @Test func whatCannotBeForecastIsNamed() throws {
    func message(_ body: () throws -> Void) -> String {
      do {
        try body()
        return ""
      } catch { return "\(error)" }
    }
    let forecaster = try Forecaster.train(on: table(), options: options { $0.epochs = 1 })
    #expect(message { _ = try forecaster.forecast(after: table(11)) }.contains("a forecast needs"))
    let other = SeriesTable(names: ["load", "x"], values: [Float](repeating: 0, count: 60))
    #expect(message { _ = try forecaster.forecast(after: other) }.contains("no column is named “wave”"))
    #expect(message { _ = try Forecaster.train(on: table(20), options: options()) }.contains("--window"))
    #expect(
      message { _ = try Forecaster.train(on: table(), options: options { $0.targets = ["lod"] }) }
        .contains("“lod”"))
    for (change, name) in [
      ({ $0.horizon = 0 }, "horizon"), ({ $0.window = 0 }, "window"), ({ $0.season = 0 }, "season"),
      ({ ($0.loss, $0.quantiles) = (.quantile, [0.9, 0.1]) }, "quantiles"),
      ({ $0.testFraction = 0.9 }, "test-fraction"), ({ $0.network.hiddenSize = 0 }, "hidden"),
      ({ $0.learningRate = .nan }, "learning-rate"), ({ $0.network.batchNorm = .recurrent }, "batch-norm"),
    ] as [((inout ForecastOptions) -> Void, String)] {
      #expect(message { _ = try Forecaster.train(on: table(), options: options(change)) }.contains(name))
    }
    let huge = message {
      _ = try Forecaster.train(on: table(), options: options { $0.network.hiddenSize = 900_000 })
    }
    #expect(huge.contains("lower --hidden"), "\(huge)")
    let constant = SeriesTable(names: ["load"], values: [Float](repeating: 7, count: 200))
    let flat = try Forecaster.train(on: constant, options: options { $0.epochs = 2 })
    #expect(try flat.forecast(after: constant).values.allSatisfy { abs($0[0][0] - 7) < 0.5 })
  }
}
