/// A text with its labels, as in the file. The buffers belong to the reader: they are valid until it
/// continues, that is, within the call that receives the record.
public struct Record: ~Copyable {
  /// Valid UTF-8 without NUL.
  public let text: UnsafeBufferPointer<UInt8>
  /// By task, in the order of the options' `labelColumns`; empty if the input has no labels. Valid UTF-8; nil
  /// if the row has no label. A label is never empty, but a list of labels may be.
  public let labels: [UnsafeBufferPointer<UInt8>?]
  /// At least 0; 1 if the input has no weights.
  public let weight: Float
  /// Valid UTF-8 without white space at its ends; nil if the row is in no group. Valid as long as the labels.
  public let group: UnsafeBufferPointer<UInt8>?
  /// Its location.
  public let location: RecordLocation

  init(
    text: UnsafeBufferPointer<UInt8>, labels: [UnsafeBufferPointer<UInt8>?], weight: Float,
    group: UnsafeBufferPointer<UInt8>? = nil, location: RecordLocation
  ) {
    self.text = text
    self.labels = labels
    self.weight = weight
    self.group = group
    self.location = location
  }

  /// The first task's label.
  public var label: UnsafeBufferPointer<UInt8>? { labels.first ?? nil }

  /// A copy of the text.
  public var textString: String { String(decoding: text, as: UTF8.self) }
  /// A copy of the first task's label.
  public var labelString: String? { label.map { String(decoding: $0, as: UTF8.self) } }
}
