import DiscernIO
import Testing

/// The bytes of the format's own documentation, and those that Python's `google.protobuf` gives.
@Test func fieldsHaveTheBytesOfTheFormat() {
  var inner = ProtobufMessage()
  inner.add(1, 150)
  #expect(inner.bytes == [0x08, 0x96, 0x01])

  var text = ProtobufMessage()
  text.add(2, "testing")
  #expect(text.bytes == [0x12, 0x07] + Array("testing".utf8))

  var outer = ProtobufMessage()
  outer.add(3, inner)
  outer.add(20, 0)
  outer.add(1, -2)
  outer.add(2, Float(1.5))
  outer.add(4, bytes: [])
  #expect(
    outer.bytes
      == [0x1A, 0x03, 0x08, 0x96, 0x01] + [0xA0, 0x01, 0x00]
      + [0x08, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]
      + [0x15, 0x00, 0x00, 0xC0, 0x3F] + [0x22, 0x00])
}

@Test func aMessageKnowsItsLengthAndComesInPieces() {
  var message = ProtobufMessage()
  for size in [0, 1, 127, 128, 70_000] {
    var inner = ProtobufMessage()
    inner.add(9, bytes: [UInt8](repeating: 7, count: size))
    inner.add(1, size)
    var middle = ProtobufMessage()
    middle.add(2, inner)
    message.add(5, middle)
  }
  var joined: [UInt8] = []
  message.forEachPart { joined += $0 }
  #expect(joined == message.bytes && joined.count == message.byteCount)
}
