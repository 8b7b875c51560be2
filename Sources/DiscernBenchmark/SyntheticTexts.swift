import DiscernCorpus
import DiscernIO
import DiscernTensor
import DiscernTraining
import Foundation

extension LabelledTexts {
  /// Random texts of one length over words whose frequency falls as in Zipf's law (exponent 1.05), half
  /// of them of each of two classes. The same seed gives the same texts everywhere.
  ///
  /// - Parameter vocabularySize: `<pad>` and `<unk>` included, which do not appear.
  package static func synthetic(count: Int, length: Int, vocabularySize: Int, seed: UInt64) -> LabelledTexts {
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
