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
  /// - Parameter labelSet: the labels of a model, for data that must have no others; nil makes the set
  ///   of the labels that come. It is not asked for when the corpus has none.
  /// - Throws: `CorpusError`; `unknownLabel` names a label that is not in `labelSet` and where it stands.
  public func encode(_ corpus: Corpus, labelSet: LabelSet? = nil) throws(CorpusError) -> EncodedCorpus {
    var collector = LabelCollector(known: labelSet)
    var texts = EncodedTexts()
    var numbers: [Int32] = []
    var locations: [RecordLocation] = []
    var summary = EncodingSummary()
    var digest = ContentHash()
    let pipeline = BlockPipeline<TextEncoderSession, Output>(
      corpus: corpus, threads: threads, makeWorker: makeWorker, work: Self.encode)
    let run = try pipeline.run(&collector) { (block, output) throws(CorpusError) in
      texts.append(ids: output.ids, lengths: output.results.map { max($0.keptCount, 1) })
      for result in output.results { summary.add(result) }
      for hash in output.hashes { digest.combine(hash) }
      numbers.append(contentsOf: block.labels)
      locations.append(contentsOf: block.locations)
    }
    for number in numbers where number >= 0 { digest.combine(collector.hashes[Int(number)]) }
    summary.digest = digest.hexadecimal
    let hasLabels = !collector.names.isEmpty
    var labels: (labels: [Int32], set: LabelSet)?
    do throws(VocabularyError) {
      if hasLabels { labels = try collector.remapped(numbers) }
    } catch {
      throw .labels(error)
    }
    return EncodedCorpus(
      texts: texts, labels: labels?.labels ?? [], labelSet: labels?.set, locations: locations,
      summary: summary, reading: run.report)
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
