import DiscernText
import DiscernVocabulary

/// The count of every token in a corpus, from which a vocabulary is made.
public struct TokenCounts: Sendable {
  /// The words with their counts.
  public let builder: VocabularyBuilder
  /// The lengths of the texts.
  public let lengths: TextLengths
  /// Findings from reading.
  public let reading: ReadingReport
}

extension Corpus {
  /// Counts the tokens of all texts in one pass over the input, on `threads` threads. The counts, and the
  /// vocabulary made from them, are the same for any number of threads. Memory: the distinct tokens, once per
  /// thread, and a few blocks of text.
  public func countTokens(with tokenizer: Tokenizer, threads: Int, isInterrupted: () -> Bool = { false })
    throws(CorpusError) -> TokenCounts
  {
    struct Worker {
      let session: TokenizerSession
      var tokens = TokenBuffer()
      var builder = VocabularyBuilder()
      var lengths = TextLengths()
    }
    var collectors: [LabelCollector] = []  // labels are ignored
    let pipeline = BlockPipeline<Worker, Void>(
      corpus: self, threads: threads,
      makeWorker: { () throws(CorpusError) in
        do throws(TextError) {
          return Worker(session: try tokenizer.makeSession())
        } catch {
          throw .text(nil, error)
        }
      },
      work: { (worker, block) throws(CorpusError) in
        for index in 0..<block.count {
          do throws(TextError) {
            try worker.session.tokenize(block.text(index), into: &worker.tokens)
          } catch {
            throw .text(block.locations[index], error)
          }
          worker.builder.add(worker.tokens)
          worker.lengths.add(worker.tokens.count)
        }
      })
    let run = try pipeline.run(&collectors, isInterrupted: isInterrupted) { _, _ throws(CorpusError) in }
    var total = VocabularyBuilder()
    var lengths = TextLengths()
    for worker in run.workers {
      total.merge(worker.builder)
      lengths.merge(worker.lengths)
    }
    return TokenCounts(builder: total, lengths: lengths, reading: run.report)
  }
}
