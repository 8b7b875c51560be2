import DiscernIO
import DiscernModels

/// An event in TensorBoard's format: a message of tensorflow/core/util/event.proto in a record of TFRecord.
struct EventRecord {
  private var event = ProtobufMessage()
  private var summary: ProtobufMessage?

  /// - Parameters:
  ///   - time: seconds since 1970.
  ///   - step: the number of epochs.
  init(time: Double, step: Int = 0) {
    event.add(1, time)
    if step != 0 { event.add(2, step) }
  }

  /// The first event of a file.
  static func version(time: Double) -> EventRecord {
    var record = EventRecord(time: time)
    record.event.add(3, "brain.Event:2")
    return record
  }

  /// Declares that records of this step and later ones in earlier files are no longer valid.
  static func start(time: Double, step: Int) -> EventRecord {
    var record = EventRecord(time: time, step: step)
    var session = ProtobufMessage()
    session.add(1, 1)
    record.event.add(7, session)
    return record
  }

  mutating func add(_ tag: String, _ value: Double) {
    var entry = ProtobufMessage()
    entry.add(1, tag)
    entry.add(2, Float(value))
    add(entry)
  }

  mutating func add(_ tag: String, _ distribution: Distribution) {
    var histogram = ProtobufMessage()
    histogram.add(1, distribution.minimum)
    histogram.add(2, distribution.maximum)
    histogram.add(3, Double(distribution.count))
    histogram.add(4, distribution.sum)
    histogram.add(5, distribution.sumOfSquares)
    histogram.add(6, distribution.limits)
    histogram.add(7, distribution.counts.map(Double.init))
    var entry = ProtobufMessage()
    entry.add(1, tag)
    entry.add(5, histogram)
    add(entry)
  }

  private mutating func add(_ entry: ProtobufMessage) {
    var all = summary ?? ProtobufMessage()
    all.add(1, entry)
    summary = all
  }

  /// The length, its checksum, the event, its checksum.
  var bytes: [UInt8] {
    var event = event
    if let summary { event.add(5, summary) }
    let content = event.bytes
    let length = Self.littleEndian(UInt64(content.count))
    return length + Self.checksum(length) + content + Self.checksum(content)
  }

  private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
    let crc = CRC32.castagnoli(bytes)
    return littleEndian((crc >> 15 | crc << 17) &+ 0xA282_EAD8)
  }

  private static func littleEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}
