import DiscernText

/// The texts of an evaluated part that occur, exactly or nearly, in the training texts.
///
/// Two texts are the same if they differ at most in white space; near copies are defined as in `DataCheck`.
package struct TextOverlap: Sendable {
  /// A text of the measured part and the first training text that it repeats.
  package struct Pair: Sendable, Equatable {
    package let measured: RecordLocation
    package let training: RecordLocation
  }

  /// In the order of the measured part.
  package let same: [Pair]
  /// Near copies that are not the same text as any of the training part.
  package let near: [Pair]
  package let trainingTexts: Int

  /// Reads both parts once. Cost: one pass with tokenisation, on several threads; about 200 bytes of memory
  /// per row and 4 per word, but at most 2 KiB for a row's words.
  package init(
    training: Corpus, measured: Corpus, tokenizer: Tokenizer, threads: Int
  ) throws(CorpusError) {
    var scan = DataScan(measured.options.labelColumns)
    try scan.add(training, name: "train", tokenizer: tokenizer, threads: threads)
    try scan.add(measured, name: "test", tokenizer: tokenizer, threads: threads)
    trainingTexts = scan.parts[0].locations.count
    let same = Self.pairs(scan.repeatedTexts())
    let repeated = Set(same.map(\.measured))
    let near = Self.pairs(scan.nearCopies()).filter { !repeated.contains($0.measured) }
    func located(_ pairs: [(measured: Int, training: Int)]) -> [Pair] {
      pairs.map {
        Pair(
          measured: scan.parts[1].locations[$0.measured], training: scan.parts[0].locations[$0.training])
      }
    }
    self.same = located(same)
    self.near = located(near)
  }

  private static func pairs(_ groups: [[DataScan.Place]]) -> [(measured: Int, training: Int)] {
    groups.flatMap { group -> [(measured: Int, training: Int)] in
      guard let first = group.first(where: { $0.part == 0 }) else { return [] }
      return group.filter { $0.part == 1 }.map { (measured: $0.row, training: first.row) }
    }.sorted { $0.measured < $1.measured }
  }
}
