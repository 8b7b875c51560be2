/// One record from its reader, before it is checked.
struct RawRecord {
  var text: UnsafeBufferPointer<UInt8>
  /// By task; empty without labels.
  var labels: [UnsafeBufferPointer<UInt8>?]
  /// As written in the input; nil without weights.
  var weight: UnsafeBufferPointer<UInt8>?
  /// As written in the input; nil without groups.
  var group: UnsafeBufferPointer<UInt8>?
  var path: String
  var line: Int
  /// The values of the columns that are passed on; nil for a missing value.
  var kept: [KeptValue?] = []
}

/// The result of a step through an input.
enum StreamStep {
  /// Its buffers are valid until the next step.
  case record(RawRecord)
  case bad(RecordLocation, RowProblem)
  /// A blank line.
  case blank
  case end
}

/// A reader of one input, record by record.
protocol RecordStream: AnyObject {
  func next() throws(CorpusError) -> StreamStep

  /// Findings about the input as a whole, reported at the end.
  func finish() -> (notes: [String], warnings: [String])
}

extension RecordStream {
  func finish() -> (notes: [String], warnings: [String]) { ([], []) }
}
