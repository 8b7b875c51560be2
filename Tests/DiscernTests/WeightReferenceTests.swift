import Discern
import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernTensor
import Foundation
import TestSupport
import Testing

private let corpus = Corpus(
  records: (0..<40).map {
    CorpusRecord($0 % 2 == 0 ? "good films" : "bad plot", label: $0 % 2 == 0 ? "pos" : "neg")
  })

private func recipe(_ encoder: PretrainedEncoder, models: Int = 1, unfrozen: Int = 0) -> TrainingRecipe {
  var recipe = TrainingRecipe()
  recipe.model = .transformer
  recipe.options.epochs = 2
  recipe.ensembleSize = models
  recipe.unfrozenLayers = unfrozen
  return encoder.recipe(recipe)
}

private func withEncoder(_ body: (PretrainedEncoder, String) throws -> Void) throws {
  try withTemporaryFolder { folder in
    try TransformerFixture.write("bert", to: folder + "/bert")
    try body(try PretrainedEncoder(contentsOf: folder + "/bert"), folder)
  }
}

private func answers(_ classifier: TextClassifier) throws -> [[String]] {
  try classifier.classify(["good", "a bad plot", ""]).map {
    $0.ranking.map { "\($0.label) \($0.probability)" }
  }
}

private func modified(_ path: String) throws -> Date? {
  try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
}

private func names(_ folder: String) throws -> Set<String> {
  Set(try FileManager.default.contentsOfDirectory(atPath: folder))
}

@Suite struct WeightReferenceTests {
  @Test func whatTrainingLeavesIsInTheFolderOnce() throws {
    try withEncoder { encoder, folder in
      let classifier = try TextClassifier.train(
        on: corpus, pretrained: encoder, recipe: recipe(encoder, models: 2))
      try classifier.write(to: folder + "/m")
      let found = try names(folder + "/m")
      for name in ["encoder.safetensors", "weights-1.safetensors", "weights-2.safetensors"] {
        #expect(found.contains(name))
      }
      let file = try SafetensorsFile(path: folder + "/m/weights-1.safetensors")
      let own = file.header.tensors.map(\.name)
      #expect(own.contains("output.weight") && !own.contains { $0.hasPrefix("e") }, "\(own)")
      let read = try TextClassifier(contentsOf: folder + "/m")
      #expect(try answers(read) == answers(classifier))
      // In memory it exists once, too.
      let name = "encoder.layer.0.output.dense.weight"
      let places = try read.networks.map { try $0.values(name).pointer }
      #expect(places[0] == places[1])
      let small = try read.quantized()
      try small.write(to: folder + "/small")
      #expect(try answers(TextClassifier(contentsOf: folder + "/small")) == answers(small))
      // Quantising leaves the other unchanged.
      let half = try read.quantized(to: .fp16)
      #expect(try answers(half) != answers(read))
      #expect(try answers(read) == answers(classifier))
      try half.write(to: folder + "/half")
      #expect(try answers(TextClassifier(contentsOf: folder + "/half")) == answers(half))
    }
  }

