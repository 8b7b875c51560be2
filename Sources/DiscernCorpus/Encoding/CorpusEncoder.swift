import DiscernText
import DiscernVocabulary

/// Encodes whole corpora, on several threads, with the same result for any number of them.
public struct CorpusEncoder: Sendable {
  public let encoder: TextEncoder
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
  }

  /// Reads the corpus once.
  ///
  /// - Parameter labelSets: the labels of a model, one set for each of the corpus's tasks, for data that
  ///   must have no others; nil makes the sets of the labels that come. They are not asked for when the
  ///   corpus has none.
  /// - Throws: `CorpusError`; `unknownLabel` names a label that is not in `labelSets` and where it stands,
  ///   `taskWithoutLabels` one of several tasks for which there is nothing.
  public func encode(_ corpus: Corpus, labelSets: [LabelSet]? = nil) throws(CorpusError) -> EncodedCorpus {
    let columns = corpus.options.labelColumns
    precondition(
      labelSets?.count ?? columns.count == columns.count,
      "\(labelSets?.count ?? 0) sets of labels for \(columns.count) tasks")
    var collectors = columns.enumerated().map { LabelCollector($1, known: labelSets?[$0]) }
    var texts = EncodedTexts()
    var numbers: [[Int32]] = Array(repeating: [], count: columns.count)
    var weights: [Float] = []
    var locations: [RecordLocation] = []
    var summary = EncodingSummary()
    var digest = ContentHash()
    let pipeline = BlockPipeline<TextEncoderSession, Output>(
      corpus: corpus, threads: threads, makeWorker: makeWorker, work: Self.encode)
    let run = try pipeline.run(&collectors) { (block, output) throws(CorpusError) in
      texts.append(ids: output.ids, lengths: output.results.map { max($0.keptCount, 1) })
      for result in output.results { summary.add(result) }
      for hash in output.hashes { digest.combine(hash) }
      for task in numbers.indices { numbers[task].append(contentsOf: block.labels[task]) }
      if corpus.options.weightColumn != nil { weights.append(contentsOf: block.weights) }
      locations.append(contentsOf: block.locations)
    }
    for (collector, numbers) in zip(collectors, numbers) {
      for number in numbers where number >= 0 { digest.combine(collector.hashes[Int(number)]) }
    }
    for weight in weights { digest.combine(ContentHash(low: UInt64(weight.bitPattern))) }
    summary.digest = digest.hexadecimal
    return EncodedCorpus(
      texts: texts, targets: try Self.targets(collectors, numbers, columns),
      weights: corpus.options.weightColumn == nil ? nil : weights, locations: locations, summary: summary,
      reading: run.report)
  }

  /// Empty for a corpus without any labels.
  private static func targets(
    _ collectors: [LabelCollector], _ numbers: [[Int32]], _ columns: [LabelColumn]
  ) throws(CorpusError) -> [(task: ClassificationTask, labels: TaskLabels)] {
    if collectors.allSatisfy({ $0.names.isEmpty }) { return [] }
    var targets: [(task: ClassificationTask, labels: TaskLabels)] = []
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
    _ session: inout TextEncoderSession, _ block: RecordBlock
  ) throws(CorpusError) -> Output {
    var output = Output()
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
    }
    return output
  }
}
