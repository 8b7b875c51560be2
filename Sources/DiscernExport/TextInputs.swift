import Discern
import DiscernCorpus
import DiscernIO
import DiscernText
import DiscernVocabulary

/// The inputs of an exported graph for one text.
package struct TextInputs: Sendable, Equatable {
  /// Ids of the words; nil for a model without a network.
  package var tokens: [Int32]?
  /// Ids of the words of word-based networks in addition to a transformer; nil without any. Sentences and
  /// letters are then theirs.
  package var words: [Int32]?
  /// The first word of each sentence, from 0; nil if sentences are not read.
  package var sentences: [Int32]?
  /// The buckets of each unknown word's letters, in the words' order; nil if letters are not read.
  package var letters: [[Int32]]?
  /// The ids and values of the n-grams; nil for a model without n-grams.
  package var ngrams: [Int32]?
  package var values: [Float]?
  package var evidence: Classification.Evidence
  /// The digest of the words and n-grams that the ids denote.
  package let source: String

  /// No inputs yet.
  package init(evidence: Classification.Evidence, source: String = "") {
    self.evidence = evidence
    self.source = source
  }

  /// The members of a JSON object.
  package var members: [(key: String, value: String)] {
    var members = [
      (key: "evidence", value: JSONText.string(evidence.rawValue)), ("source", JSONText.string(source)),
    ]
    func list(_ ids: [Int32]) -> String { JSONText.list(ids.map { "\($0)" }) }
    if let tokens { members.append(("tokens", list(tokens))) }
    if let words { members.append(("words", list(words))) }
    if let sentences { members.append(("sentences", list(sentences))) }
    if let letters { members.append(("letters", JSONText.list(letters.map(list)))) }
    if let ngrams { members.append(("ngrams", list(ngrams))) }
    if let values { members.append(("values", JSONText.list(values.map(JSONText.number)))) }
    return members
  }
}

/// Makes a graph's inputs from texts, one after the other. For one thread at a time.
package final class TextInputEncoder {
  private let source: TextInputSource
  private let session: TextEncoderSession
  private let values: NGramValues?
  private var ids: [Int32] = []

  package init(_ source: TextInputSource) throws(ExportError) {
    self.source = source
    do throws(TextError) { session = try source.encoder.makeSession() } catch { throw .text(error) }
    values = source.encoder.ngrams.map { NGramValues($0) }
  }

  /// The inputs of a text.
  ///
  /// - Throws: `ExportError.text` if the text is longer than half a gigabyte, or if a library is out of
  ///   memory.
  package func encode(_ text: String) throws(ExportError) -> TextInputs {
    let utf8 = Array(text.utf8)
    return try utf8.withUnsafeBufferPointer { (utf8) throws(ExportError) in try encode(utf8) }
  }

  /// The inputs of a text.
  ///
  /// - Throws: `ExportError.text` if the text is longer than half a gigabyte, or if a library is out of
  ///   memory.
  package func encode(_ utf8: UnsafeBufferPointer<UInt8>) throws(ExportError) -> TextInputs {
    ids.removeAll(keepingCapacity: true)
    let result: TextEncoderSession.Result
    do throws(TextError) { result = try session.encode(utf8, appendingTo: &ids) } catch {
      throw .text(error)
    }
    var inputs = TextInputs(evidence: .normal, source: source.digest)
    if source.hasNetwork { inputs.tokens = ids }
    let (encoder, session) = (source.encoder.companion ?? source.encoder, session.companion ?? session)
    if source.encoder.companion != nil { inputs.words = self.session.companionIDs }
    var letters = encoder.noLetters()
    session.appendLetters(to: &letters)
    inputs.letters = letters.map { letters in letters.words(of: 0).map { Array(letters[$0]) } }
    var sentences = encoder.noSentences
    session.appendSentences(to: &sentences)
    inputs.sentences = sentences.map { Array($0[0]) }
    let hasNGrams = addNGrams(to: &inputs)
    inputs.evidence = Classification.Evidence(result, hasNGrams: hasNGrams)
    return inputs
  }

  /// Adds the n-grams of the text that was encoded last, and returns whether any of their weights is not 0.
  private func addNGrams(to inputs: inout TextInputs) -> Bool {
    var rows = source.encoder.noNGrams
    session.appendNGrams(to: &rows)
    guard let rows, let values else { return false }
    inputs.ngrams = rows.features
    inputs.values = [Float](unsafeUninitializedCapacity: rows.features.count) { buffer, count in
      guard let base = buffer.baseAddress else { return }
      base.initialize(repeating: 0, count: rows.features.count)
      values.fill(rows, 0, into: base)
      count = rows.features.count
    }
    return rows.features.contains { source.weighs($0) }
  }
}
