import DiscernCorpus
import TestSupport
import Testing

@Suite struct PartNameTests {
  private func parts(_ names: [String]) throws -> [Corpus.Part] {
    try withTemporaryFolder { folder in
      for name in names {
        for label in ["neg", "pos"] { try write("x", to: "\(name)/\(label)/1.txt", in: folder) }
      }
      return try Corpus(paths: [folder]).availableParts
    }
  }

  @Test func partsAreKnownByManyNames() throws {
    #expect(try parts(["Train", "Test"]) == [.train, .test])
    #expect(try parts(["TRAINING", "val", "Testing"]) == [.train, .development, .test])
    #expect(try parts(["20news-bydate-train", "20news-bydate-test"]) == [.train, .test])
    #expect(try parts(["train_data", "valid_data"]) == [.train, .development])
    #expect(try parts(["pre-train", "car-test"]) == [])
    #expect(try parts(["trainer", "tester"]) == [])
  }

  @Test func aPartIsReadAndNamed() throws {
    try withTemporaryFolder { folder in
      for name in ["Train", "val", "extra"] {
        for label in ["neg", "pos"] { try write(name, to: "\(name)/\(label)/1.txt", in: folder) }
      }
      let (rows, report) = try readAll([folder], part: .development)
      #expect(rows.map(\.text) == ["val", "val"] && rows.map(\.label) == ["neg", "pos"])
      #expect(report.inputs[0].notes.first == "parts: Train, val; read: val")
      let own = try #require(try Corpus(paths: [folder]).developmentPart)
      #expect(own.part == .development)
    }
  }

  @Test func partsWithoutLabelsAreNoLabels() throws {
    try withTemporaryFolder { folder in
      for name in ["Train", "Test"] { try write("x", to: name + "/1.txt", in: folder) }
      let message = corpusError { _ = try readAll([folder]) }?.description ?? ""
      #expect(message.contains("“Test”, “Train”") && message.contains("parts of the data"))
      // Their texts may be used alone.
      #expect(try readAll([folder], .with { $0.needsLabels = false }).rows.count == 2)
    }
  }
}
