import Discern
import DiscernBundle
import DiscernCorpus
import DiscernEvaluation
import DiscernTensor
import DiscernTraining
import Foundation
import TestSupport
import Testing

private let texts = ["A lovely film.", "", "I want my money back.", "Not bad at all, but far too long!"]

private func details(_ classifier: TextClassifier) throws -> [Classification] {
  let session = try classifier.makeSession()
  session.includesDetails = true
  for text in texts { try Array(text.utf8).withUnsafeBufferPointer { try session.add($0) } }
  return session.classify()
}

@Test func calibrationChangesProbabilitiesAlone() throws {
  var recipe = smallRecipe()
  recipe.options.epochs = 6
  var stages: [TrainingStage.Calibration] = []
  let calibrated = try TextClassifier.train(on: [trainPath], recipe: recipe) {
    if case .calibrated(let calibration) = $0 { stages.append(calibration) }
  }
  recipe.calibrates = false
  let plain = try TextClassifier.train(on: [trainPath], recipe: recipe) {
    if case .calibrated = $0 { Issue.record("calibrated though it was not asked for") }
  }
  #expect(stages.count == 1 && stages[0].temperature == calibrated.temperature)
  let temperature = calibrated.temperature
  #expect(temperature != 1 && plain.temperature == 1)
  for (one, other) in zip(try details(calibrated), try details(plain)) {
    #expect(one.details == other.details && one.label == other.label)
    let logits = try #require(one.details?.logits[""]).map { Double($0) / temperature }
    let sum = logits.reduce(0) { $0 + exp($1) }
    #expect(abs(Double(one.probability) - exp(logits.max() ?? 0) / sum) < 1e-5)
    #expect(one.probability != other.probability)
  }

  let report = try #require(try calibrated.evaluate(on: [testPath]).report.classification)
  let before = try #require(try plain.evaluate(on: [testPath]).report.classification)
  let uncalibrated = try #require(report.uncalibrated)
  #expect(before.uncalibrated == nil)
  #expect(uncalibrated.temperature == temperature)
  #expect(uncalibrated.logLoss == before.logLoss && uncalibrated.brierScore == before.brierScore)
  #expect(uncalibrated.calibration == before.calibration)
  #expect(report.accuracy == before.accuracy && report.logLoss != before.logLoss)

  try withTemporaryFolder { folder in
    try calibrated.write(to: folder + "/model")
    let loaded = try TextClassifier(contentsOf: folder + "/model")
    #expect(loaded.temperature == temperature)
    #expect(try details(loaded) == details(calibrated))
  }
}

/// On its own texts, the temperature's log loss is smaller than that of any other.
@Test func theTemperatureIsTheBestForTheDevelopmentTexts() throws {
  try withTemporaryFolder { folder in
    let lines = try String(contentsOfFile: trainPath, encoding: .utf8).split(separator: "\n")
    let (header, rows) = (lines[0], Array(lines[1...]))
    for (name, part) in [("train", rows[..<2000]), ("dev", rows[2000...])] {
      try ([header] + part).joined(separator: "\n").write(
        toFile: "\(folder)/\(name).tsv", atomically: true, encoding: .utf8)
    }
    let development = try Corpus(paths: [folder + "/dev.tsv"])
    var recipe = smallRecipe()
    recipe.options.epochs = 6
    let classifier = try TextClassifier.train(
      on: Corpus(paths: [folder + "/train.tsv"]), development: development, recipe: recipe)
    let report = try #require(try classifier.evaluate(on: development).report.classification)
    let uncalibrated = try #require(report.uncalibrated)
    #expect(report.logLoss < uncalibrated.logLoss)
    for factor in [0.98, 1.02] {
      let other = TextClassifier(classifier, temperature: classifier.temperature * factor)
      #expect(try other.evaluate(on: development).report.logLoss > report.logLoss)
    }
  }
}

@Test func aTemperatureThatCannotBeIsRefused() throws {
  try withTemporaryFolder { folder in
    let classifier = try TextClassifier.train(on: [trainPath], recipe: smallRecipe())
    for temperature in ["0", "-1", "null", "1e-320", "0.009", "101", "1e308"] {
      try classifier.write(to: folder + "/model")
      let path = folder + "/model/manifest.json"
      var manifest = try String(contentsOfFile: path, encoding: .utf8)
      let range = try #require(manifest.range(of: #""temperature" : [0-9.]+"#, options: .regularExpression))
      manifest.replaceSubrange(range, with: "\"temperature\" : \(temperature)")
      try manifest.write(toFile: path, atomically: true, encoding: .utf8)
      try "\(FileDigest.of(path: path).sha256)  manifest.json\n".write(
        toFile: folder + "/model/manifest.sha256", atomically: true, encoding: .utf8)
      do {
        _ = try TextClassifier(contentsOf: folder + "/model")
        Issue.record("the temperature \(temperature) was accepted")
      } catch { #expect("\(error)".contains("temperature")) }
    }
  }
}

/// Texts with any number of labels, a fifth of them wrong.
@Test func labelsOfWhichATextMayHaveSeveralAreCalibratedToo() throws {
  try withTemporaryFolder { folder in
    var generator = SeededGenerator(seed: 3)
    var lines = ["notes\ttext"]
    for _ in 0..<400 {
      let words = ["warm", "big", "new"].filter { _ in Bool.random(using: &generator) }
      let labels = ["warm", "big", "new"].filter {
        words.contains($0) != (Int.random(in: 0..<5, using: &generator) == 0)
      }
      lines.append(labels.joined(separator: ";") + "\ta thing that is " + words.joined(separator: " "))
    }
    let path = folder + "/data.tsv"
    try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
    var options = CorpusOptions()
    options.labelColumns = [
      LabelColumn(task: "", column: .name("notes"), separator: LabelSeparator(";"))
    ]
    var recipe = smallRecipe()
    recipe.options.epochs = 30
    recipe.options.learningRate = 0.02
    recipe.options.labelSmoothing = 0
    recipe.validationFraction = 0.3
    let corpus = try Corpus(paths: [path], options: options)
    let classifier = try TextClassifier.train(on: corpus, recipe: recipe)
    #expect(classifier.tasks[0].thresholds != nil && classifier.temperature != 1)
    let (report, _) = try classifier.evaluate(on: corpus)
    guard case .multiLabel(let own) = report.tasks[0].report else {
      Issue.record("not a report of several labels")
      return
    }
    let uncalibrated = try #require(own.uncalibrated)
    #expect(uncalibrated.temperature == classifier.temperature && uncalibrated.logLoss != own.logLoss)
    #expect(own.table().contains("before calibration"))
    try classifier.write(to: folder + "/model")
    let loaded = try TextClassifier(contentsOf: folder + "/model")
    #expect(loaded.temperature == classifier.temperature)
    let texts = ["a warm thing", "a big new thing", ""]
    #expect(try loaded.classify(texts) == classifier.classify(texts))
  }
}
