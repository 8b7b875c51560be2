import DiscernBundle
import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernSystem
import DiscernTensor
import DiscernText
import DiscernVocabulary

/// Continues texts, word by word, with a language model from `discern pretrain`.
///
/// ```swift
/// let generator = try TextGenerator(contentsOf: "pretrained")
/// let texts = try generator.texts(after: ["the film"], GenerationOptions())
/// ```
///
/// A continuation depends on its text, the text's number, the options and their seed, not on other texts or
/// the number of threads. Words are normalised by the tokenizer.
public struct TextGenerator: Sendable {
  /// The vocabulary.
  public let vocabulary: Vocabulary
  private let encoder: TextEncoder
  private let model: NextWordModel
  private let compute: Compute
  private let workspaces = IdlePool<Workspace>()

  /// The number of texts processed together; it only limits memory.
  private static let batchSize = 64

  /// Reads a folder written by `discern pretrain`, after checking all of it.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - compute: threads and kernels.
  /// - Throws: `DiscernError.folder`, also if the folder lacks the weights that predict the next word, as
  ///   those of earlier versions do; `.conflict` for a transformer.
  public init(contentsOf path: String, compute: Compute = Compute()) throws(DiscernError) {
    let pretrained = try PretrainedEncoder(contentsOf: path)
    guard let learned = pretrained.languageModel else {
      throw .conflict(
        "\(path): a pretrained transformer does not predict the next word; name a folder of discern pretrain")
    }
    guard let output = learned.output else {
      let name = PretrainedFolder<PretrainingRecord>.outputFile
      throw .folder(
        .inconsistent(
          path: path,
          what: "\(name), the weights that predict the next word, is missing, since an earlier version wrote "
            + "the folder, or pretraining was interrupted",
          expected: "a folder of a complete discern pretrain"))
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

  /// How a text is divided into words.
  public var tokenizer: TokenizerConfiguration { encoder.tokenizer.configuration }

  /// The continuations of texts, in their order.
  ///
  /// Cost: a step of the network and a softmax over all words for each generated word.
  ///
  /// - Parameters:
  ///   - texts: for an empty one, the first word is generated too.
  ///   - firstNumber: the first text's number; the draws depend on the number, so that equal texts get
  ///     different continuations.
  ///   - options: how next words are chosen, and how many.
  /// - Throws: `DiscernError` for an invalid option, named by its flag.
  public func texts(
    after texts: [String], _ options: GenerationOptions = GenerationOptions(), firstNumber: Int = 0
  ) throws(DiscernError) -> [GeneratedText] {
    try self.texts(after: texts, numbers: texts.indices.map { firstNumber + $0 }, options)
  }

  /// The same, with the number of each text.
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
