import CDiscern
import Discern
import DiscernExport
import DiscernIO
import DiscernSystem
import DiscernText

extension OpenModel {
  /// The number of rows that are answered at once, and their approximate bytes: memory does not grow with a
  /// column.
  private static let windowRows = 2048
  private static let windowBytes = 4 << 20

  /// A caller's buffers for a column's answers.
  struct Answers {
    let probabilities: UnsafeMutablePointer<Float>
    let logits: UnsafeMutablePointer<Float>?
    let status: UnsafeMutablePointer<UInt8>

    /// - Throws: `InterfaceError` if there is no space for this many rows and outputs.
    init(
      _ pointer: UnsafePointer<discern_answers>?, rows: Int, outputs: Int
    ) throws(InterfaceError) {
      guard let answers = pointer?.pointee else { throw .null("answers") }
      guard answers.output_count == Int64(outputs) else {
        throw .outOfRange(
          name: "output_count", value: answers.output_count, expected: "\(outputs), as the model has them")
      }
      let (_, isTooLarge) = rows.multipliedReportingOverflow(by: outputs * MemoryLayout<Float>.stride)
      guard answers.row_capacity >= Int64(rows), !isTooLarge else {
        throw .outOfRange(
          name: "row_capacity", value: answers.row_capacity, expected: "room for the column's \(rows) rows")
      }
      guard let probabilities = answers.probabilities else { throw .null("probabilities") }
      guard let status = answers.status else { throw .null("status") }
      self.probabilities = probabilities
      logits = answers.logits
      self.status = status
    }
  }

  /// Answers all rows; adds the words of each to `lists`, if given.
  func classify(
    _ texts: TextColumn, into answers: Answers, _ lists: inout TokenLists?
  ) throws(InterfaceError) {
    var start = 0
    while start < texts.count {
      var next = start
      try ForkGate.pass { () throws(InterfaceError) in
        try sessions.use(make: makeSession) { session throws(InterfaceError) in
          session.includesDetails = lists != nil
          next = try add(texts, from: start, to: session, answers.status)
          write(session.scores(), start..<next, into: answers, &lists)
        }
      }
      start = next
    }
  }

  private func makeSession() throws(InterfaceError) -> sending TextClassifier.Session {
    do throws(DiscernError) { return try classifier.makeSession(compute: compute) } catch {
      throw .classifier(error)
    }
  }

  /// Adds a window's texts to a session and records the rows that have none or an invalid one.
  ///
  /// - Returns: the first row of the next window.
  private func add(
    _ texts: TextColumn, from start: Int, to session: TextClassifier.Session,
    _ status: UnsafeMutablePointer<UInt8>
  ) throws(InterfaceError) -> Int {
    var row = start
    var bytes = 0
    while row < texts.count, row - start < Self.windowRows, bytes < Self.windowBytes {
      let text = texts[row]
      status[row] = RowStatus.problem(text) ?? UInt8(DISCERN_ROW_NORMAL)
      if let text, status[row] == UInt8(DISCERN_ROW_NORMAL) {
        bytes += text.count
        do throws(DiscernError) { try session.add(text) } catch {
          guard case .text(let problem) = error, let code = RowStatus.problem(problem) else {
            throw .classifier(error)
          }
          status[row] = code
        }
      }
      row += 1
    }
    return row
  }

  private func write(
    _ scores: TextClassifier.Session.Scores, _ rows: Range<Int>, into answers: Answers,
    _ lists: inout TokenLists?
  ) {
    let outputs = outputCount
    var index = 0
    for row in rows {
      let isAnswered = answers.status[row] == UInt8(DISCERN_ROW_NORMAL)
      let place = row * outputs
      for output in 0..<outputs {
        let source = index * outputs + output
        answers.probabilities[place + output] = isAnswered ? scores.probabilities[source] : .nan
        answers.logits?[place + output] = isAnswered ? scores.logits[source] : .nan
      }
      if isAnswered {
        answers.status[row] = RowStatus.of(scores.evidence[index])
        for token in scores.details[index]?.tokens ?? [] {
          lists?.addWord(token.text, id: token.id, range: token.range, attention: token.attention)
        }
        index += 1
      }
      lists?.endRow()
    }
  }

  /// The numbers that the model reads for all rows.
  func encode(
    _ texts: TextColumn, _ status: UnsafeMutablePointer<UInt8>
  ) throws(InterfaceError) -> TokenLists {
    var lists = TokenLists()
    var start = 0
    while start < texts.count {
      let end = min(texts.count, start + Self.windowRows)
      try ForkGate.pass { () throws(InterfaceError) in
        try encoders.use(make: makeEncoder) { encoder throws(InterfaceError) in
          for row in start..<end { status[row] = try encode(texts[row], with: encoder, &lists) }
        }
      }
      start = end
    }
    return lists
  }

  private func makeEncoder() throws(InterfaceError) -> sending TextInputEncoder {
    do throws(ExportError) { return try TextInputEncoder(inputs) } catch { throw .export(error) }
  }

  /// - Returns: the row's status.
  private func encode(
    _ text: UnsafeBufferPointer<UInt8>?, with encoder: TextInputEncoder, _ lists: inout TokenLists
  ) throws(InterfaceError) -> UInt8 {
    defer { lists.endRow() }
    if let problem = RowStatus.problem(text) { return problem }
    guard let text, UTF8Validation.isValid(text) else { return UInt8(DISCERN_ROW_NOT_UTF8) }
    let inputs: TextInputs
    do throws(ExportError) { inputs = try encoder.encode(text) } catch {
      guard case .text(let problem) = error, let code = RowStatus.problem(problem) else {
        throw .export(error)
      }
      return code
    }
    if let tokens = inputs.tokens { lists.add(tokens: tokens) }
    for bag in inputs.letters ?? [] { lists.addBag(bag) }
    if let ngrams = inputs.ngrams { lists.add(ngrams: ngrams, values: inputs.values ?? []) }
    return RowStatus.of(inputs.evidence)
  }
}
