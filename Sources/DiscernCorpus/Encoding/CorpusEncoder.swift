import DiscernText
import DiscernVocabulary

/// Encodes whole corpora, on several threads, with the same result for any number of them.
public struct CorpusEncoder: Sendable {
  /// Converts a text to ids.
  public let encoder: TextEncoder
  /// At least 1.
  public let threads: Int

  /// `threads` must be at least 1.
  public init(_ encoder: TextEncoder, threads: Int) {
    precondition(threads >= 1, "\(threads) threads")
    self.encoder = encoder
    self.threads = threads
  }

  private struct Output {
    var ids: [Int32] = []
    var results: [TextEncoderSession.Result] = []
    var hashes: [ContentHash] = []
    var sketches: TextSketches?
    var ngrams: NGramRows?
    var letters: TextLetters?
    var sentences: TextSentences?
    var companions: [EncodedTexts] = []
    var words: WordTexts?
  }

  /// The results of the blocks so far.
  private struct Sum {
    var texts = EncodedTexts()
    var words: WordTexts?
    /// By task.
    var numbers: [[Int32]]
    var weights: [Float] = []
    var groups: TextGroups?
    var sketches: TextSketches?
    var locations: [RecordLocation] = []
    var summary = EncodingSummary()
    var digest = ContentHash()
    /// Whether ids and locations are kept in memory.
    var keepsTexts = true

    /// Adds a block. A label that the model lacks counts as missing, and a row without any other label is
    /// left out.
    mutating func add(
      _ block: RecordBlock, _ output: Output, hasWeights: Bool,
      _ onText: (ArraySlice<Int32>) throws(CorpusError) -> Void
    ) throws(CorpusError) {
      var start = 0
      var kept: [Int] = []
      for (index, result) in output.results.enumerated() {
        let ids = start..<start + result.idCount
        start = ids.upperBound
        let isUnseen = block.labels.contains { $0[index] == LabelCollector.unseenNumber }
        if isUnseen, block.labels.allSatisfy({ $0[index] < 0 }) { continue }
        texts.append(keepsTexts ? output.ids[ids] : [])
        try onText(output.ids[ids])
        summary.add(result)
        digest.combine(output.hashes[index])
        for task in numbers.indices {
          numbers[task].append(max(block.labels[task][index], TaskLabels.none))
        }
        if hasWeights { weights.append(block.weights[index]) }
        groups?.append(block.group(index))
        kept.append(index)
        if keepsTexts { locations.append(block.locations[index]) }
      }
      let hasAll = kept.count == output.results.count
      if let own = output.sketches { sketches?.append(contentsOf: hasAll ? own : own.selecting(kept)) }
      if let rows = output.ngrams {
        texts.ngrams?.append(contentsOf: hasAll ? rows : rows.selecting(kept))
      }
      if let own = output.letters { texts.letters?.append(contentsOf: hasAll ? own : own.selecting(kept)) }
      if let own = output.sentences {
        texts.sentences?.append(contentsOf: hasAll ? own : own.selecting(kept))
      }
      for (index, own) in output.companions.enumerated() {
        texts.companions[index].append(contentsOf: hasAll ? own : own.selecting(kept))
      }
      if let own = output.words { words?.append(contentsOf: hasAll ? own : own.selecting(kept)) }
    }
  }

  /// Reads the corpus once.
  ///
  /// - Parameters:
  ///   - labelSets: the labels of a model, one set per task of the corpus, for data that must have no others;
  ///     nil to form the sets from the labels that occur. The corpus may have no labels at all.
  ///   - sketches: whether sketches are kept, for finding near copies among the texts.
  ///   - words: whether all words of the texts are also kept.
  ///   - isInterrupted: checked every few blocks; if true, reading ends with `InputError.interrupted`.
  /// - Throws: `CorpusError`; `unknownLabels` names the labels that are not in `labelSets`, unless the corpus
  ///   is read with `ErrorPolicy.skip` (their texts are then left out, and the reading report names them);
  ///   `taskWithoutLabels` names one of several tasks if no text has a label for it.
  public func encode(
    _ corpus: Corpus, labelSets: [LabelSet]? = nil, sketches: Bool = false, words: Bool = false,
    isInterrupted: () -> Bool = { false }
  ) throws(CorpusError) -> EncodedCorpus {
    try encode(
      corpus, labelSets: labelSets, sketches: sketches, words: words, keepsTexts: true,
      isInterrupted: isInterrupted
    ) { _ in }
  }

