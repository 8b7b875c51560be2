extension WordVectors {
  /// The number of sweeps over all words; more did not improve the vectors from letters on words held out of
  /// GloVe's most frequent 14,000.
  private static var sweepCount: Int { 4 }

  /// Rows of letter n-grams, fitted to the words that have a vector in the file: the row of `<unk>` plus the
  /// mean of the rows of a word's n-grams approximates its vector (Zhao et al. 2018).
  ///
  /// Kaczmarz's method: for one word after the other in the vocabulary's order, each of its rows moves by a
  /// share of the word's residual: half of it in the first sweep, a quarter in the second, a sixth in the
  /// third. The rows of n-grams that no word has stay zero, and those of n-grams of few words stay small.
  /// Cost: four times the number of the words' n-grams times the dimension.
  ///
  /// - Returns: row-major, [buckets, dimension].
  package func letterRows(_ kind: LetterBuckets) -> [Float] {
    let bags = vocabulary.letters(kind)
    var result = [Float](repeating: 0, count: kind.count * dimension)
    var residual = [Float](repeating: 0, count: dimension)
    result.withUnsafeMutableBufferPointer { result in
      residual.withUnsafeMutableBufferPointer { residual in
        rows.withUnsafeBufferPointer { rows in
          for sweep in 1...Self.sweepCount {
            for word in 2..<vocabulary.count where found[word] {
              let bag = bags[word]
              let share = 1 / Float(max(1, bag.count))
              for j in 0..<dimension { residual[j] = rows[word * dimension + j] - rows[dimension + j] }
              for bucket in bag {
                let row = Int(bucket) * dimension
                for j in 0..<dimension { residual[j] -= share * result[row + j] }
              }
              let step = 0.5 / Float(sweep)
              for bucket in bag {
                let row = Int(bucket) * dimension
                for j in 0..<dimension { result[row + j] += step * residual[j] }
              }
            }
          }
        }
      }
    }
    return result
  }
}
