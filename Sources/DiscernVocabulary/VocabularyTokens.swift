import DiscernText

extension VocabularyBuilder {
  /// Counts the tokens of a text.
  public mutating func add(_ tokens: TokenBuffer) {
    tokens.withUnsafeTokens { text, ranges in
      for range in ranges {
        let token = UnsafeBufferPointer(rebasing: text[range.range])
        let found = table.findPadded(token)
        if found >= 0 {
          counts[Int(found)] &+= 1
        } else if !token.isEmpty {
          append(token, count: 1)
        }
      }
    }
  }
}

extension Vocabulary {
  /// Appends the ids of a text's tokens to `ids`. Allocates only for `ids`.
  public func appendIDs(of tokens: TokenBuffer, to ids: inout [Int32]) {
    tokens.withUnsafeTokens { text, ranges in
      for range in ranges {
        let token = UnsafeBufferPointer(rebasing: text[range.range])
        let index = words.findPadded(token)
        ids.append(index < 0 ? Self.unknownID : index &+ Self.firstWordID)
      }
    }
  }
}
