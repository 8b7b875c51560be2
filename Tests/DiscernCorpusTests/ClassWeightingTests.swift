import DiscernCorpus
import DiscernVocabulary
import TestSupport
import Testing

@Suite struct ClassWeightingTests {
  private func weights(_ text: String) throws -> [Float] {
    let labels = try LabelSet(["neg", "pos"])
    return try withFile(text.utf8) { path in
      try ClassWeighting(path).weights(labels, TaskLabels(numbers: [0, 1, 1]))
    }
  }

  @Test func marksAndLineEndsOfEditorsAreRead() throws {
    for text in ["pos\t0.5\n", "\u{FEFF}pos\t0.5\r\n", "\u{FEFF}neg\t1\r\n\r\npos\t0.5"] {
      #expect(try weights(text) == [1, 0.5], "\(text.debugDescription)")
    }
  }

  @Test func everyOddityNamesItsLine() {
    for text in ["neg\t1\nneg\t2\n", "neg\t1\nother\t2\n", "neg\t1\npos\n", "neg\t1\npos\tnan\n"] {
      do {
        _ = try weights(text)
        Issue.record("\(text.debugDescription) was read")
      } catch {
        #expect("\(error)".contains(":2"), "\(error)")
      }
    }
  }
}
