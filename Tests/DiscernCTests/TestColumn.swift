import CDiscern
import Discern
import DiscernC
import Foundation
import TestSupport

/// Texts as a column, in its own memory.
struct TestColumn {
  var validity: [UInt8]?
  var offsets: [Int64] = [0]
  var data: [UInt8] = []
  var offset = 0
  var length = 0
  var bits: Int32 = 64

  init(_ texts: [[UInt8]?]) {
    length = texts.count
    for text in texts {
      data += text ?? []
      offsets.append(Int64(data.count))
    }
    if texts.contains(where: { $0 == nil }) {
      var bitmap = [UInt8](repeating: 0, count: (texts.count + 7) / 8)
      for (row, text) in texts.enumerated() where text != nil { bitmap[row / 8] |= 1 << UInt8(row % 8) }
      validity = bitmap
    }
  }

  init(_ texts: [String]) { self.init(texts.map { Array($0.utf8) }) }

  func with<Value>(_ body: (inout discern_column) throws -> Value) rethrows -> Value {
    let narrow = offsets.map { Int32(truncatingIfNeeded: $0) }
    return try offsets.withUnsafeBytes { wide in
      try narrow.withUnsafeBytes { narrow in
        try data.withUnsafeBufferPointer { data in
          try (validity ?? []).withUnsafeBufferPointer { bitmap in
            var column = discern_column(
              validity: validity == nil ? nil : bitmap.baseAddress, validity_size: Int64(bitmap.count),
              offsets: bits == 64 ? wide.baseAddress : narrow.baseAddress, offset_count: Int64(offsets.count),
              offset_bits: bits, data: data.baseAddress, data_size: Int64(data.count), offset: Int64(offset),
              length: Int64(length))
            return try body(&column)
          }
        }
      }
    }
  }
}

/// The result of a call.
struct TestAnswers {
  var code: Int32 = 0
  var probabilities: [Float]
  var logits: [Float]
  var status: [UInt8]

  /// - Parameter change: a fault of the column or the answers.
  init(
    _ model: OpaquePointer?, _ column: TestColumn, outputs: Int,
    change: (inout discern_column, inout discern_answers) -> Void = { _, _ in }
  ) {
    probabilities = [Float](repeating: -1, count: max(1, column.length * outputs))
    logits = probabilities
    status = [UInt8](repeating: 99, count: max(1, column.length))
    code = column.with { column in
      probabilities.withUnsafeMutableBufferPointer { probabilities in
        logits.withUnsafeMutableBufferPointer { logits in
          status.withUnsafeMutableBufferPointer { status in
            var answers = discern_answers(
              row_capacity: column.length, output_count: Int64(outputs),
              probabilities: probabilities.baseAddress, logits: logits.baseAddress, status: status.baseAddress
            )
            change(&column, &answers)
            return discern_classify(model, &column, &answers, nil)
          }
        }
      }
    }
  }
}

/// A model on disk and the handle of it, for as long as `body` runs.
func withModel<Value>(
  _ name: String = "format-2/ordinary", threads: Int32 = 1,
  _ body: (TextClassifier, OpaquePointer) throws -> Value
) throws -> Value {
  let path = SharedData.projectRoot.appendingPathComponent("Tests/Fixtures/" + name).path
  let classifier = try TextClassifier(contentsOf: path)
  var model: OpaquePointer?
  let code = discern_open(path, threads, &model)
  guard code == DISCERN_OK, let model else { throw OpenFailure(code: code, message: lastError) }
  defer { discern_close(model) }
  return try body(classifier, model)
}

struct OpenFailure: Error {
  let code: Int32
  let message: String
}

var lastError: String { discern_last_error().map { String(cString: $0) } ?? "" }
