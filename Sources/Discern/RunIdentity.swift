import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernText
import DiscernVocabulary

/// Everything, apart from its state, that determines the results of a training run, bit for bit: it must be
/// the same when training resumes.
struct RunIdentity: Codable, Sendable {
  /// The settings, by flag name.
  let choices: [String: String]
  /// All settings of the network, if some have no flag.
  private(set) var network: RecurrentConfiguration?
  /// Nil if no texts are read.
  let tokenizer: TokenizerConfiguration?
  let kernels: String
  /// Digests of the words, the data and the vectors; nil without any.
  let vocabulary: String?
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
    // Both sides have the same tokenizer if words are tokens.
    tokenizer = options.source.words ?? options.target.words ?? TokenizerConfiguration()
    self.kernels = kernels
    vocabulary = FileDigest.of(bytes: vocabularies.flatMap(\.fileContents)).sha256
    self.data = data
    vectors = nil
  }

  /// For another kind of training whose settings have flags.
  ///
  /// - Parameters:
  ///   - tokenizer: nil if no texts are read.
  ///   - vocabulary, data: digests of the words, if there are any, and of the data.
  init(
    choices: [String: String], tokenizer: TokenizerConfiguration? = nil, kernels: String,
    vocabulary: String? = nil, data: String
  ) {
    (self.choices, self.tokenizer, self.kernels) = (choices, tokenizer, kernels)
    (self.vocabulary, self.data, vectors) = (vocabulary, data, nil)
  }

  /// For the training of a forecaster.
  init(_ options: ForecastOptions, _ table: SeriesTable, kernels: String) {
    let content = [
      "\(table.names) \(table.segments) \(table.seriesStarts)", FileDigest.of(table.values).sha256,
      table.times.map(\.text).joined(separator: "\n"),
    ].joined(separator: "\n")
    self.init(
      choices: options.choices, kernels: kernels,
      data: "\(table.rowCount) rows with the digest \(FileDigest.of(bytes: Array(content.utf8)).sha256)")
    network = options.network
  }

  /// - Parameter inputFlag: the flag that names the data.
  /// - Throws: `CheckpointError.differs` or `.otherData` naming the first difference.
  func requireSame(
    _ now: RunIdentity, at path: String, inputFlag: String
  ) throws(CheckpointError) {
    for name in choices.keys.sorted() where choices[name] != now.choices[name] {
      throw .differs(
        path: path, what: "--\(name)", checkpoint: choices[name] ?? "not set",
        now: now.choices[name] ?? "not set", advice: "give the same one, or start over without --resume")
    }
    if network != now.network {
      throw .differs(
        path: path, what: "a setting of the network that has no flag", checkpoint: "another", now: "this one",
        advice: "give the same one, or start over")
    }
    if let tokenizer, let other = now.tokenizer,
      let difference = tokenizer.differences(from: other).first
    {
      throw .differs(
        path: path, what: "the tokenizer", checkpoint: difference.own.flag, now: difference.other.flag,
        advice: "give the same flags, or start over without --resume")
    }
    if kernels != now.kernels {
      throw .differs(
        path: path, what: "the kernels", checkpoint: kernels, now: now.kernels,
        advice: "other kernels round differently; set DISCERN_KERNELS=\(kernels), or start over")
    }
    for (what, own, other, flag) in [
      (tokenizer == nil ? "the table" : "the texts", data, now.data, inputFlag),
      ("the vocabulary", vocabulary ?? "none", now.vocabulary ?? "none", "--vocab"),
      ("the word vectors", vectors ?? "none", now.vectors ?? "none", "--vectors"),
    ] where own != other {
      throw .otherData(
        path: path, what: what, checkpoint: own, now: other, advice: "give the same again (\(flag))")
    }
  }
}
