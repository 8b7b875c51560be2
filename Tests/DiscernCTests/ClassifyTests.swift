import CDiscern
import Discern
import DiscernC
import DiscernExport
import Foundation
import Synchronization
import TestSupport
import Testing

private let texts = [
  "A lovely film, would buy again.", "Dull and far too long", "", "qqq zzz", "Not bad at all!", "食べ物 is good",
]

@Suite struct ClassifyTests {
  @Test(arguments: ["format-1/ordinary", "format-2/ensemble", "format-2/tasks"])
  func answersAreTheBitsOfSwift(name: String) throws {
    try withModel(name) { classifier, model in
      let outputs = classifier.tasks.reduce(0) { $0 + $1.labels.count }
      let session = try classifier.makeSession()
      session.includesDetails = true
      for text in texts { try session.add(text) }
      let expected = session.classify()
      for bits in [32, 64] as [Int32] {
        var column = TestColumn(texts)
        column.bits = bits
        let answers = TestAnswers(model, column, outputs: outputs)
        #expect(answers.code == DISCERN_OK, "\(lastError)")
        for (row, classification) in expected.enumerated() {
          var place = row * outputs
          for (task, prediction) in zip(classifier.tasks, classification.predictions) {
            for (index, label) in task.labels.names.enumerated() {
              let candidate = prediction.ranking.first { $0.label == label }
              #expect(answers.probabilities[place] == candidate?.probability)
              #expect(answers.logits[place] == classification.details?.logits[task.name]?[index])
              place += 1
            }
          }
        }
        #expect(answers.status[2] == UInt8(DISCERN_ROW_EMPTY))
        #expect(answers.status[3] == UInt8(DISCERN_ROW_ALL_UNKNOWN))
        #expect(answers.status[0] == UInt8(DISCERN_ROW_NORMAL))
      }
    }
  }

  @Test func tasksAndLabelsAreTheModels() throws {
    try withModel("format-2/tasks") { classifier, model in
      var info = discern_model_info()
      #expect(discern_info(model, &info) == DISCERN_OK)
      #expect(info.task_count == Int64(classifier.tasks.count))
      var first: Int64 = 0
      for (index, task) in classifier.tasks.enumerated() {
        var description = discern_task()
        #expect(discern_get_task(model, Int64(index), &description) == DISCERN_OK)
        #expect(String(cString: description.name.bytes) == task.name)
        #expect(description.first_output == first && description.label_count == Int64(task.labels.count))
        first += description.label_count
        #expect((description.thresholds != nil) == (task.thresholds != nil))
        for (place, threshold) in (task.thresholds ?? []).enumerated() {
          #expect(description.thresholds[place] == threshold)
        }
        for (place, label) in task.labels.names.enumerated() {
          var name = discern_string()
          #expect(discern_get_label(model, Int64(index), Int64(place), &name) == DISCERN_OK)
          #expect(String(cString: name.bytes) == label && name.length == Int64(label.utf8.count))
        }
        #expect(discern_get_label(model, Int64(index), description.label_count, nil) == DISCERN_USAGE)
      }
      #expect(info.output_count == first)
    }
  }

  @Test func rowsWithoutATextHaveNoAnswer() throws {
    try withModel { classifier, model in
      let rows: [[UInt8]?] = [
        Array("good".utf8), nil, [0x66, 0xC3, 0x28], Array("a\0b".utf8), [], Array("bad".utf8),
        [0xED, 0xA0, 0x80],
      ]
      let outputs = classifier.labels.count
      let answers = TestAnswers(model, TestColumn(rows), outputs: outputs)
      #expect(answers.code == DISCERN_OK)
      #expect(
        answers.status.map(Int32.init)[1...3] == [
          DISCERN_ROW_NULL, DISCERN_ROW_NOT_UTF8, DISCERN_ROW_HOLDS_NUL,
        ])
      #expect(answers.status[6] == UInt8(DISCERN_ROW_NOT_UTF8))
      for row in [1, 2, 3, 6] {
        let numbers = answers.probabilities[row * outputs..<(row + 1) * outputs]
        #expect(numbers.allSatisfy { $0.isNaN })
      }
      let good = TestAnswers(model, TestColumn(["good", "bad"]), outputs: outputs)
      #expect(answers.probabilities[..<outputs] == good.probabilities[..<outputs])
      #expect(answers.probabilities[5 * outputs..<6 * outputs] == good.probabilities[outputs...])
      for status in [Int32(0), 3, 4, 5, 6] { #expect(discern_status_text(status) != nil) }
      #expect(discern_status_text(-1) == nil && discern_status_text(7) == nil)
    }
  }

