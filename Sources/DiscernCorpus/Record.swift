/// A text with its labels, as in the file. The buffers belong to the reader: they are valid until it
/// continues, that is, within the call that hands the record over.
public struct Record: ~Copyable {
  /// Valid UTF-8 without NUL.
  public let text: UnsafeBufferPointer<UInt8>
  /// By task, in the order of the options' `labelColumns`; empty where the input has no labels. Valid
  /// UTF-8; nil where the row has no label. A label is not empty, a list of labels may be.
  public let labels: [UnsafeBufferPointer<UInt8>?]
  /// 0 or above, 1 where the input has no weights.
  public let weight: Float
  /// Valid UTF-8 without white space at its ends; nil where the row is in no group. It lasts as long as the
  /// labels.
  public let group: UnsafeBufferPointer<UInt8>?
  /// Its place.
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
