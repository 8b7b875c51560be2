import DiscernVocabulary
import Testing

private func buckets(_ word: String, count: Int = Int(Int32.max)) -> [Int32] {
  var result: [Int32] = []
  Array(word.utf8).withUnsafeBufferPointer { LetterBuckets(count: count).append($0, to: &result) }
  return result
}

/// FNV-1a from its definition.
private func hash(_ text: String) -> Int32 {
  Int32(text.utf8.reduce(2_166_136_261 as UInt32) { ($0 ^ UInt32($1)) &* 16_777_619 } % UInt32(Int32.max))
}

@Test func aWordsBucketsAreThoseOfItsNGramsWithMarks() {
  let expected = ["<ca", "<cat", "<cat>", "cat", "cat>", "at>"].map(hash)
  #expect(buckets("cat") == expected)
  #expect(buckets("a") == [hash("<a>")])
  #expect(
    buckets("words")
      == [
        "<wo", "<wor", "<word", "<words", "wor", "word", "words", "words>", "ord", "ords", "ords>", "rds",
        "rds>",
        "ds>",
      ].map(hash))
  // Letters are scalars, however many bytes they have.
  #expect(buckets("เก่") == ["<เก", "<เก่", "<เก่>", "เก่", "เก่>", "ก่>"].map(hash))
  #expect(buckets("") == [])
}

/// A saved model depends on them.
@Test func bucketsNeverChange() {
  #expect(buckets("film", count: 16_384) == [11722, 7250, 14125, 13033, 8692, 9179, 383, 13839, 3875, 1988])
}

@Test func aVeryLongWordIsReadByItsFirstLetters() {
  let long = String(repeating: "xyzé", count: 100_000)
  let cut = "<" + long.prefix(64)
  var expected: [Int32] = []
  let letters = Array(cut)
  for start in letters.indices {
    for length in 3...6 where start + length <= letters.count {
      expected.append(hash(String(letters[start..<start + length])))
    }
  }
  #expect(buckets(long) == expected)
}

@Test func bagsKeepWordsApart() {
  var bags = Vocabulary(words: ["cat", "dog"]).letters(LetterBuckets(count: 1000))
  #expect(bags.count == 4)
  #expect(bags[0].isEmpty && bags[1].isEmpty)
  #expect(Array(bags[2]) == buckets("cat", count: 1000))
  #expect(bags.hash(2) != bags.hash(3))
  let before = bags
  bags.append(contentsOf: before)
  #expect(bags.count == 8 && bags[6] == before[2] && bags.hash(6) == before.hash(2))
  bags.removeLast()
  #expect(bags.count == 7 && bags.buckets.count == 2 * before.buckets.count - before[3].count)
  bags.removeAll()
  #expect(bags == LetterBags())
}
