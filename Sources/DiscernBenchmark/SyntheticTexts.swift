import DiscernCorpus
import DiscernIO
import DiscernSystem
import DiscernTensor
import DiscernTraining

extension LabelledTexts {
  /// Random texts of the same length, with word frequencies according to Zipf's law (exponent 1.05), half of
  /// them in each of two classes. The same seed gives the same texts on every machine.
  ///
  /// - Parameters:
  ///   - vocabularySize: includes `<pad>` and `<unk>`, which do not occur.
  ///   - inSentences: whether every 20 words form a sentence, for networks that read sentences.
  package static func synthetic(
    count: Int, length: Int, vocabularySize: Int, seed: UInt64, inSentences: Bool = false
  ) -> LabelledTexts {
    var cumulative: [Double] = []
    var sum = 0.0
    for rank in 2..<max(3, vocabularySize) {
      sum += pow(Double(rank) + 1, -1.05)
      cumulative.append(sum)
    }
    let stream = RandomStream(seed: seed, purpose: .shuffle)
    var texts = EncodedTexts()
    for text in 0..<count {
      texts.append(
        (0..<length).map { place in
          let draw = Double(stream.uniform(text * length + place)) * sum
          return Int32(2 + firstIndex(in: cumulative, reaching: draw))
        })
    }
    if inSentences { texts.sentences = texts.equalSentences(of: 20) }
    return LabelledTexts(texts: texts, labels: (0..<count).map { Int32($0 % 2) })
  }

  private static func firstIndex(in values: [Double], reaching target: Double) -> Int {
    var (low, high) = (0, values.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if values[middle] < target { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension EncodedTexts {
  /// Divides each text into sentences of the given number of tokens.
  func equalSentences(of length: Int) -> TextSentences {
    var sentences = TextSentences()
    for text in 0..<count { sentences.append(stride(from: 0, to: self.length(text), by: length)) }
    return sentences
  }
}
