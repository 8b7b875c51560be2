/// A text with its label, as the file has them. The buffers are the reader's own: they are valid until it
/// reads on, that is, within the call that hands the record over.
public struct Record: ~Copyable {
  /// UTF-8 that may be broken (the report counts such texts); it holds no NUL.
  public let text: UnsafeBufferPointer<UInt8>
  /// Valid UTF-8, not empty; nil where the input has no labels.
  public let label: UnsafeBufferPointer<UInt8>?
  public let location: RecordLocation

  init(text: UnsafeBufferPointer<UInt8>, label: UnsafeBufferPointer<UInt8>?, location: RecordLocation) {
    self.text = text
    self.label = label
    self.location = location
  }

  public var textString: String { String(decoding: text, as: UTF8.self) }
  public var labelString: String? { label.map { String(decoding: $0, as: UTF8.self) } }
}
