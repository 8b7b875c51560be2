import Discern
import DiscernBundle
import Foundation
import TestSupport
import Testing

/// `requires` lists exactly what the content needs.
@Suite struct RequirementsTests {
  /// The reason for refusing the model with this in its manifest; nil if it is accepted.
  private func refusal(_ folder: String, requires: [String]?) throws -> String? {
    let path = folder + "/manifest.json"
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    defer { try? whole.write(to: URL(fileURLWithPath: path)) }
    var object = try #require(JSONSerialization.jsonObject(with: whole) as? [String: Any])
    object["requires"] = requires
    try JSONSerialization.data(withJSONObject: object).write(to: URL(fileURLWithPath: path))
    let digest = try FileDigest.of(path: path).sha256
    try Data("\(digest)  manifest.json\n".utf8).write(to: URL(fileURLWithPath: folder + "/manifest.sha256"))
    do {
      _ = try TextClassifier(contentsOf: folder)
      return nil
    } catch { return "\(error)" }
  }

  @Test func aContradictionIsRefused() throws {
    var recipe = smallRecipe()
    recipe.options.epochs = 1
    recipe.encoder.subwordBuckets = 50
    let records = (0..<40).map {
      CorpusRecord("a \($0 % 2 == 0 ? "lovely" : "dull") film \($0 % 7)", label: $0 % 2 == 0 ? "good" : "bad")
    }
    try withTemporaryFolder { folder in
      for (kind, needed) in [
        (ModelKind.joined, ["ngrams", "subwords"]), (.recurrent, ["subwords"]), (.ngrams, ["ngrams"]),
      ] {
        recipe.model = kind
        try TextClassifier.train(on: Corpus(records: records), recipe: recipe).write(to: folder + "/m")
        for named in [nil, [], ["ngrams"], ["subwords"], ["ngrams", "subwords"], ["subwords", "ngrams"]] {
          let refusal = try refusal(folder + "/m", requires: named)
          let isRight = Set(named ?? []) == Set(needed)
          #expect((refusal == nil) == isRight, "\(kind) \(named ?? []): \(refusal ?? "taken")")
          #expect(isRight || refusal?.contains("“requires”") == true, "\(refusal ?? "")")
        }
      }
    }
  }
}
