import AllocationCount
import Discern
import Foundation
import TestSupport
import Testing

/// From bytes to labels, by a session as in `discern classify`.
@Test(.enabled(if: allocation_count() >= 0)) func aSessionsWindowAllocatesNothingThatGrows() throws {
  let model = SharedData.projectRoot.appendingPathComponent("Tests/Fixtures/format-2/ordinary").path
  let session = try TextClassifier(contentsOf: model).makeSession()
  let texts = ["A lovely film.", "Dull, and <b>far</b> too long.", "“Good” fun – für alle!", ""].map {
    Array($0.utf8)
  }
  func window() throws -> Int {
    let before = allocation_count()
    for text in texts {
      try text.withUnsafeBufferPointer { bytes throws(DiscernError) in try session.add(bytes) }
    }
    #expect(session.classify().count == texts.count)
    return allocation_count() - before
  }
  let counts = try (0..<8).map { _ in try window() }.dropFirst(3)
  #expect(Set(counts).count == 1, "\(counts)")
  #expect(counts.first ?? 0 <= 480, "\(counts)")
}