  /// The same, processing texts as they arrive.
  ///
  /// - Parameters:
  ///   - keepsTexts: whether ids and locations of the texts are kept; otherwise, a text takes about 20 bytes.
  ///   - onText: called with each text's ids, in the texts' order, on the calling thread.
  package func encode(
    _ corpus: Corpus, labelSets: [LabelSet]? = nil, sketches: Bool = false, words: Bool = false,
    keepsTexts: Bool, isInterrupted: () -> Bool = { false },
    onText: (ArraySlice<Int32>) throws(CorpusError) -> Void
  ) throws(CorpusError) -> EncodedCorpus {
    let columns = corpus.options.labelColumns
    precondition(
      labelSets?.count ?? columns.count == columns.count,
      "\(labelSets?.count ?? 0) sets of labels for \(columns.count) tasks")
    var collectors = columns.enumerated().map { LabelCollector($1, known: labelSets?[$0]) }
    let hasWeights = corpus.options.weightColumn != nil
    var sum = Sum(numbers: Array(repeating: [], count: columns.count))
    sum.keepsTexts = keepsTexts
    sum.summary = EncodingSummary(lengthLimit: encoder.lengthLimit)
    if corpus.options.groupColumn != nil { sum.groups = TextGroups() }
    if sketches { sum.sketches = TextSketches() }
    if words { sum.words = WordTexts() }
    sum.texts = encoder.noTexts(withKnown: true)
    let empty = Output(
      sketches: sketches ? TextSketches() : nil, ngrams: encoder.noNGrams,
      letters: encoder.noLetters(), sentences: encoder.noSentences,
      companions: encoder.noTexts().companions, words: words ? WordTexts() : nil)
    let pipeline = BlockPipeline<TextEncoderSession, Output>(
      corpus: corpus, threads: threads, makeWorker: makeWorker,
      work: { (session, block) throws(CorpusError) in
        try Self.encode(session, block, empty)
      })
    let run = try pipeline.run(&collectors, isInterrupted: isInterrupted) {
      (block, output) throws(CorpusError) in
      try sum.add(block, output, hasWeights: hasWeights, onText)
    }
    var reading = run.report
    reading.unseenLabels = collectors.flatMap(\.unseen)
    if let task = collectors.firstIndex(where: { !$0.unseen.isEmpty }),
      corpus.options.onError == .stop || sum.texts.count == 0
    {
      throw .unknownLabels(reading.unseenLabels, known: labelSets?[task].names ?? [])
    }
    for (collector, numbers) in zip(collectors, sum.numbers) {
      for number in numbers where number >= 0 { sum.digest.combine(collector.hashes[Int(number)]) }
    }
    for weight in sum.weights { sum.digest.combine(ContentHash(low: UInt64(weight.bitPattern))) }
    if let groups = sum.groups {
      if groups.count == 0, let column = corpus.options.groupColumn {
        throw .noGroups(column: column.description)
      }
      for hash in groups.hashes { sum.digest.combine(hash) }
    }
    sum.summary.digest = sum.digest.hexadecimal
    return EncodedCorpus(
      texts: sum.texts, words: sum.words, targets: try Self.targets(collectors, sum.numbers, columns),
      weights: hasWeights ? sum.weights : nil, groups: sum.groups, sketches: sum.sketches,
      locations: sum.locations, summary: sum.summary, reading: reading)
  }

  /// Empty for a corpus without any labels.
  private static func targets(
    _ collectors: [LabelCollector], _ numbers: [[Int32]], _ columns: [LabelColumn]
  ) throws(CorpusError) -> [LabelTarget] {
    if collectors.allSatisfy({ $0.names.isEmpty }) { return [] }
    var targets: [LabelTarget] = []
    for (task, collector) in collectors.enumerated() {
      do throws(VocabularyError) {
        if !collector.names.isEmpty, let target = try collector.conclude(numbers[task]) {
          targets.append(target)
          continue
        }
      } catch {
        throw .labels(error)
      }
      let column = columns[task]
      throw .taskWithoutLabels(name: column.task, column: column.column?.description ?? column.task)
    }
    return targets
  }

  private func makeWorker() throws(CorpusError) -> TextEncoderSession {
    do throws(TextError) {
      return try encoder.makeSession()
    } catch {
      throw .text(nil, error)
    }
  }

  private static func encode(
    _ session: TextEncoderSession, _ block: RecordBlock, _ empty: Output
  ) throws(CorpusError) -> Output {
    var output = empty
    output.results.reserveCapacity(block.count)
    output.hashes.reserveCapacity(block.count)
    for index in 0..<block.count {
      let text = block.text(index)
      do throws(TextError) {
        output.results.append(try session.encode(text, appendingTo: &output.ids))
      } catch {
        throw .text(block.locations[index], error)
      }
      output.hashes.append(ContentHash(text))
      output.sketches?.append(session.tokens)
      output.words?.append(session.tokens)
      session.appendNGrams(to: &output.ngrams)
      session.appendLetters(to: &output.letters)
      session.appendSentences(to: &output.sentences)
      session.appendCompanion(to: &output.companions)
    }
    return output
  }
}
