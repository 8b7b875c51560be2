import Discern
import DiscernCorpus
import DiscernIO
import Foundation
import Testing

/// Ten values of 0 to 3, the last five one more than the first five, from 3 to 0.
private func sequences(_ count: Int) -> [[Float]] {
  (0..<count).map { index in
    let stream = RandomStream(seed: 8, purpose: .shuffle, counter: index)
    let first = (0..<5).map { Float(stream.bits($0) % 4) }
    return first + first.map { $0 == 3 ? 0 : $0 + 1 }
  }
}

/// One below the other, with or without what says where each begins.
private func stacked(_ count: Int, areKnown: Bool = true) -> SeriesTable {
  SeriesTable(
    names: ["value"], values: sequences(count).flatMap(\.self),
    seriesStarts: areKnown ? (1..<count).map { 10 * $0 } : [])
}

private func options(_ change: (inout ForecastOptions) -> Void = { _ in }) -> ForecastOptions {
  var options = ForecastOptions()
  (options.window, options.horizon, options.level) = (5, 5, .none)
  (options.epochs, options.batchSize, options.learningRate) = (2, 16, 0.01)
  options.network.hiddenSize = 8
  change(&options)
  return options
}

private struct Training {
  var windows: [Int] = []
  var looksExchanged = false
  var error = ""
  var forecaster: Forecaster?

  init(_ table: SeriesTable, _ options: ForecastOptions) {
    do {
      forecaster = try Forecaster.train(on: table, options: options) { stage in
        if case .divided(_, let windows) = stage { self.windows = windows }
        if case .looksExchanged = stage { looksExchanged = true }
      }
    } catch { self.error = "\(error)" }
  }
}

@Test func noWindowCrossesFromOneSeriesToTheNext() throws {
  let known = Training(stacked(100), options())
  // 70 training series, each with one window.
  #expect(known.windows == [70, 15] && known.error.isEmpty)
  let all = Training(stacked(100, areKnown: false), options())
  #expect(all.windows == [691, 146])
  let long = Training(stacked(100), options { $0.window = 6 })
  #expect(long.error.contains("and no gap"), "\(long.error)")
  // The rows of the training are known again by what they hold.
  let forecaster = try #require(known.forecaster)
  #expect(try forecaster.learnedRows(of: stacked(100)) == 850)
  #expect(try forecaster.learnedRows(of: stacked(84)) == 0)
  #expect(try forecaster.evaluate(on: stacked(100)).windows == 15)
}

/// The value a season before is one of the same series.
@Test func seasonsLieInTheirSeries() {
  let table = stacked(3)
  #expect(table.row(5, before: 17) == 12 && table.row(8, before: 17) == nil)
  #expect(stacked(3, areKnown: false).row(8, before: 17) == 9)
}

@Test func seriesInRowsAreTold() {
  let rows = SeriesTable(names: (1...10).map { "\($0)" }, values: sequences(120).flatMap(\.self))
  let narrow = options { ($0.window, $0.horizon) = (5, 1) }
  #expect(Training(rows, narrow).looksExchanged)
  #expect(!Training(stacked(100), options()).looksExchanged)
  // Columns that are waves are related, and so are their rows; unrelated numbers are not.
  let waves = SeriesTable(
    names: ["a", "b", "c"],
    values: (0..<200).flatMap { row in (0..<3).map { Float(sin(Double(row + 2 * $0) / 5)) } })
  #expect(!Training(waves, narrow).looksExchanged)
  let stream = RandomStream(seed: 1, purpose: .shuffle)
  let noise = SeriesTable(names: ["a", "b", "c", "d"], values: (0..<800).map { stream.normal($0) })
  #expect(!Training(noise, narrow).looksExchanged)
  // With times of their own rows are times.
  let wide = SeriesTable(names: (1...40).map { "\($0)" }, values: sequences(20).flatMap(\.self))
  let error = Training(wide, options { $0.window = 4 }).error
  #expect(error.contains("5 rows of 40 columns") && error.contains("transpose the table"), "\(error)")
}

@Test func valuesOutsideOfBoundsAreRefusedAndNeverForecast() throws {
  let table = stacked(100)
  let narrow = Training(table, options { $0.bounds = 0...1 }).error
  #expect(narrow.contains("outside of --bounds 0.0,1.0"), "\(narrow)")
  #expect(narrow.contains("row "), "\(narrow)")
  let relative = Training(table, options { ($0.bounds, $0.level) = (0...3, .last) }).error
  #expect(relative.contains("level is last"), "\(relative)")
  let forecaster = try #require(Training(table, options { $0.bounds = 0...3 }).forecaster)
  let values = try forecaster.forecast(after: table).values.flatMap { $0.flatMap(\.self) }
  #expect(values.allSatisfy { (0...3).contains($0) })
  // Far beyond the training range: outputs are bounded, whatever the input.
  let far = SeriesTable(names: ["value"], values: (0..<10).map { Float($0) * 1e5 })
  let extreme = try forecaster.forecast(after: far).values.flatMap { $0.flatMap(\.self) }
  #expect(extreme.allSatisfy { (0...3).contains($0) })
  for bounds in [3...3.0, 0...Double.infinity] {
    #expect(Training(table, options { $0.bounds = bounds }).error.contains("bounds is"))
  }
}

@Test func aForecasterWithBoundsIsTheSameFromItsFolder() throws {
  let table = stacked(60)
  let forecaster = try #require(Training(table, options { $0.bounds = 0...3 }).forecaster)
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bounds-\(UUID().uuidString)")
  defer { try? FileManager.default.removeItem(at: folder) }
  try forecaster.write(to: folder.path)
  let read = try Forecaster(contentsOf: folder.path)
  #expect(try read.forecast(after: table).values == forecaster.forecast(after: table).values)
  #expect(read.record.choices["bounds"] == "0.0,3.0")
}
