import DiscernCorpus

/// Encoded training examples for two towers: texts with their partners.
package struct MatchExamples: Sendable {
  /// The partners of texts.
  package enum Partners: Sendable {
    /// Another text, line by line.
    case texts(EncodedTexts)
    /// A given vector, line by line.
    case vectors(TextVectors)
    /// All other texts of the same label: [texts] label numbers from 0.
    case labels([Int32])
  }

  package let left: EncodedTexts
  package let partners: Partners
  /// [texts] numbers that are equal for equal halves, also for a left and a right one. With labels, both are
  /// the labels.
  package let leftKeys: [Int32]
  package let rightKeys: [Int32]

  /// The number of texts.
  package var count: Int { left.count }

  /// The texts that have a partner, ascending.
  package var usable: [Int] {
    guard case .labels(let labels) = partners else { return Array(0..<count) }
    let counts = labels.reduce(into: [Int32: Int]()) { $0[$1, default: 0] += 1 }
    return labels.indices.filter { counts[labels[$0], default: 0] > 1 }
  }

  package init(left: EncodedTexts, _ partners: Partners) {
    self.left = left
    self.partners = partners
    switch partners {
    case .labels(let labels):
      precondition(labels.count == left.count, "\(labels.count) labels for \(left.count) texts")
      (leftKeys, rightKeys) = (labels, labels)
    case .texts(let right):
      precondition(right.count == left.count, "\(right.count) partners for \(left.count) texts")
      var numbers: [ArraySlice<Int32>: Int32] = [:]
      func keys(_ texts: EncodedTexts) -> [Int32] {
        (0..<texts.count).map { text in
          let new = Int32(numbers.count)
          return numbers[texts[text], default: new].also { numbers[texts[text]] = $0 }
        }
      }
      leftKeys = keys(left)
      rightKeys = keys(right)
    case .vectors(let vectors):
      precondition(vectors.values.count == left.count * vectors.size, "vectors of other texts")
      var texts: [ArraySlice<Int32>: Int32] = [:]
      var rows: [ArraySlice<Float>: Int32] = [:]
      leftKeys = (0..<left.count).map { text in
        let new = Int32(texts.count)
        return texts[left[text], default: new].also { texts[left[text]] = $0 }
      }
      rightKeys = (0..<left.count).map { row in
        // Different from the numbers of texts.
        let new = Int32(left.count + rows.count)
        return rows[vectors[row], default: new].also { rows[vectors[row]] = $0 }
      }
    }
  }

  /// The examples of the given indices, in that order.
  package func selecting(_ indices: [Int]) -> MatchExamples {
    let partners: Partners =
      switch self.partners {
      case .texts(let right): .texts(right.selecting(indices))
      case .vectors(let vectors): .vectors(vectors.selecting(indices))
      case .labels(let labels): .labels(indices.map { labels[$0] })
      }
    return MatchExamples(left: left.selecting(indices), partners)
  }

  /// Whether the right half of `other` belongs to the left half of `one`: the left halves are equal, or the
  /// right ones, or that right half is the text itself.
  package func belong(_ one: Int, _ other: Int) -> Bool {
    leftKeys[one] == leftKeys[other] || rightKeys[one] == rightKeys[other]
      || leftKeys[one] == rightKeys[other]
  }

  /// Divides the examples into sets without common halves, which may be split between training and
  /// development data: [texts] the number of each text's set, from 0, and the number of sets. With labels,
  /// each text is a set.
  ///
  /// - Parameter byPartners: whether equal partners keep texts together too; equal texts always do.
  package func parts(byPartners: Bool) -> (numbers: [Int32], count: Int) {
    if case .labels = partners { return ((0..<Int32(count)).map(\.self), count) }
    var sets = DisjointSets(count: count)
    var first: [Int32: Int32] = [:]
    for text in 0..<count {
      for key in byPartners ? [leftKeys[text], rightKeys[text]] : [leftKeys[text]] {
        if let other = first[key] { sets.join(other, Int32(text)) } else { first[key] = Int32(text) }
      }
    }
    return sets.numbered()
  }
}

extension Int32 {
  fileprivate func also(_ body: (Int32) -> Void) -> Int32 {
    body(self)
    return self
  }
}
