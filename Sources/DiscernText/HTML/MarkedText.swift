/// The characters of a text with markup, and the origin of each. Tags leave nothing, not even the space that
/// `HTMLConverter` puts for some: here, words are only searched for in their order.
struct MarkedText {
  /// UTF-8.
  private(set) var bytes: [UInt8] = []
  /// By byte, the bytes of the text that it comes from, such as those of an entity.
  private(set) var origins: [Range<Int>] = []

  init?(_ utf8: UnsafeBufferPointer<UInt8>) {
    guard let start = utf8.baseAddress else { return nil }
    var reducer = MarkupReducer(start, utf8.count)
    let piece = ScratchBuffer<UInt8>()
    var isMore = true
    while isMore {
      piece.count = 0
      reducer.steps = []
      isMore = reducer.next(piece)
      for step in reducer.steps ?? [] { append(step.input, step.output, piece) }
    }
  }

  private mutating func append(_ input: Range<Int>, _ output: Range<Int>, _ piece: ScratchBuffer<UInt8>) {
    guard let place = output.first else { return }
    let made = UnsafeBufferPointer(start: piece.base + place, count: output.count)
    switch made[0] {
    case UInt8(ascii: "&"): append(Self.character(made), from: input)
    case UInt8(ascii: "<"): break
    default:
      let isSame = input.count == output.count
      for (index, byte) in made.enumerated() {
        bytes.append(byte)
        origins.append(isSame ? input.lowerBound + index..<input.lowerBound + index + 1 : input)
      }
    }
  }

  private mutating func append(_ scalar: UInt32, from input: Range<Int>) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 4) { memory in
      guard let base = memory.baseAddress else { return }
      let count = UTF8Decoder.encode(scalar, base)
      for index in 0..<count {
        bytes.append(base[index])
        origins.append(input)
      }
    }
  }

  /// The character of an entity left by the reducer: one with a decimal number, or a known one.
  private static func character(_ entity: UnsafeBufferPointer<UInt8>) -> UInt32 {
    let name = UnsafeBufferPointer(rebasing: entity.dropFirst().dropLast())
    if name.first == UInt8(ascii: "#") {
      return name.dropFirst().reduce(0) { $0 &* 10 &+ UInt32($1 &- 0x30) }
    }
    return HTMLParser.character(ofEntity: name) ?? 0xFFFD
  }
}
