import DiscernBundle
import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernSystem
import DiscernTensor
import DiscernText
import DiscernVocabulary

/// Goes on with texts, word by word, by the language model of a folder of `discern pretrain`.
///
/// ```swift
/// let generator = try TextGenerator(contentsOf: "pretrained")
/// let texts = try generator.texts(after: ["the film"], GenerationOptions())
/// ```
///
/// What follows on a text depends on the text, its number, the options and their seed, and not on other texts
/// or the number of threads. The words are normalised as the tokenizer has them.
public struct TextGenerator: Sendable {
  /// The words that it knows.
  public let vocabulary: Vocabulary
  private let encoder: TextEncoder
  private let model: NextWordModel
  private let compute: Compute
  private let workspaces = IdlePool<Workspace>()

  /// Texts that are written side by side; a bound of memory alone.
  private static let batchSize = 64

  /// Reads a folder of `discern pretrain`, after checking all of it.
  ///
  /// - Parameters:
  ///   - path: the folder's.
  ///   - compute: threads and kernels.
  /// - Throws: `DiscernError.folder`, also where the folder lacks what tells the next word, as those of
  ///   earlier versions do; `.conflict` for a transformer.
  public init(contentsOf path: String, compute: Compute = Compute()) throws(DiscernError) {
    let pretrained = try PretrainedEncoder(contentsOf: path)
    guard let learned = pretrained.languageModel else {
      throw .conflict(
        "\(path): a pretrained transformer does not tell the next word; name a folder of discern pretrain")
    }
    guard let output = learned.output else {
      let name = PretrainedFolder<PretrainingRecord>.outputFile
      throw .folder(
        .inconsistent(
          path: path,
          what: "\(name), the weights that tell the next word, is not there, since an earlier version wrote "
            + "the folder, or pretraining was broken off",
          expected: "a folder of discern pretrain that came to its end"))
    }
    vocabulary = learned.vocabulary
    encoder = TextEncoder(
      tokenizer: try wrapping(DiscernError.text) { () throws(TextError) in
        try Tokenizer(learned.tokenizer)
      }, vocabulary: learned.vocabulary, maximumTokens: nil)
    model = NextWordModel(
      learned.network, vocabularySize: learned.vocabulary.count, encoder: learned.weights, output: output)
    self.compute = compute
  }

  /// How a text becomes words.
  public var tokenizer: TokenizerConfiguration { encoder.tokenizer.configuration }

  /// What follows on each of some texts, in their order.
  ///
  /// Cost: a step of the network and a softmax over all words for each word.
  ///
  /// - Parameters:
  ///   - texts: an empty one is written from its first word on.
  ///   - firstNumber: of the first text among all; it keys the draws, so that equal texts go on in several
  ///     ways.
  ///   - options: how next words are chosen, and how many.
  /// - Throws: `DiscernError`, naming an option that cannot be.
  public func texts(
    after texts: [String], _ options: GenerationOptions = GenerationOptions(), firstNumber: Int = 0
  ) throws(DiscernError) -> [GeneratedText] {
    try self.texts(after: texts, numbers: texts.indices.map { firstNumber + $0 }, options)
  }

  /// The same with the number of each text.
  package func texts(
    after texts: [String], numbers: [Int], _ options: GenerationOptions
  ) throws(DiscernError) -> [GeneratedText] {
    try options.validate()
    let prompts = try wrapping(DiscernError.text) { () throws(TextError) in
      let session = try encoder.makeSession()
      var prompts: [[Int32]] = []
      for text in texts {
        var ids: [Int32] = []
        let result = try Array(text.utf8).withUnsafeBufferPointer { (utf8) throws(TextError) in
          try session.encode(utf8, appendingTo: &ids)
        }
        prompts.append(result.isEmpty ? [] : ids)
      }
      return prompts
    }
    let generator = NextWordGenerator(
      model, sampling: options.sampling, maximumTokens: options.maximumTokens, seed: options.seed)
    var results: [GeneratedText] = []
    for start in stride(from: 0, to: prompts.count, by: Self.batchSize) {
      let range = start..<min(prompts.count, start + Self.batchSize)
      let part = Array(prompts[range])
      let continuations = workspaces.use(
        make: { Workspace() },
        { generator(part, numbers: Array(numbers[range]), compute: compute, workspace: $0) })
      for (prompt, continuation) in zip(part, continuations) {
        results.append(
          GeneratedText(
            prompt: words(prompt), words: words(continuation.words), hasEnded: continuation.hasEnded,
            logProbability: continuation.logProbability))
      }
    }
    return results
  }

  private func words(_ ids: [Int32]) -> [String] { ids.map { vocabulary.token(at: Int($0)) } }
}