  @Test func slicesAreParts() throws {
    try withModel { classifier, model in
      let outputs = classifier.labels.count
      let rows: [[UInt8]?] = (0..<41).map { $0 % 5 == 3 ? nil : Array("text \($0) is good".utf8) }
      let whole = TestAnswers(model, TestColumn(rows), outputs: outputs)
      for (offset, length) in [(0, 41), (1, 40), (7, 9), (8, 8), (9, 0), (40, 1), (41, 0)] {
        var column = TestColumn(rows)
        (column.offset, column.length) = (offset, length)
        let part = TestAnswers(model, column, outputs: outputs)
        #expect(part.code == DISCERN_OK)
        #expect(part.status[..<length] == whole.status[offset..<offset + length])
        for index in 0..<length * outputs {
          #expect(
            part.probabilities[index].bitPattern == whole.probabilities[offset * outputs + index].bitPattern)
        }
      }
    }
  }

  @Test func wordsComeWithTheirPlacesAndAttention() throws {
    try withModel { classifier, model in
      let session = try classifier.makeSession()
      session.includesDetails = true
      for text in texts { try session.add(text) }
      let expected = session.classify().map { $0.details?.tokens ?? [] }
      var lists: UnsafeMutablePointer<discern_tokens>?
      var probabilities = [Float](repeating: 0, count: texts.count * classifier.labels.count)
      var status = [UInt8](repeating: 0, count: texts.count)
      let code = TestColumn(texts).with { column in
        probabilities.withUnsafeMutableBufferPointer { probabilities in
          status.withUnsafeMutableBufferPointer { status in
            var answers = discern_answers(
              row_capacity: column.length, output_count: Int64(classifier.labels.count),
              probabilities: probabilities.baseAddress, logits: nil, status: status.baseAddress)
            return discern_classify(model, &column, &answers, &lists)
          }
        }
      }
      #expect(code == DISCERN_OK)
      let tokens = try #require(lists).pointee
      defer { discern_free_tokens(lists) }
      #expect(tokens.row_count == Int64(texts.count) && tokens.ngrams == nil)
      for (row, words) in expected.enumerated() {
        let first = Int(tokens.token_offsets[row])
        #expect(Int(tokens.token_offsets[row + 1]) - first == words.count)
        for (place, word) in words.enumerated() {
          let index = first + place
          let range = Int(tokens.text_offsets[index])..<Int(tokens.text_offsets[index + 1])
          let bytes = range.map { UInt8(bitPattern: tokens.text[$0]) }
          #expect(String(decoding: bytes, as: UTF8.self) == word.text)
          #expect(tokens.tokens[index] == word.id)
          #expect(tokens.starts[index] == Int64(word.range?.lowerBound ?? -1))
          #expect(tokens.ends[index] == Int64(word.range?.upperBound ?? -1))
          if let weight = word.attention { #expect(tokens.attention[index] == weight) }
        }
      }
    }
  }

  @Test func encodedNumbersAreThoseOfTheCommand() throws {
    try withModel { classifier, model in
      let encoder = try TextInputEncoder(TextInputSource(classifier))
      var lists: UnsafeMutablePointer<discern_tokens>?
      var status = [UInt8](repeating: 9, count: texts.count + 1)
      let code = TestColumn(texts.map { Array($0.utf8) } + [[0xFF]]).with { column in
        discern_encode(model, &column, &status, Int64(status.count), &lists)
      }
      #expect(code == DISCERN_OK)
      let tokens = try #require(lists).pointee
      defer { discern_free_tokens(lists) }
      for (row, text) in texts.enumerated() {
        let inputs = try encoder.encode(text)
        let range = Int(tokens.token_offsets[row])..<Int(tokens.token_offsets[row + 1])
        #expect(range.map { tokens.tokens[$0] } == inputs.tokens)
      }
      #expect(tokens.token_offsets[texts.count] == tokens.token_offsets[texts.count + 1])
      #expect(status[texts.count] == UInt8(DISCERN_ROW_NOT_UTF8))
    }
  }

  /// A handle is for all threads; each has its own last error.
  @Test func threadsShareAModel() throws {
    try withModel(threads: 3) { classifier, model in
      let outputs = classifier.labels.count
      let many = (0..<300).map { "text \($0) is lovely and number \($0 % 7)" }
      let expected = TestAnswers(model, TestColumn(many), outputs: outputs).probabilities
      let wrong = Atomic(0)
      nonisolated(unsafe) let model = model
      DispatchQueue.concurrentPerform(iterations: 8) { index in
        if index % 4 == 3 {
          for _ in 0..<20 {
            if discern_get_task(model, Int64(index) + 70, nil) != DISCERN_USAGE || lastError.isEmpty {
              wrong.add(1, ordering: .relaxed)
            }
          }
        } else {
          for _ in 0..<3 {
            let answers = TestAnswers(model, TestColumn(many), outputs: outputs)
            if answers.probabilities != expected { wrong.add(1, ordering: .relaxed) }
          }
        }
      }
      #expect(wrong.load(ordering: .relaxed) == 0)
    }
  }
}
