import Discern
import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import Foundation
import TestSupport
import Testing

/// Rows of two tasks with gaps, one of them multi-label, and weights.
private func rows(_ count: Int, seed: UInt64 = 5) -> String {
  var generator = SeededGenerator(seed: seed)
  let words = ["good", "bad", "film", "plot", "dull", "bright", "scene", "actor", "zest", "grey"]
  var text = "text\ttone\ttags\tweight\n"
  for row in 0..<count {
    let length = Int.random(in: 1...30, using: &generator)
    let line = (0..<length).map { _ in words[Int.random(in: 0..<10, using: &generator)] }
    let tone = row % 7 == 3 ? "" : ["a", "b", "c"][row % 3]
    let tags = ["x", "x,y", "", "y"][row % 4]
    text += "\(line.joined(separator: " "))\t\(tone)\t\(tags)\t\(row % 5)\n"
  }
  return text
}

private func corpus(_ path: String) throws -> Corpus {
  var options = CorpusOptions()
  options.labelColumns = [
    LabelColumn(task: "tone", column: .name("tone")),
    LabelColumn(task: "tags", column: .name("tags"), separator: LabelSeparator(",")),
  ]
  options.weightColumn = .name("weight")
  return try Corpus(paths: [path], options: options)
}

private var recipe: TrainingRecipe {
  var recipe = TrainingRecipe()
  recipe.model = .recurrent
  recipe.encoder.embeddingSize = 8
  recipe.encoder.hiddenSize = 8
  recipe.options.epochs = 2
  recipe.maximumTokens = 25
  recipe.automatic = []
  return recipe
}

private func packed(_ folder: String, _ count: Int = 2600) throws -> (PackedTexts, Corpus) {
  try rows(count).write(toFile: folder + "/rows.tsv", atomically: true, encoding: .utf8)
  let texts = try corpus(folder + "/rows.tsv")
  try PackedTexts.pack(texts, recipe: recipe, to: folder + "/shards")
  return (try PackedTexts(contentsOf: folder + "/shards"), texts)
}

@Test func packedTextsGiveTheWeightsOfTheTexts() throws {
  try withTemporaryFolder { folder in
    let (packed, texts) = try packed(folder, 300)
    let compute = Compute(threadCount: 1)
    let one = try TextClassifier.train(on: packed, recipe: recipe, compute: compute)
    let other = try TextClassifier.train(
      on: texts, vocabulary: packed.vocabulary, recipe: recipe, compute: compute)
    for (a, b) in zip(one.networks, other.networks) {
      #expect(a.weights.tensors.map { $0.values.array } == b.weights.tensors.map { $0.values.array })
    }
    #expect(one.record.trainingData == other.record.trainingData)
    #expect(one.record.trainingTextCount == other.record.trainingTextCount)
    #expect(one.tasks == other.tasks)
  }
}

@Test func packedTextsHaveTheOrderOfTextsInMemoryAlsoInParts() throws {
  try withTemporaryFolder { folder in
    let shards = try packed(folder).0.folder.training
    let loaded = try shards.loaded()
    let memory = TextsInMemory(
      LabelledTexts(texts: loaded.texts, targets: loaded.targets, weights: loaded.weights),
      labelCounts: [3, 2])
    #expect(shards.blocks == memory.blocks)
    #expect(shards.blocks.count > 2)
    #expect(shards.tallies == memory.tallies)
    #expect(shards.wordCounts(vocabularySize: 12) == memory.wordCounts(vocabularySize: 12))
    var options = TrainingOptions()
    options.batchSize = .tokens(200)
    let buckets = LengthBuckets(batchSize: .tokens(200), seed: 3, readTokens: 20_000)
    let one = try buckets.plan(shards.blocks, epoch: 2) { block throws(ShardError) in
      try shards.lengths(ofBlock: block)
    }
    let other = try buckets.plan(memory.blocks, epoch: 2) { memory.lengths(ofBlock: $0) }
    #expect(one.count == other.count)
    for number in 0..<one.count {
      let (a, b) = (try one[number], try other[number])
      #expect(a == b)
      let (own, expected) = (try shards.batch(of: a), memory.batch(of: b))
      #expect(own.packed.distinctIDs == expected.packed.distinctIDs)
      #expect(own.packed.layout.lengths == expected.packed.layout.lengths)
      #expect(own.packed.padded().ids == expected.packed.padded().ids)
      for (targets, wanted) in zip(own.targets, expected.targets) {
        #expect(targets.labels == wanted.labels)
        #expect(targets.rowWeights == wanted.rowWeights)
      }
    }
  }
}

@Test func damagedShardsAreRefusedByName() throws {
  try withTemporaryFolder { folder in
    let (packed, _) = try packed(folder)
    let path = folder + "/shards/training-00001.shard"
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<10 {
      var bytes = whole
      bytes[Int.random(in: 0..<bytes.count, using: &generator)] ^=
        1 << UInt8.random(in: 0..<8, using: &generator)
      try bytes.write(to: URL(fileURLWithPath: path))
      #expect { try PackedTexts(contentsOf: folder + "/shards") } throws: { "\($0)".contains(path) }
    }
    // Changes during training are detected, too.
    let shards = packed.folder.training
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    var bytes = whole
    bytes[bytes.count - 100] ^= 4
    try file.write(contentsOf: bytes)
    let last = shards.textCount - 1
    #expect(
      throws: ShardError.damaged(
        path: path, block: shards.blocks.count, reason: "has changed since it was written")
    ) {
      try shards.batch(of: [last])
    }
    try file.truncate(atOffset: 40)
    #expect { try shards.batch(of: [0]) } throws: {
      "\($0)".contains("copy the folder again") || "\($0)".contains("ends too early")
    }
    try whole.prefix(100).write(to: URL(fileURLWithPath: path))
    #expect { try PackedTexts(contentsOf: folder + "/shards") } throws: {
      "\($0)".contains("bytes instead of")
    }
  }
}

@Test func packedTextsRefuseWhatTheyLack() throws {
  try withTemporaryFolder { folder in
    let (packed, _) = try packed(folder, 300)
    func refusal(_ change: (inout TrainingRecipe) -> Void) -> String {
      var own = recipe
      change(&own)
      do { _ = try TextClassifier.train(on: packed, recipe: own) } catch { return "\(error)" }
      return "none"
    }
    #expect(refusal { $0.model = .joined }.contains("--model joined"))
    #expect(refusal { $0.maximumTokens = 30 }.contains("--max-tokens 30: the texts were packed with 25"))
    #expect(refusal { $0.truncation = .tail }.contains("--truncation tail"))
    #expect(refusal { $0.tokenizer.lowercase = false }.contains("--lowercase"))
    #expect(refusal { $0.encoder.subwordBuckets = 64 }.contains("--subword-buckets"))
    #expect(refusal { $0.selfTrains = true }.contains("--self-train"))
  }
}
