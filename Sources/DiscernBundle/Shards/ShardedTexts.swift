import DiscernCorpus
import DiscernModels
import DiscernVocabulary

/// Labelled texts in shards on disk: only those that are used together in an epoch's order are in memory.
///
/// Blocks are read, not mapped: a file truncated by another program is then an error, not a signal that ends
/// the process.
package struct ShardedTexts: LabelledTextStore {
  package let tallies: [LabelTally]
  private let part: ShardPart
  /// By task; nil if each text has one label.
  private let sets: [[[Int32]]?]
  private let wordCounts: [Int]
  private let cache = ShardCache(limit: LengthBuckets.readTokens + TextBlocks.tokenLimit)

  /// Reads everything once and checks it.
  init(
    _ content: ShardContent.Part, in folder: String, _ layout: ShardLayout, tasks: [ClassificationTask],
    vocabularySize: Int
  ) throws(ShardError) {
    let part = try ShardPart(content, in: folder, layout)
    self.part = part
    sets = zip(tasks, content.sets).map { $0.thresholds == nil ? nil : $1 }
    var tallies = tasks.map { LabelTally(labelCount: $0.labels.count, isMultiLabel: $0.thresholds != nil) }
    var words = [Int](repeating: 0, count: vocabularySize)
    var ids: [Int32] = []
    var memory: [UInt8] = []
    for block in 0..<part.blocks.count {
      func require(_ holds: Bool, _ reason: String) throws(ShardError) {
        if !holds { throw .damaged(path: part.path(ofBlock: block), block: block + 1, reason: reason) }
      }
      let texts = try part.block(block, in: &memory)
      for text in 0..<texts.textCount {
        ids.removeAll(keepingCapacity: true)
        texts.appendIDs(of: text, to: &ids)
        for id in ids {
          try require(id >= 0 && Int(id) < vocabularySize, "has the word \(id) of \(vocabularySize)")
          words[Int(id)] += 1
        }
        let weight = texts.weight(of: text)
        try require(weight >= 0 && weight.isFinite, "has a weight that is not a non-negative number")
        for (task, sets) in sets.enumerated() {
          let number = texts.number(of: text, task: task)
          let count = sets?.count ?? tasks[task].labels.count
          try require(number >= -1 && number < count, "has the label \(number) of \(count)")
          if number >= 0 { tallies[task].add(sets?[Int(number)] ?? [number], weight: weight) }
        }
      }
    }
    self.tallies = tallies
    wordCounts = words
  }

  package var blocks: TextBlocks { part.blocks }
  package func wordCounts(vocabularySize: Int) -> [Int] { wordCounts }

  package func lengths(ofBlock block: Int) throws(ShardError) -> [Int] { try part.lengths(block) }

  package func batch(of texts: [Int]) throws(ShardError) -> LabelledBatch {
    var encoded = EncodedTexts()
    var numbers = sets.map { _ in [Int32]() }
    var weights: [Float] = []
    var ids: [Int32] = []
    for text in texts {
      let number = blocks.block(of: text)
      let block = try cache.block(number) { number, memory throws(ShardError) in
        try part.block(number, in: &memory)
      }
      let place = text - blocks.texts(number).lowerBound
      ids.removeAll(keepingCapacity: true)
      block.appendIDs(of: place, to: &ids)
      encoded.append(ids)
      for task in sets.indices { numbers[task].append(block.number(of: place, task: task)) }
      weights.append(block.weight(of: place))
    }
    let packed = PackedBatch(encoded, indices: Array(texts.indices))
    let rowWeights = part.layout.hasWeights ? packed.indices.map { weights[$0] } : nil
    return LabelledBatch(
      packed,
      targets: zip(numbers, sets).map { numbers, sets in
        HeadTargets(
          TaskLabels(numbers: packed.indices.map { numbers[$0] }, sets: sets), rowWeights: rowWeights)
      })
  }

  /// All texts, in memory.
  package func loaded() throws(ShardError) -> (
    texts: EncodedTexts, targets: [TaskLabels], weights: [Float]?
  ) {
    var texts = EncodedTexts()
    var numbers = sets.map { _ in [Int32]() }
    var weights: [Float] = []
    var ids: [Int32] = []
    for number in 0..<blocks.count {
      var memory: [UInt8] = []
      let block = try part.block(number, in: &memory)
      for place in 0..<block.textCount {
        ids.removeAll(keepingCapacity: true)
        block.appendIDs(of: place, to: &ids)
        texts.append(ids)
        for task in sets.indices { numbers[task].append(block.number(of: place, task: task)) }
        weights.append(block.weight(of: place))
      }
    }
    return (
      texts, zip(numbers, sets).map { TaskLabels(numbers: $0, sets: $1) },
      part.layout.hasWeights ? weights : nil
    )
  }
}
