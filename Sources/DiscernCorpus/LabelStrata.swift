/// Divides texts by their labels, so that a split can keep the labels' shares.
enum LabelStrata {
  /// The stratum of each text, numbered from 0.
  ///
  /// Texts with the same labels for all tasks form a stratum. Combinations of labels too rare for `fraction`
  /// of them to be one text are divided by their rarest label that occurs at least twice, so that rare labels
  /// still occur on both sides; texts that remain alone form one stratum. With one task of one label per
  /// text, the strata are the labels.
  static func numbers(_ targets: [TaskLabels], fraction: Double) -> [Int32] {
    let count = targets.first?.count ?? 0
    let combinations = (0..<count).map { text in targets.map { $0.numbers[text] } }
    let isPlain = targets.count == 1 && targets[0].sets == nil
    let keys = isPlain ? combinations : merged(combinations, targets, fraction: fraction)
    let order = Set(keys).sorted { $0.lexicographicallyPrecedes($1) }
    let places = Dictionary(uniqueKeysWithValues: zip(order, Int32(0)...))
    return keys.map { places[$0] ?? 0 }
  }

  private static func merged(
    _ combinations: [[Int32]], _ targets: [TaskLabels], fraction: Double
  ) -> [[Int32]] {
    func sizes(_ keys: [[Int32]]) -> [[Int32]: Int] {
      keys.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }
    let frequencies = targets.map { labels in
      labels.counts(labelCount: 1 + Int(labels.sets?.joined().max() ?? labels.numbers.max() ?? -1))
    }
    let rest = targets.map { _ in Int32(-2) }  // occurs in no combination
    let own = sizes(combinations)
    let keys = combinations.enumerated().map { text, combination -> [Int32] in
      if Double(own[combination] ?? 0) * fraction >= 1 { return combination }
      var rarest: (frequency: Int, key: [Int32])?
      for (task, labels) in targets.enumerated() {
        for id in labels.ids(text) ?? [] {
          let frequency = frequencies[task][Int(id)]
          if frequency > 1, frequency < rarest?.frequency ?? .max {
            rarest = (frequency, rest + [Int32(task), id])
          }
        }
      }
      return rarest?.key ?? rest
    }
    let together = sizes(keys)
    return keys.map { together[$0] == 1 ? rest : $0 }
  }
}

extension StratifiedSplit {
  /// Takes `fraction` of all texts for development, so that each combination of labels contributes its share.
  /// Combinations too rare to contribute one text are divided by their rarest label that occurs at least
  /// twice.
  ///
  /// - Parameter targets: the texts' labels for each task.
  /// - Throws: `CorpusError.splitImpossible`.
  public init(targets: [TaskLabels], fraction: Double, seed: UInt64) throws(CorpusError) {
    try self.init(labels: LabelStrata.numbers(targets, fraction: fraction), fraction: fraction, seed: seed)
  }
}
