import DiscernBundle
import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernSystem
import DiscernTensor
import DiscernText
import DiscernVocabulary

/// Reads a text and writes another: an encoder-decoder with attention, trained on pairs.
///
/// ```swift
/// let pairs = try SequencePairs(contentsOf: ["dates.tsv"])
/// let model = try SequenceModel.train(on: pairs)
/// print(try model.predict(["3 May 2021"])[0].text)
/// ```
///
/// The output for a text is bit-identical alone and in any batch, for any number of threads.
public struct SequenceModel: Sendable {
  typealias Folder = SequenceFolder<SequenceRecord>

  let folder: Folder
  private let workspaces = IdlePool<Workspaces>()

  /// Memory of one search.
  private final class Workspaces {
    let kept = Workspace()
    let step = Workspace()
  }

  /// The number of texts processed together; it only limits memory.
  private static let batchSize = 64

  init(_ folder: Folder) { self.folder = folder }

  /// Reads a folder, after checking all of it.
  ///
  /// - Throws: `DiscernError.folder`.
  public init(contentsOf path: String) throws(DiscernError) {
    self.init(
      try wrapping(DiscernError.folder) { () throws(ModelFolderError) in try Folder(path: path) })
  }

  /// Writes the folder, replacing an existing one of that kind and nothing else.
  ///
  /// - Throws: `DiscernError.folder`.
  @discardableResult
  public func write(to path: String) throws(DiscernError) -> SavedModel {
    try save(to: Self.checkDestination(path))
  }

  /// Writes the folder to a destination checked beforehand, or to another place if that fails.
  ///
  /// - Throws: `DiscernError.folder`; with `BundleError.savedElsewhere`, the folder is complete at the path
  ///   named there.
  public func save(to destination: ModelDestination) throws(DiscernError) -> SavedModel {
    try wrapping(DiscernError.folder) { () throws(ModelFolderError) in try folder.save(to: destination) }
  }

  /// Checks, before long work, that saving there will be possible.
  ///
  /// - Throws: `DiscernError.folder`.
  public static func checkDestination(
    _ path: String, expectedBytes: Int = 0
  ) throws(DiscernError) -> ModelDestination {
    try wrapping(DiscernError.folder) { () throws(ModelFolderError) in
      try Folder.checkDestination(path, expectedBytes: expectedBytes)
    }
  }

  /// How source texts are divided into tokens.
  public var source: SequenceTokenizer { folder.source.tokenizer }
  /// How target texts are divided into tokens.
  public var target: SequenceTokenizer { folder.target.tokenizer }
  /// The known source tokens.
  public var sourceVocabulary: Vocabulary { folder.source.vocabulary }
  /// The tokens that the model can output.
  public var targetVocabulary: Vocabulary { folder.target.vocabulary }
  /// The maximum number of tokens in a text, on either side.
  public var maximumTokens: Int { folder.maximumTokens }
  /// Its shape.
  public var network: SequenceConfiguration { folder.model.configuration }
  /// How it was trained.
  public var record: SequenceRecord { folder.facts }

  /// The predictions for texts, in their order. A text without tokens is read as one unknown token.
  ///
  /// Cost: a step of the network for each output token, times the beam width.
  ///
  /// - Throws: `DiscernError` for an invalid option, named by its flag.
  public func predict(
    _ texts: [String], _ decoding: SequenceDecoding = SequenceDecoding(), compute: Compute = Compute()
  ) throws(DiscernError) -> [SequencePrediction] {
    try decoding.validate()
    let sources = try ids(of: texts)
    let search = SequenceSearch(
      folder.model, width: decoding.beamWidth, lengthPenalty: decoding.lengthPenalty,
      maximumTokens: decoding.maximumTokens ?? folder.maximumTokens)
    var results: [SequencePrediction] = []
    for start in stride(from: 0, to: texts.count, by: Self.batchSize) {
      let range = start..<min(texts.count, start + Self.batchSize)
      let found = workspaces.use(
        make: { Workspaces() },
        { search(range.map { sources[$0][...] }, compute, kept: $0.kept, $0.step) })
      for (source, found) in zip(sources[range], found) {
        let tokens = found.tokens.map { targetVocabulary.token(at: Int($0)) }
        results.append(
          SequencePrediction(
            tokens: tokens, text: target.text(of: tokens), logProbability: found.logProbability,
            hasEnded: found.hasEnded, sourceTokenCount: source.count,
            unknownCount: source.count { $0 == Vocabulary.unknownID }))
      }
    }
    return results
  }

  /// Measures the predictions for source texts against the target texts.
  ///
  /// - Throws: `DiscernError` for an invalid option, named by its flag.
  public func evaluate(
    on pairs: SequencePairs, _ decoding: SequenceDecoding = SequenceDecoding(), compute: Compute = Compute()
  ) throws(DiscernError) -> SequenceReport {
    let predictions = try predict(pairs.sources, decoding, compute: compute)
    let references = try tokens(of: pairs.targets, target)
    return SequenceReport(
      zip(predictions, references).map { prediction, reference in
        SequenceReport.Pair(
          tokens: prediction.tokens, reference: reference, text: prediction.text,
          referenceText: target.text(of: reference))
      })
  }

  private func ids(of texts: [String]) throws(DiscernError) -> [[Int32]] {
    try tokens(of: texts, source).map { tokens in
      tokens.isEmpty ? [Vocabulary.unknownID] : tokens.map { sourceVocabulary.id(of: $0) }
    }
  }

  private func tokens(
    of texts: [String], _ tokenizer: SequenceTokenizer
  ) throws(DiscernError) -> [[String]] {
    try wrapping(DiscernError.text) { () throws(TextError) in
      let divider = try tokenizer.makeDivider()
      var tokens: [[String]] = []
      for text in texts { tokens.append(try divider.tokens(of: text)) }
      return tokens
    }
  }
}
