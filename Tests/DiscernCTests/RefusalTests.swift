import CDiscern
import Discern
import DiscernC
import Foundation
import TestSupport
import Testing

/// Whatever numbers a caller gives: a code and words, never a trap.
@Suite struct RefusalTests {
  private static let columns:
    [(String, Int32, @Sendable (inout discern_column, inout discern_answers) -> Void)] = [
      ("length", DISCERN_USAGE, { column, _ in column.length = -1 }),
      ("length", DISCERN_USAGE, { column, _ in column.length = .max }),
      ("offset_count", DISCERN_USAGE, { column, _ in column.length = 1 << 40 }),
      ("offset is", DISCERN_USAGE, { column, _ in column.offset = -1 }),
      ("offset is", DISCERN_USAGE, { column, _ in column.offset = .max }),
      ("offset is", DISCERN_USAGE, { column, _ in column.offset = .max - 3 }),
      ("offset_count", DISCERN_USAGE, { column, _ in column.offset = .max - 9 }),
      ("offset_count", DISCERN_USAGE, { column, _ in column.offset = 1 }),
      ("offset_count", DISCERN_USAGE, { column, _ in column.offset_count = 3 }),
      (
        "offset_count", DISCERN_USAGE,
        { column, _ in (column.offset_count, column.offset) = (.max, 1 << 61) }
      ),
      ("offset_bits", DISCERN_USAGE, { column, _ in column.offset_bits = 16 }),
      ("offsets is NULL", DISCERN_USAGE, { column, _ in column.offsets = nil }),
      ("data is NULL", DISCERN_USAGE, { column, _ in column.data = nil }),
      ("data_size", DISCERN_USAGE, { column, _ in column.data_size = -5 }),
      ("ends at byte", DISCERN_BAD_DATA, { column, _ in column.data_size = 5 }),
      ("validity_size", DISCERN_USAGE, { column, _ in column.validity = column.data }),
      ("validity_size", DISCERN_USAGE, { column, _ in column.validity_size = -1 }),
      ("output_count", DISCERN_USAGE, { _, answers in answers.output_count += 1 }),
      ("output_count", DISCERN_USAGE, { _, answers in answers.output_count = .min }),
      ("row_capacity", DISCERN_USAGE, { _, answers in answers.row_capacity -= 1 }),
      ("row_capacity", DISCERN_USAGE, { _, answers in answers.row_capacity = -7 }),
      ("probabilities is NULL", DISCERN_USAGE, { _, answers in answers.probabilities = nil }),
      ("status is NULL", DISCERN_USAGE, { _, answers in answers.status = nil }),
    ]

  @Test func numbersThatCannotBe() throws {
    try withModel { classifier, model in
      for (words, code, change) in Self.columns {
        let answers = TestAnswers(
          model, TestColumn(["one", "two", "three"]), outputs: classifier.labels.count, change: change)
        #expect(answers.code == code && lastError.contains(words), "\(words): \(lastError)")
      }
    }
  }

  @Test(arguments: [
    [0, 3, 2, 9], [-1, 3, 6, 9], [0, 3, 6, 10], [0, -3, 6, 9], [9, 6, 3, 0], [0, 3, 6, .max],
  ])
  func offsetsThatLeadNowhere(offsets: [Int64]) throws {
    try withModel { classifier, model in
      for bits in [32, 64] as [Int32] where bits == 64 || offsets.allSatisfy({ Int32(exactly: $0) != nil }) {
        var column = TestColumn(["one", "two", "six"])
        column.offsets = offsets
        column.bits = bits
        let answers = TestAnswers(model, column, outputs: classifier.labels.count)
        #expect(answers.code == DISCERN_BAD_DATA && lastError.contains("of the column begins at byte"))
        // Nothing was answered.
        #expect(answers.status == [99, 99, 99])
      }
    }
  }

  /// Random numbers everywhere, over real memory: a call ends.
  @Test func randomColumns() throws {
    try withModel { classifier, model in
      var generator = SeededGenerator(seed: 4)
      var refused = 0
      for _ in 0..<300 {
        var column = TestColumn(["one", "two", "three", "", "good"])
        column.bits = Bool.random(using: &generator) ? 32 : 64
        for index in column.offsets.indices where Int.random(in: 0..<6, using: &generator) == 0 {
          column.offsets[index] =
            Bool.random(using: &generator)
            ? Int64.random(in: -3...20, using: &generator)
            : Int64.random(in: .min ... .max, using: &generator)
        }
        let answers = TestAnswers(model, column, outputs: classifier.labels.count) { column, _ in
          if Int.random(in: 0..<5, using: &generator) == 0 {
            column.offset = Int64.random(in: -2...8, using: &generator)
          }
        }
        if answers.code != DISCERN_OK {
          refused += 1
          #expect(!lastError.isEmpty)
        }
      }
      #expect(refused > 50 && refused < 300)
    }
  }

  @Test func nothingInPlaceOfAPointer() throws {
    var info = discern_model_info()
    var lists: UnsafeMutablePointer<discern_tokens>?
    var model: OpaquePointer?
    #expect(discern_info(nil, &info) == DISCERN_USAGE && lastError == "model is NULL")
    #expect(discern_get_task(nil, 0, nil) == DISCERN_USAGE)
    #expect(discern_get_label(nil, 0, 0, nil) == DISCERN_USAGE)
    #expect(discern_classify(nil, nil, nil, &lists) == DISCERN_USAGE)
    #expect(discern_encode(nil, nil, nil, 0, &lists) == DISCERN_USAGE)
    #expect(discern_encode(nil, nil, nil, 0, nil) == DISCERN_USAGE)
    #expect(discern_open("model", 1, nil) == DISCERN_USAGE)
    #expect(discern_open(nil, 1, &model) == DISCERN_USAGE && model == nil)
    discern_close(nil)
    discern_free_tokens(nil)
    try withModel { _, model in
      #expect(discern_info(model, nil) == DISCERN_USAGE)
      #expect(discern_get_task(model, 0, nil) == DISCERN_USAGE)
      #expect(discern_get_task(model, -1, nil) == DISCERN_USAGE)
      #expect(discern_get_label(model, .min, 0, nil) == DISCERN_USAGE)
      #expect(discern_classify(model, nil, nil, nil) == DISCERN_USAGE && lastError == "texts is NULL")
      var column = discern_column()
      #expect(discern_classify(model, &column, nil, nil) == DISCERN_USAGE)
      column.offset_bits = 32
      #expect(discern_classify(model, &column, nil, nil) == DISCERN_USAGE && lastError == "answers is NULL")
      #expect(
        discern_encode(model, &column, nil, 0, &lists) == DISCERN_USAGE && lastError == "status is NULL")
    }
  }

  @Test func modelsThatAreNone() throws {
    var model: OpaquePointer?
    #expect(discern_open("/nonexistent/model", 1, &model) == DISCERN_NOT_FOUND && model == nil)
    #expect(lastError.contains("/nonexistent/model"))
    #expect(discern_open("/tmp", 1025, &model) == DISCERN_USAGE && lastError.contains("threads"))
    #expect(discern_open("/tmp", -1, &model) == DISCERN_USAGE)
    let broken: [CChar] = [47, 120, -1, 0]
    #expect(discern_open(broken, 1, &model) == DISCERN_USAGE && lastError.contains("UTF-8"))
    try withTemporaryFolder { folder in
      #expect(discern_open(folder, 1, &model) != DISCERN_OK && model == nil)
    }
  }

  @Test func theVersionIsAVersion() {
    let version = discern_version().map { String(cString: $0) } ?? ""
    #expect(version.split(separator: ".").count == 3)
  }
}
