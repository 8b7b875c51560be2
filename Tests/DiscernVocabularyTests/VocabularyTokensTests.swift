import DiscernText
import DiscernVocabulary
import Testing

@Suite struct VocabularyTokensTests {
  @Test func encodesATokenizedText() throws {
    let session = try Tokenizer().makeSession()
    var tokens = TokenBuffer()
    let text = "The uncharacteristically good, good film!"
    try Array(text.utf8).withUnsafeBufferPointer { try session.tokenize($0, into: &tokens) }
    var builder = VocabularyBuilder()
    builder.add(tokens)
    let vocabulary = builder.build(maximumSize: 5)
    var ids: [Int32] = [9]
    vocabulary.appendIDs(of: tokens, to: &ids)
    #expect(ids == [9] + tokens.strings.map { vocabulary.id(of: $0) })
    #expect(vocabulary.tokenCount(at: Int(vocabulary.id(of: "good"))) == 2)
    #expect(vocabulary.totalTokenCount == tokens.count && vocabulary.tokenCount(at: 1) > 0)
  }
}
