import DiscernBundle
import DiscernCorpus

/// The examples of a `MatchData` as they were read, before they are encoded.
struct MatchRows {
  /// The UTF-8 of each text; for pairs, of the first one.
  private(set) var left: [[UInt8]] = []
  /// For pairs: the UTF-8 of the second text.
  private(set) var right: [[UInt8]] = []
  /// For labels: each text's label, numbered from 0 in order of appearance.
  private(set) var labels: [Int32] = []
  private(set) var labelNames: [String] = []
  /// For vectors: the file's rows.
  private(set) var features: MatrixFile?
  /// Nil for texts in memory.
  private(set) var reading: ReadingReport?
  /// Rows of pairs without a second text that were left out.
  private(set) var withoutPartner = 0

  /// - Parameter isInterrupted: called every thousand rows.
  /// - Throws: `DiscernError.corpus`, `.match`; `.interrupted`.
  init(_ data: MatchData, isInterrupted: () -> Bool) throws(DiscernError) {
    guard let corpus = data.corpus else {
      for (left, right) in data.texts {
        self.left.append(Array(left.utf8))
        self.right.append(Array(right.utf8))
      }
      return
    }
    var numbers: [String: Int32] = [:]
    let reader = CorpusReader(corpus)
    var inputCount = 0
    while let record = try Self.next(reader, data) {
      let inputs = reader.report.inputs
      if inputs.count > inputCount { try Self.requireNames(inputs[inputCount...], data) }
      inputCount = inputs.count
      if left.count % 1000 == 0, isInterrupted() { throw .interrupted }
      switch data.kind {
      case .pairs(let column):
        guard let partner = reader.kept.first ?? nil, !partner.text.isEmpty else {
          if corpus.options.onError == .skip {
            withoutPartner += 1
            continue
          }
          throw .match(.noPartner(record.location, column: column?.description ?? "2"))
        }
        right.append(Array(partner.text.utf8))
      case .labels:
        let name = record.labelString ?? ""
        let number = numbers[name, default: Int32(numbers.count)]
        if numbers.updateValue(number, forKey: name) == nil { labelNames.append(name) }
        labels.append(number)
      case .vectors: break
      }
      left.append(Array(record.text))
    }
    reading = reader.report
    if case .pairs = data.kind, !left.isEmpty, left == right { throw .match(.samePairs(rows: left.count)) }
    if case .vectors(let path, let tensor) = data.kind {
      let file = try wrapping(DiscernError.ofMatchFile) { () throws(BundleError) in
        try MatrixFile(path: path, tensor: tensor)
      }
      guard file.rows == left.count, reader.report.skippedRows == 0 else {
        throw .match(.rowCount(path: path, rows: file.rows, texts: left.count))
      }
      features = file
    }
  }

  /// Refuses tables of more than two columns if those of the pairs are not named.
  private static func requireNames(
    _ inputs: ArraySlice<ReadingReport.Input>, _ data: MatchData
  ) throws(DiscernError) {
    if data.unnamedColumns.isEmpty { return }
    for input in inputs {
      if let count = input.columns?.count, count > 2 {
        throw .match(.unnamedColumns(path: input.path, columns: count, flags: data.unnamedColumns))
      }
    }
  }

  private static func next(_ reader: CorpusReader, _ data: MatchData) throws(DiscernError) -> Record? {
    do throws(CorpusError) { return try reader.next() } catch {
      if case .input(.interrupted) = error { throw .interrupted }
      // A number in place of a name that was not given.
      if case .badRow(_, .missingKey(let key, _)) = error, let path = reader.report.inputs.last?.path,
        data.unnamedColumns.contains(key == "1" ? "--text-column" : key == "2" ? "--pair-column" : "")
      {
        throw .match(.unnamedColumns(path: path, columns: nil, flags: data.unnamedColumns))
      }
      throw .corpus(error)
    }
  }
}
