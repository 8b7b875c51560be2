import DiscernIO
import Foundation
import TestSupport
import Testing

@Suite struct LineReaderTests {
  private func lines(
    _ path: String, dropsCarriageReturn: Bool = true, dropsByteOrderMark: Bool = true, limit: Int = 1 << 20
  ) throws(InputError) -> [[UInt8]] {
    let reader = LineReader(
      try ByteSource(path: path), dropsCarriageReturn: dropsCarriageReturn,
      dropsByteOrderMark: dropsByteOrderMark, limit: limit)
    var result: [[UInt8]] = []
    while let line = try reader.next() {
      result.append(Array(line))
      #expect(reader.lineNumber == result.count)
    }
    let afterTheEnd = try reader.next()
    #expect(afterTheEnd == nil)
    return result
  }

  private func text(_ bytes: [[UInt8]]) -> [String] { bytes.map { String(decoding: $0, as: UTF8.self) } }

  @Test func splitsAtNewlinesAlone() throws {
    let cases: [(String, [String])] = [
      ("", []), ("a", ["a"]), ("a\n", ["a"]), ("\n", [""]), ("a\n\nb", ["a", "", "b"]),
      ("a\r\nb\r\n", ["a", "b"]), ("a\rb\n", ["a\rb"]), ("a\r", ["a"]), ("a\r\r\n", ["a\r"]),
      ("a\u{85}b\u{2028}c\u{B}d\u{C}e\n", ["a\u{85}b\u{2028}c\u{B}d\u{C}e"]), ("a\0b\n", ["a\0b"]),
      ("\u{FEFF}a\n\u{FEFF}b", ["a", "\u{FEFF}b"]), ("\u{FEFF}", []), ("\u{FEFF}\n", [""]),
    ]
    for (content, expected) in cases {
      // Swift's own == would take canonically equal strings for equal; bytes are compared.
      let found = try withFile(content.utf8) { try lines($0) }
      #expect(found == expected.map { Array($0.utf8) }, "\(content.debugDescription)")
    }
  }

  @Test func keepsCarriageReturnAndByteOrderMarkWhenAsked() throws {
    let found = try withFile("\u{FEFF}a\r\n".utf8) {
      try lines($0, dropsCarriageReturn: false, dropsByteOrderMark: false)
    }
    #expect(found == [Array("\u{FEFF}a\r".utf8)])
  }

  @Test func linesOfEveryLengthCrossTheBlocks() throws {
    var generator = SeededGenerator(seed: 11)
    var expected: [[UInt8]] = []
    for _ in 0..<400 {
      let length = Int.random(in: 0...8, using: &generator) == 0 ? 700_000 / 9 : 1234
      expected.append((0..<length).map { _ in UInt8.random(in: 11...255, using: &generator) } + [1])
    }
    expected[200] = [UInt8](repeating: 7, count: 1_500_000)
    let found = try withFile(expected.joined(separator: [0x0A])) { try lines($0, limit: 1_500_000) }
    #expect(found == expected)
  }

  @Test func aLineOverTheLimitIsAnErrorNamingIt() throws {
    let line = String(repeating: "x", count: 300_000)
    try withFile("short\n\(line)\nend\n".utf8) { path in
      #expect(throws: InputError.lineTooLong(path: path, line: 2, limit: 299_999)) {
        try lines(path, limit: 299_999)
      }
      let found = try lines(path, limit: 300_000)
      #expect(found.count == 3)
    }
  }

  @Test(.timeLimit(.minutes(1))) func aLineThatIsTypedComesAtOnce() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/pipe"
      #expect(mkfifo(path, 0o600) == 0)
      // Held open for writing too, so that the pipe never ends and reading more would wait for ever.
      let descriptor = open(path, O_RDWR)
      defer { close(descriptor) }
      // First bytes that are also those of compressed files.
      for text in ["P", "(a", "BZ!", "_", ""] {
        let line = Array((text + "\n").utf8)
        #expect(write(descriptor, line, line.count) == line.count)
        let reader = LineReader(try ByteSource(path: path))
        let found = try reader.next().map { String(decoding: $0, as: UTF8.self) }
        #expect(found == text)
      }
    }
  }
}
