import DiscernVocabulary
import TestSupport
import Testing

/// Words of the same letters have near vectors: an unseen word gets one near theirs.
@Test func lettersGiveAnUnknownWordAVectorNearThoseOfItsKin() throws {
  var generator = SeededGenerator(seed: 1)
  let ends = ["er", "ing", "ed", "s", "ero", "ingo", "edo", "so", "eroo", "ingoo", "edoo", "soo"]
  let stems = ["walk", "climb", "shout", "paint"]
  var lines: [String] = []
  for (place, stem) in stems.enumerated() {
    for end in ends {
      let numbers = stems.indices.map { j in
        "\((j == place ? 1 : 0) + Double.random(in: -0.05...0.05, using: &generator))"
      }
      lines.append(([stem + end] + numbers).joined(separator: " "))
    }
  }
  try withFile(lines.joined(separator: "\n").utf8) { path in
    let words = lines.map { String($0.prefix { $0 != " " }) }
    let vocabulary = Vocabulary(words: words.filter { $0 != "climbing" } + ["nowhere"])
    let vectors = try WordVectors.load(path: path, vocabulary: vocabulary, seed: 1)
    let kind = LetterBuckets(count: 2000)
    let rows = vectors.letterRows(kind)
    #expect(rows == vectors.letterRows(kind) && rows.count == 2000 * 4)
    func read(_ word: String) -> [Float] {
      var bag: [Int32] = []
      Array(word.utf8).withUnsafeBufferPointer { kind.append($0, to: &bag) }
      return (0..<4).map { j in
        bag.reduce(0) { $0 + rows[Int($1) * 4 + j] } / Float(bag.count) + vectors.rows[4 + j]
      }
    }
    for word in ["climbing", "climbb", "climbers"] {
      let vector = read(word)
      #expect(vector[1] > 0.5 && [0, 2, 3].allSatisfy { vector[$0] < vector[1] / 2 }, "\(word) \(vector)")
    }
    // Letters that occur in no word with a vector keep zeros.
    let bags = vocabulary.letters(kind)
    let taught = Set(vectors.found.indices.filter { vectors.found[$0] }.flatMap { bags[$0] })
    #expect((0..<2000).allSatisfy { taught.contains(Int32($0)) || rows[$0 * 4] == 0 })
    for word in words { #expect((read(word).max() ?? 0) > 0.7) }
  }
}
