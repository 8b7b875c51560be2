import Discern
import DiscernCorpus
import DiscernEvaluation
import DiscernTensor
import Foundation
import Testing

/// Hours: one column repeats every day, the other is noisy.
private func table(_ count: Int = 240, times: Bool = false) -> SeriesTable {
  let values = (0..<count).flatMap { row -> [Float] in
    let clock = Float(row % 24)
    let noise = Float(row * 7919 % 13) / 26
    return [clock, clock + noise]
  }
  return SeriesTable(
    names: ["clock", "load"], values: values,
    times: times ? (0..<count).compactMap { SeriesTime("\($0)") } : [])
}

private func options(_ change: (inout ForecastOptions) -> Void = { _ in }) -> ForecastOptions {
  var options = ForecastOptions()
  (options.window, options.horizon, options.season, options.epochs) = (12, 4, 24, 1)
  options.network.hiddenSize = 4
  change(&options)
  return options
}

private func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "none"
  } catch { return "\(error)" }
}

/// Nothing is better than a baseline without errors: there is no ratio to it, and the forecasts are worse.
@Test func aPerfectBaselineHasNoShare() throws {
  let report = try #require(try Forecaster.train(on: table(), options: options()).record.report)
  let (clock, load) = (report.targets[0], report.targets[1])
  #expect(clock.best.meanAbsoluteError == 0 && clock.model.meanAbsoluteError > 0)
  #expect(clock.skill == nil && clock.isWorseThanBaseline)
  let skill = try #require(load.skill)
  #expect(abs(skill - (1 - load.model.meanAbsoluteError / load.best.meanAbsoluteError)) < 1e-12)
  #expect(load.isWorseThanBaseline == (skill < 0))
  let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(report)) as? [String: Any]
  let targets = try #require(object?["targets"] as? [[String: Any]])
  #expect(targets[0]["skill"] is NSNull && targets[1]["skill"] as? Double == skill)
  // It is computed, not read.
  let again = try JSONDecoder().decode(ForecastReport.self, from: JSONEncoder().encode(report))
  #expect(again.targets[0].skill == nil)
}

@Test func aTableBeforeTheEndOfTheTrainingIsNamed() throws {
  let forecaster = try Forecaster.train(on: table(times: true), options: options())
  let early = message { _ = try forecaster.evaluate(on: table(100, times: true)) }
  #expect(early.contains("none of the 100 rows is later than the training, which ended with 203"), "\(early)")
  #expect(early.contains("a table with later rows"), "\(early)")
  let untimed = try Forecaster.train(on: table(), options: options())
  let known = message { _ = try untimed.evaluate(on: table(204)) }
  #expect(known.contains("none of the 204 rows is later than the training, so that"), "\(known)")
  // Some later rows, but too few of them, are another mistake.
  let few = message { _ = try untimed.evaluate(on: table(206)) }
  #expect(few.contains("among the 2 rows to evaluate"), "\(few)")
}

@Test func sharesOfRowsAreNamedTogether() {
  let shares = message {
    _ = try Forecaster.train(on: table(), options: options { $0.validationFraction = 0.9 })
  }
  #expect(shares.contains("--validation-fraction 0.9 and --test-fraction 0.15"), "\(shares)")
  #expect(shares.contains("their sum must be below 1"), "\(shares)")
  let single = message { _ = try Forecaster.train(on: table(), options: options { $0.testFraction = 1 }) }
  #expect(single.contains("test-fraction is 1.0, expected 0 to below 1"), "\(single)")
}
