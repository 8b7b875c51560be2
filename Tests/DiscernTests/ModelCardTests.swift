import Discern
import DiscernBundle
import Foundation
import TestSupport
import Testing

@Suite struct ModelCardTests {
  private static let fixtures = SharedData.projectRoot.appendingPathComponent("Tests/Fixtures").path

  private func text(_ folder: String) throws -> String {
    try String(contentsOfFile: folder + "/README.md", encoding: .utf8)
  }

  private func write(_ text: String, _ folder: String) throws {
    try text.write(toFile: folder + "/README.md", atomically: true, encoding: .utf8)
  }

  /// The YAML before the Markdown, as a YAML reader sees it.
  private func frontMatter(_ text: String) throws -> [String: Any] {
    let parts = text.components(separatedBy: "\n---\n")
    #expect(text.hasPrefix("---\n"))
    return try #require(YAMLTree.load(String(parts[0].dropFirst(4))) as? [String: Any])
  }

  /// A model whose labels are awkward in every format.
  private static let labels = [
    "\"quoted\"", "key: value", "- # [x] {y}", "😀", "two\nlines", "a|b`c`<!-- discern: to here -->",
    "x\u{85}\u{2028}\u{7F}\u{1}y",
    "# discern: to here", "'", "null", "\\",
  ]

  private func oddModel() throws -> TextClassifier {
    let records = (0..<110).map { number in
      CorpusRecord("word\(number % 11) film", label: Self.labels[number % 11])
    }
    var recipe = smallRecipe()
    recipe.model = .recurrent
    return try TextClassifier.train(on: Corpus(records: records), recipe: recipe)
  }

  @Test func theFrontMatterIsYAMLWhateverLabelsAre() throws {
    try withTemporaryFolder { folder in
      try oddModel().write(to: folder + "/it's \"odd\": x")
      let text = try text(folder + "/it's \"odd\": x")
      let front = try frontMatter(text)
      let tasks = try #require(front["labels"] as? [[String: Any]])
      #expect(Set(tasks[0]["labels"] as? [String] ?? []) == Set(Self.labels))
      #expect(
        front["license"] as? String == "unknown" && front["pipeline_tag"] as? String == "text-classification")
      let index = try #require(front["model-index"] as? [[String: Any]])
      #expect(index[0]["name"] as? String == "it's \"odd\": x")
      // Marked lines stay the only ones of their kind.
      for mark in [ModelCardFile.Marks.frontMatter.end, ModelCardFile.Marks.body.end] {
        #expect(text.split(separator: "\n").count { $0 == mark } == 1)
      }
    }
  }

  @Test func whatPeopleWroteStays() throws {
    let classifier = try oddModel()
    try withTemporaryFolder { folder in
      let model = folder + "/model"
      try classifier.write(to: model)
      var edited = try text(model)
      edited =
        edited.replacing("license: unknown", with: "license: mit\ntags:\n- films")
        .replacing("Not stated.\n\n## Limits", with: "Sorting films.\r\n\n## Limits")
        + "\n## More\n\nMine é.\n"
      try write(edited, model)
      // It does not matter: the model is complete.
      _ = try TextClassifier(contentsOf: model)
      let saved = try classifier.write(to: model)
      #expect(saved.notes.isEmpty, "\(saved.notes)")
      let renewed = try text(model)
      for words in ["license: mit", "Sorting films.\r\n", "Mine é."] { #expect(renewed.contains(words)) }
      let front = try frontMatter(renewed)
      #expect(front["tags"] as? [String] == ["films"] && front["library_name"] as? String == "discern")
      try classifier.write(to: model)
      #expect(try text(model) == renewed)
      #expect(try names(folder) == ["model"])
    }
  }

  private func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test func aCardCanBeMissingAndOfAnotherKind() throws {
    let classifier = try TextClassifier(contentsOf: Self.fixtures + "/format-2/ordinary")
    try withTemporaryFolder { folder in
      let model = folder + "/model"
      try FileManager.default.copyItem(atPath: Self.fixtures + "/format-2/ordinary", toPath: model)
      // A user's own file is not a card, and is left unchanged.
      try write("my notes\n", model)
      let saved = try classifier.write(to: model)
      #expect(saved.notes.count == 1 && "\(saved.notes)".contains("not a card"))
      #expect(try text(model) == "my notes\n")
      try FileManager.default.removeItem(atPath: model + "/README.md")
      _ = try TextClassifier(contentsOf: model)
      try classifier.write(to: model)
      #expect(try text(model).contains("Not stated."))
      // Marked lines that are not in pairs.
      try write(text(model).replacing("\(ModelCardFile.Marks.body.end)\n", with: ""), model)
      let broken = try text(model)
      let kept = try classifier.write(to: model)
      #expect("\(kept.notes)".contains("once each and in this order"), "\(kept.notes)")
      #expect(try text(model) == broken)
      _ = try TextClassifier(contentsOf: model)
    }
  }

  /// If files are moved into place one by one, and if a save was killed after the exchange.
  @Test func aCardGoesWithItsModel() throws {
    let classifier = try TextClassifier(contentsOf: Self.fixtures + "/format-2/ordinary")
    try withTemporaryFolder { folder in
      let model = folder + "/model"
      try classifier.write(to: model)
      // The remains of a save that was killed after it had exchanged the folders.
      try FileManager.default.copyItem(atPath: model, toPath: folder + "/.discern-0123456789abcdef")
      let saved = try classifier.write(to: model)
      #expect("\(saved.notes)".contains("removed a folder"), "\(saved.notes)")
      #expect(try names(folder) == ["model"])
    }
  }

  @Test func packedCardsAreTheSameBytes() throws {
    let classifier = try TextClassifier(contentsOf: Self.fixtures + "/format-2/tasks")
    func packed(_ folder: String) throws -> [UInt8] {
      var bytes: [UInt8] = []
      try PackedModel.write(folder: folder) { bytes += $0 }
      return bytes
    }
    try withTemporaryFolder { folder in
      let model = folder + "/model"
      try classifier.write(to: model)
      for card in [try text(model) + "\nedited \u{0}", "", nil] as [String?] {
        if let card {
          try write(card, model)
        } else {
          try FileManager.default.removeItem(atPath: model + "/README.md")
        }
        let bytes = try packed(model)
        let path = folder + "/model.discern"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        _ = try PackedModel(path: path).unpack(to: folder + "/other")
        #expect((try? text(folder + "/other")) == card)
        #expect(try packed(folder + "/other") == bytes)
        _ = try TextClassifier(contentsOf: path)
        try FileManager.default.removeItem(atPath: folder + "/other")
        guard let card, !card.isEmpty else { continue }
        // There its bytes are under the checksum.
        let range = try #require(Data(bytes).range(of: Data(card.utf8)))
        var damaged = bytes
        for place in [range.lowerBound, range.upperBound - 1] {
          damaged[place] ^= 1
          try Data(damaged).write(to: URL(fileURLWithPath: path))
          #expect(throws: BundleError.self) { try PackedModel(path: path) }
          damaged[place] ^= 1
        }
      }
    }
  }
}
