import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernTraining
import DiscernVocabulary

/// The time for training a linear model of n-grams, stage by stage, and for classifying with it on one
/// thread.
package struct NGramBenchmark: Codable, Sendable {
  package let texts: Int
  package let features: Int
  /// Seconds until the n-grams have been found and the texts' rows created.
  package let counting: Double
  /// Seconds for choosing settings and fitting.
  package let fitting: Double
  package let choices: [NGramChoice]
  /// From each text's bytes to its words, to its row of n-grams, and to its logits.
  package let tokenizing, reading, answering: Measurement
  /// At the median of `answering`.
  package let textsPerSecond: Double
  package let threads: Int
  package let peakMemory: Int

  /// - Parameters:
  ///   - buffers: the texts' bytes.
  ///   - words: the same texts.
  /// - Throws: `TextError` if a text cannot be divided into words, `TrainingError`.
  package init(
    _ buffers: [[UInt8]], tokenizer: Tokenizer, _ words: WordTexts, targets: [TaskLabels],
    heads: [HeadConfiguration], configuration: NGramConfiguration, compute: Compute, repeats: Int
  ) throws {
    let started = ContinuousClock.now
    let trainer = try NGramTrainer(
      words: words, targets: targets, heads: heads, configuration: configuration, compute: compute)
    counting = started.duration(to: .now) / .seconds(1)
    let model = try trainer.fit()
    fitting = started.duration(to: .now) / .seconds(1) - counting
    choices = trainer.chosen
    features = model.vocabulary.count
    texts = buffers.count

    let session = try tokenizer.makeSession()
    let reader = model.vocabulary.makeReader()
    let single = Compute(threadCount: 1)
    var tokens = TokenBuffer()
    var rows = NGramRows()
    var failure: TextError?
    func measure(_ work: () -> Void) -> Measurement {
      func run() {
        for buffer in buffers {
          buffer.withUnsafeBufferPointer { bytes in
            do throws(TextError) { try session.tokenize(bytes, into: &tokens) } catch { failure = error }
          }
          work()
        }
      }
      run()
      return Measurement.of(repeats: repeats, run)
    }
    func read() {
      rows.removeAll()
      reader.read(tokens, appendingTo: &rows)
    }
    tokenizing = measure {}
    reading = measure(read)
    answering = measure {
      read()
      _ = model.logits(rows, compute: single)
    }
    if let failure { throw failure }
    textsPerSecond = Double(buffers.count) / answering.median
    threads = compute.threadCount
    peakMemory = DiscernBenchmark.peakMemory()
  }
}
