import DiscernText

/// The words of a text, as the input of an `NGramReader`.
protocol NGramText {
  var count: Int { get }
  /// The bytes of word `index`.
  func bytes(_ index: Int) -> UnsafeBufferPointer<UInt8>
  /// The word's number among those of a vocabulary of n-grams, or -1.
  func word(_ index: Int) -> Int32
  /// The number under which the word's n-grams of letters are kept, or -1.
  func key(_ index: Int) -> Int32
}

/// Tokens as they come from the tokenizer.
struct TokenNGramText: NGramText {
  let utf8: UnsafeBufferPointer<UInt8>
  let tokens: UnsafeBufferPointer<TokenRange>
  /// [tokens] their numbers in the vocabulary, or -1.
  let words: UnsafeBufferPointer<Int32>

  var count: Int { tokens.count }
  @inline(__always) func bytes(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: utf8[tokens[index].range])
  }
  @inline(__always) func word(_ index: Int) -> Int32 { words[index] }
  @inline(__always) func key(_ index: Int) -> Int32 { words[index] }
}

/// One of many texts that share a table of words.
struct TableNGramText: NGramText {
  /// The numbers of the text's words in the table.
  let ids: UnsafeBufferPointer<Int32>
  /// [table] the words' numbers in the vocabulary, or -1.
  let words: UnsafeBufferPointer<Int32>
  let tableBytes: UnsafeBufferPointer<UInt8>
  let tableOffsets: UnsafeBufferPointer<Int>

  var count: Int { ids.count }
  @inline(__always) func bytes(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    let id = Int(ids[index])
    return UnsafeBufferPointer(rebasing: tableBytes[tableOffsets[id]..<tableOffsets[id + 1]])
  }
  @inline(__always) func word(_ index: Int) -> Int32 { words[Int(ids[index])] }
  @inline(__always) func key(_ index: Int) -> Int32 { ids[index] }
}
