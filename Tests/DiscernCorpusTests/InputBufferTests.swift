import DiscernCorpus
import DiscernIO
import Foundation
import Testing

@Suite struct InputBufferTests {
  /// An input that delivers `blocks` one by one.
  private func input(_ blocks: [String], limit: Int = 1 << 20) -> InputBuffer {
    var rest = blocks.map { Array($0.utf8) }[...]
    return InputBuffer(path: "x", limit: limit) { buffer throws(InputError) in
      let block = rest.popFirst() ?? []
      let count = min(block.count, buffer.count)
      buffer.copyBytes(from: block.prefix(count))
      if count < block.count { rest = [Array(block[count...])] + rest }
      return count
    }
  }

  private func lines(_ input: InputBuffer, isCSV: Bool = false) throws -> [String] {
    try input.skipByteOrderMark()
    try input.recogniseLineEnds(isCSV: isCSV)
    var lines: [String] = []
    while true {
      do throws(CorpusError) {
        guard let line = try input.takeLine() else { return lines }
        lines.append(String(decoding: line, as: UTF8.self))
      } catch {
        guard case .input(.lineTooLong(_, let line, _)) = error else { throw error }
        lines.append("too long: \(line)")
      }
    }
  }

  @Test func everyLineEndIsRead() throws {
    for text in [
      "a\nb\n\nc", "a\r\nb\r\n\r\nc\r\n", "a\r\r\nb\r\r\n\r\r\nc\r", "a\rb\r\rc\r", "a\r\nb\n\r\nc\r\r",
    ] {
      #expect(try lines(input([text])) == ["a", "b", "", "c"], "\(text.debugDescription)")
      // In whatever pieces the bytes arrive.
      #expect(try lines(input(text.unicodeScalars.map { String($0) })) == ["a", "b", "", "c"])
    }
    #expect(try lines(input(["10 %\r20 %\rdone\nnext\n"])) == ["10 %\r20 %\rdone", "next"])
    // As a spreadsheet on an old Mac writes it: line feeds inside quotes alone.
    #expect(try lines(input(["a,\"b\nc\"\rd,e\r"]), isCSV: true) == ["a,\"b", "c\"", "d,e"])
    #expect(try lines(input(["\u{FEFF}"])) == [])
    #expect(try lines(input([])) == [])
  }

  @Test func longLinesArePassedOver() throws {
    let long = String(repeating: "x", count: 300_000)
    for blocks in [[long + "\nb\n" + long + "\r\nc"], ["x", long, long, "y\nb\n", long, "\r", "\nc"]] {
      let input = input(blocks, limit: 100_000)
      #expect(try lines(input) == ["too long: 1", "b", "too long: 3", "c"])
    }
    #expect(try lines(input([long], limit: 9)) == ["too long: 1"])
    #expect(try lines(input(["123456789\r\n1234567890\n"], limit: 9)) == ["123456789", "too long: 2"])
  }

  /// The buffer does not grow with a line that is skipped.
  @Test func longLinesCostNoMemory() throws {
    let block = [UInt8](repeating: 0x78, count: 1 << 16)
    var count = 0
    var largest = 0
    let input = InputBuffer(path: "x", limit: 1 << 17) { buffer throws(InputError) in
      largest = max(largest, buffer.count)
      count += 1
      if count > 4000 { return 0 }
      buffer.copyBytes(from: block.prefix(buffer.count))
      return min(block.count, buffer.count)
    }
    #expect(try lines(input) == ["too long: 1"])
    #expect(largest <= 1 << 19)
  }
}
