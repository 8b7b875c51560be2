import DiscernBundle
import DiscernText
import DiscernVocabulary

/// Everything, apart from its state, that determines the bits of pretraining or of a sequence model's
/// training: it must be the same when training resumes.
struct PretrainingIdentity: Codable, Sendable {
  /// By the names of flags.
  let choices: [String: String]
  let tokenizer: TokenizerConfiguration
  let kernels: String
  /// Digests of the words, the texts and the vectors; `nil` where there are none.
  let vocabulary: String
  let data: String
  let vectors: String?

  init(_ options: PretrainingOptions, _ texts: PretrainingTexts, kernels: String, vectors: String?) {
    choices = options.choices
    tokenizer = options.tokenizer
    self.kernels = kernels
    vocabulary = FileDigest.of(bytes: texts.vocabulary.fileContents).sha256
    data = "\(texts.summary.texts) texts with the digest \(texts.summary.digest)"
    self.vectors = vectors
  }

  /// For the training of a sequence model.
  ///
  /// - Parameter data: a digest of all pairs.
  init(_ options: SequenceOptions, kernels: String, vocabularies: [Vocabulary], data: String) {
    choices = options.choices
    // Both sides have the same, where words are tokens.
    tokenizer = options.source.words ?? options.target.words ?? TokenizerConfiguration()
    self.kernels = kernels
    vocabulary = FileDigest.of(bytes: vocabularies.flatMap(\.fileContents)).sha256
    self.data = data
    vectors = nil
  }

  /// For another kind of training whose settings have flags.
  ///
  /// - Parameters:
  ///   - vocabulary, data: digests of words and texts.
  init(
    choices: [String: String], tokenizer: TokenizerConfiguration, kernels: String, vocabulary: String,
    data: String
  ) {
    (self.choices, self.tokenizer, self.kernels) = (choices, tokenizer, kernels)
    (self.vocabulary, self.data, vectors) = (vocabulary, data, nil)
  }

  /// - Parameter inputFlag: the flag that names the texts.
  /// - Throws: `CheckpointError.differs` or `.otherData` naming the first difference.
  func requireSame(
    _ now: PretrainingIdentity, at path: String, inputFlag: String
  ) throws(CheckpointError) {
    for name in choices.keys.sorted() where choices[name] != now.choices[name] {
      throw .differs(
        path: path, what: "--\(name)", checkpoint: choices[name] ?? "not set",
        now: now.choices[name] ?? "not set", advice: "give the same one, or begin anew without --resume")
    }
    if let difference = tokenizer.differences(from: now.tokenizer).first {
      throw .differs(
        path: path, what: "the tokenizer", checkpoint: difference.own.flag, now: difference.other.flag,
        advice: "give the same flags, or begin anew without --resume")
    }
    if kernels != now.kernels {
      throw .differs(
        path: path, what: "the kernels", checkpoint: kernels, now: now.kernels,
        advice: "other kernels round in another way; set DISCERN_KERNELS=\(kernels), or begin anew")
    }
    for (what, own, other, flag) in [
      ("the texts", data, now.data, inputFlag), ("the vocabulary", vocabulary, now.vocabulary, "--vocab"),
      ("the word vectors", vectors ?? "none", now.vectors ?? "none", "--vectors"),
    ] where own != other {
      throw .otherData(
        path: path, what: what, checkpoint: own, now: other, advice: "give the same again (\(flag))")
    }
  }
}
