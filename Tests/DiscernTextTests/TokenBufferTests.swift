import DiscernText
import Testing

@Suite struct TokenBufferTests {
  @Test("bytes, ranges and strings tell the same")
  func access() throws {
    let session = try Tokenizer().makeSession()
    var buffer = TokenBuffer()
    #expect(buffer.isEmpty && buffer.utf8.isEmpty && buffer.strings.isEmpty)
    #expect(try tokens(Array("Don't Panic, é".utf8), session, &buffer) == ["do", "n't", "panic", ",", "é"])
    #expect(buffer.count == 5 && !buffer.isEmpty)
    #expect(buffer.range(at: 1) == 2..<5)
    #expect(buffer.string(at: 4) == "é")
    #expect(String(decoding: buffer.utf8, as: UTF8.self) == "don't panic, é")
    let total = buffer.withUnsafeTokens { utf8, tokens in
      #expect(utf8.count == buffer.utf8Count)
      #expect(utf8.count + TokenBuffer.readablePadding > tokens[tokens.count - 1].range.upperBound)
      return tokens.reduce(0) { $0 + $1.count }
    }
    #expect(total == 13)
  }

  @Test("a buffer forgets the text before, a copy does not")
  func reuse() throws {
    let session = try Tokenizer().makeSession()
    var buffer = TokenBuffer()
    _ = try tokens(Array("one two three".utf8), session, &buffer)
    let copy = buffer
    #expect(try tokens(Array("four".utf8), session, &buffer) == ["four"])
    #expect(copy.strings == ["one", "two", "three"])
    #expect(try tokens([], session, &buffer) == [])
    #expect(buffer.utf8Count == 0)
  }

  @Test("tokens ascend, are not empty and hold no space, whatever the bytes")
  func invariants() throws {
    let session = try Tokenizer().makeSession()
    var buffer = TokenBuffer()
    var random = RandomText(seed: 11)
    for _ in 0..<3_000 {
      _ = try tokens(random.bytes(upTo: 70), session, &buffer)
      var last = 0
      for index in 0..<buffer.count {
        let range = buffer.range(at: index)
        #expect(range.lowerBound >= last && !range.isEmpty && range.upperBound <= buffer.utf8Count)
        #expect(!buffer.utf8[range].contains(0x20))
        last = range.upperBound
      }
    }
  }

  #if os(Linux) || os(macOS)
    @Test("a token that is not there is a programmer's mistake")
    func outOfRange() async {
      await #expect(processExitsWith: .failure) { _ = TokenBuffer().range(at: 0) }
    }
  #endif
}
