import Discern
import DiscernBundle
import Foundation
import TestSupport
import Testing

/// Models in one file.
@Suite struct PackedModelTests {
  private static let fixtures = SharedData.projectRoot.appendingPathComponent("Tests/Fixtures").path

  private func packed(_ folder: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try PackedModel.write(folder: folder) { bytes += $0 }
    return bytes
  }

  private func write(_ bytes: [UInt8], _ path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  @Test(
    arguments: ["format-1", "format-2"].flatMap { format in
      ["ordinary", "tasks", "ensemble"].map { "\(format)/\($0)" }
    })
  func aPackedModelIsTheFolder(name: String) throws {
    let folder = "\(Self.fixtures)/\(name)"
    try withTemporaryFolder { temporary in
      let path = temporary + "/model.discern"
      let bytes = try packed(folder)
      try write(bytes, path)
      let texts = ["A wonderful film.", "", "Dull.", "who wrote it ?"]
      #expect(
        try TextClassifier(contentsOf: path).classify(texts)
          == TextClassifier(contentsOf: folder).classify(texts))
      _ = try PackedModel(path: path).unpack(to: temporary + "/model")
      for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
        #expect(
          FileManager.default.contentsEqual(
            atPath: "\(folder)/\(file)", andPath: "\(temporary)/model/\(file)"), "\(file)")
      }
      #expect(try packed(temporary + "/model") == bytes)
      // Any reader of safetensors finds the weights, at an address that suits vectors.
      let file = try SafetensorsFile(path: path)
      #expect(file.tensor("manifest")?.type == .uint8 && file.tensor("vocabulary")?.type == .uint8)
      let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
      #expect((8 + length) % 64 == 0)
    }
  }

  @Test func nGramsAreInIt() throws {
    var recipe = smallRecipe()
    recipe.model = .joined
    let classifier = try TextClassifier.train(on: [trainPath], recipe: recipe).quantized()
    try withTemporaryFolder { folder in
      try classifier.write(to: folder + "/model")
      try write(try packed(folder + "/model"), folder + "/model.discern")
      let loaded = try TextClassifier(contentsOf: folder + "/model.discern")
      #expect(loaded.precision == .int8 && loaded.kind == .joined)
      let texts = ["Not bad at all!", "qqq", ""]
      #expect(try loaded.classify(texts) == classifier.classify(texts))
      let file = try SafetensorsFile(path: folder + "/model.discern")
      #expect(file.tensor("ngrams")?.type == .uint8 && file.tensor("ngrams/ngrams.bias") != nil)
    }
  }

  /// 10,000 of 10,000: bits that changed, bytes that are missing, doubled or too many.
  @Test func everyMutationIsRefused() throws {
    let bytes = try packed("\(Self.fixtures)/format-2/ordinary")
    var generator = SeededGenerator(seed: 7)
    try withTemporaryFolder { folder in
      let path = folder + "/model.discern"
      let header = 8 + bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
      var accepted = 0
      for round in 0..<10_000 {
        var damaged = bytes
        // Half of them in the header, where the form could change without the content.
        let place = Int.random(in: 0..<(round % 2 == 0 ? header : bytes.count), using: &generator)
        switch round % 5 {
        case 0: damaged.remove(at: place)
        case 1: damaged.insert(damaged[place], at: place)
        case 2: damaged.removeLast(bytes.count - place)
        case 3: damaged.append(contentsOf: bytes[place..<min(place + 9, bytes.count)])
        default: damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        }
        if damaged == bytes { continue }
        try write(damaged, path)
        if (try? PackedModel(path: path)) != nil { accepted += 1 }
      }
      #expect(accepted == 0)
      try write(bytes, path)
      _ = try PackedModel(path: path)
    }
  }

  /// pack never writes another spelling of the same header.
  @Test func anotherFormOfTheSameContentIsRefused() throws {
    let bytes = try packed("\(Self.fixtures)/format-2/ordinary")
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let text = String(decoding: bytes[8..<8 + length], as: UTF8.self)
    try withTemporaryFolder { folder in
      for other in [
        text + String(repeating: " ", count: 64), text.replacing(":[", with: ": ["),
        text.replacing("\"format\":", with: "\"more\":\"x\",\"format\":"),
        text.replacing("\"dtype\":\"U8\"", with: "\"dtype\":\"I8\""),
      ] {
        let header = Array(other.utf8)
        let lengthBytes = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> ($0 * 8)) }
        try write(lengthBytes + header + bytes[(8 + length)...], folder + "/model.discern")
        #expect(throws: BundleError.self) { try PackedModel(path: folder + "/model.discern") }
      }
    }
  }
}
