import Discern
import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import Foundation
import TestSupport
import Testing

/// Classifiers in fewer bits, saved and loaded.
@Suite struct QuantizationTests {
  private func trained(_ kind: ModelKind) throws -> TextClassifier {
    var recipe = smallRecipe()
    recipe.model = kind
    return try TextClassifier.train(on: [trainPath], recipe: recipe)
  }

  private static let texts = ["A wonderful film.", "Dull and far too long.", "", "qqq", "Not bad at all!"]

  @Test(arguments: [ModelKind.recurrent, .joined])
  func savedModelsAnswerWithTheSameBits(kind: ModelKind) throws {
    let classifier = try trained(kind)
    try withTemporaryFolder { folder in
      for precision in WeightPrecision.allCases {
        let smaller = try classifier.quantized(to: precision)
        #expect(smaller.precision == precision && classifier.precision == nil)
        let path = "\(folder)/\(precision)"
        try smaller.write(to: path)
        let loaded = try TextClassifier(contentsOf: path)
        #expect(loaded.precision == precision)
        #expect(try loaded.classify(Self.texts) == smaller.classify(Self.texts))
        // And once more; a card has the folder's name.
        try loaded.write(to: path + "-again")
        for file in try FileManager.default.contentsOfDirectory(atPath: path) where file != "README.md" {
          #expect(
            try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(file)"))
              == Data(contentsOf: URL(fileURLWithPath: "\(path)-again/\(file)")), "\(file)")
        }
      }
    }
  }

  /// The tensors alone: word vectors included.
  @Test func eightBitsAreAQuarter() throws {
    let classifier = try trained(.recurrent)
    try withTemporaryFolder { folder in
      try classifier.write(to: folder + "/model")
      try classifier.quantized().write(to: folder + "/small")
      try classifier.quantized(to: .fp16).write(to: folder + "/half")
      func size(_ name: String) throws -> Double {
        let file = try SafetensorsFile(path: "\(folder)/\(name)/weights.safetensors")
        return file.header.tensors.reduce(0) { $0 + Double($1.range.count) }
      }
      // Rows of 16 numbers have a scale each: large rows come closer to a quarter.
      #expect(try size("model") / size("small") > 3)
      #expect(try size("model") / size("half") == 2)
      let small = try SafetensorsFile(path: folder + "/small/weights.safetensors")
      #expect(small.tensor("embedding.weight")?.type == .int8)
      #expect(small.tensor("embedding.weight.scale")?.type == .float32)
      let manifest = try String(contentsOfFile: folder + "/small/manifest.json", encoding: .utf8)
      #expect(manifest.contains("\"int8.1\""))
    }
  }

  @Test func aComparisonCountsChangedVerdicts() throws {
    let classifier = try trained(.recurrent)
    var options = CorpusOptions()
    options.labelColumns = classifier.labelColumns
    let corpus = try Corpus(paths: [testPath], options: options)
    let report = try classifier.comparison(with: classifier.quantized(), on: corpus)
    let (evaluation, _) = try classifier.evaluate(on: corpus)
    #expect(report.tasks.count == 1 && report.tasks[0].before == evaluation.accuracy)
    #expect(report.tasks[0].texts == 400 && report.tasks[0].changed <= 4)
    #expect(abs(report.drop) <= Double(report.tasks[0].changed) / 400)
    let same = try classifier.comparison(with: classifier, on: corpus)
    #expect(same.tasks[0].changed == 0 && same.drop == 0)
  }

  @Test func whatCannotBeMadeSmallerIsSaid() throws {
    let ngrams = try trained(.ngrams)
    #expect(throws: DiscernError.self) { try ngrams.quantized() }
    let small = try trained(.recurrent).quantized()
    #expect(throws: DiscernError.self) { try small.quantized() }
    #expect(throws: DiscernError.self) { try small.quantized(to: .fp16) }
  }

  /// Weights whose products could leave 16 bits, scales that no rounding gives, and half of the required
  /// data.
  @Test func damagedBitsAreRefused() throws {
    let classifier = try trained(.recurrent)
    try withTemporaryFolder { folder in
      try classifier.quantized().write(to: folder + "/model")
      let path = folder + "/model/weights.safetensors"
      let file = try SafetensorsFile(path: path)
      enum Damage: CaseIterable { case pair, negativeScale, largeScale, noScale, floats }
      for damage in Damage.allCases {
        var writer = SafetensorsWriter()
        for tensor in file.header.tensors {
          let isPair = tensor.name == "lstm.weight_hh_l0"
          let isScale = tensor.name == "lstm.weight_hh_l0.scale"
          if tensor.type == .int8 {
            var values = try file.int8s(tensor.name)
            if damage == .pair, isPair { (values[0], values[1]) = (100, 100) }
            if damage == .floats, isPair {
              writer.add(tensor.name, shape: tensor.shape, values.map { Float($0) })
            } else {
              writer.add(tensor.name, shape: tensor.shape, .int8(values))
            }
          } else if !(damage == .noScale && isScale) {
            var values = try file.floats(tensor.name)
            if isScale, damage == .negativeScale { values[3] = -1 }
            if isScale, damage == .largeScale { values[3] = 1e30 }
            writer.add(tensor.name, shape: tensor.shape, values)
          }
        }
        let copy = "\(folder)/\(damage)"
        try FileManager.default.copyItem(atPath: folder + "/model", toPath: copy)
        try FileManager.default.removeItem(atPath: copy + "/weights.safetensors")
        let digest = try writer.write(to: copy + "/weights.safetensors")
        try replaceDigest(of: "weights.safetensors", with: digest, in: copy)
        #expect(throws: DiscernError.self, "\(damage)") { try TextClassifier(contentsOf: copy) }
      }
    }
  }

  private func replaceDigest(of name: String, with digest: FileDigest, in folder: String) throws {
    let path = folder + "/manifest.json"
    let url = URL(fileURLWithPath: path)
    guard var manifest = try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any],
      var files = manifest["files"] as? [String: Any]
    else { return }
    files[name] = ["bytes": digest.bytes, "sha256": digest.sha256]
    manifest["files"] = files
    try JSONSerialization.data(withJSONObject: manifest).write(to: url)
    let line = "\(try FileDigest.of(path: path).sha256)  manifest.json\n"
    try Data(line.utf8).write(to: URL(fileURLWithPath: folder + "/manifest.sha256"))
  }
}
