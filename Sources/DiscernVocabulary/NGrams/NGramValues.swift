import DiscernSystem

/// Turns counts into values, in the same way for training and prediction.
package struct NGramValues: Sendable {
  /// [features] the inverse document frequency, for letters times their scale.
  private let factors: [Float]
  /// [256] 1 + ln count.
  private let logarithms: [Float]
  private let isBinary: Bool

  package init(_ vocabulary: NGramVocabulary) {
    let texts = Double(vocabulary.textCount)
    isBinary = vocabulary.configuration.weighting == .nb
    let letterScale = vocabulary.configuration.letterScale
    factors = vocabulary.documentCounts.enumerated().map { feature, count in
      let rareness = log((1 + texts) / (1 + Double(count))) + 1
      return Float(rareness * (vocabulary.kind(feature) == .letters ? letterScale : 1))
    }
    logarithms = (0..<256).map { Float(1 + log(max(1, Double($0)))) }
  }

  /// Writes the values of a row, scaled to length 1 unless they only mark presence.
  ///
  /// - Parameter values: space for the row's entries.
  package func fill(_ rows: NGramRows, _ row: Int, into values: UnsafeMutablePointer<Float>) {
    let range = rows.range(row)
    if isBinary {
      values.update(repeating: 1, count: range.count)
      return
    }
    var squares: Float = 0
    rows.features.withUnsafeBufferPointer { features in
      rows.counts.withUnsafeBufferPointer { counts in
        factors.withUnsafeBufferPointer { factors in
          logarithms.withUnsafeBufferPointer { logarithms in
            for (place, entry) in range.enumerated() {
              let count = Int(counts[entry])
              let logarithm = count < 256 ? logarithms[count] : Float(1 + log(Double(count)))
              let value = logarithm * factors[Int(features[entry])]
              values[place] = value
              squares += value * value
            }
          }
        }
      }
    }
    if squares == 0 { return }
    let scale = 1 / squares.squareRoot()
    for place in 0..<range.count { values[place] *= scale }
  }
}