  @Test(arguments: [0, 1]) func severalModelsShareOneFile(unfrozen: Int) throws {
    try withEncoder { encoder, folder in
      let shared = folder + "/shared/encoder.safetensors"
      try FileManager.default.createDirectory(atPath: folder + "/shared", withIntermediateDirectories: true)
      var made: [[[String]]] = []
      for name in ["a", "b"] {
        let destination = try TextClassifier.checkDestination(folder + "/models/\(name)", reference: shared)
        var recipe = recipe(encoder, unfrozen: unfrozen)
        recipe.options.seed = name == "a" ? 1 : 2
        let classifier = try TextClassifier.train(
          on: corpus, pretrained: encoder, recipe: recipe, destination: destination)
        let before = try? modified(shared)
        _ = try classifier.save(to: destination)
        let after = try modified(shared)
        #expect(name == "a" || after == before)
        #expect(try !names(folder + "/models/\(name)").contains("encoder.safetensors"))
        made.append(try answers(classifier))
        #expect(try answers(TextClassifier(contentsOf: folder + "/models/\(name)")) == made.last)
      }
      #expect(made[0] != made[1])
      // A packed file contains all of it, and so does the folder that it is unpacked to.
      var bytes: [UInt8] = []
      try PackedModel.write(folder: folder + "/models/a") { bytes += $0 }
      try Data(bytes).write(to: URL(fileURLWithPath: folder + "/a.discern"))
      try FileManager.default.removeItem(atPath: shared)
      #expect(try answers(TextClassifier(contentsOf: folder + "/a.discern")) == made[0])
      _ = try PackedModel(path: folder + "/a.discern").unpack(to: folder + "/whole")
      #expect(try answers(TextClassifier(contentsOf: folder + "/whole")) == made[0])
      // Without the file, the error names it and the remedy.
      let error = #expect(throws: DiscernError.self) { try TextClassifier(contentsOf: folder + "/models/a") }
      #expect(error?.kind == .badInput && error?.description.contains("restore that file") == true)
      try FileManager.default.copyItem(
        atPath: folder + "/whole/encoder.safetensors", toPath: folder + "/models/a/encoder.safetensors")
      #expect(try answers(TextClassifier(contentsOf: folder + "/models/a")) == made[0])
      // Another file is not taken for it.
      try Data(repeating: 0, count: 4096).write(to: URL(fileURLWithPath: shared))
      #expect(throws: DiscernError.self) { try TextClassifier(contentsOf: folder + "/models/b") }
      let destination = try TextClassifier.checkDestination(folder + "/models/c", reference: shared)
      let other = #expect(throws: DiscernError.self) {
        try TextClassifier.train(
          on: corpus, pretrained: encoder, recipe: recipe(encoder, unfrozen: unfrozen),
          destination: destination)
      }
      #expect(other?.description.contains("not overwritten") == true)
      #expect(try Data(contentsOf: URL(fileURLWithPath: shared)) == Data(repeating: 0, count: 4096))
    }
  }

  @Test func whatCannotBeAReferenceIsRefusedAtOnce() throws {
    try withEncoder { encoder, folder in
      for path in ["", "-", folder, folder + "/", "/dev/null", folder + "/m/e.safetensors"] {
        let error = #expect(throws: DiscernError.self) {
          try TextClassifier.checkDestination(folder + "/m", reference: path)
        }
        #expect(error?.kind == .usage, "\(path): \(String(describing: error))")
      }
      let destination = try TextClassifier.checkDestination(
        folder + "/m", reference: folder + "/none/e.safetensors")
      let error = #expect(throws: DiscernError.self) {
        try TextClassifier.train(
          on: corpus, pretrained: encoder, recipe: recipe(encoder), destination: destination)
      }
      #expect(error?.kind == .io)
      // Other models have no use for one.
      let plain = try TextClassifier.checkDestination(folder + "/m", reference: folder + "/e.safetensors")
      #expect(throws: DiscernError.self) { try TextClassifier.train(on: corpus, destination: plain) }
      #expect(try names(folder) == ["bert"])
    }
  }

  @Test func aModelWhoseReferenceCannotBeMadeIsSavedWhole() throws {
    try withEncoder { encoder, folder in
      let shared = folder + "/e.safetensors"
      let destination = try TextClassifier.checkDestination(folder + "/m", reference: shared)
      let classifier = try TextClassifier.train(
        on: corpus, pretrained: encoder, recipe: recipe(encoder), destination: destination)
      // Something else takes its place while the model is trained.
      try Data([1, 2, 3]).write(to: URL(fileURLWithPath: shared))
      let error = #expect(throws: DiscernError.self) { try classifier.save(to: destination) }
      #expect(error?.description.contains("not overwritten") == true, "\(String(describing: error))")
      #expect(error?.description.contains(folder + "/m-saved") == true, "\(String(describing: error))")
      #expect(try answers(TextClassifier(contentsOf: folder + "/m-saved")) == answers(classifier))
      #expect(try Data(contentsOf: URL(fileURLWithPath: shared)) == Data([1, 2, 3]))
      #expect(try names(folder) == ["bert", "e.safetensors", "m-saved"])
    }
  }

  @Test func vectorsAreKeptForATrainingThatGoesOn() throws {
    try withEncoder { encoder, folder in
      var made = 0
      var read = 0
      var unusable = 0
      func train(steps limit: Int = .max) throws -> TextClassifier {
        var steps = 0
        let checkpoints = try TrainingCheckpoints(folder: folder + "/c", isReplacing: true)
        (made, read, unusable) = (0, 0, 0)
        let classifier = try TextClassifier.train(
          on: corpus, pretrained: encoder, recipe: recipe(encoder), checkpoints: checkpoints,
          onStage: { stage in
            switch stage {
            case .vectorsMade(let texts, _): made = texts
            case .vectorsRead(let texts, _): read += texts
            case .vectorsUnusable: unusable += 1
            case .training(.step): steps += 1
            default: break
            }
          }, isInterrupted: { steps >= limit })
        checkpoints.remove()
        return classifier
      }
      let whole = try train()
      #expect(made == 40 && read == 0 && !FileManager.default.fileExists(atPath: folder + "/c"))
      #expect(throws: DiscernError.self) { try train(steps: 1) }
      let kept = try names(folder + "/c").filter { $0.hasPrefix("vectors-") }.sorted()
      #expect(kept.count == 2)
      // One of the two is damaged: this is reported, and it is made again.
      let path = folder + "/c/\(kept[0])"
      var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      bytes[bytes.count - 2] ^= 1
      try bytes.write(to: URL(fileURLWithPath: path))
      #expect(try answers(train()) == answers(whole))
      #expect(unusable == 1 && read > 0 && read < 40)
      #expect(!FileManager.default.fileExists(atPath: folder + "/c"))
    }
  }

  /// The same weights with another configuration make other vectors: anything stored or begun with the former
  /// is useless.
  @Test func anotherConfigurationIsAnotherTransformer() throws {
    try withEncoder { encoder, folder in
      var read = 0
      func train(_ encoder: PretrainedEncoder, steps limit: Int) throws {
        var steps = 0
        read = 0
        _ = try TextClassifier.train(
          on: corpus, pretrained: encoder, recipe: recipe(encoder),
          checkpoints: try TrainingCheckpoints(folder: folder + "/c", isReplacing: true),
          onStage: { stage in
            switch stage {
            case .vectorsRead(let texts, _): read += texts
            case .training(.step): steps += 1
            default: break
            }
          }, isInterrupted: { steps >= limit })
      }
      #expect(throws: DiscernError.self) { try train(encoder, steps: 1) }
      let path = folder + "/bert/config.json"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      for (old, new) in [("1e-12", "0.01"), ("\"num_attention_heads\":2", "\"num_attention_heads\":1")] {
        let changed = text.replacingOccurrences(of: old, with: new)
        #expect(changed != text, "\(text)")
        try changed.write(toFile: path, atomically: true, encoding: .utf8)
        let other = try PretrainedEncoder(contentsOf: folder + "/bert")
        #expect(throws: DiscernError.self) { try train(other, steps: 1) }
        #expect(read == 0, "\(new)")
      }
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      #expect(throws: DiscernError.self) { try train(encoder, steps: 1) }
      #expect(read == 40)
    }
  }
}
